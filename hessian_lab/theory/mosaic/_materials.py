"""Measured constants of the glasses that the paper names, and what follows from them by definition."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

import numpy as np
from scipy.constants import hbar, k

from .._glasses import PUBLISHED_GLASSES

DEBYE_FACTOR = float((6 * np.pi**2) ** (1 / 3))
"""k_D a: the Debye wave number times the bead spacing, one bead per a^3."""


@dataclass(frozen=True)
class Glass:
    """Constants of one glass, SI.

    Attributes:
        name: chemical name.
        glass_transition: T_g in K.
        debye_temperature: T_D in K.
        density: rho in kg/m^3.
        sound_speed: the one speed c_s of the "scalar" phonons, m/s.
        bead: spacing a of the moving units as the paper quotes it, m; None to take it from the Debye temperature.
        domain: size xi of a mosaic cell as the paper quotes it, m; None to take it from the quench time.
        source: where the numbers stand.
    """

    name: str
    glass_transition: float
    debye_temperature: float
    density: float
    sound_speed: float
    bead: float | None
    domain: float | None
    source: str


SILICA = Glass(
    name="a-SiO2",
    glass_transition=1500.0,
    debye_temperature=342.0,
    density=2200.0,
    sound_speed=4100.0,
    bead=3.5e-10,
    domain=20e-10,
    source="Lubchenko and Wolynes: T_g, a, xi in Sec. III.A; rho, c_s, T_D in the caption of Fig. 15",
)

SILICA_GRUNEISEN_DEBYE_TEMPERATURE = 350.0
"""T_D of silica that Sec. VI of the paper uses beside the 342 K of Fig. 15, K."""

MOSAIC_GLASSES = MappingProxyType(
    {"SiO2": SILICA}
    | {
        name: Glass(
            name=name,
            glass_transition=row.glass_temperature,
            debye_temperature=row.debye_temperature,
            density=row.density,
            sound_speed=row.speed,
            bead=None,
            domain=None,
            source="Carruzzo and Yu, Table I of the supplement; Lubchenko and Wolynes give constants of silica only",
        )
        for name, row in PUBLISHED_GLASSES.items()
        if name != "SiO2"
    }
)
"""Silica with the paper's own constants; nine others with those of paper 002, whose v stands for c_s."""

PMMA = MOSAIC_GLASSES["PMMA"]

MEASURED_TWO_LEVEL_DENSITY = 0.8e45
"""P-bar of a-SiO2 from ultrasound, 1/(J m^3) (Carruzzo and Yu, Table I of the supplement)."""

STRAIN_AT_FREEZING = {"SiO2": 0.05, "B2O3": 0.06, "PS": 0.03, "PMMA": 0.03}
"""|grad phi| at T_g printed in footnote 5; the value of SiO2 does not follow from the constants above."""

FUSION_ENTROPY = {"hard spheres": 1.16, "Lennard-Jones": 1.68}
"""Entropy of fusion per particle in k_B (Sec. II)."""


def debye_frequency(debye_temperature: float) -> float:
    """omega_D = k_B T_D / hbar in rad/s; the temperature in K."""
    return k * debye_temperature / hbar


def bead_spacing(sound_speed: float, debye_temperature: float) -> float:
    """a = (c_s / omega_D) (6 pi^2)^(1/3) in m (footnote 5); the speed in m/s, the temperature in K."""
    return sound_speed / debye_frequency(debye_temperature) * DEBYE_FACTOR


def bulk_modulus(density: float, sound_speed: float) -> float:
    """K = rho c_s^2 / 3 in Pa: three scalar polarisations, dV/V = 3 grad phi (Sec. VI)."""
    return density * sound_speed**2 / 3
