"""LAMMPS's text files: data files and text dumps, read and written without ASE.

ASE takes types for chemical elements, invents masses from them and refuses `units lj`; here types are species and
masses come from the file. Cells: docs.lammps.org, "Triclinic (non-orthogonal) simulation boxes".
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation, localcontext
from pathlib import Path

import numpy as np

from .._core.errors import InputError
from ._configuration import Configuration
from ._extxyz import (
    RESERVED,
    Frame,
    NumberedLines,
    ParticleTable,
    chosen_frame,
    fault,
    in_three_dimensions,
    table_lines,
    text_columns,
)

_STYLES = {
    "atomic": "id type x y z",
    "charge": "id type q x y z",
    "molecular": "id molecule type x y z",
    "full": "id molecule type q x y z",
    "sphere": "id type diameter density x y z",
}

_HEADER = {
    "atoms": 1,
    **dict.fromkeys(("xlo xhi", "ylo yhi", "zlo zhi"), 2),
    **dict.fromkeys(("xy xz yz", "avec", "bvec", "cvec", "abc origin"), 3),
}
"""Header lines of a data file that matter here, and how many numbers stand before the words."""

_COORDINATES = {"x y z": False, "xu yu zu": False, "xs ys zs": True, "xsu ysu zsu": True}
"""Columns of the positions in a dump, in order of preference, and whether they are in units of the cell."""

_DIAMETER_NOTE = re.compile(r"#\s*diameter\s+(\S+)")

Header = dict[str, tuple[int, list[str]]]
"""Words of every known header line of a data file, after the line's number."""

Sections = dict[str, tuple[int, str, NumberedLines]]
"""Of every section of a data file: the number of its first line, the note there, and the lines below."""


def read_data(path: Path, text: str, frame: int) -> Frame:
    """A LAMMPS data file of a style in `_STYLES`; image flags and velocities are left aside.

    Raises:
        DataFileError: if the header, the box, or the sections Atoms and Masses are not as expected.
        InputError: if another frame than the only one is asked for.
    """
    chosen_frame(path, 1, frame)
    header, sections = _split_data(path, text)
    if "Atoms" not in sections:
        found = ", ".join(sections) or "none"
        raise fault(path, None, f"the section Atoms is missing (sections found: {found}); write it with write_data")
    number, note, lines = sections["Atoms"]
    lines = _without_notes(lines)
    if "atoms" not in header:
        raise fault(path, None, "the header line 'N atoms' is missing (the first line is a title and is skipped)")
    announced = header["atoms"]
    if announced[1] != [str(len(lines))] or not lines:
        raise fault(
            path, announced[0], f"the header announces {announced[1][0]} atoms, but the section Atoms has {len(lines)}"
        )
    table = ParticleTable(path, lines, _data_columns(path, number, note, lines))
    order = table.by_id("id")
    types = table.integers("type", smallest=1)
    masses, diameters = _masses_section(path, sections, types)
    if "density" in table:
        diameters = table.reals("diameter", positive=True)
        masses = table.reals("density", positive=True) * np.pi / 6 * diameters**3
    return Frame(
        positions=np.column_stack([table.reals(axis) for axis in "xyz"])[order],
        cell=_data_cell(path, header),
        periodic=(True, True, True),
        diameters=None if diameters is None else diameters[order],
        species=types[order] - 1,
        masses=None if masses is None else masses[order],
    )


def _split_data(path: Path, text: str) -> tuple[Header, Sections]:
    header: Header = {}
    sections: dict[str, tuple[int, str, list[tuple[int, str]]]] = {}
    body: list[tuple[int, str]] | None = None
    for number, line in list(enumerate(text.split("\n"), start=1))[1:]:
        content, note = (part.strip() for part in line.partition("#")[::2])
        if not content:
            continue
        if content[0].isalpha():
            body = []
            if content in sections:
                raise fault(path, number, f"the section {content} occurs twice; keep one")
            sections[content] = (number, note, body)
        elif body is None:
            words = content.split()
            for key, count in _HEADER.items():
                if words[count:] == key.split():
                    header[key] = (number, words[:count])
        else:
            body.append((number, line))
    return header, dict(sections)


def _without_notes(lines: NumberedLines) -> NumberedLines:
    return [(number, line.partition("#")[0]) for number, line in lines]


