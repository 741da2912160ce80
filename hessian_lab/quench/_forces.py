"""Forces of one glass under jax: from all pairs, or through a padded neighbour table (gathers only)."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import PairLaw

BEYOND = 1e12
"""Squared distance given to entries that are no pairs: outside every reach."""


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


def _displacements(
    positions: Float[Array, "particles dim"], data: PairData, box: Box
) -> tuple[Float[Array, "particles capacity dim"], Float[Array, "particles capacity"]]:
    rows = jnp.arange(positions.shape[0])[:, None]
    if data.index is None:
        partners, own = positions[None, :, :], rows == rows.T
    else:
        partners, own = positions[data.index], data.index == rows
    displacement = box.nearest(positions[:, None, :] - partners)
    return displacement, jnp.where(own, BEYOND, jnp.sum(displacement**2, axis=-1))


def forces(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData, box: Box
) -> Float[Array, "particles dim"]:
    """Force on every particle. Units of energy/length."""
    displacement, r2 = _displacements(positions, data, box)
    _, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    return jnp.sum(-2.0 * slope[..., None] * displacement, axis=1)


class Diagnosis(eqx.Module):
    """What the driver wants to know of a glass at the end of a chunk."""

    energy: Float[Array, ""]
    max_force: Float[Array, ""]
    force_scale: Float[Array, ""]
    finite: Bool[Array, ""]


def diagnose(law: PairLaw, positions: Array, force: Array, data: PairData, box: Box) -> Diagnosis:
    """Energy, largest force component, and the mean over particles of the largest pair force on each."""
    _, r2 = _displacements(positions, data, box)
    value, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    energy = 0.5 * jnp.sum(value)
    pair_force = jnp.where(slope == 0, 0.0, 2.0 * jnp.abs(slope) * jnp.sqrt(r2))
    largest = jnp.max(jnp.abs(force))
    return Diagnosis(
        energy, largest, jnp.mean(jnp.max(pair_force, axis=1)), jnp.isfinite(energy) & jnp.isfinite(largest)
    )
