"""g(omega), plain and over the power law of plane waves."""

from __future__ import annotations

import numpy as np

from ...statistics import density_of_states
from .._series import Ensemble
from ._legend import legend_above
from ._style import (
    FREQUENCY,
    NO_MINIMUM,
    UNIT,
    Drawing,
    Omitted,
    band,
    flags_text,
    frequency_grid,
    glasses_text,
    logarithmic_frequency,
    look,
    mark_transverse,
    measured,
    panels,
    styled,
)

RANGE = 3e3
"""Largest ratio of the ends of the reduced axis; the edge of the spectrum falls further than is of interest."""

FEWEST_MODES = 5
"""Bins of the reduced curve with fewer modes are not drawn."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """g(omega) on linear axes, and g over omega^(d - 1), the law of plane waves, on logarithmic ones."""
    series = measured(ensemble.series)
    if not series:
        return NO_MINIMUM
    power = ensemble.dimension - 1
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.7)
        plain, reduced = grid_of_axes[0]
        reach = frequency_grid(series)
        modes = min(entry.spectra.omega.size for entry in series if entry.spectra is not None)
        linear = np.linspace(0, reach[-1], int(np.clip(np.sqrt(modes) / 1.5, 8, 80)) + 1)
        logarithmic = np.geomspace(reach[0], reach[-1], int(np.clip(modes ** (1 / 3) * 1.5, 6, 45)) + 1)
        drawn = False
        for entry in series:
            assert entry.spectra is not None
            found = density_of_states(entry.spectra, linear)
            middle = 0.5 * (found.edges[1:] + found.edges[:-1])
            plain.plot(middle, found.value, **look(entry))
            band(plain, entry, middle, found.low, found.high)
            found = density_of_states(entry.spectra, logarithmic)
            middle = np.sqrt(found.edges[1:] * found.edges[:-1])
            shown = found.counts >= FEWEST_MODES
            if np.any(shown):
                drawn = True
                unit = middle**-power
                reduced.plot(middle[shown], (found.value * unit)[shown], **look(entry))
                band(reduced, entry, middle, np.maximum(found.low, 0.01 * found.value) * unit, found.high * unit, shown)
        plain.set_xlim(0, reach[-1])
        plain.set_ylim(bottom=0)
        plain.set_ylabel(rf"$g(\omega)$  [$({UNIT})^{{-1}}$]")
        if drawn:
            logarithmic_frequency(reduced)
            reduced.set_yscale("log")
            top = reduced.get_ylim()[1]
            reduced.set_ylim(max(reduced.get_ylim()[0], top / RANGE), top)
        name = r"\omega" if power == 1 else rf"\omega^{power}"
        reduced.set_ylabel(rf"$g(\omega)/{name}$  [$({UNIT})^{{-{power + 1}}}$]")
        for axes in (plain, reduced):
            axes.set_xlabel(FREQUENCY)
            mark_transverse(axes, series)
        legend_above(figure, plain)
    caption = (
        f"Left: density of states, normalised to one. Right: over ω^{power}, which plane waves make flat; bins with at "
        f"least {FEWEST_MODES} modes. Bands are 95 % intervals over glasses; dashed verticals mark ω_T1 of each "
        f"treatment. {glasses_text(series).capitalize()}.{flags_text(series)}"
    )
    return Drawing(figure, caption.replace("ω^1,", "ω,"))
