"""Heterogeneous elasticity: waves in a medium with a random shear modulus, and the boson peak.

`HeterogeneousElasticity` is the theory in SI units; the `scalar_` and `vector_` functions work in units of the bare
velocity and k_D; `disorder_parameter` takes local moduli measured on a simulated glass. The local modes that
frozen-in stresses add are in `hessian_lab.theory.internal_stress`.
"""

from ._disorder import Disorder, disorder_parameter
from ._materials import disorder_of_boson_peak, of_glass
from ._scalar import critical_disorder, gap, scalar_density_of_states, scalar_self_energy, static_self_energy
from ._theory import BosonPeak, HeterogeneousElasticity
from ._vector import (
    vector_critical_disorder,
    vector_density_of_states,
    vector_self_energy,
    vector_static_self_energy,
)

__all__ = [
    "BosonPeak",
    "Disorder",
    "HeterogeneousElasticity",
    "critical_disorder",
    "disorder_of_boson_peak",
    "disorder_parameter",
    "gap",
    "of_glass",
    "scalar_density_of_states",
    "scalar_self_energy",
    "static_self_energy",
    "vector_critical_disorder",
    "vector_density_of_states",
    "vector_self_energy",
    "vector_static_self_energy",
]
