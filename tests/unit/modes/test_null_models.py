"""Null models: surrogates with the spectrum of their mode, elastic cores that obey elasticity."""

import numpy as np
import pytest
from hessian_cases import glass

from hessian_lab._core.errors import InputError
from hessian_lab.modes import (
    crossed_waves,
    debye_wavenumber,
    elastic_core,
    implant,
    local_fits,
    phonon_content,
    plane_waves,
    random_phase_surrogates,
    random_shell_waves,
)
from hessian_lab.systems import Configuration


def lattice(dim, side, spacing=1.0, masses=None):
    """Square or cubic lattice around the origin: a fine grid in a large box."""
    axis = (np.arange(side) - side // 2) * spacing
    positions = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    return Configuration.create(positions, side * spacing, diameters=np.ones(len(positions)), masses=masses)


def low_modes(dim, number=6):
    hessian = glass(dim, 100)
    return np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, dim)[dim : dim + number]


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_surrogates_have_the_spectrum_of_their_mode(dim, share):
    """Block by block to 1e-10, normalised, without translation; what no wave holds keeps its weight."""
    sample = glass(dim, 100).pairs.configuration
    waves = plane_waves(sample, highest=share * debye_wavenumber(sample))
    modes = low_modes(dim)
    fields = random_phase_surrogates(modes, waves, 5, np.random.default_rng(1))
    assert fields.shape == (6, 5, 100, dim)
    np.testing.assert_allclose(np.linalg.norm(fields, axis=(2, 3)), 1, atol=1e-14)
    known = phonon_content(modes, waves)
    for k in range(6):
        found = phonon_content(fields[k], waves)
        for name in ("transverse", "longitudinal", "remainder"):
            np.testing.assert_allclose(getattr(found, name) - getattr(known, name)[k], 0, atol=1e-10)
        assert found.translation.max() < 1e-10


