"""Mosaic (RFOT) theory of low-temperature glasses, after Lubchenko and Wolynes.

`Mosaic` is the theory under the common protocol, SI at its surface. The functions below it work in the paper's
units, which every docstring names: frequencies in the Debye frequency omega_D, temperatures in T_D = hbar
omega_D/k_B or in T_g, lengths in the bead spacing a, entropies in k_B per bead. `energy_ratio`, or `ratio`, is
k_B T_g/(hbar omega_D) = T_g/T_D. The relaxational shift of the sound speed and the correlations with fragility
(Secs. II and IV.G) are qualitative in the paper and not here.
"""

from ._barrier_top import (
    amplitude_density,
    barrier_top_coefficient,
    crossover_temperature,
    tunnelling_amplitude,
    tunnelling_exponent,
    wall_mass,
)
from ._bridge import (
    QuenchPrediction,
    predict_from_quench,
    relaxation_time_at_freezing,
)
from ._casimir import (
    breakdown_temperature,
    expansion_mixed,
    expansion_ripplons,
    gruneisen_bound,
    gruneisen_mixed,
    gruneisen_ripplons,
)
from ._counting import Levels, count_levels, count_on_grid
from ._coupling import path_over_wavelength, phonon_coupling, resonant_path
from ._cutoff import cutoff_coefficient, form_factor
from ._dressing import dressed_modes
from ._droplet import Droplet, fragility, size_ratio
from ._headlines import headlines
from ._heat_capacity import cell_heat_capacity, debye_heat_capacity, mean_cell_heat_capacity
from ._hollow_sphere import shell_frequencies
from ._materials import MOSAIC_GLASSES, PMMA, SILICA, Glass
from ._mixing import feenberg_root, mixing_constant, renormalised_amplitude
from ._modes import Modes
from ._plateau import Plateau
from ._rayleigh import rayleigh_path
from ._ripplons import ripplon_frequency, ripplon_modes
from ._saddle import Saddle, excited_scatterers, ground_state_scatterers
from ._scaled_conductivity import conductivity_unit, scaled_conductivity
from ._theory import Mosaic
from ._time_dependence import TunnellingHeatCapacity
from ._tunnelling import two_level_density, two_level_heat_capacity

__all__ = [
    "MOSAIC_GLASSES",
    "PMMA",
    "SILICA",
    "Droplet",
    "Glass",
    "Levels",
    "Modes",
    "Mosaic",
    "Plateau",
    "QuenchPrediction",
    "Saddle",
    "TunnellingHeatCapacity",
    "amplitude_density",
    "barrier_top_coefficient",
    "breakdown_temperature",
    "cell_heat_capacity",
    "conductivity_unit",
    "count_levels",
    "count_on_grid",
    "crossover_temperature",
    "cutoff_coefficient",
    "debye_heat_capacity",
    "dressed_modes",
    "excited_scatterers",
    "expansion_mixed",
    "expansion_ripplons",
    "feenberg_root",
    "form_factor",
    "fragility",
    "ground_state_scatterers",
    "gruneisen_bound",
    "gruneisen_mixed",
    "gruneisen_ripplons",
    "headlines",
    "mean_cell_heat_capacity",
    "mixing_constant",
    "path_over_wavelength",
    "phonon_coupling",
    "predict_from_quench",
    "rayleigh_path",
    "relaxation_time_at_freezing",
    "renormalised_amplitude",
    "resonant_path",
    "ripplon_frequency",
    "ripplon_modes",
    "scaled_conductivity",
    "shell_frequencies",
    "size_ratio",
    "tunnelling_amplitude",
    "tunnelling_exponent",
    "two_level_density",
    "two_level_heat_capacity",
    "wall_mass",
]
