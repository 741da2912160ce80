"""Winding-number defects of a vector field in a periodic plane: vortices (+1) and saddles (-1)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from ._triangulation import periodic_triangulation


@dataclass(frozen=True, eq=False, repr=False)
class Defects:
    """Zeros of a vector field on a torus, found by their winding number.

    Attributes:
        positions: where the interpolated field vanishes, shape (defects, 2), inside the cell; a length.
        charges: winding number of each, shape (defects,): +1 for a vortex, source or sink, -1 for a saddle.
        corners: particles (or flat grid indices) round each, counter-clockwise, shape (defects, 3) or (defects, 4).
        gradients: d_b u_a of the interpolated field at each zero, shape (defects, 2, 2); field per length.
        area: of the cell, a squared length.
    """

    positions: Float[np.ndarray, "defects 2"]
    charges: Int[np.ndarray, " defects"]
    corners: Int[np.ndarray, "defects corners"]
    gradients: Float[np.ndarray, "defects 2 2"]
    area: float

    @property
    def total_charge(self) -> int:
        """Sum of all charges; zero on a torus."""
        return int(self.charges.sum())

    @property
    def positive(self) -> int:
        """Number of defects of positive charge."""
        return int(np.count_nonzero(self.charges > 0))

    @property
    def negative(self) -> int:
        """Number of defects of negative charge."""
        return int(np.count_nonzero(self.charges < 0))

    @property
    def density(self) -> float:
        """Defects of either sign per area, in 1/length^2."""
        return len(self) / self.area

    @property
    def strength(self) -> Float[np.ndarray, " defects"]:
        """|det L|^(1/2) of each defect: how fast the field grows away from its zero; field per length."""
        return np.sqrt(np.abs(np.linalg.det(self.gradients)))

    @property
    def rotation_fraction(self) -> Float[np.ndarray, " defects"]:
        """|W|^2/(|W|^2 + |S|^2) at each zero: 1 for a pure vortex, at most 1/2 for a saddle (and 0 for a pure one)."""
        L = self.gradients
        turned, total = 0.5 * (L[:, 1, 0] - L[:, 0, 1]) ** 2, np.sum(L**2, axis=(1, 2))
        return np.divide(turned, total, out=np.full(total.shape, np.nan), where=total > 0)

    def __len__(self) -> int:
        return self.charges.size

    def __repr__(self) -> str:
        return f"Defects(positive={self.positive}, negative={self.negative}, area={self.area:.6g})"


def winding_defects(
    field: Float[np.ndarray, "particles 2"],
    positions: Float[np.ndarray, "particles 2"],
    cell: Float[np.ndarray, "2 2"],
) -> Defects:
    r"""Winding-number defects of a field that is known at the particles of a periodic cell.

    .. math:: q = \frac{1}{2\pi} \sum_{\text{edges}} \mathrm{wrap}(\theta_j - \theta_i), \qquad
        \theta = \arg(u_x + i u_y)

    round each triangle of the periodic Delaunay triangulation, counter-clockwise, with differences wrapped to
    (-pi, pi]. The wrapped difference of an edge changes sign with its direction, so that the charges cancel exactly on
    the torus. Any generic field has defects: compare their density with that of random waves before reading anything
    into it. Fields that vary on less than the distance between particles show the noise of the sampling.

    Args:
        field: displacements of the particles, of shape (particles, 2); any unit.
        positions: of the particles, in or out of the cell, of shape (particles, 2); a length.
        cell: rows are the cell vectors, of shape (2, 2); the same length.

    Returns:
        The defects, see `Defects`.

    Raises:
        InputError: if the field vanishes at a particle (no direction there), or the shapes do not fit.
        ComputationError: if the triangulation does not close on the torus.

    Reference: Wu, Chen, Wang, Kob and Xu, Nat. Commun. 14, 2955 (2023), for its use on vibrational modes.
    """
    positions = np.asarray(positions, dtype=np.float64)
    cell = np.asarray(cell, dtype=np.float64)
    field = np.asarray(field, dtype=np.float64)
    if field.shape != positions.shape:
        raise InputError(
            f"argument field must have one 2-vector per particle, the shape {positions.shape}, but has {field.shape}"
        )
    _check_field(field)
    mesh = periodic_triangulation(positions, cell)
    charge = _winding(field, mesh.corners)
    hit = np.flatnonzero(charge)
    corners = mesh.corners[hit]
    values = field[corners]
    points = mesh.points[hit]
    share = _linear_zero(values)
    edges = points[:, 1:] - points[:, :1]
    zeros = points[:, 0] + np.einsum("ti,tid->td", share, edges)
    # u(x) = u_0 + L (x - x_0) through the three corners.
    gradients = np.linalg.solve(edges, values[:, 1:] - values[:, :1]).mT
    return Defects(_into_cell(zeros, cell), charge[hit], corners, gradients, float(abs(np.linalg.det(cell))))


def winding_defects_on_grid(field: Float[np.ndarray, "nx ny 2"], cell: Float[np.ndarray, "2 2"]) -> Defects:
    r"""Winding-number defects of a field that is known on a periodic grid.

    .. math:: q = \frac{1}{2\pi} \sum_{\text{edges}} \mathrm{wrap}(\theta_j - \theta_i)

    round each plaquette. Meant for analytic and random fields on a mesh much finer than their waves: two zeros of
    opposite sign inside one plaquette are not seen.

    Args:
        field: vectors at (i/nx, j/ny) @ cell, of shape (nx, ny, 2); any unit.
        cell: rows are the cell vectors, of shape (2, 2); a length.

    Returns:
        The defects, see `Defects`; corners are flat indices i ny + j, and positions are zeros of the field
        interpolated bilinearly.

    Raises:
        InputError: if the field vanishes at a grid point (shift the grid), the grid has fewer than 3 points a side, or
            the cell has no area.

    Reference: as for `winding_defects`.
    """
    field = np.asarray(field, dtype=np.float64)
    cell = np.asarray(cell, dtype=np.float64)
    if field.ndim != 3 or field.shape[2] != 2 or min(field.shape[:2]) < 3:
        raise InputError(f"argument field must have the shape (nx, ny, 2) with nx, ny >= 3, but has {field.shape}")
    area = float(np.linalg.det(cell)) if cell.shape == (2, 2) else 0.0
    if area == 0 or not np.isfinite(area):
        raise InputError(f"argument cell must be a 2 x 2 matrix with an area, but is {cell.tolist()}")
    size = np.array(field.shape[:2])
    flat = field.reshape(-1, 2)
    _check_field(flat)
    start = np.stack(np.meshgrid(*map(np.arange, size), indexing="ij"), axis=-1).reshape(-1, 1, 2)
    turn = np.array([[0, 0], [1, 0], [1, 1], [0, 1]])
    if area < 0:
        turn = turn[::-1]
    site = (start + turn) % size
    corners = site[..., 0] * size[1] + site[..., 1]
    charge = _winding(flat, corners)
    hit = np.flatnonzero(charge)
    share, slope = _bilinear_zero(flat[corners[hit]], turn)
    # Slopes are by grid index; x = index @ (cell / size).
    gradients = slope @ np.linalg.inv(cell / size[:, None]).T
    places = (start[hit, 0] + share) / size @ cell
    return Defects(_into_cell(places, cell), charge[hit], corners[hit], gradients, abs(area))


def _check_field(field: Float[np.ndarray, "points 2"]) -> None:
    bad = np.flatnonzero(~np.all(np.isfinite(field), axis=1) | np.all(field == 0, axis=1))
    if bad.size:
        raise InputError(
            f"argument field must be finite and nonzero everywhere, but is {field[bad[0]].tolist()} at point {bad[0]} "
            f"and bad at {bad.size} in all; a zero vector has no direction (leave rattlers out)"
        )


def _winding(field: Float[np.ndarray, "points 2"], corners: Int[np.ndarray, "loops corners"]) -> np.ndarray:
    """Winding numbers as integers.

    The angle differences round a loop add up to zero, so that only the whole turns taken off by wrapping remain. They
    are rounded half to even, hence odd under reversal of an edge also at a difference of exactly pi.
    """
    # Adding zero turns -0.0 into 0.0, which lies on the other side of the cut of arctan2.
    angle = np.arctan2(field[:, 1] + 0.0, field[:, 0] + 0.0)[corners]
    turns = np.round((np.roll(angle, -1, axis=1) - angle) / (2 * np.pi))
    return -turns.sum(axis=1).astype(np.int64)


def _linear_zero(values: Float[np.ndarray, "triangles 3 2"]) -> Float[np.ndarray, "triangles 2"]:
    """Shares of the second and third corner at the zero of the linear interpolation; the middle where it is flat."""
    first, second = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    origin = -values[:, 0]
    area = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    flat = np.abs(area) <= 1e-14 * np.square(values).max(axis=(1, 2), initial=0)
    safe = np.where(flat, 1, area)
    share_1 = (origin[:, 0] * second[:, 1] - origin[:, 1] * second[:, 0]) / safe
    share_2 = (first[:, 0] * origin[:, 1] - first[:, 1] * origin[:, 0]) / safe
    return np.where(flat[:, None], 1 / 3, np.stack([share_1, share_2], axis=1))


def _bilinear_zero(
    values: Float[np.ndarray, "loops 4 2"], turn: Int[np.ndarray, "4 2"]
) -> tuple[np.ndarray, np.ndarray]:
    """Zero of the bilinear interpolation in the unit square, by Newton from its centre, kept inside; slopes there."""
    point = np.full((len(values), 2), 0.5)
    for _ in range(12 if len(values) else 0):
        here, slope = _bilinear(values, turn, point)
        steep = np.abs(np.linalg.det(slope)) > 1e-14 * np.square(values).max(axis=(1, 2))
        step = np.zeros_like(point)
        step[steep] = np.linalg.solve(slope[steep], here[steep, :, None])[..., 0]
        point = np.clip(point - step, 0, 1)
    return point, _bilinear(values, turn, point)[1]


def _bilinear(
    values: Float[np.ndarray, "loops 4 2"], turn: Int[np.ndarray, "4 2"], point: Float[np.ndarray, "loops 2"]
) -> tuple[Float[np.ndarray, "loops 2"], Float[np.ndarray, "loops 2 2"]]:
    """The interpolated field and its slopes d_b u_a at a point of the unit square."""
    along = np.where(turn == 1, point[:, None], 1 - point[:, None])
    sign = 2 * turn - 1
    slope = np.stack(
        [
            np.einsum("tcd,tc->td", values, sign[:, 0] * along[..., 1]),
            np.einsum("tcd,tc->td", values, sign[:, 1] * along[..., 0]),
        ],
        axis=2,
    )
    return np.einsum("tcd,tc->td", values, along.prod(axis=2)), slope


def _into_cell(points: Float[np.ndarray, "points 2"], cell: Float[np.ndarray, "2 2"]) -> Float[np.ndarray, "points 2"]:
    fraction = points @ np.linalg.inv(cell)
    return (fraction - np.floor(fraction)) @ cell
