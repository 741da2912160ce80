"""Every number of the paper: the tables' columns, then the statements of the text."""

from __future__ import annotations

from .._glasses import PUBLISHED_GLASSES, PublishedGlass
from .._protocol import Headline
from ._statements import statements
from ._table import check_row, implied_formula_volume

COLUMNS = {
    "debye_temperature": ("T_D", "K", "text below Eq. 13; Table I"),
    "glass_transition_strength": ("C_g", "1e-4", "supplement Eq. 28 and Eq. 12; supplement Table I"),
    "glass_transition_spectral_density": ("P_g", "1e45/(J m^3)", "supplement Eq. 28 and Eq. 9; supplement Table I"),
    "stability_strength": ("C_e", "1e-4", "Eq. 12 and 13; Table I"),
    "stability_spectral_density": ("P_e", "1e45/(J m^3)", "Eq. 9 and 13; supplement Table I"),
}


def universality_headlines() -> list[Headline]:
    """Fifty numbers of the tables, row by row, then the numbers of the text."""
    return [line for glass in PUBLISHED_GLASSES.values() for line in row_headlines(glass)] + statements()


def row_headlines(glass: PublishedGlass) -> list[Headline]:
    """T_D, C and P-bar by both routes for one glass, from the inputs printed beside them."""
    check = check_row(glass)
    volume = implied_formula_volume(glass)
    remedy = ""
    if not check.follows and volume is not None:
        remedy = (
            f"all four predictions of the row follow from v_o = {volume[0] * 1e30:.1f} to {volume[1] * 1e30:.1f} A^3, "
            f"not from the printed {glass.formula_volume * 1e30:.1f}"
        )
    return [
        Headline(
            f"{COLUMNS[entry.quantity][0]} of {glass.name}",
            entry.computed,
            entry.printed,
            COLUMNS[entry.quantity][1],
            entry.follows,
            COLUMNS[entry.quantity][2],
            "" if entry.follows else remedy,
        )
        for entry in check.entries
    ]
