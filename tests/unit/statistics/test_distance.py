"""The distance between two configurations of the same particles."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab import InputError
from hessian_lab.statistics import configuration_distance

CELL = np.array([[6.0, 0.0, 0.0], [1.5, 5.5, 0.0], [-0.7, 0.4, 6.2]])


def sample(rng, glasses=4, particles=30):
    return rng.random((glasses, particles, 3)) @ CELL, np.broadcast_to(CELL, (glasses, 3, 3))


def test_translations_and_periodic_images_are_no_distance(rng):
    """A rigid shift, and particles moved by whole cell vectors, leave zero to rounding."""
    first, cells = sample(rng)
    images = rng.integers(-2, 3, first.shape) @ CELL
    assert configuration_distance(first, first + np.array([2.9, -1.4, 0.3]) + images, cells).max() < 1e-12


def test_known_displacements_give_their_root_mean_square(rng):
    """Small displacements without a mean, behind a shift and a wrap: the RMS of what was put in."""
    first, cells = sample(rng)
    moves = 0.1 * rng.normal(size=first.shape)
    moves -= moves.mean(axis=1, keepdims=True)
    second = first + moves + np.array([-2.0, 2.6, 3.0])
    reduced = second @ np.linalg.inv(CELL)
    wrapped = (reduced - np.floor(reduced)) @ CELL
    expected = np.sqrt((moves**2).sum(axis=2).mean(axis=1))
    np.testing.assert_allclose(configuration_distance(first, wrapped, cells), expected, rtol=1e-12)


def test_one_particle_that_moves_counts_by_its_share(rng):
    """One of N moves by a: the best translation leaves a sqrt((N - 1)/N^2)."""
    first, cells = sample(rng)
    second = first.copy()
    second[:, 3, 1] += 0.5
    np.testing.assert_allclose(configuration_distance(first, second, cells), 0.5 * np.sqrt(29) / 30, rtol=1e-12)


def test_no_translation_is_better(rng):
    """The distance is a minimum: no other shift brings the configurations closer."""
    first, cells = sample(rng, glasses=1)
    second = first + 0.4 * rng.normal(size=first.shape)
    found = configuration_distance(first, second, cells)[0]
    for _ in range(50):
        left = second - first - 0.3 * rng.normal(size=3)
        reduced = left @ np.linalg.inv(CELL)
        apart = (reduced - np.rint(reduced)) @ CELL
        assert np.sqrt((apart**2).sum(axis=2).mean()) >= found * (1 - 1e-12)


def test_what_did_not_converge_has_no_distance(rng):
    """NaN positions give NaN for their glass alone; shapes that disagree are refused."""
    first, cells = sample(rng)
    second = first.copy()
    second[2] = np.nan
    assert np.isnan(configuration_distance(first, second, cells)).tolist() == [False, False, True, False]
    with pytest.raises(InputError, match="same shape"):
        configuration_distance(first, first[:2], cells)
