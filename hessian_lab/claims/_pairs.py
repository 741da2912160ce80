"""Pairs of treatments of the same parents that differ in one thing only, and what that does to the exponent."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .._core.identity import digest
from ..records import Group
from ..statistics import paired_exponent_difference
from ._exponent import WINDOW, group_spectra, moving_window, number, transverse_frequency

PARTS = ("taper", "method", "relax_cell")
"""What two treatments can differ in."""


def pairs(groups: Sequence[Group], varies: str | None = None) -> Iterator[tuple[str, Group, Group]]:
    """Every two treatments of the same parents that differ in exactly one part.

    Args:
        groups: loaded glasses.
        varies: only pairs that differ in this part: taper, method or relax_cell; all if not given.

    Returns:
        The part, and both groups in their order.
    """
    for a, b in combinations(groups, 2):
        if digest(a.ensemble) != digest(b.ensemble):
            continue
        differing = [part for part, x, y in zip(PARTS, _parts(a), _parts(b), strict=True) if x != y]
        if len(differing) == 1 and varies in (None, differing[0]):
            yield differing[0], a, b


def _parts(group: Group) -> tuple[str, ...]:
    table = group.treatment
    relaxation = [group.relax_cell, table.get("target_pressure")]
    return digest([table["taper"], table.get("potential")]), digest(table["method"]), digest(relaxation)


def pair_names(varies: str, a: Group, b: Group) -> dict[str, Any]:
    """Ensemble and both treatments of a pair, as the first entries of a row."""
    return {
        "varies": varies,
        "model": a.ensemble["model"],
        "dimension": int(a.ensemble["dimension"]),
        "particles": int(a.ensemble["particles"]),
        "parental_temperature": str(a.ensemble["parental_temperature"]),
        "preparation": a.preparation,
        "quench": a.quench if a.quench == b.quench else f"{a.quench} / {b.quench}",
        "taper_a": a.taper,
        "taper_b": b.taper,
        "m_a": a.m,
        "m_b": b.m,
        "quench_a": a.quench,
        "quench_b": b.quench,
        "relax_cell_a": a.relax_cell,
        "relax_cell_b": b.relax_cell,
    }


def common_minima(a: Group, b: Group) -> tuple[Group, Group]:
    """The confirmed minima of both groups that descend from common parents, in the order of their index."""
    parents = np.intersect1d(a["parent_id"][a.minima], b["parent_id"][b.minima])
    first, second = (group.select(group.minima & np.isin(group["parent_id"], parents)) for group in (a, b))
    return first, second


def paired_differences(groups: Sequence[Group], *, resamples: int = 1000, seed: int = 0) -> list[dict[str, Any]]:
    """s_a - s_b for every two treatments of the same parents that differ in one thing, at 0.5 omega_T1 of each.

    That is: over tapers at fixed parental temperature, method and relaxation of the cell; over methods at fixed
    temperature, taper and relaxation; over relaxations likewise. Only parents whose glasses are confirmed minima under
    both treatments enter, resampled together.

    Args:
        groups: loaded glasses.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        One row per pair; `varies` says in what its treatments differ; numbers are None where undetermined, with a
        `reason`; `flagged` counts common parents that are not at equilibrium.
    """
    return [_difference(*pair, resamples, seed) for pair in pairs(groups)]


def _difference(varies: str, a: Group, b: Group, resamples: int, seed: int) -> dict[str, Any]:
    a, b = common_minima(a, b)
    row = pair_names(varies, a, b) | {"window": WINDOW, "glasses": a.glasses, "flagged": int(a.flagged.sum())}
    numbers = ("difference", "low", "high", "standard_error", "unpaired_standard_error", "correlation")
    spectra = [group_spectra(group) for group in (a, b)]
    windows = [WINDOW * transverse_frequency(group)[0] for group in (a, b)]
    if spectra[0] is None or spectra[1] is None or not np.isfinite(windows).all():
        empty = dict.fromkeys((*numbers, "modes_a", "modes_b"))
        return row | empty | {"reason": "no common minima, or omega_T1 is undetermined"}
    found = paired_exponent_difference(
        spectra[0],
        spectra[1],
        *windows,
        resamples=resamples,
        seed=seed,
        window_of_weights_a=moving_window(a, (WINDOW,)),
        window_of_weights_b=moving_window(b, (WINDOW,)),
    )
    return (
        row
        | {name: number(getattr(found, name)) for name in numbers}
        | {"modes_a": found.modes_a, "modes_b": found.modes_b, "reason": found.reason}
    )
