"""Mean ratio of adjacent gaps, in the bulk and for the lowest three levels."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes

from .._references import BULK, EDGE, GapReference
from .._series import Ensemble, Series
from ._legend import legend_above
from ._style import (
    OPEN_POINTS,
    Drawing,
    Omitted,
    flags_text,
    label,
    margin_heights,
    measured,
    panels,
    points,
    reference_line,
    styled,
)

NAMES = ("gap_ratio", "gap_ratio_lowest")

MOST_UPRIGHT = 4
"""Treatments whose names stand side by side."""

MOST_BROKEN = 12
"""Treatments whose names have room for several lines when they are turned."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Points with standard errors over glasses, beside the references for the same part of the spectrum."""
    series = [entry for entry in measured(ensemble.series) if any(entry.row[name] is not None for name in NAMES)]
    if not series:
        return Omitted("no gap ratio is determined")
    edge = [reference for reference in EDGE if reference.variable == "omega"]
    edge += [reference for reference in EDGE if reference.name == "GOE, soft edge"]
    by_order = len({entry.row["m"] for entry in series}) == len(series)
    with styled():
        # Names of treatments need the whole width.
        rows, columns, height = (1, 2, 3.8) if by_order else (2, 1, 6.0)
        figure, grid_of_axes = panels(rows, columns, height=height, sharex=not by_order, sharey=True)
        left, right = grid_of_axes.flat
        shown = [entry.row[name] for entry in series for name in NAMES if entry.row[name] is not None]
        left.set_ylim(min([0.33, *(value - 0.05 for value in shown)]), max([0.60, *(value + 0.05 for value in shown)]))
        _panel(left, series, NAMES[0], _ascending(BULK), "bulk (middle half of the levels)")
        _panel(right, series, NAMES[1], _ascending(edge), "lowest three levels")
        for axes in grid_of_axes[:, 0]:
            axes.set_ylabel(r"mean gap ratio in $\omega$")
        if by_order:
            for axes in (left, right):
                axes.set_xticks(np.arange(len(series)), [_order(entry) for entry in series])
                axes.set_xlabel("order $m$ of the taper")
            legend_above(figure, left if left.get_legend_handles_labels()[0] else right)
        else:
            _name_treatments(right, series)
    first, second = ("Left", "Right") if by_order else ("Top", "Bottom")
    caption = (
        "Mean ratio of adjacent gaps of the frequencies ω, with standard errors over glasses. "
        f"{first}: middle half of the spectrum, beside the Gaussian orthogonal ensemble (0.5307) and independent "
        f"levels (0.3863). {second}: the lowest three levels; at the edge 0.5307 is the wrong target, the references "
        "are those of random matrices' own edges. "
        "(λ): levels of the matrix itself. Bulk repulsion says nothing about the few modes below the first phonon. "
        "Points without a bar have too few glasses for an error."
        + (OPEN_POINTS if any(entry.row["flagged"] for entry in series) else "")
        + flags_text(series)
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
                None if error is None else [error],
                **points(entry),
                linestyle="none",
                markersize=6,
                capsize=3,
                label=label(entry),
            )
    texts = [_name(reference) for reference in references]
    heights = margin_heights(axes, [reference.value for reference in references], texts)
    for reference, text, height in zip(references, texts, heights, strict=True):
        reference_line(axes, reference.value, text, margin=height)
    axes.set_xlim(-0.6, len(series) - 0.4)
    axes.grid(visible=False, axis="x")
    axes.set_title(title, loc="left")


def _name_treatments(axes: Axes, series: Sequence[Series]) -> None:
    """Names along the lower axis: upright and broken at the commas as long as there is room for that."""
    names = [label(entry) for entry in series]
    broken = [name.replace(", ", ",\n") for name in names]
    many = len(series) > MOST_BROKEN
    axes.set_xticks(np.arange(len(series)), names if many else broken)
    axes.tick_params(axis="x", labelsize=6.5 if many else 7.5, rotation=90 if len(series) > MOST_UPRIGHT else 0)
    axes.set_xlabel("treatment")
