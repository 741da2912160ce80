"""Heat capacity of the tunnelling systems that have relaxed within the time of the measurement."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.constants import Boltzmann, hbar
from scipy.special import dawsn

from ._energies import over_energies, sech_squared
from ._rates import fastest_rate

CROSSOVER = 36.0


def relaxed_systems(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Systems of one splitting that have relaxed after a time t, per P-bar.

    .. math:: h(y) = \int_0^1 \frac{1 - e^{-r y}}{2 r \sqrt{1 - r}} \, dr = 2 \int_0^{\sqrt y} D(s) \, ds,
        \qquad y = t / \tau_m

    with Dawson's function D. h = y for y << 1 and (1/2)[ln(4 y) + 0.5772] for y >> 1: the logarithm of the time. (With
    a sharp cut, r > tau_m/t, the constant 0.5772 is missing.)

    Args:
        ratio: y = t/tau_m, > 0, dimensionless.

    Returns:
        h, dimensionless.
    """
    y = np.asarray(ratio, dtype=float)
    node, weight = np.polynomial.legendre.leggauss(48)
    root = np.sqrt(np.minimum(y, CROSSOVER))
    near = root * (dawsn(0.5 * root[..., None] * (node + 1)) * weight).sum(-1)
    far = np.maximum(y, CROSSOVER)
    tail, term = np.zeros_like(far), np.ones_like(far)
    for order in range(1, 16):
        term = term * (2 * order - 1) / (2 * far)
        tail += term / (2 * order)
    return np.where(y < CROSSOVER, near, 0.5 * (np.log(4 * far) + np.euler_gamma) - tail)


def tunnelling_heat_capacity(
    temperature: Float[np.ndarray, " ..."], time: Float[np.ndarray, " ..."], spectral_density: float, prefactor: float
) -> Float[np.ndarray, " ..."]:
    r"""Heat capacity seen by a measurement that lasts for a time t.

    .. math:: C(T, t) = k \bar P \int_0^\infty dE \left(\frac{E}{2 k T}\right)^2 \mathrm{sech}^2\frac{E}{2 k T} \,
        h\!\left(\frac{t}{\tau_m(E)}\right) \simeq \frac{\pi^2}{12} \bar P k^2 T \ln\frac{4 t}{\tau_m}

    Args:
        temperature: T in K.
        time: t in s, broadcast against the temperature.
        spectral_density: P-bar, in 1/(J m^3).
        prefactor: of the one-phonon rate, in 1/(J^3 s).

    Returns:
        C in J/(K m^3), shape of the broadcast.

    Raises:
        ComputationError: if the quadrature did not converge.

    Reference: Jaeckle, Z. Phys. 257, 212 (1972); Phillips, Rep. Prog. Phys. 50, 1657 (1987).
    """
    kelvin, seconds = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(time, float))

    def integrand(x: Float[np.ndarray, " nodes"]) -> np.ndarray:
        relaxed = relaxed_systems(seconds[..., None] * fastest_rate(x, kelvin[..., None], prefactor))
        return x**2 * sech_squared(x) * relaxed

    return 2 * Boltzmann**2 * kelvin * spectral_density * over_energies(integrand, "heat capacity")


def phonon_heat_capacity(
    temperature: Float[np.ndarray, " ..."], longitudinal_speed: float, transverse_speed: float
) -> Float[np.ndarray, " ..."]:
    r"""Debye's T^3 law of the sound waves, for T far below the Debye temperature.

    .. math:: C = \frac{2 \pi^2}{15} k \left(\frac{k T}{\hbar}\right)^3
        \left(\frac{1}{v_l^3} + \frac{2}{v_t^3}\right)

    Args:
        temperature: in K.
        longitudinal_speed: in m/s.
        transverse_speed: in m/s.

    Returns:
        C in J/(K m^3).
    """
    speeds = longitudinal_speed**-3 + 2 * transverse_speed**-3
    return 2 * np.pi**2 / 15 * Boltzmann * (Boltzmann * np.asarray(temperature) / hbar) ** 3 * speeds
