"""The look that all figures share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import numpy as np
from jaxtyping import Float
from matplotlib import rc_context
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter

from .._series import Series

WIDTH = 7.4
"""Width of a figure in inches; the page shows it at its own width."""

RESOLUTION = 200
"""Dots per inch."""

UNIT = r"(\epsilon/m)^{1/2}/\ell"

FREQUENCY = rf"frequency $\omega$  [${UNIT}$]"

SCALED_FREQUENCY = r"frequency $\omega/\omega_{\mathrm{T1}}$"

NAME_SIZE = 7.8
"""Points of the names of reference lines."""

STYLE: dict[str, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "mathtext.fontset": "dejavusans",
    "axes.labelsize": 9.5,
    "axes.titlesize": 9.5,
    "axes.linewidth": 0.7,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": "#E6E6E6",
    "grid.linewidth": 0.6,
    "xtick.direction": "out",
    "ytick.direction": "out",
    "xtick.major.width": 0.7,
    "ytick.major.width": 0.7,
    "xtick.minor.width": 0.5,
    "ytick.minor.width": 0.5,
    "lines.linewidth": 1.5,
    "lines.markersize": 4.5,
    "legend.frameon": False,
    "legend.fontsize": 8.5,
    "legend.handlelength": 1.8,
    "figure.facecolor": "white",
    "savefig.facecolor": "white",
}


@dataclass(frozen=True)
class Drawing:
    """A figure and what its caption says, in plain text."""

    figure: Figure
    caption: str


@dataclass(frozen=True)
class Omitted:
    """Why there is no figure."""

    reason: str


OPEN_POINTS = " Open points: at least one of the parents is not shown to be at equilibrium."

NO_MINIMUM = Omitted("no glass of this ensemble is a confirmed minimum")


def styled() -> Any:
    """The look, for the length of a with-statement; figures are made and written inside it."""
    return rc_context(STYLE)  # type: ignore[arg-type]


def panels(rows: int = 1, columns: int = 1, *, height: float, **options: Any) -> tuple[Figure, np.ndarray]:
    """A figure without pyplot, and its axes of shape (rows, columns)."""
    figure = Figure(figsize=(WIDTH, height), layout="constrained")
    return figure, figure.subplots(rows, columns, squeeze=False, **options)


def png(figure: Figure) -> bytes:
    """The figure as a PNG file."""
    buffer = BytesIO()
    with styled():
        figure.savefig(buffer, format="png", dpi=RESOLUTION)
    return buffer.getvalue()


def measured(series: Sequence[Series]) -> list[Series]:
    """The series that have at least one confirmed minimum and a mode."""
    return [entry for entry in series if entry.spectra is not None and entry.spectra.omega.size]


def look(entry: Series) -> dict[str, Any]:
    """Colour, style and legend of a series' line."""
    return {"color": entry.colour, "linestyle": entry.dashes, "label": label(entry)}


def points(entry: Series) -> dict[str, Any]:
    """Colour and marker of a series' points: open where some of its parents are not shown to be at equilibrium."""
    face = "white" if entry.row["flagged"] else entry.colour
    return {"color": entry.colour, "marker": entry.marker, "markerfacecolor": face}


def label(entry: Series) -> str:
    """Name of a series, with its symbol in italics."""
    return entry.name.replace("m = ", "$m$ = ")


def band(
    axes: Axes,
    entry: Series,
    x: Float[np.ndarray, " points"],
    low: Float[np.ndarray, " points"],
    high: Float[np.ndarray, " points"],
    shown: np.ndarray | None = None,
) -> None:
    """A thin error band; left out where an end is not known (one glass has no error)."""
    finite = np.isfinite(low) & np.isfinite(high)
    if shown is not None:
        finite &= shown
    if np.any(finite):
        axes.fill_between(x, low, high, where=finite, color=entry.colour, alpha=0.14, linewidth=0)


def mark_transverse(axes: Axes, series: Sequence[Series], *, scaled: bool = False) -> None:
    """Vertical lines at omega_T1: one per series, or the common one at 1."""
    if scaled:
        axes.axvline(1.0, color="#666666", linewidth=0.9, linestyle=(0, (5, 3)), zorder=1)
        name_line(axes, 1.0, "#444444")
        return
    places = [(entry.omega_t1, entry.colour) for entry in series if entry.omega_t1 is not None]
    for place, colour in places:
        axes.axvline(place, color=colour, linewidth=0.9, linestyle=(0, (5, 3)), alpha=0.8, zorder=1)
    if places:
        name_line(axes, max(place for place, _ in places), "#444444")


