"""What depends on the parental temperature: the inherent-structure energy and the exponent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ...claims import WINDOW
from .._series import Ensemble, Series, System
from ._legend import legend_above
from ._style import OPEN_POINTS, Drawing, Omitted, label, panels, reference_line, styled

Lines = dict[str, list[tuple[float, Series]]]
"""Points of each treatment, by its name: 1/T and the glasses."""

DODGE = 0.012
"""Distance of neighbouring treatments' points, in widths of the axis, so that their errors can be told apart."""

SPREAD = 0.06
"""Largest distance between the first and the last treatment's points, in widths of the axis."""

APART = 3.0
"""Tapers whose mean energies differ by this many times the largest range along one taper get panels of their own."""

HIGHEST = 8.0
"""Up to here the frame of the exponents grows for the sake of an interval."""


def draw_energy(system: System) -> Drawing | Omitted:
    """Mean inherent-structure energy per particle against the parental temperature, spaced as 1/T."""
    return _draw(
        system,
        "inherent_energy",
        r"inherent-structure energy $e_{\mathrm{IS}}$  [$\epsilon/N$]",
        "Mean energy per particle of the confirmed minima against the parental temperature, spaced as 1/T, so that "
        "random parents stand at the left end. Bars are standard errors over glasses, mostly smaller than the "
        "points. Tapers that change the potential shift its energy; compare temperatures and methods along one taper.",
    )


def draw_exponent(system: System) -> Drawing | Omitted:
    """s in the window fixed in advance, against the parental temperature."""
    return _draw(
        system,
        "s",
        rf"exponent $s({WINDOW:g}\,\omega_{{\mathrm{{T1}}}})$",
        f"Exponent of the modes below {WINDOW:g} ω_T1 against the parental temperature, spaced as 1/T. Bars are 95 % "
        "intervals over glasses; bars that leave the frame are longer. One window is not the asymptote: the dependence "
        "on the window is in the figures of each ensemble. Schirmacher et al. predict 2 for random parents and 3 + 2/m "
        "only below the mode-coupling temperature, Lerner & Bouchbinder 4 everywhere (dashed).",
    )


def _draw(system: System, name: str, quantity: str, caption: str) -> Drawing | Omitted:
    shown = [ensemble for ensemble in system.ensembles if ensemble.temperature > 0]
    if len({ensemble.temperature for ensemble in shown}) < 2:
        return Omitted("there is one parental temperature only")
    lines = _lines(shown, name)
    if not lines:
        return Omitted("the number is undetermined, or not stored in this folder, for every treatment")
    inverse = sorted({1 / ensemble.temperature for ensemble in shown})
    width = inverse[-1] - inverse[0]
    groups = _by_taper(lines, name) if name == "inherent_energy" else {"": lines}
    columns = min(2, len(groups))
    rows = -(-len(groups) // columns)
    with styled():
        figure, grid = panels(rows, columns, height=1.4 + 2.5 * rows, sharex=True)
        for axes, (taper, own) in zip(grid.flat, groups.items(), strict=False):
            for number, own_points in enumerate(own.values()):
                shift = min(DODGE, SPREAD / len(own)) * width * (number - (len(own) - 1) / 2)
                _line(axes, own_points, name, shift)
            axes.set_title(taper, loc="left")
            axes.set_xticks(inverse, [_tick(1 / x if x else np.inf) for x in inverse])
            axes.set_xlim(inverse[0] - 0.12 * width, inverse[-1] + 0.12 * width)
        if name == "s":
            _frame_of_exponents(grid[0, 0], [entry.row for own in lines.values() for _, entry in own])
        for axes in list(grid.flat)[len(groups) :]:
            axes.set_visible(False)
        for place in range(len(groups)):
            if place % columns == 0:
                grid.flat[place].set_ylabel(quantity)
            if place + columns >= len(groups):
                grid.flat[place].set_xlabel(r"parental temperature $T$  [$\epsilon$], spaced as $1/T$")
                grid.flat[place].tick_params(labelbottom=True)
        legend_above(figure, [handle for axes in grid.flat for handle in axes.get_legend_handles_labels()[0]])
    if len(groups) > 1:
        caption += " One panel a taper, each with an energy axis of its own."
    if any(entry.row["flagged"] for own in lines.values() for _, entry in own):
        caption += OPEN_POINTS
    if any(ensemble.temperature == 0 for ensemble in system.ensembles):
        caption += " Samples that were cooled or minimised to T = 0 have no place here."
    return Drawing(figure, caption)


def _by_taper(lines: Lines, name: str) -> dict[str, Lines]:
    """Treatments by taper, where the tapers lie further apart than temperatures and methods do; else all together."""
    tapers: dict[str, Lines] = {}
    for title, own in lines.items():
        tapers.setdefault(own[0][1].group.taper, {})[title] = own
    values = [np.array([entry.row[name] for own in group.values() for _, entry in own]) for group in tapers.values()]
    means = [float(value.mean()) for value in values]
    if max(means) - min(means) > APART * max(float(np.ptp(value)) for value in values):
        return tapers
    return {"": lines}


def _frame_of_exponents(axes: Axes, rows: Sequence[dict[str, Any]]) -> None:
    low = min(row["s"] if row["s_low"] is None else row["s_low"] for row in rows)
    high = max(row["s"] if row["s_high"] is None else row["s_high"] for row in rows)
    axes.set_ylim(max(low, -1.0) - 0.3, max(min(high, HIGHEST), 4.2) + 0.3)
    reference_line(axes, rows[0]["s_lerner"], "Lerner & Bouchbinder")


def _lines(shown: Sequence[Ensemble], name: str) -> Lines:
    """Points of every treatment that has the number, by the treatment's name."""
    lines: Lines = {}
    for ensemble in shown:
        for entry in ensemble.series:
            if entry.row[name] is not None:
                lines.setdefault(entry.name, []).append((1 / ensemble.temperature, entry))
    return lines


def _line(axes: Axes, own: Sequence[tuple[float, Series]], name: str, shift: float) -> None:
    """One treatment; points with flagged parents are open."""
    own = sorted(own, key=lambda point: point[0])
    first = own[0][1]
    x = np.array([place for place, _ in own]) + shift
    y = np.array([entry.row[name] for _, entry in own])
    ends = np.array([_ends(entry.row, name) for _, entry in own]).T
    style: dict[str, Any] = {"color": first.colour, "linestyle": first.dashes, "linewidth": 0.9}
    axes.errorbar(x, y, ends if np.any(ends) else None, **style, elinewidth=1.1, capsize=2, label="_" + first.name)
    axes.plot(x, y, **style, marker=first.marker, label=label(first))
    hollow = np.array([entry.row["flagged"] > 0 for _, entry in own])
    axes.plot(x[hollow], y[hollow], linestyle="", color=first.colour, marker=first.marker, markerfacecolor="white")


def _ends(row: dict[str, Any], name: str) -> tuple[float, float]:
    """Lengths of the error bar downwards and upwards."""
    if name == "s":
        low, high = row["s_low"], row["s_high"]
        return (
            max(row["s"] - low, 0.0) if low is not None else 0.0,
            max(high - row["s"], 0.0) if high is not None else 0.0,
        )
    error = row[f"{name}_error"] or 0.0
    return error, error


def _tick(temperature: float) -> str:
    return "∞" if np.isinf(temperature) else f"{temperature:g}"
