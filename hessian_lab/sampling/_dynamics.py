"""A fixed number of time steps of many glasses: one compiled loop, neighbour tables included."""

from __future__ import annotations

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..hessian import forces
from ..potentials import PairLaw
from ..systems import Box, PairData, device_table


class Lanes(eqx.Module):
    """A batch of glasses in motion.

    Attributes:
        state: JAX-MD's state of each glass; positions are never folded back into the cell.
        steps: time steps taken.
        tables: neighbour tables; None where all pairs are taken.
        origin: positions at which each table was made. Units of length.
        stale: whether a lane needs a new table before its next step.
        new: whether no step has been taken since the table was made.
        failed: whether one step would have carried a particle further than half the skin, or out of the numbers.
    """

    state: Any
    steps: Int[Array, " batch"]
    tables: PairData | None
    origin: Float[Array, "batch particles dim"]
    stale: Bool[Array, " batch"]
    new: Bool[Array, " batch"]
    failed: Bool[Array, " batch"]


class Reading(eqx.Module):
    """Energies of each glass at the end of a chunk. Units of energy."""

    potential: Float[Array, " batch"]
    kinetic: Float[Array, " batch"]


def _chosen(which: Bool[Array, " batch"], new: Any, old: Any) -> Any:
    """Lane by lane, the new or the old of two trees."""
    return jax.tree.map(lambda a, b: jnp.where(which.reshape((-1,) + (1,) * (a.ndim - 1)), a, b), new, old)


def empty_tables(batch: int, particles: int, capacity: int) -> PairData:
    """Tables in which every entry is the row's own index: no pairs."""
    own = jnp.broadcast_to(jnp.arange(particles, dtype=jnp.int32)[None, :, None], (batch, particles, capacity))
    ones = jnp.ones(own.shape)
    return PairData(own, ones, ones)


@partial(jax.jit, static_argnames=("thermostat", "capacity"))
def begin(
    law: PairLaw,
    thermostat: Any,
    positions: Float[Array, "batch particles dim"],
    momenta: Float[Array, "batch particles dim"],
    masses: Float[Array, "batch particles"],
    keys: Array,
    everyone: PairData,
    boxes: Box,
    dt: Float[Array, ""],
    temperature: Float[Array, ""],
    capacity: int | None,
) -> Lanes:
    """Lanes at the given positions and momenta, with tables still to be made."""
    batch, particles, _ = positions.shape

    def one(position: Array, momentum: Array, mass: Array, key: Array, data: PairData, box: Box) -> Any:
        return thermostat.init(position, momentum, mass, lambda r: forces(law, r, data, box), key, dt, temperature)

    state = jax.vmap(one)(positions, momenta, masses, keys, everyone, boxes)
    no = jnp.zeros(batch, bool)
    tables = None if capacity is None else empty_tables(batch, particles, capacity)
    return Lanes(state, jnp.zeros(batch, jnp.int64), tables, positions, ~no, no, no)


@jax.jit
def refresh(law: PairLaw, lanes: Lanes, everyone: PairData, boxes: Box) -> Lanes:
    """The same positions and momenta with the forces of other diameters; tables are to be made again."""
    force = jax.vmap(lambda r, data, box: forces(law, r, data, box))(lanes.state.position, everyone, boxes)
    state = lanes.state.set(force=force)
    return eqx.tree_at(lambda tree: (tree.state, tree.stale), lanes, (state, jnp.ones_like(lanes.stale)))


