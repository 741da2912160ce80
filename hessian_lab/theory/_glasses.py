"""Table I of the paper and of its supplement: ten insulating glasses."""

from __future__ import annotations

from dataclasses import dataclass
from types import MappingProxyType

SOURCE = (
    "Carruzzo and Yu (2020), Table I of the paper and of the supplement; measured columns from Berret and Meissner, "
    "Z. Phys. B 70, 65 (1988)"
)

CUBIC_ANGSTROM = 1e-30
"""m^3."""


@dataclass(frozen=True)
class PublishedGlass:
    """One row. Strengths in units of 1e-4 and spectral densities in units of 1e45 /(J m^3), as printed.

    Attributes:
        name: of the glass.
        density: rho in kg/m^3.
        speed: v in m/s.
        formula_volume: v_o in m^3.
        glass_temperature: T_g in K.
        debye_temperature: T_D in K, as printed.
        measured_strength: C_exp / 1e-4.
        measured_spectral_density: P_exp / (1e45 /(J m^3)).
        glass_transition_strength: C_g / 1e-4, with gamma_max from T_g.
        glass_transition_spectral_density: P_g / (1e45 /(J m^3)).
        stability_strength: C_e / 1e-4, with gamma_max from elastic stability; C_th of the paper.
        stability_spectral_density: P_e / (1e45 /(J m^3)).
    """

    name: str
    density: float
    speed: float
    formula_volume: float
    glass_temperature: float
    debye_temperature: float
    measured_strength: float
    measured_spectral_density: float
    glass_transition_strength: float
    glass_transition_spectral_density: float
    stability_strength: float
    stability_spectral_density: float


def _row(name: str, density: float, speed: float, volume: float, *others: float) -> PublishedGlass:
    return PublishedGlass(name, density, speed, volume * CUBIC_ANGSTROM, *others)


PUBLISHED_GLASSES = MappingProxyType(
    {
        row.name: row
        for row in (
            _row("SiO2", 2200, 4163, 45.3, 1473, 348, 2.9, 0.8, 2.8, 0.9, 2.9, 1.0),
            _row("BK7", 2510, 4195, 41.8, 836, 360, 3.3, 1.1, 9.2, 3.1, 2.5, 0.9),
            _row("SF4", 4780, 2481, 40.7, 693, 215, 2.75, 1.1, 3.8, 1.8, 0.9, 0.4),
            _row("SF57", 5510, 2327, 55.2, 687, 182, 2.98, 1.0, 3.6, 1.8, 0.9, 0.5),
            _row("SF59", 6260, 2131, 40.2, 635, 185, 2.78, 1.0, 3.7, 2.2, 1.0, 0.6),
            _row("V52", 4800, 2511, 61.1, 593, 190, 4.9, 1.7, 5.2, 2.3, 0.8, 0.3),
            _row("BALNA", 4280, 2569, 39.9, 520, 224, 4.8, 2.1, 7.6, 3.6, 1.2, 0.6),
            _row("LAT", 5250, 3105, 68.2, 723, 226, 3.7, 1.4, 5.0, 1.7, 0.3, 0.1),
            _row("Zn-glass", 4240, 2580, 45.9, 570, 215, 3.6, 2.2, 7.2, 3.8, 2.0, 1.1),
            _row("PMMA", 1180, 1762, 138.4, 374, 101, 3.7, 0.6, 3.7, 1.4, 2.9, 1.1),
        )
    }
)
"""The ten rows by name, in the order of the table."""
