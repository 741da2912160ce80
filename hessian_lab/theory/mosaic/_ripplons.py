"""Vibrations of a cell's wall, the paper's boson peak (Sec. IV.C, Eqs. 31-33). Frequencies in omega_D."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from ..._core.errors import InputError
from ._droplet import LINDEMANN_RATIO, localisation_logarithm
from ._materials import DEBYE_FACTOR
from ._modes import Modes

LOWEST_ORDER = 2
HIGHEST_ORDER = 9
"""Orders of the ripplons: l = 0 is growth and l = 1 translation; above 9 the wall has too few beads."""

SPHERE = float((3 / (4 * np.pi)) ** (1 / 3))
"""R / xi of the sphere with the volume of a cell."""


def surface_tension(glass_transition: float, bead: float, radius: float, lindemann_ratio: float = LINDEMANN_RATIO):
    r"""sigma(R) = (3/4) (k_B T_g/a^2) ln[(a/d_L)^2/(pi e)] (a/R)^(1/2).

    Args:
        glass_transition: k_B T_g in J.
        bead: a in m.
        radius: R in m.
        lindemann_ratio: d_L / a.

    Returns:
        N/m. 4 pi R^2 sigma is gamma sqrt(N) of the droplet, exactly.
    """
    logarithm = localisation_logarithm(lindemann_ratio)
    return 0.75 * glass_transition / bead**2 * logarithm * np.sqrt(bead / radius)


def wall_density(density: float, bead: float, lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """rho_W = (d_L/a)^2 rho a in kg/m^2: mass that moves with unit area of the wall."""
    return lindemann_ratio**2 * density * bead


def ripplon_frequency_from_wall(
    order: ArrayLike, tension: float, wall: float, radius: float, *, curved: bool = True
) -> Float[np.ndarray, " ..."]:
    """omega_l in rad/s from (9/8) sigma (l-1)(l+2) / (rho_W R^2) (Eq. 32); without 9/8 if not curved (Eq. 31).

    Args:
        order: l >= 2.
        tension: sigma in N/m.
        wall: rho_W in kg/m^2.
        radius: R in m.
        curved: with the dependence of the tension on the radius, sigma ~ R^(-1/2).
    """
    order = np.asarray(order, dtype=float)
    factor = 9 / 8 if curved else 1.0
    return np.sqrt(factor * tension * (order - 1) * (order + 2) / (wall * radius**2))


def ripplon_prefactor(lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """The paper's 1.34: omega_2 / omega_D times (xi/a)^(5/4), from sigma, rho_W and T_g (Eq. 33)."""
    square = 9 / 8 * 3 / 4 * localisation_logarithm(lindemann_ratio) * 4 * (4 * np.pi / 3) ** (5 / 6)
    return float(np.sqrt(square) / DEBYE_FACTOR)


def ripplon_frequency(
    order: ArrayLike,
    size_ratio: float,
    lindemann_ratio: float = LINDEMANN_RATIO,
    *,
    prefactor: float | None = None,
) -> Float[np.ndarray, " ..."]:
    r"""omega_l / omega_D = 1.34 (a/xi)^{5/4} [(l-1)(l+2)/4]^{1/2} (Eq. 33).

    Args:
        order: l >= 2.
        size_ratio: xi / a.
        lindemann_ratio: d_L / a, which enters the prefactor through its logarithm only.
        prefactor: in place of the derived one, for instance the rounded 1.34.
    """
    order = np.asarray(order, dtype=float)
    scale = ripplon_prefactor(lindemann_ratio) if prefactor is None else prefactor
    return scale * size_ratio**-1.25 * np.sqrt((order - 1) * (order + 2) / 4)


def highest_order(size_ratio: float) -> float:
    """pi (3 N*/(4 pi))^(1/3) (R - a/2)/R: order beyond which a wall of beads has no ripples; printed 9..10."""
    radius = SPHERE * size_ratio
    return float(np.pi * (radius - 0.5))


def ripplon_modes(
    size_ratio: float,
    lindemann_ratio: float = LINDEMANN_RATIO,
    *,
    highest: int = HIGHEST_ORDER,
    prefactor: float | None = None,
) -> Modes:
    """Ripplons of one cell, 2l+1 of each order l = 2..highest; 96 of them for highest = 9.

    Args:
        size_ratio: xi / a.
        lindemann_ratio: d_L / a.
        highest: last order; the paper uses 9.
        prefactor: see `ripplon_frequency`.

    Raises:
        InputError: if highest is below 2.
    """
    if highest < LOWEST_ORDER:
        raise InputError(f"argument highest must be an order of at least 2, but is {highest}; the paper uses 9")
    order = np.arange(LOWEST_ORDER, highest + 1)
    frequencies = ripplon_frequency(order, size_ratio, lindemann_ratio, prefactor=prefactor)
    return Modes(frequencies, 2.0 * order + 1)
