"""How far apart the minima are that two quench methods reach from the same parents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.ticker import PercentFormatter

from ...claims import SAME_MINIMUM, MethodDistance
from .._format import listing
from .._series import Ensemble, System
from ._legend import legend_above
from ._style import Drawing, Omitted, panels, styled

COLOURS = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#8C8C8C", "#1A1A1A")
"""One per pair of methods."""

DASHES: tuple[Any, ...] = ("-", "--", ":", "-.")
"""One per taper."""

WIDEST, NARROWEST = 3.4, 1.0
"""Points of the lines of the first and the last pair of methods: below a curve that coincides the wider one shows."""

COLUMNS = 3
"""Panels side by side."""


def draw(system: System) -> Drawing | Omitted:
    """One panel a parental temperature: the share of glasses whose minima are closer than a distance."""
    shown = [ensemble for ensemble in system.ensembles if _there(ensemble)]
    if not shown:
        return Omitted(
            "no two quench methods share glasses whose positions are stored"
            if len({entry.group.quench for ensemble in system.ensembles for entry in ensemble.series}) > 1
            else "there is one quench method only"
        )
    every = [entry for ensemble in shown for entry in _there(ensemble)]
    methods = list(dict.fromkeys(_methods(entry) for entry in every))
    tapers = list(dict.fromkeys(entry.row["taper_a"] for entry in every))
    farthest = max(float(entry.distances.max()) for entry in every)
    columns = min(COLUMNS, len(shown))
    rows = -(-len(shown) // columns)
    widths = np.linspace(WIDEST if len(methods) > 1 else NARROWEST, NARROWEST, len(methods)).tolist()
    with styled():
        figure, grid = panels(rows, columns, height=0.9 + 2.5 * rows, sharex=True, sharey=True)
        for axes, ensemble in zip(grid.flat, shown, strict=False):
            axes.set_xscale("log")
            axes.set_xlim(0.6 * SAME_MINIMUM, max(2 * farthest, 10 * SAME_MINIMUM))
            axes.set_ylim(-0.03, 1.03)
            for entry in sorted(_there(ensemble), key=lambda entry: methods.index(_methods(entry))):
                number = methods.index(_methods(entry))
                colour, dashes = (
                    COLOURS[number % len(COLOURS)],
                    DASHES[tapers.index(entry.row["taper_a"]) % len(DASHES)],
                )
                _curve(axes, entry, colour, dashes, widths[number])
            axes.set_title(_title(ensemble), loc="left")
            axes.yaxis.set_major_formatter(PercentFormatter(1.0))
        for axes in list(grid.flat)[len(shown) :]:
            axes.set_visible(False)
        for place in range(len(shown)):
            grid.flat[place].set_ylabel("glasses closer than $D$" if place % columns == 0 else "")
            if place + columns >= len(shown):
                grid.flat[place].set_xlabel(r"distance $D$  [$\ell$]")
                grid.flat[place].tick_params(labelbottom=True)
        keys = [
            Line2D(
                [], [], color=COLOURS[number % len(COLOURS)], linewidth=widths[number], label=f"{first} and {second}"
            )
            for number, (first, second) in enumerate(methods)
        ]
        if len(tapers) > 1:
            keys += [
                Line2D([], [], color="#555555", linestyle=DASHES[number % len(DASHES)], label=taper)
                for number, taper in enumerate(tapers)
            ]
        legend_above(figure, keys)
    return Drawing(figure, _caption(shown, every))


def _there(ensemble: Ensemble) -> list[MethodDistance]:
    return [entry for entry in ensemble.distances if entry.distances.size]


def _methods(entry: MethodDistance) -> tuple[str, str]:
    return entry.row["quench_a"], entry.row["quench_b"]


def _curve(axes: Axes, entry: MethodDistance, colour: str, dashes: str, width: float) -> None:
    """The empirical distribution; it begins at the share of the glasses that are in one minimum."""
    farther = np.sort(entry.distances[entry.distances > SAME_MINIMUM])
    x = np.concatenate([[SAME_MINIMUM], farther, [axes.get_xlim()[1]]])
    share = 1 - np.arange(farther.size, -1, -1) / entry.distances.size
    y = np.concatenate([share, [1.0]])
    start: dict[str, Any] = {"marker": "o", "markevery": [0], "markersize": width + 2.5, "markeredgewidth": 0}
    axes.plot(x, y, drawstyle="steps-post", color=colour, linestyle=dashes, linewidth=width, **start)


def _title(ensemble: Ensemble) -> str:
    flag = f", {ensemble.flagged} parents flagged" if ensemble.flagged else ""
    name = r"$T = \infty$" if np.isinf(ensemble.temperature) else f"$T = {ensemble.temperature:g}$"
    return f"{name}{flag}"


def _caption(shown: Sequence[Ensemble], every: Sequence[MethodDistance]) -> str:
    counts = sorted({entry.row["glasses"] for entry in every})
    glasses = f"{counts[0]}" if len(counts) == 1 else f"{counts[0]} to {counts[-1]}"
    hot = listing(["random parents" if np.isinf(e.temperature) else f"T = {e.temperature:g} ε" for e in shown])
    return (
        "Share of the parents whose minima under two quench methods are closer than D, the root mean square "
        "displacement per particle with the best common translation removed. A curve begins at the share that ended in "
        f"the same minimum (closer than {SAME_MINIMUM:g} ℓ). Confirmed minima under both methods only: {glasses} "
        f"glasses a curve. Each pair of methods has a width, so that curves that coincide show. Panels: {hot}."
    )
