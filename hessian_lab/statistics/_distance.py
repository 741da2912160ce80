"""How far apart two configurations of the same particles are."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError

ROUNDS = 50
"""Improvements of the translation; each is the mean of what the last one left."""


def configuration_distance(
    first: Float[np.ndarray, "glasses particles dim"],
    second: Float[np.ndarray, "glasses particles dim"],
    cells: Float[np.ndarray, "glasses dim dim"],
) -> Float[np.ndarray, " glasses"]:
    r"""Root mean square displacement per particle between two configurations, glass by glass.

    .. math:: D = \min_u \sqrt{\frac{1}{N} \sum_i \left| [\, r_i' - r_i - u \,] \right|^2}

    [.] is the minimum image and u a common translation, which costs no energy in a periodic cell. The search for u
    begins at the circular mean of the displacements and repeats u <- u + mean of what is left, which lowers D at every
    round. It finds the smallest D where displacements spread over less than half a cell; for unrelated configurations
    it is a local minimum. Particles are told apart: exchanging two is a displacement.

    Args:
        first: positions r_i. Units of length.
        second: positions r_i' of the same particles in the same order. Units of length.
        cells: rows are the cell vectors, common to both. Units of length.

    Returns:
        One distance per glass, NaN where a position is not finite. Units of length.

    Raises:
        InputError: if the shapes differ.
    """
    first, second, cells = (np.asarray(array, dtype=np.float64) for array in (first, second, cells))
    if first.shape != second.shape or first.ndim != 3 or cells.shape != (len(first), *2 * (first.shape[2],)):
        raise InputError(
            "arguments first and second must have the same shape (glasses, particles, dim), and cells (glasses, dim, "
            f"dim), but have {first.shape}, {second.shape} and {cells.shape}"
        )
    reduced = np.einsum("gia,gab->gib", second - first, np.linalg.inv(cells))
    translation = np.angle(np.exp(2j * np.pi * reduced).mean(axis=1, keepdims=True)) / (2 * np.pi)
    for _ in range(ROUNDS):
        left = reduced - translation
        left -= np.rint(left)
        step = left.mean(axis=1, keepdims=True)
        translation += step
        if not np.nanmax(np.abs(step), initial=0.0) > 1e-15:
            break
    left = reduced - translation
    left -= np.rint(left)
    return np.sqrt((np.einsum("gia,gab->gib", left, cells) ** 2).sum(axis=2).mean(axis=1))
