"""What the modes of a glass are: moduli and sound waves, participation, local stress and pre-stress,
vortices.

Frequencies of many glasses and their statistics are in `hessian_lab.statistics`; the eigen-solvers that make the modes
are in `hessian_lab.spectrum`.
"""

from ._batched import (
    BatchedAffine,
    batched_affine,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
)
from ._elastic_ensemble import EnsembleElasticity, Estimate, ensemble_elasticity
from ._elastic_tensors import ElasticTensors
from ._elasticity import (
    Elasticity,
    ShearModuli,
    elasticity,
    elasticity_of,
    relaxed_shear_moduli,
    simple_shear_moduli,
)
from ._local_moduli import ModulusFluctuations, Surroundings, cell_moduli, modulus_fluctuations
from ._local_stress import (
    ParticleStresses,
    pair_stress,
    pair_stresses,
    particle_stresses,
    stress_of_frequency,
    tapered_pairs,
    vortex_inertia,
)
from ._participation import participation_ratio
from ._prestress import PrestressSplit, prestress_split
from ._prestress_following import FollowedModes, follow_prestress
from ._sound import ElasticWaves, debye_frequency, elastic_waves, first_transverse_frequency, sound_speed
from ._strain_response import StrainResponse, strain_response
from ._stress_removal import RemovedStresses, StressRemoval, remove_small_stresses
from ._vortices import Defects, winding_defects, winding_defects_on_grid

__all__ = [
    "BatchedAffine",
    "Defects",
    "ElasticTensors",
    "ElasticWaves",
    "Elasticity",
    "EnsembleElasticity",
    "Estimate",
    "FollowedModes",
    "ModulusFluctuations",
    "ParticleStresses",
    "PrestressSplit",
    "RemovedStresses",
    "ShearModuli",
    "StrainResponse",
    "StressRemoval",
    "Surroundings",
    "batched_affine",
    "batched_participation",
    "batched_relaxed_moduli",
    "batched_response",
    "cell_moduli",
    "debye_frequency",
    "elastic_waves",
    "elasticity",
    "elasticity_of",
    "ensemble_elasticity",
    "first_transverse_frequency",
    "follow_prestress",
    "modulus_fluctuations",
    "pair_stress",
    "pair_stresses",
    "participation_ratio",
    "particle_stresses",
    "prestress_split",
    "relaxed_shear_moduli",
    "remove_small_stresses",
    "simple_shear_moduli",
    "sound_speed",
    "strain_response",
    "stress_of_frequency",
    "tapered_pairs",
    "vortex_inertia",
    "winding_defects",
    "winding_defects_on_grid",
]
