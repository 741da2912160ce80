"""Dense diagonalisation: LAPACK on the host, jax on its device."""

from __future__ import annotations

from functools import partial

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
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
    values, columns = batched_eigh(jnp.asarray(matrix)[None], vectors)
    values = np.asarray(values[0])[:count]
    return values, None if columns is None else np.asarray(columns[0][:, :count])


@partial(jax.jit, static_argnames="vectors")
def batched_eigh(
    matrices: Float[Array, "batch size size"], vectors: bool
) -> tuple[Float[Array, "batch size"], Float[Array, "batch size size"] | None]:
    """All eigenpairs of many symmetric matrices on the device. Unchecked: see `spectra`."""
    if not vectors:
        return jnp.linalg.eigvalsh(matrices), None
    result = jnp.linalg.eigh(matrices)
    return result[0], result[1]
