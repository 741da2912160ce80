"""Solvable spin-glass-like model of glassy low-temperature anomalies (Kuehn and Horstmann)."""

from .double_wells import DoubleWells, WellDistributions, double_wells, limiting_field, well_distributions
from .excitations import ExcitationSpectrum, excitation_spectrum, level_diagram, tunnelling_plateau
from .levels import Levels, site_levels
from .local_fields import LocalFields, local_fields, simulated_fields
from .model import Couplings
from .one_step import OneStep, field_density, one_step_free_energy, solve_one_step
from .replica_symmetric import ReplicaSymmetric, solve_replica_symmetric
from .simulation import Minima, simulate_minima
from .theory import SpinGlass
from .transitions import (
    almeida_thouless_line,
    double_well_line,
    double_well_onset,
    ergodic_edge,
    glass_temperature,
    polarisation_line,
    transition_temperature,
)

__all__ = [
    "Couplings",
    "DoubleWells",
    "ExcitationSpectrum",
    "Levels",
    "LocalFields",
    "Minima",
    "OneStep",
    "ReplicaSymmetric",
    "SpinGlass",
    "WellDistributions",
    "almeida_thouless_line",
    "double_well_line",
    "double_well_onset",
    "double_wells",
    "ergodic_edge",
    "excitation_spectrum",
    "field_density",
    "glass_temperature",
    "level_diagram",
    "limiting_field",
    "local_fields",
    "one_step_free_energy",
    "polarisation_line",
    "simulate_minima",
    "simulated_fields",
    "site_levels",
    "solve_one_step",
    "solve_replica_symmetric",
    "transition_temperature",
    "tunnelling_plateau",
    "well_distributions",
]
