"""All tables of a run, as `show --json` prints them and `publish` keeps them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ..records import Group, load_run
from ._distances import DISTANCE_COLUMNS, MethodDistance, compares_methods, method_distances
from ._exponent import exponent_table
from ._pairs import paired_differences
from ._vortices import vortex_table


def run_distances(
    run: Path | str, groups: Sequence[Group], *, resamples: int = 1000, seed: int = 0
) -> list[MethodDistance]:
    """`method_distances` of a run; its positions are loaded only where methods are compared.

    Args:
        run: folder of the run.
        groups: its groups.
        resamples: bootstrap resamples.
        seed: of the bootstrap.
    """
    if not compares_methods(groups):
        return []
    return method_distances(load_run(run, DISTANCE_COLUMNS), resamples=resamples, seed=seed)


def tables(run: Path | str, groups: Sequence[Group], *, resamples: int = 1000) -> dict[str, Any]:
    """Rows per treatment, paired differences of the exponent, distances between the minima of methods, and vortices.

    Args:
        run: folder of the run.
        groups: its groups, with `TABLE_COLUMNS`, and `VORTEX_COLUMNS` where they are stored.
        resamples: bootstrap resamples.

    Returns:
        Plain values that JSON can hold, with the version of the layout.
    """
    return {
        "schema": 1,
        "rows": exponent_table(groups, resamples=resamples),
        "differences": paired_differences(groups, resamples=resamples),
        "distances": [entry.row for entry in run_distances(run, groups, resamples=resamples)],
        "vortices": vortex_table(groups, resamples=resamples),
    }
