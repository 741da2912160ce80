"""The exponent s of g(omega) ~ omega^s in windows (0, W): maximum likelihood, with errors over glasses."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from ._bootstrap import DEFAULT_RESAMPLES, check_confidence, studentised_quantiles
from ._kolmogorov import power_law_ks
from ._spectra import Spectra
from ._window import (
    GlassSums,
    WindowOfWeights,
    check_windows,
    inner_error,
    log_slope,
    resampled_sums,
    window_variance,
)

_LARGEST_FACTOR = np.log(100)
_NUMBERS = ("s", "standard_error", "independent_error", "low", "high", "ks_distance", "ks_p_value")


@dataclass(frozen=True)
class ExponentEstimate:
    """The exponent in one window. Numbers that cannot be given are NaN, and `reason` says why.

    Attributes:
        window: W, in sqrt(epsilon/m)/length.
        s: bias-corrected exponent.
        standard_error: of s, from the bootstrap over glasses.
        independent_error: of s, if all modes were independent and the window exact. The square of `standard_error`
            over this is the number of modes that count as one.
        low: lower end of the interval.
        high: upper end of the interval.
        modes: modes in the window, all glasses together.
        glasses: glasses with at least one mode in the window.
        ks_distance: largest distance from the pure power law.
        ks_p_value: of that distance if all modes were independent.
        confidence: of the interval.
        reason: why s is undetermined, or empty.
    """

    window: float
    s: float
    standard_error: float
    independent_error: float
    low: float
    high: float
    modes: int
    glasses: int
    ks_distance: float
    ks_p_value: float
    confidence: float
    reason: str = ""


@dataclass(frozen=True, eq=False)
class ExponentScan:
    """s(W): one entry a window in every array, see `ExponentEstimate`. The entries are correlated with one another.

    Attributes:
        windows: the windows W, shape (windows,), in sqrt(epsilon/m)/length.
        s: bias-corrected exponents.
        standard_error: of s, over glasses.
        independent_error: of s, for independent modes and an exact window.
        low: lower ends of the intervals.
        high: upper ends of the intervals.
        modes: modes in each window.
        glasses: glasses with a mode in each window.
        ks_distance: distances from the pure power law.
        ks_p_value: their p-values for independent modes.
        confidence: of the intervals.
        reasons: why s is undetermined, or empty, one text a window.
    """

    windows: Float[np.ndarray, " windows"]
    s: Float[np.ndarray, " windows"]
    standard_error: Float[np.ndarray, " windows"]
    independent_error: Float[np.ndarray, " windows"]
    low: Float[np.ndarray, " windows"]
    high: Float[np.ndarray, " windows"]
    modes: Int[np.ndarray, " windows"]
    glasses: Int[np.ndarray, " windows"]
    ks_distance: Float[np.ndarray, " windows"]
    ks_p_value: Float[np.ndarray, " windows"]
    confidence: float
    reasons: tuple[str, ...]

    def __len__(self) -> int:
        return self.windows.size

    def __getitem__(self, index: int) -> ExponentEstimate:
        """The estimate in one window."""
        return ExponentEstimate(
            window=float(self.windows[index]),
            s=float(self.s[index]),
            standard_error=float(self.standard_error[index]),
            independent_error=float(self.independent_error[index]),
            low=float(self.low[index]),
            high=float(self.high[index]),
            modes=int(self.modes[index]),
            glasses=int(self.glasses[index]),
            ks_distance=float(self.ks_distance[index]),
            ks_p_value=float(self.ks_p_value[index]),
            confidence=self.confidence,
            reason=self.reasons[index],
        )

    def __iter__(self) -> Iterator[ExponentEstimate]:
        return (self[index] for index in range(len(self)))


def exponent_of_windows(
    spectra: Spectra,
    windows: Float[np.ndarray, " windows"],
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
    window_of_weights: WindowOfWeights | None = None,
) -> ExponentScan:
    r"""Exponent of the density of states as a function of the window, s(W).

    .. math:: \hat s + 1 = \frac{n - 1}{\sum_i \ln(W/\omega_i)}, \qquad 0 < \omega_i < W

    For independent modes of a pure power law the sum over n modes is a Gamma variable, so n/sum has the bias
    +(s + 1)/(n - 1), (n - 1)/sum has none, and its standard error is (s + 1)/sqrt(n - 2) (`independent_error`).

    The interval is the studentised bootstrap over glasses of ln(s + 1): each resample of whole glasses gives
    t = [ln(s* + 1) - ln(s + 1)]/e*, with e* the glass-to-glass error inside that resample, and the quantiles of t scale
    the actual error. For independent modes t repeats the exact Gamma pivot, which is skewed, so that the interval
    still covers at ten modes, where percentiles of s* do not (87 instead of 95 %); since e* is made of whole glasses,
    modes that are correlated inside a glass widen it as they should.

    s is undetermined (NaN) with fewer than 10 modes in the window, or modes from fewer than 5 glasses: below that,
    resamples without any spread are so frequent that the interval has no upper end.

    Args:
        spectra: frequencies of many glasses.
        windows: upper ends W, of shape (windows,), in sqrt(epsilon/m)/length.
        confidence: of the intervals.
        resamples: bootstrap resamples.
        seed: of the bootstrap; the same seed draws the same glasses in every estimator.
        window_of_weights: for windows that are themselves measured on these glasses, such as 0.5 omega_T1 with the mean
            shear modulus of the ensemble: takes weights of shape (chunk, glasses) and returns the windows of each
            resample, shape (chunk, windows), or (chunk,) for a single one. For equal weights it must give `windows`.

    Returns:
        s and its errors for every window, see `ExponentScan`. Dimensionless.

    Raises:
        InputError: if a window is not positive, reaches beyond what is known of some glass (also one of a resample),
            or disagrees with `window_of_weights`.

    Reference: Hill, Ann. Stat. 3, 1163 (1975), mirrored to a power law at zero; Efron and Tibshirani, An Introduction
        to the Bootstrap (1993), section 12.5.
    """
    check_confidence(confidence)
    windows = check_windows(spectra, windows, window_of_weights, "windows")
    sums = [GlassSums(spectra, float(window)) for window in windows]
    numbers, depths, totals = resampled_sums(
        spectra,
        sums,
        resamples=resamples,
        seed=seed,
        window_of_weights=window_of_weights,
        columns=np.concatenate([entry.spread_columns for entry in sums], axis=1),
    )
    fits = [
        _fit(entry, numbers[:, k], depths[:, k], totals[:, 5 * k : 5 * k + 5], confidence)
        for k, entry in enumerate(sums)
    ]
    return ExponentScan(
        windows=windows,
        modes=np.array([entry.modes for entry in sums]),
        glasses=np.array([entry.glasses for entry in sums]),
        confidence=confidence,
        reasons=tuple(reason for _, reason in fits),
        **{name: np.array([values.get(name, np.nan) for values, _ in fits]) for name in _NUMBERS},
    )


def exponent_in_window(
    spectra: Spectra,
    window: float,
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
    window_of_weights: WindowOfWeights | None = None,
) -> ExponentEstimate:
    r"""Exponent of the density of states in one window.

    .. math:: \hat s + 1 = \frac{n - 1}{\sum_i \ln(W/\omega_i)}, \qquad 0 < \omega_i < W

    Estimator and interval are those of `exponent_of_windows`. A single window means little where s(W) still drifts.

    Args:
        spectra: frequencies of many glasses.
        window: W, in sqrt(epsilon/m)/length.
        confidence: of the interval.
        resamples: bootstrap resamples.
        seed: of the bootstrap.
        window_of_weights: windows of the resamples, from weights of shape (chunk, glasses) to the shape (chunk,).

    Returns:
        s and its errors, see `ExponentEstimate`. Dimensionless.

    Raises:
        InputError: as for `exponent_of_windows`.

    Reference: as for `exponent_of_windows`.
    """
    return exponent_of_windows(
        spectra,
        np.array([window], dtype=np.float64),
        confidence=confidence,
        resamples=resamples,
        seed=seed,
        window_of_weights=window_of_weights,
    )[0]


def _fit(
    entry: GlassSums,
    number: Float[np.ndarray, " resamples"],
    depth: Float[np.ndarray, " resamples"],
    totals: Float[np.ndarray, "resamples five"],
    confidence: float,
) -> tuple[dict[str, float], str]:
    """The numbers of one window, or none of them and the reason."""
    if entry.undetermined:
        return {}, entry.undetermined
    logs = log_slope(number, depth) - np.log(entry.slope)
    fixed = log_slope(totals[:, 0], totals[:, 1]) - np.log(entry.slope)
    extra = window_variance(logs, fixed)
    kept = np.isfinite(logs)
    scale = np.sqrt(inner_error(totals[kept]) ** 2 + extra)
    t_low, t_high = studentised_quantiles(logs[kept], scale, confidence)
    error = np.sqrt(np.sum(entry.influence**2) + extra)
    if max(-t_low, t_high) * error > _LARGEST_FACTOR or error == 0:
        return {}, "the resamples do not bound s within a factor of 100; more glasses are needed"
    corrected = entry.slope * (entry.modes - 1) / entry.modes
    distance, p_value = power_law_ks(entry.omega, entry.window)
    # Drawing G glasses out of G makes the resampled variance too small by (G - 1)/G; here G have modes.
    unshrunk = np.sqrt(entry.glasses / (entry.glasses - 1))
    return {
        "s": corrected - 1,
        "standard_error": corrected * float(np.std(logs[kept], ddof=1)) * unshrunk,
        "independent_error": corrected / np.sqrt(entry.modes - 2),
        "low": entry.slope * np.exp(-t_high * error) - 1,
        "high": entry.slope * np.exp(-t_low * error) - 1,
        "ks_distance": distance,
        "ks_p_value": p_value,
    }, ""
