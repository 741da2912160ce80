"""Heat carried by phonons of a given internal friction."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from scipy.constants import Boltzmann, hbar

from ._energies import over_energies


def branch_conductivity(
    temperature: Float[np.ndarray, " ..."],
    speed: float,
    friction: Callable[[Float[np.ndarray, "... nodes"], Float[np.ndarray, "... nodes"]], np.ndarray],
) -> Float[np.ndarray, " ..."]:
    r"""Conductivity of one branch of sound waves whose mean free path is l = v / (omega Q^-1).

    .. math:: \kappa = \frac13 \int_0^\infty \frac{\omega^2}{2 \pi^2 v^3} \, k \,
        \frac{y^2 e^y}{(e^y - 1)^2} \, v \, \ell(\omega) \, d\omega, \qquad y = \hbar \omega / k T

    For resonant scattering alone, Q^-1 = pi C tanh(y/2), the integral is exactly pi^2 and

    .. math:: \kappa = \frac{k^3 T^2}{6 \pi \hbar^2 v C}

    There is no upper cut: T must be far below the Debye temperature.

    Args:
        temperature: in K.
        speed: v in m/s.
        friction: Q^-1 of phonons, dimensionless; takes omega in rad/s and the temperature in K, shapes (..., nodes).

    Returns:
        kappa in W/(K m).

    Raises:
        ComputationError: if the quadrature did not converge.
    """
    kelvin = np.asarray(temperature, dtype=float)

    def integrand(x: Float[np.ndarray, " nodes"]) -> np.ndarray:
        # y = 2x; y^2 e^y / (e^y - 1)^2 = (x / sinh x)^2, and omega^2 l = omega v / Q^-1.
        omega = 2 * Boltzmann * kelvin[..., None] * x / hbar
        spectrum = (2 * x * np.exp(-x) / -np.expm1(-2 * x)) ** 2
        return spectrum * omega / friction(omega, np.broadcast_to(kelvin[..., None], omega.shape))

    scale = 2 * Boltzmann * kelvin / hbar * Boltzmann / (6 * np.pi**2 * speed)
    return scale * over_energies(integrand, "thermal conductivity", tolerance=1e-5)
