"""Shards: one HDF5 file per treatment and block of samples, complete or absent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ._files import read_whole, write_whole
from ._schema import COLUMNS


def shard_folder(run: Path) -> Path:
    """Where a run keeps its shards."""
    return Path(run) / "shards"


def write_shard(
    path: Path,
    columns: Mapping[str, np.ndarray],
    ensemble: Mapping[str, Any],
    treatment: Mapping[str, Any],
    provenance: Mapping[str, str],
    place: tuple[int, int] = (0, 0),
    *,
    partial: bool = False,
) -> None:
    """Write a shard under a temporary name, flush it to the disk, and rename it: a reader sees all of it or nothing.

    Args:
        path: final name.
        columns: one array per name of `COLUMNS`; the first axis is the glass.
        ensemble: settings that the samples share.
        treatment: potential and quench.
        provenance: versions, device and time.
        place: position of ensemble and treatment in the campaign file, for the order of tables.
        partial: whether columns may be missing, as in published shards.

    Raises:
        ComputationError: if the disk is full or not writable; finished shards are not touched.
    """
    missing = [] if partial else [name for name, column in COLUMNS.items() if column.required and name not in columns]
    assert not missing, f"columns without data: {missing}"
    tables = {"ensemble": ensemble, "treatment": treatment, "provenance": provenance}
    write_whole(path, columns, tables, place, COLUMNS)


@dataclass(frozen=True)
class Shard:
    """One shard in memory.

    Attributes:
        path: its file.
        ensemble: settings that the samples share.
        treatment: potential and quench.
        provenance: versions, device and time.
        columns: the datasets that were asked for.
        place: position of ensemble and treatment in the campaign file.
    """

    path: Path
    ensemble: dict[str, Any]
    treatment: dict[str, Any]
    provenance: dict[str, str]
    columns: dict[str, np.ndarray]
    place: tuple[int, int]


def read_shard(path: Path, names: tuple[str, ...] | None = None) -> Shard:
    """Read a shard, or some of its datasets.

    Args:
        path: the file.
        names: datasets wanted; all if not given. A dataset that is optional and absent is left out.

    Raises:
        DataFileError: if the file is damaged, no shard, or of an unknown schema.
    """
    # In schema 1 steps and evaluations were the same number.
    asked = names if names is None or "force_evaluations" not in names else (*names, "steps")
    found = read_whole(path, asked, COLUMNS, ("ensemble", "treatment", "provenance"), "shard")
    columns = dict(found.columns)
    if found.schema == 1 and "steps" in columns and (names is None or "force_evaluations" in names):
        columns["force_evaluations"] = columns["steps"]
    if names is not None:
        columns = {name: array for name, array in columns.items() if name in names}
    tables = found.tables
    return Shard(Path(path), tables["ensemble"], tables["treatment"], tables["provenance"], columns, found.place)


def list_shards(run: Path) -> list[Path]:
    """Finished shards of a run, by name."""
    return sorted(shard_folder(run).glob("*.h5"))
