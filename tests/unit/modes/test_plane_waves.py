"""Plane waves of disordered boxes and of a crystal: orthonormal, complete, and blind to labels and origin."""

import numpy as np
import pytest
from hessian_cases import crystal, glass
from scipy.linalg import LinAlgError

from hessian_lab._core.errors import InputError
from hessian_lab.modes import _plane_waves, debye_wavenumber, phonon_content, plane_waves
from hessian_lab.modes._plane_waves import polarisation_vectors
from hessian_lab.systems import Configuration

SHEARED = np.array([[5.0, 0.0, 0.0], [1.3, 6.0, 0.0], [-2.0, 0.9, 5.5]])


def disordered(rng, cell, particles):
    """A configuration without structure and with unequal masses."""
    positions = rng.uniform(size=(particles, len(cell))) @ cell
    masses = rng.uniform(0.5, 2, particles)
    return Configuration.create(positions, cell, diameters=np.ones(particles), masses=masses)


def moved(configuration, shift=0.0, order=None):
    """All particles translated and relabelled."""
    order = np.arange(configuration.particles) if order is None else order
    return Configuration.create(
        (configuration.positions + shift)[order],
        configuration.cell,
        diameters=configuration.diameters[order],
        masses=configuration.masses[order],
    )


def assert_orthonormal(waves, tolerance=1e-10):
    """Translations and independent columns; and the basis projects on the same spaces, block by block."""
    columns = np.concatenate([waves.translations, waves.independent], axis=1)
    assert np.abs(columns.T @ columns - np.eye(columns.shape[1])).max() < tolerance
    ends = np.cumsum(waves.rank)
    assert ends[-1] == waves.independent.shape[1]
    for place, rank in enumerate(waves.rank):
        own = waves.independent[:, ends[place] - rank : ends[place]]
        block = waves.basis[:, waves.starts[place] : waves.starts[place + 1]]
        assert np.abs(block @ block.T - own @ own.T).max() < tolerance


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("share", [0.4, 0.7, 0.96, 1.0])
def test_the_basis_is_orthonormal(dim, share):
    """Also at the Debye wave number, where there are as many waves as modes and they are nearly dependent."""
    sample = glass(dim, 100).pairs.configuration
    assert_orthonormal(plane_waves(sample, highest=share * debye_wavenumber(sample)))


def test_nearly_dependent_waves_in_square_boxes_stay_orthonormal():
    """Boxes in which the triangular factor has no small diagonal element and the waves are nearly dependent all the
    same."""
    for seed in range(12):
        sample = disordered(np.random.default_rng(seed), np.eye(2) * 10, 100)
        assert_orthonormal(plane_waves(sample, highest=0.96 * debye_wavenumber(sample)))


def test_factorisation_and_projection_are_one_basis(monkeypatch, rng):
    """Weights, leakage and ranks of both routes; the bases themselves differ by rounding times the condition."""
    for sample in (glass(2, 100).pairs.configuration, disordered(rng, SHEARED, 90)):
        highest = 0.6 * debye_wavenumber(sample)
        monkeypatch.undo()
        monkeypatch.setattr(_plane_waves, "_by_projection", None)
        fast = plane_waves(sample, highest=highest)
        monkeypatch.undo()

        def refuse(*_):
            raise LinAlgError

        monkeypatch.setattr(_plane_waves, "_by_cholesky", refuse)
        careful = plane_waves(sample, highest=highest)
        np.testing.assert_allclose(fast.basis, careful.basis, atol=1e-10)
        np.testing.assert_allclose(fast.leakage, careful.leakage, atol=1e-12)
        np.testing.assert_array_equal(fast.rank, careful.rank)


def test_the_basis_is_as_near_to_the_waves_as_can_be(rng):
    """Symmetric orthonormalisation: inside a block no orthonormal basis of the same space overlaps more with the
    waves."""
    waves = plane_waves(disordered(rng, SHEARED, 60), shells=4)
    for place in range(len(waves.rank)):
        block = slice(waves.starts[place], waves.starts[place + 1])
        overlap = waves.basis[:, block].T @ waves.raw[:, block]
        assert np.abs(overlap - overlap.T).max() < 1e-12
        assert np.linalg.eigvalsh(overlap).min() > 0


