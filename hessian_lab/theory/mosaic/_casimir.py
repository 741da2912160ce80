"""Attraction of tunnelling cells by exchange of phonons: thermal expansion and Grueneisen parameters (Sec. VI).

Two routes to every coefficient: `prefactor="paper"` takes the closed form that the paper prints, and
`prefactor="direct_sum"` sums over the ripplons. Sums run over ordered pairs of cells, as the paper's numbers
need; counting each pair once halves them.
"""

from __future__ import annotations

from typing import Literal, get_args

import numpy as np
from scipy.constants import k

from ..._core.errors import InputError
from ._droplet import LINDEMANN_RATIO
from ._ripplons import ripplon_modes

Prefactor = Literal["paper", "direct_sum"]

LOG2 = float(np.log(2))
ORIENTATIONS = 2 / 3
"""Mean of (g_i.g_j - 3 (g_i.r)(g_j.r))^2 over directions of unit vectors."""


def exchange_kernel(first, second, beta: float):
    r"""[x tanh(beta x/2) - y tanh(beta y/2)] / (x^2 - y^2), with its limit at x = y (Eqs. 73, 77, 81)."""
    first, second = np.broadcast_arrays(np.asarray(first, dtype=float), np.asarray(second, dtype=float))
    gap = first**2 - second**2
    near = np.abs(gap) < 1e-7 * (first**2 + second**2)
    mean = np.sqrt((first**2 + second**2) / 2)
    slope = np.tanh(beta * mean / 2) / (2 * mean) + beta / (4 * np.cosh(np.minimum(beta * mean / 2, 300.0)) ** 2)
    apart = first * np.tanh(beta * first / 2) - second * np.tanh(beta * second / 2)
    return np.where(near, slope, apart / np.where(near, 1.0, gap))


def pair_energy_ripplons(coupling: float, energies, ripplons, beta: float) -> float:
    r"""Second-order free energy of two cells coupled by J X X with X = |2><3| + |3><2| on each (Eq. 73).

    .. math:: -J^2 \frac{e^{-\beta(\epsilon_i+\epsilon_j)} (1+e^{-\beta\omega_i})(1+e^{-\beta\omega_j})}{Z_i Z_j}
              \frac{\omega_i \tanh\frac{\beta\omega_i}2 - \omega_j \tanh\frac{\beta\omega_j}2}{\omega_i^2 - \omega_j^2}

    The printed coupling, Eq. 72, has the flip-flop term only and gives a smaller energy.

    Args:
        coupling: J.
        energies: (epsilon_i, epsilon_j).
        ripplons: (omega_i, omega_j).
        beta: 1 / (k_B T), in the inverse of the unit of all the others.
    """
    populations = [_population(e, w, beta) for e, w in zip(energies, ripplons, strict=True)]
    return float(-(coupling**2) * populations[0] * populations[1] * exchange_kernel(ripplons[0], ripplons[1], beta))


def pair_energy_mixed(coupling: float, energies, ripplon: float, beta: float) -> float:
    """As `pair_energy_ripplons` for X = |2><3| + h.c. on the first cell and |1><2| + h.c. on the second (Eq. 77).

    The second cell has two levels here; Eq. 77 leaves out nothing in that case.
    """
    population = _population(energies[0], ripplon, beta)
    return float(-(coupling**2) * population * exchange_kernel(ripplon, energies[1], beta))


def mode_double_sum(size_ratio: float, lindemann_ratio: float = LINDEMANN_RATIO, *, prefactor: Prefactor = "paper"):
    """sum (2 l_1+1)(2 l_2+1) / (omega_1 + omega_2) in 1/omega_D; the paper: 1.5 (3/4 pi) pi^3 (xi/a)^(17/4).

    The continuum with omega_l = 1.34 (a/xi)^(5/4) l/2 up to l = pi (3/4 pi)^(1/3) xi/a has 1.22 for 1.5; the
    paper's own last order, 9, lowers it to 0.76.
    """
    _check(prefactor)
    if prefactor == "paper":
        return 1.5 * 3 / (4 * np.pi) * np.pi**3 * size_ratio**4.25
    modes = ripplon_modes(size_ratio, lindemann_ratio)
    sums = modes.frequencies[:, None] + modes.frequencies
    return float((modes.weights[:, None] * modes.weights / sums).sum())


