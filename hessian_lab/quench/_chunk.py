"""A fixed number of steps of many glasses: one compiled loop, neighbour tables included."""

from __future__ import annotations

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..hessian import Diagnosis, diagnose, forces
from ..potentials import PairLaw
from ..systems import Box, PairData, device_table


class Lanes(eqx.Module):
    """A batch of glasses in work.

    Attributes:
        state: the method's state of each glass.
        steps: steps taken.
        tables: neighbour tables; None where all pairs are taken.
        origin: positions at which each table was made. Units of length.
        stale: whether a lane needs a new table before its next step.
    """

    state: Any
    steps: Int[Array, " batch"]
    tables: PairData | None
    origin: Float[Array, "batch particles dim"]
    stale: Bool[Array, " batch"]


@partial(jax.jit, static_argnames=("method", "capacity"))
def start(
    law: PairLaw,
    method: Any,
    positions: Float[Array, "batch particles dim"],
    everyone: PairData,
    boxes: Box,
    time: Float[Array, ""],
    capacity: int | None,
) -> Lanes:
    """Lanes at rest at the given positions, with tables still to be made."""
    batch, particles, _ = positions.shape

    def one(position: Array, data: PairData, box: Box) -> Any:
        return method.init(position, forces(law, position, data, box), time)

    tables = None
    if capacity is not None:
        empty = jnp.ones((batch, particles, 0))
        tables = widened(PairData(jnp.zeros(empty.shape, jnp.int32), empty, empty), capacity)
    return Lanes(
        jax.vmap(one)(positions, everyone, boxes),
        jnp.zeros(batch, jnp.int64),
        tables,
        positions,
        jnp.ones(batch, bool),
    )


def widened(tables: PairData, capacity: int) -> PairData:
    """Tables with more columns, filled with the row's own index: entries that are no pairs and add exact zeros."""
    assert tables.index is not None
    batch, particles, width = tables.index.shape
    own = jnp.broadcast_to(jnp.arange(particles, dtype=jnp.int32)[None, :, None], (batch, particles, capacity - width))
    ones = jnp.ones(own.shape)
    return PairData(
        jnp.concatenate([tables.index, own], axis=2),
        jnp.concatenate([tables.sigma, ones], axis=2),
        jnp.concatenate([tables.epsilon, ones], axis=2),
    )


def _chosen(which: Bool[Array, " batch"], new: Any, old: Any) -> Any:
    """Lane by lane, the new or the old of two trees."""
    return jax.tree.map(lambda a, b: jnp.where(which.reshape((-1,) + (1,) * (a.ndim - 1)), a, b), new, old)


@partial(jax.jit, static_argnames=("method", "length"))
def advance(
    law: PairLaw,
    method: Any,
    lanes: Lanes,
    everyone: PairData,
    boxes: Box,
    time: Float[Array, ""],
    skin: Float[Array, ""],
    length: int,
) -> tuple[Lanes, Diagnosis, Int[Array, " batch"]]:
    """Take `length` steps in every lane.

    A step that would carry a particle further than half the skin from where the neighbour table was made is not
    taken; its lane waits for a new table. So no force is ever computed from an incomplete table, and no lane reads
    another. All loops have one scalar condition: a `while_loop` under `vmap` would cost four times as much.

    Args:
        law: the pair law.
        method: frozen settings of the method.
        lanes: states and tables.
        everyone: pair diameters and energies of all pairs.
        boxes: one box per glass.
        time: the potential's stiff time.
        skin: safety layer of the neighbour tables; more than twice the method's longest move, or a lane could wait
            for ever. Units of length.
        length: number of steps.

    Returns:
        The lanes after the chunk, their diagnosis, and the largest number of neighbours met in each. A lane in which
        that exceeds the columns of the tables has not finished its steps: come back with wider tables.
    """
    count = lanes.steps.shape[0]

    def propose(state: Any, data: PairData, box: Box) -> Any:
        return method.apply(state, lambda r: forces(law, r, data, box), time)

    def diagnosis(state: Any, data: PairData, box: Box) -> Diagnosis:
        return diagnose(law, state.positions, state.forces, data, box)

    if lanes.tables is None:
        state = jax.lax.fori_loop(0, length, lambda _, s: jax.vmap(propose)(s, everyone, boxes), lanes.state)
        done = Lanes(state, lanes.steps + length, None, lanes.origin, lanes.stale)
        return done, jax.vmap(diagnosis)(state, everyone, boxes), jnp.zeros(count, jnp.int32)

    columns = lanes.tables.sigma.shape[-1]
    goal = lanes.steps + length

    def renew(lanes: Lanes) -> tuple[Lanes, Array]:
        """New tables for the stale lanes; the others keep theirs, so that their sums keep their order."""

        def table(positions: Array, data: PairData, box: Box) -> tuple[PairData, Array]:
            return device_table(law, positions, data, box, skin, columns)

        fresh, neighbours = jax.vmap(table)(lanes.state.positions, everyone, boxes)
        neighbours = jnp.where(lanes.stale, neighbours, 0)
        fits = lanes.stale & (neighbours <= columns)
        tables = _chosen(fits, fresh, lanes.tables)
        origin = _chosen(fits, lanes.state.positions, lanes.origin)
        return Lanes(lanes.state, lanes.steps, tables, origin, lanes.stale & ~fits), neighbours

    def step(lanes: Lanes) -> Lanes:
        assert lanes.tables is not None
        proposal = jax.vmap(propose)(lanes.state, lanes.tables, boxes)
        moved = jnp.max(jnp.sum((proposal.positions - lanes.origin) ** 2, axis=-1), axis=-1)
        running = (lanes.steps < goal) & ~lanes.stale
        taken = running & ~(moved > (skin / 2) ** 2)
        return Lanes(
            _chosen(taken, proposal, lanes.state),
            lanes.steps + taken,
            lanes.tables,
            lanes.origin,
            lanes.stale | (running & ~taken),
        )

    def leg(carry: tuple[Lanes, Array]) -> tuple[Lanes, Array]:
        lanes, found = carry
        lanes, neighbours = jax.lax.cond(
            jnp.any(lanes.stale), renew, lambda kept: (kept, jnp.zeros(count, jnp.int32)), lanes
        )
        lanes = jax.lax.while_loop(lambda inner: jnp.any((inner.steps < goal) & ~inner.stale), step, lanes)
        return lanes, jnp.maximum(found, neighbours)

    lanes, found = jax.lax.while_loop(
        lambda carry: jnp.any((carry[0].steps < goal) & (carry[1] <= columns)),
        leg,
        (lanes, jnp.zeros(count, jnp.int32)),
    )
    assert lanes.tables is not None
    return lanes, jax.vmap(diagnosis)(lanes.state, lanes.tables, boxes), found
