"""Couplings, density of states and strength of the tunnelling systems from the elastic constants of a glass."""

from __future__ import annotations

import numpy as np
from scipy.constants import Avogadro, Boltzmann, hbar
from scipy.integrate import quad

STABILITY_FACTOR = 4 / 3 * (2 / (9 * np.pi)) ** (2 / 3)
"""gamma_max / (rho v^2 v_o) from elastic stability, 0.2281; printed as 0.23. Carruzzo and Yu (2020), Eq. 13."""

ROUNDED_PREFACTOR = 1 / 3
"""n_o gamma_max^2 / (rho v^2) as the paper uses it (Eq. 7)."""

EXACT_PREFACTOR = 6 / (2 * np.pi) ** 1.5
"""The same number before rounding, 0.381 (supplement, Eq. 25)."""


def debye_temperature(speed: float, formula_volume: float) -> float:
    r"""Debye temperature of a glass with one vibrating unit per formula.

    .. math:: k T_D = \hbar \omega_D = \hbar v \left(\frac{6 \pi^2}{v_o}\right)^{1/3}

    Args:
        speed: v in m/s.
        formula_volume: v_o in m^3 (1 cubic angstrom = 1e-30 m^3).

    Returns:
        T_D in K.

    Reference: Carruzzo and Yu (2020), text below Eq. 13.
    """
    return hbar * speed * (6 * np.pi**2 / formula_volume) ** (1 / 3) / Boltzmann


def formula_volume(molar_mass: float, density: float) -> float:
    """v_o = M / (N_A rho) in m^3, from M in kg/mol and rho in kg/m^3. Carruzzo and Yu (2020), text below Eq. 13."""
    return molar_mass / (Avogadro * density)


def elastic_energy(density: float, speed: float, formula_volume: float) -> float:
    """rho v^2 v_o in J, from kg/m^3, m/s and m^3: the scale of every coupling of the theory."""
    return density * speed**2 * formula_volume


def renormalising_coupling(elastic: float, debye: float) -> float:
    r"""Coupling at which the cloud of phonons cuts the tunnelling element by a factor e.

    .. math:: \gamma_o = \frac{\sqrt 2}{3} \sqrt{\rho v^2 v_o \, \hbar \omega_D}, \qquad
        \Delta_o = \Delta_{max} e^{-\gamma^2/\gamma_o^2}

    Args:
        elastic: rho v^2 v_o in J.
        debye: hbar omega_D / k in K.

    Returns:
        gamma_o in J.

    Reference: Carruzzo and Yu (2020), Eq. 5 and 10.
    """
    return np.sqrt(2) / 3 * np.sqrt(elastic * Boltzmann * debye)


def overlap_exponent(
    coupling: float,
    density: float,
    speed: float,
    formula_volume: float,
    *,
    branch_sum: float = 3.0,
    lowest_fraction: float = 0.0,
) -> float:
    r"""The exponent of the tunnelling element, summed over the phonons of a Debye sphere.

    .. math:: \frac{2}{V} \sum_{k s} \frac{\gamma^2 |\xi_{k s}|^2}{(\hbar \omega)^2}
        = \int_{k_m}^{k_D} \frac{k^2 dk}{2 \pi^2} \, \frac{\gamma^2}{\rho v^2 \hbar v k} \,
        \Big\langle \sum_s (D : e^s)^2 \Big\rangle

    It equals (gamma/gamma_o)^2 (1 - (k_m/k_D)^2) with Eq. 5 only if the sum over the three branches is 3, that is, if
    every branch couples with full strength (a scalar strain). For a uniaxial dipole D = n n the average of the sum over
    directions is 1/3, and gamma_o^2 would be nine times larger.

    Args:
        coupling: gamma in J.
        density: in kg/m^3.
        speed: in m/s.
        formula_volume: in m^3.
        branch_sum: average of the sum over branches of (D : e)^2, dimensionless.
        lowest_fraction: k_m/k_D, below which phonons are kept.

    Returns:
        The exponent, dimensionless.

    Reference: Carruzzo and Yu (2020), supplement Eq. 14.
    """
    debye = (6 * np.pi**2 / formula_volume) ** (1 / 3)
    strength = branch_sum * coupling**2 / (density * speed**2 * hbar * speed)
    sphere, _ = quad(lambda ratio: ratio, lowest_fraction, 1.0, epsabs=0.0, epsrel=1e-12)
    return strength * debye**2 * sphere / (2 * np.pi**2)


def largest_coupling_from_stability(elastic: float) -> float:
    r"""Largest coupling that the elastic medium bears: gamma_max = (4/3)(2/9 pi)^{2/3} rho v^2 v_o.

    Args:
        elastic: rho v^2 v_o in J.

    Returns:
        gamma_max in J.

    Reference: Carruzzo and Yu (2020), Eq. 13 (supplement Eq. 30).
    """
    return STABILITY_FACTOR * elastic


def largest_coupling_from_glass_transition(elastic: float, glass_temperature: float, factor: float = 1.5) -> float:
    r"""Largest coupling from the strain fluctuations at the glass transition: a sqrt(2 rho v^2 v_o k T_g).

    Args:
        elastic: rho v^2 v_o in J.
        glass_temperature: T_g in K.
        factor: a of order 1 (the paper's alpha_2, 1.5 for its table), dimensionless.

    Returns:
        gamma_max in J.

    Reference: Carruzzo and Yu (2020), supplement Eq. 28.
    """
    return factor * np.sqrt(2 * elastic * Boltzmann * glass_temperature)


def spectral_density(
    density: float, speed: float, renormalising: float, largest: float, prefactor: float = ROUNDED_PREFACTOR
) -> float:
    r"""Density of tunnelling systems, from the spread of the fields that they exert on one another.

    .. math:: \bar P = \frac13 \frac{\rho v^2}{\gamma_{max}^2} \left(\frac{\gamma_o}{\gamma_{max}}\right)^2

    Args:
        density: rho in kg/m^3.
        speed: v in m/s.
        renormalising: gamma_o in J.
        largest: gamma_max in J.
        prefactor: 1/3 as printed, or `EXACT_PREFACTOR`.

    Returns:
        P-bar in 1/(J m^3).

    Reference: Carruzzo and Yu (2020), Eq. 9.
    """
    return prefactor * density * speed**2 / largest**2 * (renormalising / largest) ** 2


def tunnelling_strength(
    renormalising: float, largest: float, alpha: float = 2.5, prefactor: float = ROUNDED_PREFACTOR
) -> float:
    r"""Tunnelling strength, with the logarithm of Eq. 10 replaced by a number.

    .. math:: C = \bar P \frac{\gamma_{eff}^2}{\rho v^2} = \frac{\alpha^2}{3}
        \left(\frac{\gamma_o}{\gamma_{max}}\right)^4, \qquad \gamma_{eff} = \alpha \gamma_o

    Args:
        renormalising: gamma_o in J.
        largest: gamma_max in J.
        alpha: square root of ln(Delta_max/Delta_o) for the systems that matter, dimensionless.
        prefactor: 1/3 as printed, or `EXACT_PREFACTOR`.

    Returns:
        C, dimensionless.

    Reference: Carruzzo and Yu (2020), Eq. 12.
    """
    return prefactor * alpha**2 * (renormalising / largest) ** 4