def ripplon_ripplon_coefficient(
    size_ratio: float, lindemann_ratio: float = LINDEMANN_RATIO, *, prefactor: Prefactor = "paper"
) -> float:
    """b of F_rr/V = -(b/2) (k_B T)^2/(k_B T_D xi^3) (1 - 2 dV/V): (2/3) 2 (ln 2)^2 (a/xi)^6 times the mode sum.

    Paper: 1.5 (ln 2)^2 pi^2 (a/xi)^(7/4).
    """
    double_sum = mode_double_sum(size_ratio, lindemann_ratio, prefactor=prefactor)
    return 2 * ORIENTATIONS * LOG2**2 * size_ratio**-6 * double_sum


def ripplon_two_level_coefficient(
    size_ratio: float, ratio: float, lindemann_ratio: float = LINDEMANN_RATIO, *, prefactor: Prefactor = "paper"
) -> float:
    """d of F_rT/V = -d k_B T/xi^3 (1 - 2 dV/V).

    Paper: 0.5 (a/xi)^4 ln[2.0 (T_g/omega_D) (xi/a)^(1/4)]. Direct: (2/3) ln 2 (a/xi)^6 sum (2l+1)
    [ln(T_g/omega_l) - 0.5772].

    Args:
        size_ratio: xi / a.
        ratio: k_B T_g / (hbar omega_D).
        lindemann_ratio: d_L / a.
        prefactor: which of the two.
    """
    _check(prefactor)
    if prefactor == "paper":
        return float(0.5 * size_ratio**-4 * np.log(2.0 * ratio * size_ratio**0.25))
    modes = ripplon_modes(size_ratio, lindemann_ratio)
    logarithms = np.log(ratio / modes.frequencies) - np.euler_gamma
    return float(ORIENTATIONS * LOG2 * size_ratio**-6 * (modes.weights * logarithms).sum())


def gruneisen_ripplons(size_ratio: float, ratio: float, *, prefactor: Prefactor = "paper", **kwargs) -> float:
    """gamma_rr = -2 b T_g/T_D, paper -3.0 (ln 2)^2 pi^2 (T_g/T_D) (a/xi)^(7/4) (Eq. 76).

    gamma = (dp/dT)_V / c_V with c_V = k_B^2 T P-bar; with the pi^2/6 of two-level systems, which Eq. 82 uses,
    gamma is smaller by that factor.
    """
    return -2 * ripplon_ripplon_coefficient(size_ratio, prefactor=prefactor, **kwargs) * ratio


def gruneisen_mixed(size_ratio: float, ratio: float, temperature: float, *, prefactor: Prefactor = "paper", **kwargs):
    """gamma_rT = -2 d T_g/T, paper -(T_g/T) (a/xi)^4 ln[...] (Eq. 80); temperature in T_g."""
    return -2 * ripplon_two_level_coefficient(size_ratio, ratio, prefactor=prefactor, **kwargs) / temperature


def expansion_ripplons(
    temperature: float, size_ratio: float, domain: float, debye_temperature: float, modulus: float, **kwargs
) -> float:
    """Volume expansion coefficient in 1/K, -2 b k_B T / (K T_D xi^3) (Eq. 75); a third of it is the linear one.

    Args:
        temperature: in K.
        size_ratio: xi / a.
        domain: xi in m.
        debye_temperature: in K.
        modulus: K in Pa.
        **kwargs: of `ripplon_ripplon_coefficient`.
    """
    coefficient = ripplon_ripplon_coefficient(size_ratio, **kwargs)
    return -2 * coefficient * k * temperature / (modulus * debye_temperature * domain**3)


