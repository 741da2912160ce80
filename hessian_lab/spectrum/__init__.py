"""Eigen-solvers for Hessians: residuals checked, zero modes counted, minima told from saddles.

`spectrum` is the front door for one glass: all modes, or the lowest with a proof that none is missing.
`batched_spectra` and `batched_lowest` do the same for many small glasses on the device, `density_of_states` finds
g(omega) of large ones without an eigenvalue, and `linear_response` solves with a Hessian. Level statistics and
exponents are in `hessian_lab.statistics`, what the modes look like in `hessian_lab.modes`.
"""

from ._batched import BatchedSpectra, batched_spectra
from ._batched_lowest import CHOLESKY, BatchedLowest, batched_lowest, large_enough
from ._density import DensityOfStates, density_of_states
from ._factors import cholmod_package
from ._full import DRIVERS
from ._lowest import ACCURACIES
from ._response import linear_response
from ._spectrum import METHODS, RESIDUAL, ZERO, Spectrum, confirm, spectrum, status_of_modes

__all__ = [
    "ACCURACIES",
    "CHOLESKY",
    "DRIVERS",
    "METHODS",
    "RESIDUAL",
    "ZERO",
    "BatchedLowest",
    "BatchedSpectra",
    "DensityOfStates",
    "Spectrum",
    "batched_lowest",
    "batched_spectra",
    "cholmod_package",
    "confirm",
    "density_of_states",
    "large_enough",
    "linear_response",
    "spectrum",
    "status_of_modes",
]