def _data_columns(path: Path, number: int, style: str, lines: NumberedLines) -> list[str]:
    width = len(lines[0][1].split()) if lines else 0
    if not style and width in (5, 8):
        style = "atomic"
    if style not in _STYLES:
        told = f"the atom style is {style!r}" if style else f"the atom style is not named and has {width} columns"
        raise fault(path, number, f"{told}; write the section as 'Atoms # style' with style {', '.join(_STYLES)}")
    columns = _STYLES[style].split()
    return [*columns, "ix", "iy", "iz"] if width == len(columns) + 3 else columns


def _masses_section(path: Path, sections: Sections, types: np.ndarray) -> tuple[np.ndarray | None, np.ndarray | None]:
    if "Masses" not in sections:
        return None, None
    number, _, lines = sections["Masses"]
    table = ParticleTable(path, _without_notes(lines), ["type", "mass"])
    listed, masses = table.integers("type", smallest=1), table.reals("mass", positive=True)
    place = {kind: k for k, kind in enumerate(listed.tolist())}
    missing = sorted(set(types.tolist()) - set(place))
    if missing:
        raise fault(path, number, f"the section Masses has no line for type {missing[0]}; add '{missing[0]} mass'")
    rows = np.array([place[kind] for kind in types.tolist()])
    notes = [(line, found[1]) for line, text in lines if (found := _DIAMETER_NOTE.search(text))]
    if not notes:
        return masses[rows], None
    if len(notes) < len(lines):
        raise fault(path, number, "the section Masses has notes '# diameter' for some types only; add the others")
    return masses[rows], ParticleTable(path, notes, ["diameter"]).reals("diameter", positive=True)[rows]


def _data_cell(path: Path, header: Header) -> np.ndarray:
    vectors = [header[key] for key in ("avec", "bvec", "cvec") if key in header]
    if len(vectors) == 3:
        return np.array([[float(_exact(path, number, word)) for word in words] for number, words in vectors])
    bounds = []
    for key in ("xlo xhi", "ylo yhi", "zlo zhi"):
        if key not in header:
            raise fault(path, None, f"the header line '{key}' of the box is missing; add it")
        number, words = header[key]
        bounds.append((number, _exact(path, number, words[0]), _exact(path, number, words[1])))
    number, words = header.get("xy xz yz", (0, ["0", "0", "0"]))
    return _restricted_cell(path, bounds, [_exact(path, number, word) for word in words])


def _exact(path: Path, number: int, word: str) -> Decimal:
    try:
        value = Decimal(word)
    except InvalidOperation:
        value = Decimal("nan")
    if not value.is_finite():
        raise fault(path, number, f"the box must be given by finite numbers, but holds {word!r}")
    return value


def _restricted_cell(path: Path, bounds: list[tuple[int, Decimal, Decimal]], tilts: list[Decimal]) -> np.ndarray:
    for number, low, high in bounds:
        if not low < high:
            raise fault(path, number, f"the upper side of the box must lie above the lower one, but got {low} {high}")
    with localcontext(prec=60):
        edges = [float(high - low) for _, low, high in bounds]
    xy, xz, yz = map(float, tilts)
    return np.array([[edges[0], 0.0, 0.0], [xy, edges[1], 0.0], [xz, yz, edges[2]]])


def read_dump(path: Path, text: str, frame: int) -> Frame:
    """One frame of a LAMMPS text dump.

    Raises:
        DataFileError: if the frame is cut short, or its box or columns are not as expected.
        InputError: if there is no such frame.
    """
    lines = text.split("\n")
    starts = [at for at, line in enumerate(lines) if line.startswith("ITEM: TIMESTEP")]
    if not starts:
        raise fault(path, None, "no line 'ITEM: TIMESTEP'; write a text dump with dump custom or write_dump")
    index = chosen_frame(path, len(starts), frame)
    items = _dump_items(path, lines, *[*starts, len(lines)][index : index + 2])
    number, _, body = items["NUMBER OF ATOMS"]
    announced = body[0][1].strip() if body else ""
    if not announced.isdecimal() or int(announced) == 0:
        raise fault(path, number + 1, f"expected the number of atoms, but found {announced!r}")
    cell, origin, periodic = _dump_box(path, *items["BOX BOUNDS"])
    number, names, body = items["ATOMS"]
    if len(body) < int(announced):
        raise fault(
            path,
            number,
            f"the frame announces {announced} atoms, but ends after {len(body)}; "
            "choose an earlier frame (frame=-2) if the run was cut off",
        )
    if len(set(names)) < len(names) or not names:
        raise fault(path, number, "the columns after 'ITEM: ATOMS' must be named, each once")
    table = ParticleTable(path, body[: int(announced)], names)
    order = table.by_id("id") if "id" in table else np.arange(int(announced))
    species = table.species("element") if "element" in table else None
    if "type" in table:
        species = table.integers("type", smallest=1) - 1
    diameters, masses = table.diameters(), table.masses()
    return Frame(
        positions=_dump_positions(path, number, table, cell, origin)[order],
        cell=cell,
        periodic=periodic,
        diameters=None if diameters is None else diameters[order],
        species=None if species is None else species[order],
        masses=None if masses is None else masses[order],
    )


