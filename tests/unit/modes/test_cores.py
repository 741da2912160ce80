"""Rotation cores: found where they were put, strong where they rotate, silent about strain."""

import numpy as np
import pytest

from hessian_lab.modes import elastic_core, find_cores, local_fits, vortex_cores
from hessian_lab.systems import Configuration


def disordered(dim, side, seed=2):
    """A jittered lattice of unit density."""
    rng = np.random.default_rng(seed)
    positions = np.stack(np.meshgrid(*[np.arange(side)] * dim, indexing="ij"), axis=-1).reshape(-1, dim)
    positions = (positions + 0.3 * rng.uniform(-1, 1, positions.shape)) % side
    return Configuration.create(positions, side, diameters=np.ones(len(positions)))


@pytest.mark.parametrize(("dim", "side"), [(2, 20), (3, 9)])
def test_a_core_is_found_where_it_is(dim, side, rng):
    """The centre of the core to a distance between particles; rotation, not strain; first among all vortices."""
    sample = disordered(dim, side)
    fits = local_fits(sample)
    for _ in range(5):
        centre = rng.uniform(0, side, dim)
        field = elastic_core(sample, "rotation", centre, 1.5, rng)
        found = find_cores(fits.gradients(field[None]), fits)
        apart = sample.positions[found.particle[0]] - centre
        assert np.linalg.norm(apart - side * np.round(apart / side)) < 1.2
        # Far above noise and waves; not 1, for a fit sees as far as the core is wide.
        assert found.fraction[0] > 0.7
        assert found.asymmetry[0] > 2
        assert found.strength[0] > 3
        near = vortex_cores(field, fits)
        assert near.particles[0] == found.particle[0]
        np.testing.assert_allclose(near.rotation[0], found.rotation[0])
        np.testing.assert_allclose(near.strength[0], found.strength[0])
        np.testing.assert_allclose(near.fraction[0], found.fraction[0])


@pytest.mark.parametrize(("dim", "side"), [(2, 20), (3, 9)])
def test_a_strain_core_is_none(dim, side, rng):
    """Its strongest rotation stays below its strongest strain, wherever the core lies."""
    sample = disordered(dim, side)
    fits = local_fits(sample)
    fields = np.stack([elastic_core(sample, "strain", rng.uniform(0, side, dim), 1.5, rng) for _ in range(10)])
    assert (find_cores(fits.gradients(fields), fits).asymmetry < 0.7).all()


def test_the_axis_of_a_core_is_that_of_its_rotation():
    """u = omega x r g(r) has its axis along omega, right-handed."""
    sample = disordered(3, 9)
    spin = np.array([1.0, -2.0, 0.5])
    apart = sample.positions - 4.5
    field = np.cross(spin, apart) * np.exp(-np.sum(apart**2, axis=1) / 8)[:, None]
    found = find_cores(local_fits(sample).gradients(field[None]), local_fits(sample))
    axis = found.rotation[0] / np.linalg.norm(found.rotation[0])
    assert axis @ spin / np.linalg.norm(spin) > np.cos(np.radians(10))


def test_sums_over_the_region_are_those_of_its_particles(rng):
    """All numbers of a core against plain loops over a particle and its neighbours."""
    sample = disordered(2, 10)
    fits = local_fits(sample)
    gradients = fits.gradients(rng.normal(size=(4, 100, 2)))
    found = find_cores(gradients, fits)
    W, S = gradients.squared_rotation, gradients.squared_strain
    regions = [[i, *fits.neighbours[i].indices] for i in range(100)]
    for k in range(4):
        turned = np.array([W[k, region].sum() for region in regions])
        sheared = np.array([S[k, region].sum() for region in regions])
        core = turned.argmax()
        assert found.particle[k] == core
        assert np.isclose(found.fraction[k], turned[core] / (turned[core] + sheared[core]))
        assert np.isclose(found.strength[k], W[k, regions[core]].mean() / (W[k] + S[k]).mean())
        assert np.isclose(found.asymmetry[k], turned[core] / sheared.max())
        most = W[k].argmax()
        assert np.isclose(found.particle_fraction[k], W[k, most] / (W[k, most] + S[k, most]))


def test_the_numbers_of_a_core_do_not_know_the_amplitude(rng):
    sample = disordered(2, 10)
    fits = local_fits(sample)
    fields = rng.normal(size=(3, 100, 2))
    one, other = (find_cores(fits.gradients(factor * fields), fits) for factor in (1.0, -1e-5))
    for name in ("particle", "particle_fraction", "fraction", "strength", "asymmetry"):
        np.testing.assert_allclose(getattr(one, name), getattr(other, name), rtol=1e-9)
    np.testing.assert_allclose(other.rotation, -1e-5 * one.rotation, rtol=1e-9)


def test_two_vortices_are_two_and_in_order(rng):
    """The stronger one first, each a local maximum; weak ones are left out."""
    sample = disordered(2, 30)
    fits = local_fits(sample)
    centres = np.array([[7.0, 7.0], [22.0, 20.0]])
    parts = [elastic_core(sample, "rotation", centre, 1.5, rng) for centre in centres]
    found = vortex_cores(0.7 * parts[0] + parts[1], fits, least_strength=3.0)
    assert found.particles.size == 2
    assert found.strength[0] > found.strength[1] > 3
    assert np.linalg.norm(sample.positions[found.particles] - centres[::-1], axis=1).max() < 1.2
    assert vortex_cores(0.7 * parts[0] + parts[1], fits, least_strength=1e6).particles.size == 0


def test_no_field_has_no_core():
    sample = disordered(2, 10)
    fits = local_fits(sample)
    found = find_cores(fits.gradients(np.zeros((0, 100, 2))), fits)
    assert found.particle.shape == found.asymmetry.shape == (0,)
    assert found.rotation.shape == (0, 1)
