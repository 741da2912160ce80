"""Weibull law of the lowest mode of each glass: an estimator of s that needs no window."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import ComputationError, InputError
from ._bootstrap import DEFAULT_RESAMPLES, bootstrap_weights, check_confidence

MINIMUM_GLASSES = 10
_SHAPE_BIAS = 1.3795


@dataclass(frozen=True)
class WeibullFit:
    """Fit of P(omega) ~ omega^s exp(-(omega/omega_0)^(s + 1)). Numbers that cannot be given are NaN, see `reason`.

    Attributes:
        s: bias-corrected exponent, dimensionless.
        standard_error: of s, from the bootstrap over glasses.
        low: lower end of the interval of s.
        high: upper end of the interval of s.
        omega_0: scale, in sqrt(epsilon/m)/length.
        omega_0_error: bootstrap standard error of the scale.
        glasses: number of glasses.
        confidence: of the interval.
        reason: why the fit is undetermined, or empty.
    """

    s: float
    standard_error: float
    low: float
    high: float
    omega_0: float
    omega_0_error: float
    glasses: int
    confidence: float
    reason: str = ""


def weibull_lowest_mode(
    lowest_omega: Float[np.ndarray, " glasses"],
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> WeibullFit:
    r"""Maximum-likelihood Weibull fit of the lowest frequency of every glass.

    .. math:: P(\omega) = \frac{s + 1}{\omega_0} \left(\frac{\omega}{\omega_0}\right)^s
        \exp\left[-\left(\frac{\omega}{\omega_0}\right)^{s + 1}\right]

    This is the law of the smallest of many independent frequencies with g ~ omega^s, so that <omega_min> falls like
    N^(-1/(s + 1)). It is a fit to glasses of one size only, and meaningless where the lowest mode is a phonon.

    The maximum-likelihood s + 1 exceeds the true one by the factor 1 + 1.38/G on average; `s` is corrected for it. The
    interval reflects the resampled ln(s* + 1) about the fitted one, because the ratio of fit to truth has a
    distribution that does not depend on the truth.

    Args:
        lowest_omega: lowest nonzero frequency of each glass, of shape (glasses,), in sqrt(epsilon/m)/length.
        confidence: of the interval.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        s and the scale with their errors, see `WeibullFit`. Undetermined with fewer than 10 glasses or without spread.

    Raises:
        InputError: if a frequency is not positive and finite.
        ComputationError: if the likelihood equation does not converge.

    Reference: Lerner, During and Bouchbinder, PRL 117, 035501 (2016); pivot and bias: Thoman, Bain and Antle,
        Technometrics 11, 445 (1969).
    """
    check_confidence(confidence)
    omega = np.asarray(lowest_omega, dtype=np.float64)
    if omega.ndim != 1 or omega.size == 0 or not np.all(np.isfinite(omega)) or np.any(omega <= 0):
        raise InputError("argument lowest_omega must hold one positive finite frequency a glass")
    glasses = omega.size
    logs = np.log(omega)
    reason = ""
    if glasses < MINIMUM_GLASSES:
        reason = f"{glasses} glasses; at least {MINIMUM_GLASSES} are needed"
    elif np.ptp(logs) < 1e-12:
        reason = "all lowest modes have the same frequency"
    if reason:
        nan = np.nan
        return WeibullFit(nan, nan, nan, nan, nan, nan, glasses, confidence, reason)
    center = logs.mean()
    shape, scale = _fit(logs - center, np.ones((1, glasses)))
    draws = [_fit(logs - center, weights) for weights in bootstrap_weights(glasses, resamples=resamples, seed=seed)]
    shapes = np.concatenate([draw[0] for draw in draws])
    scales = np.exp(center + np.concatenate([draw[1] for draw in draws]))
    shapes, scales = shapes[np.isfinite(shapes)], scales[np.isfinite(shapes)]
    tail = (1 - confidence) / 2
    quantile_low, quantile_high = np.quantile(shapes, [tail, 1 - tail])
    corrected = float(shape[0]) / (1 + _SHAPE_BIAS / glasses)
    return WeibullFit(
        s=corrected - 1,
        standard_error=corrected * float(np.std(np.log(shapes), ddof=1)),
        low=float(shape[0] ** 2 / quantile_high) - 1,
        high=float(shape[0] ** 2 / quantile_low) - 1,
        omega_0=float(np.exp(center + scale[0])),
        omega_0_error=float(np.std(scales, ddof=1)),
        glasses=glasses,
        confidence=confidence,
    )


def _fit(
    logs: Float[np.ndarray, " glasses"], weights: Float[np.ndarray, "chunk glasses"]
) -> tuple[Float[np.ndarray, " chunk"], Float[np.ndarray, " chunk"]]:
    r"""Shape k = s + 1 and ln(omega_0) of each row of weights, by Newton on the likelihood equation.

    .. math:: \frac{\sum_g w_g x_g e^{k x_g}}{\sum_g w_g e^{k x_g}} - \frac{1}{k} = \frac{\sum_g w_g x_g}{\sum_g w_g},
        \qquad x = \ln \omega

    Both terms on the left rise with k, so the root is unique; Newton in ln k starts from the moment estimate, and its
    steps are capped. Rows without spread (one glass drawn again and again) have no finite root and give NaN.
    """
    total = weights.sum(axis=1)
    mean = weights @ logs / total
    variance = weights @ logs**2 / total - mean**2
    spread = variance > 1e-20
    shape = np.where(spread, np.pi / np.sqrt(6 * np.where(spread, variance, 1)), np.nan)
    for _ in range(50):
        powers = weights * np.exp(shape[:, None] * (logs - logs.max()))
        moments = [powers @ logs**order for order in range(3)]
        first = moments[1] / moments[0]
        second = moments[2] / moments[0] - first**2
        change = -(first - 1 / shape - mean) / (shape * second + 1 / shape)
        shape = shape * np.exp(np.clip(change, -1, 1))
        if np.max(np.abs(change[spread]), initial=0) < 1e-10:
            powers = weights * np.exp(shape[:, None] * (logs - logs.max()))
            return shape, logs.max() + np.log(powers.sum(axis=1) / total) / shape
    raise ComputationError("the Weibull likelihood equation did not converge in 50 Newton steps")
