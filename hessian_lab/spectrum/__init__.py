"""Eigen-solvers for Hessians: `spectrum` for one glass, `spectra` for many; residuals checked, zero modes counted.

Level statistics and exponents are in `hessian_lab.statistics`, what the modes look like in `hessian_lab.modes`.
"""

from ._batched import spectra
from ._spectrum import METHODS, ZERO, Spectrum, confirm, spectrum

__all__ = ["METHODS", "ZERO", "Spectrum", "confirm", "spectra", "spectrum"]
