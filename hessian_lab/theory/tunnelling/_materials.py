"""Measured parameters of glasses for the standard tunnelling model."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

from scipy.constants import electron_volt

JOULE_PER_ELECTRON_VOLT = electron_volt
"""Conversion of the papers' couplings: gamma [J] = gamma [eV] * this."""


@dataclass(frozen=True)
class TunnellingGlass:
    """One glass, with one speed and one coupling for all branches, as paper 002 tabulates them.

    Attributes:
        name: chemical or trade name.
        density: rho in kg/m^3.
        speed: v in m/s, with v^-3 = (v_l^-3 + 2 v_t^-3)/3.
        strength: measured C, dimensionless.
        spectral_density: measured P-bar in 1/(J m^3).
        source: of the numbers.
    """

    name: str
    density: float
    speed: float
    strength: float
    spectral_density: float
    source: str = (
        "Carruzzo and Yu (2020), Table I of the supplement; data of Berret and Meissner, Z. Phys. B 70, 65 (1988)"
    )

    @property
    def coupling(self) -> float:
        """gamma in J that makes C = P-bar gamma^2 / (rho v^2)."""
        return sqrt(self.strength * self.density * self.speed**2 / self.spectral_density)


TUNNELLING_GLASSES = MappingProxyType(
    {
        glass.name: glass
        for glass in (
            TunnellingGlass("SiO2", 2200, 4163, 2.9e-4, 0.8e45),
            TunnellingGlass("BK7", 2510, 4195, 3.3e-4, 1.1e45),
            TunnellingGlass("PMMA", 1180, 1762, 3.7e-4, 0.6e45),
        )
    }
)
"""Three of the ten glasses of the table; all ten are in `hessian_lab.theory.universality`."""
