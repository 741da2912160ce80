"""Tables of a measured heat capacity, and their files. The fit itself is in `_fit`."""

from __future__ import annotations

import csv
import os
from dataclasses import dataclass
from itertools import product
from pathlib import Path

import numpy as np
from jaxtyping import Float

from .._core.errors import DataFileError, InputError

_ENERGIES = {"J": 1.0, "mJ": 1e-3, "uJ": 1e-6, "erg": 1e-7}
_AMOUNTS = {"kg": ("kg", 1.0), "g": ("kg", 1e-3), "m^3": ("m^3", 1.0), "cm^3": ("m^3", 1e-6), "mol": ("mol", 1.0)}
_SPELLINGS = ("{0}/({1} K)", "{0}/(K {1})", "{0}/{1}/K", "{0}/K/{1}", "{0} {1}^-1 K^-1", "{0} K^-1 {1}^-1")


def _inverse(amount: str) -> str:
    """The amount as a factor before ^-1: m^3 is written m^-3."""
    return amount.replace("^3", "^-3") if "^" in amount else amount + "^-1"


def _units() -> dict[str, tuple[str, float]]:
    units = {}
    for (energy, joule), (amount, (kind, si)), spelling in product(_ENERGIES.items(), _AMOUNTS.items(), _SPELLINGS):
        text = spelling.replace("{1}^-1", _inverse(amount)).format(energy, amount)
        units[text.replace(" ", "")] = (kind, joule / si)
    return units


_HEAT_UNITS = _units()
_TEMPERATURE_UNITS = {"K": 1.0, "mK": 1e-3}
_COLUMNS = {"t": "T", "temperature": "T", "c": "C", "heat capacity": "C", "error": "error", "standard error": "error"}


def amount_of_unit(unit: str) -> str | None:
    """What a unit such as J/(K kg) counts: "kg", "m^3" or "mol"; None if the unit is not known."""
    return _HEAT_UNITS.get(unit.replace(" ", ""), (None, 0.0))[0]


@dataclass(frozen=True, eq=False)
class HeatCapacityTable:
    """A measured heat capacity in SI units.

    Attributes:
        temperature: in K, shape (points,).
        heat_capacity: in J/K per `amount`, shape (points,).
        amount: "kg", "m^3" or "mol".
        error: standard errors in the unit of `heat_capacity`; None if not known.
        source: where it comes from.
    """

    temperature: Float[np.ndarray, " points"]
    heat_capacity: Float[np.ndarray, " points"]
    amount: str
    error: Float[np.ndarray, " points"] | None = None
    source: str = ""

    def per(self, amount: str, *, molar_mass: float | None = None, density: float | None = None) -> HeatCapacityTable:
        """The same table for another amount of the glass.

        Args:
            amount: "kg", "m^3" or "mol".
            molar_mass: in kg/mol; needed from or to mol.
            density: in kg/m^3; needed from or to m^3.

        Raises:
            InputError: if what is needed is not given, or the amount is not known.
        """
        factor = _kilograms(self.amount, molar_mass, density) ** -1 * _kilograms(amount, molar_mass, density)
        error = None if self.error is None else self.error * factor
        return HeatCapacityTable(self.temperature, self.heat_capacity * factor, amount, error, self.source)


def _kilograms(amount: str, molar_mass: float | None, density: float | None) -> float:
    """Mass of one unit of the amount."""
    if amount == "kg":
        return 1.0
    name, value = {"mol": ("molar_mass", molar_mass), "m^3": ("density", density)}.get(amount, ("amount", None))
    if name == "amount":
        raise InputError(f"argument amount must be kg, m^3 or mol, but got {amount!r}")
    if value is None or not value > 0:
        raise InputError(f"argument {name} must be given, above 0, to convert from or to J/K per {amount}")
    return value


def read_heat_capacity(path: str | os.PathLike[str]) -> HeatCapacityTable:
    """Read a table of C(T): comma-separated, with a header that states columns and units.

    The header reads, for example, `T [K], C [J/(kg K)], error [J/(kg K)]`; the error is optional and the order is free.
    T in K or mK; C and its error in J, mJ, uJ or erg, per K, per kg, g, m^3, cm^3 or mol. Lines that start with # and
    empty lines are left out.

    Args:
        path: the file.

    Raises:
        DataFileError: if the file cannot be read or a value is not allowed; the text names line and column.
    """
    path = Path(path)
    try:
        with path.open(newline="", encoding="utf-8-sig") as stream:
            # Comments become empty lines, so that the reader still counts the file's own lines.
            reader = csv.reader("\n" if line.lstrip().startswith("#") else line for line in stream)
            rows = [(reader.line_num, [cell.strip() for cell in row]) for row in reader if any(c.strip() for c in row)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise DataFileError(f"{path}: cannot be read: {error}") from error
    if not rows:
        raise DataFileError(f"{path}: is empty; it needs a header such as 'T [K], C [J/(kg K)], error [J/(kg K)]'")
    header, body = rows[0], rows[1:]
    columns, amount = _read_header(path, *header)
    if len(body) < 2:
        raise DataFileError(f"{path}: needs at least two lines of data, but has {len(body)}")
    values: dict[str, list[float]] = {name: [] for name, _ in columns}
    for line, row in body:
        if len(row) != len(columns):
            raise DataFileError(f"{path}, line {line}: has {len(row)} columns, but the header has {len(columns)}")
        for place, ((name, factor), cell) in enumerate(zip(columns, row, strict=True), start=1):
            values[name].append(factor * _read_number(f"{path}, line {line}, column {place} ({name})", cell))
    arrays = {name: np.array(column) for name, column in values.items()}
    return HeatCapacityTable(arrays["T"], arrays["C"], amount, arrays.get("error"), str(path))


def _read_header(path: Path, line: int, row: list[str]) -> tuple[list[tuple[str, float]], str]:
    columns: list[tuple[str, float]] = []
    kinds: dict[str, str] = {}
    for place, cell in enumerate(row, start=1):
        where = f"{path}, line {line}, column {place}"
        text, _, unit = cell.partition("[")
        name = _COLUMNS.get(text.strip().lower())
        if name is None or not unit.endswith("]"):
            raise DataFileError(f"{where}: the header must be T [unit], C [unit] or error [unit], but is {cell!r}")
        if name in kinds:
            raise DataFileError(f"{where}: a second column {name}")
        unit = unit[:-1].replace(" ", "").replace("μ", "u").replace("µ", "u")
        if name == "T":
            if unit not in _TEMPERATURE_UNITS:
                raise DataFileError(f"{where}: unit of T must be K or mK, but is {unit!r}")
            kinds[name], factor = "K", _TEMPERATURE_UNITS[unit]
        elif unit not in _HEAT_UNITS:
            raise DataFileError(
                f"{where}: unit {unit!r} is not known; write it as J/(kg K), mJ/(mol K), erg/(g K), ..."
            )
        else:
            kinds[name], factor = _HEAT_UNITS[unit]
        columns.append((name, factor))
    for name in ("T", "C"):
        if name not in kinds:
            raise DataFileError(f"{path}, line {line}: the header has no column {name} [unit]")
    if kinds.get("error", kinds["C"]) != kinds["C"]:
        raise DataFileError(f"{path}, line {line}: C is per {kinds['C']}, but its error is per {kinds['error']}")
    return columns, kinds["C"]


def _read_number(where: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise DataFileError(f"{where}: {cell!r} is not a number") from None
    if not 0 < value < float("inf"):
        raise DataFileError(f"{where}: must be finite and above 0, but is {cell}")
    return value
