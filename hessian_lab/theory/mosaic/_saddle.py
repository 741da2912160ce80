"""Density of scattering states by steepest descent, the paper's method (Eqs. 38-41 and 44-47; Figs. 17, 18).

Energies in hbar omega_D, inverse temperatures in its inverse; `ratio` is k_B T_g / (hbar omega_D) = 1/beta_g.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from ._modes import Modes

STEPS = 50


class Saddle(NamedTuple):
    """A density at its saddle point.

    Attributes:
        value: T_g times the density.
        third: size of the third-order term of the exponent one width away; imaginary, so it acts in sixth order.
        fourth: the fourth-order term of the exponent there, which the method neglects.
    """

    value: Float[np.ndarray, " ..."]
    third: Float[np.ndarray, " ..."]
    fourth: Float[np.ndarray, " ..."]


def ground_state_scatterers(omega: ArrayLike, modes: Modes, ratio: float) -> Saddle:
    r"""T_g rho(omega) for absorption from the ground state, epsilon > 0.

    .. math:: \omega = \sum \frac{\omega_{lm}}{e^{s\omega_{lm}} - 1} + \frac 1\kappa, \quad s = \kappa - \beta_g,
              \qquad T_g\rho = \frac{e^{s\omega} \prod Z_{lm}(s)}{\kappa \sqrt{2\pi f''}}

    As omega -> 0 it tends to e / sqrt(2 pi) = 1.084 instead of 1. As omega -> infinity it grows with the power
    95 of omega for 96 modes, as the exact density does, not with 96 as printed.

    Args:
        omega: positive, in omega_D.
        modes: the ripplons.
        ratio: k_B T_g / (hbar omega_D).

    Reference: paper, Eqs. 39-41.
    """
    omega = np.asarray(omega, dtype=float)
    low, high = np.full(omega.shape, np.log(1e-7)), np.log(300 / omega)
    for _ in range(STEPS):
        middle = (low + high) / 2
        inverse = np.exp(middle)
        above = modes.energy(inverse) + 1 / (inverse + 1 / ratio) > omega
        low, high = np.where(above, middle, low), np.where(above, high, middle)
    inverse = np.exp((low + high) / 2)
    kappa = inverse + 1 / ratio
    curvature = modes.variance(inverse) + kappa**-2
    exponent = inverse * omega + modes.log_partition(inverse)
    value = np.exp(exponent) / (kappa * np.sqrt(2 * np.pi * curvature))
    third = np.abs(modes.third(inverse) - 2 * kappa**-3) / (6 * curvature**1.5)
    fourth = (modes.fourth(inverse) + 6 * kappa**-4) / (24 * curvature**2)
    return Saddle(value, third, fourth)


def excited_scatterers(omega: ArrayLike, energy: ArrayLike, modes: Modes, ratio: float) -> Saddle:
    r"""T_g N_E(omega), absorption from excited states with -E < epsilon < 0.

    The two saddle-point equations reduce to one for s = beta_g + lambda - mu,

    .. math:: s = \beta_g + \frac{1}{\omega + E - S(s)} - \frac{1}{S(s) - \omega}, \qquad
              S(s) = \sum \frac{\omega_{lm}}{e^{s\omega_{lm}} - 1},

    whose right side minus s is monotone, so bisection finds it. The corrections are those in the direction
    of the two-dimensional saddle where they are largest.

    Args:
        omega: positive, broadcast against energy.
        energy: E, positive.
        modes: the ripplons.
        ratio: k_B T_g / (hbar omega_D).

    Reference: paper, Eqs. 44-47.
    """
    omega, energy = np.broadcast_arrays(np.asarray(omega, dtype=float), np.asarray(energy, dtype=float))
    tabulated = _energy_table(modes)
    low = np.full(omega.shape, tabulated.x[0])
    high = np.full(omega.shape, tabulated.x[-1])
    for _ in range(STEPS):
        middle = (low + high) / 2
        total = np.exp(tabulated(middle))
        with np.errstate(divide="ignore"):
            balance = np.exp(middle) - 1 / ratio - 1 / (omega + energy - total) + 1 / (total - omega)
        below = (total >= omega + energy) | ((total > omega) & (balance < 0))
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    inverse = np.exp((low + high) / 2)
    total = np.exp(tabulated((low + high) / 2))
    outer, inner = 1 / (omega + energy - total), 1 / (total - omega)
    spread = modes.variance(inverse)
    determinant = spread * (outer**-2 + inner**-2) + (outer * inner) ** -2
    exponent = inverse * omega + outer * energy + modes.log_partition(inverse)
    value = np.exp(exponent) / (2 * np.pi * np.sqrt(determinant) * outer * inner)
    third, fourth = _largest_corrections(outer, inner, spread, modes.third(inverse), modes.fourth(inverse))
    return Saddle(value, third, fourth)


def _energy_table(modes: Modes) -> CubicSpline:
    """ln S against ln s, dense enough for 1e-8: the bisection then does not sum over the modes in each step."""
    log_inverse = np.linspace(np.log(1e-7), np.log(600 / modes.frequencies.min()), 4000)
    return CubicSpline(log_inverse, np.log(np.maximum(modes.energy(np.exp(log_inverse)), 1e-300)))


def _largest_corrections(outer, inner, second, third, fourth):
    """Third- and fourth-order terms one width away, the largest over directions in the (lambda, mu) plane."""
    largest_third, largest_fourth = np.zeros_like(outer), np.zeros_like(outer)
    for angle in np.linspace(0, np.pi, 37)[:-1]:
        along, across = np.cos(angle), np.sin(angle)
        ratios = along / outer, across / inner
        curvature = second * (along - across) ** 2 + ratios[0] ** 2 + ratios[1] ** 2
        cubic = np.abs(third * (along - across) ** 3 - 2 * ratios[0] ** 3 - 2 * ratios[1] ** 3)
        quartic = fourth * (along - across) ** 4 + 6 * ratios[0] ** 4 + 6 * ratios[1] ** 4
        largest_third = np.maximum(largest_third, cubic / (6 * curvature**1.5))
        largest_fourth = np.maximum(largest_fourth, quartic / (24 * curvature**2))
    return largest_third, largest_fourth
