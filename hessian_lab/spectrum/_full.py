"""Full diagonalisation of a dense Hessian: LAPACK on the host, jax on its device, and what their results must pass."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
from jax.lax.linalg import EighImplementation
from jaxtyping import Float
from scipy import linalg

Modes = tuple[Float[np.ndarray, " modes"], Float[np.ndarray, "size modes"] | None]

DRIVERS = {"default": None, **{entry.value: entry for entry in EighImplementation}}
"""jax's diagonalisations of a symmetric matrix: what it takes by itself, QR, Jacobi and QDWH."""


def dense_lapack(
    matrix: Float[np.ndarray, "size size"], count: int | None, vectors: bool, below: float | None = None
) -> Modes:
    """All eigenpairs by divide and conquer; the lowest `count`, or those up to a level, by LAPACK's `evr`."""
    chosen: dict[str, object] = {"driver": "evd"}
    if below is not None:
        chosen = {"subset_by_value": (-np.inf, below), "driver": "evr"}
    elif count is not None and count < matrix.shape[0]:
        chosen = {"subset_by_index": (0, count - 1), "driver": "evr"}
    result = linalg.eigh(matrix, eigvals_only=not vectors, check_finite=False, **chosen)
    return result if vectors else (result, None)


def dense_device(matrix: Float[np.ndarray, "size size"], vectors: bool, driver: str = "default") -> Modes:
    """All eigenpairs on the jax device. `driver` is a key of `DRIVERS`; not every device has every one."""
    array = jnp.asarray(matrix)
    if driver != "default":
        # Columns come first here, and values second.
        columns, values = jax.lax.linalg.eigh(array, implementation=DRIVERS[driver])
        return np.asarray(values), np.asarray(columns) if vectors else None
    if not vectors:
        return np.asarray(jnp.linalg.eigvalsh(array)), None
    values, columns = jnp.linalg.eigh(array)
    return np.asarray(values), np.asarray(columns)


def residual_of(matrix, values: np.ndarray, columns: np.ndarray, scale: float) -> float:
    """Largest column norm of H V - V diag(lambda), as a fraction of the scale."""
    if not (np.isfinite(columns).all() and np.isfinite(values).all()):
        return float("inf")
    difference = matrix @ columns - columns * values
    return float(np.sqrt((difference**2).sum(axis=0).max(initial=0.0)) / max(scale, 1e-300))


def orthogonality_of(columns: Float[np.ndarray, "size modes"]) -> float:
    """How far V^T V is from 1: its largest entry for few modes; for many, what it does to random unit vectors.

    The probe costs as little as a product with a vector, and no error of V^T V is orthogonal to all random vectors.
    """
    if not np.isfinite(columns).all():
        return float("inf")
    modes = columns.shape[1]
    if modes <= 128:
        return float(np.abs(columns.T @ columns - np.eye(modes)).max(initial=0.0))
    probes = np.random.Generator(np.random.Philox(3)).normal(size=(modes, 4))
    probes /= np.linalg.norm(probes, axis=0)
    return float(np.linalg.norm(columns.T @ (columns @ probes) - probes, axis=0).max())


def trace_error(matrix: Float[np.ndarray, "size size"], values: Float[np.ndarray, " size"]) -> float:
    """How well all eigenvalues sum up to tr H, and their squares to tr H^2: the check where there are no vectors."""
    square = float(np.einsum("ij,ij->", matrix, matrix))
    size = matrix.shape[0]
    scale = np.sqrt(square / size)
    first = abs(float(values.sum()) - float(np.trace(matrix))) / (size * scale)
    second = abs(float((values**2).sum()) - square) / square if square else 0.0
    return float(max(first, second)) if np.isfinite(values).all() else float("inf")
