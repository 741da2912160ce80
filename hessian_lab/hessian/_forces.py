"""Forces of one glass under jax: from all pairs, or through a padded neighbour table (gathers only)."""

from __future__ import annotations

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ..potentials import PairLaw
from ..systems import Box, PairData


def forces(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData, box: Box
) -> Float[Array, "particles dim"]:
    """Force on every particle. Units of energy/length."""
    displacement, r2 = data.displacements(positions, box)
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
    _, r2 = data.displacements(positions, box)
    value, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    energy = 0.5 * jnp.sum(value)
    pair_force = jnp.where(slope == 0, 0.0, 2.0 * jnp.abs(slope) * jnp.sqrt(r2))
    largest = jnp.max(jnp.abs(force))
    return Diagnosis(
        energy, largest, jnp.mean(jnp.max(pair_force, axis=1)), jnp.isfinite(energy) & jnp.isfinite(largest)
    )
