"""Decay of modes from their cores: extended ones do not, force dipoles by their power law."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import amplitude_profile, elastic_core
from hessian_lab.systems import Configuration


def box(dim, particles=3000, side=30.0):
    positions = np.random.default_rng(4).uniform(0, side, (particles, dim))
    return Configuration.create(positions, side, diameters=np.ones(particles))


@pytest.mark.parametrize("dim", [2, 3])
def test_an_extended_mode_is_one_everywhere(dim, rng):
    """All particles moving equally: exactly 1. Gaussian vectors about any centre: 1 within 5 standard errors."""
    sample = box(dim)
    even = amplitude_profile(np.full((1, 3000, dim), 0.2), sample, centres=np.array([5]))
    np.testing.assert_allclose(even.amplitude[np.isfinite(even.amplitude)], 1, rtol=1e-12)
    assert np.isnan(even.error).all()
    fields = rng.normal(size=(60, 3000, dim))
    found = amplitude_profile(fields, sample, centres=rng.integers(0, 3000, 60))
    full = found.modes == 60
    assert full.sum() >= 8
    assert (np.abs(found.amplitude - 1)[full] < 5 * found.error[full]).all()
    assert (found.error[full] < 0.2).all()


@pytest.mark.parametrize(("dim", "side"), [(2, 60.0), (3, 60.0)])
def test_a_force_dipole_decays_as_its_power(dim, side, rng):
    """|psi|^2 ~ r^(-2(d - 1)): slope between four core radii and a third of the box, to 0.25."""
    sample = box(dim, 20000, side)
    centre = int(np.argmin(np.linalg.norm(sample.positions - side / 2, axis=1)))
    kinds = ["rotation", "strain"] * 4
    fields = np.stack([elastic_core(sample, kind, sample.positions[centre], 1.0, rng) for kind in kinds])
    found = amplitude_profile(fields, sample, centres=np.full(8, centre), edges=np.geomspace(4, side / 3, 9))
    slope = np.polyfit(np.log(found.distance), np.log(found.amplitude), 1)[0]
    assert abs(slope + 2 * (dim - 1)) < 0.25


def test_the_particle_that_moves_most_is_the_centre(rng):
    sample = box(2)
    fields = rng.normal(size=(3, 3000, 2))
    fields[np.arange(3), [7, 8, 9]] *= 50
    chosen = amplitude_profile(fields, sample)
    given = amplitude_profile(fields, sample, centres=np.array([7, 8, 9]))
    np.testing.assert_array_equal(chosen.amplitude, given.amplitude)
    assert chosen.amplitude[0] > 10


def test_norm_wrap_and_shift_do_not_matter(rng):
    sample = box(2)
    fields = rng.normal(size=(3, 3000, 2))
    moved = sample.at((sample.positions + np.array([17, -5])) % 30)
    one, other = amplitude_profile(fields, sample), amplitude_profile(-7 * fields, moved)
    np.testing.assert_allclose(one.amplitude, other.amplitude, rtol=1e-9)


def test_all_weight_is_counted(rng):
    """Bins to beyond the corners: amplitudes times their particles add up to N for one mode."""
    sample = box(2)
    edges = np.linspace(0, 22, 12)
    found = amplitude_profile(rng.normal(size=(1, 3000, 2)), sample, centres=np.array([3]), edges=edges)
    apart = sample.positions - sample.positions[3]
    number = np.histogram(np.linalg.norm(apart - 30 * np.round(apart / 30), axis=1), edges)[0]
    assert abs(np.nansum(found.amplitude * number) - 3000) < 1e-8


def test_empty_bins_are_not_numbers():
    sample = Configuration.create(np.array([[1.0, 1.0], [4.0, 4.0]]), 20.0, diameters=np.ones(2))
    found = amplitude_profile(np.ones((2, 2, 2)), sample, edges=np.array([0.0, 1.0, 2.0]))
    np.testing.assert_array_equal(found.modes, [2, 0])
    assert np.isnan(found.amplitude[1])


@pytest.mark.parametrize("edges", [np.array([1.0]), np.array([2.0, 1.0]), np.array([0.0, np.nan])])
def test_edges_that_do_not_ascend_are_refused(edges):
    with pytest.raises(InputError, match="ascend"):
        amplitude_profile(np.ones((1, 3000, 2)), box(2), edges=edges)
