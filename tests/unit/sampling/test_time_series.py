"""Correlated series with known answers: first-order autoregressions x' = a x + sqrt(1 - a^2) noise.

Their integrated correlation time is (1 + a)/(2 (1 - a)), their variance 1.
"""

import numpy as np
import pytest
from scipy.signal import lfilter
from scipy.stats import binom
from scipy.stats import t as student

from hessian_lab._core.errors import InputError
from hessian_lab.sampling._time_series import correlation, drift, mean_and_error


def autoregression(rng, time, series, samples):
    """Stationary series of a given integrated correlation time, shape (series, samples)."""
    a = (2 * time - 1) / (2 * time + 1)
    noise = rng.normal(size=(series, samples))
    noise[:, 1:] *= np.sqrt(1 - a * a)
    return lfilter([1.0], [1.0, -a], noise, axis=1)


@pytest.mark.parametrize("time", [0.5, 2.0, 10.0])
def test_correlation_time_and_variance(rng, time):
    found = [correlation(series) for series in autoregression(rng, time, 200, 4000)]
    times, variances = (np.array([getattr(entry, name) for entry in found]) for name in ("time", "variance"))
    # The window at 5 tau leaves out the tail, a share e^-5 of the time.
    assert abs(times.mean() - time) < 4 * times.std() / np.sqrt(200) + np.exp(-5) * time
    assert abs(variances.mean() - 1) < 4 * variances.std() / np.sqrt(200)


@pytest.mark.parametrize("time", [0.5, 10.0])
def test_the_error_is_the_scatter_of_the_means(rng, time):
    """Means over their errors have the standard deviation 1, which 400 of them know to 3.5 %."""
    scores = [mean / error for mean, error in map(mean_and_error, autoregression(rng, time, 400, 4000))]
    assert abs(np.std(scores) - 1) < 4 / np.sqrt(2 * 400) + 0.02


@pytest.mark.parametrize("time", [0.5, 3.0, 10.0])
@pytest.mark.parametrize("level", [0.05, 0.01])
def test_series_without_drift_raise_false_alarms_at_the_stated_rate(rng, time, level):
    """Quarters of 40 correlation times and more: the Student test holds its level."""
    series, samples = 1000, int(160 * max(time, 2))
    scores = np.array([drift(entry) for entry in autoregression(rng, time, series, samples)])
    alarms = int((2 * student.sf(np.abs(scores[:, 0]), scores[:, 1]) < level).sum())
    assert alarms <= binom.isf(1e-4, series, level)


@pytest.mark.parametrize("share", [0.3, 0.1])
def test_slow_fluctuations_below_fast_ones_are_seen(rng, share):
    """A share of the variance in fluctuations that last a fiftieth of the series, the rest without correlation.

    Means scatter as much beyond their errors as those of the slow part alone, and drifts hold their level.
    """
    series, samples = 300, 4000
    slow = autoregression(rng, samples / 50, series, samples)
    mixed = np.sqrt(share) * slow + np.sqrt(1 - share) * rng.normal(size=slow.shape)
    scores = np.array([mean / error for mean, error in map(mean_and_error, mixed)])
    alone = np.array([mean / error for mean, error in map(mean_and_error, slow)])
    assert np.std(scores) < 1.1 * np.std(alone) * (1 + 4 / np.sqrt(2 * series))
    drifts = np.array([drift(entry) for entry in mixed])
    alarms = int((2 * student.sf(np.abs(drifts[:, 0]), drifts[:, 1]) < 0.01).sum())
    assert alarms <= binom.isf(1e-4, series, 0.01)


def test_a_drift_of_five_errors_is_seen(rng):
    """Six standard deviations over the run: quarters differ by 1.5, and of 50 correlation times each err by 0.28."""
    drifting = autoregression(rng, 10, 200, 2000) + np.linspace(0, 6, 2000)
    scores = np.array([drift(entry) for entry in drifting])
    assert np.mean(2 * student.sf(np.abs(scores[:, 0]), scores[:, 1]) < 0.01) > 0.8


def test_a_constant_series_has_no_error_and_no_drift():
    assert mean_and_error(np.full(100, 2.5)) == (2.5, 0.0)
    assert drift(np.full(100, 2.5))[0] == 0


@pytest.mark.parametrize("series", [np.zeros(3), np.array([np.nan, *range(20)])])
def test_what_cannot_be_judged_is_refused(series):
    with pytest.raises(InputError, match="argument series"):
        correlation(series)