def test_surrogates_differ_and_are_named_by_their_seed():
    """Same seed, same fields; others overlap as random vectors of the same spectrum, not more."""
    waves = plane_waves(glass(2, 100).pairs.configuration)
    modes = low_modes(2, 1)
    one, same, other = (random_phase_surrogates(modes, waves, 8, np.random.default_rng(s))[0] for s in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    overlap = np.concatenate([one, other, modes]).reshape(17, -1)
    overlap = np.abs(overlap @ overlap.T)[np.triu_indices(17, 1)]
    assert overlap.max() < 0.95
    assert overlap.mean() < 0.5


def test_phases_of_surrogates_are_uniform(rng):
    """Directions inside a block are uniform: the second moments of the coefficients are the weight over the rank."""
    waves = plane_waves(glass(2, 100).pairs.configuration, shells=3)
    modes = low_modes(2, 1)
    fields = random_phase_surrogates(modes, waves, 4000, rng)[0].reshape(4000, -1)
    coefficients = fields @ waves.independent[:, :4]
    weight = phonon_content(modes, waves).transverse[0, 0]
    np.testing.assert_allclose(np.sum(coefficients**2, axis=1), weight, rtol=1e-10)
    moments = coefficients.T @ coefficients / 4000
    # Variance of a product of two components of a random unit vector in four dimensions is below 1/16.
    assert np.abs(moments - weight / 4 * np.eye(4)).max() < 5 * weight / 4 / np.sqrt(4000)


def test_no_mode_has_no_surrogates():
    waves = plane_waves(glass(2, 100).pairs.configuration, shells=2)
    fields = random_phase_surrogates(np.zeros((0, 100, 2)), waves, 3, np.random.default_rng(0))
    assert fields.shape == (0, 3, 100, 2)


@pytest.mark.parametrize("dim", [2, 3])
def test_random_shell_waves_are_of_their_shell(dim, rng):
    waves = plane_waves(glass(dim, 100).pairs.configuration, shells=3)
    for shell, polarisation in ((1, "transverse"), (2, "longitudinal")):
        fields = random_shell_waves(waves, 4, rng, shell=shell, polarisation=polarisation)
        np.testing.assert_allclose(np.linalg.norm(fields, axis=(1, 2)), 1)
        raw = waves.raw[:, waves.block(shell, polarisation)]
        flat = fields.reshape(4, -1).T
        assert np.abs(flat - raw @ np.linalg.lstsq(raw, flat)[0]).max() < 1e-12


@pytest.mark.parametrize("kind", ["rotation", "strain"])
@pytest.mark.parametrize("dim", [2, 3])
def test_elastic_cores_do_not_compress(dim, kind, rng):
    """Divergence by central differences against the gradient, near and far from the core; 1e-3 is the differences'."""
    step, points = 1e-3, rng.uniform(-6, 6, size=(40, dim))
    offsets = np.concatenate([np.zeros((1, dim)), *[[sign * step * e] for e in np.eye(dim) for sign in (1, -1)]])
    positions = (points[:, None] + offsets).reshape(-1, dim)
    sample = Configuration.create(positions, 1000.0, diameters=np.ones(len(positions)))
    field = elastic_core(sample, kind, np.zeros(dim), 1.3, rng).reshape(40, 1 + 2 * dim, dim)
    gradient = (field[:, 1::2] - field[:, 2::2]) / (2 * step)
    size = np.linalg.norm(gradient, axis=(1, 2))
    assert (np.abs(np.trace(gradient, axis1=1, axis2=2)) < 1e-4 * size).all()
    assert np.ptp(np.log(size)) > 2


@pytest.mark.parametrize(("kind", "known"), [("rotation", 1.0), ("strain", 0.0)])
@pytest.mark.parametrize("dim", [2, 3])
def test_the_centre_of_a_core_is_pure(dim, kind, known, rng):
    sample = lattice(dim, 17 if dim == 3 else 41, 0.25)
    field = elastic_core(sample, kind, np.zeros(dim), 2.0, rng)
    found = local_fits(sample).gradients(field[None])
    middle = np.argmin(np.linalg.norm(sample.positions, axis=1))
    assert abs(found.rotation_fraction[0, middle] - known) < 1e-10


@pytest.mark.parametrize("kind", ["rotation", "strain"])
@pytest.mark.parametrize("dim", [2, 3])
def test_elastic_cores_decay_as_a_force_dipole(dim, kind, rng):
    """|u| ~ 1/x^(d - 1) along any ray, far outside the core."""
    rays = rng.normal(size=(10, dim))
    rays /= np.linalg.norm(rays, axis=1, keepdims=True)
    positions = np.concatenate([20 * rays, -20 * rays, 40 * rays, -40 * rays])
    sample = Configuration.create(positions, 1000.0, diameters=np.ones(40))
    near, back, far, _ = elastic_core(sample, kind, np.zeros(dim), 0.5, rng).reshape(4, 10, dim)
    np.testing.assert_allclose(far, near / 2 ** (dim - 1), atol=2e-3 * np.abs(near).max())
    np.testing.assert_allclose(back, -near, atol=1e-12)


def turned_and_sheared(kind, points, rng):
    """|W|^2 and |S|^2 of a core of radius 1 by central differences."""
    dim, step = points.shape[1], 1e-4
    offsets = np.concatenate([[sign * step * e] for e in np.eye(dim) for sign in (1, -1)])
    positions = (points[:, None] + offsets).reshape(-1, dim)
    sample = Configuration.create(positions, 1000.0, diameters=np.ones(len(positions)))
    field = elastic_core(sample, kind, np.zeros(dim), 1.0, rng).reshape(len(points), 2 * dim, dim)
    gradient = (field[:, ::2] - field[:, 1::2]).mT / (2 * step)
    turned = 0.25 * np.sum((gradient - gradient.mT) ** 2, axis=(1, 2))
    return turned, np.sum(gradient**2, axis=(1, 2)) - turned


def test_a_strain_core_in_the_plane_has_its_analytic_rotation(rng):
    r"""|W|^2/|S|^2 on its diagonals is ((s^2 + 3 s)/(s^2 + 1))^2 with s = (x/\epsilon)^2, up to 4.33: there the local
    fraction is 0.812. But the strongest rotation is 0.279 of the strongest strain, which is at the centre."""
    radius = np.linspace(0.005, 6, 120)
    angle = np.linspace(0, np.pi, 181)
    points = (radius[:, None, None] * np.stack([np.cos(angle), np.sin(angle)], axis=1)).reshape(-1, 2)
    turned, sheared = (part.reshape(120, 181) for part in turned_and_sheared("strain", points, rng))
    s = radius**2
    known = ((s * s + 3 * s) / (s * s + 1)) ** 2
    # The nearest of the angles is within 1/4 degree of the diagonal: 2 (1/2 degree)^2 of sin^2 and cos^2.
    np.testing.assert_allclose((turned / sheared).max(axis=1), known, rtol=1e-3)
    assert abs((turned / (turned + sheared)).max() - 0.8124) < 1e-3
    np.testing.assert_allclose(turned.max() / sheared.max(), (s * (s + 3) / (1 + s) ** 3).max() ** 2, rtol=2e-3)
    # Far away |W|^2 = |S|^2 at most.
    assert (turned[-1] <= sheared[-1] * known[-1] * (1 + 1e-6)).all()
    assert known[-1] < 1.2


@pytest.mark.parametrize("dim", [2, 3])
def test_cores_of_rotation_and_of_strain_are_told_apart_by_their_strongest_gradients(dim, rng):
    """The strongest |W|^2 of a strain core is below 0.4 of its strongest |S|^2; of a rotation core, above 2."""
    axis = np.linspace(-3, 3, 41 if dim == 2 else 17)
    points = np.stack(np.meshgrid(*[axis] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    turned, sheared = turned_and_sheared("strain", points, rng)
    assert turned.max() < 0.4 * sheared.max()
    assert np.linalg.norm(points[np.argmax(sheared)]) < 0.2
    turned, sheared = turned_and_sheared("rotation", points, rng)
    assert turned.max() > 2 * sheared.max()
    assert np.linalg.norm(points[np.argmax(turned)]) < 0.2


@pytest.mark.parametrize("dim", [2, 3])
def test_cores_turn_either_way(dim):
    """Random axes: both senses in the plane, no preferred direction in space (means within 5 standard errors)."""
    sample = lattice(dim, 9 if dim == 3 else 11, 0.5)
    fits = local_fits(sample)
    middle = np.argmin(np.linalg.norm(sample.positions, axis=1))
    rng = np.random.default_rng(5)
    fields = np.stack([elastic_core(sample, "rotation", np.zeros(dim), 1.0, rng) for _ in range(200)])
    axes = fits.gradients(fields).rotation[:, middle]
    axes /= np.linalg.norm(axes, axis=1, keepdims=True)
    assert np.abs(axes.mean(axis=0)).max() < 5 / np.sqrt(200 * axes.shape[1])
    if dim == 3:
        assert np.abs(axes.T @ axes / 200 - np.eye(3) / 3).max() < 5 * np.sqrt(4 / 45 / 200)


@pytest.mark.parametrize("cell", [np.diag([9.0, 9.0]), np.diag([14.0, 8.0]), np.diag([6.0, 7.0, 9.0])])
def test_crossed_waves_turn_at_their_centre(cell):
    """Gradient there by central differences: all rotation, in cubes and in boxes of unequal edges; transverse waves."""
    dim, step = len(cell), 1e-4
    centre = 0.3 * np.diag(cell)
    offsets = np.concatenate([[sign * step * e] for e in np.eye(dim) for sign in (1, -1)])
    masses = np.random.default_rng(0).uniform(0.5, 2, 2 * dim + 1)
    positions = np.concatenate([centre + offsets, [centre + 0.25 * np.diag(cell)]])
    sample = Configuration.create(positions, cell, diameters=np.ones(len(positions)), masses=masses)
    mode = crossed_waves(sample, centre, (0, 1))
    moves = (mode / np.sqrt(masses)[:, None])[:-1]
    gradient = (moves[::2] - moves[1::2]).T / (2 * step)
    turned = 0.25 * np.sum((gradient - gradient.T) ** 2)
    assert abs(turned / np.sum(gradient**2) - 1) < 1e-6


def test_null_fields_have_no_centre_of_mass_motion_and_unit_length(rng):
    sample = glass(3, 100).pairs.configuration
    fields = [elastic_core(sample, kind, np.ones(3), 1.0, rng) for kind in ("rotation", "strain")]
    fields.append(crossed_waves(sample, np.ones(3), (2, 0)))
    root = np.sqrt(sample.masses)[:, None]
    for field in fields:
        assert abs(np.linalg.norm(field) - 1) < 1e-14
        assert np.abs(np.sum(root * field, axis=0)).max() < 1e-12


def test_implants_have_their_share(rng):
    """Of orthogonal fields: share of the core's direction; the ends are the mode and the core."""
    flat = np.linalg.qr(rng.normal(size=(60, 2)))[0].T.reshape(2, 1, 20, 3)
    mode, core = flat
    for share in (0.0, 0.3, 1.0):
        mixed = implant(mode, core, share)
        assert abs(np.sum(mixed * core) ** 2 - share) < 1e-14
        assert abs(np.linalg.norm(mixed) - 1) < 1e-14


def test_impossible_nulls_are_refused(rng):
    sample = glass(2, 100).pairs.configuration
    tilted = Configuration.create(sample.positions, np.array([[10.0, 0.0], [2.0, 10.0]]), diameters=sample.diameters)
    for call, said in (
        (lambda: elastic_core(sample, "shear", np.zeros(2), 1.0, rng), "'rotation' or 'strain'"),
        (lambda: elastic_core(sample, "strain", np.zeros(2), 0.0, rng), "size must be above 0"),
        (lambda: crossed_waves(tilted, np.zeros(2)), "along the axes"),
        (lambda: crossed_waves(sample, np.zeros(2), (1, 1)), "two different axes"),
        (lambda: implant(np.ones((1, 2, 2)), np.ones((1, 2, 2)), 1.1), "share must be from 0 to 1"),
    ):
        with pytest.raises(InputError, match=said):
            call()
