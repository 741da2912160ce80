"""Delaunay triangulation of a periodic plane."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy.spatial import Delaunay, QhullError

from .._core.errors import ComputationError, InputError


@dataclass(frozen=True, eq=False)
class PeriodicTriangulation:
    """Triangles that tile a periodic cell once.

    Attributes:
        corners: particles of each triangle, counter-clockwise, shape (triangles, 3).
        points: positions of these corners as images that lie together, shape (triangles, 3, 2); a length.
    """

    corners: Int[np.ndarray, "triangles 3"]
    points: Float[np.ndarray, "triangles 3 2"]


def periodic_triangulation(
    positions: Float[np.ndarray, "particles 2"], cell: Float[np.ndarray, "2 2"]
) -> PeriodicTriangulation:
    r"""Periodic Delaunay triangulation, checked to close on the torus.

    Euler's relation on a torus, V - E + F = 0 with 3 F = 2 E, fixes the number of triangles,

    .. math:: F = 2 N

    The cell is reduced to its shortest vectors, the particles are repeated round it, and of each set of equivalent
    triangles one is kept. Checked: F = 2 N, every directed edge has its reverse (with the opposite image shift)
    exactly once, and the areas add up to the cell. A failed check is met by more images, and by breaking the ties of
    co-circular particles (crystals) with displacements and a shear of 1e-7 that all images share.

    Args:
        positions: in or out of the cell, of shape (particles, 2); a length.
        cell: rows are the cell vectors, of shape (2, 2); the same length.

    Returns:
        The triangles, see `PeriodicTriangulation`.

    Raises:
        InputError: if the shapes do not fit, the cell has no area, or two particles coincide.
        ComputationError: if the triangulation does not close.

    Reference: Delaunay, Izv. Akad. Nauk SSSR 6, 793 (1934); checks are our own.
    """
    positions = np.asarray(positions, dtype=np.float64)
    cell = np.asarray(cell, dtype=np.float64)
    if positions.ndim != 2 or positions.shape[1] != 2 or len(positions) == 0 or not np.all(np.isfinite(positions)):
        raise InputError(f"argument positions must be finite and of shape (particles, 2), but has {positions.shape}")
    if cell.shape != (2, 2) or not np.all(np.isfinite(cell)) or np.linalg.det(cell) == 0:
        raise InputError(f"argument cell must be a 2 x 2 matrix with an area, but is {cell.tolist()}")
    short = _reduced(cell)
    fraction = positions @ np.linalg.inv(short)
    fraction = fraction - np.floor(fraction)
    if len(np.unique(np.round(fraction, 12) % 1, axis=0)) < len(fraction):
        raise InputError("argument positions holds two particles at one place")
    number = len(fraction)
    jitter = np.random.default_rng(0).uniform(-1e-7, 1e-7, fraction.shape) / np.sqrt(number)
    problem = ""
    margin = min(6 / np.sqrt(number), 2.0)
    for reach, noise in ((margin, 0), (margin, 1), (1, 1), (2, 1)):
        # The shear breaks the ties of the lattice of images itself, which moving the particles cannot.
        sheared = short + noise * 1e-7 * short[::-1]
        corners, images = _triangles(fraction + noise * jitter, reach, sheared)
        points = (fraction[corners] + images) @ short
        problem = _problem(corners, images, points, number, abs(float(np.linalg.det(short))))
        if not problem:
            return PeriodicTriangulation(corners, points)
    raise ComputationError(
        f"the periodic triangulation of {number} particles does not close on the torus: {problem}; check that no two "
        "particles coincide and that the cell fits the positions"
    )


def _reduced(cell: Float[np.ndarray, "2 2"]) -> Float[np.ndarray, "2 2"]:
    """Shortest vectors of the same lattice (Lagrange-Gauss), right-handed."""
    short, long = sorted(cell.copy(), key=np.linalg.norm)
    while True:
        long = long - np.round(long @ short / (short @ short)) * short
        if long @ long >= short @ short * (1 - 1e-12):
            break
        short, long = long, short
    return np.stack([short, long]) if short[0] * long[1] - short[1] * long[0] > 0 else np.stack([short, -long])


def _triangles(
    fraction: Float[np.ndarray, "particles 2"], margin: float, cell: Float[np.ndarray, "2 2"]
) -> tuple[Int[np.ndarray, "triangles 3"], Int[np.ndarray, "triangles 3 2"]]:
    """One representative of every triangle that touches the home cell, with the image shift of each corner."""
    reach = int(np.ceil(margin))
    steps = np.arange(-reach, reach + 1)
    shifts = np.stack(np.meshgrid(steps, steps, indexing="ij"), axis=-1).reshape(-1, 1, 2)
    copies = (fraction + shifts).reshape(-1, 2)
    shift = np.broadcast_to(shifts, (len(shifts), *fraction.shape)).reshape(-1, 2)
    index = np.tile(np.arange(len(fraction)), len(shifts))
    near = np.all((copies > -margin) & (copies < 1 + margin), axis=1)
    copies, shift, index = copies[near], shift[near], index[near]
    try:
        simplices = Delaunay(copies @ cell).simplices
    except QhullError as error:
        raise ComputationError(f"qhull could not triangulate {len(copies)} points: {error}") from error
    simplices = simplices[np.any(np.all(shift[simplices] == 0, axis=2), axis=1)]
    edge = (copies[simplices[:, 1:]] - copies[simplices[:, :1]]) @ cell
    clockwise = edge[:, 0, 0] * edge[:, 1, 1] < edge[:, 0, 1] * edge[:, 1, 0]
    simplices[clockwise] = simplices[clockwise][:, ::-1]
    corner, image = index[simplices], shift[simplices]
    # The order of (particle, shift) inside a triangle is the same for all its images, so its first corner names it.
    width = 2 * reach + 1
    key = (corner * width + image[..., 0] + reach) * width + image[..., 1] + reach
    turn = (np.argmin(key, axis=1)[:, None] + np.arange(3)) % 3
    corner = np.take_along_axis(corner, turn, axis=1)
    image = np.take_along_axis(image, turn[..., None], axis=1)
    image = image - image[:, :1]
    rows = np.unique(np.concatenate([corner, image.reshape(-1, 6)], axis=1), axis=0)
    return rows[:, :3], rows[:, 3:].reshape(-1, 3, 2)


def _problem(
    corners: Int[np.ndarray, "triangles 3"],
    images: Int[np.ndarray, "triangles 3 2"],
    points: Float[np.ndarray, "triangles 3 2"],
    number: int,
    area: float,
) -> str:
    """What keeps the triangles from tiling the torus once, or an empty text."""
    if len(corners) != 2 * number:
        return f"{len(corners)} triangles instead of {2 * number}"
    onward = np.roll(corners, -1, axis=1)
    shift = np.roll(images, -1, axis=1) - images
    forward = np.concatenate([corners[..., None], onward[..., None], shift], axis=2).reshape(-1, 4)
    backward = np.concatenate([onward[..., None], corners[..., None], -shift], axis=2).reshape(-1, 4)
    if len(np.unique(forward, axis=0)) != len(forward):
        return "a directed edge belongs to two triangles"
    if not np.array_equal(np.unique(forward, axis=0), np.unique(backward, axis=0)):
        return "an edge has a triangle on one side only"
    edge = points[:, 1:] - points[:, :1]
    doubled = edge[:, 0, 0] * edge[:, 1, 1] - edge[:, 0, 1] * edge[:, 1, 0]
    if abs(doubled.sum() / 2 - area) > 1e-9 * area:
        return f"the triangles cover {doubled.sum() / 2:.6g} of an area of {area:.6g}"
    return ""
