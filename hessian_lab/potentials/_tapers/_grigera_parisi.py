"""The cubic tail of Grigera and Parisi, whose lengths are absolute."""

from __future__ import annotations

from typing import Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..._core.settings import Settings
from .._cores import PowerSum


class CubicTail(eqx.Module):
    r"""Inverse power, shifted, then a cubic tail; r_c and a are absolute lengths.

    .. math:: \phi = \begin{cases} (\sigma/r)^n + C (\sigma/r_c)^n & r < r_c \\ B (a-r)^3 & r_c \le r < a
              \end{cases}

    Continuity of the first two derivatives fixes a - r_c = 2 r_c/(n+1) and
    B = n (n+1) sigma^n r_c^-(n+2) / (6 (a - r_c)); continuity of phi then fixes C = 2n/(3(n+1)) - 1
    (n = 12: a = 15 r_c/13, B = 26 sigma^12 r_c^-14/(a - r_c), C = -5/13).
    """

    join: np.ndarray
    n: float = eqx.field(static=True)

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        y_join = jnp.square(self.join) / sigma2
        scale = core(y_join)
        # Distance in units of the join; the tail is B (a - r)^3 with every length in that unit.
        ratio = jnp.sqrt(y / y_join)
        width = 2.0 / (self.n + 1.0)
        tail = self.n * (self.n + 1.0) / (6.0 * width) * (1.0 + width - ratio) ** 3
        constant = 2.0 * self.n / (3.0 * (self.n + 1.0)) - 1.0
        return jnp.where(ratio < 1.0, core(y) + constant * scale, tail * scale)

    def start(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y below which the core is untouched but for a constant: (r_c / sigma)^2."""
        return self.join**2 / sigma2

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends: (a / sigma)^2."""
        return (self.join * (self.n + 3.0) / (self.n + 1.0)) ** 2 / sigma2


class GrigeraParisiTaper(Settings):
    """Cubic tail of order 2 for an inverse power; the cutoff is the absolute radius r_c at which the tail begins.

    Reference: Grigera and Parisi, Phys. Rev. E 63, 045102 (2001).
    """

    kind: Literal["grigera-parisi"] = "grigera-parisi"

    @property
    def order(self) -> float:
        """Number of continuous derivatives at the end of the tail."""
        return 2

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return self.kind

    def build(self, core: PowerSum, cutoff: float) -> CubicTail:
        """The tail of one inverse power that begins at r = cutoff (absolute length)."""
        return CubicTail(np.asarray(cutoff), n=float(core.exponents[0]))
