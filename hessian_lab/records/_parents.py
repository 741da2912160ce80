"""Parent files: one HDF5 file per block of prepared parents, complete or absent, with the evidence of each.

Random parents have no files: they are made again from their identity whenever they are wanted.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from ._files import read_whole, write_whole
from ._schema import PARENT_COLUMNS
from ._shards import shard_folder


@dataclass(frozen=True)
class ParentFile:
    """One file of parents in memory.

    Attributes:
        path: the file.
        ensemble: what the parents are: model, N, temperature, preparation, potential, seed.
        provenance: versions, device and time.
        columns: the datasets that were asked for.
    """

    path: Path
    ensemble: dict[str, Any]
    provenance: dict[str, str]
    columns: dict[str, np.ndarray]


def parent_folder(run: Path) -> Path:
    """Where a run keeps its prepared parents."""
    return Path(run) / "parents"


def write_parents(
    path: Path, columns: Mapping[str, np.ndarray], ensemble: Mapping[str, Any], provenance: Mapping[str, str]
) -> None:
    """Write a file of parents, whole or not at all.

    Args:
        path: final name.
        columns: one array per name of `PARENT_COLUMNS`; the first axis is the parent.
        ensemble: what the parents are.
        provenance: versions, device and time.

    Raises:
        ComputationError: if the disk is full or not writable; finished files are not touched.
    """
    missing = [name for name in PARENT_COLUMNS if name not in columns]
    assert not missing, f"columns without data: {missing}"
    write_whole(path, columns, {"ensemble": ensemble, "provenance": provenance}, (0, 0), PARENT_COLUMNS)


def read_parents(path: Path, names: tuple[str, ...] | None = None) -> ParentFile:
    """Read a file of parents, or some of its datasets.

    Raises:
        DataFileError: if the file is damaged, no parent file, or of an unknown schema.
    """
    found = read_whole(path, names, PARENT_COLUMNS, ("ensemble", "provenance"), "file of parents")
    return ParentFile(Path(path), found.tables["ensemble"], found.tables["provenance"], found.columns)


def list_parents(run: Path) -> list[Path]:
    """Finished parent files of a run, by name."""
    return sorted(parent_folder(run).glob("*.h5"))


def remove_leftovers(run: Path) -> int:
    """Delete the unfinished files of a killed run; returns how many there were. Only for the one runner of a folder."""
    leftovers = [path for folder in (shard_folder(run), parent_folder(run)) for path in folder.glob(".*.part")]
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)
