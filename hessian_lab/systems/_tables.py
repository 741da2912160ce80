"""Neighbour tables on the device: boxes, padded full lists, and how they are made inside a compiled loop.

Tables for one sample on the host are in `_pairs`.
"""

from __future__ import annotations

from collections.abc import Sequence

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float, Int

from ..potentials import MixingRule, PairLaw, Potential
from ._configuration import Configuration
from ._space import is_orthogonal

BEYOND = 1e12
"""Squared distance given to entries that are no pairs: outside every reach."""

WORD = 32
"""Bits of a packed word."""


class Box(eqx.Module):
    """Cell of one glass, in the form the minimum image needs. Rows of `cell` are the cell vectors."""

    cell: Float[Array, "dim dim"]
    inverse: Float[Array, "dim dim"]
    orthogonal: bool = eqx.field(static=True)

    def nearest(self, displacement: Float[Array, "... dim"]) -> Float[Array, "... dim"]:
        """Minimum image of displacements."""
        if self.orthogonal:
            edges = jnp.diagonal(self.cell)
            return displacement - edges * jnp.round(displacement * jnp.diagonal(self.inverse))
        return displacement - jnp.round(displacement @ self.inverse) @ self.cell


class PairData(eqx.Module):
    """Neighbours of every particle. `index` is None where all pairs are taken (column j is particle j).

    Attributes:
        index: shape (particles, capacity), padded with the row's own index.
        sigma: pair diameters, same shape. Units of length.
        epsilon: pair energies, same shape.
    """

    index: Int[Array, "particles capacity"] | None
    sigma: Float[Array, "particles capacity"]
    epsilon: Float[Array, "particles capacity"]

    def displacements(
        self, positions: Float[Array, "particles dim"], box: Box
    ) -> tuple[Float[Array, "particles capacity dim"], Float[Array, "particles capacity"]]:
        """Minimum images r_i - r_j of every entry and their squares; `BEYOND` where an entry is no pair."""
        rows = jnp.arange(positions.shape[0])[:, None]
        if self.index is None:
            partners, own = positions[None, :, :], rows == rows.T
        else:
            partners, own = positions[self.index], self.index == rows
        displacement = box.nearest(positions[:, None, :] - partners)
        return displacement, jnp.where(own, BEYOND, jnp.sum(displacement**2, axis=-1))


def _near(
    positions: Float[Array, "particles dim"], radius2: Float[Array, "particles particles"], box: Box
) -> Bool[Array, "particles particles"]:
    """Which particles are within their radius, row by row: on a core a row stays in the cache and in the registers."""
    particles, dim = positions.shape
    columns = positions.T
    edges = jnp.diagonal(box.cell)

    def row(i: Array, near: Array) -> Array:
        if box.orthogonal:
            # In reduced coordinates the nearest image needs no rounding: |x| or 1 - |x|.
            square = jnp.zeros(particles)
            for a in range(dim):
                apart = jnp.abs(columns[a, i] - columns[a])
                apart = jnp.minimum(apart, edges[a] - apart)
                square = square + apart * apart
        else:
            square = jnp.sum(box.nearest(positions[i] - positions) ** 2, axis=-1)
        return near.at[i].set((square < radius2[i]) & (jnp.arange(particles) != i))

    if box.orthogonal:
        columns = columns - edges[:, None] * jnp.floor(columns / edges[:, None])
    return jax.lax.fori_loop(0, particles, row, jnp.zeros((particles, particles), bool))


