"""The observables of the protocol: their units, and the grids on which they are shown."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._protocol import OBSERVABLES


@dataclass(frozen=True)
class Observable:
    """One observable.

    Attributes:
        name: of the method.
        unit: SI; heat capacities per kilogram.
        symbol: for the axis, in TeX.
        grid: "temperature" or "frequency".
        span: lowest and highest value of the default grid, in the grid's unit.
        of_a_wave: whether the method takes the frequency of a sound wave as well.
        logarithmic: whether its axis is.
    """

    name: str
    unit: str
    symbol: str
    grid: str
    span: tuple[float, float]
    of_a_wave: bool = False
    logarithmic: bool = True

    @property
    def words(self) -> str:
        """The name as words."""
        return self.name.replace("_", " ")

    @property
    def grid_unit(self) -> str:
        """K or rad/s."""
        return "K" if self.grid == "temperature" else "rad/s"

    def default_grid(self, points: int = 41) -> Float[np.ndarray, " points"]:
        """Points evenly apart in the logarithm."""
        return np.geomspace(*self.span, points)


_ALL = (
    Observable("density_of_states", "s", r"g(\omega)", "frequency", (1e9, 1e14)),
    Observable("heat_capacity", "J/(K kg)", "C", "temperature", (0.01, 30.0)),
    Observable("thermal_conductivity", "W/(m K)", r"\kappa", "temperature", (0.01, 100.0)),
    Observable("mean_free_path", "m", r"\ell", "frequency", (1e10, 4e13)),
    Observable("internal_friction", "1", "Q^{-1}", "temperature", (0.003, 10.0), True),
    Observable("sound_speed_shift", "1", r"\delta v/v", "temperature", (0.003, 10.0), True, False),
)

_BY_NAME = {entry.name: entry for entry in _ALL}
assert tuple(_BY_NAME) == OBSERVABLES


def observable_of(name: str) -> Observable:
    """The observable of that name, with hyphens or underscores.

    Raises:
        InputError: if there is none; the text lists those that there are.
    """
    found = _BY_NAME.get(name.replace("-", "_"))
    if found is None:
        allowed = ", ".join(entry.replace("_", "-") for entry in OBSERVABLES)
        raise InputError(f"argument observable must be one of {allowed}, but got {name!r}")
    return found
