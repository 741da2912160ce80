"""Gap ratio of the lowest levels against the number of particles, beside references of matched size."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import NullLocator

from ...statistics import SizeGapRatio
from ._legend import fitted_title, legend_above
from ._style import Drawing, panels, styled

COLOUR = "#1B6CA8"

REFERENCE_COLOURS = {"goe": "#222222", "wishart": "#B5541C", "poisson": "#3C8D53"}

DASHES = ("-", (0, (5, 2)), (0, (2, 1.5)), (0, (5, 1.5, 1, 1.5)))
"""Of references of one kind, in their order."""


def draw(cases: Mapping[str, Sequence[SizeGapRatio]]) -> Drawing:
    """One panel a choice of the lowest levels: points with standard errors, references as lines with their own.

    Args:
        cases: rows of `gap_ratio_of_sizes`, by the title of their panel.
    """
    with styled():
        figure, grid_of_axes = panels(1, len(cases), height=3.6, sharey=True)
        for axes, (title, rows) in zip(grid_of_axes[0], cases.items(), strict=True):
            _references(axes, rows)
            known = [row for row in rows if np.isfinite(row.ratio.mean)]
            axes.errorbar(
                [row.particles for row in known],
                [row.ratio.mean for row in known],
                np.nan_to_num([row.ratio.standard_error for row in known]),
                color=COLOUR, marker="o", markersize=5, capsize=3, linewidth=1.0, zorder=4, label="glasses",
            )  # fmt: skip
            axes.set_xscale("log")
            sizes = [row.particles for row in rows]
            axes.set_xlim(min(sizes) / 1.25, 1.25 * max(sizes))
            axes.set_xticks(sizes, [str(size) for size in sizes])
            axes.xaxis.set_minor_locator(NullLocator())
            axes.set_xlabel("particles $N$")
            fitted_title(axes, title.replace("ω_T1", r"$\omega_{\mathrm{T1}}$"), len(cases))
        variables = {row.ratio.variable for rows in cases.values() for row in rows}
        symbol = " or ".join(rf"$\{name}$" for name in sorted(variables))
        grid_of_axes[0, 0].set_ylabel(f"mean gap ratio in {symbol}")
        legend_above(figure, grid_of_axes[0, 0])
    return Drawing(figure, _caption(cases))


def _references(axes: Axes, rows: Sequence[SizeGapRatio]) -> None:
    """One line a reference, with a band of its sampling error."""
    names = dict.fromkeys((entry.name, entry.kind) for row in rows for entry in row.references)
    drawn: dict[str, int] = {}
    for name, kind in names:
        own = [(row.particles, entry.ratio) for row in rows for entry in row.references if entry.name == name]
        sizes = [size for size, _ in own]
        mean, error = np.array([(ratio.mean, ratio.standard_error) for _, ratio in own]).T
        dash = DASHES[drawn.get(kind, 0) % len(DASHES)]
        drawn[kind] = drawn.get(kind, 0) + 1
        text = name.replace("ω^4", r"$\omega^4$") + (r" ($\lambda$)" if kind == "goe" else "")
        axes.plot(sizes, mean, color=REFERENCE_COLOURS[kind], linestyle=dash, linewidth=1.1, zorder=2, label=text)
        axes.fill_between(
            sizes, mean - error, mean + error, color=REFERENCE_COLOURS[kind], alpha=0.12, linewidth=0, zorder=1
        )


def _caption(cases: Mapping[str, Sequence[SizeGapRatio]]) -> str:
    counts = "; ".join(
        f"{title}: "
        + ", ".join(
            f"N = {row.particles}: {row.ratio.glasses} glasses, {row.ratio.ratios} ratios"
            + (f", {row.ratio.too_few} glasses with too few levels" if row.ratio.too_few else "")
            for row in rows
        )
        for title, rows in cases.items()
    )
    return (
        "Mean ratio of adjacent gaps of the lowest levels against the number of particles, with standard errors over "
        "glasses. Lines: lowest levels of random matrices and of independent levels, chosen in the same way (by their "
        "number, or by a window of the same mean number); bands: their sampling errors. (λ): levels of the matrix "
        f"itself. Repulsion that fades as N grows would mean localised modes. {counts}."
    )
