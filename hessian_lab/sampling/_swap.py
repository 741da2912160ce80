"""Swap Monte Carlo of many glasses at once: settings, state, and the calls that start and advance it.

Why the Boltzmann distribution is left invariant is in the docstrings of `_swap_moves.displace` and `_swap_moves.swap`.
"""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from typing import Annotated

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int
from pydantic import Field

from .._core.errors import ComputationError, InputError
from .._core.identity import generator
from .._core.precision import require_x64
from .._core.settings import Settings
from ..potentials import Potential
from ..systems import Box, Configuration, cell_heights, check_minimum_image, is_orthogonal
from ._swap_chunk import chunk, measure, partners_of
from ._swap_moves import Glass, Rules
from ._swap_plan import BALL, Plan, make_plan

SKIN = 0.6
"""Safety layer of neighbour tables; wider where displacements are large. Units of length."""

CHUNK = 16
"""Sweeps between two looks at the energy."""

DRIFT = 1e-9
"""Largest deviation of the running energy from the recomputed one, relative to the energy or to N."""

SLACK = 1e-9
"""Relative widening of the largest reach, against rounding."""


class SwapMonteCarlo(Settings):
    """Settings of swap Monte Carlo.

    Displacements are drawn uniformly from a cube (square) about the particle, swaps as pairs of different labels
    (diameter and species) whose diameters differ by `largest_difference` at most; a label without such a partner takes
    any other. A sweep is N attempts per glass in the mean, rounded up to whole rounds; `Counts` tell how many there
    were.

    Reference: Ninarello, Berthier and Coslovich, Phys. Rev. X 7, 021039 (2017): 20 % swaps.
    """

    swap_fraction: Annotated[float, Field(ge=0, le=1, description="share of the attempts that are swaps")] = 0.2
    largest_move: Annotated[
        float, Field(gt=0, description="half-width of the cube that displacements are drawn from, length")
    ] = 0.1
    largest_difference: Annotated[
        float, Field(gt=0, description="largest difference of two diameters that are swapped, length")
    ] = 0.2


class MonteCarloState(eqx.Module):
    """State of a batch of glasses: a pytree whose leaves have one row per glass.

    Attributes:
        positions: not wrapped into the cell, so that they serve for mean squared displacements. Units of length.
        diameters: of every particle; these are what is swapped. Units of length.
        species: of every particle, swapped together with the diameters.
        energy: total potential energy. Units of energy.
        temperatures: k_B T. Units of energy.
        box: the cell, the same for all glasses.
        keys: one jax key per glass.
        rounds: rounds done; together with the key it gives the next random numbers.
        holder: which particle has the label of each rank.
        rank_diameters: diameters in ascending order. Units of length.
        rank_species: species in the same order.
        reach: largest distance at which any two labels interact, of the batch. Units of length.
        skin: safety layer of the tables. Units of length.
        index: neighbour tables.
        origin: positions at which they were made.
        strayed: largest distance of any particle from there.
        stale: which tables have to be made anew.
        labels: the smallest number of different labels in a glass.
    """

    positions: Float[Array, "batch particles dim"]
    diameters: Float[Array, "batch particles"]
    species: Int[Array, "batch particles"]
    energy: Float[Array, " batch"]
    temperatures: Float[Array, " batch"]
    box: Box
    keys: Array
    rounds: Int[Array, " batch"]
    holder: Int[Array, "batch particles"]
    rank_diameters: Float[Array, "batch particles"]
    rank_species: Int[Array, "batch particles"]
    reach: Float[Array, " batch"]
    skin: Float[Array, " batch"]
    index: Int[Array, "batch particles capacity"]
    origin: Float[Array, "batch particles dim"]
    strayed: Float[Array, " batch"]
    stale: Bool[Array, " batch"]
    labels: int = eqx.field(static=True)


class Counts(eqx.Module):
    """Attempts of one call, per glass.

    Attributes:
        moves: attempted displacements.
        accepted_moves: accepted ones.
        swaps: attempted swaps.
        accepted_swaps: accepted ones.
    """

    moves: Int[Array, " batch"]
    accepted_moves: Int[Array, " batch"]
    swaps: Int[Array, " batch"]
    accepted_swaps: Int[Array, " batch"]


