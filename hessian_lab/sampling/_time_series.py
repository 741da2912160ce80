"""Means of correlated series, their errors, and whether two stretches of a series have the same mean."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.fft import irfft, next_fast_len, rfft

from .._core.errors import InputError

WINDOW = 5.0
"""The autocorrelation is summed up to this many correlation times (Sokal's self-consistent window)."""

STRETCHES = 96
"""Means and drifts are judged from the averages over this many stretches of equal length.

The energy of a cold liquid fluctuates in two ways: fast and strongly as the particles vibrate, slowly and weakly as
they change places. The sum over the raw series would stop after the fast part, and the error come out several times
too small; averages over stretches keep the slow part only."""


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


def correlation(series: Float[np.ndarray, "samples ..."], *, fitted: int = 1) -> Correlation:
    r"""Integrated autocorrelation time of a series about its mean.

    .. math:: \tau = \frac12 + \sum_{t=1}^{W} \rho(t), \qquad W = \min\{t : t \ge 5 \tau(t)\}

    Every parameter that was fitted to the series, the mean among them, makes the sum too small by a share (2 W + 1)/n;
    that share is given back. The relative variance of :math:`\tau` is 4 (W + 1/2 - tau)/n, which sets the degrees of
    freedom.

    Args:
        series: shape (samples, ...); further axes are independent quantities that share one correlation time.
        fitted: parameters that were fitted and taken off: 1, the mean; 2, a straight line.

    Returns:
        The correlation. A constant series has zero variance and the time 1/2.

    Raises:
        InputError: if there are fewer than eight samples, or one is not finite.

    Reference: U. Wolff, Comput. Phys. Commun. 156, 143 (2004), Eqs. 31, 42 and 49; Madras and Sokal, J. Stat. Phys.
    50, 109 (1988).
    """
    columns = np.reshape(series, (len(series), -1)).astype(np.float64)
    samples = len(columns)
    if samples < 8:
        raise InputError(f"argument series must have at least 8 samples, but has {samples}; make the run longer")
    if not np.isfinite(columns).all():
        raise InputError("argument series must be finite, but holds NaN or infinity")
    covariance = _autocovariance(columns)
    if covariance[0] <= 1e-28 * np.mean(columns**2):
        return Correlation(0.5, 0.0, samples - fitted)
    sums = 0.5 + np.cumsum(np.concatenate([[0.0], covariance[1:] / covariance[0]]))
    beyond = np.flatnonzero(np.arange(samples) >= WINDOW * sums)
    window = int(beyond[0]) if beyond.size else samples - 1
    lost = min(fitted * (2 * window + 1) / samples, 0.9)
    time = max(float(sums[window]), 0.5 / (1 + 2 * window)) / (1 - lost)
    variance = float(covariance[0]) / (1 - min(fitted * 2 * time / samples, 0.9))
    freedom = samples / (2 * max(window + 0.5 - time, 0.5)) - fitted
    return Correlation(time, variance, max(freedom, 1.0))


def _autocovariance(columns: Float[np.ndarray, "samples quantities"]) -> Float[np.ndarray, " samples"]:
    """Mean over the quantities of the autocovariance about each one's own mean, per pair of samples."""
    samples = len(columns)
    transform = rfft(columns - columns.mean(axis=0), next_fast_len(2 * samples), axis=0)
    power = np.mean(np.abs(transform) ** 2, axis=1)
    return irfft(power, next_fast_len(2 * samples))[:samples] / (samples - np.arange(samples))


def last_half(series: Float[np.ndarray, "samples ..."]) -> Float[np.ndarray, "late ..."]:
    """The third and the last quarter, of equal length."""
    return series[len(series) - 2 * (len(series) // 4) :]


def without_trend(series: Float[np.ndarray, "samples ..."]) -> Float[np.ndarray, "samples ..."]:
    """What is left of a series when the straight line that fits it best is taken off."""
    columns = np.reshape(series, (len(series), -1))
    place = np.arange(len(series)) - 0.5 * (len(series) - 1)
    slope = place @ columns / (place @ place)
    return (columns - columns.mean(axis=0) - np.outer(place, slope)).reshape(np.shape(series))


def stretches(series: Float[np.ndarray, " samples"]) -> Float[np.ndarray, " stretches"]:
    """Averages over stretches of equal length, an even number of about `STRETCHES`; the series itself if it is short.

    What does not fill a stretch is left out at the start.
    """
    length = max(1, len(series) // STRETCHES)
    number = len(series) // length // 2 * 2
    return series[len(series) - number * length :].reshape(number, length).mean(axis=1)


def mean_and_error(series: Float[np.ndarray, " samples"]) -> tuple[float, float]:
    """Mean of a stationary series and its standard error, with slow fluctuations below fast ones accounted for."""
    averages = stretches(series)
    return float(np.mean(averages)), correlation(averages).error(len(averages))


def drift(series: Float[np.ndarray, " samples"]) -> tuple[float, float]:
    r"""Whether the mean still changes: last quarter less third quarter.

    The error is made from the fluctuations about a straight line through both: a drift would otherwise look like a
    long correlation and hide itself.

    Args:
        series: equally spaced.

    Returns:
        The difference in its standard errors, and the degrees of freedom of the error: without drift the first is a
        Student variable with those. Zero for a constant series.
    """
    late = stretches(last_half(series))
    length = len(late) // 2
    found = correlation(without_trend(late), fitted=2)
    difference = float(np.mean(late[length:]) - np.mean(late[:length]))
    error = np.sqrt(2) * found.error(length)
    if error == 0:
        return (0.0 if difference == 0 else float(np.copysign(np.inf, difference))), found.freedom
    return float(difference / error), found.freedom
