"""Heat capacity of harmonic modes: the Bose kernel, Debye's integral, and sums over a density of states."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy import constants

from .._core.errors import InputError

KELVIN = constants.hbar / constants.k
"""Temperature of one rad/s: hbar/k_B in K s (1 ps^-1 is 7.638 K)."""

_GAUSS, _WEIGHTS = np.polynomial.legendre.leggauss(96)


def check_temperature(temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """Temperatures as float64.

    Raises:
        InputError: unless all are finite and above zero.
    """
    temperature = np.asarray(temperature, dtype=np.float64)
    if not np.all(np.isfinite(temperature) & (temperature > 0)):
        raise InputError(f"argument temperature must be finite and above 0 K, but got {temperature}")
    return temperature


def check_omega(omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """Angular frequencies as float64.

    Raises:
        InputError: unless all are finite and not negative.
    """
    omega = np.asarray(omega, dtype=np.float64)
    if not np.all(np.isfinite(omega) & (omega >= 0)):
        raise InputError(f"argument omega must be finite and not negative, in rad/s, but got {omega}")
    return omega


def einstein(x: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Heat capacity of one harmonic mode in units of k_B.

    .. math:: c(x) = \frac{x^2 e^x}{(e^x - 1)^2} = \left[\frac{x/2}{\sinh(x/2)}\right]^2, \qquad x = \hbar\omega/k_B T

    Args:
        x: dimensionless, not negative, of any shape.

    Returns:
        Values in [0, 1], of the same shape.
    """
    half = 0.5 * np.minimum(np.asarray(x, dtype=np.float64), 700.0)
    return np.square(np.divide(half, np.sinh(half), out=np.ones_like(half), where=half > 0))


def debye_heat(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Heat capacity of a Debye spectrum per mode, in units of k_B.

    .. math:: c = 3 t^3 \int_0^{1/t} \frac{x^4 e^x}{(e^x - 1)^2}\, dx, \qquad t = T/\Theta_D

    4 pi^4/5 t^3 at low temperature, 1 at high temperature.

    Args:
        ratio: t, dimensionless, above 0, of any shape.

    Returns:
        Values in (0, 1), of the same shape; relative error below 1e-12.

    Reference: Ashcroft and Mermin, Solid State Physics (1976), Eq. 23.26.
    """
    ratio = np.asarray(ratio, dtype=np.float64)[..., None]
    # Beyond 60 the integrand is below 1e-19 of the integral; two panels keep the peak resolved.
    end = np.minimum(1 / ratio, 60.0)
    x = np.concatenate([end * (1 + _GAUSS) / 4, end * (3 + _GAUSS) / 4], axis=-1)
    weights = np.concatenate([_WEIGHTS, _WEIGHTS]) * end / 4
    return 3 * ratio[..., 0] ** 3 * np.sum(weights * x**2 * einstein(x), axis=-1)


def heat_of_density(
    density: Callable[[Float[np.ndarray, " points"]], Float[np.ndarray, " points"]],
    temperature: Float[np.ndarray, " ..."],
    *,
    lowest: float,
    highest: float,
    step: float = 0.02,
) -> Float[np.ndarray, " ..."]:
    r"""Heat capacity of a density of states, in units of k_B per mode of the density.

    .. math:: c(T) = \int g(\omega)\, \frac{x^2 e^x}{(e^x - 1)^2}\, d\omega, \qquad x = \hbar\omega/k_B T

    The trapezoid rule in ln(omega) on [lowest, highest]; for a smooth g that vanishes at both ends it converges
    faster than any power of the step.

    Args:
        density: g(omega) in s, for omega in rad/s.
        temperature: T in K, of any shape.
        lowest: lower end in rad/s; its contribution must be negligible.
        highest: upper end in rad/s.
        step: of ln(omega).

    Returns:
        c(T) of the same shape, in units of k_B times the integral of g.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 25.
    """
    temperature = check_temperature(temperature)
    points = int(np.ceil(np.log(highest / lowest) / step)) + 1
    grid, spacing = np.linspace(np.log(lowest), np.log(highest), points, retstep=True)
    omega = np.exp(grid)
    weights = density(omega) * omega * spacing
    weights[[0, -1]] *= 0.5
    return np.sum(weights * einstein(KELVIN * omega / temperature[..., None]), axis=-1)
