"""Local tapers: the core is untouched below an onset and joined smoothly to zero on [x_1, x_c]."""

from __future__ import annotations

from math import comb, inf
from typing import Annotated, Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from pydantic import Field, field_validator

from ..._core.errors import InputError
from ..._core.settings import Settings
from .._cores import PowerSum

SMOOTHNESS_AT_ONSET = 3
"""Derivatives of the finite-order local taper that are continuous at x_1."""

DEFAULT_ONSET = 0.8
"""x_1 / x_c where none is given: 1.4 / 1.75, wide enough to keep the force monotone for x^-12."""


class _Window(eqx.Module):
    onset: np.ndarray
    cutoff: np.ndarray

    def _progress(self, y: Array, margin: float = 0.0) -> Array:
        """t = (x - x_1)/(x_c - x_1), kept inside [margin, 1 - margin]."""
        return jnp.clip((jnp.sqrt(y) - self.onset) / (self.cutoff - self.onset), margin, 1.0 - margin)

    def start(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y below which the core is untouched."""
        return self.onset**2

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends."""
        return self.cutoff**2


class SmoothStep(_Window):
    r"""Core times a polynomial step of order m.

    .. math:: S(t) = (1-t)^{m+1} \sum_{j=0}^{3} \binom{m+j}{j} t^j, \quad t = \frac{x - x_1}{x_c - x_1}

    S is the regularised incomplete beta function I_{1-t}(m+1, 4): 1 - S ~ t^4 at the onset (C^3 there) and
    S ~ (1-t)^(m+1) at the cutoff. All terms are positive, so nothing cancels near the cutoff.
    """

    m: int = eqx.field(static=True)

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        t = self._progress(y)
        series: Array | float = float(comb(self.m + SMOOTHNESS_AT_ONSET, SMOOTHNESS_AT_ONSET))
        for j in range(SMOOTHNESS_AT_ONSET - 1, -1, -1):
            series = series * t + float(comb(self.m + j, j))
        return core(y) * series * jax.lax.integer_pow(1.0 - t, self.m + 1)


class SmoothPartition(_Window):
    r"""Core times the C-infinity partition of unity.

    .. math:: S(t) = \frac{f(1-t)}{f(t) + f(1-t)}, \quad f(t) = e^{-1/t}

    Written as a logistic function of 1/t - 1/(1-t), which neither overflows nor loses relative accuracy; within
    1e-3 of either end S differs from 1 or 0 by less than the smallest float64.
    """

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        t = self._progress(y, margin=1e-3)
        return core(y) * jax.nn.sigmoid(1.0 / t - 1.0 / (1.0 - t))


class LocalTaper(Settings):
    """Local taper of order m (or inf) on the window [onset, cutoff], both in units of sigma.

    Only the tail differs between orders, so it is the taper for comparing them. `onset` is 0.8 of the cutoff if not
    given. Too narrow a window makes phi'' negative: `check_convex` of the law tells.
    """

    kind: Literal["local"] = "local"
    m: Annotated[int | Literal["inf"], Field(description="continuous derivatives at the cutoff, or 'inf'")] = 2
    onset: Annotated[float | None, Field(gt=0, description="x_1 in units of sigma; 0.8 of the cutoff if not given")] = (
        None
    )

    @field_validator("m", mode="before")
    @classmethod
    def _order(cls, value: Any) -> Any:
        if value in (inf, "infinity"):
            return "inf"
        whole = isinstance(value, int | float) and not isinstance(value, bool) and float(value).is_integer()
        if value != "inf" and not (whole and 1 <= value <= 32):
            raise ValueError("order m must be an integer from 1 to 32, or 'inf'")
        return value

    @property
    def order(self) -> float:
        """Number of continuous derivatives at the cutoff."""
        return inf if self.m == "inf" else self.m

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return f"local:{self.m}" + (f":{self.onset:g}" if self.onset is not None else "")

    def build(self, core: PowerSum, cutoff: float) -> SmoothStep | SmoothPartition:
        """The taper of one core at one cutoff (x_c, in units of sigma).

        Raises:
            InputError: if the onset is not below the cutoff.
        """
        onset = DEFAULT_ONSET * cutoff if self.onset is None else self.onset
        if not onset < cutoff:
            raise InputError(
                f"argument onset of the local taper must be below the cutoff {cutoff:g} (units of sigma), but got "
                f"{onset:g}; about 0.8 of the cutoff keeps the force monotone"
            )
        if self.m == "inf":
            return SmoothPartition(np.asarray(onset), np.asarray(cutoff))
        return SmoothStep(np.asarray(onset), np.asarray(cutoff), m=self.m)
