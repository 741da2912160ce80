"""Core laws: the untapered pair potential in reduced form, u(y) with y = (r / sigma)^2.

The physical law is epsilon u(r^2 / sigma^2). Tapers live in `_tapers`, the composition of both in `_law`.
"""

from __future__ import annotations

import functools
import operator
from math import comb
from typing import Annotated, ClassVar, Literal

import equinox as eqx
import jax.numpy as jnp
import numpy as np
from jax import lax
from jaxtyping import Array, Float
from pydantic import Field

from .._core.errors import InputError
from .._core.settings import Settings


def half_integer_power(y: Array, twice: float) -> Array:
    """y^(twice/2), by multiplications (and one square root) where `twice` is an integer."""
    if not float(twice).is_integer():
        return jnp.power(y, 0.5 * twice)
    whole = int(twice)
    if whole % 2 == 0:
        return lax.integer_pow(y, whole // 2)
    return lax.integer_pow(jnp.sqrt(y), whole)


class PowerSum(eqx.Module):
    r"""Sum of inverse powers, :math:`u(y) = \sum_i a_i y^{-n_i/2}`. Exponents are static, amplitudes are leaves."""

    amplitudes: tuple[float, ...]
    exponents: tuple[float, ...] = eqx.field(static=True)

    def __call__(self, y: Float[Array, ...]) -> Float[Array, ...]:
        """Reduced potential at the squared reduced distance y. Dimensionless."""
        terms = [a * half_integer_power(y, -n) for a, n in zip(self.amplitudes, self.exponents, strict=True)]
        return functools.reduce(operator.add, terms)

    def taylor(self, y0: float, order: int) -> np.ndarray:
        r"""Coefficients :math:`u^{(k)}(y_0)/k!`, k = 0..order, of the expansion in y about y0, in closed form.

        Args:
            y0: squared reduced distance of the expansion point.
            order: highest power kept.

        Returns:
            Array of shape (order + 1,). Dimensionless.
        """
        coefficients = np.zeros(order + 1)
        for amplitude, exponent in zip(self.amplitudes, self.exponents, strict=True):
            power = exponent / 2
            rising = 1.0
            for k in range(order + 1):
                coefficients[k] += float(amplitude) * (-1) ** k * rising * y0 ** -(power + k)
                rising *= (power + k) / (k + 1)
        return coefficients


class ContactLaw(eqx.Module):
    r"""Finite-range repulsion :math:`u(y) = (1 - \sqrt{y})^\alpha` for y < 1."""

    alpha: float = eqx.field(static=True)

    def __call__(self, y: Float[Array, ...]) -> Float[Array, ...]:
        """Reduced potential at the squared reduced distance y < 1. Dimensionless."""
        return half_integer_power(1.0 - jnp.sqrt(y), 2 * self.alpha)


class InversePower(Settings):
    """Inverse power law u(x) = x^-n."""

    kind: Literal["inverse-power"] = "inverse-power"
    n: Annotated[float, Field(gt=0, description="exponent")] = 12

    repulsive: ClassVar[bool] = True
    own_cutoff: ClassVar[float | None] = None

    def build(self) -> PowerSum:
        """The law as a function of y."""
        return PowerSum((1.0,), (self.n,))


class LennardJones(Settings):
    """Lennard-Jones u(x) = 4 (x^-12 - x^-6), minimum at x = 2^(1/6)."""

    kind: Literal["lennard-jones"] = "lennard-jones"

    repulsive: ClassVar[bool] = False
    own_cutoff: ClassVar[float | None] = None

    def build(self) -> PowerSum:
        """The law as a function of y."""
        return PowerSum((4.0, -4.0), (12, 6))


class Contact(Settings):
    """Contact repulsion u(x) = (1 - x)^alpha, x < 1: harmonic (alpha = 2), Hertzian (alpha = 5/2).

    No factor 1/alpha is taken out, as in the specification; energies in the convention with 1/alpha are alpha times
    smaller, frequencies sqrt(alpha) times.
    """

    kind: Literal["contact"] = "contact"
    alpha: Annotated[float, Field(gt=1, description="exponent")] = 2.0

    repulsive: ClassVar[bool] = True
    own_cutoff: ClassVar[float | None] = 1.0

    def build(self) -> ContactLaw:
        """The law as a function of y."""
        return ContactLaw(float(self.alpha))


Core = Annotated[InversePower | LennardJones | Contact, Field(discriminator="kind")]


def even_polynomial_coefficients(core: PowerSum, cutoff: float, order: int) -> np.ndarray:
    r"""Coefficients :math:`c_{2l}` of the even polynomial that cancels a core up to its m-th derivative at the cutoff.

    .. math:: u(x) = u_{core}(x) + \sum_{l=0}^{m} c_{2l} x^{2l}

    In y = x^2 the polynomial is minus the Taylor polynomial of degree m of the core about y_c = x_c^2: all
    derivatives up to the m-th vanish in y exactly if they vanish in x. For x^-n this is the closed form with double
    factorials of the glass literature.

    Args:
        core: sum of inverse powers.
        cutoff: x_c, in units of sigma.
        order: m >= 0.

    Returns:
        Array of shape (m + 1,): c_0, c_2, ..., c_2m. Dimensionless.

    Raises:
        InputError: if the order is negative.

    Reference: the closed form in Lerner, J. Non-Cryst. Solids 522, 119570 (2019).
    """
    if order < 0:
        raise InputError(f"argument order must be >= 0, but got {order}; order m keeps m derivatives continuous")
    y0 = cutoff**2
    taylor = core.taylor(y0, order)
    coefficients = np.zeros(order + 1)
    for k, value in enumerate(taylor):
        for power in range(k + 1):
            coefficients[power] -= value * comb(k, power) * (-y0) ** (k - power)
    return coefficients
