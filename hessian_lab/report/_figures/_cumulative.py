"""F(omega), the share of the modes below omega."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...statistics import cumulative_dos
from .._series import Ensemble
from ._legend import legend_above
from ._style import (
    FREQUENCY,
    NO_MINIMUM,
    Drawing,
    Omitted,
    band,
    flags_text,
    frequency_grid,
    glasses_text,
    logarithmic_frequency,
    look,
    mark_transverse,
    measured,
    panels,
    styled,
)

SLOPES = (2.0, 4.0)
"""Exponents s whose slope F ~ omega^(s + 1) is drawn beside the curves."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """F(omega) of every treatment with 95 % bands, on logarithmic axes."""
    series = measured(ensemble.series)
    if not series:
        return NO_MINIMUM
    with styled():
        figure, grid_of_axes = panels(height=4.3)
        axes = grid_of_axes[0, 0]
        logarithmic_frequency(axes)
        axes.set_yscale("log")
        grid = frequency_grid(series)
        floor = 1.0
        for entry in series:
            assert entry.spectra is not None
            found = cumulative_dos(entry.spectra, grid)
            seen = found.counts > 0
            if not np.any(seen):
                continue
            axes.plot(grid[seen], found.value[seen], **look(entry))
            least = float(found.value[seen].min())
            band(axes, entry, grid, np.maximum(found.low, 0.05 * least), found.high, seen)
            floor = min(floor, least)
        axes.set_xlim(grid[0], grid[-1])
        axes.set_ylim(0.4 * floor, 1.6)
        known = [entry.omega_t1 for entry in series if entry.omega_t1 is not None]
        if known:
            _slopes(axes, max(known))
        mark_transverse(axes, series)
        axes.set_xlabel(FREQUENCY)
        axes.set_ylabel(r"cumulative density of states $F(\omega)$")
        legend_above(figure, axes)
    caption = (
        "Share of the modes below ω, per treatment; bands are 95 % intervals over glasses, point by point (the points "
        "are correlated), and at least Poisson where few modes are seen. Dashed verticals: ω_T1 of each treatment. "
        "Grey dotted: the slopes of s = 2 and s = 4, for comparison, not fitted. "
        f"{glasses_text(series).capitalize()}.{flags_text(series)}"
    )
    return Drawing(figure, caption)


def _slopes(axes: Axes, omega_t1: float) -> None:
    """A key of slopes in the empty corner below the curve."""
    left, right = axes.get_xlim()
    bottom, top = axes.get_ylim()
    ends = np.array([1.3 * omega_t1, min(3.2 * omega_t1, 0.6 * right)])
    if ends[1] < 1.4 * ends[0] or ends[0] <= left:
        return
    start = bottom * (top / bottom) ** 0.06
    for s in SLOPES:
        line = start * (ends / ends[0]) ** (s + 1)
        axes.plot(ends, line, color="#777777", linestyle=":", linewidth=1.2, zorder=1)
        axes.annotate(
            rf"$\omega^{{{s + 1:g}}}$ ($s={s:g}$)",
            (ends[1], line[1]),
            xytext=(4, 0),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
            ha="left",
            va="center",
        )
