"""Nonlinear conjugate gradient whose line search looks at forces alone."""

from __future__ import annotations

from typing import Annotated, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from ._base import QuenchMethod, dot, longest_row, norm


class ConjugateGradientState(eqx.Module):
    """State of the conjugate gradient for one glass. Slopes are forces along the direction.

    Attributes:
        coordinates: where the force is wanted: base + length * direction.
        base: where the line search began.
        base_forces: there.
        direction: of the line search, scaled so that its longest row has length 1.
        size: factor that the scaling took away.
        length: that is tried. Units of length.
        low: largest length at which the slope is known to be positive.
        low_slope: there.
        high: smallest length at which the slope is known to be negative; inf before there is one.
        high_slope: there.
        tries: evaluations of this line search.
        stiffness: Rayleigh quotient of the Hessian along the last direction: the next search's first guess.
    """

    coordinates: Float[Array, "rows dim"]
    base: Float[Array, "rows dim"]
    base_forces: Float[Array, "rows dim"]
    direction: Float[Array, "rows dim"]
    size: Float[Array, ""]
    length: Float[Array, ""]
    low: Float[Array, ""]
    low_slope: Float[Array, ""]
    high: Float[Array, ""]
    high_slope: Float[Array, ""]
    tries: Float[Array, ""]
    stiffness: Float[Array, ""]


class ConjugateGradient(QuenchMethod):
    r"""Polak-Ribiere conjugate gradient, restarted where the coefficient turns negative.

    .. math:: p_k = F_k + \max\left(0, \frac{F_k \cdot (F_k - F_{k-1})}{F_{k-1} \cdot F_{k-1}}\right) p_{k-1}

    The line search finds the first zero of F . p by secants and brackets, to `accuracy` of its value at the start, or
    ends after `tries` evaluations. Between two evaluations the fastest row moves by no more than `largest_step`.
    Energies play no part: their differences drown in rounding near max|F| ~ 1e-6.

    Reference: Polak and Ribiere, Rev. Fr. Inform. Rech. Oper. 3, 35 (1969); Nocedal and Wright, Numerical
    Optimization (2006), section 5.2.
    """

    kind: Literal["conjugate-gradient"] = "conjugate-gradient"
    accuracy: Annotated[float, Field(gt=0, lt=1, description="|F . p| at a search's end, of its start")] = 0.2
    tries: Annotated[int, Field(ge=2, description="most evaluations of a line search")] = 10
    largest_step: Annotated[float, Field(gt=0, description="cap on a row's move per evaluation, length")] = 0.1

    def start(self, coordinates: Array, time: Array) -> ConjugateGradientState:
        """No direction yet; the first one is made when the first forces come."""
        zero, none = jnp.zeros_like(coordinates), jnp.zeros(())
        return ConjugateGradientState(
            coordinates, coordinates, zero, zero, none, none, none, none, none + jnp.inf, none, none, 1 / time**2
        )

    def tell(self, state: ConjugateGradientState, forces: Array, time: Array) -> ConjugateGradientState:
        """Go on with the line search, or end it and begin the next one."""
        slope = dot(forces, state.direction)
        start_slope = dot(state.base_forces, state.direction)
        fresh = state.tries == 0
        ended = fresh | (jnp.abs(slope) <= self.accuracy * start_slope) | (state.tries >= self.tries)

        ahead = slope > 0
        # The secant through the last two points ahead; where the slope does not fall, two spans further.
        span = state.length - state.low
        falls = state.low_slope - slope
        further = jnp.clip(span * slope / jnp.where(falls > 0, falls, 1e-300), 0.1 * span, 2 * span)
        onwards = state.length + jnp.minimum(jnp.where(falls > 0, further, 2 * span), self.largest_step)
        low, low_slope = jnp.where(ahead, state.length, state.low), jnp.where(ahead, slope, state.low_slope)
        high = jnp.where(ahead, state.high, state.length)
        high_slope = jnp.where(ahead, state.high_slope, slope)
        bracketed = jnp.isfinite(high)
        width = jnp.where(bracketed, high - low, 0.0)
        share = low_slope / jnp.where(low_slope > high_slope, low_slope - high_slope, 1.0)
        between = low + width * jnp.clip(share, 0.1, 0.9)
        length = jnp.where(bracketed, between, onwards)

        direction, size = self._direction(state, forces)
        direction = jnp.where(ended, direction, state.direction)
        squared = jnp.maximum(dot(direction, direction), 1e-300)
        searched = jnp.maximum(dot(state.direction, state.direction), 1e-300)
        fall = (start_slope - slope) / jnp.maximum(state.length, 1e-300) / searched
        stiffness = jnp.where(ended & ~fresh & (fall > 0), fall, state.stiffness)
        new_slope = dot(forces, direction)
        first = jnp.minimum(new_slope / (stiffness * squared), self.largest_step)
        zero = jnp.zeros(())
        base = jnp.where(ended, state.coordinates, state.base)
        length = jnp.where(ended, first, length)
        return ConjugateGradientState(
            base + length * direction,
            base,
            jnp.where(ended, forces, state.base_forces),
            direction,
            jnp.where(ended, size, state.size),
            length,
            jnp.where(ended, zero, low),
            jnp.where(ended, new_slope, low_slope),
            jnp.where(ended, jnp.inf, high),
            jnp.where(ended, zero, high_slope),
            jnp.where(ended, 1.0, state.tries + 1),
            stiffness,
        )

    def _direction(self, state: ConjugateGradientState, forces: Array) -> tuple[Array, Array]:
        """The next direction, its longest row of length 1, and the factor taken away."""
        largest = jnp.maximum(norm(forces), 1e-300)
        now, before = forces / largest, state.base_forces / largest
        old2 = dot(before, before)
        share = dot(now, now - before) / jnp.maximum(old2, 1e-300)
        share = jnp.where((old2 > 0) & jnp.isfinite(share), jnp.maximum(share, 0.0), 0.0)
        direction = now + share * (state.size / largest) * state.direction
        direction = jnp.where(dot(direction, now) > 0, direction, now)
        size = jnp.maximum(longest_row(direction), 1e-300)
        return direction / size, size * largest
