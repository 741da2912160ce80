"""Internal stresses: harmonic vortices round frozen-in local stresses and the heat capacity that they give.

`InternalStress` is the theory with a constant density of small stresses (Eqs. 21-27 of Schirmacher and Ruocco, 2025).
The general form, for any P(sigma) given as a function or measured on simulated glasses, is
`direct_density_of_states` and `indirect_density_of_states`; the boson peak of the same authors is in
`hessian_lab.theory.heterogeneous_elasticity`.
"""

from ...modes import pair_stress
from ...statistics import MeasuredStresses
from .._bose import KELVIN, debye_heat, einstein, heat_of_density
from ._general import LocalModes, direct_density_of_states, indirect_density_of_states
from ._materials import GLASSES, PER_PICOSECOND, PICOSECOND_SQUARED, Glass, glass
from ._stresses import PowerLawStresses
from ._theory import EXTENT, InternalStress

__all__ = [
    "EXTENT",
    "GLASSES",
    "KELVIN",
    "PER_PICOSECOND",
    "PICOSECOND_SQUARED",
    "Glass",
    "InternalStress",
    "LocalModes",
    "MeasuredStresses",
    "PowerLawStresses",
    "debye_heat",
    "direct_density_of_states",
    "einstein",
    "glass",
    "heat_of_density",
    "indirect_density_of_states",
    "pair_stress",
]
