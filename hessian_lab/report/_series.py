"""What the figures draw: the glasses of one ensemble, one series per treatment, each with a look that it keeps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float

from .._core.identity import digest
from ..claims import (
    MethodDistance,
    exponent_table,
    group_spectra,
    method_distances,
    paired_differences,
    pairs,
    vortex_table,
)
from ..records import Group
from ..statistics import Spectra
from ..systems import Configuration

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
"""One colour per order of the taper (Okabe and Ito), the same in every report where orders tell treatments apart."""

CATEGORICAL = tuple(COLOURS.values())
"""The same palette, one colour per treatment, where several treatments have one order."""

SPARE_COLOURS = ("#882255", "#999933", "#44AA99", "#6699CC")
"""For orders that are not in the table, in the order of their appearance."""

MARKERS = {"1": "o", "2": "s", "3": "^", "inf": "D", "4": "v", "5": "P", "7": "X", "0": "d"}

DASHES = ("-", "--", "-.", ":")
"""One style per kind of taper and quench inside an ensemble; by treatment, one per turn through the palette."""


@dataclass(frozen=True)
class LowMode:
    """One low-frequency mode of a glass, and where it lies in the spectrum of that glass.

    Attributes:
        index: of the glass.
        omega: frequency, in sqrt(epsilon/m)/length.
        participation: participation ratio.
        median: median participation ratio of the lowest modes of all glasses.
        displacement: eigenvector over sqrt(mass), shape (particles, dim).
        sample: the glass.
        spectrum: frequencies above zero that are listed of this glass, ascending, in the unit of `omega`.
        nonzero: number of modes above zero that the whole spectrum has.
        omega_t1: first transverse frequency from the modulus of this glass alone; NaN where that is not positive.
    """

    index: int
    omega: float
    participation: float
    median: float
    displacement: Float[np.ndarray, "particles dim"]
    sample: Configuration
    spectrum: Float[np.ndarray, " modes"]
    nonzero: int
    omega_t1: float


@dataclass(frozen=True)
class Series:
    """Glasses of one ensemble under one treatment.

    Attributes:
        group: the glasses.
        row: their row of `claims.exponent_table`.
        spectra: of the confirmed minima; None if there are none.
        name: of the treatment, unique inside the ensemble.
        colour: by the order of the taper if no two treatments of an ensemble share one, else by the treatment.
        marker: likewise.
        dashes: by the kind of taper and the quench, else by the treatment.
        mode: a low mode to draw, if vectors are stored.
        vortices: its row of `claims.vortex_table`, if a table of modes is stored.
    """

    group: Group
    row: dict[str, Any]
    spectra: Spectra | None
    name: str
    colour: str
    marker: str
    dashes: str
    mode: LowMode | None = None
    vortices: dict[str, Any] | None = None

    @property
    def omega_t1(self) -> float | None:
        """First transverse frequency of the ensemble of glasses, in sqrt(epsilon/m)/length."""
        return self.row["omega_t1"]


@dataclass(frozen=True)
class Ensemble:
    """One model, dimension, N, parental temperature and preparation, under all its treatments.

    Attributes:
        title: names it.
        slug: for file names.
        series: one per treatment.
        differences: rows of `claims.paired_differences`, in the order of the treatments.
        names: names of the two treatments of each difference.
        distances: between the minima of every two quench methods, where positions are there.
    """

    title: str
    slug: str
    series: tuple[Series, ...]
    differences: tuple[dict[str, Any], ...]
    names: tuple[tuple[str, str], ...]
    distances: tuple[MethodDistance, ...] = ()

    @property
    def dimension(self) -> int:
        """d."""
        return int(self.series[0].row["dimension"])

    @property
    def temperature(self) -> float:
        """Parental temperature, inf for random parents. Units of energy."""
        return self.series[0].group.temperature

    @property
    def flagged(self) -> int:
        """Parents that are not shown to be at equilibrium, in the treatment that has most of them."""
        return max(entry.row["flagged"] for entry in self.series)

    def compared(self, varies: str) -> list[tuple[tuple[str, str], dict[str, Any]]]:
        """Names and rows of the differences between treatments that differ in one part: taper, method, relax_cell."""
        return [
            (names, row) for names, row in zip(self.names, self.differences, strict=True) if row["varies"] == varies
        ]


@dataclass(frozen=True)
class System:
    """Ensembles of one model, dimension and N: what they show together, over temperatures and quench methods.

    Attributes:
        title: names it.
        slug: for file names.
        ensembles: from hot to cold parents.
    """

    title: str
    slug: str
    ensembles: tuple[Ensemble, ...]


def systems(ensembles: Sequence[Ensemble]) -> list[System]:
    """Sort ensembles by model, dimension and N; systems with one temperature and one quench method are left out."""
    members: dict[tuple[str, int, int, str], list[Ensemble]] = {}
    for ensemble in ensembles:
        row, table = ensemble.series[0].row, ensemble.series[0].group.ensemble
        key = (
            row["model"],
            row["dimension"],
            row["particles"],
            digest([table.get("density"), table.get("composition")]),
        )
        members.setdefault(key, []).append(ensemble)
    found: list[System] = []
    for (model, dimension, particles, _), own in members.items():
        if len({ensemble.temperature for ensemble in own}) > 1 or any(ensemble.distances for ensemble in own):
            title, slug = (
                f"{model}, {dimension}D, N = {particles}, all parents",
                f"all-{model}-{dimension}d-n{particles}",
            )
            count = sum(system.slug.startswith(slug) for system in found)
            hot = tuple(sorted(own, key=lambda ensemble: -ensemble.temperature))
            found.append(System(title, slug if not count else f"{slug}-{count + 1}", hot))
    return found


def temperature_text(row: dict[str, Any]) -> str:
    """Parental temperature and preparation of a row for a reader."""
    temperature = float(row["parental_temperature"])
    if temperature == np.inf:
        return "random parents (infinite temperature)"
    if temperature == 0:
        return f"samples brought to T = 0 by {row['preparation']}"
    return f"parental temperature {temperature:g} ε ({row['preparation']})"


def collect(
    groups: Sequence[Group],
    modes: dict[str, LowMode] | None = None,
    placed: Sequence[Group] = (),
    *,
    resamples: int = 1000,
    seed: int = 0,
) -> list[Ensemble]:
    """Sort the groups of a run by ensemble and compute everything that tables and verdicts need.

    Args:
        groups: loaded glasses.
        modes: low modes to draw, by the key of the group (`group_key`).
        placed: the groups again, with positions and energies, where quench methods are compared.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        One entry per ensemble, in the order of the groups.
    """
    members: dict[str, list[Group]] = {}
    for group in groups:
        members.setdefault(digest(group.ensemble), []).append(group)
    repeated = any(len({group.m for group in own}) < len(own) for own in members.values())
    treatments = list(dict.fromkeys(name for own in members.values() for name in _names(own))) if repeated else None
    found = []
    for place, (key, own) in enumerate(members.items(), start=1):
        distances = method_distances([g for g in placed if digest(g.ensemble) == key], resamples=resamples, seed=seed)
        found.append(
            replace(_ensemble(place, own, treatments, modes or {}, resamples, seed), distances=tuple(distances))
        )
    return found


def group_key(group: Group) -> str:
    """Identity of a group."""
    return digest([group.ensemble, group.treatment])


def _ensemble(
    place: int, groups: list[Group], treatments: list[str] | None, modes: dict[str, LowMode], resamples: int, seed: int
) -> Ensemble:
    """One ensemble; `treatments` are the names of all treatments of the run if each of them has a look of its own."""
    rows = exponent_table(groups, resamples=resamples, seed=seed)
    differences = paired_differences(groups, resamples=resamples, seed=seed)
    names = _names(groups)
    looks = _looks_by_order(groups) if treatments is None else _looks_by_treatment(names, treatments)
    series = [
        Series(
            group,
            row,
            group_spectra(group),
            name,
            *look,
            mode=modes.get(group_key(group)),
            vortices=next(iter(vortex_table([group], resamples=resamples, seed=seed)), None),
        )
        for group, row, name, look in zip(groups, rows, names, looks, strict=True)
    ]
    first = rows[0]
    title = f"{first['model']}, {first['dimension']}D, N = {first['particles']}, {temperature_text(first)}"
    slug = f"{place}-{first['model']}-{first['dimension']}d-n{first['particles']}-t{first['parental_temperature']}"
    place_of = {id(group): number for number, group in enumerate(groups)}
    compared = tuple((names[place_of[id(a)]], names[place_of[id(b)]]) for _, a, b in pairs(groups))
    return Ensemble(title, slug.replace(".", "p"), tuple(series), tuple(differences), compared)


def _looks_by_order(groups: Sequence[Group]) -> list[tuple[str, str, str]]:
    """Colour, marker and dashes where every treatment has an order of its own."""
    spare = [m for m in dict.fromkeys(group.m for group in groups) if m not in COLOURS]
    families = list(dict.fromkeys(_family(group) for group in groups))
    return [
        (
            COLOURS.get(group.m) or SPARE_COLOURS[spare.index(group.m) % len(SPARE_COLOURS)],
            MARKERS.get(group.m, "h"),
            DASHES[families.index(_family(group)) % len(DASHES)],
        )
        for group in groups
    ]


def _looks_by_treatment(names: Sequence[str], treatments: Sequence[str]) -> list[tuple[str, str, str]]:
    """Colour, marker and dashes by place among all treatments: the first 32 have a pair of colour and dashes each."""
    markers = tuple(MARKERS.values())
    looks = []
    for name in names:
        turn, place = divmod(treatments.index(name), len(CATEGORICAL))
        # Markers move on by one at every turn, so that points without a line differ as well.
        looks.append((CATEGORICAL[place], markers[(place + turn) % len(markers)], DASHES[turn % len(DASHES)]))
    return looks


def _family(group: Group) -> tuple[str, str, str]:
    """What has one style of line: kind of taper, quench and relaxation."""
    return group.taper.split(":")[0], group.quench, group.relax_cell


def _names(groups: Sequence[Group]) -> list[str]:
    """What tells the treatments of one ensemble apart, in words."""
    several = len({group.quench for group in groups}) > 1
    names = [
        _taper_name(group)
        + (f", {group.quench}" if several else "")
        + (f", cell relaxed: {group.relax_cell}" if group.relax_cell != "none" else "")
        for group in groups
    ]
    return [
        name if names.count(name) == 1 else f"{name} #{names[: place + 1].count(name)}"
        for place, name in enumerate(names)
    ]


def _taper_name(group: Group) -> str:
    kind, *rest = group.taper.split(":")
    order = "∞" if group.m == "inf" else group.m
    onset = f", onset {rest[1]}" if len(rest) > 1 else ""
    return f"m = {order} ({kind}{onset})"
