"""F(omega), the share of the modes below omega."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes

from ...statistics import CumulativeDos, cumulative_dos
from .._series import Ensemble
from ._style import (
    FREQUENCY,
    NO_MINIMUM,
    Drawing,
    Omitted,
    band,
    frequency_grid,
    glasses_text,
    look,
    mark_transverse,
    measured,
    panels,
    styled,
)

GUIDES = (2.0, 4.0)
"""Exponents s whose F ~ omega^(s + 1) is drawn as a guide to the eye."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """F(omega) of every treatment with 95 % bands, on logarithmic axes."""
    series = measured(ensemble.series)
    if not series:
        return NO_MINIMUM
    with styled():
        figure, grid_of_axes = panels(height=4.3)
        axes = grid_of_axes[0, 0]
        axes.set_xscale("log")
        axes.set_yscale("log")
        grid = frequency_grid(series)
        floor = 1.0
        for entry in series:
            assert entry.spectra is not None
            found = cumulative_dos(entry.spectra, grid)
            seen = found.counts > 0
            axes.plot(grid[seen], found.value[seen], **look(entry))
            least = float(found.value[seen].min())
            band(axes, entry, grid, np.maximum(found.low, 0.05 * least), found.high, seen)
            floor = min(floor, least)
        axes.set_xlim(grid[0], grid[-1])
        axes.set_ylim(0.4 * floor, 1.6)
        first = series[0]
        assert first.spectra is not None
        if first.omega_t1 is not None:
            _guides(axes, cumulative_dos(first.spectra, np.array([0.6 * first.omega_t1]), resamples=2), grid[0])
        mark_transverse(axes, series)
        axes.set_xlabel(FREQUENCY)
        axes.set_ylabel(r"cumulative density of states $F(\omega)$")
        axes.legend(loc="lower right")
    caption = (
        "Share of the modes below ω, per treatment; bands are 95 % intervals over glasses, point by point (the points "
        "are correlated), and at least Poisson where few modes are seen. Dashed verticals: ω_T1 of each treatment. "
        "Grey dotted lines: slopes of s = 2 and s = 4, guides to the eye through the first curve, no fits. "
        f"{glasses_text(series).capitalize()}."
    )
    return Drawing(figure, caption)


def _guides(axes: Axes, anchor: CumulativeDos, lowest: float) -> None:
    place, value = float(anchor.omega[0]), float(anchor.value[0])
    if value <= 0 or place <= 1.2 * lowest:
        return
    bottom = axes.get_ylim()[0]
    for s in GUIDES:
        start = max(lowest, place * (1.5 * bottom / value) ** (1 / (s + 1)))
        if start >= place:
            continue
        ends = np.array([start, place])
        axes.plot(ends, value * (ends / place) ** (s + 1), color="#777777", linestyle=":", linewidth=1.1, zorder=1)
        axes.annotate(
            rf"$s={s:g}$",
            (ends[0], value * (ends[0] / place) ** (s + 1)),
            xytext=(2, 8 if s < 3 else -1),
            textcoords="offset points",
            fontsize=8,
            color="#555555",
            ha="left",
            va="bottom",
        )
