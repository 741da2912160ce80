"""Energy per particle against temperature, by route of preparation, and the inherent structures reached from it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from jaxtyping import Bool, Float
from matplotlib.axes import Axes

from ._style import Drawing, Omitted, panels, styled

ROUTES: dict[str, tuple[str, str, str]] = {
    "swap": ("swap Monte Carlo", "#B2432F", "o"),
    "hybrid": ("dynamics with swaps", "#B2432F", "D"),
    "md": ("molecular dynamics", "#2B5C8A", "s"),
}
"""Name, colour and marker of each route."""

Row = Mapping[str, Any]
"""Results of one route at one temperature: `route`, `temperature`, `evidence` (one table per sample with `energy`,
`energy_error` and `equilibrated`), and `inherent_energies`, per particle."""


def draw(rows: Sequence[Row]) -> Drawing | Omitted:
    """Energies of the parents on the left, of their inherent structures on the right."""
    routes = [route for route in ROUTES if any(row["route"] == route for row in rows)]
    if not routes:
        return Omitted("no parents were prepared")
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.4)
        liquid, inherent = grid_of_axes[0]
        for route in routes:
            chosen = sorted((row for row in rows if row["route"] == route), key=lambda row: row["temperature"])
            temperature = np.array([row["temperature"] for row in chosen])
            settled = np.array([all(e["equilibrated"] for e in row["evidence"]) for row in chosen])
            means = np.array([_liquid(row) for row in chosen])
            _points(liquid, route, temperature, means[:, 0], means[:, 1], settled)
            means = np.array([_mean(row["inherent_energies"]) for row in chosen])
            _points(inherent, route, temperature, means[:, 0], means[:, 1], settled)
        liquid.set_xlabel(r"temperature $T$  [$\epsilon/k_B$]")
        inherent.set_xlabel(r"parental temperature $T$  [$\epsilon/k_B$]")
        liquid.set_ylabel(r"potential energy per particle  [$\epsilon$]")
        inherent.set_ylabel(r"inherent energy per particle  [$\epsilon$]")
        liquid.legend(loc="upper left")
    caption = (
        "Left: potential energy per particle of the parents. Right: energy of the inherent structures that FIRE "
        "reaches from them. Filled: every sample passes the tests of equilibrium; open: at least one does not. Bars: "
        "standard errors from the scatter between samples, and on the left at least those of the time averages. "
        f"{_samples_text(rows)}"
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


def _points(
    axes: Axes,
    route: str,
    temperature: Float[np.ndarray, " points"],
    value: Float[np.ndarray, " points"],
    error: Float[np.ndarray, " points"],
    settled: Bool[np.ndarray, " points"],
) -> None:
    """A thin line through all points, filled markers where the samples are at equilibrium and open ones elsewhere."""
    name, colour, marker = ROUTES[route]
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
