"""Tables of measured heat capacities and thermal conductivities, and their files. The fit itself is in `_fit`."""

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
_CONDUCTIVITY_UNITS = {
    spelling.format(power, length).replace(" ", ""): watt / metre
    for (power, watt), (length, metre) in product(
        {"W": 1.0, "mW": 1e-3, "uW": 1e-6}.items(), {"m": 1.0, "cm": 1e-2}.items()
    )
    for spelling in ("{0}/({1} K)", "{0}/(K {1})", "{0}/{1}/K", "{0} {1}^-1 K^-1", "{0} K^-1 {1}^-1")
}
_TEMPERATURE_UNITS = {"K": 1.0, "mK": 1e-3}
_COLUMNS = {
    "t": "T",
    "temperature": "T",
    "c": "C",
    "heat capacity": "C",
    "kappa": "kappa",
    "thermal conductivity": "kappa",
    "error": "error",
    "standard error": "error",
}
_MEASURED = ("C", "kappa")
_REMEDY = "write one number such as 1.5e-4 a column, or # at the start of the line to leave it out"


def amount_of_unit(unit: str) -> str | None:
    """What a unit such as J/(K kg) counts: "kg", "m^3" or "mol"; None if the unit is not known."""
    return _HEAT_UNITS.get(unit.replace(" ", ""), (None, 0.0))[0]


@dataclass(frozen=True, eq=False)
class Measurements:
    """A measured C(T) or kappa(T) in SI units.

    Attributes:
        temperature: in K, shape (points,).
        value: heat capacities in J/K per `amount`, or conductivities in W/(m K), shape (points,).
        amount: "kg", "m^3" or "mol" of a heat capacity; None for a conductivity.
        error: standard errors in the unit of `value`; None if not known.
        source: where it comes from.
    """

    temperature: Float[np.ndarray, " points"]
    value: Float[np.ndarray, " points"]
    amount: str | None
    error: Float[np.ndarray, " points"] | None = None
    source: str = ""

    @property
    def observable(self) -> str:
        """The protocol's method that the values are compared with."""
        return "thermal_conductivity" if self.amount is None else "heat_capacity"

    @property
    def unit(self) -> str:
        """Of the values."""
        return "W/(m K)" if self.amount is None else f"J/(K {self.amount})"

    def per(self, amount: str, *, molar_mass: float | None = None, density: float | None = None) -> Measurements:
        """The same heat capacities for another amount of the glass.

        Args:
            amount: "kg", "m^3" or "mol".
            molar_mass: in kg/mol; needed from or to mol.
            density: in kg/m^3; needed from or to m^3.

        Raises:
            InputError: if what is needed is not given, the amount is not known, or these are conductivities.
        """
        if self.amount is None:
            raise InputError("thermal conductivities are per no amount of the glass; leave out the conversion")
        if self.amount == amount:
            return self
        factor = _kilograms(self.amount, molar_mass, density) ** -1 * _kilograms(amount, molar_mass, density)
        error = None if self.error is None else self.error * factor
        return Measurements(self.temperature, self.value * factor, amount, error, self.source)


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


def read_measurements(path: str | os.PathLike[str]) -> Measurements:
    """Read a table of C(T) or kappa(T): comma-separated, with a header that states columns and units.

    The header reads, for example, `T [K], C [J/(kg K)], error [J/(kg K)]` or `T [K], kappa [W/(m K)]`; the error is
    optional and the order is free. T in K or mK; C and its error in J, mJ, uJ or erg, per K, per kg, g, m^3, cm^3 or
    mol; kappa in W, mW or uW, per K, per m or cm. Lines that start with # and empty lines are left out.

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
            raise DataFileError(
                f"{path}, line {line}: has {len(row)} columns, but the header has {len(columns)}; {_REMEDY}"
            )
        for place, ((name, factor), cell) in enumerate(zip(columns, row, strict=True), start=1):
            values[name].append(factor * _read_number(f"{path}, line {line}, column {place} ({name})", cell))
    arrays = {name: np.array(column) for name, column in values.items()}
    return Measurements(arrays["T"], arrays["C" if "C" in arrays else "kappa"], amount, arrays.get("error"), str(path))


def _read_header(path: Path, line: int, row: list[str]) -> tuple[list[tuple[str, float]], str | None]:
    """Columns with the factor to SI, and the amount that a heat capacity is for."""
    columns: list[tuple[str, float]] = []
    kinds: dict[str, str | None] = {}
    for place, cell in enumerate(row, start=1):
        where = f"{path}, line {line}, column {place}"
        text, _, unit = cell.partition("[")
        name = _COLUMNS.get(text.strip().lower())
        if name is None or not unit.endswith("]"):
            raise DataFileError(
                f"{where}: the header must be T [unit], C [unit], kappa [unit] or error [unit], but is {cell!r}"
            )
        if name in kinds:
            raise DataFileError(f"{where}: a second column {name}")
        unit = unit[:-1].replace(" ", "").replace("μ", "u").replace("µ", "u")
        if name == "T":
            if unit not in _TEMPERATURE_UNITS:
                raise DataFileError(f"{where}: unit of T must be K or mK, but is {unit!r}")
            kinds[name], factor = "K", _TEMPERATURE_UNITS[unit]
        elif unit in _CONDUCTIVITY_UNITS and name != "C":
            kinds[name], factor = None, _CONDUCTIVITY_UNITS[unit]
        elif unit in _HEAT_UNITS and name != "kappa":
            kinds[name], factor = _HEAT_UNITS[unit]
        else:
            allowed = "W/(m K), mW/(cm K), ..." if name == "kappa" else "J/(kg K), mJ/(mol K), erg/(g K), ..."
            raise DataFileError(f"{where}: unit {unit!r} is not known for {name}; write it as {allowed}")
        columns.append((name, factor))
    measured = [name for name in _MEASURED if name in kinds]
    if "T" not in kinds or len(measured) != 1:
        raise DataFileError(
            f"{path}, line {line}: the header must have a column T [unit] and one of C [unit] and kappa [unit]"
        )
    amount = kinds[measured[0]]
    if kinds.get("error", amount) != amount:
        count = [f"per {kind}" if kind else "a conductivity" for kind in (amount, kinds["error"])]
        raise DataFileError(f"{path}, line {line}: {measured[0]} is {count[0]}, but its error is {count[1]}")
    return columns, amount


def _read_number(where: str, cell: str) -> float:
    try:
        value = float(cell)
    except ValueError:
        raise DataFileError(f"{where}: {cell!r} is not a number; {_REMEDY}") from None
    if not 0 < value < float("inf"):
        raise DataFileError(f"{where}: must be finite and above 0, but is {cell}; {_REMEDY}")
    return value
