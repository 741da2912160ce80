"""A set of oscillators with weights, and the sums over it that the heat capacity and the saddle points need."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike


@dataclass(frozen=True, eq=False)
class Modes:
    """Oscillators of one cell.

    Attributes:
        frequencies: in omega_D, positive, shape (modes,).
        weights: how many oscillators each stands for, shape (modes,); not integer for broadened modes.
    """

    frequencies: Float[np.ndarray, " modes"]
    weights: Float[np.ndarray, " modes"]

    @property
    def count(self) -> float:
        """Number of oscillators."""
        return float(self.weights.sum())

    def log_partition(self, inverse: ArrayLike) -> Float[np.ndarray, " ..."]:
        """-sum w ln(1 - exp(-s omega)); s in 1/omega_D, any shape."""
        return -self._sum(lambda x: np.log(-np.expm1(-x)), inverse, power=0)

    def energy(self, inverse: ArrayLike) -> Float[np.ndarray, " ..."]:
        """sum w omega / (exp(s omega) - 1) in omega_D, without zero-point energy."""
        return self._sum(lambda x: np.exp(-x) / -np.expm1(-x), inverse, power=1)

    def variance(self, inverse: ArrayLike) -> Float[np.ndarray, " ..."]:
        """sum w omega^2 / (4 sinh^2(s omega/2)): second derivative of the log partition function."""
        return self._sum(lambda x: np.exp(-x) / np.expm1(-x) ** 2, inverse, power=2)

    def third(self, inverse: ArrayLike) -> Float[np.ndarray, " ..."]:
        """Third derivative of the log partition function with respect to s, negative."""
        return -self._sum(lambda x: np.exp(-x) * (1 + np.exp(-x)) / (-np.expm1(-x)) ** 3, inverse, power=3)

    def fourth(self, inverse: ArrayLike) -> Float[np.ndarray, " ..."]:
        """Fourth derivative of the log partition function with respect to s, positive."""
        return self._sum(
            lambda x: np.exp(-x) * (1 + 4 * np.exp(-x) + np.exp(-2 * x)) / np.expm1(-x) ** 4, inverse, power=4
        )

    def _sum(self, term, inverse, *, power: int):
        argument = np.asarray(inverse, dtype=float)[..., None] * self.frequencies
        return term(argument) @ (self.weights * self.frequencies**power)
