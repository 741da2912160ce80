"""Circulation of displacement fields round an axis."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from ..systems import Configuration, cell_heights, minimum_image_host


@dataclass(frozen=True, eq=False)
class Circulation:
    r"""Circulation of a field round an axis.

    .. math:: \Gamma(r) = \oint u \cdot dl = 2 \pi r \langle u_\theta \rangle

    2 \pi r^2 \eta for a rigid rotation of rate \eta, constant outside a core in 2D.

    Attributes:
        radius: mean distance from the axis of the particles of each ring, shape (rings,). Units of length.
        circulation: shape (rings,). Units of displacement times length.
        error: standard error from the scatter of u_theta in the ring, shape (rings,).
        particles: in each ring, shape (rings,).
    """

    radius: Float[np.ndarray, " rings"]
    circulation: Float[np.ndarray, " rings"]
    error: Float[np.ndarray, " rings"]
    particles: Int[np.ndarray, " rings"]


def circulation(
    field: Float[np.ndarray, "particles dim"],
    configuration: Configuration,
    centre: Float[np.ndarray, " dim"],
    axis: Float[np.ndarray, " 3"] | None = None,
    *,
    edges: Float[np.ndarray, " edges"],
    height: float | None = None,
) -> Circulation:
    """Circulation on rings round a core; rings with fewer than two particles are NaN.

    Args:
        field: displacements, shape (particles, dim).
        configuration: positions and cell.
        centre: of the rings. Units of length.
        axis: of the rotation in 3D; not needed in 2D. Dimensionless.
        edges: of the rings, ascending, at most half the box. Units of length.
        height: in 3D, half the height of the rings along the axis; (V/N)^(1/3) if not given. Units of length.

    Raises:
        InputError: if the axis is missing in 3D or has no length, or the edges do not ascend or reach beyond half the
            height of the cell.
    """
    edges = np.asarray(edges, dtype=np.float64)
    reach = float(cell_heights(configuration.cell).min()) / 2 * (1 + 1e-12)
    if edges.ndim != 1 or edges.size < 2 or not np.all(np.diff(edges) > 0) or edges[0] < 0 or edges[-1] > reach:
        raise InputError(
            f"argument edges must ascend from 0 or more to at most half the height of the cell, {reach:.4g}, but is "
            f"{edges.tolist()}"
        )
    apart = minimum_image_host(configuration.positions - np.asarray(centre), configuration.cell)
    moved = np.asarray(field, dtype=np.float64)
    if configuration.dimension == 3:
        length = 0.0 if axis is None else float(np.linalg.norm(axis))
        if axis is None or not length > 0:
            raise InputError(f"argument axis must be a direction in three dimensions, but got {axis}")
        unit = np.asarray(axis) / length
        along = apart @ unit
        limit = configuration.density ** (-1 / 3) if height is None else height
        apart, moved = apart[np.abs(along) <= limit], moved[np.abs(along) <= limit]
        apart = apart - (apart @ unit)[:, None] * unit
        turned = np.cross(unit, apart)
    else:
        turned = np.stack([-apart[:, 1], apart[:, 0]], axis=1)
    distance = np.linalg.norm(apart, axis=1)
    around = np.divide(np.sum(turned * moved, axis=1), distance, out=np.zeros_like(distance), where=distance > 0)
    ring = np.digitize(distance, edges) - 1
    rows = []
    for k in range(len(edges) - 1):
        inside = ring == k
        number = int(inside.sum())
        if number < 2:
            rows.append((np.nan, np.nan, np.nan, number))
            continue
        radius = float(distance[inside].mean())
        spread = around[inside].std(ddof=1) / np.sqrt(number)
        rows.append((radius, 2 * np.pi * radius * around[inside].mean(), 2 * np.pi * radius * spread, number))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Circulation(columns[0], columns[1], columns[2], columns[3].astype(int))
