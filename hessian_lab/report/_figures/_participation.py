"""Participation ratio against frequency."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes
from matplotlib.colors import LogNorm
from matplotlib.patheffects import withStroke

from .._series import Ensemble, Series
from ._legend import fitted_title
from ._style import (
    FREQUENCY,
    NO_MINIMUM,
    Drawing,
    Omitted,
    flags_text,
    label,
    logarithmic_frequency,
    measured,
    name_line,
    panels,
    reference_line,
    styled,
)

SCATTER = 8000
"""Up to this many modes each one is a point; above it their density is shown."""

FEWEST_MODES = 10
"""Modes that a bin of the running median needs."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """One panel a treatment: all modes of all glasses, the running median, and yardsticks."""
    series = measured(ensemble.series)
    if not series:
        return NO_MINIMUM
    if any("participation" not in entry.group.columns for entry in series):
        return Omitted("the participation ratios are not stored")
    columns = min(2, len(series))
    rows = -(-len(series) // columns)
    with styled():
        figure, grid_of_axes = panels(
            rows, columns, height=0.5 + 2.7 * rows + 0.8 * (columns == 1), sharex=True, sharey=True
        )
        flat = list(grid_of_axes.flat)
        reach = [_modes(entry)[0] for entry in series]
        left, right = min(float(x.min()) for x in reach), max(float(x.max()) for x in reach)
        for axes, entry in zip(flat, series, strict=False):
            logarithmic_frequency(axes)
            axes.set_xlim(0.95 * left, 1.05 * right)
            axes.set_ylim(0, 0.8)
            _panel(axes, entry, ensemble.dimension)
            fitted_title(axes, label(entry), columns)
        for axes in flat[len(series) :]:
            axes.set_visible(False)
        for place in range(len(series)):
            if place % columns == 0:
                flat[place].set_ylabel("participation ratio $e$")
            if place + columns >= len(series):
                flat[place].set_xlabel(FREQUENCY)
                flat[place].tick_params(labelbottom=True)
    caption = (
        "Participation ratio of every mode of every confirmed minimum (points, or grey density of modes on a "
        f"logarithmic scale), and its median in bins with at least {FEWEST_MODES} modes (line). Dashed: a standing "
        f"plane wave has 2/3, Gaussian random vectors d/(d + 2) = {ensemble.dimension}/{ensemble.dimension + 2}; one "
        "particle alone would have 1/N. Values near 0.4 are therefore no strong localisation; localisation is a "
        f"statement about several N. The dashed vertical is ω_T1.{flags_text(series)}"
    )
    return Drawing(figure, caption)


def _modes(entry: Series) -> tuple[Float[np.ndarray, " modes"], Float[np.ndarray, " modes"]]:
    minima = entry.group.minima
    omega, ratio = entry.group["omega"][minima].ravel(), entry.group["participation"][minima].ravel()
    keep = np.isfinite(omega) & np.isfinite(ratio) & (omega > 0)
    return omega[keep], ratio[keep]


def _panel(axes: Axes, entry: Series, dimension: int) -> None:
    omega, ratio = _modes(entry)
    if omega.size <= SCATTER:
        axes.plot(omega, ratio, ".", color="#9A9A9A", markersize=2.5, markeredgewidth=0, alpha=0.7, zorder=1.5)
    else:
        edges = np.geomspace(*axes.get_xlim(), 91), np.linspace(0, 1, 71)
        count = np.histogram2d(omega, ratio, bins=edges)[0].T
        shades = np.ma.masked_equal(count, 0)
        norm = LogNorm(0.3, 8 * max(float(count.max()), 2.0))
        axes.pcolormesh(*edges, shades, cmap="Greys", norm=norm, rasterized=True, zorder=1.5)
    edges_of_bins = np.geomspace(omega.min() * 0.999, omega.max() * 1.001, int(np.clip(omega.size / 40, 4, 40)) + 1)
    place = np.digitize(omega, edges_of_bins) - 1
    good = [k for k in range(edges_of_bins.size - 1) if np.count_nonzero(place == k) >= FEWEST_MODES]
    centre = np.sqrt(edges_of_bins[1:] * edges_of_bins[:-1])
    medians = [np.median(ratio[place == k]) for k in good]
    outline = [withStroke(linewidth=3.6, foreground="white")]
    axes.plot(centre[good], medians, color=entry.colour, linewidth=2, zorder=3, path_effects=outline)
    reference_line(axes, 2 / 3, "standing wave")
    reference_line(axes, dimension / (dimension + 2), "Gaussian", below=True)
    if entry.omega_t1 is not None:
        axes.axvline(entry.omega_t1, color=entry.colour, linewidth=0.9, linestyle=(0, (5, 3)), zorder=2)
        name_line(axes, entry.omega_t1, "#444444")