def expansion_mixed(size_ratio: float, ratio: float, domain: float, modulus: float, **kwargs) -> float:
    """Volume expansion coefficient in 1/K of the mixed pairs, -2 d k_B/(K xi^3) (Eq. 79 with its k_B)."""
    return -2 * ripplon_two_level_coefficient(size_ratio, ratio, **kwargs) * k / (modulus * domain**3)


def breakdown_temperature(size_ratio: float, ratio: float, **kwargs) -> float:
    """T/T_g at which |F_rT| equals (pi^2/12) T^2/(T_g xi^3) of free two-level systems, printed 1e-3."""
    return 12 / np.pi**2 * ripplon_two_level_coefficient(size_ratio, ratio, **kwargs)


def two_level_bracket(temperature: float, *, points: int = 400) -> float:
    r"""Thermal part of F_TT (Eq. 81) over its value at T = 0.

    .. math:: B(t) = \int_0^\infty\!\!\int_0^\infty dx\,dy\, e^{-x-y}
              \frac{x\tanh\frac{x}{2t} - y\tanh\frac{y}{2t}}{x^2-y^2}, \qquad F_{TT}/V = -\tfrac23
              \frac{k_B T_g}{\xi^3} \Bigl(\frac a\xi\Bigr)^6 B(T/T_g)

    It falls as 1 - (pi t)^2 ln(1/t)/3; the paper prints a plus.

    Args:
        temperature: T / T_g.
        points: Gauss points in each of the two polar directions.
    """
    nodes, weights = np.polynomial.legendre.leggauss(points)
    # x = s u, y = s (1-u): the kernel is smooth in both. u is graded towards 0 and, by symmetry, counted twice.
    grade = ((1 + nodes) / 2) ** 3
    share, share_weight = grade / 2, weights * 1.5 * ((1 + nodes) / 2) ** 2 / 2
    low, high = np.log(temperature) - 12, np.log(50.0)
    log_sum = (low + high) / 2 + (high - low) / 2 * nodes
    total = np.exp(log_sum)[:, None]
    kernel = exchange_kernel(total * share, total * (1 - share), 1 / temperature)
    inner = 2 * (kernel * share_weight).sum(axis=1)
    measure = weights * (high - low) / 2 * np.exp(2 * log_sum - np.exp(log_sum))
    return float((measure * inner).sum())


def ripplon_over_two_level(size_ratio: float, ratio: float, temperature: float, **kwargs) -> float:
    """T^2 term of F_rr over that of F_TT, printed as at least three orders of magnitude; temperature in T_g."""
    ripplons = ripplon_ripplon_coefficient(size_ratio, **kwargs) / 2 * ratio
    two_level = 2 / 9 * np.pi**2 * size_ratio**-6 * np.log(1 / temperature)
    return float(ripplons / two_level)


def gruneisen_bound(lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """|gamma| of direct coupling to phonons at most (12 ln 2/pi^2) (a/d_L), printed 8 (Eq. 82)."""
    return 12 * LOG2 / float(np.pi**2) / lindemann_ratio


def interaction_share(size_ratio: float, lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """10 (a/xi)^5 (d_L/a)^2: heat capacity of the interactions over that of the two-level systems, 1e-4..1e-5."""
    return 10 * size_ratio**-5 * lindemann_ratio**2


def _population(energy: float, ripplon: float, beta: float) -> float:
    """Share of the two upper levels of (0, epsilon, epsilon + omega)."""
    excited = np.exp(-beta * energy) * (1 + np.exp(-beta * ripplon))
    return float(excited / (1 + excited))


def _check(prefactor: str) -> None:
    if prefactor not in get_args(Prefactor):
        raise InputError(f"argument prefactor must be one of {get_args(Prefactor)}, but is {prefactor!r}")
