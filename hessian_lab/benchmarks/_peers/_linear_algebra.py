"""scipy's and jax's eigen-solvers as they come, and Hessians written straight down in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import eigsh as lanczos
from scipy.spatial import cKDTree

from .._protocol import Work
from .._starts import Starts
from .numba_glass import C2, C4, NONADDITIVITY
from .numba_glass import CUTOFF as SOFT_CUTOFF

SIGMA = np.array([[1.0, 0.8], [0.8, 0.88]])
EPSILON = np.array([[1.0, 1.5], [1.5, 0.5]])
CUTOFF = 2.5


def _kob_andersen(r: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """phi' and phi'' of the force-shifted mixture between particles of species a and b."""
    sigma, epsilon = SIGMA[a, b], EPSILON[a, b]
    x = r / sigma
    shift = 4 * (-12 * CUTOFF**-13 + 6 * CUTOFF**-7)
    inside = x < CUTOFF
    slope = np.where(inside, epsilon / sigma * (4 * (-12 * x**-13 + 6 * x**-7) - shift), 0.0)
    return slope, np.where(inside, epsilon / sigma**2 * 4 * (156 * x**-14 - 42 * x**-8), 0.0)


def _polydisperse(r: np.ndarray, a: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """phi' and phi'' of the soft spheres between diameters a and b."""
    sigma = 0.5 * (a + b) * (1 - NONADDITIVITY * np.abs(a - b))
    x = r / sigma
    inside = x < SOFT_CUTOFF
    slope = np.where(inside, (-12 * x**-13 + 2 * C2 * x + 4 * C4 * x**3) / sigma, 0.0)
    return slope, np.where(inside, (156 * x**-14 + 2 * C2 + 12 * C4 * x**2) / sigma**2, 0.0)


def numpy_hessian(starts: Starts, model: str, sample: int) -> sparse.csr_matrix:
    """The Hessian of one start, masses 1: pairs from a k-d tree, blocks by broadcasting, entries added up by scipy.

    Returns:
        Shape (3 particles, 3 particles). Units of energy/length^2.
    """
    edge = starts.edge
    positions = starts.positions[sample] % edge
    soft = model == "polydisperse"
    labels = (starts.diameters if soft else starts.species)[sample]
    reach = SOFT_CUTOFF * labels.max() if soft else CUTOFF
    i, j = (
        cKDTree(np.where(positions >= edge, 0.0, positions), boxsize=edge)
        .query_pairs(min(reach, 0.5 * edge), output_type="ndarray")
        .T
    )
    displacement = positions[i] - positions[j]
    displacement -= edge * np.rint(displacement / edge)
    r = np.linalg.norm(displacement, axis=1)
    slope, curvature = (_polydisperse if soft else _kob_andersen)(r, labels[i], labels[j])
    normal = displacement / r[:, None]
    outer = normal[:, :, None] * normal[:, None, :]
    blocks = curvature[:, None, None] * outer + (slope / r)[:, None, None] * (np.eye(3) - outer)
    a, b = np.indices((3, 3)).reshape(2, -1)
    rows, columns, data = [], [], []
    for first, second, sign in ((i, j, -1), (j, i, -1), (i, i, 1), (j, j, 1)):
        rows.append((3 * first[:, None] + a).reshape(-1))
        columns.append((3 * second[:, None] + b).reshape(-1))
        data.append(sign * blocks.reshape(-1))
    size = 3 * len(positions)
    entries = (np.concatenate(data), (np.concatenate(rows), np.concatenate(columns)))
    return sparse.coo_matrix(entries, shape=(size, size)).tocsr()


def _matrices(starts: Starts, options: dict[str, Any]) -> list[sparse.csr_matrix]:
    return [numpy_hessian(starts, options["model"], k) for k in range(options["batch"])]


def _describe(results: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    values = np.sort(results[0][0])
    return {"lowest": float(values[3]), "highest": float(values[-1])}


def lapack_full(starts: Starts, options: dict[str, Any]) -> Work:
    """`scipy.linalg.eigh` of the finished matrix, nothing chosen; without vectors where they are not compared."""
    matrices = [matrix.toarray() for matrix in _matrices(starts, options)]
    if not options["vectors"]:
        return Work(lambda: [(linalg.eigvalsh(matrix), None) for matrix in matrices], len, _describe)
    return Work(lambda: [linalg.eigh(matrix) for matrix in matrices], len, _describe)


def lapack_subset(starts: Starts, options: dict[str, Any]) -> Work:
    """`scipy.linalg.eigh` of the finished matrix for the lowest modes."""
    matrices = [matrix.toarray() for matrix in _matrices(starts, options)]
    subset = (0, options["count"] - 1)
    return Work(lambda: [linalg.eigh(matrix, subset_by_index=subset) for matrix in matrices], len, _describe)


def eigsh(starts: Starts, options: dict[str, Any]) -> Work:
    """`scipy.sparse.linalg.eigsh` of the finished sparse matrix, shifted slightly below zero."""
    matrices = [matrix.tocsc() for matrix in _matrices(starts, options)]
    shift = -1e-6 * abs(matrices[0]).sum(axis=0).max()
    return Work(
        lambda: [lanczos(matrix, k=options["count"], sigma=shift, which="LM") for matrix in matrices],
        len,
        _describe,
    )


def jnp_eigh(starts: Starts, options: dict[str, Any]) -> Work:
    """`jnp.linalg.eigh` of the finished matrices in one call, on an accelerator where there is one."""
    import jax
    import jax.numpy as jnp

    matrices = jnp.asarray(np.stack([matrix.toarray() for matrix in _matrices(starts, options)]))
    run = jax.jit(jnp.linalg.eigh)
    return Work(
        lambda: jax.block_until_ready(run(matrices)),
        lambda result: result[0].shape[0],
        lambda result: _describe([(np.asarray(result[0][0]), np.asarray(result[1][0]))]),
    )


def assembly_full(starts: Starts, options: dict[str, Any]) -> Work:
    """The dense Hessian from positions."""
    return _assembly(lambda: [matrix.toarray() for matrix in _matrices(starts, options)])


def assembly_sparse(starts: Starts, options: dict[str, Any]) -> Work:
    """The sparse Hessian from positions."""
    return _assembly(lambda: _matrices(starts, options))


def _assembly(run: Any) -> Work:
    return Work(
        run,
        len,
        lambda matrices: {"trace": float(matrices[0].diagonal().sum()), "largest": float(abs(matrices[0]).max())},
    )
