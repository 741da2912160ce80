"""Lowest modes of large sparse Hessians by shift-invert Lanczos on the host."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy import sparse
from scipy.sparse.linalg import eigsh

from .._core.errors import ComputationError


def lowest_sparse(
    matrix: sparse.csr_matrix, count: int
) -> tuple[Float[np.ndarray, " modes"], Float[np.ndarray, "size modes"], float]:
    """The lowest eigenpairs, zero and negative modes included.

    The shift lies slightly below zero, so that the factorised matrix is regular although translations cost no
    energy. A shift below the lowest eigenvalue makes "nearest to the shift" the same as "lowest": if a mode turns
    out to lie below the shift, the shift is lowered and the search repeated.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        count: number of modes.

    Returns:
        Eigenvalues ascending, vectors in columns, and the largest eigenvalue of the matrix.

    Raises:
        ComputationError: if Lanczos does not converge.
    """
    size = matrix.shape[0]
    start = _starting_vector(size)
    largest = largest_eigenvalue(matrix, tolerance=1e-8)
    shift = -1e-6 * largest
    for _ in range(8):
        try:
            values, columns = eigsh(matrix.tocsc(), k=count, sigma=shift, which="LM", v0=start, tol=0)
        except Exception as error:  # ARPACK and SuperLU raise classes of their own
            raise ComputationError(f"shift-invert Lanczos failed: {error}; use method='lapack'") from error
        order = np.argsort(values)
        values, columns = values[order], columns[:, order]
        if values[0] > shift:
            return values, columns, largest
        shift = 2 * float(values[0]) - 1e-3 * largest
    raise ComputationError("shift-invert Lanczos found ever lower modes; the matrix is far from a minimum")


def largest_eigenvalue(matrix: sparse.csr_matrix | np.ndarray, tolerance: float = 1e-6) -> float:
    """The largest eigenvalue of a symmetric matrix by Lanczos, to a relative tolerance."""
    start = _starting_vector(matrix.shape[0])
    return float(eigsh(matrix, k=1, which="LA", return_eigenvectors=False, tol=tolerance, v0=start)[0])


def _starting_vector(size: int) -> np.ndarray:
    """Fixed, so that the same matrix gives the same vectors; random, because a uniform one is a zero mode."""
    return np.random.Generator(np.random.Philox(0)).normal(size=size)
