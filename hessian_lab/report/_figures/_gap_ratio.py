"""Mean ratio of adjacent gaps, in the bulk and for the lowest three levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .._references import BULK, EDGE, GapReference
from .._series import Ensemble, Series
from ._style import Drawing, Omitted, label, legend_above, margin_heights, measured, panels, reference_line, styled

NAMES = ("gap_ratio", "gap_ratio_lowest")


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Points with standard errors over glasses, beside the references for the same part of the spectrum."""
    series = [entry for entry in measured(ensemble.series) if any(entry.row[name] is not None for name in NAMES)]
    if not series:
        return Omitted("no gap ratio is determined")
    edge = [reference for reference in EDGE if reference.variable == "omega"]
    edge += [reference for reference in EDGE if reference.name == "GOE, soft edge"]
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.8, sharey=True)
        left, right = grid_of_axes[0]
        shown = [entry.row[name] for entry in series for name in NAMES if entry.row[name] is not None]
        left.set_ylim(min([0.33, *(value - 0.05 for value in shown)]), max([0.60, *(value + 0.05 for value in shown)]))
        _panel(left, series, NAMES[0], _ascending(BULK), "bulk (middle half of the levels)")
        _panel(right, series, NAMES[1], _ascending(edge), "lowest three levels")
        left.set_ylabel(r"mean gap ratio in $\omega$")
        legend_above(figure, left if left.get_legend_handles_labels()[0] else right, series)
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


def _name(reference: GapReference) -> str:
    text = reference.name.replace(" (", "\n(").replace(", ", ",\n").replace("g ~ ω⁴", r"$g\sim\omega^4$")
    return text + (r" ($\lambda$)" if reference.variable == "lambda" else "")


def _order(entry: Series) -> str:
    return "∞" if entry.row["m"] == "inf" else str(entry.row["m"])


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
                label=label(entry),
            )
    texts = [_name(reference) for reference in references]
    heights = margin_heights(axes, [reference.value for reference in references], texts)
    for reference, text, height in zip(references, texts, heights, strict=True):
        reference_line(axes, reference.value, text, margin=height)
    axes.set_xticks(np.arange(len(series)), [_order(entry) for entry in series])
    axes.set_xlim(-0.6, len(series) - 0.4)
    axes.grid(visible=False, axis="x")
    axes.set_xlabel("order $m$ of the taper")
    axes.set_title(title, loc="left")
