"""HDF5 files that are whole or absent, with schema, settings and provenance: what shards and parent files share."""

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
from ._schema import READABLE, SCHEMA, Column


@dataclass(frozen=True)
class Contents:
    """What a file holds: its schema, the datasets that were asked for, settings by name, and attributes."""

    schema: int
    columns: dict[str, np.ndarray]
    tables: dict[str, dict[str, Any]]
    place: tuple[int, int]


def write_whole(
    path: Path,
    columns: Mapping[str, np.ndarray],
    tables: Mapping[str, Mapping[str, Any]],
    place: tuple[int, int],
    layout: Mapping[str, Column],
) -> None:
    """Write under a temporary name, flush to the disk, and rename: a reader sees all of it or nothing.

    Raises:
        ComputationError: if the disk is full or not writable; finished files are not touched.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.part")
    try:
        with h5py.File(temporary, "w") as file:
            file.attrs["schema"] = SCHEMA
            file.attrs["place"] = place
            for name, table in tables.items():
                file.attrs[name] = json.dumps(table, sort_keys=True)
            for name, array in columns.items():
                array = np.asarray(array)
                if array.dtype.kind == "U":
                    array = np.char.encode(array, "utf-8")
                large = array.size > 4096
                dataset = file.create_dataset(name, data=array, compression="gzip" if large else None, shuffle=large)
                dataset.attrs["unit"] = layout[name].unit
                dataset.attrs["about"] = layout[name].about
            file.flush()
        with open(temporary, "rb") as handle:
            os.fsync(handle.fileno())
        os.replace(temporary, path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise ComputationError(
            f"cannot write {path}: {error}; free some space and run the same command again"
        ) from error


def read_whole(
    path: Path, names: tuple[str, ...] | None, layout: Mapping[str, Column], tables: tuple[str, ...], what: str
) -> Contents:
    """Read a file, or some of its datasets; one that is absent is left out.

    Raises:
        DataFileError: if the file is damaged, of another kind, or of an unknown schema.
    """
    try:
        with h5py.File(path, "r") as file:
            schema = file.attrs.get("schema")
            if schema not in READABLE:
                known = " and ".join(str(version) for version in READABLE)
                raise DataFileError(
                    f"{path} has schema {schema}, but this release reads schema {known}; use the release that wrote it"
                )
            wanted = [name for name in layout if name in file and (names is None or name in names)]
            columns = {name: file[name][()] for name in wanted}
            settings = {name: json.loads(file.attrs[name]) for name in tables}
            place = (int(file.attrs["place"][0]), int(file.attrs["place"][1]))
    except (OSError, KeyError, ValueError) as error:
        raise DataFileError(
            f"{path} cannot be read as a {what} ({error}); delete it and run the campaign again to make it anew"
        ) from error
    return Contents(int(schema), columns, settings, place)
