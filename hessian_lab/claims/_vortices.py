"""Claim (v): whether the low modes are vortices of frozen stresses, beside surrogates of the same spectrum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float, Int

from .._core.mode_columns import MODE_COLUMNS, SIGNIFICANT, SURROGATE_COLUMNS
from ..records import Group
from ..statistics import pooled_mean, pooled_median
from ._exponent import number, transverse_frequency

LOW_EDGE = 0.9
"""Modes below so many omega_T1 lie under every transverse phonon of the box."""

VORTEX_COLUMNS = (
    *("mode_omega", "rotating", "p_correlation", "core_asymmetry", "surrogate_asymmetry"),
    *("prestress_response", "surrogate_prestress"),
)
"""Datasets that the table of vortices needs, where a run has them."""

SHARES = ("rotating_share", "correlated_share", "both_share")

MEDIANS = ("core_asymmetry", "surrogate_asymmetry", "prestress_response", "surrogate_prestress")

NO_TABLE = "no table of modes is stored; set mode_table = true in the campaign file"

NO_SURROGATES = "the modes have no surrogates; set surrogates = 19 or more in the campaign file"


@dataclass(frozen=True, eq=False)
class ListedModes:
    """The table of modes of the confirmed minima of a group, glass after glass.

    Attributes:
        columns: the datasets of the table by name, see `_core.mode_columns`, shape (modes,).
        glass: which of the confirmed minima each mode belongs to, from 0, shape (modes,).
        scaled: omega/omega_T1 with the omega_T1 of the ensemble, shape (modes,); NaN where it is undetermined.
        glasses: number of confirmed minima, with modes in the table or without.
    """

    columns: dict[str, Float[np.ndarray, " modes"]]
    glass: Int[np.ndarray, " modes"]
    scaled: Float[np.ndarray, " modes"]
    glasses: int

    def __getitem__(self, name: str) -> Float[np.ndarray, " modes"]:
        return self.columns[name]

    def __contains__(self, name: str) -> bool:
        return name in self.columns

    def __len__(self) -> int:
        return self.glass.size

    @property
    def counts(self) -> Int[np.ndarray, " glasses"]:
        """Modes of each confirmed minimum."""
        return np.bincount(self.glass, minlength=self.glasses)

    def select(self, keep: np.ndarray) -> ListedModes:
        """Some of the modes, by a mask; the glasses stay."""
        columns = {name: values[keep] for name, values in self.columns.items()}
        return ListedModes(columns, self.glass[keep], self.scaled[keep], self.glasses)

    @property
    def low(self) -> ListedModes:
        """The modes below 0.9 omega_T1."""
        return self.select(self.scaled < LOW_EDGE)


def listed_modes(group: Group) -> ListedModes | None:
    """The table of modes of a group; None if it has none."""
    if "mode_omega" not in group.columns:
        return None
    names = [name for name in (*MODE_COLUMNS, *SURROGATE_COLUMNS) if name in group.columns]
    omega = group["mode_omega"][group.minima]
    there = np.isfinite(omega)
    columns = {name: group[name][group.minima][there] for name in names}
    scaled = columns["mode_omega"] / transverse_frequency(group)[0]
    return ListedModes(columns, np.nonzero(there)[0], scaled, len(omega))


def vortex_table(groups: Sequence[Group], *, resamples: int = 1000, seed: int = 0) -> list[dict[str, Any]]:
    """What the modes below 0.9 omega_T1 are, one row per group that has a table of modes.

    `rotating_share` is the share of modes with a vortex core beyond chance, `correlated_share` the share whose rotation
    goes with the local stress beyond chance, `both_share` of those with both, which is what claim (v) asks for. By
    chance, each is expected to be at most `expected_share`. Medians stand beside those of the modes' own surrogates.

    Errors are standard errors over glasses: the jackknife for shares, the bootstrap for medians. omega_T1 is held
    fixed.

    Args:
        groups: loaded glasses, with `VORTEX_COLUMNS` where there are such.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        Rows of plain values; every None has its `reason`.
    """
    rows = ((group, listed_modes(group)) for group in groups)
    return [_row(group, modes, resamples, seed) for group, modes in rows if modes is not None]


def _row(group: Group, modes: ListedModes, resamples: int, seed: int) -> dict[str, Any]:
    low = modes.low
    counts = low.counts
    row: dict[str, Any] = {
        "model": group.ensemble["model"],
        "dimension": int(group.ensemble["dimension"]),
        "particles": int(group.ensemble["particles"]),
        "parental_temperature": str(group.ensemble["parental_temperature"]),
        "preparation": group.preparation,
        "taper": group.taper,
        "quench": group.quench,
        "relax_cell": group.relax_cell,
        "edge": LOW_EDGE,
        "glasses": modes.glasses,
        "modes": len(low),
        "glasses_with_modes": int(np.count_nonzero(counts)),
        "expected_share": SIGNIFICANT,
    }
    shared = _flags(low)
    values = {name: shared[name].astype(np.float64) for name in shared}
    values |= {name: low[name] for name in MEDIANS if name in low}
    why = _reason(modes, low)
    reasons: dict[str, str] = {}
    for name in (*SHARES, *MEDIANS):
        value = error = float("nan")
        if name in values:
            known = np.isfinite(values[name])
            own = values[name][known], np.bincount(low.glass[known], minlength=low.glasses)
            pooled = pooled_mean(*own) if name in SHARES else pooled_median(*own, resamples=resamples, seed=seed)
            value, error = pooled
        row |= {name: number(value), f"{name}_error": number(error)}
        if row[name] is None:
            reasons[name] = why or NO_SURROGATES
        if row[name] is not None and not error > 0:
            row[f"{name}_error"] = None
            reasons[f"{name}_error"] = "one glass only" if np.isnan(error) else "leaving out a glass changes nothing"
        elif row[name] is None:
            reasons[f"{name}_error"] = "its number is undetermined"
    return row | {"reason": reasons}


def _flags(low: ListedModes) -> dict[str, np.ndarray]:
    """Which modes rotate, whose rotation goes with the stress, and which do both; nothing without surrogates."""
    if "rotating" not in low or "p_correlation" not in low:
        return {}
    rotating, correlated = low["rotating"] == 1, low["p_correlation"] <= SIGNIFICANT
    return {"rotating_share": rotating, "correlated_share": correlated, "both_share": rotating & correlated}


def _reason(modes: ListedModes, low: ListedModes) -> str:
    """Why nothing is known of low modes; empty if something is."""
    if not modes.glasses:
        return "no glass is a confirmed minimum"
    if not len(modes):
        return "the table of modes is empty"
    if np.isnan(modes.scaled).all():
        return "omega_T1 is undetermined"
    return "" if len(low) else f"no mode lies below {LOW_EDGE:g} omega_T1"
