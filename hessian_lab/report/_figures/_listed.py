"""Series that have a table of modes, for the figures that draw it."""

from __future__ import annotations

from ...claims import NO_SURROGATES, NO_TABLE, ListedModes, listed_modes
from .._series import Ensemble, Series
from ._style import NO_MINIMUM, Omitted

Listed = list[tuple[Series, ListedModes]]


def with_table(ensemble: Ensemble, *, low: bool = False) -> Listed | Omitted:
    """Every treatment of an ensemble whose modes are listed with their surrogates, or why there is none.

    Args:
        ensemble: with its series.
        low: keep the modes below 0.9 omega_T1 only.
    """
    minima = [entry for entry in ensemble.series if entry.group.minima.any()]
    if not minima:
        return NO_MINIMUM
    found = [(entry, modes) for entry in minima if (modes := listed_modes(entry.group)) is not None and len(modes)]
    if not found:
        return Omitted(NO_TABLE)
    found = [(entry, modes) for entry, modes in found if "rotating" in modes]
    if not found:
        return Omitted(NO_SURROGATES)
    found = [(entry, modes) for entry, modes in found if entry.omega_t1 is not None]
    if not found:
        return Omitted("omega_T1 is undetermined")
    if low:
        found = [(entry, modes.low) for entry, modes in found if len(modes.low)]
        if not found:
            return Omitted("no mode lies below 0.9 ω_T1")
    return found
