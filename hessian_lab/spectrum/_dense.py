"""Dense diagonalisation: LAPACK on the host, jax on its device."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float
from scipy import linalg


def dense_lapack(
    matrix: Float[np.ndarray, "size size"], count: int | None, vectors: bool
) -> tuple[Float[np.ndarray, " modes"], Float[np.ndarray, "size modes"] | None]:
    """Lowest or all eigenpairs by LAPACK: divide and conquer for all, relatively robust representations for few."""
    some = count is not None and count < matrix.shape[0]
    chosen = {"subset_by_index": (0, count - 1), "driver": "evr"} if some and count is not None else {"driver": "evd"}
    result = linalg.eigh(matrix, eigvals_only=not vectors, check_finite=False, **chosen)
    return result if vectors else (result, None)


def dense_device(
    matrix: Float[np.ndarray, "size size"], count: int | None, vectors: bool
) -> tuple[Float[np.ndarray, " modes"], Float[np.ndarray, "size modes"] | None]:
    """Lowest or all eigenpairs by a full diagonalisation on the jax device."""
    if not vectors:
        return np.asarray(jnp.linalg.eigvalsh(jnp.asarray(matrix)))[:count], None
    values, columns = jnp.linalg.eigh(jnp.asarray(matrix))
    return np.asarray(values)[:count], np.asarray(columns[:, :count])
