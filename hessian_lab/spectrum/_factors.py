"""Factorised Hessians on the host: what solves with them, and what a failed factorisation means.

Every factor stands for (H + shift)^-1 between vectors without a translation. Dense Cholesky runs in either precision;
SuperLU comes with scipy; CHOLMOD, the fastest for sparse matrices, is used where cvxopt or scikit-sparse is installed.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec

import numpy as np
from jaxtyping import Float
from scipy import sparse
from scipy.linalg import blas, lapack
from scipy.sparse.linalg import splu

from .._core.errors import ComputationError

Solve = Callable[[np.ndarray], np.ndarray]


class NotPositiveError(ComputationError):
    """The matrix has an eigenvalue at or below minus the shift: at zero shift, a saddle."""


@dataclass(frozen=True)
class Factor:
    """A factorised matrix.

    Attributes:
        solve: a block of columns to (H + shift)^-1 times it.
        precision: dtype in which it works.
        shift: what was added to the diagonal. Units of 1/time^2.
        name: which factorisation it is.
    """

    solve: Solve
    precision: type
    shift: float
    name: str


def dense_array(matrix: sparse.csr_matrix, precision: type) -> Float[np.ndarray, "size size"]:
    """A symmetric sparse matrix as a dense one in the order that LAPACK wants."""
    # Rows of a symmetric matrix are its columns.
    return matrix.astype(precision, copy=False).toarray().T


def dense_factor(
    matrix: sparse.csr_matrix, translations: Float[np.ndarray, "size dim"], shift: float, precision: type
) -> Factor:
    """Cholesky factorisation of the whole matrix, n^3/3 operations.

    Translations are lifted to the mean diagonal, exactly: H + shift + c T T^T.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        translations: orthonormal columns that cost no energy.
        shift: added to the diagonal. Units of 1/time^2.
        precision: np.float32 or np.float64.

    Raises:
        NotPositiveError: if a pivot is not positive.
    """
    array = dense_array(matrix, precision)
    lift = float(matrix.diagonal().mean())
    syrk, potrf = (blas.ssyrk, lapack.spotrf) if precision is np.float32 else (blas.dsyrk, lapack.dpotrf)
    array = syrk(lift, translations.astype(precision, order="F"), beta=1.0, c=array, lower=1, overwrite_c=1)
    np.einsum("ii->i", array)[:] += precision(shift)
    array, failed = potrf(array, lower=1, overwrite_a=1, clean=0)
    if failed:
        raise NotPositiveError(f"Cholesky factorisation met a pivot <= 0 in column {failed} of {array.shape[0]}")

    return Factor(_triangular(array), precision, shift, f"dense Cholesky, {np.dtype(precision).name}")


def _triangular(factor: Float[np.ndarray, "size size"]) -> Solve:
    """Solver of L L^T x = b for few columns: products with panels, which run twice as fast as LAPACK's narrow `trsm`.

    Diagonal tiles are inverted; the columns of L below each are kept in rows that lie one after the other.
    """
    size, precision = factor.shape[0], factor.dtype
    # Measured with 8 columns: beyond the cache narrower panels win, within it wider ones.
    width = 64 if size <= 4000 else 32
    invert = lapack.strtri if precision == np.float32 else lapack.dtrtri
    starts = range(0, size, width)
    tiles = [np.tril(invert(np.tril(factor[j : j + width, j : j + width]), lower=1)[0]) for j in starts]
    panels = [np.ascontiguousarray(factor[j + width :, j : j + width]) for j in starts]
    steps = list(zip(starts, tiles, panels, strict=True))

    def solve(block: np.ndarray) -> np.ndarray:
        answer = np.array(block, precision, order="C")
        for j, tile, panel in steps:
            piece = tile @ answer[j : j + width]
            answer[j : j + width] = piece
            answer[j + width :] -= panel @ piece
        for j, tile, panel in reversed(steps):
            answer[j : j + width] = tile.T @ (answer[j : j + width] - (answer[j + width :].T @ panel).T)
        return answer

    return solve


def superlu_factor(matrix: sparse.csr_matrix, shift: float, *, definite: bool = True) -> Factor:
    """Sparse L D L^T by SuperLU with pivots from the diagonal alone, ordered by minimum degree.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        shift: added to the diagonal. Units of 1/time^2.
        definite: whether pivots that are not positive are an error.

    Raises:
        NotPositiveError: if a pivot is not positive.
        ComputationError: if the factorisation breaks down.
    """
    factor, negative = _superlu(matrix, shift)
    if definite and negative:
        raise NotPositiveError(f"L D L^T has {negative} pivots below zero")
    return Factor(factor.solve, np.float64, shift, "sparse L D L^T, SuperLU")


def inertia(matrix: sparse.csr_matrix, level: float, margin: float) -> int:
    """Number of eigenvalues below a level: negative pivots of H - level (Sylvester's law of inertia).

    Pivots are taken from the diagonal in an order chosen for sparsity, which is not backward stable for an indefinite
    matrix. What was factorised is the Hessian with a perturbation; a solve with a known answer tells how large that is,
    and it must be a thousand times smaller than the distance to the nearest eigenvalue.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        level: units of 1/time^2.
        margin: distance from the level to the nearest known eigenvalue. Units of 1/time^2.

    Raises:
        ComputationError: if the factorisation breaks down or is not accurate.
    """
    factor, negative = _superlu(matrix, -level)
    answer = np.random.Generator(np.random.Philox(1)).normal(size=matrix.shape[0])
    right = matrix @ answer - level * answer
    found = factor.solve(right)
    error = np.linalg.norm(matrix @ found - level * found - right) / np.linalg.norm(found)
    if not error <= 1e-3 * margin:
        raise ComputationError(f"L D L^T without pivoting perturbed the matrix by {error:.2g}")
    return negative


def _superlu(matrix: sparse.csr_matrix, shift: float):
    size = matrix.shape[0]
    try:
        factor = splu(
            (matrix + shift * sparse.identity(size, format="csr")).tocsc(),
            permc_spec="MMD_AT_PLUS_A",
            diag_pivot_thresh=0.0,
            options={"SymmetricMode": True},
        )
    except RuntimeError as error:
        raise ComputationError(f"SuperLU failed: {error}") from error
    except MemoryError as error:
        raise ComputationError("SuperLU ran out of memory; use method='chebyshev'") from error
    if not np.array_equal(factor.perm_r, factor.perm_c):
        # An exactly vanishing pivot made it leave the diagonal: the signs mean nothing then.
        raise ComputationError("SuperLU left the diagonal")
    return factor, int((factor.U.diagonal() < 0).sum())


@cache
def cholmod_package() -> str | None:
    """The package that brings CHOLMOD here, or None."""
    for name in ("sksparse", "cvxopt"):
        if find_spec(name) is not None:
            return name
    return None


def cholmod_factor(matrix: sparse.csr_matrix, shift: float) -> Factor:
    """Sparse supernodal Cholesky factorisation by CHOLMOD.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        shift: added to the diagonal. Units of 1/time^2.

    Raises:
        NotPositiveError: if the matrix is not positive definite.
    """
    size = matrix.shape[0]
    shifted = (matrix + shift * sparse.identity(size, format="csr")).tocsc()
    package = cholmod_package()
    solve = (_scikit_sparse if package == "sksparse" else _cvxopt)(shifted)
    return Factor(solve, np.float64, shift, f"sparse Cholesky, CHOLMOD ({package})")


def _cvxopt(matrix: sparse.csc_matrix) -> Solve:
    import cvxopt
    from cvxopt import cholmod

    lower = sparse.tril(matrix).tocoo()
    entries = cvxopt.spmatrix(lower.data, lower.row, lower.col, matrix.shape)
    # 2: supernodal L L^T always; the simplicial L D L^T would accept indefinite matrices.
    cholmod.options["supernodal"] = 2
    factor = cholmod.symbolic(entries)
    try:
        cholmod.numeric(entries, factor)
    except ArithmeticError as error:
        raise NotPositiveError("CHOLMOD met a pivot <= 0") from error

    def solve(block: np.ndarray) -> np.ndarray:
        right = cvxopt.matrix(np.asarray(block, float, order="F"))
        cholmod.solve(factor, right)
        return np.array(right)

    return solve


def _scikit_sparse(matrix: sparse.csc_matrix) -> Solve:
    from sksparse import cholmod

    # Its interface changed in 0.5: `cho_factor(A).solve(b)` was `cholesky(A)(b)` before.
    try:
        if hasattr(cholmod, "cho_factor"):
            return cholmod.cho_factor(matrix, order="default").solve
        return cholmod.cholesky(matrix, mode="supernodal")
    except cholmod.CholmodNotPositiveDefiniteError as error:
        raise NotPositiveError("CHOLMOD met a pivot <= 0") from error