def _dump_items(path: Path, lines: list[str], start: int, stop: int) -> dict[str, tuple[int, list[str], NumberedLines]]:
    items: dict[str, tuple[int, list[str], list[tuple[int, str]]]] = {}
    body: list[tuple[int, str]] = []
    known = ("NUMBER OF ATOMS", "BOX BOUNDS", "ATOMS")
    for at in range(start, stop):
        if lines[at].startswith("ITEM:"):
            body = []
            words = lines[at].split()[1:]
            name = next((name for name in known if words[: len(name.split())] == name.split()), " ".join(words))
            items[name] = (at + 1, words[len(name.split()) :], body)
        elif lines[at].strip():
            body.append((at + 1, lines[at]))
    for name in known:
        if name not in items:
            raise fault(
                path, start + 1, f"the frame has no 'ITEM: {name}'; choose an earlier one if the run was cut off"
            )
    return dict(items)


def _dump_box(
    path: Path, number: int, words: list[str], body: NumberedLines
) -> tuple[np.ndarray, np.ndarray, tuple[bool, bool, bool]]:
    general, tilted = words[:2] == ["abc", "origin"], words[:3] == ["xy", "xz", "yz"]
    flags = words[2:] if general else words[3:] if tilted else words
    width = 4 if general else 3 if tilted else 2
    if len(body) != 3 or any(len(text.split()) != width for _, text in body) or len(flags) not in (0, 3):
        raise fault(
            path, number, f"'ITEM: BOX BOUNDS {' '.join(words)}' must be followed by three lines of {width} numbers"
        )
    rows = [[_exact(path, line, word) for word in text.split()] for line, text in body]
    first, second, third = (flag == "pp" for flag in flags or ["pp"] * 3)
    if general:
        vectors = np.array([[float(value) for value in row] for row in rows])
        return vectors[:, :3], vectors[:, 3], (first, second, third)
    xy, xz, yz = (row[2] for row in rows) if tilted else (Decimal(0),) * 3
    # The dump gives the box around the tilted cell; the cell's own sides follow from the tilts. Exact decimals,
    # because rounding in these differences would change the cell's last bits.
    low, high = _overhang(xy, xz, yz)
    with localcontext(prec=60):
        bounds = [
            (line, row[0] - low[k], row[1] - high[k]) for k, ((line, _), row) in enumerate(zip(body, rows, strict=True))
        ]
    cell = _restricted_cell(path, bounds, [xy, xz, yz])
    return cell, np.array([float(low) for _, low, _ in bounds]), (first, second, third)


def _overhang(xy: Decimal, xz: Decimal, yz: Decimal) -> tuple[list[Decimal], list[Decimal]]:
    zero = Decimal(0)
    with localcontext(prec=60):
        shifts = (zero, xy, xz, xy + xz)
        return [min(shifts), min(zero, yz), zero], [max(shifts), max(zero, yz), zero]


def _dump_positions(path: Path, number: int, table: ParticleTable, cell: np.ndarray, origin: np.ndarray) -> np.ndarray:
    for names, scaled in _COORDINATES.items():
        if all(axis in table for axis in names.split()):
            values = np.column_stack([table.reals(axis) for axis in names.split()])
            return origin + values @ cell if scaled else values
    found, choices = " ".join(table.columns), ", ".join(_COORDINATES)
    raise fault(path, number, f"no columns of positions among {found}; dump one of {choices} (z in 2D as well)")


