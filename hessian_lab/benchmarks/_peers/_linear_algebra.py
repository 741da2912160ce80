"""scipy's eigen-solvers as they come, and a Hessian written straight down in numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy import linalg, sparse
from scipy.sparse.linalg import eigsh as lanczos

from .._protocol import Work
from .._starts import Starts

SIGMA = np.array([[1.0, 0.8], [0.8, 0.88]])
EPSILON = np.array([[1.0, 1.5], [1.5, 0.5]])
CUTOFF = 2.5


def kob_andersen_hessian(positions: np.ndarray, species: np.ndarray, edge: float) -> np.ndarray:
    """Hessian of the force-shifted Kob-Andersen mixture, all pairs at once, masses 1.

    Args:
        positions: shape (particles, 3). Units of length.
        species: 0 or 1, shape (particles,).
        edge: of the cube. Units of length.

    Returns:
        Shape (3 particles, 3 particles). Units of energy/length^2.
    """
    particles = len(positions)
    displacement = positions[:, None, :] - positions[None, :, :]
    displacement -= edge * np.rint(displacement / edge)
    r = np.sqrt((displacement**2).sum(axis=-1))
    np.fill_diagonal(r, np.inf)
    sigma = SIGMA[species[:, None], species[None, :]]
    epsilon = EPSILON[species[:, None], species[None, :]]
    x = r / sigma
    shift = 4 * (-12 * CUTOFF**-13 + 6 * CUTOFF**-7)
    inside = x < CUTOFF
    slope = np.where(inside, epsilon / sigma * (4 * (-12 * x**-13 + 6 * x**-7) - shift), 0.0)
    curvature = np.where(inside, epsilon / sigma**2 * 4 * (156 * x**-14 - 42 * x**-8), 0.0)
    normal = displacement / r[:, :, None]
    outer = normal[:, :, :, None] * normal[:, :, None, :]
    tension = (slope / r)[:, :, None, None]
    blocks = -(curvature[:, :, None, None] * outer + tension * (np.eye(3) - outer))
    every = np.arange(particles)
    blocks[every, every] = -blocks.sum(axis=1)
    return blocks.transpose(0, 2, 1, 3).reshape(3 * particles, 3 * particles)


def _matrices(starts: Starts, options: dict[str, Any]) -> list[np.ndarray]:
    return [kob_andersen_hessian(starts.positions[k], starts.species[k], starts.edge) for k in range(options["batch"])]


def _describe(results: list[tuple[np.ndarray, np.ndarray]]) -> dict[str, Any]:
    values = np.sort(results[0][0])
    return {"lowest": float(values[3]), "highest": float(values[-1])}


def eigh(starts: Starts, options: dict[str, Any]) -> Work:
    """`scipy.linalg.eigh` of the finished matrix, nothing chosen."""
    matrices = _matrices(starts, options)
    return Work(lambda: [linalg.eigh(matrix) for matrix in matrices], len, _describe)


def eigsh(starts: Starts, options: dict[str, Any]) -> Work:
    """`scipy.sparse.linalg.eigsh` of the finished sparse matrix, shifted slightly below zero."""
    matrices = [sparse.csc_matrix(matrix) for matrix in _matrices(starts, options)]
    shift = -1e-6 * abs(matrices[0]).sum(axis=0).max()
    return Work(
        lambda: [lanczos(matrix, k=options["count"], sigma=shift, which="LM") for matrix in matrices],
        len,
        _describe,
    )


def assembly(starts: Starts, options: dict[str, Any]) -> Work:
    """The numpy Hessian from positions."""
    return Work(
        lambda: _matrices(starts, options),
        len,
        lambda matrices: {"norm": float(np.linalg.norm(matrices[0])), "trace": float(np.trace(matrices[0]))},
    )
