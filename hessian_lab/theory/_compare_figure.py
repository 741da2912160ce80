"""The figure of a comparison of theories."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from ._compare import Comparison

STYLES = {
    "internal-stress": ("#1f4e9c", "-"),
    "heterogeneous-elasticity": ("#2c8a3d", "--"),
    "tunnelling": ("#d1731c", "-"),
    "universality": ("#c02030", "--"),
    "spin-glass": ("#8c6d31", "-."),
    "mosaic": ("#7b3f98", "-"),
    "soft-potential": ("#4b9fb5", "-."),
}
"""One colour and line a theory, in every comparison."""

BEYOND = "#9a9a9a"
"""Colour of a curve beyond the range in which its theory is meant."""

REDUCED = {
    "density_of_states": (2, "s$^3$"),
    "heat_capacity": (3, "J/(K$^4$ kg)"),
    "thermal_conductivity": (2, "W/(m K$^3$)"),
}
"""Observables that get a second panel: divided by this power of the grid, in this unit."""


def comparison_figure(comparison: Comparison) -> Figure:
    """Every curve, with the theories that have none named below the axes.

    Where `REDUCED` says so a second panel takes out the trivial power, so that the differences show. Thin and grey:
    beyond the range in which a theory is meant.
    """
    wanted = comparison.observable
    power, reduced_unit = REDUCED.get(wanted.name, (0, ""))
    figure = Figure(figsize=(9.4 if power else 6.0, 4.6), layout="constrained")
    panels = figure.subplots(1, 2 if power else 1, squeeze=False)[0]
    symbol, grid = wanted.symbol, "T" if wanted.grid == "temperature" else r"\omega"
    unit = "" if wanted.unit == "1" else f"  [{wanted.unit}]"
    for curve in comparison.curves:
        colour, line = STYLES.get(curve.name, ("#444444", ":"))
        # Zero has no place on a logarithmic axis, and rounding stands for zero in some densities.
        size = np.abs(curve.values)
        largest = np.nanmax(size[curve.within_range], initial=0.0)
        shown = np.where(size > 1e-18 * largest, curve.values, np.nan)
        # With the last point inside, so that the two lines meet.
        beyond = ~curve.within_range
        beyond[:-1] |= ~curve.within_range[1:]
        for axes, scale in zip(panels, (0, power), strict=False):
            reduced = shown / comparison.grid**scale
            inside = np.where(curve.within_range, reduced, np.nan)
            axes.plot(comparison.grid, np.where(beyond, reduced, np.nan), color=BEYOND, lw=0.9, zorder=1)
            axes.plot(comparison.grid, inside, color=colour, ls=line, lw=1.8, label=curve.name)
    for axes in panels:
        axes.set(xscale="log", xlabel=f"{wanted.grid} ${grid}$  [{wanted.grid_unit}]")
        if wanted.logarithmic and comparison.curves:
            axes.set_yscale("log")
            axes.set_ylim(*_limits(axes))
        axes.grid(color="#E6E6E6", linewidth=0.6)
    panels[0].set_ylabel(f"{wanted.words} ${symbol}${unit}")
    if power:
        panels[1].set_ylabel(f"${symbol}/{grid}^{power}$  [{reduced_unit}]")
    if comparison.curves:
        if not all(curve.within_range.all() for curve in comparison.curves):
            panels[0].plot([], [], color=BEYOND, lw=0.9, label="beyond the theory's range")
        panels[0].legend(frameon=False, fontsize=8)
    title = comparison.material
    if comparison.omega is not None:
        title += rf", wave at {comparison.omega / (2 * np.pi):.3g} Hz"
    figure.suptitle(title, fontsize=11)
    if comparison.silent:
        figure.supxlabel("without an answer: " + ", ".join(comparison.silent), fontsize=8, color="#555555")
    return figure


def _limits(axes: Axes) -> tuple[float, float]:
    """A factor of two round the curves within their ranges, at most fourteen decades deep."""
    values = np.concatenate([np.asarray(line.get_ydata()) for line in axes.lines if line.get_color() != BEYOND])
    values = values[np.isfinite(values) & (values > 0)]
    if not values.size:
        return axes.get_ylim()
    return max(values.min() / 2, 1e-14 * values.max()), 2 * values.max()
