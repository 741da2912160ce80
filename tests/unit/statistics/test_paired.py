"""Two tapers on one set of parents: what the glasses share drops out of the difference."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import Spectra, exponent_in_window, paired_exponent_difference


def pair(rng, glasses, per_glass, common):
    """s = 3 and s = 4, with a share of the modes at the same quantile in both."""
    lists_a, lists_b = [], []
    for count in rng.poisson(per_glass, glasses):
        depth, other = rng.exponential(size=(2, count))
        lists_a.append(0.999999 * np.exp(-depth / 4))
        lists_b.append(0.999999 * np.exp(-np.where(rng.uniform(size=count) < common, depth, other) / 5))
    return (Spectra.from_lists(entry, 100, known_up_to=1.0) for entry in (lists_a, lists_b))


def test_pairing_takes_out_what_the_glasses_share(rng):
    """The paired error is the scatter of the difference, and far below the unpaired one; the interval covers."""
    fits = [paired_exponent_difference(*pair(rng, 150, 1.5, 0.9), 1.0, 1.0, seed=i, resamples=300) for i in range(150)]
    difference = np.array([fit.difference for fit in fits])
    paired = np.mean([fit.standard_error for fit in fits])
    assert abs(difference.mean() + 1) < 4 * difference.std() / np.sqrt(150)
    assert abs(paired / difference.std() - 1) < 4 / np.sqrt(300)
    assert paired < 0.5 * np.mean([fit.unpaired_standard_error for fit in fits])
    assert np.mean([fit.correlation for fit in fits]) > 0.8
    assert abs(np.mean([fit.low <= -1 <= fit.high for fit in fits]) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 150)


def test_unrelated_sets_gain_nothing(rng):
    fit = paired_exponent_difference(*pair(rng, 2000, 1, 0.0), 1.0, 1.0)
    assert abs(fit.correlation) < 0.12
    assert abs(fit.standard_error / fit.unpaired_standard_error - 1) < 0.1


def test_the_parts_are_the_single_fits_and_the_order_is_a_minus_b(rng):
    a, b = pair(rng, 100, 3, 0.5)
    fit = paired_exponent_difference(a, b, 0.9, 0.95)
    reverse = paired_exponent_difference(b, a, 0.95, 0.9)
    assert np.isclose(fit.s_a, exponent_in_window(a, 0.9).s)
    assert np.isclose(fit.s_b, exponent_in_window(b, 0.95).s)
    assert np.isclose(fit.difference, fit.s_a - fit.s_b)
    assert np.allclose([fit.low, fit.high], [-reverse.high, -reverse.low])


def test_one_set_against_itself_differs_by_nothing(rng):
    a, _ = pair(rng, 100, 3, 0.5)
    fit = paired_exponent_difference(a, a, 0.9, 0.9)
    assert fit.difference == fit.standard_error == 0
    assert np.isclose(fit.correlation, 1)
    assert fit.low <= 0 <= fit.high
    assert fit.high - fit.low < 1e-6


def test_common_moduli_move_both_windows_together(rng):
    """A window shared through the moduli leaves the difference of a set with itself at zero."""
    a, _ = pair(rng, 100, 3, 0.5)
    moduli = rng.uniform(0.5, 1.5, 100)

    def window(weights):
        return 0.8 * np.sqrt(weights @ moduli / weights.sum(axis=1) / moduli.mean())

    fit = paired_exponent_difference(a, a, 0.8, 0.8, window_of_weights_a=window, window_of_weights_b=window)
    assert fit.standard_error < 1e-12
    alone = paired_exponent_difference(a, a, 0.8, 0.8, window_of_weights_a=window)
    assert alone.standard_error > 1e-3
    assert alone.low < 0 < alone.high


def test_sets_of_different_glasses_are_refused(rng):
    a, b = pair(rng, 100, 3, 0.5)
    with pytest.raises(InputError, match="same glasses"):
        paired_exponent_difference(a, b.select(np.arange(99)), 1.0, 1.0)


def test_too_few_modes_leave_the_difference_undetermined(rng):
    a, b = pair(rng, 100, 3, 0.5)
    fit = paired_exponent_difference(a, b, 0.1, 0.9, resamples=50)
    assert np.isnan(fit.difference)
    assert fit.reason.startswith("set a")
