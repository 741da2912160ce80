"""Rounds of swap Monte Carlo for a batch of glasses: one compiled loop, neighbour tables included."""

from __future__ import annotations

from functools import partial
from math import prod
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from ._swap_moves import Glass, Moves, Partners, Rules, Swaps, block_of, displace, gathered, rows_of, swap, uniform
from ._swap_plan import Plan
from ._swap_tables import members, reach_table

EARLY = 0.5
"""A table is renewed between rounds once a particle has strayed by this share of the skin."""


@jax.jit
@partial(jax.vmap, in_axes=(0, 0, None))
def partners_of(
    diameters: Float[Array, " particles"], species: Int[Array, " particles"], largest_difference: Float[Array, ""]
) -> Partners:
    """Partners of every rank: other labels whose diameter differs by less than the limit; all others if none does.

    Args:
        diameters: of the ranks, ascending. Units of length.
        species: of the ranks; labels that are equal stand together.
        largest_difference: units of length.
    """
    particles = diameters.shape[0]
    low = jnp.searchsorted(diameters, diameters - largest_difference, side="left")
    high = jnp.searchsorted(diameters, diameters + largest_difference, side="right")
    fresh = jnp.concatenate([jnp.ones(1, bool), (jnp.diff(diameters) != 0) | (jnp.diff(species) != 0)])
    kind = jnp.cumsum(fresh) - 1
    skip = jnp.searchsorted(kind, kind, side="left")
    same = jnp.searchsorted(kind, kind, side="right") - skip
    alone = high - low == same
    low, high = jnp.where(alone, 0, low), jnp.where(alone, particles, high)
    whole = (low, high - low - same, skip, same)
    return Partners(*(entry.astype(jnp.int32) for entry in whole))


def total_energy(rules: Rules, glass: Glass) -> Float[Array, ""]:
    """Energy from the neighbour table. Units of energy."""
    *position, diameter = glass.sites
    *neighbours, diameters = gathered(glass.sites, glass.index)
    padding = glass.index == jnp.arange(diameter.shape[0])[:, None]
    square = jnp.where(padding, jnp.inf, rules.squares(jnp.stack(position), neighbours))
    return 0.5 * jnp.sum(
        rules.energies(square, diameter, glass.species, diameters, rows_of(glass.species, glass.index))
    )


def per_glass(rules: Rules) -> Any:
    """Axes of the rules under `vmap`: the law is shared, everything else has one row per glass."""
    return eqx.tree_at(lambda r: r.law, jax.tree.map(lambda _: 0, rules), None)


def _renewed(rules: Rules, glass: Glass) -> tuple[Glass, Int[Array, ""]]:
    """The glass with a new table, and the largest number of neighbours."""
    positions = glass.sites[:-1].T
    index, found = reach_table(positions, rules.box, rules.reach + rules.skin, glass.index.shape[1])
    fresh = (index, positions, jnp.zeros_like(glass.strayed), jnp.zeros_like(glass.stale))
    return eqx.tree_at(lambda g: (g.index, g.origin, g.strayed, g.stale), glass, fresh), found


def _none(leaf: Any) -> bool:
    return leaf is None


def _renew_one_by_one(rules: Rules, glasses: Glass, found: Array) -> tuple[Glass, Array]:
    """New tables for the stale glasses only, one after the other: what costs least on a core."""

    def body(carry: tuple[Glass, Array]) -> tuple[Glass, Array]:
        glasses, found = carry
        lane = jnp.argmax(glasses.stale)

        def at(tree: Any) -> Any:
            return jax.tree.map(lambda leaf: leaf[lane], tree)

        own = eqx.tree_at(lambda r: r.law, at(eqx.tree_at(lambda r: r.law, rules, None)), rules.law, is_leaf=_none)
        fresh, most = _renewed(own, at(glasses))

        def put(get: Any) -> Any:
            return get(glasses).at[lane].set(get(fresh))

        parts = [lambda g: g.index, lambda g: g.origin, lambda g: g.strayed, lambda g: g.stale]
        glasses = eqx.tree_at(lambda g: [get(g) for get in parts], glasses, [put(get) for get in parts])
        return glasses, found.at[lane].max(most)

    return jax.lax.while_loop(lambda carry: jnp.any(carry[0].stale), body, (glasses, found))


