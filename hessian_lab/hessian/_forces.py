"""Forces of one glass under jax: from all pairs, or through a padded neighbour table (gathers only)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from ..potentials import PairLaw
from ..systems import Box, PairData


def forces(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData, box: Box
) -> Float[Array, "particles dim"]:
    """Force on every particle. Units of energy/length."""
    displacement, r2 = data.displacements(positions, box)
    _, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    return jnp.sum(-2.0 * slope[..., None] * displacement, axis=1)
