"""What depends on the parental temperature: the inherent-structure energy and the exponent."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from matplotlib.axes import Axes

from ...claims import WINDOW
from .._series import Ensemble, Series, System
from ._style import Drawing, Omitted, label, panels, reference_line, styled

DODGE = 0.012
"""Distance of neighbouring treatments' points, in widths of the axis, so that their errors can be told apart."""

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
    inverse = [1 / ensemble.temperature for ensemble in shown]
    width = max(inverse) - min(inverse)
    flagged = False
    with styled():
        figure, grid = panels(height=3.9)
        axes = grid[0, 0]
        for number, (title, points) in enumerate(lines.items()):
            shift = DODGE * width * (number - (len(lines) - 1) / 2)
            flagged |= _line(axes, title, points, name, shift)
        if name == "s":
            rows = [entry.row for points in lines.values() for _, entry in points]
            low = min(row["s"] if row["s_low"] is None else row["s_low"] for row in rows)
            high = max(row["s"] if row["s_high"] is None else row["s_high"] for row in rows)
            axes.set_ylim(max(low, -1.0) - 0.3, max(min(high, HIGHEST), 4.2) + 0.3)
            reference_line(axes, rows[0]["s_lerner"], "Lerner & Bouchbinder")
        axes.set_xticks(sorted(set(inverse)), [_tick(1 / x if x else np.inf) for x in sorted(set(inverse))])
        axes.set_xlim(min(inverse) - 0.12 * width, max(inverse) + 0.12 * width)
        axes.set_xlabel(r"parental temperature $T$  [$\epsilon$], spaced as $1/T$")
        axes.set_ylabel(quantity)
        figure.legend(*axes.get_legend_handles_labels(), loc="outside upper center", ncols=min(3, len(lines)))
    if flagged:
        caption += " Open points: at least one of the parents is not shown to be at equilibrium."
    if any(ensemble.temperature == 0 for ensemble in system.ensembles):
        caption += " Samples that were cooled or minimised to T = 0 have no place here."
    return Drawing(figure, caption)


def _lines(shown: Sequence[Ensemble], name: str) -> dict[str, list[tuple[float, Series]]]:
    """Points of every treatment that has the number, by the treatment's name."""
    lines: dict[str, list[tuple[float, Series]]] = {}
    for ensemble in shown:
        for entry in ensemble.series:
            if entry.row[name] is not None:
                lines.setdefault(entry.name, []).append((1 / ensemble.temperature, entry))
    return lines


def _line(axes: Axes, title: str, points: list[tuple[float, Series]], name: str, shift: float) -> bool:
    """One treatment; returns whether some of its parents are flagged."""
    points = sorted(points, key=lambda point: point[0])
    first = points[0][1]
    x = np.array([place for place, _ in points]) + shift
    y = np.array([entry.row[name] for _, entry in points])
    ends = np.array([_ends(entry.row, name) for _, entry in points]).T
    look: dict[str, Any] = {"color": first.colour, "linestyle": first.dashes}
    axes.errorbar(x, y, ends, **look, linewidth=0.9, elinewidth=1.1, capsize=2, label="_" + title)
    axes.plot(x, y, **look, marker=first.marker, linewidth=0.9, label=label(first))
    open_ones = np.array([entry.row["flagged"] > 0 for _, entry in points])
    axes.plot(
        x[open_ones], y[open_ones], linestyle="", color=first.colour, marker=first.marker, markerfacecolor="white"
    )
    return bool(open_ones.any())


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
