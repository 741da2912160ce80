"""The tables of a report."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.status import Status
from ..claims import LOW_EDGE, NO_TABLE, WINDOW
from ..records import Group
from ._compare import WORDS
from ._format import known, number, probability, significant, with_error, with_interval
from ._html import Cell, Missing, Section, table
from ._minima import mean_distance, mean_energy
from ._references import BULK, EDGE, GapReference
from ._series import Ensemble, Series

BOOKKEEPING = {
    "glasses": "glasses",
    "flagged": "flagged parents",
    "converged": "minima",
    "saddle_visits": "met a saddle",
    "saddles": "still saddles",
    "marginal": "marginal",
    "failed": "failed",
    "rattlers": "with rattlers",
    "shear_unstable": "μ ≤ 0",
}
"""Keys of a row that count glasses, and their headings."""


def parents_table(ensembles: Sequence[Ensemble]) -> str:
    """How the parents were prepared, and the evidence that they are at equilibrium."""
    rows, reasons = [], []
    for ensemble in ensembles:
        most = max(ensemble.series, key=lambda entry: entry.group.glasses)
        group, row = most.group, most.row
        numbers = [_median(group, name) for name in EVIDENCE_NUMBERS]
        if group.preparation == "random":
            flagged: Cell = Missing("random positions: nothing to equilibrate")
        elif "equilibrated" not in group.columns:
            flagged = Missing("not stored in this folder")
        else:
            flagged = f"{row['flagged']} of {row['glasses']}" + (" †" if row["flagged"] else "")
        energy = _value(row, "parent_energy") if known(row["parent_energy"]) else None
        rows.append([ensemble.title, group.ensemble.get("parent_taper"), energy, *numbers, flagged])
        if row["flagged"]:
            lines = "; ".join(f"{reason} ({count})" for reason, count in row["flag_reasons"].items())
            reasons.append(f"† {ensemble.title}: {lines}.")
    headings = [
        "parents",
        "prepared in",
        "energy [ε/N]",
        *EVIDENCE_NUMBERS.values(),
        "not shown to be at equilibrium",
    ]
    note = (
        "Medians over parents, the energy as mean ± standard error. Drift: mean energy of the last quarter less the "
        "third, without its sign, in standard errors. g(r): largest deviation between these quarters. Times are sweeps "
        "for Monte Carlo, the model's time for molecular dynamics. " + " ".join(reasons)
    )
    return table(headings, [Section("", rows)], note)


EVIDENCE_NUMBERS = {
    "parent_energy_drift": "drift [std. errors]",
    "pair_correlation": "g(r) [std. errors]",
    "move_acceptance": "moves accepted",
    "swap_acceptance": "swaps accepted",
    "overlap_time": "overlap time",
    "run_time": "run",
}
"""Columns of evidence, and their headings."""


def _median(group: Group, name: str) -> Cell:
    """Median size over the parents that have the number; nothing where none has."""
    values = np.abs(group.columns.get(name, np.zeros(0)))
    values = values[np.isfinite(values)]
    return significant(float(np.median(values)), 3) if values.size else None


def glasses_table(ensembles: Sequence[Ensemble]) -> str:
    """How many glasses were made, and what became of them."""
    sections = [
        Section(
            ensemble.title,
            [
                [_marked(entry), entry.row["quench"], _evaluations(entry), *_counts(entry.row)]
                for entry in ensemble.series
            ],
        )
        for ensemble in ensembles
    ]
    note = (
        "Only confirmed minima (exactly the zero modes of translations and rattlers, every other mode positive) "
        "enter the numbers below. A glass that met a saddle was pushed off it and quenched again; it counts as a "
        "minimum if it ended in one. Marginal: more zero modes than translations and rattlers explain. Failed: no "
        f"stationary point was reached{_failures(ensembles)}. Force evaluations: median over the minima. "
        + _footnote(ensembles)
    )
    return table(["treatment", "quench", "force evaluations", *BOOKKEEPING.values()], sections, note)


def _counts(row: dict[str, Any]) -> list[Cell]:
    """Glasses by what became of them; failed ones with the status in which they ended."""
    causes = ", ".join(f"{count} {label}" for label, count in row["failed_by_status"].items())
    return [f"{row[key]} ({causes})" if key == "failed" and causes else row[key] for key in BOOKKEEPING]


def _failures(ensembles: Sequence[Ensemble]) -> str:
    """What the statuses of the failed glasses mean."""
    rows = [entry.row for ensemble in ensembles for entry in ensemble.series]
    labels = dict.fromkeys(label for row in rows for label in row["failed_by_status"])
    return "".join(f"; {label}: {Status[label.upper()].meaning}" for label in labels)


def _evaluations(entry: Series) -> Cell:
    value = entry.row["force_evaluations"]
    return number(value, 0) if known(value) else Missing(entry.row["reason"].get("force_evaluations", "undetermined"))


def _marked(entry: Series) -> str:
    """Name of a treatment, with a dagger if some of its parents are flagged."""
    return entry.name + (f" † {entry.row['flagged']}" if entry.row["flagged"] else "")


def _footnote(ensembles: Sequence[Ensemble]) -> str:
    """What the dagger says, where there is one."""
    if not any(ensemble.flagged for ensemble in ensembles):
        return ""
    return (
        "† and a count: so many of the parents behind this line are not shown to be at equilibrium; what they did not "
        "pass stands in the table of parents."
    )


def numbers_table(ensembles: Sequence[Ensemble]) -> str:
    """One row per treatment: elasticity, exponent, gap ratios, predictions."""
    sections = []
    for ensemble in ensembles:
        rows: list[list[Cell]] = []
        for entry in ensemble.series:
            row = entry.row
            rows.append(
                [
                    _marked(entry),
                    _value(row, "inherent_energy"),
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
        "treatment",
        "inherent energy [ε/N]",
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
        "parental temperature. " + _footnote(ensembles)
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
        sections.append(Section(_marked(entry), rows))
    note = (
        "Windows are nested: neighbouring rows share modes and are correlated. KS p: probability of a larger "
        "distance from a pure power law with this s, if all modes were independent. " + _footnote([ensemble])
    )
    return table(["W/ω_T1", "s(W), 95 %", "modes", "glasses with a mode", "KS p"], sections, note)


def differences_table(ensembles: Sequence[Ensemble]) -> str:
    """Paired differences between tapers, between quench methods and between relaxations of the cell."""
    sections = []
    for ensemble, varies in ((ensemble, varies) for ensemble in ensembles for varies in WORDS):
        rows: list[list[Cell]] = []
        for (a, b), row in ensemble.compared(varies):
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
                    _common(row),
                    modes,
                ]
            )
        if rows:
            sections.append(Section(f"{WORDS[varies][0]}: {ensemble.title}", rows))
    if not sections:
        return '<p class="note">No two treatments of a common ensemble differ in one thing only.</p>'
    headings = [
        "treatments",
        "difference of s, 95 %",
        "error",
        "error if unpaired",
        "correlation",
        "common glasses",
        "modes",
    ]
    note = (
        f"s of the first minus s of the second treatment, each below {WINDOW:g} of its own ω_T1, over the parents "
        "whose glasses are confirmed minima under both, resampled together. Each interval is at 95 % by itself; the "
        "verdict widens them for the number of comparisons. " + _footnote(ensembles)
    )
    return table(headings, sections, note)


def _common(row: dict[str, Any]) -> Cell:
    """Number of common glasses, and how many of their parents are flagged."""
    return f"{row['glasses']} († {row['flagged']})" if row["flagged"] else row["glasses"]


def distances_table(ensembles: Sequence[Ensemble]) -> str:
    """Whether quench methods reach the same minimum from the same parent, and how far apart their minima are."""
    sections = []
    for ensemble in ensembles:
        rows: list[list[Cell]] = [
            [
                f"{entry.row['quench_a']} and {entry.row['quench_b']}",
                entry.row["taper_a"],
                _common(entry.row),
                entry.row["same"],
                mean_distance(entry.row) if known(entry.row["distance"]) else Missing(entry.row["reason"]),
                mean_energy(entry.row) if known(entry.row["energy_difference"]) else None,
            ]
            for entry in ensemble.distances
        ]
        if rows:
            sections.append(Section(ensemble.title, rows))
    if not sections:
        return '<p class="note">No two quench methods of a common ensemble can be compared here.</p>'
    headings = [
        "methods",
        "taper",
        "common glasses",
        "same minimum",
        "distance [ℓ], 95 %",
        "energy difference [10^-3 ε/N], 95 %",
    ]
    note = (
        "Distance: root mean square displacement per particle between the minima of one parent, with the best common "
        "translation removed and particles told apart; energy of the first less the second. Means over common glasses, "
        "intervals by bootstrap over glasses. " + _footnote(ensembles)
    )
    return table(headings, sections, note)


def vortices_table(ensembles: Sequence[Ensemble]) -> str:
    """Claim (v): what the modes below the first transverse phonon are, beside their surrogates."""
    sections = []
    for ensemble in ensembles:
        rows: list[list[Cell]] = []
        for entry in ensemble.series:
            row = entry.vortices
            if row is None:
                continue
            modes = f"{row['modes']} ({row['glasses_with_modes']})"
            rows.append([_marked(entry), modes, *(_value(row, name) for name in VORTEX_NUMBERS)])
        if rows:
            sections.append(Section(ensemble.title, rows))
    if not sections:
        return f'<p class="note">Nothing is known of vortices: {NO_TABLE}.</p>'
    note = (
        f"Modes below {LOW_EDGE:g} ω_T1 of the ensemble. Vortex core: its rotation is stronger than in random-phase "
        "surrogates of the mode (p not above 0.05), at least 60 % of the core region's gradients, and at least 1.2 "
        "times the strongest strain of any region. With stress: the rotation of the particles goes with their "
        "deviatoric stress more than in the surrogates. By chance each share is at most 0.05. Asymmetry: strongest "
        "rotation over strongest strain. Answer to pre-stress: d ln λ/dδ as all pre-stress is scaled by 1 − δ. Medians "
        "stand beside the medians of the modes' own surrogates. ± are standard errors over glasses, with ω_T1 held "
        "fixed: jackknife for shares, bootstrap for medians. " + _footnote(ensembles)
    )
    return table(["treatment", "modes (glasses)", *VORTEX_NUMBERS.values()], sections, note)


VORTEX_NUMBERS = {
    "rotating_share": "with a vortex core",
    "correlated_share": "with stress",
    "both_share": "both",
    "core_asymmetry": "asymmetry",
    "surrogate_asymmetry": "of surrogates",
    "prestress_response": "answer to pre-stress",
    "surrogate_prestress": "of surrogates",
}
"""Numbers of a row of `claims.vortex_table`, and their headings."""


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
