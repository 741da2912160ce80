"""Participation ratio: the yardsticks that everybody quotes."""

from math import sqrt

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import participation_ratio


@pytest.fixture
def rng():
    return np.random.default_rng(7)


@pytest.mark.parametrize("dim", [2, 3])
def test_gaussian_modes_reach_their_known_ratio(rng, dim):
    """Random Gaussian vectors: d/(d + 2), up to 1/sqrt(modes); exactly (N d + 2)/(N (d + 2)) for unit vectors."""
    ratio = participation_ratio(rng.normal(size=(1500, 200, dim)))
    # The expectation of the inverse exceeds the inverse of the expectation by a term of order 1/N.
    assert abs(ratio.mean() - dim / (dim + 2)) < 4 * ratio.std() / sqrt(1500) + 6 / 200
    inverse = 1 / ratio
    expected = 200 * (dim + 2) / (200 * dim + 2)
    assert abs(inverse.mean() - expected) < 4 * inverse.std() / sqrt(1500)


def test_waves_and_a_single_particle():
    """Running wave (equal lengths) 1, linearly polarised standing wave 2/3, one particle 1/N."""
    phase = 2 * np.pi * 3 * (np.arange(48) + 0.2) / 48
    running = np.stack([np.cos(phase), np.sin(phase), 0 * phase], axis=1)
    standing = np.cos(phase)[:, None] * np.array([0.0, 0.6, 0.8])
    single = np.zeros((48, 3))
    single[5, 1] = -2.0
    assert np.allclose(participation_ratio(np.stack([running, standing, single])), [1, 2 / 3, 1 / 48], rtol=1e-12)


def test_the_norm_does_not_matter(rng):
    modes = rng.normal(size=(3, 10, 2))
    assert np.allclose(participation_ratio(modes), participation_ratio(modes * 1e-200), rtol=1e-12)


def test_particles_that_stand_still_dilute_the_ratio(rng):
    modes = rng.normal(size=(4, 10, 3))
    padded = np.concatenate([modes, np.zeros((4, 30, 3))], axis=1)
    assert np.allclose(participation_ratio(padded), participation_ratio(modes) / 4)


@pytest.mark.parametrize("modes", [np.zeros((1, 4, 3)), np.full((1, 4, 3), np.nan), np.ones((4, 3))])
def test_what_is_no_mode_is_refused(modes):
    with pytest.raises(InputError, match="argument modes"):
        participation_ratio(modes)
