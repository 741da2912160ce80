"""Configurations from and to files of other programs: extended XYZ, LAMMPS data files and LAMMPS text dumps.

The formats themselves are in `_extxyz` and `_lammps_files`; results of this package are in `hessian_lab.records`.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from .._core.errors import DataFileError, InputError
from ..potentials import Model
from ._configuration import Configuration
from ._extxyz import Frame, extxyz_lines, fault, read_extxyz
from ._lammps_files import data_lines, dump_lines, read_data, read_dump

_READERS: dict[str, Callable[[Path, str, int], Frame]] = {
    "extended XYZ": read_extxyz,
    "LAMMPS data": read_data,
    "LAMMPS dump": read_dump,
}

_SUFFIXES = {
    ".xyz": "extended XYZ",
    ".extxyz": "extended XYZ",
    ".data": "LAMMPS data",
    ".lmp": "LAMMPS data",
    ".dump": "LAMMPS dump",
    ".lammpstrj": "LAMMPS dump",
}


def read_configuration(
    path: str | os.PathLike[str], model: Model | None = None, *, dimension: int | None = None, frame: int = -1
) -> Configuration:
    """Read one sample; the format is recognised by the content, then by the suffix.

    - Extended XYZ (.xyz, .extxyz): the keys Lattice and pbc and the column pos; diameters from `diameter` (or
      `diameters`, or twice `radius`), masses from `masses` (or `mass`). Species from the integers of `species_index`
      or `species` (from 0) or `type` (from 1); otherwise the names in `species` or `element`, sorted alphabetically,
      are species 0, 1, ...
    - LAMMPS data (.data, .lmp) of style atomic, charge, molecular, full or sphere, named as `Atoms # style`; masses
      from the section Masses, or from diameter and density of style sphere (of a ball, as in LAMMPS, in 2D as well).
    - LAMMPS text dump (.dump, .lammpstrj): positions from x y z, xu yu zu, xs ys zs or xsu ysu zsu; further `id`,
      `type` (otherwise `element`), `mass`, `diameter` or `radius`. Particles are sorted by id.

    LAMMPS's type k is species k - 1. Masses that the file does not give are 1, never those of chemical elements.
    Positions stand as in the file, neither wrapped nor moved to the origin of the box. A file is two-dimensional if
    all z are equal and the third cell vector is along z; its length and periodicity are then ignored.

    Args:
        path: the file.
        model: checks dimension and species, and gives the diameters of a mixture whose file has none.
        dimension: 2 or 3, to insist on one. Only a single particle leaves it open.
        frame: index of the frame in a trajectory, negative from the end.

    Returns:
        The sample. Diameters are 1 where neither file nor model gives them.

    Raises:
        DataFileError: if the file is missing, cut short, not periodic, of an unknown format, or an entry is wrong.
        InputError: if the dimension, frame or model do not go with what the file holds.
    """
    path = Path(path)
    if dimension not in (None, 2, 3):
        raise InputError(f"argument dimension must be 2 or 3, but got {dimension!r}")
    text = _text(path)
    raw = _READERS[_recognised(path, text)](path, text, frame)
    dim = _dimension(path, raw, model, dimension)
    _check_cell(path, raw, dim)
    species = _species(path, raw, model)
    return Configuration.create(
        raw.positions[:, :dim],
        raw.cell[:dim, :dim],
        diameters=_diameters(path, raw, model, species),
        species=species,
        masses=raw.masses,
    )


def _text(path: Path) -> str:
    try:
        # Titles may hold any encoding; everything that is read is ASCII.
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise DataFileError(f"{path}: cannot be read ({error.strerror}); check the path") from None
    if "\0" in text:
        raise fault(path, None, "is not text; uncompress it, or write a text dump instead of a binary one")
    if not text.strip():
        raise fault(path, None, "is empty; expected extended XYZ, a LAMMPS data file or a LAMMPS text dump")
    return text


def _recognised(path: Path, text: str) -> str:
    if text.lstrip().startswith("ITEM:"):
        return "LAMMPS dump"
    if re.match(r"\s*\d+[ \t]*\n", text):
        return "extended XYZ"
    if re.search(r"^[ \t]*\d+[ \t]+atoms[ \t]*(#.*)?$", text[:10_000], re.MULTILINE):
        return "LAMMPS data"
    if path.suffix.lower() in _SUFFIXES:
        return _SUFFIXES[path.suffix.lower()]
    raise fault(
        path,
        None,
        f"neither extended XYZ, nor a LAMMPS data file or text dump; the suffixes are {', '.join(_SUFFIXES)}",
    )


def _dimension(path: Path, raw: Frame, model: Model | None, dimension: int | None) -> int:
    if model is not None and dimension not in (None, model.dimension):
        raise InputError(
            f"argument dimension is {dimension}, but model {model.name} is {model.dimension}D; leave dimension out"
        )
    wanted = dimension or (model.dimension if model is not None else None)
    tolerance = 1e-12 * np.abs(raw.cell).max()
    upright = bool((np.abs([*raw.cell[2, :2], *raw.cell[:2, 2]]) <= tolerance).all())
    spread = float(np.ptp(raw.positions[:, 2]))
    flat = spread == 0 and upright
    if len(raw.positions) == 1 and upright:
        return wanted or (3 if raw.periodic[2] else 2)
    if dimension == 3:
        # A dimer, or a plane of a crystal: equal heights do not forbid three dimensions to somebody who asks for them.
        return 3
    if wanted is not None and wanted != (2 if flat else 3):
        asker = "argument dimension" if dimension else f"model {model.name}" if model else ""
        lean = "" if upright else " and the third cell vector is not along z"
        raise InputError(
            f"{asker} asks for {wanted}D, but in {path} the spread of z is {spread:g}{lean}, so the file is "
            f"{2 if flat else 3}D; use a {wanted}D file or dimension {2 if flat else 3}"
        )
    return 2 if flat else 3


def _check_cell(path: Path, raw: Frame, dim: int) -> None:
    if not all(raw.periodic[:dim]):
        flags = " ".join("T" if flag else "F" for flag in raw.periodic)
        raise fault(
            path,
            None,
            f"not periodic in all directions (pbc {flags}); a glass needs periodic boundaries: give pbc T T T, or "
            "boundary p p p in LAMMPS",
        )
    cell = raw.cell[:dim, :dim]
    if not np.isfinite(cell).all() or abs(np.linalg.det(cell)) < 1e-300:
        raise fault(path, None, f"the cell has no volume; its vectors are {cell.tolist()}, give independent ones")


def _species(path: Path, raw: Frame, model: Model | None) -> np.ndarray:
    kinds = len(model.composition.fractions) if model and model.composition.kind == "species" else 1
    if raw.species is None:
        if kinds > 1:
            raise fault(path, None, "no species; add a column type (from 1), or names in the column species")
        return np.zeros(len(raw.positions), dtype=np.int32)
    if model is not None and raw.species.max() >= kinds:
        raise InputError(
            f"model {model.name} has {kinds} species, but {path} holds species {raw.species.max()} (type "
            f"{raw.species.max() + 1}); use a model with more species, or number the types from 1 to {kinds}"
        )
    return raw.species


def _diameters(path: Path, raw: Frame, model: Model | None, species: np.ndarray) -> np.ndarray | None:
    if raw.diameters is not None or model is None:
        return raw.diameters
    if model.composition.kind == "species":
        return np.array(model.composition.diameters)[species]
    raise fault(
        path,
        None,
        f"no column diameter, which the polydisperse model {model.name} needs; write one diameter per particle "
        "(extended XYZ: diameter:R:1 in Properties; LAMMPS: dump custom ... diameter)",
    )


def write_configuration(
    path: str | os.PathLike[str],
    configuration: Configuration,
    *,
    arrays: Mapping[str, np.ndarray] | None = None,
    info: Mapping[str, Any] | None = None,
) -> None:
    """Write one sample in the format of the suffix, so that `read_configuration` returns the same bits.

    - .xyz, .extxyz: columns species (the letters A, B, C ..., which OVITO takes and ASE does not), pos, diameter,
      masses and species_index (from 0), then `arrays`; the keys Lattice and pbc, then `info`.
    - .dump, .lammpstrj: columns id type x y z diameter mass, then `arrays` (k columns are name[1] ... name[k]).
    - .data, .lmp: atom style atomic, one mass per type. Diameters stand as notes `# diameter` in the section Masses,
      which only this package reads: give LAMMPS the sizes in its pair coefficients.

    Cells that LAMMPS's restricted form cannot hold are written as general triclinic ones (LAMMPS from 17 April 2024).
    In two dimensions z is 0 and the third length 1. The file appears under its name only when it is complete.

    Args:
        path: the file; an existing one is replaced.
        configuration: the sample.
        arrays: further columns, of shape (particles,) or (particles, k).
        info: further keys of extended XYZ: numbers, flags, texts or one-dimensional arrays.

    Raises:
        InputError: if the suffix is unknown, or the format cannot hold what is asked for (arrays in a data file, info
            outside extended XYZ, diameters or masses that differ inside a species of a data file).
        DataFileError: if the file cannot be written.
    """
    path, arrays, info = Path(path), arrays or {}, info or {}
    form = _SUFFIXES.get(path.suffix.lower())
    if form is None:
        raise InputError(f"argument path must end with one of {', '.join(_SUFFIXES)}, but got {path}")
    if configuration.particles == 0:
        raise InputError("argument configuration must have at least one particle, but has none")
    if info and form != "extended XYZ":
        raise InputError(f"argument info has no place in a {form} file, but got {', '.join(info)}; write .extxyz")
    if arrays and form == "LAMMPS data":
        raise InputError(f"argument arrays has no place in a {form} file, but got {', '.join(arrays)}; write .dump")
    if form == "extended XYZ":
        lines = extxyz_lines(configuration, arrays, info)
    else:
        lines = dump_lines(configuration, arrays) if form == "LAMMPS dump" else data_lines(configuration)
    _write_whole(path, "\n".join(lines) + "\n")


def _write_whole(path: Path, text: str) -> None:
    temporary = path.with_name(f".{path.name}.{uuid4().hex}.tmp")
    try:
        temporary.write_text(text, encoding="utf-8")
        os.replace(temporary, path)
    except OSError as error:
        raise DataFileError(f"{path}: cannot be written ({error.strerror}); check the folder") from None
    finally:
        temporary.unlink(missing_ok=True)
