"""Whether quench methods reach the same minimum from the same parent, and how far apart the minima are if not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float
from scipy.stats import binomtest

from ..records import Group
from ..statistics import bootstrap_weights, configuration_distance
from ._pairs import common_minima, pair_names, pairs

DISTANCE_COLUMNS = ("positions", "energy")
"""Datasets that distances need; large, so they are loaded only where methods are compared."""

SAME_MINIMUM = 1e-4
"""Root mean square distance below which two quenches ended in one minimum, a length: converged forces leave 1e-9, and a
single particle of a hundred that moves by a hundredth makes 1e-3."""


@dataclass(frozen=True)
class MethodDistance:
    """Minima that two methods reached from the same parents.

    Attributes:
        row: names of the pair, counts, means with 95 % intervals; plain values, None if undetermined.
        distances: root mean square distance per particle, one per common parent. Units of length.
        energies: energy per particle of the first method's minimum less the second's. Units of energy.
    """

    row: dict[str, Any]
    distances: Float[np.ndarray, " glasses"]
    energies: Float[np.ndarray, " glasses"]


def compares_methods(groups: Sequence[Group]) -> bool:
    """Whether there are two methods in a fixed cell to compare."""
    return any(a.relax_cell == "none" for _, a, _ in pairs(groups, "method"))


def method_distances(groups: Sequence[Group], *, resamples: int = 1000, seed: int = 0) -> list[MethodDistance]:
    """Distances between the inherent structures of the same parents, for every two methods in a fixed cell.

    Only parents whose glasses are confirmed minima under both methods enter. Intervals are percentiles of a bootstrap
    over glasses; that of the share of common minima is exact (Clopper and Pearson), because a bootstrap of no event
    has no width.

    Args:
        groups: loaded glasses, with `DISTANCE_COLUMNS`; groups without them are left out.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        One entry per pair of methods, taper and parental temperature.
    """
    there = [group for group in groups if set(DISTANCE_COLUMNS) <= group.columns.keys()]
    return [_distance(a, b, resamples, seed) for _, a, b in pairs(there, "method") if a.relax_cell == "none"]


def _distance(a: Group, b: Group, resamples: int, seed: int) -> MethodDistance:
    a, b = common_minima(a, b)
    row = pair_names("method", a, b) | {"glasses": a.glasses, "flagged": int(a.flagged.sum())}
    if not a.glasses:
        names = ("distance", "energy_difference", "same_share")
        empty = dict.fromkeys(f"{name}{end}" for name in names for end in ("", "_low", "_high"))
        nothing = np.zeros(0)
        return MethodDistance(row | empty | {"same": 0, "reason": "no common minima"}, nothing, nothing)
    distances = configuration_distance(a["positions"], b["positions"], a["cell"])
    energies = (a["energy"] - b["energy"]) / int(a.ensemble["particles"])
    same = int((distances < SAME_MINIMUM).sum())
    share = binomtest(same, a.glasses).proportion_ci()
    row |= _mean("distance", distances, resamples, seed) | _mean("energy_difference", energies, resamples, seed)
    row |= {"same": same, "same_share": same / a.glasses}
    row |= {"same_share_low": float(share.low), "same_share_high": float(share.high)}
    reason = "" if a.glasses > 1 else "one glass has no interval"
    return MethodDistance(row | {"reason": reason}, distances, energies)


def _mean(name: str, values: np.ndarray, resamples: int, seed: int) -> dict[str, float | None]:
    """Mean over glasses with its 95 % interval."""
    low = high = None
    if values.size > 1:
        chunks = bootstrap_weights(values.size, resamples=resamples, seed=seed)
        means = np.concatenate([weights @ values / values.size for weights in chunks])
        low, high = (float(value) for value in np.quantile(means, [0.025, 0.975]))
    return {name: float(values.mean()), f"{name}_low": low, f"{name}_high": high}
