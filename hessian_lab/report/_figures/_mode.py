"""The displacement field of one low mode in two dimensions, with its winding defects."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from ..._core.errors import HessianLabError
from ...modes import Defects, winding_defects
from .._format import number
from .._series import Ensemble, LowMode
from ._style import Drawing, Omitted, flags_text, label, styled

ARROW = 1.5
"""Length of the longest arrow, in units of the mean distance of particles."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Arrows of the mode with the lowest frequency among the less extended ones; the first treatment that has one."""
    if ensemble.dimension != 2:
        return Omitted("modes are drawn in two dimensions only")
    chosen = [entry for entry in ensemble.series if entry.mode is not None]
    if not chosen:
        return Omitted(
            "no eigenvector of a confirmed minimum is stored; set eigenvectors = 1 or more in the campaign file"
        )
    entry = chosen[0]
    mode = entry.mode
    assert mode is not None
    try:
        moving = np.any(mode.displacement != 0, axis=1)
        defects, reason = winding_defects(mode.displacement[moving], mode.positions[moving], mode.cell), ""
    except HessianLabError as error:
        defects, reason = None, str(error)
    with styled():
        figure = Figure(figsize=(6.2, 6.6), layout="constrained")
        axes = figure.subplots()
        _arrows(axes, mode)
        if defects is not None:
            _defects(axes, defects)
        scaled = rf", $\omega/\omega_{{\mathrm{{T1}}}}$ = {mode.omega / entry.omega_t1:.2f}" if entry.omega_t1 else ""
        axes.set_title(
            rf"{label(entry)}, glass {mode.index}:  $\omega$ = {mode.omega:.3f} $(\epsilon/m)^{{1/2}}/\ell${scaled}, "
            rf"$e$ = {mode.participation:.2f}"
        )
    return Drawing(figure, _caption(mode, defects, reason) + flags_text([entry]))


def _wrapped(mode: LowMode) -> Float[np.ndarray, "particles 2"]:
    fraction = mode.positions @ np.linalg.inv(mode.cell)
    return (fraction - np.floor(fraction)) @ mode.cell


def _arrows(axes: Axes, mode: LowMode) -> None:
    """Length as the square root of the displacement, so that the weak field between the strong arrows stays visible."""
    positions = _wrapped(mode)
    size = np.linalg.norm(mode.displacement, axis=1)
    spacing = np.sqrt(abs(np.linalg.det(mode.cell)) / len(positions))
    unit = mode.displacement / np.where(size > 0, size, 1)[:, None]
    length = ARROW * spacing * np.sqrt(size / size.max())
    arrow = unit * length[:, None]
    axes.quiver(
        *(positions - 0.5 * arrow).T,
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
    corners = np.array([[0, 0], [1, 0], [1, 1], [0, 1], [0, 0]]) @ mode.cell
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


def _defects(axes: Axes, defects: Defects) -> None:
    looks = ((1, "o", "#D55E00", "vortex, source or sink (+1)"), (-1, "X", "#0072B2", "antivortex or saddle (−1)"))
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
    figure = axes.figure
    assert isinstance(figure, Figure)
    figure.legend(loc="outside lower center", ncols=2)


def _caption(mode: LowMode, defects: Defects | None, reason: str) -> str:
    share = number(mode.participation, 2)
    chosen = "below" if mode.participation < mode.median else "not below"
    text = (
        "Displacements of the mode with the lowest frequency among the lowest modes of all confirmed minima whose "
        f"participation ratio is not above their median (here {share}, {chosen} the median {number(mode.median, 2)}). "
        "Arrows are centred on the particles; their length grows as the square root of the displacement, their colour "
        "darkens with it. "
    )
    if defects is None:
        return text + f"Winding defects could not be found: {reason}."
    return text + (
        f"Winding defects: {defects.positive} of charge +1, {defects.negative} of charge −1, total charge "
        f"{number(float(defects.total_charge), 0)} (zero on a torus). A generic mode has such defects, and so has a "
        "superposition of plane waves: their existence is no evidence for vortices as the origin of the mode."
    )
