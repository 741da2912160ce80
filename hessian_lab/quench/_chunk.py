"""A number of steps of many glasses: one compiled loop, neighbour tables included."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import MixingRule, PairLaw
from ..systems import (
    Box,
    HalfTable,
    PairData,
    all_pairs,
    half_table_within,
    listed_radius2,
    pair_parameters,
    table_within,
)
from ._landscape import Diagnosis, Landscape


class Lanes(eqx.Module):
    """A batch of glasses in work.

    Attributes:
        state: the method's state of each glass.
        steps: forces evaluated.
        arrived: whether the largest force has fallen to the lane's target, or is no number.
        point: where it was when it arrived; the last evaluated point for the others.
        tables: neighbour tables; None where all pairs are taken.
        origin: coordinates at which each table was made; NaN before the first one.
        listed: largest number met since the lane began of what a table must hold: neighbours of a particle, or pairs.
    """

    state: Any
    steps: Int[Array, " batch"]
    arrived: Bool[Array, " batch"]
    point: Float[Array, "batch rows dim"]
    tables: PairData | HalfTable | None
    origin: Float[Array, "batch rows dim"]
    listed: Int[Array, " batch"]


class Fixed(eqx.Module):
    """What never changes while a lane is occupied.

    Attributes:
        everyone: pair diameters and energies of all pairs; None with half tables.
        radius2: up to which each pair is listed; None where all pairs are taken. Units of length^2.
        pairs: diameter, energy and squared reach of all pairs; for half tables only.
        boxes: cell of the start.
    """

    everyone: PairData | None
    radius2: Float[Array, "batch particles particles"] | None
    pairs: Float[Array, "batch particles particles 3"] | None
    boxes: Box


@partial(jax.jit, static_argnames=("mixing", "listed"))
def fixed(
    law: PairLaw,
    mixing: MixingRule,
    diameters: Float[Array, "batch particles"],
    species: Int[Array, "batch particles"],
    boxes: Box,
    skin: Float[Array, ""],
    listed: Literal["all", "full", "half"],
) -> Fixed:
    """The constants of some samples, for no tables, full ones, or half ones."""
    everyone = all_pairs(mixing, diameters, species)
    radius2 = None if listed == "all" else listed_radius2(law, everyone, skin)
    if listed == "half":
        return Fixed(None, radius2, pair_parameters(law, everyone), boxes)
    return Fixed(everyone, radius2, None, boxes)


@partial(jax.jit, static_argnames=("method", "capacity", "half"))
def start(
    landscape: Landscape,
    method: Any,
    positions: Float[Array, "batch particles dim"],
    time: Float[Array, ""],
    capacity: int | None,
    half: bool,
) -> Lanes:
    """Lanes at the given positions, with tables of a capacity still to be made; None: all pairs are taken."""
    batch, particles, _ = positions.shape
    coordinates = jax.vmap(landscape.join)(positions)
    tables: PairData | HalfTable | None = None
    if capacity is not None and half:
        empty = jnp.ones((batch, 0))
        ends = jnp.zeros((batch, particles + 1), jnp.int32)
        tables = widened(HalfTable(ends, jnp.zeros(empty.shape, jnp.int32), empty, empty, empty), capacity)
    elif capacity is not None:
        empty = jnp.ones((batch, particles, 0))
        tables = widened(PairData(jnp.zeros(empty.shape, jnp.int32), empty, empty), capacity)
    none = jnp.zeros(batch, jnp.int32)
    return Lanes(
        jax.vmap(lambda start: method.start(start, time))(coordinates),
        jnp.zeros(batch, jnp.int64),
        jnp.zeros(batch, bool),
        coordinates,
        tables,
        jnp.full_like(coordinates, jnp.nan),
        none,
    )


def widened(tables: PairData | HalfTable, capacity: int) -> PairData | HalfTable:
    """Tables with more room. Padded tables are filled with the row's own index: no pairs, which add exact zeros."""
    if isinstance(tables, HalfTable):

        def wider(column: Array) -> Array:
            return jnp.pad(column, ((0, 0), (0, capacity - column.shape[1])))

        columns = (tables.other, tables.sigma, tables.epsilon, tables.reach2)
        return HalfTable(tables.start, *(wider(column) for column in columns))
    assert tables.index is not None
    batch, particles, width = tables.index.shape
    own = jnp.broadcast_to(jnp.arange(particles, dtype=jnp.int32)[None, :, None], (batch, particles, capacity - width))
    ones = jnp.ones(own.shape)
    return PairData(
        jnp.concatenate([tables.index, own], axis=2),
        jnp.concatenate([tables.sigma, ones], axis=2),
        jnp.concatenate([tables.epsilon, ones], axis=2),
    )


def chosen(which: Bool[Array, " batch"], new: Any, old: Any) -> Any:
    """Lane by lane, the new or the old of two trees."""
    return jax.tree.map(lambda a, b: jnp.where(which.reshape((-1,) + (1,) * (a.ndim - 1)), a, b), new, old)


