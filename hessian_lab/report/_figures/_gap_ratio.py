"""Mean ratio of adjacent gaps, in the bulk and for the lowest three levels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import numpy as np
from matplotlib.axes import Axes

from .._references import BULK, EDGE, GapReference
from .._series import Ensemble, Series
from ._style import Drawing, Omitted, label, measured, panels, reference_line, styled

NAMES = ("gap_ratio", "gap_ratio_lowest")

NEAR = 0.012
"""References closer than this have their names on either side of the pair."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Points with standard errors over glasses, beside the references for the same part of the spectrum."""
    series = [entry for entry in measured(ensemble.series) if any(entry.row[name] is not None for name in NAMES)]
    if not series:
        return Omitted("no gap ratio is determined")
    edge = [reference for reference in EDGE if reference.variable == "omega"]
    edge += [reference for reference in EDGE if reference.name == "GOE, soft edge"]
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.6, sharey=True)
        left, right = grid_of_axes[0]
        _panel(left, series, NAMES[0], _ascending(BULK), "bulk (middle half of the levels)")
        _panel(right, series, NAMES[1], _ascending(edge), "lowest three levels")
        left.set_ylabel(r"mean gap ratio in $\omega$")
        shown = [entry.row[name] for entry in series for name in NAMES if entry.row[name] is not None]
        left.set_ylim(min([0.33, *(value - 0.05 for value in shown)]), max([0.60, *(value + 0.05 for value in shown)]))
    caption = (
        "Mean ratio of adjacent gaps of the frequencies ω, with standard errors over glasses. Left: middle half of the "
        "spectrum, beside the Gaussian orthogonal ensemble (0.5307) and independent levels (0.3863). Right: the lowest "
        "three levels; at the edge 0.5307 is the wrong target, the references are those of random matrices' own edges. "
        "(λ): levels of the matrix itself. Bulk repulsion says nothing about the few modes below the first phonon. "
        "Points without a bar have too few glasses for an error."
    )
    return Drawing(figure, caption)


def _ascending(references: Sequence[GapReference]) -> list[GapReference]:
    return sorted(references, key=lambda reference: reference.value)


def _panel(axes: Axes, series: Sequence[Series], name: str, references: Sequence[GapReference], title: str) -> None:
    for place, entry in enumerate(series):
        if entry.row[name] is not None:
            error = entry.row[f"{name}_error"]
            axes.errorbar(
                [place],
                [entry.row[name]],
                [error or 0.0],
                color=entry.colour,
                marker=entry.marker,
                linestyle="none",
                markersize=6,
                capsize=3,
            )
    for lower, reference, upper in zip([None, *references], references, [*references[1:], None], strict=False):
        text = reference.name.replace(" (", "\n(").replace(", ", ",\n").replace("g ~ ω⁴", r"$g\sim\omega^4$")
        text += r" ($\lambda$)" if reference.variable == "lambda" else ""
        side: Literal["above", "level", "below"] = "level"
        if upper is not None and upper.value - reference.value < NEAR:
            side = "below"
        elif lower is not None and reference.value - lower.value < NEAR:
            side = "above"
        reference_line(axes, reference.value, text, outside=True, side=side)
    axes.set_xticks(np.arange(len(series)), [label(entry).replace(" (", "\n(") for entry in series])
    axes.set_xlim(-0.6, len(series) - 0.4)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("taper")
    axes.set_title(title, loc="left")
