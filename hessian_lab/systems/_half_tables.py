"""Half neighbour lists for compiled loops on the CPU: every pair once, one particle's pairs after the other's."""

from __future__ import annotations

from functools import cache

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from .._core import foreign
from ..potentials import PairLaw
from ._tables import Box, PairData, listed_radius2, safe_radius2


class HalfTable(eqx.Module):
    """Pairs i < j whose distance may soon be below their reach, i ascending.

    Attributes:
        start: where each particle's pairs begin, and where the last one's end; shape (particles + 1,).
        other: j of every pair; shape (capacity,).
        sigma: pair diameters. Units of length.
        epsilon: pair energies.
        reach2: squared reach: pairs that are further apart do not interact. Units of length^2.
    """

    start: Int[Array, " ends"]
    other: Int[Array, " capacity"]
    sigma: Float[Array, " capacity"]
    epsilon: Float[Array, " capacity"]
    reach2: Float[Array, " capacity"]


def cell_lines(dimension: int, orthogonal: bool) -> list[str]:
    """Lines that take the numbers that `minimum_image_lines` need out of the arrays `cell` and `inverse`."""
    axes = range(dimension)
    entries = [(a, b) for a in axes for b in axes if a == b or not orthogonal]
    return [f"c{a}{b}, v{a}{b} = cell[{a}, {b}], inverse[{a}, {b}]" for a, b in entries]


def minimum_image_lines(dimension: int, orthogonal: bool) -> list[str]:
    """Lines that replace the components d0, d1, ... of a displacement by those of its nearest image."""
    axes = range(dimension)
    if orthogonal:
        return [f"d{a} -= c{a}{a} * np.rint(d{a} * v{a}{a})" for a in axes]
    reduced = [f"s{b} = np.rint({' + '.join(f'd{a} * v{a}{b}' for a in axes)})" for b in axes]
    return reduced + [f"d{a} -= {' + '.join(f's{b} * c{b}{a}' for b in axes)}" for a in axes]


@cache
def _lister(dimension: int, orthogonal: bool) -> str:
    """Name of the foreign function that makes a table."""
    axes = range(dimension)
    lines = [
        "def make(x, pair, radius2, cell, inverse, start, other, sigma, epsilon, reach2, pairs):",
        "    particles, capacity, count = x.shape[0], other.shape[0], 0",
        "    square = np.empty(particles)",
        *(f"    x{a} = x[:, {a}].copy()" for a in axes),
        *(f"    {line}" for line in cell_lines(dimension, orthogonal)),
        "    for i in range(particles):",
        "        start[i] = min(count, capacity)",
        # Slices, not offsets: only with them the compiler knows that no index is negative, and vectorises.
        *(f"        here{a}, y{a} = x{a}[i], x{a}[i + 1 :]" for a in axes),
        "        row = radius2[i, i + 1 :]",
        "        for k in range(len(row)):",
        *(f"            d{a} = here{a} - y{a}[k]" for a in axes),
        *(f"            {line}" for line in minimum_image_lines(dimension, orthogonal)),
        f"            square[k] = {' + '.join(f'd{a} * d{a}' for a in axes)}",
        "        for k in range(len(row)):",
        "            if square[k] < row[k]:",
        "                if count < capacity:",
        "                    j = i + 1 + k",
        "                    other[count] = j",
        "                    sigma[count], epsilon[count], reach2[count] = pair[i, j, 0], pair[i, j, 1], pair[i, j, 2]",
        "                count += 1",
        "    start[particles] = min(count, capacity)",
        "    pairs[0] = count",
    ]
    name = f"hessian_lab_half_table_{dimension}_{int(orthogonal)}"
    real, whole = np.float64, np.int32
    foreign.register(
        name,
        lines,
        [(real, 2), (real, 3), (real, 2), (real, 2), (real, 2)],
        [(whole, 1), (whole, 1), (real, 1), (real, 1), (real, 1), (whole, 1)],
        frozenset({"contract"}),
    )
    return name


def pair_parameters(law: PairLaw, everyone: PairData) -> Float[Array, "particles particles 3"]:
    """Diameter, energy and squared reach of all pairs, for `half_table_within`. Units of length, energy, length^2."""
    return jnp.stack([everyone.sigma, everyone.epsilon, listed_radius2(law, everyone, 0.0)], axis=-1)


def half_table_within(
    positions: Float[Array, "particles dim"],
    pairs: Float[Array, "particles particles 3"],
    radius2: Float[Array, "particles particles"],
    box: Box,
    capacity: int,
) -> tuple[HalfTable, Int[Array, ""]]:
    """Half table of the pairs within their radius; on the CPU only.

    Args:
        positions: units of length.
        pairs: diameter, energy and squared reach of each pair, side by side in memory: `pair_parameters`.
        radius2: squared distance up to which each pair counts: `listed_radius2`. Units of length^2.
        box: the cell.
        capacity: most pairs.

    Returns:
        The table and the number of pairs. Where that exceeds the capacity the table is incomplete and must not be used.
    """
    particles, dimension = positions.shape
    real = jax.ShapeDtypeStruct((capacity,), jnp.float64)
    shapes = [
        jax.ShapeDtypeStruct((particles + 1,), jnp.int32),
        jax.ShapeDtypeStruct((capacity,), jnp.int32),
        real,
        real,
        real,
        jax.ShapeDtypeStruct((1,), jnp.int32),
    ]
    operands = (positions, pairs, safe_radius2(radius2, box), box.cell, box.inverse)
    *columns, count = foreign.call(_lister(dimension, box.orthogonal), shapes, *operands)
    return HalfTable(*columns), count[0]


def usual_pairs(radius2: Float[np.ndarray, "particles particles"], density: float, dimension: int) -> int:
    """Capacity of a half table that usually suffices: the mean number of pairs in a gas, and an eighth more.

    Args:
        radius2: squared distance up to which each pair counts. Units of length^2.
        density: N/V. Units of length^-d.
        dimension: d.

    Returns:
        Pairs, rounded by `rounded_pairs`.
    """
    ball = {2: np.pi, 3: 4 * np.pi / 3}[dimension]
    particles = radius2.shape[0]
    pairs = 0.5 * density * ball * float(np.sum(radius2 ** (dimension / 2))) / particles
    return rounded_pairs(int(1.125 * pairs), particles)


def rounded_pairs(pairs: int, particles: int) -> int:
    """Number of pairs that a table is to hold: few different numbers, none above all pairs.

    Args:
        pairs: wanted.
        particles: in the sample.

    Returns:
        A multiple of 1024, or N (N - 1)/2.
    """
    return max(min(-(-pairs // 1024) * 1024, particles * (particles - 1) // 2), 1)
