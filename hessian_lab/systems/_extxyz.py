"""Extended XYZ, and the two records that every reader of outside files shares: `Frame` and `ParticleTable`.

LAMMPS's formats are in `_lammps_files`; what a frame means as a glass (dimension, species, model) is in `_files`.
ASE's reader is not used: it refuses particle names that are no chemical elements, and its errors name no line.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import DataFileError, InputError
from ._configuration import Configuration

NumberedLines = Sequence[tuple[int, str]]
"""Lines of a file with their numbers, counted from 1."""

TextColumn = tuple[str, str, list[list[str]]]
"""A column to write: its name, its kind (S, I, R or L), and the words of every particle."""

RESERVED = (
    "id", "type", "species", "species_index", "element", "pos", "x", "y", "z", "mass", "masses", "diameter",
    "diameters", "radius",
)  # fmt: skip
"""Columns that the readers give a meaning; arrays of the caller must not take their names."""


@dataclass(frozen=True)
class Frame:
    """One sample as a file gives it, always in three dimensions. An array is None where the file does not say.

    Attributes:
        positions: shape (particles, 3). Units of length.
        cell: shape (3, 3); its rows are the cell vectors. Units of length.
        periodic: one flag per cell vector.
        diameters: shape (particles,). Units of length.
        species: shape (particles,), from 0.
        masses: shape (particles,). Units of mass.
    """

    positions: np.ndarray
    cell: np.ndarray
    periodic: tuple[bool, bool, bool]
    diameters: np.ndarray | None
    species: np.ndarray | None
    masses: np.ndarray | None


class ParticleTable:
    """A block with one line per particle, split into named columns; every error names the line and the column."""

    def __init__(self, path: Path, lines: NumberedLines, columns: Sequence[str]):
        self.path, self.columns = path, list(columns)
        self._numbers = [number for number, _ in lines]
        self._rows = [text.split() for _, text in lines]
        for number, row in zip(self._numbers, self._rows, strict=True):
            if len(row) != len(columns):
                raise fault(
                    path, number, f"expected {len(columns)} columns ({' '.join(columns)}), but found {len(row)}"
                )

    def __len__(self) -> int:
        return len(self._rows)

    def __contains__(self, column: str) -> bool:
        return column in self.columns

    def first_of(self, *columns: str) -> str | None:
        """The first of these columns that the file has."""
        return next((column for column in columns if column in self), None)

    def words(self, column: str) -> list[str]:
        """A column as text."""
        place = self.columns.index(column)
        return [row[place] for row in self._rows]

    def reals(self, column: str, *, positive: bool = False) -> np.ndarray:
        """A column of finite numbers. Shape (particles,)."""
        values = np.array([self._parsed(float, "a number", *entry) for entry in self._entries(column)])
        allowed = np.isfinite(values) & (values > 0) if positive else np.isfinite(values)
        self._check(column, allowed, "a finite number > 0" if positive else "a finite number")
        return values

    def integers(self, column: str, *, smallest: int) -> np.ndarray:
        """A column of integers. Shape (particles,)."""
        values = np.array([self._parsed(int, "an integer", *entry) for entry in self._entries(column)])
        self._check(column, values >= smallest, f"an integer >= {smallest}")
        return values

    def by_id(self, column: str) -> np.ndarray:
        """The order of the lines by increasing particle id. Shape (particles,)."""
        ids = self.integers(column, smallest=1)
        order = np.argsort(ids, kind="stable")
        twice = np.flatnonzero(np.diff(ids[order]) == 0)
        if twice.size:
            number = self._numbers[order[twice[0] + 1]]
            raise fault(self.path, number, f"particle id {ids[order[twice[0]]]} occurs twice; ids must be unique")
        return order

    def species(self, column: str) -> np.ndarray:
        """Species of a column of names: the names, sorted, are species 0, 1, ... Shape (particles,)."""
        words = self.words(column)
        names = sorted(set(words), key=int if all(word.isdecimal() for word in words) else None)
        number = {name: species for species, name in enumerate(names)}
        return np.array([number[word] for word in words])

    def diameters(self) -> np.ndarray | None:
        """The column diameter (or diameters), or twice the column radius."""
        if column := self.first_of("diameter", "diameters"):
            return self.reals(column, positive=True)
        return 2 * self.reals("radius", positive=True) if "radius" in self else None

    def masses(self) -> np.ndarray | None:
        """The column masses (or mass)."""
        column = self.first_of("masses", "mass")
        return self.reals(column, positive=True) if column else None

    def _entries(self, column: str) -> list[tuple[str, int, str]]:
        return [(column, number, word) for number, word in zip(self._numbers, self.words(column), strict=True)]

    def _parsed(self, kind: type, wanted: str, column: str, number: int, word: str) -> Any:
        try:
            return kind(word)
        except ValueError:
            raise fault(self.path, number, f"column {column} must hold {wanted}, but holds {word!r}") from None

    def _check(self, column: str, allowed: np.ndarray, wanted: str) -> None:
        if not allowed.all():
            place = int(np.argmin(allowed))
            word = self.words(column)[place]
            raise fault(self.path, self._numbers[place], f"column {column} must hold {wanted}, but holds {word!r}")


def fault(path: Path, line: int | None, text: str) -> DataFileError:
    """The error of a file that does not hold what it should."""
    return DataFileError(f"{path}: {text}" if line is None else f"{path}, line {line}: {text}")


def chosen_frame(path: Path, frames: int, frame: int) -> int:
    """The index of a frame, counted from the end if negative."""
    if not -frames <= frame < frames:
        raise InputError(
            f"argument frame must lie between {-frames} and {frames - 1}, because {path} holds {frames} frame(s), "
            f"but got {frame}"
        )
    return frame % frames


_KEY = re.compile(r'([^\s="]+)\s*=\s*(?:"((?:[^"\\]|\\.)*)"|\{([^}]*)\}|\[([^\]]*)\]|(\S+))')

_LATTICE_HINT = 'give it on the second line of the frame, as Lattice="ax ay az bx by bz cx cy cz"'


def read_extxyz(path: Path, text: str, frame: int) -> Frame:
    """One frame of an extended XYZ file.

    Raises:
        DataFileError: if the frame is cut short, has no Lattice or no column pos, or an entry is not what it should be.
        InputError: if there is no such frame.
    """
    lines = text.split("\n")
    starts = _frame_starts(path, lines)
    start = starts[chosen_frame(path, len(starts), frame)]
    particles = int(lines[start])
    body = [(start + 3 + k, line) for k, line in enumerate(lines[start + 2 : start + 2 + particles])]
    while body and not body[-1][1].strip():
        body.pop()
    if len(body) < particles:
        raise fault(
            path,
            start + 1,
            f"the frame announces {particles} particles, but the file ends after {len(body)}; "
            "correct the number, or choose an earlier frame (frame=-2)",
        )
    number, comment = start + 2, lines[start + 1]
    keys = {m[1].lower(): next(value for value in m.groups()[1:] if value is not None) for m in _KEY.finditer(comment)}
    cell = _lattice(path, number, keys)
    columns, kinds = _columns(path, number, keys.get("properties", "species:S:1:pos:R:3"))
    table = ParticleTable(path, body, columns)
    if "pos[1]" not in table or "pos[3]" not in table:
        raise fault(path, number, "no column pos of three numbers; name the positions pos:R:3 in Properties")
    return Frame(
        positions=np.column_stack([table.reals(f"pos[{axis}]") for axis in (1, 2, 3)]),
        cell=cell,
        periodic=_periodic(path, number, keys.get("pbc", "T T T")),
        diameters=table.diameters(),
        species=_species(table, kinds),
        masses=table.masses(),
    )


def _frame_starts(path: Path, lines: list[str]) -> list[int]:
    starts: list[int] = []
    at = 0
    while at < len(lines):
        if not lines[at].strip():
            # Blank lines may stand between frames and at the end, never inside one.
            at += 1
            continue
        word = lines[at].strip()
        if not word.isdecimal() or int(word) == 0:
            hint = "; the number of the frame before it may be wrong" if starts else ""
            raise fault(path, at + 1, f"expected the number of particles of a frame, but found {word[:40]!r}{hint}")
        starts.append(at)
        at += int(word) + 2
    return starts


def _columns(path: Path, number: int, properties: str) -> tuple[list[str], dict[str, str]]:
    parts = properties.split(":")
    triples = list(zip(parts[::3], parts[1::3], parts[2::3], strict=False))
    if len(parts) % 3 or not all(kind in tuple("SIRL") and count.isdecimal() for _, kind, count in triples):
        raise fault(
            path,
            number,
            f"Properties must be triples name:kind:count with kind S, I, R or L, such as species:S:1:pos:R:3, "
            f"but is {properties!r}",
        )
    kinds: dict[str, str] = {}
    columns: list[str] = []
    for name, kind, count in triples:
        if name in kinds:
            raise fault(path, number, f"Properties names the column {name} twice; rename one of them")
        kinds[name] = kind
        columns += [name] if int(count) == 1 else [f"{name}[{k + 1}]" for k in range(int(count))]
    return columns, kinds


def _species(table: ParticleTable, kinds: dict[str, str]) -> np.ndarray | None:
    if "species_index" in table:
        return table.integers("species_index", smallest=0)
    if "species" in table and kinds["species"] == "I":
        return table.integers("species", smallest=0)
    if "type" in table and kinds["type"] == "I":
        return table.integers("type", smallest=1) - 1
    column = table.first_of("species", "element", "type")
    return table.species(column) if column else None


def _lattice(path: Path, number: int, keys: dict[str, str]) -> np.ndarray:
    if "lattice" not in keys:
        raise fault(path, number, f"the cell is missing; {_LATTICE_HINT}")
    try:
        cell = np.array([float(word) for word in keys["lattice"].split()]).reshape(3, 3)
    except ValueError:
        raise fault(path, number, f"Lattice must hold nine numbers, but is {keys['lattice']!r}") from None
    return cell


def _periodic(path: Path, number: int, value: str) -> tuple[bool, bool, bool]:
    flags = {"t": True, "true": True, "1": True, "f": False, "false": False, "0": False}
    words = value.lower().replace(",", " ").split()
    if len(words) != 3 or not all(word in flags for word in words):
        raise fault(path, number, f'pbc must hold three of T or F, such as pbc="T T T", but is {value!r}')
    return flags[words[0]], flags[words[1]], flags[words[2]]


def extxyz_lines(configuration: Configuration, arrays: Mapping[str, np.ndarray], info: Mapping[str, Any]) -> list[str]:
    """One frame of extended XYZ; see `write_configuration`."""
    cell, positions = in_three_dimensions(configuration)
    own = {
        "species": np.array([_symbol(species) for species in configuration.species.tolist()]),
        "pos": positions,
        "diameter": configuration.diameters,
        "masses": configuration.masses,
        "species_index": configuration.species,
    }
    particles = configuration.particles
    columns = text_columns(own, particles) + text_columns(arrays, particles, reserved=RESERVED)
    properties = ":".join(f"{name}:{kind}:{len(texts[0])}" for name, kind, texts in columns)
    comment = [
        f'Lattice="{" ".join(map(repr, cell.ravel().tolist()))}"',
        f"Properties={properties}",
        f'pbc="{"T T F" if configuration.dimension == 2 else "T T T"}"',
        *(_info_text(key, value) for key, value in info.items()),
    ]
    return [str(particles), " ".join(comment), *table_lines(columns)]


def in_three_dimensions(configuration: Configuration) -> tuple[np.ndarray, np.ndarray]:
    """The cell (3, 3) and positions (particles, 3); in two dimensions with a third length of 1 and z = 0."""
    dim = configuration.dimension
    cell, positions = np.eye(3), np.zeros((configuration.particles, 3))
    cell[:dim, :dim], positions[:, :dim] = configuration.cell, configuration.positions
    return cell, positions


def text_columns(arrays: Mapping[str, np.ndarray], particles: int, *, reserved: Sequence[str] = ()) -> list[TextColumn]:
    """Arrays per particle as text that reads back to the same bits: (name, kind S, I, R or L, words per particle).

    Raises:
        InputError: if a name is reserved or no word, or an array has another length or a kind that no column holds.
    """
    columns = []
    for name, array in arrays.items():
        values = np.asarray(array)
        if name in reserved or not re.fullmatch(r"[A-Za-z_]\w*", name):
            raise InputError(
                f"argument arrays must have names of letters, digits and _ other than {', '.join(reserved)}, "
                f"but got {name!r}"
            )
        if values.ndim not in (1, 2) or len(values) != particles or values.size == 0:
            raise InputError(
                f"argument arrays must hold arrays of shape ({particles},) or ({particles}, k), but {name} has shape "
                f"{values.shape}"
            )
        kind = {"b": "L", "i": "I", "u": "I", "f": "R", "U": "S"}.get(values.dtype.kind)
        if kind == "R":
            values = values.astype(np.float64)
        rows = values.reshape(particles, -1).tolist()
        if kind is None or (kind == "S" and any(len(word.split()) != 1 for row in rows for word in row)):
            raise InputError(
                f"argument arrays must hold real numbers, integers, flags or single words, but {name} has "
                f"dtype {values.dtype}" + (" and an entry with a space or without letters" if kind == "S" else "")
            )
        columns.append((name, kind, [[_word(value) for value in row] for row in rows]))
    return columns


def table_lines(columns: Sequence[TextColumn]) -> list[str]:
    """One line per particle."""
    rows = zip(*(texts for _, _, texts in columns), strict=True)
    return [" ".join(chain.from_iterable(row)) for row in rows]


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "T" if value else "F"
    # repr of a float is the shortest text (at most 17 digits) that reads back to the same bits.
    return value if isinstance(value, str) else repr(value)


def _symbol(species: int) -> str:
    return chr(ord("A") + species) if species < 26 else f"T{species + 1}"


def _info_text(key: str, value: Any) -> str:
    values = np.asarray(value)
    if not re.fullmatch(r"[A-Za-z_]\w*", key) or key.lower() in ("lattice", "properties", "pbc"):
        raise InputError(
            "argument info must have keys of letters, digits and _ other than Lattice, Properties and pbc, "
            f"but got {key!r}"
        )
    if values.ndim > 1 or values.dtype.kind not in "biufU" or "\n" in str(value):
        raise InputError(
            f"argument info must hold numbers, flags, one-line texts or one-dimensional arrays of them, "
            f"but {key} is {value!r}"
        )
    text = " ".join(_word(entry) for entry in values.reshape(-1).tolist())
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'{key}="{escaped}"' if not re.fullmatch(r"[\w.+-]+", text) else f"{key}={text}"
