"""Dense Hessians of many small glasses at once, made on the device from all pairs."""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
from jaxtyping import Array, Float

from ..potentials import PairLaw
from ..systems import minimum_image


def _one_hessian(
    law: PairLaw,
    positions: Float[Array, "particles dim"],
    sigma: Float[Array, "particles particles"],
    epsilon: Float[Array, "particles particles"],
    root_masses: Float[Array, " particles"],
    cell: Float[Array, "dim dim"],
) -> Float[Array, "size size"]:
    particles, dim = positions.shape
    displacement = minimum_image(positions[:, None] - positions[None, :], cell)
    own = jnp.eye(particles, dtype=bool)
    # A particle does not interact with itself: its own entry is put beyond every reach.
    r2 = jnp.where(own, 1e12, jnp.sum(displacement**2, axis=-1))
    _, slope, curvature = law.derivatives(r2, sigma, epsilon)
    outer = displacement[..., :, None] * displacement[..., None, :]
    blocks = 4.0 * curvature[..., None, None] * outer + 2.0 * slope[..., None, None] * jnp.eye(dim)
    diagonal = jnp.sum(blocks, axis=1)
    matrix = jnp.where(own[..., None, None], diagonal[:, None], -blocks)
    matrix = matrix / (root_masses[:, None] * root_masses[None, :])[..., None, None]
    return matrix.transpose(0, 2, 1, 3).reshape(particles * dim, particles * dim)


@jax.jit
def batched_hessians(
    law: PairLaw,
    positions: Float[Array, "batch particles dim"],
    sigma: Float[Array, "batch particles particles"],
    epsilon: Float[Array, "batch particles particles"],
    root_masses: Float[Array, "batch particles"],
    cell: Float[Array, "batch dim dim"],
) -> Float[Array, "batch size size"]:
    """Mass-weighted Hessians of a batch: all pairs, no lists, one fused kernel on an accelerator.

    Memory grows as batch (d N)^2. The boxes must pass `check_minimum_image`.

    Args:
        law: the pair law.
        positions: units of length.
        sigma: pair diameters (the diagonal is not used). Units of length.
        epsilon: pair energies.
        root_masses: sqrt(m).
        cell: rows are the cell vectors.

    Returns:
        Shape (batch, d N, d N). Units of energy/length^2/mass.
    """
    one: Callable[..., Array] = _one_hessian
    return jax.vmap(one, in_axes=(None, 0, 0, 0, 0, 0))(law, positions, sigma, epsilon, root_masses, cell)
