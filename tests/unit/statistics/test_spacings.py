"""Spacings of random matrices, of independent levels and of a picket fence."""

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import (
    poisson_spacings,
    reference_level_statistics,
    spacing_distribution,
    unfolded,
    wigner_surmise,
)
from hessian_lab.statistics._spacings import CROSSING


def independent(rng, glasses, levels):
    return unfolded(np.cumsum(rng.exponential(size=(glasses, levels)), axis=1), low=0.0, high=0.9 * levels)


def surmise(rng, glasses, levels):
    """Independent spacings of Wigner's own law."""
    spacings = np.sqrt(4 / np.pi * rng.exponential(size=(glasses, levels)))
    return unfolded(np.cumsum(spacings, axis=1), low=0.0, high=0.9 * levels)


def test_both_laws_have_unit_norm_and_mean_and_cross_where_stated():
    for law in (wigner_surmise, poisson_spacings):
        assert np.isclose(quad(law, 0, np.inf)[0], 1)
        assert np.isclose(quad(lambda s, law=law: s * law(s), 0, np.inf)[0], 1)
    crossing = brentq(lambda s: float(wigner_surmise(s) - poisson_spacings(s)), 0.2, 1.0)
    assert np.isclose(crossing, CROSSING, atol=5e-5)


@pytest.mark.parametrize(("make", "law", "eta"), [(independent, poisson_spacings, 1), (surmise, wigner_surmise, 0)])
def test_independent_spacings_have_their_own_law(rng, make, law, eta):
    found = spacing_distribution(make(rng, 300, 200), window=(0.1, 0.9))
    mean = [quad(law, a, b)[0] / (b - a) for a, b in zip(found.edges[:-1], found.edges[1:], strict=True)]
    filled = np.array(mean) * np.diff(found.edges) * found.spacings > 20
    deviation = (found.density - mean)[filled] / found.standard_error[filled]
    assert 0.4 < np.mean(deviation**2) < 2.0
    assert abs(found.eta - eta) < 4 * found.eta_error
    own, other = found.poisson_distance, found.wigner_distance
    if eta == 0:
        own, other = other, own
    assert own < 2.5 * found.independent_distance
    assert other > 0.15
    assert np.isclose(np.sum(found.density * np.diff(found.edges)), 1 - np.exp(-4) * (eta == 1), atol=3e-3)


def test_random_matrices_are_near_the_surmise_and_not_on_it(rng):
    """Small spacings of large GOE matrices by the series of Mehta's gap probability, E'' = P."""
    found = reference_level_statistics("goe", [1.0], size=100, matrices=400, random=rng).spacings
    assert found.wigner_distance < 0.006 + 2 * found.independent_distance
    assert found.poisson_distance > 0.15
    s = CROSSING
    share = np.pi**2 * s**2 / 12 - np.pi**4 * s**4 / 240 + np.pi**4 * s**5 / 1350 + np.pi**6 * s**6 / 10080
    surmised, independent_share = 1 - np.exp(-np.pi * s**2 / 4), 1 - np.exp(-s)
    expected = (share - surmised) / (independent_share - surmised)
    assert expected == pytest.approx(0.025, abs=5e-4)
    # The series goes on with terms of order s^8 in the gap probability, here below 0.002 of eta.
    assert abs(found.eta - expected) < 4 * found.eta_error + 0.002
    assert abs(found.mean_spacing - 1) < 0.01


def test_a_picket_fence_has_one_spacing():
    found = spacing_distribution(unfolded([np.arange(50.0)] * 6), edges=np.array([0.0, 0.5, 1.5, 4.0]))
    assert np.allclose(found.density, [0, 1, 0])
    assert np.allclose(found.standard_error, 0)
    assert found.eta < 0


def test_a_shift_does_not_matter(rng):
    levels = np.cumsum(rng.exponential(size=(20, 100)), axis=1)
    first = spacing_distribution(unfolded(levels, low=10.0, high=90.0))
    second = spacing_distribution(unfolded(levels + 64.0, low=74.0, high=154.0))
    assert np.allclose(first.density, second.density)
    assert np.isclose(second.wigner_distance, first.wigner_distance)


def test_errors_count_glasses_not_spacings(rng):
    """Each glass ten times over: density and its error as if there were a tenth of the spacings."""
    levels = np.cumsum(rng.exponential(size=(40, 60)), axis=1)
    copies = np.concatenate([levels + 100 * k for k in range(10)], axis=1)
    once = spacing_distribution(unfolded(levels), window=(0.0, 1.0), edges=np.array([0.0, 0.5]))
    often = spacing_distribution(unfolded(copies), window=(0.0, 1.0), edges=np.array([0.0, 0.5]))
    assert often.spacings > 9 * once.spacings
    assert 0.8 < often.standard_error[0] / once.standard_error[0] < 1.25


def test_errors_cover(rng):
    """68 % of the intervals of one standard error hold the truth, at 25 glasses."""
    truth = (1 - np.exp(-0.5)) / 0.5
    hits = []
    for _ in range(300):
        found = spacing_distribution(independent(rng, 25, 40), window=(0.1, 0.9), edges=np.array([0.0, 0.5]))
        hits.append(abs(found.density[0] - truth) < found.standard_error[0])
    assert abs(np.mean(hits) - 0.683) < 4 * np.sqrt(0.683 * 0.317 / 300)


def test_what_is_undetermined_says_why():
    few = spacing_distribution(unfolded([np.arange(20.0)] * 3))
    assert np.all(np.isnan(few.standard_error))
    assert "at least 5" in few.reason
    empty = spacing_distribution(unfolded([[0.0, 10.0]] * 6), window=(0.25, 0.75))
    assert np.isnan(empty.eta)
    assert empty.reason == "no spacing in the window"
    with pytest.raises(InputError, match="edges"):
        spacing_distribution(unfolded([np.arange(5.0)]), edges=np.array([1.0]))
