"""Checks of the arguments that the tunnelling theories share."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from ..._core.errors import ComputationError, InputError


def positive(name: str, value: ArrayLike, unit: str) -> Float[np.ndarray, " ..."]:
    """The argument as an array of floats, all finite and above zero.

    Raises:
        InputError: naming the argument and its first value that is not allowed.
    """
    array = np.asarray(value, dtype=float)
    wrong = ~(np.isfinite(array) & (array > 0))
    if np.any(wrong):
        raise InputError(f"argument {name} must be finite and > 0 {unit}, but got {array[wrong].flat[0]}; leave it out")
    return array


def converged(fine: np.ndarray, coarse: np.ndarray, tolerance: float, what: str) -> np.ndarray:
    """The finer of two quadratures, if they agree.

    Raises:
        ComputationError: if they differ by more than `tolerance` of the largest value.
    """
    scale = np.max(np.abs(fine), initial=0.0)
    difference = np.max(np.abs(fine - coarse), initial=0.0)
    if not difference <= tolerance * scale:
        raise ComputationError(
            f"the quadrature of the {what} did not converge: two grids differ by {difference:.2e} of {scale:.2e}, "
            f"allowed is {tolerance:.0e} of it; the parameters are outside the range where the model is meant to hold"
        )
    return fine