def keys_of(identities: Sequence[str], purpose: str) -> Array:
    """One jax key per sample, from its id and a purpose as `generator` takes them. Shape (batch,)."""
    words = [generator(identity, purpose).integers(0, 2**32, 2, dtype=np.uint32) for identity in identities]
    return jax.random.wrap_key_data(jnp.asarray(np.stack(words)), impl="threefry2x32")


def start(
    potential: Potential,
    configurations: Sequence[Configuration],
    temperatures: Float[np.ndarray, " batch"] | float,
    keys: Array,
    *,
    reach: float | None = None,
) -> MonteCarloState:
    """State at some configurations.

    Args:
        potential: the pair potential.
        configurations: one per glass; equal N and equal cells.
        temperatures: one per glass or one for all. Units of energy.
        keys: one jax key per glass, shape (batch,), as `keys_of` makes them.
        reach: largest distance at which any two particles interact; that of the batch if not given. Blocks are cut
            after it: where every glass draws its own diameters, give `Model.largest_reach()`, or the trajectory of a
            glass would depend on its batch. Units of length.

    Raises:
        InputError: if samples differ in kind, a cell is too narrow, a temperature is not positive, an energy is not
            finite (particles on top of each other), or 64-bit floats are off.
    """
    require_x64()
    samples = list(configurations)
    if not samples:
        raise InputError("argument configurations is empty; give at least one sample")
    if any(
        s.positions.shape != samples[0].positions.shape or not np.array_equal(s.cell, samples[0].cell) for s in samples
    ):
        raise InputError(
            "argument configurations holds samples of different N, dimension or cell; start each kind in a call of its "
            "own"
        )
    if keys.shape != (len(samples),):
        raise InputError(f"argument keys must have shape ({len(samples)},), one key per sample, but got {keys.shape}")
    own = max(check_minimum_image(sample, potential) for sample in samples)
    if reach is not None and reach < own * (1 - SLACK):
        raise InputError(f"argument reach must be at least that of the samples, {own:.9g}, but got {reach!r}")
    order = [np.lexsort((sample.species, sample.diameters)) for sample in samples]
    batch, (particles, dim) = len(samples), samples[0].positions.shape
    cell = np.broadcast_to(samples[0].cell, (batch, dim, dim))
    positions = jnp.asarray(np.stack([sample.positions for sample in samples]))
    rank_diameters = np.stack([sample.diameters[rank] for sample, rank in zip(samples, order, strict=True)])
    rank_species = np.stack([sample.species[rank] for sample, rank in zip(samples, order, strict=True)])
    state = MonteCarloState(
        positions=positions,
        diameters=jnp.asarray(np.stack([sample.diameters for sample in samples])),
        species=jnp.asarray(np.stack([sample.species for sample in samples]).astype(np.int32)),
        energy=jnp.zeros(batch),
        temperatures=_temperatures(temperatures, batch),
        box=Box(jnp.asarray(cell), jnp.asarray(np.linalg.inv(cell)), is_orthogonal(samples[0].cell)),
        keys=keys,
        rounds=jnp.zeros(batch, jnp.int64),
        holder=jnp.asarray(np.stack(order).astype(np.int32)),
        rank_diameters=jnp.asarray(rank_diameters),
        rank_species=jnp.asarray(rank_species.astype(np.int32)),
        reach=jnp.full(batch, (own if reach is None else reach) * (1 + SLACK)),
        skin=jnp.full(batch, SKIN),
        index=jnp.zeros((batch, particles, 0), jnp.int32),
        origin=positions,
        strayed=jnp.zeros(batch),
        stale=jnp.ones(batch, bool),
        labels=min(len(np.unique(pair, axis=1).T) for pair in np.stack([rank_diameters, rank_species], axis=1)),
    )
    return at_positions(potential, _with_columns(state, _first_capacity(state, samples[0].density)), positions)


