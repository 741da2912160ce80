"""A fixed number of steps of many glasses: one compiled loop, neighbour tables included."""

from __future__ import annotations

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ..potentials import PairLaw
from ._forces import Box, Diagnosis, PairData, diagnose, forces
from ._lists import neighbour_table


class Lanes(eqx.Module):
    """A batch of glasses in work: the method's state of each and the steps taken."""

    state: Any
    steps: Int[Array, " batch"]


@partial(jax.jit, static_argnames="method")
def start(
    law: PairLaw,
    method: Any,
    positions: Float[Array, "batch particles dim"],
    everyone: PairData,
    boxes: Box,
    time: Float[Array, ""],
) -> Lanes:
    """Lanes at rest at the given positions."""

    def one(position: Array, data: PairData, box: Box) -> Any:
        return method.init(position, forces(law, position, data, box), time)

    return Lanes(jax.vmap(one)(positions, everyone, boxes), jnp.zeros(positions.shape[0], jnp.int64))


@partial(jax.jit, static_argnames=("method", "length", "capacity"))
def advance(
    law: PairLaw,
    method: Any,
    lanes: Lanes,
    everyone: PairData,
    boxes: Box,
    time: Float[Array, ""],
    skin: Float[Array, ""],
    length: int,
    capacity: int | None,
) -> tuple[Lanes, Diagnosis, Int[Array, " batch"]]:
    """Take `length` steps in every lane.

    A step that would carry a particle further than half the skin from where the neighbour table was made is not
    taken; its lane waits for a new table. So no force is ever computed from an incomplete table, and no lane reads
    another. All loops have one scalar condition: a `while_loop` under `vmap` would cost four times as much.

    Args:
        law: the pair law.
        method: frozen settings of the method.
        lanes: states.
        everyone: pair diameters and energies of all pairs.
        boxes: one box per glass.
        time: the potential's stiff time.
        skin: safety layer of the neighbour tables; more than twice the method's longest move, or a lane could wait
            for ever. Units of length.
        length: number of steps.
        capacity: columns of the neighbour tables; None takes all pairs instead.

    Returns:
        The lanes after the chunk, their diagnosis, and the largest number of neighbours met in each. A lane in which
        that exceeds the capacity has not finished its steps: come back with more columns.
    """
    count = lanes.steps.shape[0]

    def propose(state: Any, data: PairData, box: Box) -> Any:
        return method.apply(state, lambda r: forces(law, r, data, box), time)

    def diagnosis(state: Any, data: PairData, box: Box) -> Diagnosis:
        return diagnose(law, state.positions, state.forces, data, box)

    if capacity is None:
        state = jax.lax.fori_loop(0, length, lambda _, s: jax.vmap(propose)(s, everyone, boxes), lanes.state)
        found = jnp.zeros(count, jnp.int32)
        return Lanes(state, lanes.steps + length), jax.vmap(diagnosis)(state, everyone, boxes), found

    columns = capacity

    def table(positions: Array, data: PairData, box: Box) -> tuple[PairData, Array]:
        return neighbour_table(law, positions, data, box, skin, columns)

    def leg(carry: tuple[Any, Array, Array]) -> tuple[Any, Array, Array]:
        state, taken, found = carry
        tables, neighbours = jax.vmap(table)(state.positions, everyone, boxes)
        origin = state.positions
        found = jnp.maximum(found, neighbours)

        def step(inner: tuple[Any, Array, Array]) -> tuple[Any, Array, Array]:
            current, done, waiting = inner
            proposal = jax.vmap(propose)(current, tables, boxes)
            moved = jnp.max(jnp.sum((proposal.positions - origin) ** 2, axis=-1), axis=-1)
            waiting = waiting | (moved > (skin / 2) ** 2) | (done >= length)
            chosen = jax.tree.map(
                lambda new, old: jnp.where(waiting.reshape((-1,) + (1,) * (new.ndim - 1)), old, new), proposal, current
            )
            return chosen, done + jnp.where(waiting, 0, 1), waiting

        state, taken, _ = jax.lax.while_loop(
            lambda inner: ~jnp.all(inner[2]), step, (state, taken, (found > columns) | (taken >= length))
        )
        return state, taken, found

    state, taken, found = jax.lax.while_loop(
        lambda carry: jnp.any((carry[1] < length) & (carry[2] <= columns)),
        leg,
        (lanes.state, jnp.zeros(count, jnp.int64), jnp.zeros(count, jnp.int32)),
    )
    tables, neighbours = jax.vmap(table)(state.positions, everyone, boxes)
    return (
        Lanes(state, lanes.steps + taken),
        jax.vmap(diagnosis)(state, tables, boxes),
        jnp.maximum(found, neighbours),
    )
