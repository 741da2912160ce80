"""Tunnelling systems whose coupling grows as the logarithm of the tunnelling element (Eq. 10 kept, not replaced)."""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import numpy as np
from jaxtyping import Complex, Float
from scipy.constants import Boltzmann, hbar
from scipy.integrate import quad

from ..tunnelling import fastest_rate
from ..tunnelling._arguments import converged
from ..tunnelling._energies import sech_squared

LOWEST, HIGHEST = -16.0, 3.2


def resonant_logarithm(ratio: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""Mean of gamma^2/gamma_o^2 over the systems of splitting E, weighted as resonant scattering weights them.

    .. math:: \Lambda(E) = \int_0^{\min(1, (\Delta_{max}/E)^2)} \frac{dr}{2 \sqrt{1 - r}} \,
        \ln\frac{\Delta_{max}}{E \sqrt r} = 1 + \ln\frac{\Delta_{max}}{2 E} \quad (E \le \Delta_{max})

    Args:
        ratio: E / Delta_max, > 0, dimensionless.

    Returns:
        Lambda, dimensionless.

    Reference: from Eq. 8 and 10 of Carruzzo and Yu (2020).
    """
    ratio = np.asarray(ratio, dtype=float)
    above = np.maximum(ratio, 1.0)
    s = np.sqrt(1 - above**-2.0)
    # 1 - s without cancellation; its product with its logarithm vanishes for large splittings.
    gap = above**-2.0 / (1 + s)
    primitive = (1 + s) * np.log1p(s) - gap * np.log(gap) - 2 * s
    high = -np.log(above) * gap - 0.5 * (2 * np.log(2) - 2 - primitive)
    return np.where(ratio <= 1, 1 - np.log(2 * ratio), high)


def logarithmic_shift(temperature: float, omega: float, largest: float) -> float:
    r"""Resonant change of the sound speed from T = 0, per P-bar gamma_o^2/(rho v^2).

    .. math:: \mathrm{P}\!\int_0^\infty \frac{E f(E)}{E^2 - (\hbar\omega)^2} dE
        = -\frac12 \int_0^\infty f'(E) \ln\left|\frac{E^2}{(\hbar\omega)^2} - 1\right| dE,
        \qquad f = \Lambda(E) \left[1 - \tanh\frac{E}{2 k T}\right]

    Args:
        temperature: in K.
        omega: in rad/s.
        largest: Delta_max / k in K.

    Returns:
        The shift, dimensionless.
    """
    thermal, top = 2 * Boltzmann * temperature / (hbar * omega), Boltzmann * largest / (hbar * omega)

    def integrand(u: float) -> float:
        energy = np.exp(u)
        x = energy / thermal
        s = np.sqrt(max(0.0, 1 - (top / energy) ** 2))
        slope = -(1 - s) * 2 / (1 + np.exp(2 * x)) - resonant_logarithm(energy / top) * x * sech_squared(x)
        return slope * np.log(abs(np.expm1(2 * u)))

    end = np.log(40 * thermal)
    breaks = sorted({-18.0, *(min(max(point, -18.0), end) for point in (0.0, np.log(thermal), np.log(top))), end})
    parts = [quad(integrand, low, high, limit=200, epsrel=1e-9, epsabs=1e-10)[0] for low, high in pairwise(breaks)]
    return -0.5 * sum(parts)


def logarithmic_response(temperature: float, omega: float, prefactor: float, largest: float) -> complex:
    r"""Relaxational response per P-bar gamma_o^2/(rho v^2), by quadrature over (E, y), r = 1/cosh^2 y.

    .. math:: R = \int_0^\infty \frac{dE}{kT} \, \mathrm{sech}^2\frac{E}{2kT} \int_{y_0}^\infty dy \,
        \frac{\ell \tanh^2 y}{1 - i \omega \tau}, \qquad \ell = \ln\frac{\Delta_{max} \cosh y}{E}, \quad
        \frac{1}{\tau} = \frac{\ell}{\tau_o(E) \cosh^2 y}

    with y_0 where Delta_o = Delta_max. In y the distribution P/Delta_o is flat.

    Args:
        temperature: in K.
        omega: in rad/s.
        prefactor: of the one-phonon rate for the coupling gamma_o, in 1/(J^3 s).
        largest: Delta_max/k in K.

    Returns:
        R: the imaginary part is the friction, minus half the real part the shift. Dimensionless.

    Raises:
        ComputationError: if two orders of the quadrature differ.
    """

    def integrand(y: np.ndarray, rate: np.ndarray, square: np.ndarray) -> Complex[np.ndarray, " ..."]:
        ratio = omega / rate
        return square * np.tanh(y) ** 2 / (1 - 1j * ratio)

    values = [
        _plane(temperature, prefactor, largest, 1 / omega, integrand, lambda x: 2 * sech_squared(x), order)
        for order in (10, 7)
    ]
    return complex(converged(np.array(values[0]), np.array(values[1]), 1e-4, "relaxation response"))


def logarithmic_heat(temperature: float, time: float, prefactor: float, largest: float) -> float:
    r"""Heat capacity at time t divided by 2 k^2 T P-bar, by quadrature over (E, y).

    .. math:: \frac{C(T, t)}{2 k^2 T \bar P} = \int_0^\infty dx \, x^2 \, \mathrm{sech}^2 x
        \int_{y_0}^\infty dy \, (1 - e^{-t/\tau}), \qquad x = E/2kT

    Arguments as for `logarithmic_response`; time in s. Dimensionless.

    Raises:
        ComputationError: if two orders of the quadrature differ.
    """

    def integrand(y: np.ndarray, rate: np.ndarray, square: np.ndarray) -> Float[np.ndarray, " ..."]:
        return -np.expm1(-time * rate)

    values = [
        _plane(temperature, prefactor, largest, time, integrand, lambda x: x**2 * sech_squared(x), order)
        for order in (10, 7)
    ]
    return float(converged(np.array(values[0]), np.array(values[1]), 1e-4, "heat capacity"))


def logarithmic_conductivity(temperature: float, speed: float, base_strength: float, largest: float) -> float:
    r"""Conductivity of three equal branches scattered resonantly, with the coupling of Eq. 10.

    .. math:: \kappa = \frac{k^3 T^2}{2 \pi \hbar^2 v C_o} \, \frac{4}{\pi^2} \int_0^\infty
        \frac{x^3 \coth x}{\sinh^2 x} \, \frac{dx}{\Lambda(2 k T x)}, \qquad C_o = \frac{\bar P \gamma_o^2}{\rho v^2}

    Args:
        temperature: in K.
        speed: v in m/s.
        base_strength: C_o, dimensionless.
        largest: Delta_max/k in K.

    Returns:
        kappa in W/(m K).

    Raises:
        ComputationError: if two orders of the quadrature differ.
    """
    values = []
    for order in (10, 7):
        logarithm, weight = _panels(_edges(temperature, largest), order)
        x = np.exp(logarithm)
        spectrum = 4 * x**4 / np.tanh(x) / (np.exp(x) - np.exp(-x)) ** 2
        values.append(weight @ (spectrum / resonant_logarithm(2 * temperature * x / largest)))
    shape = float(converged(np.array(values[0]), np.array(values[1]), 1e-4, "thermal conductivity"))
    scale = Boltzmann**3 * temperature**2 / (2 * np.pi * hbar**2 * speed * base_strength)
    return scale * 4 / np.pi**2 * shape


def _edges(temperature: float, largest: float) -> np.ndarray:
    """Ends of the panels in ln(E/2kT), one of them where E = Delta_max."""
    edge = float(np.clip(np.log(largest / (2 * temperature)), LOWEST + 1, HIGHEST))
    if edge == HIGHEST:
        return np.linspace(LOWEST, HIGHEST, 24)
    return np.concatenate([np.linspace(LOWEST, edge, 20)[:-1], np.linspace(edge, HIGHEST, 12)])


def _plane(
    temperature: float,
    prefactor: float,
    largest: float,
    time: float,
    integrand: Callable[[np.ndarray, np.ndarray, np.ndarray], np.ndarray],
    weight: Callable[[np.ndarray], np.ndarray],
    order: int,
) -> complex:
    """Integral over x = E/2kT and y, by Gauss-Legendre panels that break where E = Delta_max."""
    logarithm, energy_weight = _panels(_edges(temperature, largest), order)
    x = np.exp(logarithm)
    fastest = fastest_rate(x, np.array(temperature), prefactor)
    ratio = 2 * temperature * x / largest
    start = np.arccosh(np.maximum(ratio, 1.0))
    # Beyond the systems with tau = time the integrands fall off as exp(-2y).
    stop = np.maximum(start, 0.5 * np.log(4 * (1 + 50 * time * fastest))) + 12
    unit, unit_weight = _panels(np.linspace(0.0, 1.0, 25), order)
    y = start[:, None] + (stop - start)[:, None] * unit
    square = np.maximum(np.log(np.cosh(y) / ratio[:, None]), 1e-300)
    inner = integrand(y, square * fastest[:, None] / np.cosh(y) ** 2, square) @ unit_weight * (stop - start)
    return (energy_weight * x * weight(x)) @ inner


def _panels(edges: np.ndarray, order: int) -> tuple[np.ndarray, np.ndarray]:
    node, weight = np.polynomial.legendre.leggauss(order)
    half = 0.5 * np.diff(edges)[:, None]
    return (edges[:-1, None] + half * (node + 1)).ravel(), (half * weight).ravel()
