"""Proof that no mode is missing below a level."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy import sparse
from scipy.linalg import blas, lapack

from .._core.errors import ComputationError
from ._factors import dense_array, inertia


def none_missing_dense(
    matrix: sparse.csr_matrix,
    values: Float[np.ndarray, " found"],
    vectors: Float[np.ndarray, "size found"],
    level: float,
) -> bool:
    r"""Whether the found modes are all modes below a level, by one Cholesky factorisation in float64.

    .. math:: H - \Omega 1 + \sum_i (2\Omega - \lambda_i) v_i v_i^T \quad \text{positive definite}

    lifts every found mode from lambda_i - Omega to Omega. A sum of m positive terms of rank 1 lifts at most m
    eigenvalues above zero (Courant and Fischer), so if the factorisation succeeds H has at most m eigenvalues below
    Omega, however exact the vectors are; and m were found. A diagonal as large as all rounding errors together is
    taken off first (S. M. Rump, BIT 46 (2006) 433: a floating-point Cholesky factorisation of A - c 1 that runs to its
    end proves that A is positive definite).

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        values: of the found modes, all below the level; zero modes included. Units of 1/time^2.
        vectors: in columns, orthonormal.
        level: Omega. Units of 1/time^2.
    """
    size = matrix.shape[0]
    array = dense_array(matrix, np.float64)
    # A level below zero would lower the found modes.
    lifts = np.where(level > 0, 2 * level - values, level - values + abs(level) + 1e-300)
    array = blas.dsyrk(1.0, vectors * np.sqrt(lifts), beta=1.0, c=array, lower=1, overwrite_c=1)
    diagonal = np.einsum("ii->i", array)
    diagonal -= level
    unit = np.finfo(np.float64).eps
    trace = float(np.abs(diagonal).sum())
    # Rump's bound for the factorisation, and as much again for the sums above.
    diagonal -= (size + 2) * unit * trace + unit * len(values) * float(lifts.max(initial=0.0))
    return lapack.dpotrf(array, lower=1, overwrite_a=1, clean=0)[1] == 0


def none_missing_sparse(matrix: sparse.csr_matrix, found: int, level: float, margin: float) -> bool:
    """Whether as many modes were found below a level as a sparse L D L^T has negative pivots.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        found: modes below the level, zero modes included.
        level: units of 1/time^2.
        margin: distance from the level to the nearest known eigenvalue. Units of 1/time^2.

    Raises:
        ComputationError: if no factorisation is accurate enough to count.
    """
    # Pivots that happen to be tiny are so at one level and not at another in the same gap.
    for share in (0.0, 0.3, -0.3, 0.6):
        try:
            return inertia(matrix, level + share * margin, (1 - abs(share)) * margin) <= found
        except ComputationError as error:
            reason = error
    raise ComputationError(f"completeness cannot be proved: {reason}")


def level_above(
    values: Float[np.ndarray, " found"], residuals: Float[np.ndarray, " found"], count: int, resolution: float
) -> float | None:
    """Where to cut: in the widest gap above mode `count`, a quarter of the way up.

    Args:
        values: ascending, those above `count` perhaps not converged (never too low). Units of 1/time^2.
        residuals: |H v - lambda v| of each. A proof needs every mode below the cut to be known better than the gap.
        count: modes that have to lie below.
        resolution: narrowest gap that counts. Units of 1/time^2.

    Returns:
        The level, or None where the modes are too close to one another or not known well enough.
    """
    gaps = np.diff(values)
    known = np.maximum.accumulate(residuals)[:-1] <= 0.03 * gaps
    gaps = np.where(known, gaps, 0.0)[count - 1 :]
    if not gaps.size or gaps.max() <= resolution:
        return None
    widest = int(np.argmax(gaps))
    return float(values[count - 1 + widest] + 0.25 * gaps[widest])