@partial(jax.jit, static_argnames="method")
def advance(
    landscape: Landscape,
    method: Any,
    lanes: Lanes,
    fixed: Fixed,
    time: Float[Array, ""],
    skin: Float[Array, ""],
    reach: Float[Array, ""],
    target: Float[Array, " batch"],
    length: Int[Array, ""],
) -> tuple[Lanes, Diagnosis]:
    """Take up to `length` steps in every lane; stop early where all have arrived.

    Each step evaluates the forces at the point that the method asks for and tells it. A lane whose pairs may have
    changed their distance by more than the skin gets a new table first, the others keep theirs, so that their sums keep
    their order. A lane that has arrived keeps its point, whatever its method does until the others have.

    All loops have one scalar condition: a `while_loop` under `vmap` would cost four times as much. The inner loop does
    not carry the tables: a `cond` that returned them would copy them in every step, at the price of a force.

    Args:
        landscape: pair law and what is free.
        method: frozen settings of the method.
        lanes: states and tables.
        fixed: pair parameters and boxes.
        time: the potential's stiff time.
        skin: safety layer of the neighbour tables. Units of length.
        reach: largest reach of any pair, plus the skin. Units of length.
        target: largest force component at which a lane has arrived. Units of energy/length.
        length: number of steps.

    Returns:
        The lanes after the chunk and the diagnosis of their points. A lane that has `listed` more than its table holds
        has used an incomplete one: repeat the chunk from the old lanes with wider tables.
    """

    # Half tables keep the order of the sums whatever else they hold, so a lane of its own takes a new one without a
    # look at the old: a `cond` and a select would copy it several times.
    alone = isinstance(lanes.tables, HalfTable) and lanes.steps.shape[0] == 1

    def stale(lanes: Lanes) -> Bool[Array, " batch"]:
        """Lanes whose next forces need a new table; NaN, the origin of a lane without one, is stale."""
        if lanes.tables is None:
            return jnp.zeros_like(lanes.arrived)
        drift = jax.vmap(landscape.drift, in_axes=(0, 0, None))(lanes.state.coordinates, lanes.origin, reach)
        return ~(drift <= skin) & ~lanes.arrived

    def renew(lanes: Lanes) -> Lanes:
        if lanes.tables is None:
            return lanes
        columns = lanes.tables.sigma.shape[-1]
        coordinates = lanes.state.coordinates

        def table(coordinates: Array, fixed: Fixed) -> tuple[PairData | HalfTable, Array]:
            positions, box = landscape.place(coordinates, fixed.boxes)
            assert fixed.radius2 is not None
            if fixed.pairs is not None:
                return half_table_within(positions, fixed.pairs, fixed.radius2, box, columns)
            assert fixed.everyone is not None
            return table_within(positions, fixed.everyone, fixed.radius2, box, columns)

        which = stale(lanes)
        fresh, listed = jax.vmap(table)(coordinates, fixed)
        if alone:
            return replace(lanes, tables=fresh, origin=coordinates, listed=jnp.maximum(listed, lanes.listed))
        return replace(
            lanes,
            tables=chosen(which, fresh, lanes.tables),
            origin=chosen(which, coordinates, lanes.origin),
            listed=jnp.where(which, jnp.maximum(listed, lanes.listed), lanes.listed),
        )

    def leg(carry: tuple[Array, Lanes]) -> tuple[Array, Lanes]:
        """New tables, and steps until the next ones are needed."""
        began, lanes = carry
        lanes = renew(lanes) if alone else jax.lax.cond(jnp.any(stale(lanes)), renew, lambda lanes: lanes, lanes)
        data = fixed.everyone if lanes.tables is None else lanes.tables
        assert data is not None

        def step(carry: tuple[Array, Lanes]) -> tuple[Array, Lanes]:
            count, lanes = carry
            coordinates = lanes.state.coordinates
            forces, largest = jax.vmap(landscape.forces_and_largest)(coordinates, data, fixed.boxes)
            return count + 1, replace(
                lanes,
                state=jax.vmap(lambda state, force: method.tell(state, force, time))(lanes.state, forces),
                steps=lanes.steps + ~lanes.arrived,
                arrived=lanes.arrived | (largest <= target) | ~jnp.isfinite(largest),
                point=chosen(lanes.arrived, lanes.point, coordinates),
            )

        def goes_on(carry: tuple[Array, Lanes]) -> Bool[Array, ""]:
            # The first step is never refused: coordinates that are not numbers stay stale with any table.
            count, lanes = carry
            return running(carry) & ((count == began) | ~jnp.any(stale(replace(lanes, tables=data))))

        count, bare = jax.lax.while_loop(goes_on, step, (began, replace(lanes, tables=None)))
        return count, replace(bare, tables=lanes.tables)

    def running(carry: tuple[Array, Lanes]) -> Bool[Array, ""]:
        return (carry[0] < length) & ~jnp.all(carry[1].arrived)

    _, lanes = jax.lax.while_loop(running, leg, (jnp.zeros((), jnp.int32), lanes))
    data = fixed.everyone if lanes.tables is None else lanes.tables
    assert data is not None
    return lanes, jax.vmap(landscape.diagnose)(lanes.point, data, fixed.boxes)
