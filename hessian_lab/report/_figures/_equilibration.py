"""Against temperature, by route of preparation: energies of parents and of inherent structures, decorrelation times."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes

from ._style import Drawing, Omitted, panels, styled

ROUTES: dict[str, tuple[str, str, str, str]] = {
    "swap": ("swap Monte Carlo", "#B2432F", "o", "sweeps"),
    "hybrid": ("dynamics with swaps", "#B2432F", "D", "time"),
    "md": ("molecular dynamics", "#2B5C8A", "s", "time"),
}
"""Name, colour, marker and unit of the run's length of each route."""

Row = Mapping[str, Any]
"""Results of one route at one temperature: `route`, `temperature`, `evidence` (one table per sample with `energy`,
`energy_error`, `overlap_time`, `overlap_decayed` and `equilibrated`), and `inherent_energies`, per particle."""


def draw(rows: Sequence[Row]) -> Drawing | Omitted:
    """Energies of the parents, the same without 3T/2, energies of inherent structures, and decorrelation times."""
    routes = [route for route in ROUTES if any(row["route"] == route for row in rows)]
    if not routes:
        return Omitted("no parents were prepared")
    with styled():
        figure, grid_of_axes = panels(2, 2, height=5.6)
        liquid, excess, inherent, times = grid_of_axes.ravel()
        for route in routes:
            chosen = sorted((row for row in rows if row["route"] == route), key=lambda row: row["temperature"])
            temperature = np.array([row["temperature"] for row in chosen])
            settled = np.array([all(e["equilibrated"] for e in row["evidence"]) for row in chosen])
            energies = np.array([_liquid(row) for row in chosen])
            inherent_means = [_mean(row["inherent_energies"]) for row in chosen]
            _points(liquid, route, temperature, energies, settled)
            _points(excess, route, temperature, energies - np.outer(1.5 * temperature, [1, 0]), settled)
            _points(inherent, route, temperature, np.array(inherent_means), settled)
            _points(times, route, temperature, np.array([_decorrelation(row) for row in chosen]), settled)
            _mark_lower_bounds(times, route, chosen)
        for axes in (liquid, excess, inherent, times):
            axes.set_xlabel(r"parental temperature $T$  [$\epsilon/k_B$]")
        liquid.set_ylabel(r"potential energy per particle $e$  [$\epsilon$]")
        excess.set_ylabel(r"$e - 3 k_B T/2$  [$\epsilon$]")
        inherent.set_ylabel(r"inherent energy per particle  [$\epsilon$]")
        units = " or ".join(dict.fromkeys(ROUTES[route][3] for route in routes))
        times.set_ylabel(f"decorrelation time  [{units}]")
        times.set_yscale("log")
        figure.legend(*liquid.get_legend_handles_labels(), loc="outside upper center", ncols=len(routes))
    caption = (
        "Top: potential energy per particle of the parents, and the same less that of a harmonic solid above its "
        "minimum. Bottom left: energy of the inherent structures that FIRE reaches from them. Bottom right: time in "
        "which the overlap with an earlier state falls to 1/e, in sweeps for Monte Carlo and in the model's time unit "
        "for dynamics; arrows: it has not fallen that far in half a run, the time is a lower bound. Filled: every "
        "sample passes the tests of equilibrium; open: at least one does not. Bars: standard errors from the scatter "
        f"between samples, and on top at least those of the time averages. {_samples_text(rows)}"
    )
    return Drawing(figure, caption)


def _mean(values: Sequence[float]) -> tuple[float, float]:
    """Mean and standard error over samples; the error of a single one is NaN."""
    array = np.asarray(values, dtype=np.float64)
    if not array.size:
        return np.nan, np.nan
    return float(array.mean()), float(array.std(ddof=1) / np.sqrt(array.size)) if array.size > 1 else np.nan


def _liquid(row: Row) -> tuple[float, float]:
    """Mean energy and its error: the larger of the scatter between samples and the errors of their time averages."""
    mean, scatter = _mean([entry["energy"] for entry in row["evidence"]])
    errors = np.array([entry["energy_error"] for entry in row["evidence"]])
    return mean, float(np.fmax(scatter, np.sqrt(np.sum(errors**2)) / errors.size))


def _decorrelation(row: Row) -> tuple[float, float]:
    """Mean decorrelation time and its error over samples; lower bounds count with their value."""
    return _mean([entry["overlap_time"] for entry in row["evidence"]])


def _mark_lower_bounds(axes: Axes, route: str, rows: Sequence[Row]) -> None:
    """An arrow up from every point with a sample whose overlap has not decayed."""
    for row in rows:
        if not all(entry["overlap_decayed"] for entry in row["evidence"]):
            axes.annotate(
                "",
                (row["temperature"], _decorrelation(row)[0]),
                xytext=(0, 16),
                textcoords="offset points",
                arrowprops={"arrowstyle": "<-", "color": ROUTES[route][1], "linewidth": 1.0, "shrinkB": 3},
            )


def _points(
    axes: Axes,
    route: str,
    temperature: Float[np.ndarray, " points"],
    measured: Float[np.ndarray, "points 2"],
    settled: Bool[np.ndarray, " points"],
) -> None:
    """A thin line through all points, filled markers where the samples are at equilibrium and open ones elsewhere.

    Args:
        axes: where to draw.
        route: key of `ROUTES`.
        temperature: of each point.
        measured: value and error of each point.
        settled: which points are at equilibrium.
    """
    name, colour, marker, _ = ROUTES[route]
    value, error = measured.T
    axes.plot(temperature, value, color=colour, linewidth=0.9, alpha=0.6)
    for which, face in ((settled, colour), (~settled, "white")):
        axes.errorbar(
            temperature[which],
            value[which],
            np.nan_to_num(error[which]),
            linestyle="none",
            marker=marker,
            color=colour,
            markerfacecolor=face,
            elinewidth=1.0,
            capsize=2,
        )
    axes.plot([], [], color=colour, marker=marker, linewidth=0.9, label=name)


def _samples_text(rows: Sequence[Row]) -> str:
    particles, samples = {row["particles"] for row in rows}, {len(row["evidence"]) for row in rows}
    return f"N = {', '.join(map(str, sorted(particles)))}; {', '.join(map(str, sorted(samples)))} samples per point."
