"""Periodic space: minimum-image displacements, on the host and under jax."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float


def minimum_image(displacement: Float[Array, "... dim"], cell: Float[Array, "dim dim"]) -> Float[Array, "... dim"]:
    """The periodic image of a displacement that is nearest in reduced coordinates.

    It is the shortest one wherever the distance is below half the smallest height of the cell, which
    `check_minimum_image` makes sure of.

    Args:
        displacement: shape (..., dim). Units of length.
        cell: rows are the cell vectors. Units of length.
    """
    reduced = displacement @ jnp.linalg.inv(cell)
    return displacement - jnp.round(reduced) @ cell


def minimum_image_host(displacement: np.ndarray, cell: np.ndarray) -> np.ndarray:
    """`minimum_image` in numpy."""
    return displacement - np.rint(displacement @ np.linalg.inv(cell)) @ cell


def is_orthogonal(cell: np.ndarray) -> bool:
    """Whether the cell vectors lie along the axes."""
    return not np.any(cell - np.diag(np.diag(cell)))