def _renew_together(rules: Rules, glasses: Glass, found: Array) -> tuple[Glass, Array]:
    """New tables for all glasses as soon as one is stale: what costs least on an accelerator."""

    def body(carry: tuple[Glass, Array]) -> tuple[Glass, Array]:
        fresh, most = jax.vmap(_renewed, (per_glass(rules), 0))(rules, carry[0])
        return fresh, jnp.maximum(carry[1], most)

    return jax.lax.cond(jnp.any(glasses.stale), body, lambda carry: carry, (glasses, found))


class Words(eqx.Module):
    """Random words of one round of one glass."""

    corner: Array
    choices: Array
    moves: Array
    swaps: Array

    @classmethod
    def draw(cls, key: Array, number: Array, plan: Plan, dim: int) -> Words:
        """Words that belong to a glass' key and to the number of the round."""
        shapes = [
            (dim,),
            (plan.move_steps, plan.count),
            (plan.move_steps, plan.count, dim + 1),
            (plan.swap_steps, plan.pairs, 3),
        ]
        sizes = [prod(shape) for shape in shapes]
        bits = jax.random.bits(jax.random.fold_in(key, number), (sum(sizes),), jnp.uint32)
        ends = [sum(sizes[: k + 1]) for k in range(len(sizes))]
        return cls(*(bits[end - size : end].reshape(s) for size, end, s in zip(sizes, ends, shapes, strict=True)))


def _moves(rules: Rules, glass: Glass, words: Words) -> Moves:
    """Displacements of a round, each step's in a row. What is drawn in advance is not computed in every step."""
    particles, plan = glass.holder.shape[0], rules.plan
    share, random = uniform(words.choices), uniform(words.moves)
    if plan.count == 1:
        chosen = (share * particles).astype(jnp.int32)
    else:
        block = block_of(glass.sites[:-1].T, uniform(words.corner), rules.box, plan)
        listed, number = members(block, plan.count, plan.listed)
        # An empty block takes the padding of its list: the number of particles.
        chosen = listed[jnp.arange(plan.count)[None, :], (share * number).astype(jnp.int32)]
    return Moves(
        chosen=chosen,
        displacement=jnp.swapaxes(rules.move * (2 * random[..., :-1] - 1), 1, 2),
        limit=-jnp.log(random[..., -1]) / rules.beta,
    )


def _swaps(rules: Rules, glass: Glass, words: Words) -> Swaps:
    """Swaps of a round, each step's in a row."""
    particles, partners = glass.holder.shape[0], rules.partners
    random = uniform(words.swaps)
    rank = (random[..., 0] * particles).astype(jnp.int32)
    number = partners.first[rank] + (random[..., 1] * partners.count[rank]).astype(jnp.int32)
    number = jnp.where(number >= partners.skip[rank], number + partners.same[rank], number)
    return Swaps(
        rank=rank,
        other=jnp.minimum(number, particles - 1),
        possible=partners.count[rank] > 0,
        limit=-jnp.log(random[..., 2]) / rules.beta,
    )


