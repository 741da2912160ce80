"""What the figures draw: the glasses of one ensemble, one series per treatment, each with a look that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from jaxtyping import Float

from .._core.identity import digest
from ..claims import exponent_table, group_spectra, paired_differences
from ..records import Group
from ..statistics import Spectra

COLOURS = {
    "1": "#0072B2",
    "2": "#D55E00",
    "3": "#009E73",
    "inf": "#1A1A1A",
    "4": "#CC79A7",
    "5": "#E69F00",
    "7": "#56B4E9",
    "0": "#8C8C8C",
}
"""One colour per order of the taper (Okabe and Ito), the same in every report."""

SPARE_COLOURS = ("#882255", "#999933", "#44AA99", "#6699CC")
"""For orders that are not in the table, in the order of their appearance."""

MARKERS = {"1": "o", "2": "s", "3": "^", "inf": "D", "4": "v", "5": "P", "7": "X", "0": "d"}

DASHES = ("-", "--", "-.", ":")
"""One style per kind of taper and quench inside an ensemble."""


@dataclass(frozen=True)
class LowMode:
    """One low-frequency mode of a two-dimensional glass.

    Attributes:
        index: of the glass.
        omega: frequency, in sqrt(epsilon/m)/length.
        participation: participation ratio.
        median: median participation ratio of the lowest modes of all glasses.
        displacement: eigenvector over sqrt(mass), shape (particles, 2).
        positions: shape (particles, 2), a length.
        cell: rows are the cell vectors.
    """

    index: int
    omega: float
    participation: float
    median: float
    displacement: Float[np.ndarray, "particles 2"]
    positions: Float[np.ndarray, "particles 2"]
    cell: Float[np.ndarray, "2 2"]


@dataclass(frozen=True)
class Series:
    """Glasses of one ensemble under one treatment.

    Attributes:
        group: the glasses.
        row: their row of `claims.exponent_table`.
        spectra: of the confirmed minima; None if there are none.
        name: of the treatment, unique inside the ensemble.
        colour: by the order of the taper.
        marker: by the order of the taper.
        dashes: by the kind of taper and the quench.
        mode: a low mode to draw, if vectors are stored.
    """

    group: Group
    row: dict[str, Any]
    spectra: Spectra | None
    name: str
    colour: str
    marker: str
    dashes: str
    mode: LowMode | None = None

    @property
    def omega_t1(self) -> float | None:
        """First transverse frequency of the ensemble of glasses, in sqrt(epsilon/m)/length."""
        return self.row["omega_t1"]


@dataclass(frozen=True)
class Ensemble:
    """One model, dimension, N and parental temperature, under all its treatments.

    Attributes:
        title: names it.
        slug: for file names.
        series: one per treatment.
        differences: rows of `claims.paired_differences`, in the order of the treatments.
        names: names of the two treatments of each difference.
    """

    title: str
    slug: str
    series: tuple[Series, ...]
    differences: tuple[dict[str, Any], ...]
    names: tuple[tuple[str, str], ...]

    @property
    def dimension(self) -> int:
        """d."""
        return int(self.series[0].row["dimension"])


def temperature_text(value: str) -> str:
    """Parental temperature for a reader."""
    return "random parents (infinite temperature)" if float(value) == np.inf else f"parental temperature {value} ε"


def collect(
    groups: Sequence[Group], modes: dict[str, LowMode] | None = None, *, resamples: int = 1000, seed: int = 0
) -> list[Ensemble]:
    """Sort the groups of a run by ensemble and compute everything that tables and verdicts need.

    Args:
        groups: loaded glasses.
        modes: low modes to draw, by the key of the group (`group_key`).
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        One entry per ensemble, in the order of the groups.
    """
    members: dict[str, list[Group]] = {}
    for group in groups:
        members.setdefault(digest(group.ensemble), []).append(group)
    return [_ensemble(place, own, modes or {}, resamples, seed) for place, own in enumerate(members.values(), start=1)]


def group_key(group: Group) -> str:
    """Identity of a group."""
    return digest([group.ensemble, group.treatment])


def _ensemble(place: int, groups: list[Group], modes: dict[str, LowMode], resamples: int, seed: int) -> Ensemble:
    rows = exponent_table(groups, resamples=resamples, seed=seed)
    differences = paired_differences(groups, resamples=resamples, seed=seed)
    names = _names(groups)
    spare = [m for m in dict.fromkeys(group.m for group in groups) if m not in COLOURS]
    families = list(dict.fromkeys((group.taper.split(":")[0], group.quench) for group in groups))
    series = []
    for group, row, name in zip(groups, rows, names, strict=True):
        colour = COLOURS.get(group.m) or SPARE_COLOURS[spare.index(group.m) % len(SPARE_COLOURS)]
        dashes = DASHES[families.index((group.taper.split(":")[0], group.quench)) % len(DASHES)]
        marker = MARKERS.get(group.m, "h")
        series.append(
            Series(group, row, group_spectra(group), name, colour, marker, dashes, modes.get(group_key(group)))
        )
    first = rows[0]
    title = (
        f"{first['model']}, {first['dimension']}D, N = {first['particles']}, "
        f"{temperature_text(first['parental_temperature'])}"
    )
    slug = f"{place}-{first['model']}-{first['dimension']}d-n{first['particles']}-t{first['parental_temperature']}"
    pairs = tuple((_name_of(row, "a", groups, names), _name_of(row, "b", groups, names)) for row in differences)
    return Ensemble(title, slug.replace(".", "p"), tuple(series), tuple(differences), pairs)


def _names(groups: Sequence[Group]) -> list[str]:
    """What tells the treatments of one ensemble apart, in words."""
    quenches = {group.quench for group in groups}
    names = [_taper_name(group) + (f", {group.quench}" if len(quenches) > 1 else "") for group in groups]
    return [
        name if names.count(name) == 1 else f"{name} #{names[: place + 1].count(name)}"
        for place, name in enumerate(names)
    ]


def _taper_name(group: Group) -> str:
    kind, *rest = group.taper.split(":")
    order = "∞" if group.m == "inf" else group.m
    onset = f", onset {rest[1]}" if len(rest) > 1 else ""
    return f"m = {order} ({kind}{onset})"


def _name_of(row: dict[str, Any], side: str, groups: Sequence[Group], names: Sequence[str]) -> str:
    found = [
        name
        for group, name in zip(groups, names, strict=True)
        if group.taper == row[f"taper_{side}"] and group.quench == row["quench"]
    ]
    # Two quenches of one kind with other parameters cannot be told apart in the row.
    return found[0] if len(found) == 1 else found[0].split(" #")[0]
