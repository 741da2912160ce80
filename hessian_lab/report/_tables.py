"""The tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ..claims import WINDOW
from ._format import known, number, probability, significant, with_error, with_interval
from ._html import Cell, Missing, Section, table
from ._references import BULK, EDGE, GapReference
from ._series import Ensemble

BOOKKEEPING = {
    "glasses": "glasses",
    "converged": "minima",
    "saddle_visits": "met a saddle",
    "saddles": "still saddles",
    "marginal": "marginal",
    "failed": "failed",
    "rattlers": "with rattlers",
    "shear_unstable": "μ ≤ 0",
}
"""Keys of a row that count glasses, and their headings."""


def glasses_table(ensembles: Sequence[Ensemble]) -> str:
    """How many glasses were made, and what became of them."""
    sections = [
        Section(
            ensemble.title,
            [[entry.name, entry.row["quench"], *(entry.row[key] for key in BOOKKEEPING)] for entry in ensemble.series],
        )
        for ensemble in ensembles
    ]
    note = (
        "Only confirmed minima (exactly the zero modes of translations and rattlers, every other mode positive) "
        "enter the numbers below. A glass that met a saddle was pushed off it and quenched again; it counts as a "
        "minimum if it ended in one. Marginal: more zero modes than translations and rattlers explain. Failed: no "
        "stationary point was reached."
    )
    return table(["taper", "quench", *BOOKKEEPING.values()], sections, note)


def numbers_table(ensembles: Sequence[Ensemble]) -> str:
    """One row per treatment: elasticity, exponent, gap ratios, predictions."""
    sections = []
    for ensemble in ensembles:
        rows: list[list[Cell]] = []
        for entry in ensemble.series:
            row = entry.row
            rows.append(
                [
                    entry.name,
                    _value(row, "pressure"),
                    _value(row, "shear_modulus"),
                    _value(row, "omega_t1"),
                    row["modes"],
                    _exponent(row),
                    _value(row, "gap_ratio"),
                    _value(row, "gap_ratio_lowest"),
                    _prediction(row, "s_schirmacher"),
                    _prediction(row, "s_lerner"),
                ]
            )
        sections.append(Section(ensemble.title, rows))
    headings = [
        "taper",
        "pressure [ε/ℓ^d]",
        "modulus μ [ε/ℓ^d]",
        "ω_T1 [(ε/m)^(1/2)/ℓ]",
        f"modes < {WINDOW:g} ω_T1",
        f"s({WINDOW:g} ω_T1), 95 %",
        "gap ratio, bulk",
        "gap ratio, lowest three",
        "s, Schirmacher et al.",
        "s, Lerner & Bouchbinder",
    ]
    note = (
        "± are standard errors over glasses; intervals are 95 %, by bootstrap over glasses, with the error of ω_T1 "
        "in them. μ is the simple-shear modulus with relaxed particles, and ω_T1 = 2π (μ/ρ)^(1/2)/L the first "
        "transverse frequency, of the ensemble. Gap ratios are of levels in ω. Predictions are those for this "
        "parental temperature."
    )
    return table(headings, sections, note)


def windows_table(ensemble: Ensemble) -> str:
    """s(W) for all windows of every treatment of one ensemble."""
    sections = []
    for entry in ensemble.series:
        rows: list[list[Cell]] = [
            [
                f"{row['window']:g}",
                with_interval(row["s"], row["s_low"], row["s_high"])
                if known(row["s"])
                else Missing(row["reason"] or "undetermined"),
                row["modes"],
                row["glasses"],
                probability(row["ks_p_value"]) if known(row["ks_p_value"]) else None,
            ]
            for row in entry.row["s_of_window"]
        ]
        if not rows:
            rows = [["all", Missing(entry.row["reason"].get("s", "undetermined")), None, None, None]]
        sections.append(Section(entry.name, rows))
    note = (
        "Windows are nested: neighbouring rows share modes and are correlated. KS p: probability of a larger "
        "distance from a pure power law with this s, if all modes were independent."
    )
    return table(["W/ω_T1", "s(W), 95 %", "modes", "glasses with a mode", "KS p"], sections, note)


def differences_table(ensembles: Sequence[Ensemble]) -> str:
    """Paired differences between tapers; empty where no two treatments share their parents."""
    sections = []
    for ensemble in ensembles:
        rows: list[list[Cell]] = []
        for (a, b), row in zip(ensemble.names, ensemble.differences, strict=True):
            measured: Cell = with_interval(row["difference"], row["low"], row["high"])
            if not known(row["difference"]):
                measured = Missing(row["reason"] or "undetermined")
            modes = f"{row['modes_a']} / {row['modes_b']}" if row["modes_a"] is not None else None
            rows.append(
                [
                    f"{a} minus {b}",
                    measured,
                    _optional(row["standard_error"]),
                    _optional(row["unpaired_standard_error"]),
                    _optional(row["correlation"]),
                    row["glasses"],
                    modes,
                ]
            )
        if rows:
            sections.append(Section(ensemble.title, rows))
    if not sections:
        return '<p class="note">No two treatments of a common ensemble differ in their taper only.</p>'
    headings = [
        "tapers",
        "difference of s, 95 %",
        "error",
        "error if unpaired",
        "correlation",
        "common glasses",
        "modes",
    ]
    note = (
        f"s of the first minus s of the second taper, each below {WINDOW:g} of its own ω_T1, over the parents whose "
        "glasses are confirmed minima under both, resampled together. Each interval is at 95 % by itself; the "
        "verdict widens them for the number of comparisons."
    )
    return table(headings, sections, note)


def gap_ratio_table(ensembles: Sequence[Ensemble]) -> str:
    """Measured gap ratios, and what to compare them with."""
    measured = [
        Section(
            ensemble.title,
            [
                [entry.name, "ω", _value(entry.row, "gap_ratio"), _value(entry.row, "gap_ratio_lowest")]
                for entry in ensemble.series
            ],
        )
        for ensemble in ensembles
    ]
    references = Section(
        "references",
        [[entry.name, _VARIABLES[entry.variable], _reference(entry), None] for entry in BULK]
        + [[entry.name, _VARIABLES[entry.variable], None, _reference(entry)] for entry in EDGE],
    )
    note = (
        "Bulk: middle half of the levels. At the edge the value depends on the variable, so compare the lowest three "
        "levels with references in ω; λ is the eigenvalue of the random matrix. Wishart matrices are the Hessians of "
        "a random network of M bonds on N coordinates."
    )
    return table(["levels of", "variable", "bulk", "lowest three"], [*measured, references], note)


_VARIABLES = {"any": "any", "omega": "ω", "lambda": "λ"}


def _reference(entry: GapReference) -> str:
    return number(entry.value, 4 if entry.variable == "any" else 3) + (
        f" ± {number(entry.error, 3)}" if entry.error else ""
    )


def _value(row: dict[str, Any], name: str) -> Cell:
    if not known(row[name]):
        return Missing(row["reason"].get(name, "undetermined"))
    return with_error(row[name], row[f"{name}_error"])


def _exponent(row: dict[str, Any]) -> Cell:
    if not known(row["s"]):
        return Missing(row["reason"].get("s", "undetermined"))
    return with_interval(row["s"], row["s_low"], row["s_high"])


def _prediction(row: dict[str, Any], name: str) -> Cell:
    value = row[name]
    if not known(value):
        return Missing(row["reason"].get(name, "none"))
    return f"{value:g}" if float(value).is_integer() else number(value, 2)


def _optional(value: float | None) -> Cell:
    return significant(value, 2) if known(value) else None
