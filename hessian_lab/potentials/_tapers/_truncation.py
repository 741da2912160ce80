"""Truncations: force shift, Stoddard-Ford, and none at all."""

from __future__ import annotations

from typing import Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ..._core.settings import Settings
from .._cores import ContactLaw, PowerSum


class LinearShift(eqx.Module):
    r"""Core minus its tangent in the distance, :math:`u(x) - u(x_c) - (x - x_c) u'(x_c)`."""

    value: np.ndarray
    slope: np.ndarray
    cutoff: np.ndarray

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        return core(y) - self.value - (jnp.sqrt(y) - self.cutoff) * self.slope

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends."""
        return self.cutoff**2


class QuadraticShift(eqx.Module):
    r"""Core plus :math:`A x^2 + C` with :math:`A = -u'(x_c)/(2 x_c)`, :math:`C = -u(x_c) - A x_c^2`."""

    quadratic: np.ndarray
    constant: np.ndarray
    cutoff: np.ndarray

    def __call__(self, core: PowerSum, y: Float[Array, ...], sigma2: Float[Array, ...]) -> Float[Array, ...]:
        """Tapered reduced potential. Dimensionless."""
        return core(y) + self.quadratic * y + self.constant

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends."""
        return self.cutoff**2


class Bare(eqx.Module):
    """The core as it is, dropped beyond the cutoff."""

    cutoff: np.ndarray

    def __call__(
        self, core: PowerSum | ContactLaw, y: Float[Array, ...], sigma2: Float[Array, ...]
    ) -> Float[Array, ...]:
        """Reduced potential. Dimensionless."""
        return core(y)

    def start(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y below which the core is untouched: all the way to the cutoff."""
        return self.cutoff**2

    def limit(self, sigma2: Float[Array, ...]) -> Array | np.ndarray:
        """Value of y at which the potential ends."""
        return self.cutoff**2


def _value_and_slope(core: PowerSum, cutoff: float) -> tuple[float, float]:
    """u and du/dx at the cutoff, in closed form: du/dx = 2 x du/dy."""
    value, derivative = core.taylor(cutoff**2, 1)
    return float(value), float(2 * cutoff * derivative)


class ForceShift(Settings):
    """Force shift, m = 1: u - u(x_c) - (x - x_c) u'(x_c). LAMMPS calls it `lj/smooth/linear`."""

    kind: Literal["force-shift"] = "force-shift"

    @property
    def order(self) -> float:
        """Number of continuous derivatives at the cutoff."""
        return 1

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return self.kind

    def build(self, core: PowerSum, cutoff: float) -> LinearShift:
        """The taper of one core at one cutoff (x_c, in units of sigma)."""
        value, slope = _value_and_slope(core, cutoff)
        return LinearShift(np.asarray(value), np.asarray(slope), np.asarray(cutoff))


class StoddardFord(Settings):
    """Stoddard-Ford, m = 1: u + A x^2 + C.

    The same function as the even polynomial of order 1.

    Reference: Stoddard and Ford, Phys. Rev. A 8, 1504 (1973).
    """

    kind: Literal["stoddard-ford"] = "stoddard-ford"

    @property
    def order(self) -> float:
        """Number of continuous derivatives at the cutoff."""
        return 1

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return self.kind

    def build(self, core: PowerSum, cutoff: float) -> QuadraticShift:
        """The taper of one core at one cutoff (x_c, in units of sigma)."""
        value, slope = _value_and_slope(core, cutoff)
        quadratic = -slope / (2 * cutoff)
        return QuadraticShift(np.asarray(quadratic), np.asarray(-value - quadratic * cutoff**2), np.asarray(cutoff))


class NoTaper(Settings):
    """No taper. The natural choice of contact laws, which are their own taper of order alpha - 1.

    For the other cores it drops the potential at the cutoff, where energy and force jump: a spectrum of a given
    configuration can be computed with it, a quench cannot.
    """

    kind: Literal["none"] = "none"

    @property
    def order(self) -> float:
        """-1: not even the potential is continuous (a contact core brings its own order)."""
        return -1

    @property
    def label(self) -> str:
        """Short form, as on the command line."""
        return self.kind

    def build(self, core: PowerSum | ContactLaw, cutoff: float) -> Bare:
        """The untapered law up to the cutoff (x_c, in units of sigma)."""
        return Bare(np.asarray(cutoff))
