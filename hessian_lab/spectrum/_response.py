"""Linear response of a minimum: displacements under small forces, by the same factorisations as the lowest modes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy import sparse
from scipy.sparse.linalg import minres

from .._core.errors import ComputationError
from ..hessian import Hessian
from ._choice import FILTER_SIZE, dense_is_cheaper
from ._factors import Factor, cholmod_factor, cholmod_package, dense_factor, superlu_factor
from ._lanczos import project_out
from ._lowest import EPS, largest_eigenvalue

SHIFT = 1e-9
"""Added to the diagonal of a factor, as a fraction of the largest eigenvalue; refinement takes it out again."""


def linear_response(
    hessian: Hessian, forces: Float[np.ndarray, "size columns"], *, tolerance: float = 1e-11
) -> Float[np.ndarray, "size columns"]:
    r"""Solve H x = f for mass-weighted forces, zero modes left out.

    .. math:: x = \sum_k{}' \psi_k \frac{\psi_k \cdot f}{\lambda_k}

    Up to d N = 20000 by a factorisation with refinement, beyond it by MINRES, whose memory is linear in N.

    Args:
        hessian: of a minimum.
        forces: in columns, mass-weighted: f_i / sqrt(m_i). Their part along known zero modes is left out.
        tolerance: largest residual |H x - f| / |f| of any column, beyond the rounding of H x itself.

    Returns:
        Shape (d N, columns). Units of force times time^2 per sqrt(mass).

    Raises:
        ComputationError: if the configuration is a saddle, or the residual stays large.
    """
    matrix, zeros = hessian.sparse(), hessian.trivial_modes
    right = project_out(zeros, np.asarray(forces, float))
    scale = np.maximum(np.linalg.norm(right, axis=0), 1e-300)
    largest = largest_eigenvalue(matrix)
    if matrix.shape[0] > FILTER_SIZE:
        return _by_minres(matrix, zeros, right, tolerance)
    factor = _factor(matrix, zeros, SHIFT * largest)
    answer = np.zeros_like(right)
    for _ in range(20):
        left = project_out(zeros, right - matrix @ answer)
        rounding = 10 * EPS * largest * np.linalg.norm(answer, axis=0)
        if (np.linalg.norm(left, axis=0) <= tolerance * scale + rounding).all():
            return answer
        answer += project_out(zeros, np.asarray(factor.solve(left)))
    error = float((np.linalg.norm(right - matrix @ answer, axis=0) / scale).max())
    raise ComputationError(
        f"the linear response left a residual of {error:.2g}: the configuration has zero modes that carry the force"
    )


def _factor(matrix: sparse.csr_matrix, zeros: np.ndarray, shift: float) -> Factor:
    if dense_is_cheaper(matrix.shape[0], matrix.nnz):
        return dense_factor(matrix, zeros, shift, np.float64)
    return cholmod_factor(matrix, shift) if cholmod_package() else superlu_factor(matrix, shift)


def _by_minres(matrix: sparse.csr_matrix, zeros: np.ndarray, right: np.ndarray, tolerance: float) -> np.ndarray:
    answer = np.zeros_like(right)
    for k, column in enumerate(right.T):
        answer[:, k], failed = minres(matrix, column, rtol=0.1 * tolerance, maxiter=20 * matrix.shape[0])
        if failed:
            raise ComputationError("the linear response did not converge; is this a minimum?")
    return project_out(zeros, answer)
