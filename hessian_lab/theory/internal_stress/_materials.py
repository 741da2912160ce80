"""The glasses of paper 000, Fig. 1, with the parameters that its caption prints."""

from __future__ import annotations

from dataclasses import dataclass

from ..._core.errors import InputError

PER_PICOSECOND = 1e12
"""1 ps^-1 in rad/s."""

PICOSECOND_SQUARED = 1e-24
"""1 ps^2 in s^2."""


@dataclass(frozen=True)
class Glass:
    """One fitted glass.

    Attributes:
        title: as the figure names it.
        omega_0: crossover frequency in rad/s.
        n_eta: slope of the linear density of states in s^2.
        debye_temperature: in K.
        molar_mass: of one formula unit, in kg/mol. With it hbar k_D v_D/k_B is the Debye temperature that the paper
            uses, so a formula unit is the paper's molecule.
        apparent_exponent: of C(T), as the caption prints it (with a minus sign that is a misprint); None if it does
            not.
        source: of the numbers.
    """

    title: str
    omega_0: float
    n_eta: float
    debye_temperature: float
    molar_mass: float
    apparent_exponent: float | None
    source: str


_CAPTION = "000, caption of Fig. 1; molar mass from standard atomic weights"

GLASSES: dict[str, Glass] = {
    "suprasil": Glass(
        "Suprasil", 4.5e-3 * PER_PICOSECOND, 5.76e-4 * PICOSECOND_SQUARED, 342.0, 0.060084, 1.2, _CAPTION
    ),
    "suprasil-w": Glass(
        "Suprasil W", 6.25e-3 * PER_PICOSECOND, 1.28e-4 * PICOSECOND_SQUARED, 342.0, 0.060084, 1.3, _CAPTION
    ),
    "b2o3": Glass("B2O3", 1.5e-2 * PER_PICOSECOND, 3.2e-4 * PICOSECOND_SQUARED, 153.0, 0.06962, None, _CAPTION),
}
"""The three glasses, by name."""


def glass(name: str) -> Glass:
    """The glass of that name.

    Raises:
        InputError: if there is none.
    """
    if name not in GLASSES:
        raise InputError(f"argument name must be one of {', '.join(GLASSES)}, but got {name!r}")
    return GLASSES[name]
