"""Legends and titles that fit: never over curves, never cut."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.legend import Legend

SIZES = (8.5, 7.5, 6.5)
"""Points of the legend's letters: the largest that needs no more than `MOST_ROWS`, else the smallest."""

MOST_COLUMNS = 4

MOST_ROWS = 4

ROOM = 0.98
"""Share of the figure's width that a legend may take."""


def legend_above(figure: Figure, source: Axes | Sequence[Any]) -> None:
    """One legend for all panels, above them; the figure grows by its rows after the first.

    Args:
        figure: with its final width; call this last.
        source: axes whose labelled lines are listed, or the handles themselves.
    """
    handles = source.get_legend_handles_labels()[0] if isinstance(source, Axes) else list(source)
    if not handles:
        return
    renderer = FigureCanvasAgg(figure).get_renderer()
    for size in SIZES:
        legend, columns = _widest(figure, handles, size, renderer)
        rows = -(-len(handles) // columns)
        if rows <= MOST_ROWS or size == SIZES[-1]:
            break
        legend.remove()
    extent = legend.get_window_extent(renderer)
    figure.set_figheight(figure.get_figheight() + extent.height * (1 - 1 / rows) / figure.dpi)


def _widest(figure: Figure, handles: Sequence[Any], size: float, renderer: Any) -> tuple[Legend, int]:
    """The legend with the most columns that fit into the figure, and their number."""
    columns = min(len(handles), MOST_COLUMNS)
    while True:
        legend = figure.legend(handles=handles, loc="outside upper center", ncols=columns, fontsize=size)
        if columns == 1 or legend.get_window_extent(renderer).width <= ROOM * figure.bbox.width:
            return legend, columns
        legend.remove()
        columns -= 1


def fitted_title(axes: Axes, text: str, columns: int) -> None:
    """A title at the left, in smaller letters if one of `columns` panels side by side is too narrow for it."""
    title = axes.set_title(text, loc="left")
    figure = axes.get_figure(root=True)
    assert isinstance(figure, Figure)
    # Labels of the axis and the gap between panels take about an eighth.
    room = 0.87 * figure.bbox.width / columns
    width = title.get_window_extent(FigureCanvasAgg(figure).get_renderer()).width
    title.set_fontsize(float(title.get_fontsize()) * min(1.0, room / width))
