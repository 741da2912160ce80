"""How fast a tunnelling system relaxes by emitting or absorbing one phonon."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.constants import Boltzmann, hbar


def rate_prefactor(
    density: float,
    longitudinal_speed: float,
    transverse_speed: float,
    longitudinal_coupling: float,
    transverse_coupling: float,
) -> float:
    r"""Strength of the one-phonon process.

    .. math:: A = \frac{1}{2 \pi \rho \hbar^4}
        \left(\frac{\gamma_l^2}{v_l^5} + \frac{2 \gamma_t^2}{v_t^5}\right)

    Args:
        density: rho, in kg/m^3.
        longitudinal_speed: v_l, in m/s.
        transverse_speed: v_t, in m/s.
        longitudinal_coupling: gamma_l, half the change of the asymmetry with strain, in J.
        transverse_coupling: gamma_t, in J.

    Returns:
        A in 1/(J^3 s).

    Reference: Phillips, Rep. Prog. Phys. 50, 1657 (1987), the one-phonon relaxation time.
    """
    branches = longitudinal_coupling**2 / longitudinal_speed**5 + 2 * transverse_coupling**2 / transverse_speed**5
    return branches / (2 * np.pi * density * hbar**4)


def fastest_rate(
    x: Float[np.ndarray, " ..."], temperature: Float[np.ndarray, " ..."], prefactor: float
) -> Float[np.ndarray, " ..."]:
    r"""Relaxation rate of the symmetric system (r = 1) of splitting E = 2 k T x.

    .. math:: \tau_m^{-1} = A E^3 \coth(E / 2 k T), \qquad \tau^{-1} = r \, \tau_m^{-1}, \quad r = (\Delta_0/E)^2

    Args:
        x: E / 2kT, dimensionless.
        temperature: T in K, broadcast against x.
        prefactor: A in 1/(J^3 s), see `rate_prefactor`.

    Returns:
        Rates in 1/s, of the broadcast shape.
    """
    return prefactor * (2 * Boltzmann * temperature * x) ** 3 / np.tanh(x)
