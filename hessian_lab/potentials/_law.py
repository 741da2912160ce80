"""The pair law: one scalar function of r^2 from which energy, force, pair stress and Hessian are all derived."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from ._cores import ContactLaw, PowerSum

Real = Float[Array, "..."] | np.ndarray | float


class PairLaw(eqx.Module):
    r"""Tapered pair potential, zero at and beyond its reach.

    .. math:: \phi(r^2; \sigma, \epsilon) = \epsilon\, u(r^2/\sigma^2)

    Numbers (amplitudes, cutoffs, coefficients) are leaves and exponents are static, so that one compilation serves
    every law of the same form.
    """

    core: PowerSum | ContactLaw
    taper: Any

    def energy(self, r2: Real, sigma: Real, epsilon: Real) -> Float[Array, ...]:
        r"""Pair energy.

        Args:
            r2: squared distances, any shape. Units of length^2.
            sigma: pair diameters, broadcastable. Units of length.
            epsilon: pair energies, broadcastable.

        Returns:
            phi, in units of energy; exactly zero beyond the reach. Safe under every kind of differentiation.
        """
        sigma2 = jnp.square(sigma)
        y = r2 / sigma2
        limit = self.taper.limit(sigma2)
        inside = y < limit
        # The outer select keeps values, the inner one keeps NaN out of reverse-mode derivatives.
        reduced = self.taper(self.core, jnp.where(inside, y, 0.5 * limit), sigma2)
        return jnp.where(inside, epsilon * reduced, 0.0)

    def energy_within(self, r2: Real, sigma: Real, epsilon: Real) -> Float[Array, ...]:
        """`energy` of pairs that are known to be within their reach, without a meaning for others; arguments and units
        as there.
        """
        sigma2 = jnp.square(sigma)
        return epsilon * self.taper(self.core, r2 / sigma2, sigma2)

    def value_and_slope(self, r2: Real, sigma: Real, epsilon: Real) -> tuple[Array, Array]:
        """phi and d phi/d(r^2), by one forward derivative."""
        r2 = jnp.asarray(r2)
        return jax.jvp(lambda s: self.energy(s, sigma, epsilon), (r2,), (jnp.ones_like(r2),))

    def derivatives(self, r2: Real, sigma: Real, epsilon: Real) -> tuple[Array, Array, Array]:
        r"""phi, :math:`d\phi/d(r^2)` and :math:`d^2\phi/d(r^2)^2`, by nested forward derivatives.

        With s = r^2: phi'(r) = 2 r dphi/ds and phi''(r) = 2 dphi/ds + 4 s d2phi/ds2.
        """
        r2 = jnp.asarray(r2)
        ones = jnp.ones_like(r2)

        def slope(s: Array) -> tuple[Array, Array]:
            value, first = jax.jvp(lambda q: self.energy(q, sigma, epsilon), (s,), (ones,))
            return first, value

        first, second, value = jax.jvp(slope, (r2,), (ones,), has_aux=True)
        return value, first, second

    def reach(self, sigma: Real) -> Array:
        """Distance at which the potential ends, for pair diameters sigma. Units of length."""
        sigma = jnp.asarray(sigma)
        return sigma * jnp.sqrt(self.taper.limit(sigma * sigma))


def radial_derivatives(law: PairLaw, r: Real, sigma: Real, epsilon: Real) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""phi, :math:`\phi'(r)` and :math:`\phi''(r)` at distances r.

    Args:
        law: the pair law.
        r: distances, any shape. Units of length.
        sigma: pair diameters, broadcastable. Units of length.
        epsilon: pair energies, broadcastable.

    Returns:
        Three arrays of r's shape: energy, energy/length, energy/length^2.
    """
    r = np.asarray(r, dtype=np.float64)
    value, first, second = (np.asarray(entry) for entry in law.derivatives(r**2, sigma, epsilon))
    return value, 2 * r * first, 2 * first + 4 * r**2 * second
