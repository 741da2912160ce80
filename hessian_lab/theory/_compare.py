"""One observable of one material from every theory that predicts it, on one grid.

The theories are in the folders beside this file, their names and materials in `_registry`; a comparison with measured
values, and the fit to them, is in `_fit`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Bool, Float

from .._core.errors import HessianLabError, InputError
from ._bose import KELVIN
from ._glasses import PUBLISHED_GLASSES
from ._observables import Observable, observable_of
from ._protocol import Parameter, Theory
from ._registry import THEORY_NAMES, materials_of
from ._registry import theory as build_theory

if TYPE_CHECKING:
    from matplotlib.figure import Figure

KILOHERTZ = 2 * np.pi * 1e3
"""Default frequency in rad/s at which friction and sound speed are asked for."""

DOMINANT_PHONON = 3.83
"""Maximum of x^4 e^x/(e^x - 1)^2: the hbar omega/k_B T that carries most heat, at which temperatures and frequencies
correspond."""


@dataclass(frozen=True, eq=False)
class Curve:
    """What one theory predicts.

    Attributes:
        name: of the theory.
        theory: with the constants of the material.
        values: on the grid, in the comparison's unit; NaN where the theory refuses to answer.
        within_range: where the theory is meant to hold, shape (points,).
        remark: where that is, and why values are missing.
    """

    name: str
    theory: Theory
    values: Float[np.ndarray, " points"]
    within_range: Bool[np.ndarray, " points"]
    remark: str

    @property
    def parameters(self) -> list[Parameter]:
        """Every number behind the curve, with its source."""
        return self.theory.parameters()


@dataclass(frozen=True, eq=False)
class Comparison:
    """All theories side by side.

    Attributes:
        material: as asked for.
        observable: what is compared, with its units.
        grid: temperatures in K or frequencies in rad/s, shape (points,).
        omega: of the sound wave in rad/s; None where the observable has none.
        curves: of the theories that answer.
        silent: why each of the other theories has no curve, by name.
    """

    material: str
    observable: Observable
    grid: Float[np.ndarray, " points"]
    omega: float | None
    curves: tuple[Curve, ...]
    silent: dict[str, str]

    def figure(self) -> Figure:
        """The curves on one pair of axes."""
        from ._compare_figure import comparison_figure

        return comparison_figure(self)

    def record(self) -> dict[str, Any]:
        """Everything as JSON can hold it; None where a theory refuses to answer."""
        return {
            "material": self.material,
            "observable": self.observable.name,
            "unit": self.observable.unit,
            "grid": {
                "quantity": self.observable.grid,
                "unit": self.observable.grid_unit,
                "values": self.grid.tolist(),
            },
            "omega": self.omega,
            "theories": [
                {
                    "name": curve.name,
                    "values": [float(value) if np.isfinite(value) else None for value in curve.values],
                    "within_range": curve.within_range.tolist(),
                    "remark": curve.remark,
                    "parameters": [vars(entry) for entry in curve.parameters],
                }
                for curve in self.curves
            ],
            "does_not_predict": dict(self.silent),
        }


def compare(
    material: str,
    observable: str,
    *,
    grid: Float[np.ndarray, " points"] | None = None,
    omega: float = KILOHERTZ,
) -> Comparison:
    """Ask every theory for one observable of one material.

    Heat capacities are per kilogram: those per volume are divided by the material's density. Densities of states are
    per vibrational mode, with the waves normalised to 1.

    Args:
        material: as in `materials_of`; upper and lower case are the same.
        observable: a method of the protocol; `heat-capacity` and `heat_capacity` are the same.
        grid: temperatures in K or frequencies in rad/s, above 0, shape (points,); a default covers where the theories
            differ.
        omega: angular frequency in rad/s of the sound wave, for friction and sound speed.

    Returns:
        The curves, and the reason of every theory that has none.

    Raises:
        InputError: if the observable does not exist, no theory knows the material, or the grid is not above 0.
    """
    wanted = observable_of(observable)
    grid = wanted.default_grid() if grid is None else np.asarray(grid, dtype=np.float64)
    if grid.ndim != 1 or grid.size == 0 or not np.all(np.isfinite(grid) & (grid > 0)):
        raise InputError(f"argument grid must hold finite values above 0, in {wanted.grid_unit}, but got {grid}")
    if not omega > 0:
        raise InputError(f"argument omega must be above 0 rad/s, but got {omega}")
    known = {name: {key.lower() for key in materials_of(name)} for name in THEORY_NAMES}
    if not any(material.lower() in materials for materials in known.values()):
        allowed = ", ".join(dict.fromkeys(key for name in THEORY_NAMES for key in materials_of(name)))
        raise InputError(f"argument material = {material!r} is not known to any theory; known are {allowed}")
    curves, silent = [], {}
    for name in THEORY_NAMES:
        plain = build_theory(name)
        if wanted.name not in plain.predicts():
            silent[name] = f"does not predict the {wanted.words}"
        elif material.lower() not in known[name]:
            silent[name] = _no_constants(plain, material)
        else:
            theory = build_theory(name, material)
            values, refusal = _values(theory, wanted, grid, omega, material)
            remark = "; ".join(text for text in (theory.validity, refusal) if text)
            curves.append(Curve(name, theory, values, grid <= _highest(theory, wanted), remark))
    return Comparison(material, wanted, grid, omega if wanted.of_a_wave else None, tuple(curves), silent)


def _highest(theory: Theory, wanted: Observable) -> float:
    """Upper end of the theory's range on the grid."""
    return theory.warmest if wanted.grid == "temperature" else DOMINANT_PHONON * theory.warmest / KELVIN


def _no_constants(theory: Theory, material: str) -> str:
    if theory.no_materials:
        return f"has the constants of no material: {theory.no_materials}"
    return f"no source gives its constants of {material}; there are those of {', '.join(materials_of(theory.name))}"


def _values(
    theory: Theory, wanted: Observable, grid: np.ndarray, omega: float, material: str
) -> tuple[np.ndarray, str]:
    """The theory's answers in the unit of the comparison, and why some are missing."""

    def ask(points: np.ndarray) -> np.ndarray:
        method = getattr(theory, wanted.name)
        return np.asarray(method(points, omega) if wanted.of_a_wave else method(points), dtype=np.float64)

    refusal = ""
    try:
        values = ask(grid)
    except HessianLabError:
        values = np.full(grid.shape, np.nan)
        for index in range(grid.size):
            try:
                values[index] = ask(grid[index : index + 1])[0]
            except HessianLabError as error:
                refusal = f"{int(np.isnan(values).sum())} points without an answer: {error}"
    if wanted.name == "heat_capacity" and theory.heat_capacity_unit == "J/(K m^3)":
        values = values / _density(theory, material)
    return values, refusal


def _density(theory: Theory, material: str) -> float:
    """Mass density in kg/m^3: the theory's own, or that of the table."""
    own = getattr(theory, "density", None)
    if own is not None:
        return float(own)
    return next(row.density for name, row in PUBLISHED_GLASSES.items() if name.lower() == material.lower())
