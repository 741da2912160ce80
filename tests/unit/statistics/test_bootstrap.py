"""Resampling glasses: multinomial weights, in chunks that do not change the answer."""

import tracemalloc

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import bootstrap_sums, bootstrap_weights


def test_weights_are_multinomial():
    """Every row draws G glasses; each weight has mean 1 and variance 1 - 1/G, and two have covariance -1/G."""
    weights = np.concatenate(list(bootstrap_weights(10, resamples=20000, seed=3)))
    assert weights.shape == (20000, 10)
    assert np.all(weights.sum(axis=1) == 10)
    assert np.allclose(weights.mean(axis=0), 1, atol=0.03)
    expected = np.eye(10) - 0.1
    assert np.allclose(np.cov(weights.T), expected, atol=0.04)


@pytest.mark.parametrize("chunk_bytes", [1, 8 * 37 * 7, 10**9])
def test_chunks_do_not_change_the_resamples(rng, chunk_bytes):
    values = rng.normal(size=(37, 3))
    whole = np.concatenate(list(bootstrap_weights(37, resamples=50, seed=1)))
    parts = np.concatenate(list(bootstrap_weights(37, resamples=50, seed=1, chunk_bytes=chunk_bytes)))
    assert np.array_equal(whole, parts)
    sums = bootstrap_sums(values, resamples=50, seed=1, chunk_bytes=chunk_bytes)
    assert np.allclose(sums, whole @ values, rtol=1e-12)


def test_another_seed_draws_other_glasses():
    first, second = (np.concatenate(list(bootstrap_weights(20, resamples=5, seed=seed))) for seed in (0, 1))
    assert not np.array_equal(first, second)


def test_the_error_of_a_mean_is_the_known_one(rng):
    """Spread of the resampled means: sqrt(variance/G)."""
    values = rng.normal(size=(400, 1))
    means = bootstrap_sums(values, resamples=4000, seed=2) / 400
    assert abs(means.std() / (values.std() / 20) - 1) < 4 / np.sqrt(2 * 4000)


def test_fifty_thousand_glasses_stay_in_bounded_memory():
    tracemalloc.start()
    total = sum(len(chunk) for chunk in bootstrap_weights(50_000, resamples=100))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert total == 100
    assert peak < 40 * 2**20


def test_too_few_resamples_are_refused():
    with pytest.raises(InputError, match="resamples"):
        bootstrap_weights(10, resamples=1)
