"""The lowest mode of each glass: Weibull's law gives back its exponent."""

import numpy as np
import pytest
from scipy import stats

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import weibull_lowest_mode


@pytest.mark.parametrize("s", [2, 4])
def test_the_exponent_and_the_scale_come_back(rng, s):
    """Unbiased, with the true scatter as error and honest intervals, from 40 glasses."""
    fits = [weibull_lowest_mode(0.3 * rng.weibull(s + 1, 40), resamples=300, seed=i) for i in range(250)]
    values = np.array([fit.s for fit in fits])
    assert abs(values.mean() - s) < 4 * values.std() / np.sqrt(250)
    assert abs(np.mean([fit.standard_error for fit in fits]) / values.std() - 1) < 0.2
    assert np.mean([fit.low <= s <= fit.high for fit in fits]) > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 250)
    scales = np.array([fit.omega_0 for fit in fits])
    assert abs(scales.mean() - 0.3) < 4 * scales.std() / np.sqrt(250) + 0.3 / 400
    assert abs(np.mean([fit.omega_0_error for fit in fits]) / scales.std() - 1) < 0.2


def test_the_fit_is_the_maximum_of_the_likelihood(rng):
    omega = 0.7 * rng.weibull(4, 300)
    fit = weibull_lowest_mode(omega, resamples=10)
    shape, _, scale = stats.weibull_min.fit(omega, floc=0)
    assert np.isclose(fit.omega_0, scale, rtol=1e-4)
    assert np.isclose((fit.s + 1) * (1 + 1.3795 / 300), shape, rtol=1e-4)


def test_the_lowest_of_many_independent_modes_is_weibull(rng):
    """The smallest of 200 modes with g ~ omega^4 gives s = 4, and its scale is 200^(-1/5)."""
    fit = weibull_lowest_mode((rng.uniform(size=(3000, 200)) ** 0.2).min(axis=1))
    assert abs(fit.s - 4) < 4 * fit.standard_error
    assert fit.high - fit.low < 0.5
    assert abs(fit.omega_0 - 200**-0.2) < 5 * fit.omega_0_error


def test_a_unit_changes_the_scale_only(rng):
    omega = rng.weibull(4, 50)
    one, other = (weibull_lowest_mode(unit * omega, resamples=20) for unit in (1.0, 1e-3))
    assert np.isclose(one.s, other.s)
    assert np.isclose(other.omega_0, 1e-3 * one.omega_0)


@pytest.mark.parametrize("omega", [[0.1, 0.2, 0.3], [0.1] * 30])
def test_too_little_to_fit_is_undetermined(omega):
    fit = weibull_lowest_mode(np.array(omega))
    assert np.isnan([fit.s, fit.low, fit.high, fit.omega_0]).all()
    assert fit.reason


def test_a_zero_mode_is_refused():
    with pytest.raises(InputError, match="positive"):
        weibull_lowest_mode(np.array([0.0, 0.1]))
