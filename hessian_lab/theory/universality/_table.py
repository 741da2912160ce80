"""Table I computed again, row by row, and whether each printed number follows from the inputs printed beside it."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np

from .._glasses import CUBIC_ANGSTROM, PublishedGlass
from ._couplings import (
    debye_temperature,
    elastic_energy,
    largest_coupling_from_glass_transition,
    largest_coupling_from_stability,
    renormalising_coupling,
    spectral_density,
    tunnelling_strength,
)

ROUNDING = {"density": 5.0, "speed": 0.5, "formula_volume": 0.05 * CUBIC_ANGSTROM, "glass_temperature": 0.5}
"""Half a unit of the last printed digit of each input; the densities end in 0 and count as rounded to 10 kg/m^3."""

VOLUME_POWERS = {
    "glass_transition_strength": -2 / 3,
    "glass_transition_spectral_density": -4 / 3,
    "stability_strength": -8 / 3,
    "stability_spectral_density": -10 / 3,
}
"""How each prediction goes with the formula volume, if the Debye temperature goes as v_o^(-1/3)."""

PREDICTIONS = tuple(VOLUME_POWERS)


@dataclass(frozen=True)
class Entry:
    """One number of the table. Strengths in 1e-4, spectral densities in 1e45 /(J m^3), temperatures in K.

    Attributes:
        quantity: name of the column, as in `PublishedGlass`.
        computed: from the printed inputs.
        low: smallest value that inputs which round to the printed ones give.
        high: largest such value.
        printed: as printed.
        half_unit: half a unit of the last printed digit.
    """

    quantity: str
    computed: float
    low: float
    high: float
    printed: float
    half_unit: float

    @property
    def follows(self) -> bool:
        """Whether some inputs that round to the printed ones give a value that rounds to the printed one."""
        return bool(self.low <= self.printed + self.half_unit and self.high >= self.printed - self.half_unit)


@dataclass(frozen=True)
class RowCheck:
    """One glass: the Debye temperature and the four predictions, computed again."""

    glass: PublishedGlass
    entries: tuple[Entry, ...]

    @property
    def follows(self) -> bool:
        """Whether every printed prediction of the row follows from its printed inputs."""
        return all(entry.follows for entry in self.entries)

    @property
    def wrong(self) -> tuple[str, ...]:
        """Names of the columns that do not follow."""
        return tuple(entry.quantity for entry in self.entries if not entry.follows)

    def entry(self, quantity: str) -> Entry:
        """The entry of one column."""
        return next(entry for entry in self.entries if entry.quantity == quantity)


def predictions(
    density: float,
    speed: float,
    formula_volume: float,
    glass_temperature: float,
    debye: float,
    *,
    alpha: float = 2.5,
    glass_factor: float = 1.5,
) -> dict[str, float]:
    """The four predicted columns of the table, by name: strengths in 1e-4, spectral densities in 1e45 /(J m^3).

    Args:
        density: rho in kg/m^3.
        speed: v in m/s.
        formula_volume: v_o in m^3.
        glass_temperature: T_g in K.
        debye: T_D in K.
        alpha: of Eq. 12.
        glass_factor: the factor of supplement Eq. 28 (alpha_2; its table's text calls it alpha_3).

    Reference: Carruzzo and Yu (2020), Eq. 5, 9, 12, 13 and supplement Eq. 28.
    """
    elastic = elastic_energy(density, speed, formula_volume)
    renormalising = renormalising_coupling(elastic, debye)
    stability = largest_coupling_from_stability(elastic)
    transition = largest_coupling_from_glass_transition(elastic, glass_temperature, glass_factor)
    return {
        "glass_transition_strength": tunnelling_strength(renormalising, transition, alpha) / 1e-4,
        "glass_transition_spectral_density": spectral_density(density, speed, renormalising, transition) / 1e45,
        "stability_strength": tunnelling_strength(renormalising, stability, alpha) / 1e-4,
        "stability_spectral_density": spectral_density(density, speed, renormalising, stability) / 1e45,
    }


def check_row(glass: PublishedGlass) -> RowCheck:
    """Compute T_D from v and v_o, and the four predictions from rho, v, v_o, T_g and the printed T_D.

    The range of each prediction is over the corners of the box of inputs that round to the printed ones; the
    predictions are powers of the inputs, so their extremes are there.
    """
    centre = {name: getattr(glass, name) for name in ROUNDING}
    corners = [
        {name: centre[name] + sign * ROUNDING[name] for name, sign in zip(ROUNDING, signs, strict=True)}
        for signs in product((-1, 1), repeat=len(ROUNDING))
    ]
    debye = [debye_temperature(corner["speed"], corner["formula_volume"]) for corner in corners]
    entries = [
        Entry(
            "debye_temperature",
            debye_temperature(glass.speed, glass.formula_volume),
            min(debye),
            max(debye),
            glass.debye_temperature,
            0.5,
        )
    ]
    computed = predictions(**centre, debye=glass.debye_temperature)
    spread = [
        predictions(**corner, debye=glass.debye_temperature + shift) for corner in corners for shift in (-0.5, 0.5)
    ]
    for name in PREDICTIONS:
        values = [corner[name] for corner in spread]
        entries.append(Entry(name, computed[name], min(values), max(values), getattr(glass, name), 0.05))
    return RowCheck(glass, tuple(entries))


def implied_formula_volume(glass: PublishedGlass) -> tuple[float, float] | None:
    """Range of v_o, in m^3, that gives all four printed predictions at once, with T_D from v and that v_o.

    None if no single volume does. A diagnosis of the rows that do not follow, not a correction of them.
    """
    computed = predictions(
        glass.density,
        glass.speed,
        glass.formula_volume,
        glass.glass_temperature,
        debye_temperature(glass.speed, glass.formula_volume),
    )
    low, high = 0.0, np.inf
    for name, power in VOLUME_POWERS.items():
        printed = getattr(glass, name)
        ends = [
            glass.formula_volume * ((printed + sign * 0.05) / computed[name]) ** (1 / power) for sign in (-1.0, 1.0)
        ]
        low, high = max(low, min(ends)), min(high, max(ends))
    return (float(low), float(high)) if low <= high else None
