"""One step of a glass: displacements in many blocks, or swaps of many pairs. Where the proof of balance is."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, Shaped, UInt

from ..potentials import PairLaw
from ..systems import Box
from ._swap_plan import Plan

UNIT = 2.0**-32
"""Step of the uniform random numbers."""


class Glass(eqx.Module):
    """One glass in work.

    Attributes:
        sites: coordinates and, in the last row, diameters. Units of length.
        species: of every particle.
        holder: which particle has the label of each rank.
        energy: running sum. Units of energy.
        index: neighbour table.
        origin: positions at which the table was made. Units of length.
        strayed: largest distance of any particle from there. Units of length.
        stale: whether the table has to be made anew before the next step.
        counts: attempted and accepted displacements, attempted and accepted swaps.
    """

    sites: Float[Array, "dim+1 particles"]
    species: Int[Array, " particles"]
    holder: Int[Array, " particles"]
    energy: Float[Array, ""]
    index: Int[Array, "particles capacity"]
    origin: Float[Array, "particles dim"]
    strayed: Float[Array, ""]
    stale: Bool[Array, ""]
    counts: Int[Array, " kinds"]


class Partners(eqx.Module):
    """Which ranks may swap labels with each rank: `first` to `first + count`, less the `same` from `skip` on."""

    first: Int[Array, " particles"]
    count: Int[Array, " particles"]
    skip: Int[Array, " particles"]
    same: Int[Array, " particles"]


class Moves(eqx.Module):
    """Displacements of one step, or of all steps of a round with a leading axis.

    Attributes:
        chosen: particle of every block; the number of particles where there is none.
        displacement: units of length.
        limit: a smaller energy difference is accepted. Units of energy.
    """

    chosen: Int[Array, "*steps blocks"]
    displacement: Float[Array, "*steps dim blocks"]
    limit: Float[Array, "*steps blocks"]


class Swaps(eqx.Module):
    """Swaps of one step, or of all steps of a round with a leading axis.

    Attributes:
        rank: of the first label of every pair.
        other: rank of the second one.
        possible: whether the first one has any partner.
        limit: a smaller energy difference is accepted. Units of energy.
    """

    rank: Int[Array, "*steps pairs"]
    other: Int[Array, "*steps pairs"]
    possible: Bool[Array, "*steps pairs"]
    limit: Float[Array, "*steps pairs"]


class Rules(eqx.Module):
    """What does not change during a call: law, mixing rule, cell, reach, skin, largest move and 1/(k_B T)."""

    law: PairLaw
    box: Box
    reach: Float[Array, ""]
    skin: Float[Array, ""]
    move: Float[Array, ""]
    beta: Float[Array, ""]
    partners: Partners
    mixing: Any = eqx.field(static=True)
    plan: Plan = eqx.field(static=True)

    def energies(
        self, r2: Array, diameter: Array, species: Array, diameters: Array, neighbour_species: Array
    ) -> Float[Array, "rows capacity"]:
        """Pair energies of rows of neighbours."""
        sigma, epsilon = self.mixing.mix(diameter[:, None], diameters, species[:, None], neighbour_species)
        return self.law.energy(r2, sigma, epsilon)

    def squares(self, position: Float[Array, "dim rows"], others: list[Array]) -> Float[Array, "rows others"]:
        """Squared distances at the nearest image of rows of others, given coordinate by coordinate."""
        apart = [own[:, None] - other for own, other in zip(position, others, strict=True)]
        cell, inverse = self.box.cell, self.box.inverse
        axes = range(len(apart))
        if self.box.orthogonal:
            apart = [apart[a] - cell[a, a] * jnp.round(apart[a] * inverse[a, a]) for a in axes]
        else:
            turns = [jnp.round(sum(apart[a] * inverse[a, b] for a in axes)) for b in axes]
            apart = [apart[a] - sum(turns[b] * cell[b, a] for b in axes) for a in axes]
        return jnp.asarray(sum(component**2 for component in apart))


@jax.custom_batching.custom_vmap
def rows_of(values: Shaped[Array, "length ..."], index: Int[Array, ...]) -> Shaped[Array, ...]:
    """Rows `index` of an array, where every index is known to be inside."""
    return values.at[index].get(mode="promise_in_bounds", wrap_negative_indices=False)


@rows_of.def_vmap
def _rows_of_all(size: int, batched: list[bool], values: Array, index: Array) -> tuple[Array, bool]:
    """The same for a batch, as one gather from one flat array: on a core three times as fast as a batched one."""
    values = values if batched[0] else jnp.broadcast_to(values, (size, *values.shape))
    index = index if batched[1] else jnp.broadcast_to(index, (size, *index.shape))
    lanes = jnp.arange(size, dtype=index.dtype).reshape((size,) + (1,) * (index.ndim - 1))
    flat = values.reshape(-1, *values.shape[2:])
    return rows_of(flat, index + lanes * values.shape[1]), True


def gathered(sites: Float[Array, "rows particles"], index: Int[Array, ...]) -> list[Float[Array, ...]]:
    """Coordinates and diameters of some particles, one array each."""
    flat = sites.reshape(-1)
    return [rows_of(flat, index + row * sites.shape[1]) for row in range(sites.shape[0])]


def uniform(bits: UInt[Array, ...]) -> Float[Array, ...]:
    """Numbers in (0, 1), symmetric about 1/2, never at an end."""
    return (bits.astype(jnp.float64) + 0.5) * UNIT


def block_of(
    positions: Float[Array, "particles dim"], corner: Float[Array, " dim"], box: Box, plan: Plan
) -> Int[Array, " particles"]:
    """Number of the block that each position is in; the number of blocks if in none.

    Args:
        positions: units of length.
        corner: shift of the pattern of blocks, in periods of the pattern, between 0 and 1.
        box: the cell.
        plan: how it is cut.
    """
    blocks, shares = jnp.array(plan.blocks), jnp.array(plan.shares)
    periods = (positions @ box.inverse) * blocks + corner
    whole = jnp.floor(periods)
    inside = jnp.all((periods - whole < shares) | (blocks == 1), axis=-1)
    cell = jnp.mod(whole.astype(jnp.int32), blocks.astype(jnp.int32))
    number = jnp.zeros(cell.shape[:-1], jnp.int32)
    for axis, along in enumerate(plan.blocks):
        number = number * along + cell[..., axis]
    return jnp.where(inside, number, plan.count)


def displace(
    rules: Rules,
    glass: Glass,
    moves: Moves,
    corner: Float[Array, " dim"],
    active: Bool[Array, ""],
) -> tuple[Glass, Bool[Array, ""]]:
    r"""Attempt one displacement in every block.

    Balance. The corner of the pattern of blocks is drawn independently of the configuration. Given the corner, a block
    chooses one of its n members with probability 1/n and displaces it uniformly within a cube about it; a displacement
    that ends outside the block is rejected. So no attempt changes which particles are in which block, n and the lists
    of members are the same before and after, and forth and back are proposed with equal probability. Particles of two
    blocks are never nearer than the largest reach, before or after, so that the energy difference of a block does not
    depend on what the others do: the step is a product of commuting Metropolis kernels, each of which leaves
    :math:`e^{-\beta U}` invariant (and so does a fixed sequence of such steps, and the average over corners). Lists
    that are cut off at their capacity keep all of this, because what is listed follows from membership alone.

    A step that would leave the range in which the neighbour table is complete is not taken at all: the glass becomes
    stale, and the same step with the same random numbers is taken with a new table. Tables decide when something is
    computed, never what.

    Args:
        rules: of the call.
        glass: state.
        moves: one per block.
        corner: of the pattern, as in `block_of`.
        active: whether the glass takes this step.

    Returns:
        The state and whether the step was taken.
    """
    particles, dim = glass.origin.shape
    there = moves.chosen < particles
    safe = jnp.minimum(moves.chosen, particles - 1)
    *coordinates, diameter = gathered(glass.sites, safe)
    old, species = jnp.stack(coordinates), rows_of(glass.species, safe)
    new = old + moves.displacement
    stays = there
    if rules.plan.count > 1:
        stays = there & (block_of(new.T, corner, rules.box, rules.plan) == jnp.arange(rules.plan.count))
    distance = jnp.sqrt(jnp.sum((new.T - rows_of(glass.origin, safe)) ** 2, axis=-1))
    # No other particle has strayed further than `strayed`: while the sum is below the skin, every pair is listed.
    complete = ~jnp.any(stays & (distance + glass.strayed > rules.skin))
    taken = active & complete

    index = rows_of(glass.index, safe)
    padding = index == safe[:, None]
    *neighbours, diameters = gathered(glass.sites, index)
    neighbour_species = rows_of(glass.species, index)

    def energies(position: Array) -> Array:
        square = jnp.where(padding, jnp.inf, rules.squares(position, neighbours))
        return rules.energies(square, diameter, species, diameters, neighbour_species)

    difference = jnp.sum(energies(new) - energies(old), axis=-1)
    accepted = taken & stays & (difference < moves.limit)
    target = jnp.where(accepted, safe, particles)
    counts = jnp.stack([jnp.sum(there & taken), jnp.sum(accepted)])
    glass = eqx.tree_at(
        lambda g: (g.sites, g.energy, g.strayed, g.stale, g.counts),
        glass,
        (
            glass.sites.at[:dim, target].set(new, mode="drop"),
            glass.energy + jnp.sum(jnp.where(accepted, difference, 0.0)),
            jnp.maximum(glass.strayed, jnp.max(jnp.where(accepted, distance, 0.0))),
            glass.stale | (active & ~complete),
            glass.counts.at[:2].add(counts),
        ),
    )
    return glass, taken


def swap(rules: Rules, glass: Glass, swaps: Swaps, active: Bool[Array, ""]) -> Glass:
    r"""Attempt to swap the labels (diameter and species) of several pairs of particles.

    Balance. Labels are ranked once; a rank is drawn uniformly, and a second one uniformly among the partners of the
    first. This draws two *labels*, with probabilities that do not depend on who holds them, so the way back, which
    draws the same two labels, is proposed with equal probability. Of several pairs drawn at once, one is dropped if
    any of its two particles is within the largest reach of a particle of a pair drawn before it. That depends on
    positions, which a swap does not change, and on the particles drawn; not on their labels. So the same pairs are
    kept on the way back, and the energy differences of those that are kept do not depend on one another: again a
    product of commuting Metropolis kernels that leave :math:`e^{-\beta U}` invariant.

    Args:
        rules: of the call.
        glass: state.
        swaps: the pairs.
        active: whether the glass takes this step.
    """
    particles, pairs = glass.holder.shape[0], swaps.rank.shape[0]
    first, second = rows_of(glass.holder, swaps.rank), rows_of(glass.holder, swaps.other)
    ends, opposite = jnp.concatenate([first, second]), jnp.concatenate([second, first])
    *coordinates, diameter = gathered(glass.sites, ends)
    position, species = jnp.stack(coordinates), rows_of(glass.species, ends)
    new_diameter, new_species = jnp.roll(diameter, pairs), jnp.roll(species, pairs)
    near = rules.squares(position, [row[None, :] for row in coordinates]) < rules.reach**2
    meets = near.reshape(2, pairs, 2, pairs).any(axis=(0, 2))
    earlier = jnp.arange(pairs)[:, None] > jnp.arange(pairs)[None, :]
    kept = active & swaps.possible & ~jnp.any(meets & earlier, axis=1)

    index = rows_of(glass.index, ends)
    *neighbours, diameters = gathered(glass.sites, index)
    neighbour_species = rows_of(glass.species, index)
    square = jnp.where(index == ends[:, None], jnp.inf, rules.squares(position, neighbours))
    before = rules.energies(square, diameter, species, diameters, neighbour_species)
    # Where the partner is itself a neighbour it has the old label of this end.
    partner = index == opposite[:, None]
    after = rules.energies(
        square,
        new_diameter,
        new_species,
        jnp.where(partner, diameter[:, None], diameters),
        jnp.where(partner, species[:, None], neighbour_species),
    )
    difference = jnp.sum(jnp.sum(after - before, axis=-1).reshape(2, pairs), axis=0)
    accepted = kept & (difference < swaps.limit)

    target = jnp.where(jnp.concatenate([accepted, accepted]), ends, particles)
    ranks = jnp.where(jnp.concatenate([accepted, accepted]), jnp.concatenate([swaps.rank, swaps.other]), particles)
    return eqx.tree_at(
        lambda g: (g.sites, g.species, g.holder, g.energy, g.counts),
        glass,
        (
            glass.sites.at[-1, target].set(new_diameter, mode="drop"),
            glass.species.at[target].set(new_species, mode="drop"),
            glass.holder.at[ranks].set(opposite, mode="drop"),
            glass.energy + jnp.sum(jnp.where(accepted, difference, 0.0)),
            glass.counts.at[2:].add(jnp.stack([jnp.sum(kept), jnp.sum(accepted)])),
        ),
    )