@partial(jax.jit, static_argnames=("thermostat", "length"))
def advance(
    law: PairLaw,
    thermostat: Any,
    lanes: Lanes,
    everyone: PairData,
    boxes: Box,
    dt: Float[Array, ""],
    temperatures: Float[Array, " length"],
    goal: Int[Array, ""],
    skin: Float[Array, ""],
    length: int,
) -> tuple[Lanes, Reading, Int[Array, " batch"]]:
    """Take time steps in every lane until its number of steps is `goal`.

    A step that would carry a particle further than half the skin from where the neighbour table was made is not
    taken; its lane waits for a new table and repeats the step, with the same random numbers. So no force is ever
    computed from an incomplete table, and no lane reads another. A lane in which even the first step after a new
    table is too long has failed, and stays where it was.

    Args:
        law: the pair law.
        thermostat: frozen settings.
        lanes: states and tables.
        everyone: pair diameters and energies of all pairs.
        boxes: one box per glass.
        dt: time step. Units of time.
        temperatures: of the `length` steps before the goal. Units of energy.
        goal: number of steps at which every lane stops.
        skin: safety layer of the neighbour tables. Units of length.
        length: number of steps.

    Returns:
        The lanes after the chunk, their energies, and the largest number of neighbours met in each. A lane in which
        that exceeds the columns of the tables has not reached its goal: come back with wider tables.
    """
    count = lanes.steps.shape[0]
    first = goal - length
    furthest = (skin / 2) ** 2

    def propose(state: Any, steps: Array, data: PairData, box: Box) -> Any:
        return thermostat.apply(state, lambda r: forces(law, r, data, box), dt, temperatures[steps - first])

    def energies(state: Any, data: PairData, box: Box) -> Reading:
        _, r2 = data.displacements(state.position, box)
        potential = 0.5 * jnp.sum(law.energy(r2, data.sigma, data.epsilon))
        return Reading(potential, 0.5 * jnp.sum(state.momentum**2 / state.mass))

    def step(lanes: Lanes) -> Lanes:
        data = everyone if lanes.tables is None else lanes.tables
        proposal = jax.vmap(propose)(lanes.state, lanes.steps, data, boxes)
        origin = lanes.state.position if lanes.tables is None else lanes.origin
        moved = jnp.max(jnp.sum((proposal.position - origin) ** 2, axis=-1), axis=-1)
        running = (lanes.steps < goal) & ~lanes.stale & ~lanes.failed
        taken = running & (moved <= furthest)
        refused = running & ~taken
        failed = refused & (lanes.new | ~jnp.isfinite(moved))
        return Lanes(
            _chosen(taken, proposal, lanes.state),
            lanes.steps + taken,
            lanes.tables,
            lanes.origin,
            lanes.stale | refused,
            lanes.new & ~taken,
            lanes.failed | failed,
        )

    if lanes.tables is None:
        # All pairs need no tables: every step is the first after a "new" one.
        lanes = eqx.tree_at(lambda t: (t.stale, t.new), lanes, (jnp.zeros(count, bool), jnp.ones(count, bool)))
        lanes = jax.lax.fori_loop(
            0, length, lambda _, t: eqx.tree_at(lambda s: s.new, step(t), jnp.ones(count, bool)), lanes
        )
        return lanes, jax.vmap(energies)(lanes.state, everyone, boxes), jnp.zeros(count, jnp.int32)

    columns = lanes.tables.sigma.shape[-1]

    def renew(lanes: Lanes) -> tuple[Lanes, Array]:
        """New tables for the stale lanes; the others keep theirs, so that their sums keep their order."""

        def table(positions: Array, data: PairData, box: Box) -> tuple[PairData, Array]:
            return device_table(law, positions, data, box, skin, columns)

        fresh, neighbours = jax.vmap(table)(lanes.state.position, everyone, boxes)
        neighbours = jnp.where(lanes.stale, neighbours, 0)
        fits = lanes.stale & (neighbours <= columns)
        return Lanes(
            lanes.state,
            lanes.steps,
            _chosen(fits, fresh, lanes.tables),
            _chosen(fits, lanes.state.position, lanes.origin),
            lanes.stale & ~fits,
            lanes.new | fits,
            lanes.failed,
        ), neighbours

    def moving(lanes: Lanes) -> Bool[Array, " batch"]:
        return (lanes.steps < goal) & ~lanes.failed

    def leg(carry: tuple[Lanes, Array]) -> tuple[Lanes, Array]:
        lanes, found = carry
        idle = jnp.zeros(count, jnp.int32)
        lanes, neighbours = jax.lax.cond(jnp.any(lanes.stale), renew, lambda kept: (kept, idle), lanes)
        lanes = jax.lax.while_loop(lambda inner: jnp.any(moving(inner) & ~inner.stale), step, lanes)
        return lanes, jnp.maximum(found, neighbours)

    lanes, found = jax.lax.while_loop(
        lambda carry: jnp.any(moving(carry[0]) & (carry[1] <= columns)),
        leg,
        (lanes, jnp.zeros(count, jnp.int32)),
    )
    assert lanes.tables is not None
    return lanes, jax.vmap(energies)(lanes.state, lanes.tables, boxes), found
