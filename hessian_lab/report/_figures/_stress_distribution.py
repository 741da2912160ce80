"""P(sigma) of several tapers, and the exponent of its small stresses beside what the order of the taper predicts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from matplotlib.axes import Axes
from matplotlib.ticker import FuncFormatter

from ..._core.errors import InputError
from ...statistics import StressDistribution, expected_exponent
from .._series import CATEGORICAL, MARKERS
from ._legend import legend_above
from ._style import Drawing, margin_heights, panels, reference_line, styled

MARKS = tuple(MARKERS.values())


@dataclass(frozen=True)
class StressCase:
    """P(sigma) of the glasses of one taper.

    Attributes:
        name: of the taper, as the legend has it.
        order: m, may be infinite.
        found: the distribution.
        wave_stress: zeta omega_T1^2, the stress that belongs to the first transverse wave of the box; marked at the top
            unless None. Units of energy/length^d.
    """

    name: str
    order: float
    found: StressDistribution
    wave_stress: float | None = None


def draw(cases: Sequence[StressCase]) -> Drawing:
    """P(sigma) with bands of two standard errors and the expected slopes; the exponent against the share of stresses.

    Args:
        cases: one for each taper.

    Raises:
        InputError: if there are no cases, or more than the palette has colours.
    """
    if not 1 <= len(cases) <= len(CATEGORICAL):
        raise InputError(f"argument cases must hold 1 to {len(CATEGORICAL)} tapers, but holds {len(cases)}")
    with styled():
        figure, axes = panels(1, 2, height=3.9, width_ratios=(1.25, 1))
        left, right = axes[0]
        for number, case in enumerate(cases):
            _density(left, case, CATEGORICAL[number])
            _scan(right, case, CATEGORICAL[number], MARKS[number], number - (len(cases) - 1) / 2)
        left.set_xscale("log")
        left.set_yscale("log")
        left.set_xlabel(r"pair stress $\sigma = |r\phi'|/\Omega$  [$\epsilon/\ell^d$]")
        left.set_ylabel(r"$P(\sigma)$  [$\ell^d/\epsilon$]")
        left.set_title("with the slope of the order of each taper", loc="left")
        right.set_xscale("log")
        right.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{100 * value:g}"))
        right.xaxis.set_minor_formatter(FuncFormatter(lambda value, _: ""))
        right.set_xticks(cases[0].found.small.shares)
        right.set_xlabel("smallest stresses counted  [% of all]")
        right.set_ylabel(r"exponent $x$ of $P \sim \sigma^x$")
        right.set_title("small-stress exponent", loc="left")
        _expected(right, cases)
        legend_above(figure, left)
    glasses = ", ".join(f"{case.name}: {case.found.glasses}" for case in cases)
    caption = (
        "Left: distribution of the pair stresses; bands: two standard errors over glasses; dashed: the slope "
        "-1 + 1/m that the order m of the taper gives at small stresses, laid through the curve"
        f"{_marks_text(cases)}. Right: maximum-likelihood exponent among the smallest stresses, with two standard "
        "errors by the jackknife over glasses, against how many of them are counted; dashed: -1 + 1/m. A taper of "
        f"infinite order makes P ~ 1/(σ ln²σ), which approaches -1 but is no power above it. Glasses: {glasses}."
    )
    return Drawing(figure, caption)


def _marks_text(cases: Sequence[StressCase]) -> str:
    marked = any(case.wave_stress is not None for case in cases)
    return "; triangles at the top: ζω_T1²" if marked else ""


def _density(axes: Axes, case: StressCase, colour: str) -> None:
    density, error = case.found.density, case.found.error
    # A single stress in a bin has no error worth drawing.
    seen = density.counts > 1
    centres, value, band = density.centres[seen], density.density[seen], 2 * error[seen]
    axes.plot(centres, value, color=colour, linewidth=1.3, label=case.name)
    axes.fill_between(
        centres, np.maximum(value - band, 0.3 * value), value + band, color=colour, alpha=0.2, linewidth=0
    )
    # A taper of infinite order has stresses far below the first bin.
    end = max(case.found.largest_small, 100 * centres[0])
    line = np.array([max(centres[0], 1e-4 * end), 3 * end])
    level = float(case.found(np.array(end)))
    slope = expected_exponent(case.order)
    axes.plot(line, level * (line / end) ** slope, color=colour, linewidth=0.8, linestyle=(0, (4, 2)))
    if case.wave_stress is not None:
        axes.plot(
            [case.wave_stress], [1.0], marker="v", color=colour, markersize=5, clip_on=False,
            transform=axes.get_xaxis_transform(), linestyle="none",
        )  # fmt: skip


def _scan(axes: Axes, case: StressCase, colour: str, marker: str, place: float) -> None:
    scan = case.found.small
    # Beside one another, so that no error hides another.
    axes.errorbar(
        scan.shares * 1.035**place, scan.exponents, 2 * scan.errors, color=colour, marker=marker, capsize=1.5,
        linewidth=0.9, markersize=3.8,
    )  # fmt: skip


def _expected(axes: Axes, cases: Sequence[StressCase]) -> None:
    """Dashed levels -1 + 1/m, named in the right margin."""
    orders = sorted({case.order for case in cases}, reverse=True)
    values = [expected_exponent(order) for order in orders]
    low, high = axes.get_ylim()
    axes.set_ylim(min(low, -1.05), max(high, values[-1] + 0.05))
    names = [f"$m$ = {'∞' if np.isinf(order) else f'{order:g}'}" for order in orders]
    for value, name, height in zip(values, names, margin_heights(axes, values, names), strict=True):
        reference_line(axes, value, name, margin=height)