def test_transverse_waves_are_across_and_longitudinal_ones_along(rng):
    """Also of wave vectors that lie along an axis or nearly so."""
    vectors = np.concatenate([rng.normal(size=(40, 3)), np.eye(3), [[1, 1e-12, 0], [1, 1, 1]]])
    unit = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    across, along = polarisation_vectors(vectors, "transverse"), polarisation_vectors(vectors, "longitudinal")
    frames = np.concatenate([across, along], axis=1)
    np.testing.assert_allclose(frames @ frames.mT, np.broadcast_to(np.eye(3), frames.shape), atol=1e-12)
    np.testing.assert_allclose(np.einsum("kpd,kd->kp", along, unit), 1, rtol=1e-14)
    in_plane = polarisation_vectors(vectors[:40, :2], "transverse")
    np.testing.assert_allclose(np.einsum("kpd,kd->kp", in_plane, vectors[:40, :2]), 0, atol=1e-12)


def test_raw_waves_are_waves_of_displacement(rng):
    """psi/sqrt(m) of the raw waves is e cos(k r) or e sin(k r): periodic in a sheared cell, e across or along k."""
    sample = disordered(rng, SHEARED, 50)
    waves = plane_waves(sample, shells=3)
    images = moved(sample, rng.integers(-2, 3, size=(50, 3)) @ SHEARED)
    np.testing.assert_allclose(plane_waves(images, shells=3).raw, waves.raw, atol=1e-12)
    displacement = waves.raw.T.reshape(-1, 50, 3) / np.sqrt(sample.masses)[:, None]
    for shell in waves.shells:
        for polarisation in ("transverse", "longitudinal"):
            directions = polarisation_vectors(shell.vectors, polarisation)
            columns = iter(displacement[waves.block(shell.number, polarisation)])
            for vector, many in zip(shell.vectors, directions, strict=True):
                for direction in many:
                    for wave in (np.cos, np.sin):
                        known = wave(sample.positions @ vector)[:, None] * direction
                        found = next(columns)
                        np.testing.assert_allclose(
                            found * np.linalg.norm(known), known * np.linalg.norm(found), atol=1e-10
                        )


def test_disorder_makes_waves_leak():
    """The share of raw waves in earlier blocks: above zero in a glass, more for short waves, rounding in a crystal."""
    waves = plane_waves(glass(3, 100).pairs.configuration)
    assert (waves.leakage > 0).all()
    assert waves.leakage[0] < 0.1
    assert waves.leakage[0] < waves.leakage[len(waves.leakage) // 2] < waves.leakage[-1] <= 1
    ordered = plane_waves(crystal().pairs.configuration, shells=4)
    assert np.abs(ordered.leakage).max() < 1e-12
    np.testing.assert_array_equal(ordered.rank, np.diff(ordered.starts))


@pytest.mark.parametrize("dim", [2, 3])
def test_origin_and_labels_do_not_matter(dim, rng):
    """Shell weights of the same modes after a translation of all particles and after relabelling."""
    hessian = glass(dim, 100)
    sample = hessian.pairs.configuration
    modes = np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, dim)[dim::9]
    order = rng.permutation(100)
    plain = phonon_content(modes, plane_waves(sample))
    shifted = phonon_content(modes, plane_waves(moved(sample, rng.uniform(-9, 9, dim))))
    relabelled = phonon_content(modes[:, order], plane_waves(moved(sample, order=order)))
    for other in (shifted, relabelled):
        # The last shells are nearly dependent on the others: rounding over their smallest rest.
        np.testing.assert_allclose(other.transverse, plain.transverse, atol=1e-7)
        np.testing.assert_allclose(other.longitudinal, plain.longitudinal, atol=1e-7)
        np.testing.assert_allclose(other.transverse[:, :4], plain.transverse[:, :4], atol=1e-12)


def test_the_debye_wave_number_counts_the_particles():
    """Number of wave vectors inside: N, up to the roughness of the sphere's surface."""
    for dim, particles in ((2, 5000), (3, 5000)):
        length = particles ** (1 / dim)
        box = Configuration.create(np.zeros((1, dim)), length, diameters=np.ones(1))
        known = debye_wavenumber(box) * particles ** (1 / dim)
        reach = np.arange(-30 if dim == 3 else -60, 31 if dim == 3 else 61)
        vectors = np.stack(np.meshgrid(*[reach] * dim), axis=-1).reshape(-1, dim) * 2 * np.pi / length
        counted = np.sum(np.linalg.norm(vectors, axis=1) < known)
        assert abs(counted - particles) < 4 * particles ** ((dim - 1) / dim / 2)


def test_blocks_that_are_not_there_are_refused():
    sample = glass(2, 100).pairs.configuration
    waves = plane_waves(sample, shells=2)
    assert waves.block(2, "longitudinal").stop == waves.raw.shape[1]
    for shell in (0, 3):
        with pytest.raises(InputError, match="from 1 to 2"):
            waves.block(shell, "transverse")
    with pytest.raises(InputError, match="not both"):
        plane_waves(sample, shells=2, highest=3.0)
