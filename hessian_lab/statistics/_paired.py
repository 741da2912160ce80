"""Difference of the exponents of the same glasses under two tapers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._bootstrap import DEFAULT_RESAMPLES, check_confidence, studentised_quantiles
from ._spectra import Spectra
from ._window import GlassSums, WindowOfWeights, check_windows, log_slope, resampled_sums, window_variance

_NUMBERS = ("difference", "standard_error", "unpaired_standard_error", "correlation", "low", "high", "s_a", "s_b")


@dataclass(frozen=True)
class PairedDifference:
    """s_a - s_b over common glasses. Numbers that cannot be given are NaN, and `reason` says why.

    Attributes:
        difference: s_a - s_b, dimensionless, as is everything but the windows.
        standard_error: of the difference, from common resamples of the glasses.
        unpaired_standard_error: what it would be had the two sets different parents.
        correlation: of the two resampled exponents; what pairing gains.
        low: lower end of the interval.
        high: upper end of the interval.
        s_a: bias-corrected exponent of the first set.
        s_b: bias-corrected exponent of the second set.
        window_a: window of the first set, in sqrt(epsilon/m)/length.
        window_b: window of the second set.
        modes_a: modes of the first set in its window.
        modes_b: modes of the second set in its window.
        glasses: common glasses.
        confidence: of the interval.
        reason: why the difference is undetermined, or empty.
    """

    difference: float
    standard_error: float
    unpaired_standard_error: float
    correlation: float
    low: float
    high: float
    s_a: float
    s_b: float
    window_a: float
    window_b: float
    modes_a: int
    modes_b: int
    glasses: int
    confidence: float
    reason: str = ""


def paired_exponent_difference(
    spectra_a: Spectra,
    spectra_b: Spectra,
    window_a: float,
    window_b: float,
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
    window_of_weights_a: WindowOfWeights | None = None,
    window_of_weights_b: WindowOfWeights | None = None,
) -> PairedDifference:
    r"""Difference of two exponents, with the errors that glasses of common parents share taken out.

    .. math:: \Delta = \hat s_a - \hat s_b, \qquad
        e^2 = \sum_g \left[(s_a + 1) \psi_{ga} - (s_b + 1) \psi_{gb}\right]^2

    with psi_g = (n_g - (s + 1) S_g)/n, the weight of glass g in ln(s + 1). Glass g of both sets descends from one
    parent, and both sets are resampled with the same weights. The interval is the symmetric studentised bootstrap
    of the difference: where pairing works, few modes carry the difference, and the skewness that the two-sided form
    would read from them is noise (it covers 89-94 instead of 95 % at 60 to 200 modes, the symmetric form 94-96 %).

    Args:
        spectra_a: frequencies of the glasses under the first taper.
        spectra_b: frequencies of the same glasses, in the same order, under the second.
        window_a: window of the first set, in sqrt(epsilon/m)/length.
        window_b: window of the second set.
        confidence: of the interval.
        resamples: bootstrap resamples.
        seed: of the bootstrap.
        window_of_weights_a: windows of the resamples for the first set, as in `exponent_in_window`.
        window_of_weights_b: the same for the second set.

    Returns:
        The difference and its errors, see `PairedDifference`. Dimensionless.

    Raises:
        InputError: if the sets differ in their number of glasses, or a window is not allowed.

    Reference: as for `exponent_of_windows`.
    """
    check_confidence(confidence)
    if spectra_a.glasses != spectra_b.glasses:
        raise InputError(
            f"arguments spectra_a and spectra_b must hold the same glasses, but have {spectra_a.glasses} and "
            f"{spectra_b.glasses}; select the parents that both quenches kept"
        )
    edges = (
        check_windows(spectra_a, np.array([window_a]), window_of_weights_a, "window_a"),
        check_windows(spectra_b, np.array([window_b]), window_of_weights_b, "window_b"),
    )
    sets, movers = (spectra_a, spectra_b), (window_of_weights_a, window_of_weights_b)
    sums = [GlassSums(spectra, float(edge[0])) for spectra, edge in zip(sets, edges, strict=True)]
    a, b = sums
    cross = np.stack([a.number * b.number, a.number * b.depth, a.depth * b.number, a.depth * b.depth], axis=1)
    columns = (a.spread_columns, np.concatenate([b.spread_columns, cross], axis=1))
    draws = [
        resampled_sums(spectra, [entry], resamples=resamples, seed=seed, window_of_weights=mover, columns=column)
        for spectra, entry, mover, column in zip(sets, sums, movers, columns, strict=True)
    ]
    texts = [f"set {name}: {entry.undetermined}" for name, entry in zip("ab", sums, strict=True) if entry.undetermined]
    values, reason = ({}, "; ".join(texts)) if texts else _fit(a, b, draws, confidence)
    return PairedDifference(
        **{name: values.get(name, np.nan) for name in _NUMBERS},
        window_a=a.window,
        window_b=b.window,
        modes_a=a.modes,
        modes_b=b.modes,
        glasses=spectra_a.glasses,
        confidence=confidence,
        reason=reason,
    )


def _fit(
    a: GlassSums, b: GlassSums, draws: list[tuple[np.ndarray, np.ndarray, np.ndarray]], confidence: float
) -> tuple[dict[str, float], str]:
    """The numbers of the difference, or none of them and the reason."""
    slopes = [np.exp(log_slope(number[:, 0], depth[:, 0])) for number, depth, _ in draws]
    fixed = [np.exp(log_slope(totals[:, 0], totals[:, 1])) for _, _, totals in draws]
    extra = window_variance(slopes[0] - slopes[1], fixed[0] - fixed[1])
    kept = np.isfinite(slopes[0]) & np.isfinite(slopes[1])
    slope_a, slope_b = slopes[0][kept], slopes[1][kept]
    deviation = (slope_a - slope_b) - (a.slope - b.slope)
    scale = np.sqrt(_inner_error(draws[0][2][kept], draws[1][2][kept]) ** 2 + extra)
    t_low, t_high = studentised_quantiles(deviation, scale, confidence, symmetric=True)
    error = np.sqrt(np.sum((a.slope * a.influence - b.slope * b.influence) ** 2) + extra)
    if not np.isfinite(t_high):
        return {}, "the resamples do not bound the difference; more glasses are needed"
    corrected = [entry.slope * (entry.modes - 1) / entry.modes for entry in (a, b)]
    log_a, log_b = np.log(slope_a) * corrected[0], np.log(slope_b) * corrected[1]
    spread_a, spread_b = np.std(log_a, ddof=1), np.std(log_b, ddof=1)
    return {
        "difference": corrected[0] - corrected[1],
        "standard_error": float(np.std(log_a - log_b, ddof=1)),
        "unpaired_standard_error": float(np.hypot(spread_a, spread_b)),
        "correlation": float(np.corrcoef(log_a, log_b)[0, 1]) if spread_a > 0 and spread_b > 0 else np.nan,
        "low": a.slope - b.slope - t_high * error,
        "high": a.slope - b.slope - t_low * error,
        "s_a": corrected[0] - 1,
        "s_b": corrected[1] - 1,
    }, ""


def _inner_error(
    totals_a: Float[np.ndarray, "resamples five"], totals_b: Float[np.ndarray, "resamples nine"]
) -> Float[np.ndarray, " resamples"]:
    """Glass-to-glass error of the difference inside each resample, at the actual windows."""
    number_a, depth_a, number_2a, mixed_a, depth_2a = totals_a.T
    number_b, depth_b, number_2b, mixed_b, depth_2b, nn, nd, dn, dd = totals_b.T
    with np.errstate(divide="ignore", invalid="ignore"):
        slope_a, slope_b = number_a / depth_a, number_b / depth_b
        factor_a, factor_b = slope_a / number_a, slope_b / number_b
        square_a = factor_a**2 * (number_2a - 2 * slope_a * mixed_a + slope_a**2 * depth_2a)
        square_b = factor_b**2 * (number_2b - 2 * slope_b * mixed_b + slope_b**2 * depth_2b)
        mixed = factor_a * factor_b * (nn - slope_b * nd - slope_a * dn + slope_a * slope_b * dd)
        return np.sqrt(np.maximum(square_a + square_b - 2 * mixed, 0))
