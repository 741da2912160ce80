"""What the papers give for real glasses: a velocity, a volume, and where the boson peak lies."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.optimize import brentq

from .._glasses import SOURCE, PublishedGlass
from ._theory import HeterogeneousElasticity

BOSON_PEAK = 0.1
"""Boson peak over the Debye frequency "in most materials" (000, page 4). No paper here prints it glass by glass."""

DISORDER_SOURCE = "puts the boson peak at omega_D/10, where 000 (page 4) has it in most materials"
GLASS_SOURCE = SOURCE


@lru_cache(maxsize=8)
def disorder_of_boson_peak(ratio: float = BOSON_PEAK) -> float:
    """Disorder parameter of the scalar form that puts the maximum of g/omega^2 at a given share of omega_D.

    Args:
        ratio: omega_BP/omega_D of the macroscopic velocity, between 0.02 and 0.4.

    Returns:
        gamma, to 1e-6; the gap to 1/4 falls with the square of a small ratio.
    """

    def above(gamma: float) -> float:
        theory = HeterogeneousElasticity(gamma=gamma)
        return theory.boson_peak.omega / theory.omega_debye - ratio

    return float(brentq(above, 0.12, 0.2499, xtol=1e-6))


def of_glass(glass: PublishedGlass) -> HeterogeneousElasticity:
    """The scalar theory of a glass: v and v_o of the table, gamma from the position of the boson peak."""
    return HeterogeneousElasticity(
        gamma=disorder_of_boson_peak(),
        sound_velocity=glass.speed,
        debye_wavenumber=float((6 * np.pi**2 / glass.formula_volume) ** (1 / 3)),
    )
