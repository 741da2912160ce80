"""Forces of one glass under jax: from all pairs, through a padded neighbour table, or through a half table."""

from __future__ import annotations

import jax.numpy as jnp
from jaxtyping import Array, Float

from ..potentials import PairLaw
from ..systems import Box, HalfTable, PairData
from ._compiled import compiled_energy, compiled_forces


def forces(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData | HalfTable, box: Box
) -> Float[Array, "particles dim"]:
    r"""Force on every particle.

    .. math:: F_i = -\sum_j 2 \frac{\partial \phi}{\partial r^2}(r_{ij}) \, r_{ij}

    Args:
        law: the pair law, with its slope by r^2.
        positions: shape (particles, dim). Units of length.
        data: neighbours of every particle, each pair in both rows, or all pairs; or a half table (on the CPU, for laws
            that are `compilable`).
        box: the cell.

    Returns:
        Shape (particles, dim). Units of energy/length.
    """
    if isinstance(data, HalfTable):
        return compiled_forces(law, positions, data, box)[0]
    displacement, r2 = data.displacements(positions, box)
    _, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    return jnp.sum(-2.0 * slope[..., None] * displacement, axis=1)


def forces_and_largest(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData | HalfTable, box: Box
) -> tuple[Float[Array, "particles dim"], Float[Array, ""]]:
    """`forces`, shape (particles, dim), and their largest component, which is not finite if any force is not.

    Arguments as of `forces`. Units of energy/length.
    """
    if isinstance(data, HalfTable):
        return compiled_forces(law, positions, data, box)
    force = forces(law, positions, data, box)
    return force, jnp.max(jnp.abs(force))


def forces_and_energy(
    law: PairLaw, positions: Float[Array, "particles dim"], data: PairData | HalfTable, box: Box
) -> tuple[Float[Array, "particles dim"], Float[Array, ""], Float[Array, " particles"]]:
    """Forces, total energy, and the largest pair force |phi'| on every particle.

    Arguments as of `forces`.

    Returns:
        Shapes (particles, dim), () and (particles,). Units of energy/length, energy and energy/length.
    """
    if isinstance(data, HalfTable):
        return compiled_energy(law, positions, data, box)
    displacement, r2 = data.displacements(positions, box)
    value, slope = law.value_and_slope(r2, data.sigma, data.epsilon)
    size = jnp.where(slope == 0, 0.0, 2.0 * jnp.abs(slope) * jnp.sqrt(r2))
    pull = -2.0 * slope[..., None] * displacement
    return jnp.sum(pull, axis=1), 0.5 * jnp.sum(value), jnp.max(size, axis=1)
