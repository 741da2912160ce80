"""Participation ratio of low modes against the number of particles, with the fitted powers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter, LogLocator, NullFormatter, NullLocator

from ...statistics import ParticipationScaling
from ._style import UNIT, Drawing, panels, styled

COLOURS = ("#1B6CA8", "#B5541C", "#3C8D53", "#8E5EA2", "#E0A030")

MARKERS = ("o", "s", "^", "D", "v")


def draw(scalings: Sequence[ParticipationScaling]) -> Drawing:
    """One panel for windows fixed in omega, one for windows fixed in omega/omega_T1.

    Args:
        scalings: one a window.
    """
    groups = [[entry for entry in scalings if entry.scaled is scaled] for scaled in (False, True)]
    groups = [group for group in groups if group]
    with styled():
        figure, grid_of_axes = panels(1, len(groups), height=3.8, sharey=True)
        for axes, group in zip(grid_of_axes[0], groups, strict=True):
            for number, scaling in enumerate(group):
                _points_and_fit(axes, scaling, COLOURS[number % len(COLOURS)], MARKERS[number % len(MARKERS)])
            fixed = r"$\omega/\omega_{\mathrm{T1}}$" if group[0].scaled else r"$\omega$"
            axes.set_title(f"at fixed {fixed}", loc="left")
            sizes = sorted({point.particles for scaling in group for point in scaling.points})
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlim(min(sizes) / 1.3, 1.3 * max(sizes))
            axes.set_xticks(sizes, [str(size) for size in sizes])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("particles $N$")
        statistics = sorted({scaling.statistic for scaling in scalings})
        grid_of_axes[0, 0].set_ylabel(f"{' or '.join(statistics)} participation ratio $e$")
        _heights(grid_of_axes[0, 0])
        for axes, group in zip(grid_of_axes[0], groups, strict=True):
            _localised(axes, group)
            axes.legend(loc="lower left", fontsize=7, handlelength=1.4)
    return Drawing(figure, _caption(scalings))


def _points_and_fit(axes: Axes, scaling: ParticipationScaling, colour: str, marker: str) -> None:
    low, high = scaling.window
    unit = r"$\omega_{\mathrm{T1}}$" if scaling.scaled else f"${UNIT}$"
    text = f"{low:g} to {high:g} {unit}"
    if np.isfinite(scaling.a):
        text += f": $a$ = {scaling.a:.2f} ± {scaling.standard_error:.2f}"
        if scaling.degrees_of_freedom:
            text += rf", $\chi^2$ = {scaling.chi_squared:.1f}/{scaling.degrees_of_freedom}"
    known = [point for point in scaling.points if point.modes]
    axes.errorbar(
        [point.particles for point in known],
        [getattr(point, scaling.statistic) for point in known],
        np.nan_to_num([getattr(point, f"{scaling.statistic}_error") for point in known]),
        color=colour, marker=marker, markersize=4.5, capsize=2.5, linestyle="none", zorder=3, label=text,
    )  # fmt: skip
    if np.isfinite(scaling.a):
        sizes = np.array([min(point.particles for point in known), max(point.particles for point in known)])
        axes.plot(sizes, scaling.prefactor * sizes**-scaling.a, color=colour, linewidth=1.1, zorder=2)


def _heights(axes: Axes) -> None:
    """Room for the legend below the points."""
    low, high = axes.get_ylim()
    axes.set_ylim(low / (high / low) ** 0.55 / 1.3, 1.15 * high)
    axes.yaxis.set_major_locator(LogLocator(subs=(1.0, 2.0, 5.0)))
    axes.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    axes.yaxis.set_minor_formatter(NullFormatter())


def _localised(axes: Axes, group: Sequence[ParticipationScaling]) -> None:
    """The slope of localised modes, through the highest first point."""
    firsts = [
        (point.particles, getattr(point, scaling.statistic))
        for scaling in group
        for point in scaling.points
        if point.modes
    ]
    if not firsts:
        return
    start, value = max(firsts, key=lambda place: place[1])
    sizes = np.array([start, axes.get_xlim()[1]])
    axes.plot(sizes, value * start / sizes, color="#888888", linewidth=0.9, linestyle=(0, (1, 2)), zorder=1.5)
    axes.axhline(value, color="#888888", linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.5)


def _caption(scalings: Sequence[ParticipationScaling]) -> str:
    counts = "; ".join(
        f"{scaling.window[0]:g} to {scaling.window[1]:g}{' ω_T1' if scaling.scaled else ''}: "
        + ", ".join(
            f"N = {point.particles}: {point.modes} modes of {point.glasses} of {point.glasses_in_all} glasses"
            for point in scaling.points
        )
        for scaling in scalings
    )
    return (
        "Participation ratio e of the modes in a window of frequency against the number of particles, with standard "
        "errors over glasses, and weighted fits e ~ N^-a. Dashed: a = 0, extended; dotted: a = 1, localised (N e does "
        "not depend on N). Localisation is a statement at fixed ω; at fixed ω/ω_T1 the window follows the phonons. "
        f"{counts}."
    )
