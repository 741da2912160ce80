"""Spacings, number variance and rigidity of spectra, beside random matrices and independent levels."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from matplotlib.axes import Axes

from ...statistics import (
    LevelFluctuations,
    LevelStatistics,
    SpacingDistribution,
    goe_delta_3,
    goe_number_variance,
    poisson_delta_3,
    poisson_number_variance,
    poisson_spacings,
    wigner_surmise,
)
from ._legend import legend_above
from ._style import Drawing, panels, styled

COLOURS = ("#1B6CA8", "#B5541C", "#3C8D53", "#8E5EA2", "#E0A030")

MARKERS = ("o", "s", "^", "D", "v")

GREYS = ("#6B6B6B", "#94805F", "#9A9A9A")
"""Of reference spectra of matched size."""

OPEN_MARKERS = ("x", "+", "1")

GOE_LINE = {"color": "#222222", "linewidth": 1.1, "linestyle": "-", "label": "GOE, infinite"}

POISSON_LINE = {"color": "#222222", "linewidth": 1.1, "linestyle": (0, (4, 2)), "label": "Poisson, infinite"}


def draw(cases: Mapping[str, LevelStatistics], references: Mapping[str, LevelStatistics]) -> Drawing:
    """Three panels: P(s), Sigma^2(L) and Delta_3(L), each with standard errors over glasses.

    Args:
        cases: measured statistics, by name.
        references: the same estimators on reference levels of matched size, by name.
    """
    looks = [
        (name, found, COLOURS[k % len(COLOURS)], MARKERS[k % len(MARKERS)], 3.2)
        for k, (name, found) in enumerate(cases.items())
    ]
    looks += [
        (name, found, GREYS[k % len(GREYS)], OPEN_MARKERS[k % len(OPEN_MARKERS)], 4.5)
        for k, (name, found) in enumerate(references.items())
    ]
    with styled():
        figure, grid_of_axes = panels(1, 3, height=3.3)
        first, second, third = grid_of_axes[0]
        s = np.linspace(0, 4, 201)
        first.plot(s, wigner_surmise(s), **GOE_LINE)
        first.plot(s, poisson_spacings(s), **POISSON_LINE)
        highest = max(float(length) for _, found, *_ in looks for length in found.variance.lengths)
        lengths = np.geomspace(min(0.3, 0.02 * highest), highest, 200)
        second.plot(lengths, goe_number_variance(lengths), **GOE_LINE)
        second.plot(lengths, poisson_number_variance(lengths), **POISSON_LINE)
        third.plot(lengths, goe_delta_3(lengths), **GOE_LINE)
        third.plot(lengths, poisson_delta_3(lengths), **POISSON_LINE)
        for name, found, colour, marker, size in looks:
            look = {"color": colour, "marker": marker, "markersize": size, "linestyle": "none", "label": name}
            _spacings(first, found.spacings, look)
            _fluctuations(second, found.variance, look)
            _fluctuations(third, found.rigidity, look)
        _finish(first, second, third, looks)
        legend_above(figure, second)
    return Drawing(figure, _caption(cases, references))


def _spacings(axes: Axes, found: SpacingDistribution, look: dict) -> None:
    centres = (found.edges[1:] + found.edges[:-1]) / 2
    axes.errorbar(centres, found.density, np.nan_to_num(found.standard_error), elinewidth=0.8, zorder=3, **look)


def _fluctuations(axes: Axes, found: LevelFluctuations, look: dict) -> None:
    axes.errorbar(found.lengths, found.value, np.nan_to_num(found.standard_error), elinewidth=0.8, zorder=3, **look)


def _finish(first: Axes, second: Axes, third: Axes, looks: list) -> None:
    """Labels, and heights that the rigid levels fill: the line of independent levels runs out at the top."""
    first.set_xlabel("spacing $s$  [mean spacings]")
    first.set_ylabel("density $P(s)$")
    first.set_xlim(0, 4)
    first.set_ylim(bottom=0)
    first.set_title("spacings", loc="left")
    for axes, name, of_goe, title in (
        (second, "variance", goe_number_variance, "number variance"),
        (third, "rigidity", goe_delta_3, "rigidity"),
    ):
        axes.set_xlabel("length $L$  [mean spacings]")
        axes.set_title(title, loc="left")
        axes.set_xlim(left=0)
        lengths = [getattr(found, name).lengths for _, found, *_ in looks]
        values = [float(np.nanmax(getattr(found, name).value, initial=0.0)) for _, found, *_ in looks]
        rigid = [float(of_goe(np.max(length))) for length in lengths]
        spread = sorted(value for value in values if value < 8 * max(rigid))
        axes.set_ylim(0, 1.25 * max([*rigid, *spread]))
    second.set_ylabel(r"$\Sigma^2(L)$")
    third.set_ylabel(r"$\Delta_3(L)$")


def _caption(cases: Mapping[str, LevelStatistics], references: Mapping[str, LevelStatistics]) -> str:
    everything = {**cases, **references}
    counts = ", ".join(
        f"{name}: {found.glasses} {'glasses' if name in cases else 'samples'}, {found.spacings.spacings} spacings, "
        f"{found.mean_levels:.3g} levels in the window"
        for name, found in everything.items()
    )
    windows = sorted({(*found.window, found.method) for found in everything.values()})
    parts = "; ".join(f"{low:g} to {high:g} of the levels, unfolded by {_METHODS[how]}" for low, high, how in windows)
    return (
        "Levels in units of their mean spacing. Left: density of the spacings of neighbours. Middle: variance of the "
        "number of levels in an interval of mean number L. Right: mean square distance of the staircase from the best "
        "straight line over L. Lines: Wigner's surmise and infinite random matrices, and independent levels. Bars: "
        f"standard errors over glasses; points at different L are correlated. Part of the spectrum: {parts}. {counts}."
    )


_METHODS = {"ensemble": "the mean staircase of the other glasses", "polynomial": "each glass's own polynomial"}
