"""The even polynomial of order m, the field's standard."""

from __future__ import annotations

from typing import Annotated, Literal

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float
from pydantic import Field

from ..._core.settings import Settings
from .._cores import PowerSum


class TaylorRemainder(eqx.Module):
    r"""Core minus its Taylor polynomial in y about the cutoff.

    .. math:: u(y) - \sum_{k=0}^{m} \frac{u^{(k)}(y_c)}{k!} (y - y_c)^k

    This *is* the core plus the even polynomial in x, written so that it keeps its relative accuracy near the cutoff.
    """

    coefficients: np.ndarray
    squared_cutoff: np.ndarray

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        offset = y - self.squared_cutoff
        polynomial = self.coefficients[-1]
        for k in range(self.coefficients.shape[0] - 2, -1, -1):
            polynomial = polynomial * offset + self.coefficients[k]
        return core(y) - polynomial

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends."""
        return self.squared_cutoff


class PolynomialTaper(Settings):
    """Even polynomial of order m added to the whole core: u = core + sum_l c_2l x^2l.

    It changes the glass everywhere, not only at the cutoff (pressure and moduli fall with m): for a clean comparison
    of orders use the local taper. m = 0 is the plain shift, whose force jumps at the cutoff.
    """

    kind: Literal["polynomial"] = "polynomial"
    m: Annotated[int, Field(ge=0, le=32, description="continuous derivatives at the cutoff")] = 2

    @property
    def order(self) -> float:
        """Number of continuous derivatives at the cutoff."""
        return self.m

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return f"polynomial:{self.m}"

    def build(self, core: PowerSum, cutoff: float) -> TaylorRemainder:
        """The taper of one core at one cutoff (x_c, in units of sigma)."""
        return TaylorRemainder(core.taylor(cutoff**2, self.m), np.asarray(cutoff**2))
