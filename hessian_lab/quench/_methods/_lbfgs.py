"""L-BFGS with capped moves, judged by forces alone."""

from __future__ import annotations

from typing import Annotated, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int
from pydantic import Field

from ._base import QuenchMethod, dot, longest_row


class LbfgsState(eqx.Module):
    """State of L-BFGS for one glass.

    Attributes:
        coordinates: where the force is wanted: base + fraction * direction.
        base: the last accepted point.
        base_forces: there.
        direction: of the present search.
        fraction: of the direction that is tried.
        moves: accepted moves, the oldest overwritten first, shape (memory, rows, dim).
        changes: of the gradient along them.
        inverse: 1/(move . change); 0 where there is no entry.
        newest: slot of the last entry.
        scale: move . change/|change|^2 of it: the guess of an inverse curvature.
    """

    coordinates: Float[Array, "rows dim"]
    base: Float[Array, "rows dim"]
    base_forces: Float[Array, "rows dim"]
    direction: Float[Array, "rows dim"]
    fraction: Float[Array, ""]
    moves: Float[Array, "memory rows dim"]
    changes: Float[Array, "memory rows dim"]
    inverse: Float[Array, " memory"]
    newest: Int[Array, ""]
    scale: Float[Array, ""]


class Lbfgs(QuenchMethod):
    r"""Limited-memory BFGS: a quasi-Newton direction from the last `memory` moves, capped row by row.

    .. math:: p = H F, \quad H_{k+1} = (1 - \rho_k s_k y_k^T) H_k (1 - \rho_k y_k s_k^T) + \rho_k s_k s_k^T

    with moves s, changes of the gradient y and rho = 1/(s . y), evaluated by the two-loop recursion. Every row of p is
    shortened to `largest_step`, so that from overlapping starts all overlaps are resolved at once. A point is accepted
    unless the gradient along p has turned round to more than `overshoot` of what it was; then the search goes back to
    the secant's zero. Energies play no part: their differences drown in rounding long before the forces do. A pair
    (s, y) without positive curvature is not remembered.

    Reference: Nocedal, Math. Comput. 35, 773 (1980); Nocedal and Wright, Numerical Optimization (2006), algorithm 7.4.
    """

    kind: Literal["lbfgs"] = "lbfgs"
    memory: Annotated[int, Field(ge=1, le=50, description="remembered moves")] = 8
    largest_step: Annotated[float, Field(gt=0, description="cap on a row's move per step, length")] = 0.1
    overshoot: Annotated[float, Field(gt=0, lt=1, description="tolerated reversal of the gradient along p")] = 0.9

    def start(self, coordinates: Array, time: Array) -> LbfgsState:
        """No memory; the first direction is made when the first forces come."""
        zero = jnp.zeros_like(coordinates)
        history = jnp.zeros((self.memory, *coordinates.shape))
        none = jnp.zeros(self.memory)
        return LbfgsState(
            coordinates,
            coordinates,
            zero,
            zero,
            jnp.ones(()),
            history,
            history,
            none,
            jnp.zeros((), jnp.int32),
            time**2,
        )

    def tell(self, state: LbfgsState, forces: Array, time: Array) -> LbfgsState:
        """Accept the point and choose a new direction, or go back along the present one."""
        before = dot(state.base_forces, state.direction)
        after = dot(forces, state.direction)
        back = after < -self.overshoot * before
        fraction = state.fraction * jnp.clip(before / jnp.maximum(before - after, 1e-300), 0.1, 0.5)

        move = state.coordinates - state.base
        change = state.base_forces - forces
        curvature = dot(move, change)
        change2 = dot(change, change)
        # Below the rounding of the forces a curvature means nothing.
        keep = ~back & (curvature > 1e-12 * jnp.sqrt(change2 * dot(move, move))) & jnp.isfinite(change2)
        newest = jnp.where(keep, (state.newest + 1) % self.memory, state.newest)
        moves = state.moves.at[newest].set(jnp.where(keep, move, state.moves[newest]))
        changes = state.changes.at[newest].set(jnp.where(keep, change, state.changes[newest]))
        inverse = state.inverse.at[newest].set(
            jnp.where(keep, 1 / jnp.where(keep, curvature, 1.0), state.inverse[newest])
        )
        scale = jnp.where(keep, curvature / jnp.where(keep, change2, 1.0), state.scale)

        direction = _two_loops(forces, moves, changes, inverse, newest, scale)
        capped = _capped(direction, self.largest_step)
        steepest = _capped(scale * forces, self.largest_step)
        # Cutting rows can turn a direction uphill; the steepest descent cut in the same way never is.
        downhill = dot(capped, forces) > 0
        direction = jnp.where(back, state.direction, jnp.where(downhill, capped, steepest))
        base = jnp.where(back, state.base, state.coordinates)
        fraction = jnp.where(back, fraction, 1.0)
        return LbfgsState(
            base + fraction * direction,
            base,
            jnp.where(back, state.base_forces, forces),
            direction,
            fraction,
            moves,
            changes,
            inverse,
            newest,
            scale,
        )


def _capped(direction: Array, longest: float) -> Array:
    """Every row shortened to a length."""
    size = jnp.maximum(longest_row(direction), longest)
    scaled = direction / size
    rows = jnp.sqrt(jnp.sum(scaled**2, axis=-1, keepdims=True))
    return scaled * jnp.minimum(size, longest / jnp.maximum(rows, 1e-300))


def _two_loops(
    forces: Array, moves: Array, changes: Array, inverse: Array, newest: Array, scale: Array
) -> Float[Array, "rows dim"]:
    """The direction H F. Entries without curvature have inverse = 0 and drop out."""
    memory = inverse.shape[0]
    slots = (newest - jnp.arange(memory)) % memory

    def backward(direction: Array, slot: Array) -> tuple[Array, Array]:
        share = inverse[slot] * dot(moves[slot], direction)
        return direction - share * changes[slot], share

    def forward(direction: Array, entry: tuple[Array, Array]) -> tuple[Array, None]:
        slot, share = entry
        return direction + (share - inverse[slot] * dot(changes[slot], direction)) * moves[slot], None

    direction, shares = jax.lax.scan(backward, forces, slots)
    return jax.lax.scan(forward, scale * direction, (slots, shares), reverse=True)[0]