def data_lines(configuration: Configuration) -> list[str]:
    """A data file of atom style atomic; see `write_configuration`."""
    cell, positions = in_three_dimensions(configuration)
    particles, species = configuration.particles, configuration.species
    masses, diameters = (_per_species(name, getattr(configuration, name), species) for name in ("masses", "diameters"))
    types = [f"{k + 1} {masses[k]} # diameter {diameters[k]}" for k in range(len(masses))]
    atoms = text_columns({"id": np.arange(particles) + 1, "type": species + 1, "pos": positions}, particles)
    box = _data_box_lines(cell, flat=configuration.dimension == 2)
    return [
        "LAMMPS data file written by hessian_lab; the diameters are notes that LAMMPS does not read",
        *("", f"{particles} atoms", f"{len(types)} atom types"),
        *("", *box),
        *("", "Masses", "", *types),
        *("", "Atoms # atomic", "", *table_lines(atoms)),
    ]


def _per_species(name: str, values: np.ndarray, species: np.ndarray) -> list[str]:
    words = []
    for kind in range(int(species.max()) + 1):
        # LAMMPS wants a mass for types without atoms as well.
        chosen = values[species == kind] if (species == kind).any() else np.ones(1)
        if chosen.min() != chosen.max():
            raise InputError(
                f"argument configuration must have equal {name} inside a species for a LAMMPS data file, but species "
                f"{kind} has {name} from {chosen.min():g} to {chosen.max():g}; write .extxyz or .dump"
            )
        words.append(repr(float(chosen[0])))
    return words


def _data_box_lines(cell: np.ndarray, *, flat: bool) -> list[str]:
    if not _is_restricted(cell):
        vectors = [f"{_words(cell[k].tolist())} {'abc'[k]}vec" for k in range(3)]
        return [*vectors, f"0.0 0.0 {-0.5 if flat else 0.0} abc origin"]
    sides = [f"0.0 {side!r}" for side in np.diag(cell).tolist()]
    if flat:
        sides[2] = "-0.5 0.5"
    box = [f"{side} {axis}lo {axis}hi" for side, axis in zip(sides, "xyz", strict=True)]
    return [*box, f"{_words(_tilts(cell))} xy xz yz"] if any(_tilts(cell)) else box


def dump_lines(configuration: Configuration, arrays: Mapping[str, np.ndarray]) -> list[str]:
    """One frame of a text dump; see `write_configuration`."""
    cell, positions = in_three_dimensions(configuration)
    particles = configuration.particles
    own = {
        "id": np.arange(particles) + 1,
        "type": configuration.species + 1,
        "x": positions[:, 0],
        "y": positions[:, 1],
        "z": positions[:, 2],
        "diameter": configuration.diameters,
        "mass": configuration.masses,
    }
    columns = text_columns(own, particles) + text_columns(arrays, particles, reserved=RESERVED)
    names = [
        f"{name}[{k + 1}]" if len(texts[0]) > 1 else name for name, _, texts in columns for k in range(len(texts[0]))
    ]
    return [
        "ITEM: TIMESTEP",
        "0",
        "ITEM: NUMBER OF ATOMS",
        str(particles),
        *_dump_box_lines(cell, flat=configuration.dimension == 2),
        f"ITEM: ATOMS {' '.join(names)}",
        *table_lines(columns),
    ]


def _dump_box_lines(cell: np.ndarray, *, flat: bool) -> list[str]:
    if not _is_restricted(cell):
        origin = [0.0, 0.0, -0.5 if flat else 0.0]
        rows = [_words([*cell[k].tolist(), origin[k]]) for k in range(3)]
        return ["ITEM: BOX BOUNDS abc origin pp pp pp", *rows]
    tilts = [Decimal(repr(tilt)) for tilt in _tilts(cell)]
    low, high = _overhang(*tilts)
    sides = [(Decimal("0.0"), Decimal(repr(float(cell[axis, axis])))) for axis in range(3)]
    if flat:
        sides[2] = (Decimal("-0.5"), Decimal("0.5"))
    tilted = any(tilts)
    with localcontext(prec=60):
        rows = [
            f"{sides[k][0] + low[k]} {sides[k][1] + high[k]}" + (f" {tilts[k]}" if tilted else "") for k in range(3)
        ]
    return [f"ITEM: BOX BOUNDS {'xy xz yz ' if tilted else ''}pp pp pp", *rows]


def _is_restricted(cell: np.ndarray) -> bool:
    return bool((np.triu(cell, 1) == 0).all() and (np.diag(cell) > 0).all())


def _tilts(cell: np.ndarray) -> list[float]:
    return [float(cell[1, 0]), float(cell[2, 0]), float(cell[2, 1])]


def _words(values: list[float]) -> str:
    return " ".join(map(repr, values))
