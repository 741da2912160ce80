"""Rotation against strain in the cores of low modes, beside those of their surrogates."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from ...claims import LOW_EDGE, ListedModes
from ...modes import LEAST_ASYMMETRY, LEAST_FRACTION
from ...statistics import pooled_mean
from .._format import with_error
from .._series import Ensemble, Series
from ._legend import legend_above
from ._listed import with_table
from ._style import NAME_SIZE, Drawing, Omitted, flags_text, label, panels, styled

SOLID, DOTTED = "-", (0, (1.2, 1.4))

ASYMMETRY = ("core_asymmetry", "surrogate_asymmetry", LEAST_ASYMMETRY)

FRACTION = ("core_fraction", "surrogate_fraction", LEAST_FRACTION)


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Cumulative shares of modes below 0.9 omega_T1 over the core's asymmetry and over its rotation fraction."""
    found = with_table(ensemble, low=True)
    if isinstance(found, Omitted):
        return found
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.5, sharey=True)
        left, right = grid_of_axes[0]
        for axes, (name, surrogates, least) in ((left, ASYMMETRY), (right, FRACTION)):
            for entry, modes in found:
                _cumulative(axes, modes[surrogates], entry.colour, DOTTED)
                _cumulative(axes, modes[name], entry.colour, SOLID)
            axes.axvline(least, color="#555555", linewidth=0.9, linestyle=(0, (4, 2)), zorder=1.8)
            axes.annotate(
                f"{least:g}", (least, 0.02), xycoords=("data", "axes fraction"), xytext=(3, 0),
                textcoords="offset points", fontsize=NAME_SIZE, color="#555555",
            )  # fmt: skip
        left.set_xlabel(r"asymmetry $\max\,\Sigma|W|^2/\max\,\Sigma|S|^2$")
        right.set_xlabel(r"rotation fraction $|W|^2/(|W|^2+|S|^2)$ of the core")
        left.set_ylabel("share of the modes below")
        left.set_ylim(0, 1.02)
        legend_above(figure, _handles([entry for entry, _ in found]))
    shares = "; ".join(_shares(entry, modes) for entry, modes in found)
    caption = (
        f"Modes below {LOW_EDGE:g} ω_T1. Left: largest sum of |W|^2 (rotation) over the largest sum of |S|^2 (strain) "
        "in any region of a particle and its neighbours; vortices of superposed waves come with saddles as strong, "
        "Eshelby's quadrupoles have less than 1. Right: rotation fraction of the region that rotates most. Dotted: "
        "medians of each mode's surrogates, whose curve is therefore steeper than that of single surrogates. Dashed: "
        f"what a vortex core needs. {shares}; errors over glasses.{flags_text([entry for entry, _ in found])}"
    )
    return Drawing(figure, caption)


def _cumulative(axes: Axes, values: np.ndarray, colour: str, style: Any) -> None:
    ordered = np.sort(values[np.isfinite(values)])
    axes.step(
        ordered, np.arange(1, ordered.size + 1) / ordered.size, where="post", color=colour, linestyle=style,
        linewidth=1.5,
    )  # fmt: skip


def _handles(series: list[Series]) -> list[Line2D]:
    return [
        *(Line2D([], [], color=entry.colour, label=label(entry)) for entry in series),
        Line2D([], [], color="#666666", label="modes"),
        Line2D([], [], color="#666666", linestyle=DOTTED, label="medians of surrogates"),
    ]


def _shares(entry: Series, modes: ListedModes) -> str:
    """Shares at or above the thresholds, of modes and of surrogates' medians, in per cent."""
    parts = []
    for name, surrogates, least in (ASYMMETRY, FRACTION):
        own, other = (
            with_error(*(100 * value for value in pooled_mean((modes[key] >= least).astype(float), modes.counts)))
            for key in (name, surrogates)
        )
        what = "asymmetry" if name == "core_asymmetry" else "fraction"
        parts.append(f"{what} of at least {least:g}: {own} % (surrogates' medians {other} %)")
    return f"{entry.name}, {len(modes)} modes of {np.count_nonzero(modes.counts)} glasses: {', '.join(parts)}"
