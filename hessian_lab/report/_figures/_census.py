"""All modes of the table: participation against frequency, coloured by rotation, over the band of the surrogates."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D
from matplotlib.patches import Patch

from ...claims import LOW_EDGE, ListedModes
from ...modes import SIGNIFICANT
from .._format import number
from .._series import Ensemble
from ._legend import fitted_title, legend_above
from ._listed import Listed, with_table
from ._style import SCALED_FREQUENCY, Drawing, Omitted, flags_text, label, mark_transverse, panels, styled

FEWEST_MODES = 10
"""Modes that a bin of the band needs."""

BINS = 24
"""Bins of the band, at most."""

HEIGHTS = ("mode_participation", "surrogate_participation")

BAND = "#B9B9B9"

RING = "#C8102E"


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """One panel a treatment; modes with a vortex core beyond chance are ringed."""
    found = with_table(ensemble)
    if isinstance(found, Omitted):
        return found
    columns = min(2, len(found))
    rows = -(-len(found) // columns)
    fractions = np.concatenate([modes["core_fraction"] for _, modes in found])
    low, high = np.floor(10 * np.nanquantile(fractions, 0.01)) / 10, np.ceil(10 * np.nanquantile(fractions, 0.99)) / 10
    with styled():
        figure, grid_of_axes = panels(rows, columns, height=1.0 + 2.9 * rows, sharex=True, sharey=True)
        flat = list(grid_of_axes.flat)
        size = float(np.clip(8000 / max(len(modes) for _, modes in found), 1.5, 14))
        for axes, (entry, modes) in zip(flat, found, strict=False):
            points = _panel(axes, modes, size, (low, high))
            mark_transverse(axes, [entry], scaled=True)
            axes.axvline(LOW_EDGE, color="#666666", linewidth=0.9, linestyle=(0, (1, 2)), zorder=1)
            fitted_title(axes, label(entry), columns)
        flat[0].set_ylim(0, 1.12 * max(float(modes[name].max()) for _, modes in found for name in HEIGHTS))
        flat[0].set_xlim(left=0)
        for axes in flat[len(found) :]:
            axes.set_visible(False)
        for place in range(len(found)):
            if place % columns == 0:
                flat[place].set_ylabel("participation ratio $e$")
            if place + columns >= len(found):
                flat[place].set_xlabel(SCALED_FREQUENCY)
                flat[place].tick_params(labelbottom=True)
        bar = figure.colorbar(points, ax=flat[: len(found)], aspect=14 * rows + 6, pad=0.02, extend="both")
        bar.set_label("rotation fraction of the core region")
        usual = float(np.median(np.concatenate([modes["surrogate_fraction"] for _, modes in found])))
        bar.ax.axhline(usual, color="black", linewidth=2)
        legend_above(figure, _handles())
    return Drawing(figure, _caption(found, usual))


def _panel(axes: Axes, modes: ListedModes, size: float, limits: tuple[float, float]) -> Any:
    _band(axes, modes)
    ratio = modes["mode_participation"]
    points = axes.scatter(
        modes.scaled, ratio, c=modes["core_fraction"], s=size, cmap="viridis", vmin=limits[0], vmax=limits[1],
        linewidths=0, rasterized=True, zorder=2,
    )  # fmt: skip
    chosen = modes["rotating"] == 1
    ring = size + float(np.clip(1500 / max(int(chosen.sum()), 1), 5, 22))
    axes.scatter(
        modes.scaled[chosen], ratio[chosen], s=ring, facecolors="none", edgecolors=RING, linewidths=0.03 * ring + 0.3,
        zorder=3,
    )  # fmt: skip
    return points


def _band(axes: Axes, modes: ListedModes) -> None:
    """Median and the middle 68 % of the surrogates' participation ratios, in bins of equal numbers of modes."""
    count = int(np.clip(len(modes) // FEWEST_MODES, 1, BINS))
    parts = np.array_split(np.argsort(modes.scaled), count)
    places = np.array([np.median(modes.scaled[part]) for part in parts])
    quantiles = np.array([np.quantile(modes["surrogate_participation"][part], [0.16, 0.5, 0.84]) for part in parts])
    axes.fill_between(places, quantiles[:, 0], quantiles[:, 2], color=BAND, alpha=0.5, linewidth=0, zorder=1.4)
    axes.plot(places, quantiles[:, 1], color="#555555", linewidth=1.3, zorder=1.5)


def _handles() -> list[Any]:
    point: dict[str, Any] = {"linestyle": "none", "marker": "o"}
    return [
        Line2D([], [], **point, markersize=4, markeredgewidth=0, color="#21908C", label="mode"),
        Line2D([], [], **point, markersize=6, markerfacecolor="none", color=RING, label="vortex core beyond chance"),
        Patch(facecolor=BAND, alpha=0.5, label="surrogates, middle 68 %"),
        Line2D([], [], color="#555555", linewidth=1.3, label="their median"),
    ]


def _caption(found: Listed, usual: float) -> str:
    def count(modes: ListedModes) -> str:
        return f"{int(modes['rotating'].sum())} of {len(modes)} modes"

    def chance(modes: ListedModes) -> str:
        return f"at most {number(SIGNIFICANT * len(modes), 1)}"

    counts = "; ".join(
        f"{entry.name}: {count(modes)} of {modes.glasses} glasses are ringed, by chance {chance(modes)} would be; "
        f"below {LOW_EDGE:g} ω_T1 {count(modes.low)}, by chance {chance(modes.low)}"
        for entry, modes in found
    )
    return (
        "Participation ratio of the modes of all confirmed minima against ω/ω_T1, coloured by the rotation fraction "
        "|W|^2/(|W|^2 + |S|^2) of the region where the mode rotates most. Band and line: medians of each mode's "
        "random-phase surrogates, which have its weights on plane waves. Black line in the colour bar: the median of "
        f"the surrogates' core regions, {number(usual, 2)}; chosen for its rotation, a region has more than the 1/2 of "
        "a plane wave. Rings: core stronger than those of the surrogates (p not above 0.05), at least 60 % rotation, "
        f"and at least 1.2 times the strongest shear. {counts}. Verticals: {LOW_EDGE:g} ω_T1 (dotted), ω_T1 (dashed)."
        + flags_text([entry for entry, _ in found])
    )
