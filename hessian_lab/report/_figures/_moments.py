"""The density of states of one large sample from moments, and where its boson peak is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ...spectrum import DensityOfStates
from ._style import FREQUENCY, Drawing, panels, styled

COLOUR = "#20639B"


def draw(found: DensityOfStates, dimension: int, name: str) -> Drawing:
    """g(omega) and g(omega)/omega^(d-1), with their errors.

    Args:
        found: the density.
        dimension: d.
        name: of the sample.
    """
    with styled():
        figure, axes = panels(1, 2, height=3.4)
        left, right = axes[0]
        left.stairs(found.density, found.edges, color=COLOUR, linewidth=1.3)
        _errors(left, found.centres, found.density, found.error)
        left.set_xlabel(FREQUENCY)
        left.set_ylabel(r"$g(\omega)$  [$\ell\,(m/\epsilon)^{1/2}$]")
        left.set_ylim(bottom=min(0.0, float((found.density - found.error).min())))
        left.set_title("share of the modes per frequency", loc="left")
        reduced, error = found.reduced(dimension)
        shown = found.edges[:-1] >= 0
        # Below a few resolutions the division magnifies what leaks out of the bin at zero.
        shown &= found.centres > max(4 * found.resolution, found.edges[1] - found.edges[0])
        right.errorbar(
            found.centres[shown], reduced[shown], error[shown], color=COLOUR, marker="o", markersize=3, capsize=2,
            linewidth=0.9,
        )  # fmt: skip
        right.set_xlabel(FREQUENCY)
        right.set_ylabel(rf"$g(\omega)/\omega^{{{dimension - 1}}}$")
        right.set_ylim(bottom=0)
        right.set_title("beyond Debye's law", loc="left")
    caption = (
        f"Density of states of {name} (d N = {found.size}) from {found.moments} "
        f"{'Chebyshev moments' if found.method == 'kpm' else 'Lanczos steps'} and {found.vectors} random vectors; "
        f"resolution {found.resolution:.3g}. Bars: scatter over the random vectors and the effect of halving the "
        "number of moments, in quadrature. Not for the tail: a handful of modes is not resolved."
    )
    return Drawing(figure, caption)


def _errors(axes, x: np.ndarray, y: np.ndarray, error: np.ndarray) -> None:
    axes.errorbar(x, y, error, color=COLOUR, linestyle="none", capsize=1.5, linewidth=0.8)


def draw_comparison(cases: Sequence[Mapping[str, Any]]) -> Drawing:
    """Densities from moments over exact histograms, and the deviations in units of the stated error.

    Args:
        cases: tables with `case`, `edges`, `density`, `statistical_error`, `truncation_error` and `exact`.
    """
    with styled():
        figure, axes = panels(2, len(cases), height=4.6, sharex="col", height_ratios=(3, 1))
        for column, case in enumerate(cases):
            upper, lower = axes[:, column]
            edges, exact = np.array(case["edges"]), np.array(case["exact"])
            density = np.array(case["density"])
            error = np.hypot(case["statistical_error"], case["truncation_error"])
            centres = 0.5 * (edges[1:] + edges[:-1])
            upper.stairs(exact, edges, color="#BBBBBB", fill=True, label="exact")
            upper.errorbar(
                centres, density, error, color=COLOUR, linestyle="none", marker="o", markersize=1.8, capsize=1.2,
                linewidth=0.7, label="from moments",
            )  # fmt: skip
            upper.set_title(case["case"].removeprefix("density ").replace(": ", "\n"), loc="left")
            lower.axhspan(-2, 2, color="#EEEEEE")
            lower.plot(centres, (density - exact) / np.maximum(error, 1e-12), ".", color=COLOUR, markersize=3)
            lower.set_ylim(-4.5, 4.5)
            lower.set_xlabel(r"$\omega$  [$(\epsilon/m)^{1/2}/\ell$]")
        axes[0, 0].set_ylabel(r"$g(\omega)$  [$\ell\,(m/\epsilon)^{1/2}$]")
        axes[1, 0].set_ylabel("deviation / error")
        figure.legend(*axes[0, 0].get_legend_handles_labels(), loc="outside upper right", ncols=2)
    return Drawing(figure, "Densities of states from moments, with their errors, over exact spectra.")