def _round(rules: Rules, glasses: Glass, keys: Array, number: Array, found: Array, together: bool) -> Any:
    """One round: a new cut, displacement steps, swap steps. A stale glass waits, is renewed, and goes on."""
    plan, axes = rules.plan, per_glass(rules)
    words = jax.vmap(lambda key, turn: Words.draw(key, turn, plan, rules.box.cell.shape[-1]))(keys, number)
    glasses = eqx.tree_at(lambda g: g.stale, glasses, glasses.stale | (glasses.strayed > EARLY * rules.skin))
    capacity = glasses.index.shape[-1]
    batch = glasses.energy.shape[0]
    # A loop without steps would still be compiled, on words of no length.
    moves = jax.vmap(_moves, (axes, 0, 0))(rules, glasses, words) if plan.move_steps else None
    swaps = jax.vmap(_swaps, (axes, 0, 0))(rules, glasses, words) if plan.swap_steps else None
    corner = uniform(words.corner)

    def at(tree: Any, step: Array) -> Any:
        return jax.tree.map(lambda leaf: jnp.take(leaf, step, axis=1), tree)

    def moving(step: Array, carry: tuple[Glass, Array]) -> tuple[Glass, Array]:
        glasses, progress = carry
        active = (progress == step) & ~glasses.stale
        glasses, taken = jax.vmap(displace, (axes, 0, 0, 0, 0))(rules, glasses, at(moves, step), corner, active)
        return glasses, progress + taken

    def swapping(step: Array, carry: tuple[Glass, Array]) -> tuple[Glass, Array]:
        glasses, progress = carry
        active = (progress == plan.move_steps + step) & ~glasses.stale
        glasses = jax.vmap(swap, (axes, 0, 0, 0))(rules, glasses, at(swaps, step), active)
        return glasses, progress + active

    def leg(carry: tuple[Glass, Array, Array]) -> tuple[Glass, Array, Array]:
        glasses, progress, found = carry
        glasses, found = (_renew_together if together else _renew_one_by_one)(rules, glasses, found)
        if plan.move_steps:
            glasses, progress = jax.lax.fori_loop(0, plan.move_steps, moving, (glasses, progress))
        if plan.swap_steps:
            glasses, progress = jax.lax.fori_loop(0, plan.swap_steps, swapping, (glasses, progress))
        return glasses, progress, found

    steps = plan.move_steps + plan.swap_steps
    glasses, _, found = jax.lax.while_loop(
        lambda carry: jnp.any(carry[1] < steps) & jnp.all(carry[2] <= capacity),
        leg,
        (glasses, jnp.zeros(batch, jnp.int32), found),
    )
    return glasses, found


@partial(jax.jit, static_argnames=("together",))
def measure(rules: Rules, glasses: Glass, together: bool) -> tuple[Glass, Float[Array, " batch"], Int[Array, " batch"]]:
    """Energies of a batch, after new tables for the stale ones. Returns what `chunk` does."""
    found = jnp.zeros(glasses.energy.shape[0], jnp.int32)
    glasses, found = (_renew_together if together else _renew_one_by_one)(rules, glasses, found)
    return glasses, jax.vmap(total_energy, (per_glass(rules), 0))(rules, glasses), found


@partial(jax.jit, static_argnames=("together",))
def chunk(
    rules: Rules,
    glasses: Glass,
    keys: Array,
    number: Int[Array, " batch"],
    rounds: Int[Array, ""],
    together: bool,
) -> tuple[Glass, Float[Array, " batch"], Int[Array, " batch"]]:
    """Advance a batch by some rounds.

    Every glass has its own key and its own random words, and takes its own tables when it needs them: it never reads
    another one.

    Args:
        rules: one row per glass.
        glasses: states; stale ones get their tables here.
        keys: one jax key per glass.
        number: of the first round of each glass.
        rounds: how many, at least one.
        together: renew the tables of all glasses at once (accelerators), or only the stale ones.

    Returns:
        The states, their energies from all pairs of the final table, and the largest number of neighbours met in each.
        Where that exceeds the columns of the tables nothing here may be used: come back with wider tables.
    """
    found = jnp.zeros(glasses.energy.shape[0], jnp.int32)

    def body(k: Array, carry: tuple[Glass, Array]) -> tuple[Glass, Array]:
        return _round(rules, carry[0], keys, number + k, carry[1], together)

    glasses, found = jax.lax.fori_loop(0, rounds, body, (glasses, found))
    return glasses, jax.vmap(total_energy, (per_glass(rules), 0))(rules, glasses), found
