"""The exponent: unbiased, with intervals that cover as often as they say, also for clustered modes."""

import numpy as np
import pytest
from scipy import stats

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import Spectra, exponent_in_window, exponent_of_windows, power_law_ks


def covered(estimates, s):
    assert all(entry.reason == "" for entry in estimates)
    return np.array([entry.low <= s <= entry.high for entry in estimates])


@pytest.mark.parametrize(("glasses", "per_glass"), [(60, 0.5), (25, 4), (200, 1), (400, 2.5)])
def test_intervals_cover_as_often_as_they_say(rng, power_law, glasses, per_glass):
    """30 to 1000 modes, s = 2, 3, 4, 5: 95 % within four binomial errors, each s and all together."""
    trials, hits = 120, []
    for s in (2, 3, 4, 5):
        fits = [
            exponent_in_window(power_law(rng, glasses, per_glass, s), 1.0, seed=seed, resamples=400)
            for seed in range(trials)
        ]
        hits.append(covered(fits, s))
        bias = np.mean([fit.s for fit in fits]) - s
        assert abs(bias) < 4 * np.std([fit.s for fit in fits]) / np.sqrt(trials)
        assert hits[-1].mean() > 0.95 - 4 * np.sqrt(0.95 * 0.05 / trials)
    assert abs(np.mean(hits) - 0.95) < 4 * np.sqrt(0.95 * 0.05 / (4 * trials))


def test_the_correction_removes_the_bias_of_few_modes(rng):
    """n/sum overestimates s + 1 by (s + 1)/(n - 1), 0.26 at n = 20, s = 4; (n - 1)/sum does not."""
    spectra = [
        Spectra.from_lists(0.999999 * rng.uniform(size=(20, 1)) ** 0.2, 100, known_up_to=1.0) for _ in range(1500)
    ]
    s = np.array([exponent_in_window(entry, 1.0, resamples=20).s for entry in spectra])
    error = s.std() / np.sqrt(s.size)
    assert abs(s.mean() - 4) < 4 * error
    plain = (s + 1) * 20 / 19 - 1
    assert abs(plain.mean() - (4 + 5 / 19)) < 4 * error
    assert abs(plain.mean() - 4) > 4 * error


def test_the_standard_error_is_the_scatter(rng, power_law):
    fits = [exponent_in_window(power_law(rng, 100, 3, 4), 1.0, seed=seed, resamples=300) for seed in range(200)]
    scatter = np.std([fit.s for fit in fits], ddof=1)
    assert abs(np.median([fit.standard_error for fit in fits]) / scatter - 1) < 4 / np.sqrt(400)
    assert abs(np.median([fit.independent_error for fit in fits]) / scatter - 1) < 4 / np.sqrt(400)


def test_modes_that_come_in_pairs_count_once(rng, power_law):
    """Each mode twice in its glass: the error over glasses grows by sqrt(2), and the intervals still cover."""
    fits = [exponent_in_window(power_law(rng, 100, 2, 3, 2), 1.0, seed=seed, resamples=300) for seed in range(150)]
    ratio = np.median([fit.standard_error / fit.independent_error for fit in fits])
    assert abs(ratio - np.sqrt(2)) < 0.06
    assert abs(covered(fits, 3).mean() - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 150)


def test_a_scan_is_its_single_windows(rng, power_law):
    spectra = power_law(rng, 200, 4, 4)
    scan = exponent_of_windows(spectra, [0.7, 0.85, 1.0], resamples=100, seed=4)
    assert len(scan) == 3
    assert np.all(np.diff(scan.modes) > 0)
    for entry in scan:
        alone = exponent_in_window(spectra, entry.window, resamples=100, seed=4)
        assert np.allclose([entry.s, entry.low, entry.high], [alone.s, alone.low, alone.high], rtol=1e-9)
        below = spectra.omega[spectra.omega < entry.window]
        assert entry.modes == below.size
        assert np.isclose(entry.s + 1, (below.size - 1) / np.log(entry.window / below).sum())


def test_too_few_modes_or_glasses_leave_the_exponent_undetermined(rng, power_law):
    spectra = power_law(rng, 50, 4, 4)
    scan = exponent_of_windows(spectra, [0.05, 1.0], resamples=50)
    assert np.isnan([scan.s[0], scan.low[0], scan.high[0], scan.standard_error[0]]).all()
    assert "modes in the window" in scan.reasons[0]
    assert scan.reasons[1] == ""
    assert np.isfinite(scan.s[1])
    few = Spectra.from_lists([np.linspace(0.1, 0.9, 30)] * 4 + [[0.95]] * 20, 100)
    assert "4 glasses" in exponent_in_window(few, 0.92, resamples=50).reason


