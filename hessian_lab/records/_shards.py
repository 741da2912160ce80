"""Shards: one HDF5 file per treatment and block of samples, complete or absent."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import h5py
import numpy as np

from .._core.errors import ComputationError, DataFileError
from ._schema import COLUMNS, SCHEMA


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
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with h5py.File(temporary, "w") as file:
            file.attrs["schema"] = SCHEMA
            file.attrs["place"] = place
            for name, table in (("ensemble", ensemble), ("treatment", treatment), ("provenance", provenance)):
                file.attrs[name] = json.dumps(table, sort_keys=True)
            for name, array in columns.items():
                array = np.asarray(array)
                if array.dtype.kind == "U":
                    array = array.astype("S")
                large = array.size > 4096
                dataset = file.create_dataset(name, data=array, compression="gzip" if large else None, shuffle=large)
                dataset.attrs["unit"] = COLUMNS[name].unit
                dataset.attrs["about"] = COLUMNS[name].about
            file.flush()
        with open(temporary, "rb") as handle:
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ComputationError(
            f"cannot write {path}: {error}; free some space and run the same command again"
        ) from error


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
        DataFileError: if the file is damaged, no shard, or of another schema.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema != SCHEMA:
                raise DataFileError(
                    f"{path} has schema {schema}, but this release reads schema {SCHEMA}; use the release that wrote it"
                )
            wanted = [name for name in COLUMNS if name in file and (names is None or name in names)]
            columns = {name: file[name][()] for name in wanted}
            tables = {name: json.loads(file.attrs[name]) for name in ("ensemble", "treatment", "provenance")}
            place = (int(file.attrs["place"][0]), int(file.attrs["place"][1]))
    except (OSError, KeyError, ValueError) as error:
        raise DataFileError(
            f"{path} cannot be read as a shard ({error}); delete it and run the campaign again to make it anew"
        ) from error
    return Shard(Path(path), tables["ensemble"], tables["treatment"], tables["provenance"], columns, place)


def list_shards(run: Path) -> list[Path]:
    """Finished shards of a run, by name."""
    return sorted(shard_folder(run).glob("*.h5"))


def remove_leftovers(run: Path) -> int:
    """Delete the unfinished files of a killed run; returns how many there were. Only for the one runner of a folder."""
    leftovers = list(shard_folder(run).glob(".*.part"))
    for path in leftovers:
        path.unlink(missing_ok=True)
    return len(leftovers)
