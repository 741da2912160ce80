"""Neighbour tables of many glasses at once, made on the device inside the compiled loop."""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import PairLaw
from ._forces import BEYOND, Box, PairData


def _running_count(near: Bool[Array, "particles particles"]) -> Int[Array, "particles particles"]:
    """Cumulative sum along the first axis: one vector addition per row, five times faster than `cumsum` on a CPU."""

    def add(count: Array, row: Array) -> tuple[Array, Array]:
        count = count + row
        return count, count

    start = jnp.zeros(near.shape[1], jnp.int32)
    return jax.lax.scan(add, start, near.astype(jnp.int32))[1]


def neighbour_table(
    law: PairLaw,
    positions: Float[Array, "particles dim"],
    everyone: PairData,
    box: Box,
    skin: Float[Array, ""],
    capacity: int,
) -> tuple[PairData, Int[Array, ""]]:
    """Padded table of the neighbours of every particle within reach + skin, in ascending order.

    Args:
        law: the pair law.
        positions: units of length.
        everyone: pair diameters and energies of all pairs.
        box: the cell.
        skin: width of the safety layer. Units of length.
        capacity: columns of the table.

    Returns:
        The table and the largest number of neighbours of any particle. Where that exceeds the capacity the table is
        incomplete and must not be used.
    """
    particles = positions.shape[0]
    rows = jnp.arange(particles, dtype=jnp.int32)
    own = rows[:, None] == rows[None, :]
    displacement = box.nearest(positions[:, None, :] - positions[None, :, :])
    r2 = jnp.where(own, BEYOND, jnp.sum(displacement**2, axis=-1))
    near = r2 < (law.reach(everyone.sigma) + skin) ** 2
    # `near` is symmetric: counting down the columns is counting along the rows.
    slot = _running_count(near) - 1
    index = jnp.broadcast_to(rows[None, :], (capacity, particles))
    index = (
        index.at[jnp.where(near, slot, capacity), rows[None, :]]
        .set(jnp.broadcast_to(rows[:, None], near.shape), mode="drop")
        .T
    )
    sigma = jnp.take_along_axis(everyone.sigma, index, axis=1)
    epsilon = jnp.take_along_axis(everyone.epsilon, index, axis=1)
    return PairData(index, sigma, epsilon), jnp.max(slot[-1]) + 1
