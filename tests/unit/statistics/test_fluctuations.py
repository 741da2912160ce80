"""Number variance and Delta_3 of picket fences, independent levels and random matrices."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import (
    delta_3,
    goe_delta_3,
    goe_number_variance,
    level_statistics,
    number_variance,
    poisson_delta_3,
    poisson_number_variance,
    reference_level_statistics,
    unfolded,
)

LENGTHS = np.array([0.5, 1.0, 3.0, 8.0])


def fence(rng, glasses, levels=60):
    """Equidistant levels with a random phase; the range holds a whole number of them."""
    arrays = np.arange(levels) + rng.uniform(size=(glasses, 1))
    return unfolded(arrays, low=5.0, high=levels - 5.0)


def independent(rng, glasses, levels=100):
    return unfolded(np.cumsum(rng.exponential(size=(glasses, levels)), axis=1), low=0.0, high=0.5 * levels)


def fitted_by_quadrature(levels, start, length):
    """Delta_3 of one interval: straight line through a fine staircase."""
    y = start + length * (np.arange(200000) + 0.5) / 200000
    staircase = np.searchsorted(levels, y)
    return np.polyfit(y, staircase, 1, full=True)[1][0] / 200000


def test_the_number_variance_of_a_picket_fence(rng):
    """f (1 - f), with f the fraction of L beyond a whole number."""
    lengths = np.array([0.25, 1.0, 1.5, 6.75])
    whole = np.floor(lengths)
    for k, fraction in enumerate(lengths - whole):
        # An interval that can move by whole numbers of levels sees all phases alike.
        window_end = 5.0 + lengths[k] + 30
        moved = unfolded(fence(rng, 5).levels, low=5.0, high=window_end)
        found = number_variance(moved, lengths[k : k + 1], window=(0.0, 1.0))
        assert np.isclose(found.value[0], fraction * (1 - fraction), atol=1e-12)


def test_the_rigidity_of_a_picket_fence(rng):
    """1/12, but for a correction of order 1/L^2."""
    found = delta_3(fence(rng, 400), np.array([20.0, 40.0]), window=(0.0, 1.0))
    assert np.allclose(found.value, 1 / 12, atol=1 / 20**2)


def test_the_closed_form_is_the_fitted_line(rng):
    levels = np.sort(rng.uniform(0, 30, size=25))
    for start, length in ((0.0, 30.0), (12.3, 9.1), (3.0, 0.5)):
        own = unfolded([levels], low=start, high=start + length)
        found = delta_3(own, np.array([length]), window=(0.0, 1.0)).value[0]
        assert np.isclose(found, fitted_by_quadrature(levels, start, length), rtol=1e-4, atol=1e-5)


def test_the_number_variance_is_the_average_over_all_places(rng):
    levels = np.sort(rng.uniform(0, 20, size=20))
    found = number_variance(unfolded([levels], low=0.0, high=20.0), np.array([3.3]), window=(0.0, 1.0)).value[0]
    starts = 16.7 * (np.arange(200000) + 0.5) / 200000
    number = np.searchsorted(levels, starts + 3.3) - np.searchsorted(levels, starts)
    assert np.isclose(found, np.mean((number - 3.3) ** 2), rtol=1e-3)


def test_independent_levels(rng):
    """L and L/15, with errors that are neither too small nor too large."""
    own = independent(rng, 600)
    for estimator, truth in ((number_variance, poisson_number_variance), (delta_3, poisson_delta_3)):
        found = estimator(own, LENGTHS, window=(0.0, 1.0))
        assert np.all(np.abs(found.value - truth(LENGTHS)) < 4 * found.standard_error)
        assert np.all(found.standard_error < 0.1 * found.value)


def test_random_matrices(rng):
    """Large GOE matrices in the bulk: the formulas for infinite ones, within the errors."""
    found = reference_level_statistics("goe", LENGTHS, size=150, matrices=250, random=rng)
    # The staircase of the other matrices adds its own noise, 1/(G - 1) of the number variance.
    noise = 1 / 249
    truth = goe_number_variance(LENGTHS)
    assert np.all(np.abs(found.variance.value - truth) < 4 * found.variance.standard_error + noise * truth)
    assert np.all(np.abs(found.rigidity.value - goe_delta_3(LENGTHS)) < 4 * found.rigidity.standard_error)
    assert found.mean_levels == pytest.approx(75, abs=1)


def test_hard_and_soft_edges_share_the_bulk(rng):
    found = reference_level_statistics("wishart", LENGTHS, size=60, matrices=300, random=rng, excess=2)
    truth = goe_number_variance(LENGTHS)
    assert np.all(np.abs(found.variance.value - truth) < 4 * found.variance.standard_error + truth / 100)


def test_the_formulas_meet_their_limits():
    """Short lengths hold one level or none; long ones reach the asymptotic form; Delta_3 begins as L/15."""
    short, long = np.array([1e-3]), np.array([50.0])
    assert np.allclose(goe_number_variance(short), short - short**2, rtol=1e-5)
    assert np.allclose(goe_delta_3(short), short / 15, rtol=2e-3)
    assert np.allclose(goe_number_variance(long), goe_number_variance(long, asymptotic=True), atol=1e-3)
    assert np.allclose(goe_delta_3(long), goe_delta_3(long, asymptotic=True), atol=2e-3)


def test_the_formula_is_the_integral_of_the_cluster_function():
    """L - 2 int (L - r) Y_2(r) dr with Mehta's Y_2 = s^2 + s' int_r^inf s, s = sin(pi r)/(pi r)."""
    from scipy.integrate import quad
    from scipy.special import sici

    def cluster(r):
        s = np.sinc(r)
        slope = (np.cos(np.pi * r) - s) / r
        return s**2 + slope * (0.5 - sici(np.pi * r)[0] / np.pi)

    for length in (0.3, 1.0, 4.0):
        integral = quad(lambda r, length=length: (length - r) * cluster(r), 1e-12, length, limit=200)[0]
        assert np.isclose(goe_number_variance(length), length - 2 * integral, rtol=1e-8)


def test_a_shift_does_not_matter(rng):
    own = independent(rng, 10)
    moved = unfolded([levels + 1234.5 for levels in own.levels], low=own.low + 1234.5, high=own.high + 1234.5)
    for estimator in (number_variance, delta_3):
        first, second = estimator(own, LENGTHS), estimator(moved, LENGTHS)
        assert np.allclose(first.value, second.value, rtol=1e-8)


def test_errors_cover(rng):
    """68 % of the intervals of one standard error hold the truth."""
    hits = {number_variance: [], delta_3: []}
    for _ in range(150):
        own = independent(rng, 40, 40)
        for estimator, truth in ((number_variance, 2.0), (delta_3, 2 / 15)):
            found = estimator(own, np.array([2.0]), window=(0.0, 1.0))
            hits[estimator].append(abs(found.value[0] - truth) < found.standard_error[0])
    for inside in hits.values():
        # The distribution of either statistic is skewed, which costs a few per cent at 40 glasses.
        assert abs(np.mean(inside) - 0.683) < 4 * np.sqrt(0.683 * 0.317 / 150) + 0.03


def test_both_unfoldings_and_lengths_that_do_not_fit(rng):
    levels = np.sort(rng.uniform(size=(12, 120)), axis=1)
    found = level_statistics(list(levels), np.array([2.0, 500.0]), unfolding="polynomial", degree=3)
    assert found.method == "polynomial"
    assert found.variance.reasons[0] == ""
    assert np.isnan(found.variance.value[1])
    assert "mean spacings only" in found.rigidity.reasons[1]
    few = number_variance(unfolded([np.arange(9.0)]), np.array([1.0]))
    assert np.isfinite(few.value[0])
    assert np.isnan(few.standard_error[0])


def test_what_is_no_length_is_refused():
    own = unfolded([np.arange(9.0)] * 5)
    with pytest.raises(InputError, match="lengths"):
        delta_3(own, np.array([0.0]))
    with pytest.raises(InputError, match="positive"):
        goe_number_variance(np.array([-1.0]))
    with pytest.raises(InputError, match="unfolding"):
        level_statistics([np.arange(9.0)] * 5, np.array([1.0]), unfolding="spline")
