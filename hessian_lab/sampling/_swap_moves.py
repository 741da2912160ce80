"""One step of a glass: displacements in many blocks, or swaps of many pairs. Where the proof of balance is."""

from __future__ import annotations

from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, UInt

from ..potentials import PairLaw
from ..systems import Box
from ._swap_plan import Plan

UNIT = 2.0**-32
"""Step of the uniform random numbers."""


class Glass(eqx.Module):
    """One glass in work.

    Attributes:
        sites: positions and, in the last column, diameters: one gather fetches a neighbour. Units of length.
        species: of every particle.
        holder: which particle has the label of each rank.
        energy: running sum. Units of energy.
        index: neighbour table.
        origin: positions at which the table was made. Units of length.
        strayed: largest distance of any particle from there. Units of length.
        stale: whether the table has to be made anew before the next step.
        counts: attempted and accepted displacements, attempted and accepted swaps.
    """

    sites: Float[Array, "particles dim+1"]
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
        self, r2: Array, site: Array, species: Array, neighbours: Array, neighbour_species: Array
    ) -> Float[Array, "rows capacity"]:
        """Pair energies of rows of neighbours."""
        sigma, epsilon = self.mixing.mix(site[:, None, -1], neighbours[..., -1], species[:, None], neighbour_species)
        return self.law.energy(r2, sigma, epsilon)

    def squares(self, position: Array, neighbours: Array, own: Array) -> Float[Array, "rows capacity"]:
        """Squared distances at the nearest image; infinite for padding."""
        apart = self.box.nearest(position[:, None, :] - neighbours[..., :-1])
        return jnp.where(own, jnp.inf, jnp.sum(apart**2, axis=-1))


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
    chosen: Int[Array, " blocks"],
    corner: Float[Array, " dim"],
    bits: UInt[Array, "blocks dim+1"],
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
        chosen: particle of every block; the number of particles where there is none.
        corner: of the pattern, as in `block_of`.
        bits: random words: displacement and acceptance.
        active: whether the glass takes this step.

    Returns:
        The state and whether the step was taken.
    """
    particles, dim = glass.origin.shape
    there = chosen < particles
    safe = jnp.minimum(chosen, particles - 1)
    site, species = glass.sites[safe], glass.species[safe]
    old = site[:, :-1]
    random = uniform(bits)
    new = old + rules.move * (2 * random[:, :dim] - 1)
    stays = there
    if rules.plan.count > 1:
        stays = there & (block_of(new, corner, rules.box, rules.plan) == jnp.arange(rules.plan.count))
    distance = jnp.sqrt(jnp.sum((new - glass.origin[safe]) ** 2, axis=-1))
    # No other particle has strayed further than `strayed`: while the sum is below the skin, every pair is listed.
    complete = ~jnp.any(stays & (distance + glass.strayed > rules.skin))
    taken = active & complete

    index = glass.index[safe]
    own = index == safe[:, None]
    neighbours, neighbour_species = glass.sites[index], glass.species[index]

    def energies(position: Array) -> Array:
        square = rules.squares(position, neighbours, own)
        return rules.energies(square, site, species, neighbours, neighbour_species)

    difference = jnp.sum(energies(new) - energies(old), axis=-1)
    accepted = taken & stays & (jnp.log(random[:, dim]) < -rules.beta * difference)
    target = jnp.where(accepted, safe, particles)
    counts = jnp.stack([jnp.sum(there & taken), jnp.sum(accepted)])
    glass = eqx.tree_at(
        lambda g: (g.sites, g.energy, g.strayed, g.stale, g.counts),
        glass,
        (
            glass.sites.at[target, :dim].set(new, mode="drop"),
            glass.energy + jnp.sum(jnp.where(accepted, difference, 0.0)),
            jnp.maximum(glass.strayed, jnp.max(jnp.where(accepted, distance, 0.0))),
            glass.stale | (active & ~complete),
            glass.counts.at[:2].add(counts),
        ),
    )
    return glass, taken


def swap(rules: Rules, glass: Glass, bits: UInt[Array, "pairs 3"], active: Bool[Array, ""]) -> Glass:
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
        bits: random words: rank, partner, acceptance.
        active: whether the glass takes this step.
    """
    particles, partners = glass.holder.shape[0], rules.partners
    pairs = bits.shape[0]
    random = uniform(bits)
    rank = (random[:, 0] * particles).astype(jnp.int32)
    number = partners.first[rank] + (random[:, 1] * partners.count[rank]).astype(jnp.int32)
    number = jnp.where(number >= partners.skip[rank], number + partners.same[rank], number)
    other = jnp.minimum(number, particles - 1)

    first, second = glass.holder[rank], glass.holder[other]
    ends, opposite = jnp.concatenate([first, second]), jnp.concatenate([second, first])
    site, species = glass.sites[ends], glass.species[ends]
    new_site, new_species = jnp.roll(site, pairs, axis=0), jnp.roll(species, pairs)
    apart = rules.box.nearest(site[:, None, :-1] - site[None, :, :-1])
    meets = (jnp.sum(apart**2, axis=-1) < rules.reach**2).reshape(2, pairs, 2, pairs).any(axis=(0, 2))
    earlier = jnp.arange(pairs)[:, None] > jnp.arange(pairs)[None, :]
    kept = active & (partners.count[rank] > 0) & ~jnp.any(meets & earlier, axis=1)

    index = glass.index[ends]
    neighbours, neighbour_species = glass.sites[index], glass.species[index]
    square = rules.squares(site[:, :-1], neighbours, index == ends[:, None])
    before = rules.energies(square, site, species, neighbours, neighbour_species)
    # Where the partner is itself a neighbour it has the old label of this end.
    partner = index == opposite[:, None]
    diameter = jnp.where(partner, site[:, None, -1], neighbours[..., -1])
    after = rules.energies(
        square, new_site, new_species, diameter[..., None], jnp.where(partner, species[:, None], neighbour_species)
    )
    difference = jnp.sum(jnp.sum(after - before, axis=-1).reshape(2, pairs), axis=0)
    accepted = kept & (jnp.log(random[:, 2]) < -rules.beta * difference)

    target = jnp.where(jnp.concatenate([accepted, accepted]), ends, particles)
    ranks = jnp.where(jnp.concatenate([accepted, accepted]), jnp.concatenate([rank, other]), particles)
    return eqx.tree_at(
        lambda g: (g.sites, g.species, g.holder, g.energy, g.counts),
        glass,
        (
            glass.sites.at[target, -1].set(new_site[:, -1], mode="drop"),
            glass.species.at[target].set(new_species, mode="drop"),
            glass.holder.at[ranks].set(opposite, mode="drop"),
            glass.energy + jnp.sum(jnp.where(accepted, difference, 0.0)),
            glass.counts.at[2:].add(jnp.stack([jnp.sum(kept), jnp.sum(accepted)])),
        ),
    )
