"""Tridiagonal models have the spectra of the dense matrices they stand for."""

import numpy as np
import pytest
from scipy.stats import ks_2samp, kstest, poisson

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import reference_levels


def sampled_mean_agrees(first, second):
    """Means of two samples within four standard errors of their difference."""
    error = np.hypot(first.std(ddof=1) / np.sqrt(first.size), second.std(ddof=1) / np.sqrt(second.size))
    return abs(first.mean() - second.mean()) < 4 * error


def test_goe_levels_are_those_of_dense_matrices(rng):
    dense = rng.normal(size=(3000, 8, 8))
    dense = np.linalg.eigvalsh((dense + dense.transpose(0, 2, 1)) / np.sqrt(2))
    found = reference_levels("goe", 8, 3000, rng)
    assert found.shape == (3000, 8)
    assert np.all(np.diff(found, axis=1) > 0)
    for k in (0, 1, 4):
        assert ks_2samp(found[:, k], dense[:, k]).pvalue > 1e-4
    assert sampled_mean_agrees(np.var(found, axis=1), np.var(dense, axis=1))


def test_goe_traces(rng):
    """E tr H = 0 and E tr H^2 = n (n - 1) + 2 n for off-diagonal variance 1 and diagonal variance 2."""
    levels = reference_levels("goe", 12, 4000, rng)
    for power, expected in ((1, 0.0), (2, 12 * 13)):
        trace = np.sum(levels**power, axis=1)
        assert abs(trace.mean() - expected) < 4 * trace.std() / np.sqrt(4000)


@pytest.mark.parametrize("excess", [0, 3])
def test_wishart_levels_are_those_of_dense_matrices(rng, excess):
    dense = np.linalg.svd(rng.normal(size=(3000, 8, 8 + excess)), compute_uv=False)[:, ::-1] ** 2
    found = reference_levels("wishart", 8, 3000, rng, excess=excess)
    for k in (0, 1, 7):
        assert ks_2samp(found[:, k], dense[:, k]).pvalue > 1e-4
    trace = found.sum(axis=1)
    assert abs(trace.mean() - 8 * (8 + excess)) < 4 * trace.std() / np.sqrt(3000)


def test_the_smallest_square_wishart_level_has_edelmans_law(rng):
    """n lambda_1 of large square matrices: density (1 + sqrt x)/(2 sqrt x) exp(-x/2 - sqrt x) (Edelman 1988)."""
    lowest = 200 * reference_levels("wishart", 200, 1500, rng, lowest=1)[:, 0]
    assert kstest(lowest, lambda x: 1 - np.exp(-x / 2 - np.sqrt(x))).pvalue > 1e-4


@pytest.mark.parametrize("kind", ["goe", "wishart", "poisson"])
def test_the_lowest_levels_are_the_first_of_all(kind):
    """One seed, all levels or the lowest three (for points: the same exponential variables for one row)."""
    whole = reference_levels(kind, 40, 1, 11)
    part = reference_levels(kind, 40, 1, 11, lowest=3)
    assert np.allclose(part, whole[:, :3], rtol=1e-9, atol=0)


def test_independent_levels_are_a_poisson_process(rng):
    """The number below any omega has a Poisson law of mean n omega^(s + 1)."""
    levels = reference_levels("poisson", 50, 4000, rng, exponent=2.0)
    number = np.count_nonzero(levels < 0.5, axis=1)
    mean = 50 * 0.5**3
    assert abs(number.mean() - mean) < 4 * np.sqrt(mean / 4000)
    assert abs(number.var() / mean - 1) < 4 * np.sqrt((2 + 1 / mean) / 4000)
    assert abs(np.mean(number == 6) - poisson.pmf(6, mean)) < 4 * np.sqrt(poisson.pmf(6, mean) / 4000)


def test_a_seed_repeats_and_another_does_not():
    assert np.array_equal(reference_levels("goe", 5, 2, 3), reference_levels("goe", 5, 2, 3))
    assert not np.array_equal(reference_levels("goe", 5, 2, 3), reference_levels("goe", 5, 2, 4))


@pytest.mark.parametrize(
    ("arguments", "options", "message"),
    [
        (("gue", 5, 2), {}, "kind"),
        (("goe", 1, 2), {}, "size"),
        (("goe", 5, 0), {}, "count"),
        (("goe", 5, 2), {"excess": 1}, "excess"),
        (("goe", 5, 2), {"exponent": 2.0}, "exponent"),
        (("poisson", 5, 2), {"exponent": -1.0}, "exponent"),
        (("goe", 5, 2), {"lowest": 6}, "lowest"),
    ],
)
def test_what_is_no_ensemble_is_refused(arguments, options, message):
    with pytest.raises(InputError, match=message):
        reference_levels(*arguments, **options)
