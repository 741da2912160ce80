"""Statistics of many glasses' spectra: arrays in, numbers out; numpy and scipy only, no files, no jax.

Here live the ragged set of mode frequencies (`Spectra`), the bootstrap over glasses, the cumulative and the plain
density of states, the exponent s of g(omega) ~ omega^s in a window, its paired difference between two tapers, the
Weibull law of the lowest mode, level statistics (adjacent gap ratio, unfolding, spacings, number variance, Delta_3, and
random matrices of matched size), the scaling of the participation ratio with N, the distance between two
configurations, and the distribution of local stresses. Every error is over glasses, never over modes.

The spectra themselves come from `hessian_lab.spectrum`; quantities of one mode (participation, phonon content,
vortices) and the moduli that set omega_T1 are in `hessian_lab.modes`; verdicts are in `hessian_lab.claims`.
An undetermined number is NaN in the arrays, with the reason beside it in words.
"""

from ._bootstrap import bootstrap_sums, bootstrap_weights
from ._density import (
    CumulativeDos,
    DensityOfStates,
    ReducedCumulativeDos,
    cumulative_dos,
    density_of_states,
    reduced_cumulative_dos,
)
from ._distance import configuration_distance
from ._exponent import ExponentEstimate, ExponentScan, exponent_in_window, exponent_of_windows
from ._fluctuations import (
    LevelFluctuations,
    delta_3,
    goe_delta_3,
    goe_number_variance,
    number_variance,
    poisson_delta_3,
    poisson_number_variance,
)
from ._gap_ratio import GOE_GAP_RATIO, POISSON_GAP_RATIO, GapRatio, gap_ratio, gap_ratio_of_levels
from ._gap_ratio_references import (
    ReferenceGapRatio,
    SizeGapRatio,
    gap_ratio_of_sizes,
    reference_gap_ratios,
)
from ._kolmogorov import power_law_ks
from ._level_statistics import LevelStatistics, level_statistics, reference_level_statistics
from ._localisation import ParticipationPoint, ParticipationSample, ParticipationScaling, participation_scaling
from ._measured_stresses import MeasuredStresses
from ._paired import PairedDifference, paired_exponent_difference
from ._pooled import pooled_mean, pooled_median
from ._reference_levels import reference_levels
from ._spacings import SpacingDistribution, poisson_spacings, spacing_distribution, wigner_surmise
from ._spectra import Spectra
from ._stress_distribution import (
    SMALL_STRESSES,
    LocalSlope,
    SmallStressExponents,
    SplitStresses,
    StressDistribution,
    expected_exponent,
    local_slope,
    small_stress_exponents,
    split_stresses,
    stress_distribution,
)
from ._unfolding import UnfoldedLevels, unfold_by_ensemble, unfold_by_polynomial, unfolded
from ._weibull import WeibullFit, weibull_lowest_mode

__all__ = [
    "GOE_GAP_RATIO",
    "POISSON_GAP_RATIO",
    "SMALL_STRESSES",
    "CumulativeDos",
    "DensityOfStates",
    "ExponentEstimate",
    "ExponentScan",
    "GapRatio",
    "LevelFluctuations",
    "LevelStatistics",
    "LocalSlope",
    "MeasuredStresses",
    "PairedDifference",
    "ParticipationPoint",
    "ParticipationSample",
    "ParticipationScaling",
    "ReducedCumulativeDos",
    "ReferenceGapRatio",
    "SizeGapRatio",
    "SmallStressExponents",
    "SpacingDistribution",
    "Spectra",
    "SplitStresses",
    "StressDistribution",
    "UnfoldedLevels",
    "WeibullFit",
    "bootstrap_sums",
    "bootstrap_weights",
    "configuration_distance",
    "cumulative_dos",
    "delta_3",
    "density_of_states",
    "expected_exponent",
    "exponent_in_window",
    "exponent_of_windows",
    "gap_ratio",
    "gap_ratio_of_levels",
    "gap_ratio_of_sizes",
    "goe_delta_3",
    "goe_number_variance",
    "level_statistics",
    "local_slope",
    "number_variance",
    "paired_exponent_difference",
    "participation_scaling",
    "poisson_delta_3",
    "poisson_number_variance",
    "poisson_spacings",
    "pooled_mean",
    "pooled_median",
    "power_law_ks",
    "reduced_cumulative_dos",
    "reference_gap_ratios",
    "reference_level_statistics",
    "reference_levels",
    "small_stress_exponents",
    "spacing_distribution",
    "split_stresses",
    "stress_distribution",
    "unfold_by_ensemble",
    "unfold_by_polynomial",
    "unfolded",
    "weibull_lowest_mode",
    "wigner_surmise",
]
