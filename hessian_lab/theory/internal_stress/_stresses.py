"""The probability density of local stresses that a taper is expected to make."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError


@dataclass(frozen=True)
class PowerLawStresses:
    r"""P(sigma) = (1/m) sigma^(-1 + 1/m)/sigma_max^(1/m) on (0, sigma_max]: the stresses that a taper of order m makes.

    m = 1 is the constant density of a potential with a minimum (Eq. 20).

    Attributes:
        sigma_max: largest stress in Pa.
        order: m, at least 1; infinite m has no normalisable density.
    """

    sigma_max: float
    order: float = 1.0

    def __post_init__(self) -> None:
        if not self.sigma_max > 0:
            raise InputError(f"argument sigma_max must be above 0, but got {self.sigma_max}")
        if not 1 <= self.order < np.inf:
            raise InputError(f"argument order must be at least 1 and finite, but got {self.order}")

    def __call__(self, sigma: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """P(sigma) in 1/Pa; 0 outside (0, sigma_max]."""
        sigma = np.asarray(sigma, dtype=np.float64)
        inside = (sigma > 0) & (sigma <= self.sigma_max)
        share = np.where(inside, sigma, self.sigma_max) / self.sigma_max
        return np.where(inside, share ** (1 / self.order - 1) / (self.order * self.sigma_max), 0.0)