def advance(
    potential: Potential, settings: SwapMonteCarlo, state: MonteCarloState, sweeps: int
) -> tuple[MonteCarloState, Counts]:
    """Advance every glass by a number of sweeps.

    A glass has its own key and reads no other one: its trajectory does not depend on its batch (on an accelerator: up
    to the order of sums).

    Args:
        potential: the pair potential.
        settings: shares and sizes of the attempts; they may change from call to call.
        state: where the glasses are.
        sweeps: N attempts per glass each, in the mean.

    Returns:
        The state after the sweeps, with its energy recomputed from the positions, and the counts of this call.

    Raises:
        InputError: if sweeps is below 1, or swaps are asked for where all particles are equal.
        ComputationError: if the energy summed over the moves is not that of the final positions.
    """
    if sweeps < 1:
        raise InputError(f"argument sweeps must be at least 1, but got {sweeps!r}")
    if settings.swap_fraction > 0 and state.labels < 2:
        raise InputError(
            f"setting swap_fraction = {settings.swap_fraction:g} asks for swaps, but all particles of a glass are "
            "equal; set it to 0"
        )
    dim = state.positions.shape[2]
    # A fresh table must allow the longest displacement.
    skin = max(SKIN, 2 * dim**0.5 * settings.largest_move)
    if float(state.skin[0]) != skin:
        fresh = (jnp.full_like(state.skin, skin), jnp.ones_like(state.stale))
        state = eqx.tree_at(lambda s: (s.skin, s.stale), state, fresh)
    rules = _rules(potential, settings, state)
    particles = state.positions.shape[1]
    left = ceil(sweeps * particles / rules.plan.attempts)
    most = ceil(CHUNK * particles / rules.plan.attempts)
    counts = np.zeros((len(state.energy), 4), np.int64)
    while left > 0:
        rounds = min(left, most)
        state, done = _advance(rules, state, rounds)
        counts += done
        left -= rounds
    return state, Counts(*(jnp.asarray(column) for column in counts.T))


def at_temperatures(state: MonteCarloState, temperatures: Float[np.ndarray, " batch"] | float) -> MonteCarloState:
    """The same state at other temperatures, one per glass or one for all. Units of energy.

    Raises:
        InputError: if a temperature is not positive and finite.
    """
    return eqx.tree_at(lambda s: s.temperatures, state, _temperatures(temperatures, len(state.energy)))


def at_positions(
    potential: Potential, state: MonteCarloState, positions: Float[Array, "batch particles dim"]
) -> MonteCarloState:
    """The same state at other positions, such as those that molecular dynamics has reached.

    Swaps at fixed positions are `advance` with `SwapMonteCarlo(swap_fraction=1)`.

    Raises:
        InputError: if the shape differs, or an energy is not finite (particles on top of each other).
    """
    positions = jnp.asarray(positions, jnp.float64)
    if positions.shape != state.positions.shape:
        raise InputError(f"argument positions must have shape {state.positions.shape}, but got {positions.shape}")
    state = eqx.tree_at(lambda s: (s.positions, s.stale), state, (positions, jnp.ones_like(state.stale)))
    rules = _rules(potential, SwapMonteCarlo(), state)
    while True:
        glasses, energy, found = measure(rules, _glasses(state), _together(state))
        if not _overflows(state, found):
            break
        state = _with_columns(state, int(found.max()))
    if not np.isfinite(energy).all():
        lane = int(np.flatnonzero(~np.isfinite(energy))[0])
        raise InputError(
            f"the energy of sample {lane} is not finite: particles overlap; relax them with a few FIRE steps"
        )
    return _state(state, glasses, energy)


def configurations_of(state: MonteCarloState, samples: Sequence[Configuration]) -> list[Configuration]:
    """The samples with the positions, diameters and species of a state, wrapped into their cells.

    Masses stay with the particles: swaps exchange diameters and species only.
    """
    parts = [np.asarray(leaf) for leaf in (state.positions, state.diameters, state.species)]
    return [
        Configuration(position, diameters, species, sample.masses, sample.cell).wrapped()
        for position, diameters, species, sample in zip(*parts, samples, strict=True)
    ]


def _temperatures(temperatures: Float[np.ndarray, " batch"] | float, batch: int) -> Array:
    values = np.asarray(temperatures, dtype=np.float64)
    if values.shape not in ((), (batch,)) or not (np.isfinite(values) & (values > 0)).all():
        raise InputError(
            f"argument temperatures must be one finite number above 0, or {batch} of them, but got {temperatures!r}"
        )
    return jnp.asarray(np.broadcast_to(values, (batch,)).copy())


