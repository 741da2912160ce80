"""Eigen-solvers for Hessians: residuals checked, zero modes counted, minima told from saddles.

`spectrum` is the front door for one glass; `batched_spectra` diagonalises many small ones on the device. Level
statistics and exponents are in `hessian_lab.statistics`, what the modes look like in `hessian_lab.modes`.
"""

from ._batched import BatchedSpectra, batched_spectra
from ._spectrum import METHODS, RESIDUAL, ZERO, Spectrum, confirm, spectrum, status_of_modes

__all__ = [
    "METHODS",
    "RESIDUAL",
    "ZERO",
    "BatchedSpectra",
    "Spectrum",
    "batched_spectra",
    "confirm",
    "spectrum",
    "status_of_modes",
]