def name_line(axes: Axes, place: float, colour: str) -> None:
    axes.annotate(
        r"$\omega_{\mathrm{T1}}$",
        (place, 0.995),
        xycoords=("data", "axes fraction"),
        xytext=(3, -2),
        textcoords="offset points",
        ha="left",
        va="top",
        fontsize=8.5,
        color=colour,
        # A name outside the frame would eat the frame's place.
        annotation_clip=True,
    )


def reference_line(
    axes: Axes, value: float, text: str, *, colour: str = "#555555", below: bool = False, margin: float | None = None
) -> None:
    """A dashed horizontal line with its name: inside at the left end, or in the right margin at the height `margin`."""
    axes.axhline(value, color=colour, linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.8)
    inside = margin is None
    axes.annotate(
        text,
        (0.005, value) if margin is None else (1.0, margin),
        xycoords=("axes fraction", "data"),
        xytext=(0, -2 if below else 1.5) if inside else (4, 0),
        textcoords="offset points",
        ha="left",
        va=("top" if below else "bottom") if inside else "center",
        fontsize=NAME_SIZE,
        color=colour,
        annotation_clip=False,
    )


def margin_heights(axes: Axes, values: Sequence[float], names: Sequence[str]) -> list[float]:
    """Heights at which the names of ascending values do not overlap in the margin, as near to the values as can be.

    The limits of the axis must be set. The height of the axes is estimated from the figure, shared by its rows.
    """
    bottom, top = axes.get_ylim()
    inches = axes.get_position().height * axes.get_figure(root=True).get_figheight()  # type: ignore[union-attr]
    line = 1.4 * NAME_SIZE / 72 / inches * (top - bottom)
    half = [0.5 * line * (name.count("\n") + 1) for name in names]
    heights = list(values)
    for _ in range(50):
        for k in range(1, len(heights)):
            overlap = half[k - 1] + half[k] - (heights[k] - heights[k - 1])
            if overlap > 0:
                heights[k - 1] -= 0.5 * overlap
                heights[k] += 0.5 * overlap
    return heights


def logarithmic_frequency(axes: Axes) -> None:
    """A logarithmic axis with plain numbers at 1, 2 and 5."""
    axes.set_xscale("log")
    axes.xaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.xaxis.set_minor_formatter(NullFormatter())


def frequency_grid(series: Sequence[Series], points: int = 120) -> Float[np.ndarray, " points"]:
    """Logarithmic grid over all modes of all series, as far as all of them are known. Units of 1/time."""
    lowest = min(float(entry.spectra.omega.min()) for entry in series if entry.spectra is not None)
    highest = max(float(entry.spectra.omega.max()) for entry in series if entry.spectra is not None)
    return np.geomspace(0.97 * lowest, min(1.03 * highest, *(known_up_to(entry) for entry in series), np.inf), points)


def known_up_to(entry: Series) -> float:
    """Frequency up to which all modes of all glasses are listed; published runs hold the lowest only."""
    return float(entry.spectra.known_up_to.min()) if entry.spectra is not None else np.inf


def glasses_text(series: Sequence[Series]) -> str:
    """How many glasses each curve stands for."""
    counts = {entry.name: entry.row["converged"] for entry in series}
    if len(set(counts.values())) == 1:
        return (
            f"{next(iter(counts.values()))} glasses each"
            if len(counts) > 1
            else f"{next(iter(counts.values()))} glasses"
        )
    return "glasses: " + ", ".join(f"{name} {count}" for name, count in counts.items())


def flags_text(series: Sequence[Series]) -> str:
    """Sentence for the end of a caption: how many parents are flagged; empty if none is."""
    counts = {(entry.row["flagged"], entry.row["glasses"]) for entry in series}
    flagged, parents = max(counts)
    if not flagged:
        return ""
    return f" {'Up to ' if len(counts) > 1 else ''}{flagged} of {parents} parents flagged as not at equilibrium."
