"""Kolmogorov-Smirnov distance between modes and a pure power law whose exponent was fitted to the same modes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError

# Quantiles of the modified distance, from a million samples of 100 exponential variables with fitted mean; samples of
# 10 and of 1000 agree to 0.01 where p < 0.2.
_TABLE = np.array(
    [
        (0.999, 0.3243), (0.99, 0.3827), (0.95, 0.4484), (0.9, 0.4905), (0.8, 0.5491), (0.7, 0.5977), (0.6, 0.6436),
        (0.5, 0.6905), (0.4, 0.7414), (0.3, 0.7999), (0.2, 0.8742), (0.15, 0.9228), (0.1, 0.9870), (0.05, 1.0876),
        (0.025, 1.1802), (0.01, 1.2932), (0.005, 1.3719), (0.0025, 1.4453), (0.001, 1.5383),
    ]
)  # fmt: skip
_LOG_TAIL, _DISTANCE = np.log(_TABLE[:, 0]), _TABLE[:, 1]


def power_law_ks(omega: Float[np.ndarray, " modes"], window: float) -> tuple[float, float]:
    r"""Distance of the modes in (0, W) from the fitted law F = (omega/W)^(s + 1), and its p-value.

    .. math:: D = \max_\omega | \hat F(\omega) - (\omega/W)^{\hat s + 1} |

    The exponent is the maximum-likelihood one, so the p-value is that of exponential variables ln(W/omega) with a
    fitted mean, smaller than Kolmogorov's own. It assumes *independent* modes: modes that are correlated inside a
    glass make it too small, so read it with the ratio of `standard_error` to `independent_error`.

    Args:
        omega: frequencies of the modes, all in (0, W), of shape (modes,); in sqrt(epsilon/m)/length.
        window: W, in the same unit.

    Returns:
        D and its p-value, dimensionless. Below p = 0.001 the p-value is an extrapolation.

    Raises:
        InputError: if there are fewer than two modes or one lies outside the window.

    Reference: Stephens, J. Am. Stat. Assoc. 69, 730 (1974), case of the exponential law with unknown scale.
    """
    omega = np.sort(np.asarray(omega, dtype=np.float64))
    modes = omega.size
    if modes < 2 or omega[0] <= 0 or omega[-1] >= window:
        raise InputError(f"argument omega must hold at least two frequencies, all between 0 and window = {window:.6g}")
    logs = np.log(window / omega)
    model = np.exp(-logs / logs.mean())
    step = np.arange(modes)
    distance = float(max(np.max(model - step / modes), np.max((step + 1) / modes - model)))
    root = np.sqrt(modes)
    modified = (distance - 0.2 / modes) * (root + 0.26 + 0.5 / root)
    if modified > _DISTANCE[-1]:
        slope = (_LOG_TAIL[-1] - _LOG_TAIL[-2]) / (_DISTANCE[-1] - _DISTANCE[-2])
        log_tail = _LOG_TAIL[-1] + slope * (modified - _DISTANCE[-1])
    else:
        log_tail = np.interp(modified, _DISTANCE, _LOG_TAIL, left=0.0)
    return distance, float(np.exp(log_tail))
