"""Local affine fits: exact on linear fields, known rotation fractions, and blind to particles that are left out."""

import numpy as np
import pytest
from hessian_cases import glass, with_rattlers

from hessian_lab._core.errors import InputError
from hessian_lab.modes import local_fits
from hessian_lab.systems import Configuration, cell_heights

CELLS = {
    "square": np.eye(2) * 12,
    "left-handed": np.array([[2.0, 12.0], [13.0, 0.0]]),
    "cube": np.eye(3) * 6,
    "sheared": np.array([[6.0, 0.0, 0.0], [2.3, 6.0, 0.0], [-2.0, 0.9, 5.5]]),
}


def disordered(cell, particles=200, seed=3):
    """Particles at random, but not on top of one another."""
    rng = np.random.default_rng(seed)
    dim = len(cell)
    side = int(np.ceil(particles ** (1 / dim)))
    lattice = np.stack(np.meshgrid(*[np.arange(side)] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    fraction = (lattice + 0.4 * rng.uniform(-1, 1, lattice.shape)) / side
    positions = (fraction % 1) @ cell
    masses = rng.uniform(0.5, 2, len(positions))
    return Configuration.create(positions, cell, diameters=np.ones(len(positions)), masses=masses)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_the_fit_is_exact_on_affine_fields(cell, rng):
    """u = u_0 + A r: gradient A at every particle whose neighbourhood does not cross the faces of the cell."""
    sample = disordered(cell)
    fits = local_fits(sample)
    assert fits.fitted.all()
    dim = len(cell)
    fraction = sample.positions @ np.linalg.inv(cell)
    depth = np.min(np.minimum(fraction, 1 - fraction) * cell_heights(cell), axis=1)
    inside = depth > fits.radius
    assert inside.sum() > 3
    matrices = rng.normal(size=(5, dim, dim))
    fields = rng.normal(size=(5, 1, dim)) + sample.positions @ matrices.mT
    found = fits.gradients(fields)
    known = np.broadcast_to(matrices[:, None], found.gradient[:, inside].shape)
    np.testing.assert_allclose(found.gradient[:, inside], known, atol=1e-11)
    skew, even = 0.5 * (matrices - matrices.mT), 0.5 * (matrices + matrices.mT)
    turned, sheared = (np.sum(part**2, axis=(1, 2))[:, None] for part in (skew, even))
    np.testing.assert_allclose(found.squared_rotation[:, inside] - turned, 0, atol=1e-10)
    np.testing.assert_allclose(found.squared_strain[:, inside] - sheared, 0, atol=1e-10)
    np.testing.assert_allclose(found.rotation_fraction[:, inside] - turned / (turned + sheared), 0, atol=1e-10)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_the_wrap_does_not_matter(cell, rng):
    """A translation of all particles through the faces of the cell changes no gradient of any field."""
    sample = disordered(cell)
    moved = sample.at(sample.positions + rng.uniform(-20, 20, len(cell)))
    fields = rng.normal(size=(3, *sample.positions.shape))
    one, other = local_fits(sample).gradients(fields), local_fits(moved).gradients(fields)
    np.testing.assert_allclose(one.gradient, other.gradient, atol=1e-9)


def test_the_rotation_vector_turns_the_right_way():
    """u = omega x r has eta = omega; in the plane u = omega (-y, x)."""
    spin = np.array([0.3, -1.1, 0.7])
    sample = disordered(CELLS["cube"])
    centre = 3 * np.ones(3)
    found = local_fits(sample).gradients(np.cross(spin, sample.positions - centre)[None]).rotation[0]
    middle = np.argmin(np.linalg.norm(sample.positions - centre, axis=1))
    np.testing.assert_allclose(found[middle], spin, atol=1e-12)
    flat = disordered(CELLS["square"])
    found = local_fits(flat).gradients(np.stack([-flat.positions[:, 1], flat.positions[:, 0]], axis=1)[None])
    middle = np.argmin(np.linalg.norm(flat.positions - 6, axis=1))
    np.testing.assert_allclose(found.rotation[0, middle], [1.0], atol=1e-12)
    assert found.rotation_fraction[0, middle] > 1 - 1e-12


@pytest.mark.parametrize(("name", "polarised"), [("square", 1), ("cube", 2)])
def test_rotation_fraction_of_plane_waves(name, polarised):
    """Long waves: 1/2 across, 0 along the wave vector, from sums over the particles; the error falls as (k r)^2."""
    wide = CELLS[name] * 4
    sample = disordered(wide, 60**2 if polarised == 1 else 16**3)
    fits = local_fits(sample)
    phase = 2 * np.pi * sample.positions[:, 0] / wide[0, 0]
    directions = np.eye(len(wide))
    across = fits.gradients((np.cos(phase)[:, None] * directions[polarised])[None])
    along = fits.gradients((np.cos(phase)[:, None] * directions[0])[None])
    wavenumber = 2 * np.pi / wide[0, 0]
    error = 0.3 * (wavenumber * fits.radius) ** 2
    assert error < 0.2
    for field, known in ((across, 0.5), (along, 0.0)):
        fraction = field.squared_rotation.sum() / (field.squared_rotation + field.squared_strain).sum()
        assert abs(fraction - known) < error
    # The wave's gradient itself: k^2/2 on average.
    total = (across.squared_rotation + across.squared_strain).mean()
    assert abs(total / (0.5 * wavenumber**2) - 1) < error


@pytest.mark.parametrize(("dim", "known"), [(2, 1 / 4), (3, 1 / 3)])
def test_rotation_fraction_of_noise(dim, known, rng):
    """Gaussian vectors: d(d - 1)/2 of d^2 components turn; means over independent fields within 5 standard errors."""
    sample = glass(dim, 100).pairs.configuration
    found = local_fits(sample).gradients(rng.normal(size=(400, 100, dim)))
    turned, sheared = found.squared_rotation.mean(axis=1), found.squared_strain.mean(axis=1)
    share = turned / (turned + sheared)
    assert abs(share.mean() - known) < 5 * share.std() / 20 + 0.01 * known


def test_the_centre_of_two_crossed_waves_only_turns():
    """Rotation fraction 1, by symmetry of a particle on a square lattice at the centre, up to (k r)^2 of the fit."""
    side = 30
    positions = np.stack(np.meshgrid(np.arange(side), np.arange(side), indexing="ij"), axis=-1).reshape(-1, 2) * 1.0
    sample = Configuration.create(positions, side, diameters=np.ones(side**2))
    phase = 2 * np.pi * (positions - 15) / side
    field = np.stack([np.sin(phase[:, 1]), -np.sin(phase[:, 0])], axis=1)
    fraction = local_fits(sample).gradients(field[None]).rotation_fraction[0].reshape(side, side)
    assert abs(fraction[15, 15] - 1) < 1e-12
    assert abs(fraction[0, 0] - 1) < 1e-12
    assert fraction[0, 15] < 1e-12
    assert fraction[15, 0] < 1e-12


def test_nothing_gives_nothing(rng):
    """No displacement: no gradient, and a fraction that is not a number; no fields: no gradients."""
    sample = glass(2, 100).pairs.configuration
    fits = local_fits(sample)
    still = fits.gradients(np.zeros((1, 100, 2)))
    assert not still.gradient.any()
    assert np.isnan(still.rotation_fraction).all()
    assert np.isnan(still.correlation_with(rng.normal(size=100))).all()
    assert fits.gradients(np.zeros((0, 100, 2))).squared_strain.shape == (0, 100)


def test_particles_left_out_are_in_no_fit():
    """Rattlers stand still in a uniform translation of the others, which is no gradient; with them in, it is one."""
    pairs = with_rattlers().pairs
    loose, sample = pairs.rattlers(), pairs.configuration
    assert loose.size >= 2
    field = np.ones((1, sample.particles, 2))
    field[:, loose] = 0
    fits = local_fits(sample, without=loose)
    assert not fits.fitted[loose].any()
    assert fits.neighbours[:, loose].nnz == fits.neighbours[loose].nnz == 0
    found = fits.gradients(field)
    assert np.abs(found.gradient).max() < 1e-12
    assert np.abs(local_fits(sample).gradients(field).gradient).max() > 0.1
    turned = fits.gradients(np.random.default_rng(0).normal(size=field.shape))
    rank = turned.correlation_with(turned.squared_rotation[0])
    np.testing.assert_allclose(rank, 1, rtol=1e-12)
    other = turned.squared_rotation[0].copy()
    other[loose] = 1e9
    np.testing.assert_allclose(turned.correlation_with(other), 1, rtol=1e-12)


def test_neighbours_are_those_within_the_radius(rng):
    """Against all pairs and all images, in a sheared cell."""
    cell = CELLS["sheared"]
    sample = disordered(cell)
    fits = local_fits(sample, radius=1.9)
    shifts = np.stack(np.meshgrid(*[[-1, 0, 1]] * 3), axis=-1).reshape(-1, 1, 1, 3) @ cell
    apart = np.linalg.norm(sample.positions[:, None] - sample.positions + shifts, axis=-1).min(axis=0)
    known = (apart < 1.9) & (apart > 0)
    np.testing.assert_array_equal(fits.neighbours.toarray() > 0, known)


@pytest.mark.parametrize("radius", [0.0, -1.0, 2.8, np.nan])
def test_a_radius_beyond_half_the_box_is_refused(radius):
    with pytest.raises(InputError, match="half the height of the cell"):
        local_fits(disordered(CELLS["sheared"]), radius=radius)


def test_a_single_field_is_refused_with_its_remedy():
    with pytest.raises(InputError, match="field\\[None\\]"):
        local_fits(glass(2, 100).pairs.configuration).gradients(np.zeros((100, 2)))
