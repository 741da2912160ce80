"""Soft potentials: quartic single-mode potentials with a constant density of their coefficients.

`SoftPotential` is the theory in SI units. In units of the crossover energy W: `energy_levels` of one potential,
`plane` and `universal_heat_capacity` for the sum over all of them, `vibrational_density` for energies above W.
"""

from ._harmonic import boson_peak_energy, vibrational_density
from ._levels import deepest_minimum, energy_levels, harmonic_energy, heat_of_levels
from ._plane import Plane, curvature_of_exponent, plane, universal_heat_capacity
from ._theory import SoftPotential, minimum_of_reduced_heat

__all__ = [
    "Plane",
    "SoftPotential",
    "boson_peak_energy",
    "curvature_of_exponent",
    "deepest_minimum",
    "energy_levels",
    "harmonic_energy",
    "heat_of_levels",
    "minimum_of_reduced_heat",
    "plane",
    "universal_heat_capacity",
    "vibrational_density",
]
