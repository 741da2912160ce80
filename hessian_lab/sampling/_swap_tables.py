"""Neighbour tables that stay complete while diameters are swapped: every pair within the largest reach of any labels.

`hessian_lab.systems.device_table` knows the diameter of every pair; here diameters wander, so only indices are stored
and sigma is mixed where it is used.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, UInt

from ..systems import Box

WORD = 32
"""Bits of a packed word."""

MARGIN = 1e-5
"""Relative widening of the radius: distances are measured in float32 here, to about 1e-6."""


def _trailing_zeros(word: UInt[Array, ...]) -> Int[Array, ...]:
    """Position of the lowest set bit."""
    one = jnp.uint32(1)
    return jax.lax.population_count((word & (~word + one)) - one).astype(jnp.int32)


def _near(
    positions: Float[Array, "particles dim"], box: Box, radius: Float[Array, ""]
) -> UInt[Array, "particles words"]:
    """Which particles are within the radius of each: bit b of word w of row i is particle b * words + w.

    Reduced coordinates are 32-bit integers: their differences wrap round, which is the minimum image.
    """
    particles, dim = positions.shape
    words = -(-particles // WORD)
    reduced = positions @ box.inverse
    fraction = reduced - jnp.floor(reduced)
    whole = jnp.floor(fraction * 2.0**32).astype(jnp.int64).astype(jnp.int32)
    columns = jnp.pad(whole, ((0, words * WORD - particles), (0, 0))).reshape(WORD, words, dim)
    scaled = (box.cell * 2.0**-32).astype(jnp.float32)
    limit = ((radius * (1 + MARGIN)) ** 2).astype(jnp.float32)

    def plane(bit: Array, packed: Array) -> Array:
        apart = [(whole[:, a, None] - columns[bit, None, :, a]).astype(jnp.float32) for a in range(dim)]
        square = jnp.zeros((particles, words), jnp.float32)
        for b in range(dim):
            axes = [b] if box.orthogonal else range(dim)
            square = square + sum(apart[a] * scaled[a, b] for a in axes) ** 2
        return packed | ((square < limit).astype(jnp.uint32) << bit.astype(jnp.uint32))

    packed = jax.lax.fori_loop(0, WORD, plane, jnp.zeros((particles, words), jnp.uint32))
    rows, column = jnp.arange(particles)[:, None], jnp.arange(words)[None, :]
    # Neither a particle itself nor the padding is a neighbour.
    own = jnp.where(column == rows % words, jnp.uint32(1) << (rows // words).astype(jnp.uint32), jnp.uint32(0))
    used = (particles - column[0] + words - 1) // words
    real = jnp.where(used >= WORD, jnp.uint32(2**32 - 1), (jnp.uint32(1) << used.astype(jnp.uint32)) - jnp.uint32(1))
    return packed & ~own & real


def _listed(packed: UInt[Array, "rows words"], capacity: int, fill: Int[Array, " rows"]) -> Int[Array, "rows capacity"]:
    """Numbers of the first `capacity` set bits of every row, `fill` where there are fewer.

    All rows at once, one bit a step. A second layer of bits tells which words are not empty, so that a step reads one
    word of a row; nothing is sorted and nothing scattered.
    """
    rows, words = packed.shape
    layers = -(-words // WORD)
    filled = jnp.pad(packed != 0, ((0, 0), (0, layers * WORD - words))).reshape(rows, layers, WORD)
    summary = jnp.sum(filled.astype(jnp.uint32) << jnp.arange(WORD, dtype=jnp.uint32), axis=2, dtype=jnp.uint32)
    every, one = jnp.arange(rows), jnp.uint32(1)

    def take(step: Array, carry: tuple[Array, Array, Array, Array]) -> tuple[Array, Array, Array, Array]:
        summary, current, place, out = carry
        layer = jnp.argmax(summary != 0, axis=1)
        head = summary[every, layer]
        empty = current == 0
        turn = empty & (head != 0)
        following = (layer * WORD).astype(jnp.int32) + _trailing_zeros(head)
        place = jnp.where(turn, following, place)
        current = jnp.where(turn, packed[every, jnp.minimum(following, words - 1)], current)
        popped = jnp.where(turn, head & (head - one), head)
        summary = jnp.where(jnp.arange(layers)[None, :] == layer[:, None], popped[:, None], summary)
        number = jnp.where(current != 0, _trailing_zeros(current) * words + place, fill)
        return summary, current & (current - one), place, out.at[step].set(number)

    nothing = jnp.zeros(rows, jnp.int32)
    start = (summary, jnp.zeros(rows, jnp.uint32), nothing, jnp.zeros((capacity, rows), jnp.int32))
    return jax.lax.fori_loop(0, capacity, take, start)[3].T


def reach_table(
    positions: Float[Array, "particles dim"], box: Box, radius: Float[Array, ""], capacity: int
) -> tuple[Int[Array, "particles capacity"], Int[Array, ""]]:
    """Padded full table of the neighbours within a radius.

    Args:
        positions: anywhere, also outside the cell. Units of length.
        box: the cell.
        radius: below half the smallest height of the cell, or all pairs at their nearest images. Units of length.
        capacity: columns.

    Returns:
        Indices, padded with the row's own, and the largest number of neighbours. Where that exceeds the capacity the
        table is incomplete and must not be used.
    """
    packed = _near(positions, box, radius)
    index = _listed(packed, capacity, jnp.arange(positions.shape[0], dtype=jnp.int32))
    return index, jnp.max(jnp.sum(jax.lax.population_count(packed), axis=1)).astype(jnp.int32)


def members(
    block: Int[Array, " particles"], blocks: int, capacity: int
) -> tuple[Int[Array, "blocks capacity"], Int[Array, " blocks"]]:
    """Particles of every block.

    Args:
        block: number of each particle's block; `blocks` for particles in none.
        blocks: number of blocks.
        capacity: columns; further members are left out.

    Returns:
        Indices, padded with the number of particles, and how many are listed.
    """
    particles = block.shape[0]
    words = -(-particles // WORD)
    padded = jnp.pad(block, (0, words * WORD - particles), constant_values=blocks).reshape(WORD, words)
    inside = padded[None] == jnp.arange(blocks)[:, None, None]
    packed = jnp.sum(inside.astype(jnp.uint32) << jnp.arange(WORD, dtype=jnp.uint32)[:, None], axis=1, dtype=jnp.uint32)
    listed = _listed(packed, capacity, jnp.full(blocks, particles, jnp.int32))
    return listed, jnp.minimum(jnp.sum(inside, axis=(1, 2), dtype=jnp.int32), capacity)
