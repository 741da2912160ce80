"""The displacement field of one low mode: with its winding defects in 2D, with the rotation at its core in 3D."""

from __future__ import annotations

from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._core.errors import HessianLabError
from ...modes import Cores, Defects, draw_plane_mode, draw_slab, find_cores, local_fits, winding_defects
from .._format import number, significant
from .._series import Ensemble, LowMode, Series
from ._style import WIDTH, Drawing, Omitted, flags_text, label, styled

ARROW = 1.3
"""Length of the longest arrow in 3D, in units of the mean distance of particles."""

ELEVATION = 18.0
"""Of the view in 3D, in degrees."""

STRONG, WEAK, AXIS = "#1A1A1A", "#B4B4B4", "#D55E00"

NO_VECTOR = Omitted(
    "no eigenvector of a confirmed minimum is stored; set eigenvectors = 1 or more in the campaign file"
)


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Arrows of the mode with the lowest frequency among the less extended ones; the first treatment that has one."""
    entry = chosen(ensemble)
    if entry is None:
        return NO_VECTOR
    assert entry.mode is not None
    with styled():
        figure, text = _plane(entry.mode) if ensemble.dimension == 2 else _space(entry.mode)
        figure.suptitle(_title(entry), fontsize=9.5)
    return Drawing(figure, _choice(entry.mode) + text + flags_text([entry]))


def chosen(ensemble: Ensemble) -> Series | None:
    """The first treatment whose low mode is there to be drawn."""
    return next((entry for entry in ensemble.series if entry.mode is not None), None)


def _title(entry: Series) -> str:
    mode = entry.mode
    assert mode is not None
    scaled = rf", $\omega/\omega_{{\mathrm{{T1}}}}$ = {mode.omega / entry.omega_t1:.2f}" if entry.omega_t1 else ""
    return (
        rf"{label(entry)}, glass {mode.index}:  $\omega$ = {mode.omega:.3f} $(\epsilon/m)^{{1/2}}/\ell${scaled}, "
        rf"$e$ = {mode.participation:.2f}"
    )


def _choice(mode: LowMode) -> str:
    share = number(mode.participation, 2)
    place = "below" if mode.participation < mode.median else "not below"
    return (
        "Displacements of the mode with the lowest frequency among the lowest modes of all confirmed minima whose "
        f"participation ratio is not above their median (here {share}, {place} the median {number(mode.median, 2)}). "
    )


def _plane(mode: LowMode) -> tuple[Figure, str]:
    """Two dimensions: arrows and winding defects."""
    sample = mode.sample
    try:
        moving = np.any(mode.displacement != 0, axis=1)
        defects, reason = winding_defects(mode.displacement[moving], sample.positions[moving], sample.cell), ""
    except HessianLabError as error:
        defects, reason = None, str(error)
    figure = Figure(figsize=(6.2, 6.8), layout="constrained")
    axes = figure.subplots()
    draw_plane_mode(axes, mode.displacement, sample.positions, sample.cell, defects)
    if defects is not None:
        figure.legend(loc="outside lower center", ncols=2)
    arrows = (
        "Arrows are centred on the particles; their length grows as the square root of the displacement, their colour "
        "darkens with it. "
    )
    return figure, arrows + (_defects(defects) if defects else f"Winding defects could not be found: {reason}.")


def _defects(defects: Defects) -> str:
    return (
        f"Winding defects: {defects.positive} of charge +1, {defects.negative} of charge −1, total charge "
        f"{number(float(defects.total_charge), 0)} (zero on a torus). A generic mode has such defects, and so has a "
        "superposition of plane waves: their existence is no evidence for vortices as the origin of the mode."
    )


def _space(mode: LowMode) -> tuple[Figure, str]:
    """Three dimensions: all particles as arrows, and the slab through the rotation core."""
    fits = local_fits(mode.sample)
    gradients = fits.gradients(mode.displacement[None])
    cores = find_cores(gradients, fits)
    core, axis = int(cores.particle[0]), cores.rotation[0]
    figure = Figure(figsize=(WIDTH, 4.2), layout="constrained")
    # Two subfigures: the colour bar of one does not take height from the other.
    left, right = figure.subfigures(1, 2, squeeze=False, width_ratios=(1.25, 1))[0]
    arrows = left.add_subplot(projection="3d")
    slab = right.subplots()
    strong = _arrows(arrows, mode, core, axis)
    points = draw_slab(slab, mode.displacement, mode.sample, core, gradients.rotation[0])
    bar = right.colorbar(points, ax=slab, location="bottom", aspect=26, extend="both")
    bar.set_label("rotation about the axis, in units of the core's", fontsize=8.5)
    return figure, _space_text(mode, cores, strong)


def _arrows(axes: Any, mode: LowMode, core: int, rotation: Float[np.ndarray, " 3"]) -> int:
    """Arrows round the core, those of the N e particles that move most in black; the axis; the cell. Returns N e."""
    sample = mode.sample
    fraction = (sample.positions - sample.positions[core]) @ np.linalg.inv(sample.cell)
    places = (fraction - np.round(fraction)) @ sample.cell
    size = np.linalg.norm(mode.displacement, axis=1)
    strong = max(1, round(mode.participation * sample.particles))
    order = np.argsort(-size)
    # Square roots, as in two dimensions, so that the weak field stays visible.
    scale = ARROW * sample.density ** (-1 / 3) * np.sqrt(size / size.max())
    arrow = mode.displacement / np.where(size > 0, size, 1)[:, None] * scale[:, None]
    for part, colour, width, depth in ((order[strong:], WEAK, 0.6, 1), (order[:strong], STRONG, 1.0, 2)):
        axes.quiver(
            *(places[part] - 0.5 * arrow[part]).T, *arrow[part].T, color=colour, linewidth=width,
            arrow_length_ratio=0.35, zorder=depth,
        )  # fmt: skip
    unit = rotation / np.linalg.norm(rotation)
    half = 0.5 * sample.volume ** (1 / 3)
    axes.plot(*np.outer(unit, [-half, half]), color=AXIS, linewidth=1.8, zorder=3)
    for start, end in _edges(sample.cell):
        axes.plot(*np.stack([start, end], axis=1), color="#888888", linewidth=0.6, zorder=0.5)
    axes.view_init(elev=ELEVATION, azim=_side_of(unit))
    reach = 0.5 * np.abs(sample.cell).sum(axis=0)
    for letter, limit in zip("xyz", reach, strict=True):
        getattr(axes, f"set_{letter}lim")(-limit, limit)
        getattr(axes, f"set_{letter}label")(rf"${letter} - {letter}_{{\mathrm{{core}}}}$  [$\ell$]", labelpad=-5)
        getattr(axes, f"{letter}axis").set_major_locator(MaxNLocator(3, integer=True))
    axes.tick_params(pad=-3, labelsize=7.5)
    axes.set_box_aspect(reach, zoom=0.96)
    axes.grid(visible=False)
    return strong


def _side_of(unit: Float[np.ndarray, " 3"]) -> float:
    """Of the two diagonal views, the one that looks less along the axis. In degrees."""

    def along(azimuth: float) -> float:
        angle, height = np.radians(azimuth), np.radians(ELEVATION)
        return abs(
            float(np.cos(height) * (unit[0] * np.cos(angle) + unit[1] * np.sin(angle)) + np.sin(height) * unit[2])
        )

    return min((-55.0, 35.0), key=along)


def _edges(cell: Float[np.ndarray, "3 3"]) -> list[tuple[np.ndarray, np.ndarray]]:
    """Ends of the twelve edges of a cell whose middle is the origin."""
    corners = np.array(np.meshgrid(*[(-0.5, 0.5)] * 3, indexing="ij")).reshape(3, -1).T
    return [(a @ cell, b @ cell) for k, a in enumerate(corners) for b in corners[:k] if np.count_nonzero(a != b) == 1]


def _space_text(mode: LowMode, cores: Cores, strong: int) -> str:
    return (
        f"Left: all {mode.sample.particles} particles round the region that rotates most; the {strong} that move most "
        "(N e) in black, lengths grow as the square root of the displacement; the orange line is the axis of rotation "
        "there. Right: the particles of the slab through the core across that axis, their displacements in it, and the "
        "local rotation about the axis. "
        f"In the core region {number(100 * float(cores.fraction[0]), 0)} % of |W|^2 + |S|^2 is rotation, and its "
        f"rotation is {significant(float(cores.asymmetry[0]), 2)} times the strongest strain of any region; every "
        "field has a region that rotates most, so that only the comparison with surrogates tells."
    )
