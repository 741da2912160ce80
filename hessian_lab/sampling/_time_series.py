"""Means of correlated series, their errors, and whether two stretches of a series have the same mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.fft import irfft, next_fast_len, rfft

from .._core.errors import InputError

WINDOW = 5.0
"""The autocorrelation is summed up to this many correlation times (Sokal's self-consistent window)."""


@dataclass(frozen=True)
class Correlation:
    """How strongly a stationary series is correlated.

    Attributes:
        time: integrated autocorrelation time in samples; 1/2 for independent ones.
        variance: of one sample.
        freedom: degrees of freedom of an error made from them, that of a chi-squared variable of equal scatter.
    """

    time: float
    variance: float
    freedom: float

    def error(self, samples: int) -> float:
        r"""Standard error of the mean of some samples, :math:`\sqrt{2 \tau \sigma^2 / n}`."""
        return float(np.sqrt(2 * self.time * self.variance / samples))


def correlation(*stretches: Float[np.ndarray, "samples ..."]) -> Correlation:
    r"""Integrated autocorrelation time of a series, pooled over stretches that may have different means.

    .. math:: \tau = \frac12 + \sum_{t=1}^{W} \rho(t), \qquad W = \min\{t : t \ge 5 \tau(t)\}

    The mean of each stretch is its own, which makes the sum too small by a share (2 W + 1)/n; that share is given
    back. The relative variance of :math:`\tau` is 4 (W + 1/2 - tau)/n, which sets the degrees of freedom.

    Args:
        stretches: arrays of equal shape (samples, ...); further axes are independent quantities that share one
            correlation time.

    Returns:
        The correlation. A constant series has zero variance and the time 1/2.

    Raises:
        InputError: if there are fewer than four samples in a stretch, or one is not finite.

    Reference: U. Wolff, Comput. Phys. Commun. 156, 143 (2004), Eqs. 31, 42 and 49; Madras and Sokal, J. Stat. Phys.
    50, 109 (1988).
    """
    columns = [np.reshape(stretch, (len(stretch), -1)).astype(np.float64) for stretch in stretches]
    samples = len(columns[0])
    if samples < 4:
        raise InputError(f"argument stretches must have at least 4 samples, but has {samples}; make the run longer")
    if not all(np.isfinite(column).all() for column in columns):
        raise InputError("argument stretches must be finite, but holds NaN or infinity")
    covariance = np.mean([_autocovariance(column) for column in columns], axis=0)
    total = samples * len(columns)
    scale = float(np.mean(np.square([np.mean(column) for column in columns])))
    if covariance[0] <= 1e-28 * scale or covariance[0] == 0:
        return Correlation(0.5, 0.0, total - len(columns))
    sums = 0.5 + np.cumsum(np.concatenate([[0.0], covariance[1:] / covariance[0]]))
    beyond = np.flatnonzero(np.arange(samples) >= WINDOW * sums)
    window = int(beyond[0]) if beyond.size else samples - 1
    lost = min((2 * window + 1) / samples, 0.9)
    time = max(float(sums[window]), 0.5 / (1 + 2 * window)) / (1 - lost)
    variance = float(covariance[0]) / (1 - min(2 * time / samples, 0.9))
    freedom = total / (2 * max(window + 0.5 - time, 0.5))
    return Correlation(time, variance, max(freedom - len(columns), 1.0))


def _autocovariance(columns: Float[np.ndarray, "samples quantities"]) -> Float[np.ndarray, " samples"]:
    """Mean over the quantities of the autocovariance about each one's own mean, per pair of samples."""
    samples = len(columns)
    transform = rfft(columns - columns.mean(axis=0), next_fast_len(2 * samples), axis=0)
    power = np.mean(np.abs(transform) ** 2, axis=1)
    return irfft(power, next_fast_len(2 * samples))[:samples] / (samples - np.arange(samples))


def quarters(series: Float[np.ndarray, "samples ..."]) -> tuple[np.ndarray, np.ndarray]:
    """The third and the last quarter, of equal length."""
    length = len(series) // 4
    return series[len(series) - 2 * length : len(series) - length], series[len(series) - length :]


def mean_and_error(series: Float[np.ndarray, " samples"]) -> tuple[float, float]:
    """Mean of a stationary series and its standard error."""
    return float(np.mean(series)), correlation(series).error(len(series))


def drift(series: Float[np.ndarray, " samples"]) -> tuple[float, float]:
    r"""Whether the mean still changes: last quarter less third quarter.

    Args:
        series: equally spaced.

    Returns:
        The difference in its standard errors, and the degrees of freedom of the error: without drift the first is a
        Student variable with those. Zero for a constant series.
    """
    third, last = quarters(series)
    found = correlation(third, last)
    difference = float(np.mean(last) - np.mean(third))
    error = np.sqrt(2) * found.error(len(last))
    if error == 0:
        return (0.0 if difference == 0 else float(np.copysign(np.inf, difference))), found.freedom
    return float(difference / error), found.freedom
