"""Whether quench methods reach the same minima, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..claims import SAME_MINIMUM, MethodDistance
from ._format import number, with_interval
from ._html import Statement


def minima(distances: Sequence[MethodDistance]) -> Statement | None:
    """How often two methods end in one minimum, and how far apart they end if not; None without distances."""
    found = [entry for entry in distances if entry.row["glasses"]]
    if not found:
        return None
    text = (
        f"From the same parents two methods end in the same minimum (closer than {SAME_MINIMUM:g} ℓ) or at a root mean "
        "square distance per particle of"
    )
    return Statement("Minima reached", text, tuple(_pair(entry) for entry in found))


def _pair(entry: MethodDistance) -> str:
    row = entry.row
    share = f"{row['same']} of {row['glasses']} the same"
    share += f" ({_percent(row['same_share_low'])} to {_percent(row['same_share_high'])} at 95 %)"
    return (
        f"{row['quench_a']} and {row['quench_b']}, {row['taper_a']}: {share}; mean distance {mean_distance(row)} ℓ; "
        f"energy of the first less the second {mean_energy(row)} × 10^-3 ε per particle"
    )


def mean_distance(row: dict[str, Any]) -> str:
    """Mean distance and its interval. Units of length."""
    return with_interval(row["distance"], row["distance_low"], row["distance_high"], 3)


def mean_energy(row: dict[str, Any]) -> str:
    """Mean difference of the energies per particle and its interval. Units of 1e-3 epsilon."""
    values = (row[f"energy_difference{end}"] for end in ("", "_low", "_high"))
    value, low, high = (None if entry is None else 1e3 * entry for entry in values)
    return with_interval(value, low, high)


def _percent(share: float) -> str:
    return f"{number(100 * share, 0)} %"
