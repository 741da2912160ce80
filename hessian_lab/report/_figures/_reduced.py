"""F(omega)/omega^(s + 1): the panel in which a curve is flat at low frequency names its exponent."""

from __future__ import annotations

import numpy as np
from matplotlib.ticker import FixedLocator, FuncFormatter, NullFormatter

from ...statistics import cumulative_dos, reduced_cumulative_dos
from .._series import Ensemble
from ._legend import legend_above
from ._style import (
    NO_MINIMUM,
    SCALED_FREQUENCY,
    Drawing,
    Omitted,
    band,
    flags_text,
    glasses_text,
    known_up_to,
    look,
    mark_transverse,
    measured,
    panels,
    styled,
)

EXPONENTS = (2, 3, 4, 5)

FEWEST_MODES = 10
"""Points with fewer modes below them are not drawn."""

HIGHEST = 2.0
"""Right end of the axis, in omega_T1."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """Four panels, s = 2 to 5, with omega in units of each treatment's omega_T1, so that the curves are comparable."""
    series = [entry for entry in measured(ensemble.series) if entry.omega_t1 is not None]
    if not series:
        return NO_MINIMUM if not measured(ensemble.series) else Omitted("omega_T1 is undetermined")
    with styled():
        figure, grid_of_axes = panels(2, 2, height=6.0, sharex=True)
        lowest, drawn = HIGHEST, 0
        for entry in series:
            assert entry.spectra is not None
            assert entry.omega_t1 is not None
            start = max(float(entry.spectra.omega.min()) / entry.omega_t1, 1e-3)
            end = min(HIGHEST, known_up_to(entry) / entry.omega_t1)
            if start >= end:
                continue
            scaled = np.geomspace(start, end, 100) * (1 - 1e-12)
            found = cumulative_dos(entry.spectra, scaled * entry.omega_t1)
            shown = found.counts >= FEWEST_MODES
            if not np.any(shown):
                continue
            drawn += 1
            lowest = min(lowest, float(scaled[shown][0]))
            reduced = reduced_cumulative_dos(found, EXPONENTS)
            for axes, s, value, low, high in zip(
                grid_of_axes.flat, EXPONENTS, reduced.value, reduced.low, reduced.high, strict=True
            ):
                unit = entry.omega_t1 ** (s + 1)
                axes.plot(scaled[shown], value[shown] * unit, **look(entry))
                band(axes, entry, scaled, np.maximum(low, 1e-3 * value) * unit, high * unit, shown)
        if not drawn:
            return Omitted(f"fewer than {FEWEST_MODES} modes lie below {HIGHEST:g} omega_T1 in every treatment")
        for axes, s in zip(grid_of_axes.flat, EXPONENTS, strict=True):
            axes.set_xscale("log")
            axes.set_yscale("log")
            axes.set_xlim(0.95 * lowest, HIGHEST)
            axes.xaxis.set_major_locator(FixedLocator([place for place in _TICKS if 0.95 * lowest <= place <= HIGHEST]))
            axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
            axes.xaxis.set_minor_formatter(NullFormatter())
            axes.set_title(rf"flat if $s = {s}$", loc="left")
            axes.set_ylabel(rf"$F(\omega)\,/\,(\omega/\omega_{{\mathrm{{T1}}}})^{{{s + 1}}}$")
            mark_transverse(axes, series, scaled=True)
        for axes in grid_of_axes[1]:
            axes.set_xlabel(SCALED_FREQUENCY)
        legend_above(figure, grid_of_axes[0, 0])
    caption = (
        "Cumulative density of states over ω^(s + 1), dimensionless through ω_T1 of each treatment. A curve that runs "
        "flat towards low ω in one panel has that exponent there; a curve that bends in every panel has no single "
        f"exponent in this range. Bands are 95 % intervals over glasses; only points with at least {FEWEST_MODES} "
        f"modes below them are drawn. {glasses_text(series).capitalize()}.{flags_text(series)}"
    )
    return Drawing(figure, caption)


_TICKS = (0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.7, 1.0, 1.4, 2.0)
