"""Statistics of many glasses' spectra: arrays in, numbers out; numpy and scipy only, no files, no jax.

Here live the ragged set of mode frequencies (`Spectra`), the bootstrap over glasses, the cumulative and the plain
density of states, the exponent s of g(omega) ~ omega^s in a window, its paired difference between two tapers, the
Weibull law of the lowest mode, the adjacent gap ratio, and the distance between two configurations. Every error is over
glasses, never over modes.

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
from ._gap_ratio import GOE_GAP_RATIO, POISSON_GAP_RATIO, GapRatio, gap_ratio, gap_ratio_of_levels
from ._kolmogorov import power_law_ks
from ._paired import PairedDifference, paired_exponent_difference
from ._spectra import Spectra
from ._weibull import WeibullFit, weibull_lowest_mode

__all__ = [
    "GOE_GAP_RATIO",
    "POISSON_GAP_RATIO",
    "CumulativeDos",
    "DensityOfStates",
    "ExponentEstimate",
    "ExponentScan",
    "GapRatio",
    "PairedDifference",
    "ReducedCumulativeDos",
    "Spectra",
    "WeibullFit",
    "bootstrap_sums",
    "bootstrap_weights",
    "configuration_distance",
    "cumulative_dos",
    "density_of_states",
    "exponent_in_window",
    "exponent_of_windows",
    "gap_ratio",
    "gap_ratio_of_levels",
    "paired_exponent_difference",
    "power_law_ks",
    "reduced_cumulative_dos",
    "weibull_lowest_mode",
]
