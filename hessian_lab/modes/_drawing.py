"""Arrows of modes on matplotlib axes; what surrounds them is in `hessian_lab.report`."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float

from ..systems import Configuration, minimum_image_host
from ._vortices import Defects

ARROW = 1.5
"""Length of the longest arrow, in units of the mean distance of particles."""

POSITIVE, NEGATIVE = "#D55E00", "#0072B2"


def draw_plane_mode(
    axes: Any,
    displacement: Float[np.ndarray, "particles 2"],
    positions: Float[np.ndarray, "particles 2"],
    cell: Float[np.ndarray, "2 2"],
    defects: Defects | None = None,
) -> None:
    """A mode in two dimensions, its cell, and its winding defects where they are given."""
    from matplotlib.ticker import MaxNLocator

    fraction = positions @ np.linalg.inv(cell)
    spacing = np.sqrt(abs(np.linalg.det(cell)) / len(positions))
    _arrows(axes, (fraction - np.floor(fraction)) @ cell, displacement, spacing)
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) @ cell
    axes.plot(*corners.T, color="#888888", linewidth=0.8, zorder=1)
    margin = 0.03 * np.ptp(corners, axis=0)
    axes.set_xlim(corners[:, 0].min() - margin[0], corners[:, 0].max() + margin[0])
    axes.set_ylim(corners[:, 1].min() - margin[1], corners[:, 1].max() + margin[1])
    axes.set_aspect("equal")
    axes.xaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.yaxis.set_major_locator(MaxNLocator(5, integer=True))
    axes.grid(visible=False)
    axes.set_xlabel(r"$x$  [$\ell$]")
    axes.set_ylabel(r"$y$  [$\ell$]")
    if defects is not None:
        _defects(axes, defects)


def _arrows(axes: Any, places: np.ndarray, displacement: np.ndarray, spacing: float) -> None:
    """Length as the square root of the displacement, so that the weak field between the strong arrows stays visible."""
    size = np.linalg.norm(displacement, axis=1)
    unit = displacement / np.where(size > 0, size, 1)[:, None]
    arrow = unit * (ARROW * spacing * np.sqrt(size / size.max()))[:, None]
    axes.quiver(
        *(places - 0.5 * arrow).T,
        *arrow.T,
        size / size.max(),
        cmap="Greys",
        clim=(-0.9, 0.7),
        angles="xy",
        scale_units="xy",
        scale=1,
        width=0.0032,
        headwidth=4,
        headlength=4.5,
        headaxislength=4,
        zorder=2,
    )


def _defects(axes: Any, defects: Defects) -> None:
    looks = ((1, "o", POSITIVE, "vortex, source or sink (+1)"), (-1, "X", NEGATIVE, "antivortex or saddle (−1)"))
    for sign, marker, colour, text in looks:
        places = defects.positions[np.sign(defects.charges) == sign]
        hollow = marker == "o"
        axes.plot(
            *places.T,
            linestyle="none",
            marker=marker,
            markersize=7.5,
            markeredgewidth=1.8 if hollow else 0.4,
            markerfacecolor="none" if hollow else colour,
            markeredgecolor=colour,
            label=text,
            zorder=3,
        )


def slab_axes(axis: Float[np.ndarray, " 3"]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Right-handed unit vectors: two across the rotation axis, and the axis."""
    unit = axis / np.linalg.norm(axis)
    first = np.cross(np.eye(3)[np.argmin(np.abs(unit))], unit)
    first /= np.linalg.norm(first)
    return first, np.cross(unit, first), unit


def draw_slab(
    axes: Any,
    displacement: Float[np.ndarray, "particles 3"],
    configuration: Configuration,
    core: int,
    rotation: Float[np.ndarray, "particles 3"],
) -> Any:
    """The particles near the plane through the core of a mode across its rotation axis: arrows in the plane, and the
    local rotation about the axis as the colour of the points, in units of the core's.

    Returns:
        The points, for a colour bar.
    """
    first, second, unit = slab_axes(rotation[core])
    apart = minimum_image_host(configuration.positions - configuration.positions[core], configuration.cell)
    spacing = configuration.density ** (-1 / 3)
    near = np.abs(apart @ unit) < 0.6 * spacing
    places = np.stack([apart[near] @ first, apart[near] @ second], axis=1)
    about = rotation[near] @ unit / np.linalg.norm(rotation[core])
    points = axes.scatter(
        *places.T, c=about, cmap="PuOr", vmin=-1, vmax=1, s=70, linewidths=0.4, edgecolors="#666666", zorder=1.5
    )
    across = np.stack([displacement[near] @ first, displacement[near] @ second], axis=1)
    _arrows(axes, places, across, spacing)
    axes.plot([0], [0], marker="o", markersize=15, markerfacecolor="none", markeredgecolor=POSITIVE, zorder=3)
    reach = 0.5 * configuration.volume ** (1 / 3)
    axes.set_xlim(-1.05 * reach, 1.05 * reach)
    axes.set_ylim(-1.05 * reach, 1.05 * reach)
    axes.set_aspect("equal")
    axes.grid(visible=False)
    axes.set_xlabel(r"across the rotation axis  [$\ell$]")
    axes.set_ylabel(r"across the rotation axis  [$\ell$]")
    return points
