"""How the participation ratio of low modes scales with the number of particles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from jaxtyping import Float
from scipy.stats import chi2

from .._core.errors import InputError
from ._bootstrap import DEFAULT_RESAMPLES
from ._pooled import pooled_mean, pooled_median

MINIMUM_GLASSES = 5


@dataclass(frozen=True, eq=False)
class ParticipationSample:
    """Modes of many glasses of one size.

    Attributes:
        particles: N.
        frequencies: one array a glass, ragged, in sqrt(epsilon/m)/length; a glass without modes has an empty one.
        participation: participation ratios e of the same modes, in (0, 1].
        omega_t1: lowest transverse phonon of the ensemble, in the unit of the frequencies; NaN if not known.
        known_up_to: frequency up to which all modes of all glasses are listed; infinite for complete spectra.

    Raises:
        InputError: if the arrays do not fit together, or a ratio is outside (0, 1].
    """

    particles: int
    frequencies: Sequence[Float[np.ndarray, " modes"]]
    participation: Sequence[Float[np.ndarray, " modes"]]
    omega_t1: float = np.nan
    known_up_to: float = np.inf

    def __post_init__(self) -> None:
        frequencies = tuple(np.asarray(array, dtype=np.float64) for array in self.frequencies)
        ratios = tuple(np.asarray(array, dtype=np.float64) for array in self.participation)
        if self.particles < 1 or not frequencies or len(frequencies) != len(ratios):
            raise InputError(
                "a ParticipationSample needs particles >= 1, at least one glass, and as many arrays of participation "
                f"ratios as of frequencies, but got {self.particles}, {len(frequencies)} and {len(ratios)}"
            )
        for index, (omega, ratio) in enumerate(zip(frequencies, ratios, strict=True)):
            if omega.ndim != 1 or omega.shape != ratio.shape or not np.all((ratio > 0) & (ratio <= 1 + 1e-12)):
                raise InputError(
                    "arguments frequencies and participation must be flat, of one length, with ratios in (0, 1], but "
                    f"glass {index} has the shapes {omega.shape} and {ratio.shape}, or another value"
                )
        object.__setattr__(self, "frequencies", frequencies)
        object.__setattr__(self, "participation", ratios)


@dataclass(frozen=True)
class ParticipationPoint:
    """Participation ratio of one size in the window. Numbers that cannot be given are NaN, and `reason` says why.

    Attributes:
        particles: N.
        low: lower end of the window, in sqrt(epsilon/m)/length.
        high: its upper end.
        mean: mean over the modes of all glasses, dimensionless; N times it is the number of particles taking part.
        mean_error: standard error, over glasses.
        median: of the same modes.
        median_error: standard error, from the bootstrap over glasses.
        modes: modes in the window.
        glasses: glasses with a mode in the window.
        glasses_in_all: glasses in all.
        reason: why a number is undetermined, or empty.
    """

    particles: int
    low: float
    high: float
    mean: float
    mean_error: float
    median: float
    median_error: float
    modes: int
    glasses: int
    glasses_in_all: int
    reason: str = ""


@dataclass(frozen=True)
class ParticipationScaling:
    """e ~ N^-a in one window: a = 0 extended, a = 1 localised. Undetermined numbers are NaN, and `reason` says why.

    Attributes:
        a: the exponent, dimensionless.
        standard_error: of a, from the errors of the points.
        prefactor: C of e = C N^-a.
        chi_squared: weighted sum of squared deviations in ln e.
        degrees_of_freedom: fitted sizes less two.
        p_value: of a larger chi squared; NaN without degrees of freedom.
        window: as it was given, in sqrt(epsilon/m)/length, or in omega_T1 if `scaled`.
        scaled: whether the window is in units of each ensemble's omega_T1.
        statistic: 'mean' or 'median', whichever was fitted.
        points: one a size, ascending.
        reason: why a is undetermined, or which sizes are missing, or empty.
    """

    a: float
    standard_error: float
    prefactor: float
    chi_squared: float
    degrees_of_freedom: int
    p_value: float
    window: tuple[float, float]
    scaled: bool
    statistic: str
    points: tuple[ParticipationPoint, ...]
    reason: str = ""


def participation_scaling(
    samples: Sequence[ParticipationSample],
    window: tuple[float, float],
    *,
    scaled: bool = False,
    statistic: Literal["mean", "median"] = "mean",
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> ParticipationScaling:
    r"""Exponent of the participation ratio against the number of particles, in a window of frequency.

    .. math:: e(N) = C N^{-a}, \qquad \chi^2 = \sum_N \left[\frac{\ln e_N - \ln C + a \ln N}{\delta e_N/e_N}\right]^2

    The mean over modes is a ratio of sums over glasses, sum_g S_g / sum_g n_g, and its error is the jackknife over
    glasses: modes of one glass are correlated, and their number varies. Localisation is a statement at fixed frequency
    as N grows; a window fixed in omega/omega_T1 follows the phonons down instead, with omega_T1 ~ N^(-1/d), and mixes
    the dependence on N with that on omega. Give both.

    Args:
        samples: modes of each size.
        window: (low, high), low <= omega < high, in sqrt(epsilon/m)/length, or in omega_T1 if `scaled`.
        scaled: whether to scale the window with each ensemble's omega_T1.
        statistic: what is fitted.
        resamples: bootstrap resamples of the medians' errors.
        seed: of the bootstrap.

    Returns:
        The exponent and the points, see `ParticipationScaling`.

    Raises:
        InputError: if the window is no interval or reaches beyond what is known, two samples have one size, or there
            is none.

    Reference: Schirmacher et al., arXiv 2509.04988, Eq. 1, for e; Efron and Tibshirani, An Introduction to the
        Bootstrap (1993), chapter 11, for the jackknife.
    """
    if len(window) != 2 or not 0 <= window[0] < window[1]:
        raise InputError(f"argument window must be (low, high) with 0 <= low < high, but got {window}")
    if statistic not in ("mean", "median"):
        raise InputError(f"argument statistic must be 'mean' or 'median', but got {statistic!r}")
    sizes = [sample.particles for sample in samples]
    if not sizes or len(set(sizes)) != len(sizes):
        raise InputError(f"argument samples must hold at least one sample, and one for each size, but has N = {sizes}")
    points = tuple(
        _point(sample, window, scaled, resamples, seed) for sample in sorted(samples, key=lambda entry: entry.particles)
    )
    numbers, reason = _fit(points, statistic)
    return ParticipationScaling(
        **numbers, window=window, scaled=scaled, statistic=statistic, points=points, reason=reason
    )


def _point(
    sample: ParticipationSample, window: tuple[float, float], scaled: bool, resamples: int, seed: int
) -> ParticipationPoint:
    unit = sample.omega_t1 if scaled else 1.0
    low, high = window[0] * unit, window[1] * unit
    nothing: dict[str, Any] = dict.fromkeys(("mean", "mean_error", "median", "median_error"), np.nan)
    common: dict[str, Any] = {
        "particles": sample.particles,
        "low": low,
        "high": high,
        "glasses_in_all": len(sample.frequencies),
    }
    if not (np.isfinite(unit) and unit > 0):
        return ParticipationPoint(**common, **nothing, modes=0, glasses=0, reason="omega_T1 is not determined")
    if high > sample.known_up_to * (1 + 1e-12):
        raise InputError(
            f"argument window reaches up to omega = {high:.6g}, but the modes of N = {sample.particles} are known up "
            f"to {sample.known_up_to:.6g} only; lower it or compute more modes"
        )
    own = [
        ratio[(omega >= low) & (omega < high)]
        for omega, ratio in zip(sample.frequencies, sample.participation, strict=True)
    ]
    counts = np.array([array.size for array in own])
    glasses = int(np.count_nonzero(counts))
    if not glasses:
        return ParticipationPoint(**common, **nothing, modes=0, glasses=0, reason="no mode in the window")
    pooled = np.concatenate(own)
    mean, mean_error = pooled_mean(pooled, counts)
    median, median_error = pooled_median(pooled, counts, resamples=resamples, seed=seed)
    values = nothing | {"mean": mean, "median": median}
    reason = f"{glasses} glasses have a mode in the window; errors need at least {MINIMUM_GLASSES}"
    if glasses >= MINIMUM_GLASSES:
        values |= {"mean_error": mean_error, "median_error": median_error}
        reason = ""
    return ParticipationPoint(**common, **values, modes=pooled.size, glasses=glasses, reason=reason)


def _fit(points: Sequence[ParticipationPoint], statistic: str) -> tuple[dict[str, Any], str]:
    """Weighted straight line of ln e against ln N."""
    value = np.array([getattr(point, statistic) for point in points])
    error = np.array([getattr(point, f"{statistic}_error") for point in points])
    # An error of zero means that all modes share one value; it cannot be a weight.
    good = np.isfinite(error) & (error > 0)
    missing = [
        f"N = {point.particles}: {point.reason or 'the error vanishes'}"
        for point, kept in zip(points, good, strict=True)
        if not kept
    ]
    nothing: dict[str, Any] = dict.fromkeys(("a", "standard_error", "prefactor", "chi_squared", "p_value"), np.nan)
    if np.count_nonzero(good) < 2:
        return nothing | {"degrees_of_freedom": 0}, "; ".join(["a fit needs two sizes", *missing])
    x = np.log([point.particles for point in points])[good]
    y, weight = np.log(value[good]), (value[good] / error[good]) ** 2
    centre, height = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = np.sum(weight * (x - centre) ** 2)
    slope = np.sum(weight * (x - centre) * (y - height)) / spread
    left = y - height - slope * (x - centre)
    freedom = int(x.size - 2)
    chi_squared = float(np.sum(weight * left**2))
    return {
        "a": float(-slope),
        "standard_error": float(1 / np.sqrt(spread)),
        "prefactor": float(np.exp(height - slope * centre)),
        "chi_squared": chi_squared,
        "degrees_of_freedom": freedom,
        "p_value": float(chi2.sf(chi_squared, freedom)) if freedom else np.nan,
    }, "; ".join(missing)
