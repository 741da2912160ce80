"""s(W): the exponent against the window that it is taken in."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import MaxNLocator

from ...claims import WINDOW
from .._series import Ensemble, Series
from ._legend import legend_above
from ._style import (
    NO_MINIMUM,
    OPEN_POINTS,
    Drawing,
    Omitted,
    flags_text,
    label,
    look,
    margin_heights,
    measured,
    panels,
    points,
    reference_line,
    styled,
)

DODGE = 0.006
"""Distance of neighbouring treatments' points along W/omega_T1, so that their errors can be told apart."""

SPREAD = 0.036
"""Largest distance between the first and the last treatment's points; windows are 0.05 apart."""

GREY = "#555555"

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
            shift = min(DODGE, SPREAD / len(series)) * (place - (len(series) - 1) / 2)
            s = np.array([row["s"] for row in rows])
            ends = [
                [max(row["s"] - row["s_low"], 0) if row["s_low"] is not None else 0 for row in rows],
                [max(row["s_high"] - row["s"], 0) if row["s_high"] is not None else 0 for row in rows],
            ]
            bars = ends if np.any(ends) else None
            windows = np.array([row["window"] for row in rows])
            style = look(entry) | points(entry) | {"linewidth": 0.9}
            top.errorbar(windows + shift, s, bars, elinewidth=1.1, capsize=2, **style)
            every = [row for row in entry.row["s_of_window"] if row["modes"] > 0]
            bottom.plot([row["window"] for row in every], [row["modes"] for row in every], **style)
        bottom.set_yscale("log")
        bottom.set_ylabel("modes below $W$")
        bottom.set_xlabel(r"window $W/\omega_{\mathrm{T1}}$")
        top.set_ylabel(r"exponent $s(W)$")
        values = [entry.row[name] for entry in series for name in ("s_schirmacher", "s_lerner")]
        _frame(top, series, [value for value in values if value is not None])
        _predictions(top, series)
        for axes in (top, bottom):
            axes.axvline(WINDOW, color="#AAAAAA", linewidth=0.9, linestyle=":", zorder=1)
        legend_above(figure, top)
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
    axes.set_ylim(bottom, top)
    axes.yaxis.set_major_locator(MaxNLocator(nbins=8, steps=[1, 2, 5, 10]))


def _predictions(axes: Axes, series: list[Series]) -> None:
    """Lines with names in the margin; where Schirmacher et al. have one number per taper, m alone and its colour."""
    common = len({entry.row["s_schirmacher"] for entry in series}) == 1
    names: dict[float, list[str]] = {}
    colours: dict[float, str] = {}
    for entry in series:
        value = entry.row["s_lerner"]
        if value is not None:
            names.setdefault(value, []).append("Lerner &\nBouchbinder")
            colours.setdefault(value, GREY)
    for entry in series:
        value = entry.row["s_schirmacher"]
        if value is not None:
            names.setdefault(value, []).append("Schirmacher\net al." if common else label(entry).split(" (")[0])
            # A colour stands for one treatment: a line that several share is grey.
            colours[value] = GREY if common or value in colours else entry.colour
    places = sorted(names)
    texts = [",\n".join(dict.fromkeys(names[value])) for value in places]
    for value, text, height in zip(places, texts, margin_heights(axes, places, texts), strict=True):
        reference_line(axes, value, text, colour=colours[value], margin=height)


def _caption(series: list[Series]) -> str:
    numbers = [entry.row["s_schirmacher"] for entry in series]
    extra = ", where it predicts a number" if None in numbers else ""
    if len(set(numbers)) > 1:
        extra += " (lines named by m: Schirmacher et al. for that taper)"
    return (
        "Maximum-likelihood exponent of the modes below W, against W in units of ω_T1. Bars are 95 % intervals over "
        "glasses, with the error of ω_T1 in them; bars that leave the frame are longer. Windows are nested, so "
        f"neighbouring points share modes. The dotted line marks W = {WINDOW:g} ω_T1, fixed in advance. An exponent is "
        "asymptotic only if s(W) stops changing towards small W. Dashed lines: what each side predicts for this "
        "parental temperature"
        + extra
        + ". Points with too few modes are left out; the lower panel counts the modes."
        + (OPEN_POINTS if any(entry.row["flagged"] for entry in series) else "")
        + flags_text(series)
    )