def test_an_uncertain_window_widens_the_error_to_the_true_scatter(rng):
    """W from the mean modulus of the same glasses, where s(W) falls steeply: F = w^5/(1 + w^5), W about 1."""

    def ensemble():
        moduli = rng.lognormal(0.0, 0.6, 40)
        share = rng.uniform(size=(40, 25))
        return Spectra.from_lists((share / (1 - share)) ** 0.2), moduli

    def window(moduli):
        return lambda weights: np.sqrt(weights @ moduli / weights.sum(axis=1))

    s, moved, fixed = [], [], []
    for seed in range(150):
        spectra, moduli = ensemble()
        edge = float(np.sqrt(moduli.mean()))
        options = {"resamples": 200, "seed": seed}
        with_error = exponent_in_window(spectra, edge, window_of_weights=window(moduli), **options)
        s.append(with_error.s)
        moved.append(with_error.standard_error)
        fixed.append(exponent_in_window(spectra, edge, **options).standard_error)
    scatter = np.std(s, ddof=1)
    assert abs(np.mean(moved) / scatter - 1) < 0.2
    assert np.mean(fixed) / scatter < 0.75


def test_moving_windows_sum_the_same_modes_as_a_plain_count(rng, power_law):
    """Against one exponent per resample computed from repeated glasses; the standard error is their scatter."""
    spectra, moduli = power_law(rng, 30, 4, 3), rng.uniform(0.5, 1.0, 30)
    factor = 0.8 / np.sqrt(moduli.mean())
    drawn = []

    def window(weights):
        edges = factor * np.sqrt(weights @ moduli / weights.sum(axis=1))
        for row, edge in zip(weights, edges, strict=True):
            omega = np.repeat(spectra.omega, row[spectra.glass_index].astype(int))
            omega = omega[omega < edge]
            drawn.append(omega.size / np.log(edge / omega).sum())
        return edges

    fit = exponent_in_window(spectra, 0.8, window_of_weights=window, resamples=60)
    spread = np.std(np.log(drawn[-60:]), ddof=1) * np.sqrt(fit.glasses / (fit.glasses - 1))
    assert np.isclose(fit.standard_error, (fit.s + 1) * spread, rtol=1e-9)


@pytest.mark.parametrize(
    ("window_of_weights", "message"),
    [
        (lambda weights: np.full(len(weights), 0.7), "equal weights"),
        (lambda weights: np.full((len(weights), 3), 0.8), "shape"),
        (lambda weights: np.where(weights.max(axis=1) == 1, 0.8, -1.0), "not positive"),
        (lambda weights: np.where(weights.max(axis=1) == 1, 0.8, 1.2), "known up to"),
    ],
)
def test_a_wrong_moving_window_is_refused(rng, power_law, window_of_weights, message):
    with pytest.raises(InputError, match=message):
        exponent_in_window(power_law(rng, 30, 4, 3), 0.8, window_of_weights=window_of_weights, resamples=20)


@pytest.mark.parametrize("window", [0.0, -1.0, np.inf, np.nan])
def test_a_window_must_be_positive_and_finite(rng, power_law, window):
    with pytest.raises(InputError, match="positive finite"):
        exponent_in_window(power_law(rng, 30, 4, 3), window)


@pytest.mark.parametrize("modes", [12, 60, 400])
def test_the_power_law_p_value_is_uniform(rng, modes):
    """A fitted pure power law is rejected at 5 % in 5 % of the cases; Kolmogorov's own p-value would hardly reject.

    The table is that of 100 modes, which shifts the middle p-values by up to 0.04 at a dozen modes, the small ones not.
    """
    results = np.array([power_law_ks(rng.uniform(size=modes) ** 0.25, 1.0) for _ in range(1500)])
    for level in (0.05, 0.2, 0.5):
        assert abs(np.mean(results[:, 1] < level) - level) < 4 * np.sqrt(level * (1 - level) / 1500) + level / modes


def test_the_distance_is_that_of_kolmogorov_and_smirnov(rng):
    omega = 0.8 * rng.uniform(size=50) ** 0.2
    slope = 50 / np.log(0.8 / omega).sum()
    expected = stats.kstest(omega, lambda w: (w / 0.8) ** slope).statistic
    assert np.isclose(power_law_ks(omega, 0.8)[0], expected, rtol=1e-12)


def test_a_spectrum_with_a_gap_is_no_power_law(rng):
    omega = np.concatenate([0.2 + 0.05 * rng.uniform(size=200), 0.8 + 0.1 * rng.uniform(size=200)])
    assert power_law_ks(omega, 1.0)[1] < 1e-6