def _columns_of_bits(near: Bool[Array, "particles particles"], capacity: int) -> Int[Array, "particles capacity"]:
    """Column numbers of the first `capacity` set bits of every row, padded with the row's own number.

    Bits are packed into words, and the lowest set bit of every row is taken off, all rows at once: no scatter and no
    sort, which cost two to ten times as much on a core.
    """
    particles = near.shape[0]
    words = -(-particles // WORD)
    padded = jnp.pad(near, ((0, 0), (0, words * WORD - particles))).reshape(particles, words, WORD)
    packed = jnp.sum(padded.astype(jnp.uint32) << jnp.arange(WORD, dtype=jnp.uint32), axis=2, dtype=jnp.uint32)
    rows = jnp.arange(particles, dtype=jnp.int32)
    one = jnp.uint32(1)

    def take(k: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        packed, index = carry
        first = jnp.argmax(packed != 0, axis=1)
        word = packed[rows, first]
        bit = jax.lax.population_count((word & (~word + one)) - one).astype(jnp.int32)
        column = jnp.where(word != 0, first.astype(jnp.int32) * WORD + bit, rows)
        return packed.at[rows, first].set(word & (word - one)), index.at[k].set(column)

    _, index = jax.lax.fori_loop(0, capacity, take, (packed, jnp.zeros((capacity, particles), jnp.int32)))
    return index.T


def safe_radius2(radius2: Float[Array, "particles particles"], box: Box) -> Float[Array, "particles particles"]:
    """Squared radii for a table, infinite where the nearest image of a sheared cell may not be the shortest one.

    Rounding reduced coordinates finds the shortest image up to half the smallest height only. A pair whose radius
    reaches further might be measured along a longer image, and be missing when it comes near: it is listed wherever it
    is. (A tenth is left for cells that move before the next table.) Along the axes every component has its own nearest
    image, and nothing is lost.

    Args:
        radius2: squared distance up to which each pair counts. Units of length^2.
        box: the cell.
    """
    if box.orthogonal:
        return radius2
    height = jnp.min(1 / jnp.sqrt(jnp.sum(box.inverse**2, axis=0)))
    return jnp.where(radius2 > (0.45 * height) ** 2, jnp.inf, radius2)


def table_within(
    positions: Float[Array, "particles dim"],
    everyone: PairData,
    radius2: Float[Array, "particles particles"],
    box: Box,
    capacity: int,
) -> tuple[PairData, Int[Array, ""]]:
    """Padded table of the neighbours of every particle, in ascending order.

    Args:
        positions: units of length.
        everyone: pair diameters and energies of all pairs.
        radius2: squared distance up to which each pair counts: `listed_radius2`. Units of length^2.
        box: the cell.
        capacity: columns of the table.

    Returns:
        The table and the largest number of neighbours of any particle. Where that exceeds the capacity the table is
        incomplete and must not be used.
    """
    near = _near(positions, safe_radius2(radius2, box), box)
    index = _columns_of_bits(near, capacity)
    sigma = jnp.take_along_axis(everyone.sigma, index, axis=1)
    epsilon = jnp.take_along_axis(everyone.epsilon, index, axis=1)
    return PairData(index, sigma, epsilon), jnp.max(jnp.sum(near, axis=1, dtype=jnp.int32))


def all_pairs(
    mixing: MixingRule, diameters: Float[Array, "... particles"], species: Int[Array, "... particles"]
) -> PairData:
    """Pair diameters and energies of all pairs, shape (..., particles, particles).

    Args:
        mixing: the rule.
        diameters: units of length.
        species: from 0.
    """
    ours, theirs = (diameters[..., :, None], species[..., :, None]), (diameters[..., None, :], species[..., None, :])
    return PairData(None, *mixing.mix(ours[0], theirs[0], ours[1], theirs[1]))


def boxes_of(samples: Sequence[Configuration]) -> Box:
    """The cells of some samples, all along the axes or none."""
    cells = np.stack([sample.cell for sample in samples])
    return Box(jnp.asarray(cells), jnp.asarray(np.linalg.inv(cells)), is_orthogonal(cells[0]))


def listed_radius2(
    law: PairLaw, everyone: PairData, skin: Float[Array, ""] | float
) -> Float[Array, "particles particles"]:
    """(reach + skin)^2 of every pair. It never changes while the diameters do not: make it once.

    Args:
        law: gives the reach.
        everyone: pair diameters of all pairs, shape (particles, particles). Units of length.
        skin: safety layer. Units of length.

    Returns:
        Shape (particles, particles). Units of length^2.
    """
    return (law.reach(everyone.sigma) + skin) ** 2


def device_table(
    law: PairLaw,
    positions: Float[Array, "particles dim"],
    everyone: PairData,
    box: Box,
    skin: Float[Array, ""] | float,
    capacity: int,
) -> tuple[PairData, Int[Array, ""]]:
    """`table_within` the reach of every pair plus a skin: its arguments and results, with the law and the skin (units
    of length) in place of the squared radii.
    """
    return table_within(positions, everyone, listed_radius2(law, everyone, skin), box, capacity)


def rounded_columns(columns: int, particles: int) -> int:
    """Width of a table that is to hold a number of columns: few different widths, multiples of the vector length.

    Args:
        columns: wanted.
        particles: in the sample; no table is wider than all of them, rounded up.

    Returns:
        A multiple of 8.
    """
    return -(-min(max(columns, 1), particles) // 8) * 8


def usual_columns(sample: Configuration, potential: Potential, skin: float, margin: float) -> int:
    """Width of a table that usually suffices: the mean number of neighbours of the largest particle, and a margin.

    Args:
        sample: any sample of the batch.
        potential: the pair potential.
        skin: safety layer. Units of length.
        margin: factor above the mean.

    Returns:
        Columns, rounded by `rounded_columns`.
    """
    largest = np.full(sample.particles, int(sample.diameters.argmax()))
    sigma, _ = potential.mixing.parameters(sample.diameters, sample.species, np.arange(sample.particles), largest)
    ball = {2: np.pi, 3: 4 * np.pi / 3}[sample.dimension]
    neighbours = sample.density * ball * np.mean((potential.reach(sigma) + skin) ** sample.dimension)
    return rounded_columns(int(margin * neighbours), sample.particles)
