"""The small part of a run that is kept with a study: its tables, and the lowest modes of every glass."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import InputError
from .._core.identity import digest
from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from ..records import EVIDENCE, Group, load_run, shard_folder, write_shard
from ._exponent import TABLE_COLUMNS, transverse_frequency
from ._tables import tables

PUBLISHED_COLUMNS = ("participation", "max_force", "zero_modes", "residual", "steps", "stress", *EVIDENCE)
"""Datasets that a published shard has besides those of the tables."""


def publish(run: Path | str, out: Path | str, *, resamples: int = 1000) -> list[dict[str, Any]]:
    """Write the tables of a run, and shards that hold the lowest modes only, into a folder.

    `table.json` is what `show --json` prints of the run. The shards list every mode below omega_T1 of the ensemble (and
    at least the three lowest of each glass), the rows of the table of modes up to there, and the flags of the parents;
    `show` reads them like a run, so anyone can compute exponents and vortices again. Bulk gap ratios and distances
    between minima need the run itself.

    Args:
        run: folder of the run.
        out: folder of the published results; made if absent.
        resamples: bootstrap resamples.

    Returns:
        The rows of the table.

    Raises:
        InputError: if the folder is the run itself.
        DataFileError: if the run has no shards.
    """
    run, out = Path(run), Path(out)
    if run.resolve() == out.resolve():
        raise InputError(f"argument out = {out} is the run itself; name another folder")
    groups = load_run(run, (*TABLE_COLUMNS, *PUBLISHED_COLUMNS, *MODE_COLUMNS, *SURROGATE_COLUMNS))
    table = tables(run, groups, resamples=resamples)
    out.mkdir(parents=True, exist_ok=True)
    temporary = out / ".table.json.part"
    temporary.write_text(json.dumps(table, allow_nan=False, indent=1) + "\n", encoding="utf-8")
    os.replace(temporary, out / "table.json")
    if (run / "campaign.json").exists():
        shutil.copyfile(run / "campaign.json", out / "campaign.json")
    for group in groups:
        _write(group, out)
    return list(table["rows"])


def _write(group: Group, out: Path) -> None:
    omega = group["omega"]
    frequency, error = transverse_frequency(group)
    # Bootstrap resamples move omega_T1: six standard errors are beyond them all.
    edge = frequency + 6 * error if np.isfinite(error) else np.inf
    rank = np.cumsum(omega > 0, axis=1)
    keep = (omega <= edge) | ((omega > 0) & (rank <= 3))
    known = np.inf if group.complete else group["known_up_to"]
    width = max(1, int(keep.sum(axis=1).max()))
    columns = dict(group.columns)
    columns["omega"] = np.where(keep, omega, np.nan)[:, :width]
    columns["participation"] = np.where(keep, columns["participation"], np.nan)[:, :width]
    columns["known_up_to"] = np.minimum(known, np.maximum(edge, np.where(keep, omega, -np.inf).max(axis=1)))
    columns |= _listed(group, edge)
    stamp = dict(group.provenance[0]) | {"created": "published"}
    name = f"{digest(group.ensemble, 8)}-{digest(group.treatment, 8)}-published.h5"
    write_shard(shard_folder(out) / name, columns, group.ensemble, group.treatment, stamp, group.place, partial=True)


def _listed(group: Group, edge: float) -> dict[str, np.ndarray]:
    """The table of modes up to a frequency; nothing where there is none."""
    if "mode_omega" not in group.columns:
        return {}
    keep = group["mode_omega"] <= edge
    width = max(1, int(keep.sum(axis=1).max()))
    names = [name for name in (*MODE_COLUMNS, *SURROGATE_COLUMNS) if name in group.columns]
    return {name: np.where(keep, group[name], np.nan)[:, :width] for name in names}