def _together(state: MonteCarloState) -> bool:
    """Whether tables are renewed for all glasses at once.

    So on an accelerator, and for a lone glass: in a loop over one lane nothing depends on the lane, and the compiler
    would move the making of the table out of it, to be done in every round.
    """
    return jax.default_backend() != "cpu" or len(state.energy) == 1


def _plan(settings: SwapMonteCarlo, state: MonteCarloState) -> Plan:
    heights = cell_heights(np.asarray(state.box.cell[0]))
    return make_plan(
        state.positions.shape[1], heights, float(state.reach[0]), settings.largest_move, settings.swap_fraction
    )


def _rules(potential: Potential, settings: SwapMonteCarlo, state: MonteCarloState) -> Rules:
    ranks = (state.rank_diameters, state.rank_species, jnp.asarray(settings.largest_difference))
    return Rules(
        law=potential.law,
        box=state.box,
        reach=state.reach,
        skin=state.skin,
        move=jnp.full_like(state.reach, settings.largest_move),
        beta=1 / state.temperatures,
        partners=partners_of(*ranks),
        mixing=potential.mixing,
        plan=_plan(settings, state),
    )


def _glasses(state: MonteCarloState) -> Glass:
    """The state as the compiled loop has it."""
    return Glass(
        sites=jnp.concatenate([jnp.swapaxes(state.positions, 1, 2), state.diameters[:, None, :]], axis=1),
        species=state.species,
        holder=state.holder,
        energy=state.energy,
        index=state.index,
        origin=state.origin,
        strayed=state.strayed,
        stale=state.stale,
        counts=jnp.zeros((len(state.energy), 4), jnp.int64),
    )


def _state(state: MonteCarloState, glasses: Glass, energy: Array) -> MonteCarloState:
    """The state after the compiled loop."""
    return eqx.tree_at(
        lambda s: (
            s.positions,
            s.diameters,
            s.species,
            s.energy,
            s.holder,
            s.index,
            s.origin,
            s.strayed,
            s.stale,
        ),
        state,
        (
            jnp.swapaxes(glasses.sites[:, :-1], 1, 2),
            glasses.sites[:, -1],
            glasses.species,
            energy,
            glasses.holder,
            glasses.index,
            glasses.origin,
            glasses.strayed,
            glasses.stale,
        ),
    )


def _first_capacity(state: MonteCarloState, density: float) -> int:
    """Columns that usually suffice: a quarter more than the mean number of neighbours."""
    dim = state.positions.shape[2]
    return int(1.25 * density * BALL[dim] * float(state.reach[0] + state.skin[0]) ** dim) + 1


def _with_columns(state: MonteCarloState, neighbours: int) -> MonteCarloState:
    """The state with tables of other width, still to be made: few different widths, multiples of the vector length."""
    batch, particles, _ = state.positions.shape
    columns = min(-(-neighbours // 8) * 8, -(-particles // 8) * 8)
    fresh = (jnp.zeros((batch, particles, columns), jnp.int32), jnp.ones_like(state.stale))
    return eqx.tree_at(lambda s: (s.index, s.stale), state, fresh)


def _overflows(state: MonteCarloState, found: Array) -> bool:
    return int(found.max()) > state.index.shape[2]


def _advance(rules: Rules, state: MonteCarloState, rounds: int) -> tuple[MonteCarloState, np.ndarray]:
    """Some rounds, done again with wider tables if any was too narrow."""
    while True:
        glasses, energy, found = chunk(
            rules, _glasses(state), state.keys, state.rounds, jnp.asarray(rounds), _together(state)
        )
        if not _overflows(state, found):
            break
        state = _with_columns(state, int(found.max()))
    before, summed, exact = (np.asarray(entry) for entry in (state.energy, glasses.energy, energy))
    scale = np.maximum(np.maximum(abs(before), abs(exact)), state.positions.shape[1])
    wrong = ~(abs(summed - exact) <= DRIFT * scale)
    if wrong.any():
        lane = int(np.flatnonzero(wrong)[0])
        raise ComputationError(
            f"the energy of glass {lane} summed over its moves is {summed[lane]!r}, but its positions have "
            f"{exact[lane]!r}; the neighbour table or the law is at fault"
        )
    state = eqx.tree_at(lambda s: s.rounds, _state(state, glasses, energy), state.rounds + rounds)
    return state, np.asarray(glasses.counts)
