"""s(W): the exponent against the window that it is taken in."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ...claims import WINDOW
from .._series import Ensemble, Series
from ._style import NO_MINIMUM, Drawing, Omitted, label, look, measured, panels, reference_line, styled

DODGE = 0.006
"""Distance of neighbouring treatments' points along W/omega_T1, so that their errors can be told apart."""

HIGHEST = 6.0
"""Up to here the frame grows for the sake of an interval."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """s against W/omega_T1 with 95 % intervals, the predictions that apply, and the number of modes below."""
    if not measured(ensemble.series):
        return NO_MINIMUM
    series = [entry for entry in ensemble.series if _determined(entry)]
    if not series:
        reasons = [entry["reason"] for item in ensemble.series for entry in item.row["s_of_window"]]
        return Omitted(f"s is undetermined in every window ({reasons[-1] if reasons else 'omega_T1 is undetermined'})")
    with styled():
        figure, grid_of_axes = panels(2, 1, height=5.0, sharex=True, height_ratios=[3, 1])
        top, bottom = grid_of_axes[:, 0]
        for place, entry in enumerate(series):
            rows = _determined(entry)
            shift = DODGE * (place - (len(series) - 1) / 2)
            s = np.array([row["s"] for row in rows])
            ends = [
                [max(row["s"] - row["s_low"], 0) if row["s_low"] is not None else 0 for row in rows],
                [max(row["s_high"] - row["s"], 0) if row["s_high"] is not None else 0 for row in rows],
            ]
            windows = np.array([row["window"] for row in rows])
            options = look(entry) | {"linewidth": 0.9, "marker": entry.marker, "elinewidth": 1.1, "capsize": 2}
            top.errorbar(windows + shift, s, ends, **options)
            every = [row for row in entry.row["s_of_window"] if row["modes"] > 0]
            bottom.plot(
                [row["window"] for row in every],
                [row["modes"] for row in every],
                **(look(entry) | {"marker": entry.marker, "linewidth": 0.9}),
            )
        bottom.set_yscale("log")
        bottom.set_ylabel("modes in window")
        bottom.set_xlabel(r"window $W/\omega_{\mathrm{T1}}$")
        top.set_ylabel(r"exponent $s(W)$")
        values = [entry.row[name] for entry in series for name in ("s_schirmacher", "s_lerner")]
        _frame(top, series, [value for value in values if value is not None])
        _predictions(top, series)
        for axes in (top, bottom):
            axes.axvline(WINDOW, color="#AAAAAA", linewidth=0.9, linestyle=":", zorder=1)
        top.legend(loc="upper right", ncols=2 if len(series) > 3 else 1)
    return Drawing(figure, _caption(series))


def _determined(entry: Series) -> list[dict[str, Any]]:
    return [row for row in entry.row["s_of_window"] if row["s"] is not None]


def _frame(axes: Axes, series: list[Series], predictions: list[float]) -> None:
    rows = [row for entry in series for row in _determined(entry)]
    lows = [row["s_low"] if row["s_low"] is not None else row["s"] for row in rows]
    highs = [row["s_high"] if row["s_high"] is not None else row["s"] for row in rows]
    largest = max([row["s"] for row in rows] + predictions) + 0.25
    bottom = max(min([*lows, *predictions]), min([-0.5, *(row["s"] for row in rows)])) - 0.25
    top = max(min(max(highs), HIGHEST), largest) + 0.35
    axes.set_ylim(bottom, top + 0.13 * (top - bottom))
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))


def _predictions(axes: Axes, series: list[Series]) -> None:
    """Lines with names in the margin; lines of the two sides that coincide share one."""
    named: dict[float, list[str]] = {}
    colours: dict[float, str] = {}
    common = {entry.row["s_schirmacher"] for entry in series}
    for entry in series:
        value = entry.row["s_schirmacher"]
        if value is not None:
            named.setdefault(value, []).append(
                "Schirmacher\net al." if len(common) == 1 else f"Schirmacher,\n{label(entry)}"
            )
            colours.setdefault(value, "#555555" if len(common) == 1 else entry.colour)
    for entry in series:
        value = entry.row["s_lerner"]
        if value is not None:
            named.setdefault(value, []).append("Lerner &\nBouchbinder")
            colours.setdefault(value, "#555555")
    last = -np.inf
    for value in sorted(named):
        text = ";\n".join(dict.fromkeys(named[value]))
        # Names closer than their own height are moved into one line.
        crowded = value - last < 0.45
        reference_line(
            axes, value, text.replace("\n", " ") if crowded else text, colour=colours[value], outside=True, side="level"
        )
        last = value


def _caption(series: list[Series]) -> str:
    undetermined = any(entry.row["s_schirmacher"] is None for entry in series)
    return (
        "Maximum-likelihood exponent of the modes below W, against W in units of ω_T1. Bars are 95 % intervals over "
        "glasses, with the error of ω_T1 in them; bars that leave the frame are longer. Windows are nested, so "
        f"neighbouring points share modes. The dotted line marks W = {WINDOW:g} ω_T1, fixed in advance. An exponent is "
        "asymptotic only if s(W) stops changing towards small W. Dashed lines: what each side predicts for this "
        "parental temperature"
        + (", where it predicts a number" if undetermined else "")
        + ". Points with too few modes are left out; the lower panel counts the modes."
    )
