"""What diagonalisation costs: seconds against N, solver by solver, and against the batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from matplotlib.axes import Axes
from matplotlib.ticker import NullFormatter

from ._style import Drawing, panels, styled

COLOURS = ("#444444", "#1B6CA8", "#7FB2D9", "#B5541C", "#E0A030", "#3C8D53", "#8E5EA2")

MARKERS = ("s", "o", "o", "^", "D", "v", "x")


def draw(rows: Sequence[Mapping[str, Any]]) -> Drawing:
    """Time per glass against N for each model, and against the batch.

    Args:
        rows: tables with `model`, `particles`, `batch`, `route` and `seconds` (per glass).
    """
    alone = [row for row in rows if not row["route"].startswith("device")]
    batched = [row for row in rows if row["route"].startswith("device")]
    models = list(dict.fromkeys(row["model"] for row in alone))
    routes = list(dict.fromkeys(row["route"] for row in alone))
    with styled():
        figure, axes = panels(1, len(models) + bool(batched), height=3.6, sharey=True)
        for column, model in enumerate(models):
            for number, route in enumerate(routes):
                own = sorted(
                    (row["particles"], row["seconds"])
                    for row in alone
                    if (row["model"], row["route"]) == (model, route)
                )
                if own:
                    axes[0, column].plot(
                        *zip(*own, strict=True), color=COLOURS[number % 7], marker=MARKERS[number % 7], markersize=3.5,
                        linewidth=1.1, label=route,
                    )  # fmt: skip
            axes[0, column].set_title(model, loc="left")
            axes[0, column].set_xlabel("particles $N$")
        for number, route in enumerate(dict.fromkeys(row["route"] for row in batched)):
            own = sorted((row["batch"], row["seconds"]) for row in batched if row["route"] == route)
            axes[0, -1].plot(
                *zip(*own, strict=True), color=COLOURS[number], marker=MARKERS[number], markersize=3.5, linewidth=1.1,
                label=route.removeprefix("device, "),
            )  # fmt: skip
            axes[0, -1].set_title("batches on the device", loc="left")
            axes[0, -1].set_xlabel("glasses in a batch")
        for panel in axes[0]:
            panel.set_xscale("log")
            panel.set_yscale("log")
            panel.xaxis.set_minor_formatter(NullFormatter())
        for panel in axes[0, : len(models)]:
            _ticks(panel, (100, 300, 1000, 3000, 10000))
        if batched:
            _ticks(axes[0, -1], (1, 4, 16, 64, 256))
        axes[0, 0].legend(loc="upper left", fontsize=7)
        if batched:
            axes[0, -1].legend(loc="upper right", fontsize=7)
        axes[0, 0].set_ylabel("time per glass  [s]")
    return Drawing(figure, "Time of the lowest modes per glass, with assembly, checks and the proof of completeness.")


def _ticks(axes: Axes, places: Sequence[int]) -> None:
    """Round numbers along a logarithmic axis, as far as it reaches."""
    low, high = axes.get_xlim()
    shown = [place for place in places if low <= place <= high]
    axes.set_xticks(shown, [str(place) for place in shown])
