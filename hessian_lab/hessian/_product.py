"""The Hessian times vectors on the jax device, without a matrix: memory linear in N."""

from __future__ import annotations

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, Int

from ..systems import neighbour_table
from ._hessian import Hessian

ROWS_BYTES = 2**26
"""Work space of one slab of rows. Units of byte."""


class HessianProduct(eqx.Module):
    r"""A mass-weighted Hessian as a linear map.

    .. math:: (Hx)_i = \frac{1}{\sqrt{m_i}} \sum_j \left[4 u'' r_{ij} (r_{ij} \cdot \delta)
              + 2 (1 - \delta_0) u' P \delta\right], \quad
              \delta = \frac{x_i}{\sqrt{m_i}} - \frac{x_j}{\sqrt{m_j}}

    with the pair law u(s), s = r^2, in the parts of `Hessian`: stiffness along the pair, pre-stress across it.

    Attributes:
        index: neighbours of every particle, padded with the row's own number, shape (particles, capacity).
        unit: unit vectors r_ij / r, shape (particles, capacity, dim).
        stiffness: phi'' of the pair, 0 in padding, shape (particles, capacity). Units of energy/length^2.
        tension: (1 - delta) phi'/r of the pair, same shape. Units of energy/length^2.
        inverse_root_masses: 1/sqrt(m), shape (particles,).
    """

    index: Int[Array, "particles capacity"]
    unit: Float[Array, "particles capacity dim"]
    stiffness: Float[Array, "particles capacity"]
    tension: Float[Array, "particles capacity"]
    inverse_root_masses: Float[Array, " particles"]

    @classmethod
    def of(cls, hessian: Hessian) -> HessianProduct:
        """Tables from the evaluated pairs of a Hessian."""
        pairs = hessian.pairs
        particles = pairs.configuration.particles
        table, _ = neighbour_table(pairs.first, pairs.second, particles)
        rows = np.repeat(np.arange(particles), table.shape[1]).reshape(table.shape)
        listed = table != rows
        low, high = np.minimum(rows, table)[listed], np.maximum(rows, table)[listed]
        # Pairs are sorted by (i, j): their number follows from a binary search.
        number = np.searchsorted(pairs.first.astype(np.int64) * particles + pairs.second, low * particles + high)
        sign = np.where(rows[listed] == low, 1.0, -1.0)
        unit = np.zeros((*table.shape, pairs.displacement.shape[1]))
        unit[listed] = sign[:, None] * (pairs.displacement / pairs.distance[:, None])[number]
        stiffness, tension = np.zeros(table.shape), np.zeros(table.shape)
        stiffness[listed] = (2.0 * pairs.slope + 4.0 * pairs.squared_distance * pairs.curvature)[number]
        tension[listed] = (hessian.prestress_factors * 2.0 * pairs.slope)[number]
        return cls(
            jnp.asarray(table),
            jnp.asarray(unit),
            jnp.asarray(stiffness),
            jnp.asarray(tension),
            jnp.asarray(1.0 / np.sqrt(pairs.configuration.masses)),
        )

    @property
    def size(self) -> int:
        """d N."""
        return self.unit.shape[0] * self.unit.shape[2]

    def __call__(self, block: Float[Array, "size block"]) -> Float[Array, "size block"]:
        """H times a block of columns, in slabs of rows that bound the work space."""
        particles, capacity, dim = self.unit.shape
        width = block.shape[1]
        scaled = block.reshape(particles, dim, width) * self.inverse_root_masses[:, None, None]
        slab = max(1, min(particles, ROWS_BYTES // max(1, 8 * capacity * dim * width)))
        rows = (jnp.arange(particles), self.index, self.unit, self.stiffness, self.tension)
        product = jax.lax.map(partial(_row, scaled), rows, batch_size=slab)
        return (product * self.inverse_root_masses[:, None, None]).reshape(particles * dim, width)


def _row(scaled: Array, row: tuple[Array, Array, Array, Array, Array]) -> Array:
    """One particle: its neighbours' relative displacements, along the pair and across it."""
    own, index, unit, stiffness, tension = row
    relative = scaled[own][None] - scaled[index]
    along = jnp.einsum("ka,kab->kb", unit, relative)
    weight = (stiffness - tension)[:, None] * along
    return jnp.einsum("kb,ka->ab", weight, unit) + jnp.einsum("k,kab->ab", tension, relative)
