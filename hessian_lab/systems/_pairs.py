"""Which particles are near one another: candidate pairs and padded neighbour lists, made on the host."""

from __future__ import annotations

import numpy as np
from scipy.spatial import cKDTree

from ._configuration import Configuration
from ._space import is_orthogonal, minimum_image_host

DENSE_LIMIT = 600
"""Up to this N all pairs are tested; beyond it a k-d tree is faster."""


def candidate_pairs(configuration: Configuration, radius: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Every pair i < j nearer than a radius, with its minimum-image displacement r_i - r_j.

    Linear in N beyond `DENSE_LIMIT` particles.

    Args:
        configuration: the sample.
        radius: at most half the smallest height of the cell. Units of length.

    Returns:
        i, j of shape (pairs,), sorted by (i, j), and displacements of shape (pairs, dim).
    """
    particles, cell = configuration.particles, configuration.cell
    if particles <= DENSE_LIMIT:
        i, j = np.triu_indices(particles, 1)
    else:
        i, j = _tree_pairs(configuration, radius)
    displacement = minimum_image_host(configuration.positions[i] - configuration.positions[j], cell)
    near = np.einsum("pd,pd->p", displacement, displacement) < radius * radius
    return i[near], j[near], displacement[near]


def _tree_pairs(configuration: Configuration, radius: float) -> tuple[np.ndarray, np.ndarray]:
    cell = configuration.cell
    reduced = configuration.positions @ np.linalg.inv(cell)
    reduced -= np.floor(reduced)
    if is_orthogonal(cell):
        edges = np.diag(cell)
        # Rounding can put a coordinate on the far face, which the tree refuses.
        points = np.where(reduced * edges >= edges, 0.0, reduced * edges)
        pairs = cKDTree(points, boxsize=edges).query_pairs(radius, output_type="ndarray")
        i, j = pairs[:, 0], pairs[:, 1]
    else:
        # Explicit images: each particle against its own cell and the faces around it.
        dim = cell.shape[0]
        shifts = np.array(np.meshgrid(*[(-1, 0, 1)] * dim, indexing="ij")).reshape(dim, -1).T
        images = (reduced[None] + shifts[:, None]).reshape(-1, dim) @ cell
        owner = np.tile(np.arange(configuration.particles), len(shifts))
        found = cKDTree(reduced @ cell).sparse_distance_matrix(cKDTree(images), radius, output_type="coo_matrix")
        i, j = found.row, owner[found.col]
        i, j = i[i < j], j[i < j]
    order = np.lexsort((j, i))
    return i[order], j[order]


def neighbour_table(
    first: np.ndarray, second: np.ndarray, particles: int, capacity: int | None = None
) -> tuple[np.ndarray, int]:
    """Padded full neighbour list from half a pair list.

    Args:
        first: i of each pair i < j.
        second: j of each pair.
        particles: N.
        capacity: columns of the table; the largest number of neighbours if not given.

    Returns:
        Table of shape (particles, capacity), ascending in each row and padded with the row's own index, and the
        largest number of neighbours of any particle (the table is incomplete if that exceeds the capacity).
    """
    rows = np.concatenate([first, second])
    columns = np.concatenate([second, first])
    order = np.lexsort((columns, rows))
    rows, columns = rows[order], columns[order]
    counts = np.bincount(rows, minlength=particles)
    largest = int(counts.max()) if counts.size else 0
    width = largest if capacity is None else capacity
    table = np.repeat(np.arange(particles, dtype=np.int32)[:, None], width, axis=1)
    slot = np.arange(rows.size) - np.repeat(np.cumsum(counts) - counts, counts)
    fits = slot < width
    table[rows[fits], slot[fits]] = columns[fits]
    return table, largest
