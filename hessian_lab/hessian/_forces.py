"""Forces of one glass under jax: from all pairs, or through a padded neighbour table (gathers only)."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from ..potentials import PairLaw
from ..systems import Box, PairData


def forces(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData, box: Box
) -> Float[Array, "particles dim"]:
    r"""Force on every particle.

    .. math:: F_i = -\sum_j 2 \frac{\partial \phi}{\partial r^2}(r_{ij}) \, r_{ij}

    Args:
        law: the pair law, with its slope by r^2.
        positions: shape (particles, dim). Units of length.
        data: neighbours of every particle, each pair in both rows, or all pairs.
        box: the cell.

    Returns:
        Shape (particles, dim). Units of energy/length.
    """
    displacement, r2 = data.displacements(positions, box)
    _, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    return jnp.sum(-2.0 * slope[..., None] * displacement, axis=1)
