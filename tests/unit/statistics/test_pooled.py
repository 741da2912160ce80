"""Pooled means and medians: their errors are over glasses."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab.statistics import pooled_mean, pooled_median


def test_with_one_mode_a_glass_the_jackknife_is_the_usual_error():
    values = np.random.default_rng(1).standard_normal(40)
    mean, error = pooled_mean(values, np.ones(40, dtype=int))
    assert mean == pytest.approx(values.mean(), abs=1e-14)
    assert error == pytest.approx(values.std(ddof=1) / np.sqrt(40), rel=1e-12)


@pytest.mark.parametrize("statistic", [pooled_mean, pooled_median])
def test_copies_inside_a_glass_do_not_shrink_the_error(statistic):
    """Nine equal modes a glass hold no more than one: errors over modes would be three times too small."""
    values = np.random.default_rng(2).standard_normal(60)
    single = statistic(values, np.ones(60, dtype=int))
    nine = statistic(np.repeat(values, 9), np.full(60, 9))
    assert nine == pytest.approx(single, rel=1e-12)


@pytest.mark.parametrize("statistic", [pooled_mean, pooled_median])
def test_errors_are_the_scatter_of_independent_ensembles(statistic):
    """Glasses with 0 to 4 correlated modes: the mean error squared is the variance over 150 ensembles.

    With 150 ensembles the variance is known to sqrt(2/149) = 12 %, and the bootstrap of a median is itself biased by
    some 10 % at 50 glasses: 50 % is beyond both, while errors over modes would be half as large.
    """
    random = np.random.default_rng(3)
    found = []
    for _ in range(150):
        counts = random.integers(0, 5, 50)
        values = np.repeat(random.standard_normal(50), counts) + 0.3 * random.standard_normal(counts.sum())
        options = {"resamples": 100} if statistic is pooled_median else {}
        found.append(statistic(values, counts, **options))
    value, error = np.array(found).T
    assert np.mean(error**2) / np.var(value, ddof=1) == pytest.approx(1, abs=0.5)


def test_what_is_undetermined_is_nan():
    nothing = np.zeros(0), np.zeros(3, dtype=int)
    lonely = np.array([1.0, 3.0]), np.array([0, 2, 0])
    for statistic in (pooled_mean, pooled_median):
        assert np.isnan(statistic(*nothing)).all()
        value, error = statistic(*lonely)
        assert value == 2
        assert np.isnan(error)
