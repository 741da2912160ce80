"""What the modes of a glass are: moduli and sound waves, participation, local stress and pre-stress,
vortices.

Frequencies of many glasses and their statistics are in `hessian_lab.statistics`; the eigen-solvers that make the modes
are in `hessian_lab.spectrum`.
"""

from ._analysis import ModeAnalysis
from ._batched import (
    BatchedAffine,
    batched_affine,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
)
from ._batched_table import WaveTable, batched_mode_table, wave_table
from ._circulation import Circulation, circulation
from ._cores import Cores, VortexCores, find_cores, vortex_cores
from ._drawing import draw_plane_mode, draw_slab
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
from ._local_fits import FieldGradients, LocalFits, local_fits
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
from ._localisation import AmplitudeProfile, amplitude_profile
from ._mode_table import ModeTable
from ._null_models import (
    crossed_waves,
    elastic_core,
    gaussian_modes,
    implant,
    random_phase_surrogates,
    random_shell_waves,
)
from ._participation import participation_ratio
from ._phonons import PhononContent, ShellSplitting, phonon_content, shell_splitting
from ._plane_waves import PlaneWaves, debye_wavenumber, plane_waves
from ._prestress import PrestressSplit, prestress_split
from ._prestress_following import FollowedModes, follow_prestress
from ._shells import Polarisation, Shell, wave_shells
from ._sound import ElasticWaves, debye_frequency, elastic_waves, first_transverse_frequency, sound_speed
from ._strain_response import StrainResponse, strain_response
from ._stress_removal import RemovedStresses, StressRemoval, remove_small_stresses
from ._surrogate_test import LEAST_ASYMMETRY, LEAST_FRACTION, SIGNIFICANT, SurrogateTest, surrogate_test
from ._vortices import Defects, winding_defects, winding_defects_on_grid

__all__ = [
    "LEAST_ASYMMETRY",
    "LEAST_FRACTION",
    "SIGNIFICANT",
    "AmplitudeProfile",
    "BatchedAffine",
    "Circulation",
    "Cores",
    "Defects",
    "ElasticTensors",
    "ElasticWaves",
    "Elasticity",
    "EnsembleElasticity",
    "Estimate",
    "FieldGradients",
    "FollowedModes",
    "LocalFits",
    "ModeAnalysis",
    "ModeTable",
    "ModulusFluctuations",
    "ParticleStresses",
    "PhononContent",
    "PlaneWaves",
    "Polarisation",
    "PrestressSplit",
    "RemovedStresses",
    "ShearModuli",
    "Shell",
    "ShellSplitting",
    "StrainResponse",
    "StressRemoval",
    "SurrogateTest",
    "Surroundings",
    "VortexCores",
    "WaveTable",
    "amplitude_profile",
    "batched_affine",
    "batched_mode_table",
    "batched_participation",
    "batched_relaxed_moduli",
    "batched_response",
    "cell_moduli",
    "circulation",
    "crossed_waves",
    "debye_frequency",
    "debye_wavenumber",
    "draw_plane_mode",
    "draw_slab",
    "elastic_core",
    "elastic_waves",
    "elasticity",
    "elasticity_of",
    "ensemble_elasticity",
    "find_cores",
    "first_transverse_frequency",
    "follow_prestress",
    "gaussian_modes",
    "implant",
    "local_fits",
    "modulus_fluctuations",
    "pair_stress",
    "pair_stresses",
    "participation_ratio",
    "particle_stresses",
    "phonon_content",
    "plane_waves",
    "prestress_split",
    "random_phase_surrogates",
    "random_shell_waves",
    "relaxed_shear_moduli",
    "remove_small_stresses",
    "shell_splitting",
    "simple_shear_moduli",
    "sound_speed",
    "strain_response",
    "stress_of_frequency",
    "surrogate_test",
    "tapered_pairs",
    "vortex_cores",
    "vortex_inertia",
    "wave_shells",
    "wave_table",
    "winding_defects",
    "winding_defects_on_grid",
]
