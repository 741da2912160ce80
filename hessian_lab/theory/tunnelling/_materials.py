"""Measured parameters of glasses for the standard tunnelling model."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from types import MappingProxyType

from scipy.constants import electron_volt

from .._glasses import PUBLISHED_GLASSES, SOURCE

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
    source: str = SOURCE

    @property
    def coupling(self) -> float:
        """gamma in J that makes C = P-bar gamma^2 / (rho v^2)."""
        return sqrt(self.strength * self.density * self.speed**2 / self.spectral_density)


TUNNELLING_GLASSES = MappingProxyType(
    {
        name: TunnellingGlass(
            name, row.density, row.speed, 1e-4 * row.measured_strength, 1e45 * row.measured_spectral_density
        )
        for name, row in PUBLISHED_GLASSES.items()
    }
)
"""The ten glasses of the table, with their measured C and P-bar."""
