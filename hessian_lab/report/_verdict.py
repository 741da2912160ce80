"""The verdict in words, made from the numbers: never more certain than their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

from ..claims import WINDOW
from ._compare import Pair, comparison, state
from ._confounders import confounders
from ._drift import SMALL, Drift, drift
from ._format import listing, number, plural, probability, with_interval
from ._html import Statement
from ._minima import minima
from ._series import Ensemble

UNLIKELY = 0.01
"""KS p-value, divided by the number of treatments, below which a single power law counts as rejected."""

Rows = dict[str, dict[str, Any]]


@dataclass(frozen=True)
class Verdict:
    """What the numbers of one ensemble allow to say. Plain text; `ω_T1` stands for the symbol.

    Attributes:
        headline: two sentences.
        statements: exponents, tapers, quench methods, relaxations, windows, predictions.
        confounders: what else could make or hide the result.
    """

    headline: str
    statements: tuple[Statement, ...]
    confounders: tuple[str, ...]

    @property
    def text(self) -> str:
        """Everything as plain text."""
        return "\n".join([self.headline, *(statement.text for statement in self.statements), *self.confounders])


def verdict(ensemble: Ensemble) -> Verdict:
    """Put the numbers of one ensemble into words.

    Args:
        ensemble: its treatments, with their rows of `claims.exponent_table` and the paired differences.

    Returns:
        The words.
    """
    rows = {entry.name: entry.row for entry in ensemble.series}
    pairs = ensemble.compared("taper")
    drifts = {name: drift(row["s_of_window"], treatments=len(rows)) for name, row in rows.items()}
    statements = [
        Statement(f"Exponent below {WINDOW:g} ω_T1", items=tuple(_exponent(name, row) for name, row in rows.items())),
        comparison("taper", pairs) if len(rows) > 1 else Statement("Tapers", _ALONE),
        comparison("method", ensemble.compared("method")),
        minima(ensemble.distances),
        comparison("relax_cell", ensemble.compared("relax_cell")),
        _windows(drifts, rows),
        _power_law(rows),
        _predictions(rows),
        _stable_tapers(pairs, rows),
    ]
    kept = tuple(statement for statement in statements if statement is not None)
    return Verdict(_headline(rows, drifts, pairs), kept, confounders(ensemble))


def _headline(rows: Rows, drifts: dict[str, Drift], pairs: Sequence[Pair]) -> str:
    if not any(row["converged"] for row in rows.values()):
        return "No verdict: no glass is a confirmed minimum."
    determined = [name for name, row in rows.items() if row["s"] is not None]
    if not determined:
        return f"No verdict: s is undetermined at W = {WINDOW:g} ω_T1 in every treatment; more glasses are needed."
    drifting = [name for name in determined if drifts[name].state == "drifts"]
    if drifting:
        where = "" if len(drifting) == len(rows) else f" for {listing(drifting)}"
        first = f"No verdict on the asymptotic exponent: s(W) still drifts with the window{where}."
    elif {drifts[name].state for name in determined} != {"constant"}:
        first = (
            "No verdict on the asymptotic exponent: the errors do not tell a constant s(W) from one that drifts with "
            "the window."
        )
    else:
        narrow, wide = (max(drifts[name].narrow for name in determined), min(drifts[name].wide for name in determined))
        first = (
            f"s(W) is constant within {SMALL:g} in the windows from {narrow:g} to {wide:g} ω_T1; whether it is below "
            "them is not known."
        )
    second = _TAPER_HEADLINES[state(pairs)]
    return f"{first} {second}" if second else first


_ALONE = "Only one treatment was made: nothing to compare."

_TAPER_HEADLINES = {
    "none": "",
    "undetermined": "Whether the tapers differ is undetermined.",
    "differ": f"At W = {WINDOW:g} ω_T1 the tapers differ.",
    "hint": f"A difference between the tapers at W = {WINDOW:g} ω_T1 is hinted at, not established.",
    "agree": f"At W = {WINDOW:g} ω_T1 the tapers do not differ by more than {SMALL:g}.",
    "open": f"No difference between the tapers is seen at W = {WINDOW:g} ω_T1, but sizeable ones are not excluded.",
}


def _exponent(name: str, row: dict[str, Any]) -> str:
    if row["s"] is None:
        reason = row["reason"].get("s", "") or "no reason recorded"
        return f"{name}: undetermined ({reason})"
    values = with_interval(row["s"], row["s_low"], row["s_high"])
    glasses = plural(row["converged"], "glass", "glasses")
    return f"{name}: s = {values} (95 %), from {plural(row['modes'], 'mode')} of {glasses}"


def _windows(drifts: dict[str, Drift], rows: Rows) -> Statement | None:
    """Whether s(W) has stopped changing, treatment by treatment, and what follows from it."""
    items = tuple(
        f"{name}: {_drift_of(found)}{_below(rows[name], found, len(rows))}"
        for name, found in drifts.items()
        if rows[name]["s"] is not None or found.state != "undetermined"
    )
    if not items:
        return None
    states = {found.state for found in drifts.values()} - {"undetermined"}
    if "drifts" in states:
        end = (
            "Where s(W) drifts, the number at one window is not the asymptotic exponent, and no verdict on the "
            "asymptotic exponent follows from it, for or against either side."
        )
        if "open" in states:
            end += " Where no drift is resolved, the errors allow one, and no verdict follows either."
    elif "open" in states or not states:
        end = "A drift is neither shown nor excluded, so no verdict on the asymptotic exponent follows."
    else:
        end = "That is a statement about these windows; whether s changes below them is not known."
    return Statement("Windows", "Does s(W) stop changing as the window shrinks?", items, end)


def _drift_of(found: Drift) -> str:
    if found.state == "undetermined":
        return "fewer than two windows are determined, so a drift cannot be seen"
    change = (
        f"{number(found.s_wide)} at {found.wide:g} ω_T1, {number(found.s_narrow)} at {found.narrow:g} ω_T1, change "
        f"{_change(found)}"
    )
    if found.state == "drifts":
        clearest = f", clearest at {found.worst:g} ω_T1 with s = {number(found.s_worst)}"
        return f"s(W) still drifts with the window: {change}" + (clearest if found.worst != found.narrow else "")
    if found.state == "constant":
        return f"no drift: {change}; the errors allow one below {found.narrow:g} ω_T1"
    return f"no drift is resolved, but the errors allow one: {change}"


def _change(found: Drift) -> str:
    return with_interval(found.s_narrow - found.s_wide, max(found.low, -99.0), min(found.high, 99.0))


def _below(row: dict[str, Any], whole: Drift, treatments: int) -> str:
    """The drift inside the window of the headline, where the wider windows drift."""
    if whole.state != "drifts":
        return ""
    found = drift(row["s_of_window"], up_to=WINDOW, treatments=treatments)
    where = f"; below {WINDOW:g} ω_T1 alone"
    if found.state == "undetermined":
        return f"{where} there are too few modes to see whether it goes on"
    text = {
        "drifts": "it goes on",
        "constant": "none is seen any more",
        "open": "the errors do not tell whether it goes on",
    }[found.state]
    return f"{where} {text}: change {_change(found)} down to {found.narrow:g} ω_T1"


def _power_law(rows: Rows) -> Statement | None:
    limit = UNLIKELY / max(len(rows), 1)
    found = []
    for name, row in rows.items():
        for entry in row["s_of_window"]:
            p = entry["ks_p_value"]
            if entry["window"] == WINDOW and p is not None and p < limit:
                found.append(f"{name} (p {'' if p < 0.001 else '= '}{probability(p)})")
    if not found:
        return None
    return Statement(
        "Shape",
        f"The modes below {WINDOW:g} ω_T1 do not follow a single power law for {listing(found)}, by a "
        "Kolmogorov-Smirnov test that takes modes as independent; s is then a mean slope.",
    )


def _predictions(rows: Rows) -> Statement:
    """Which of the predicted numbers the intervals hold, for this parental temperature."""
    first = next(iter(rows.values()))
    text = _RANDOM if isinf(float(first["parental_temperature"])) else _stable(rows)
    held: dict[str, list[str]] = {}
    for name, row in rows.items():
        if row["s"] is not None and row["s_low"] is not None and row["s_high"] is not None:
            held.setdefault(_holds(row), []).append(name)
    if not held:
        return Statement("Predictions", f"{text} Without a determined s({WINDOW:g} ω_T1) neither is tested.")
    return Statement(
        "Predictions",
        f"{text} The 95 % interval of s({WINDOW:g} ω_T1), each by itself:",
        tuple(f"{listing(names)}: {what}" for what, names in held.items()),
        "Both predictions are asymptotic; a finite window can miss either without contradicting it, and can hold "
        "either without confirming it.",
    )


_RANDOM = (
    "For glasses quenched from random parents Schirmacher et al. predict s = 2 and Lerner & Bouchbinder s = 4, both "
    "whatever the taper. The prediction that depends on the taper is for stable glasses only and does not apply here."
)


def _stable(rows: Rows) -> str:
    own = [
        f"{_exact(row['s_schirmacher'])} for {name}" for name, row in rows.items() if row["s_schirmacher"] is not None
    ]
    missing = {row["reason"].get("s_schirmacher", "") for row in rows.values() if row["s_schirmacher"] is None} - {""}
    parts = []
    if own:
        parts.append(f"Schirmacher et al. predict s = {listing(own)} (asymptotically, for stable glasses).")
    if missing:
        parts.append(f"Schirmacher et al. give no number for this case: {listing(sorted(missing))}.")
    return " ".join([*parts, "Lerner & Bouchbinder predict s = 4 whatever the taper."])


def _exact(value: float) -> str:
    return number(value, 0 if float(value).is_integer() else 2)


def _holds(row: dict[str, Any]) -> str:
    sides = {"Schirmacher et al.": row["s_schirmacher"], "Lerner & Bouchbinder": row["s_lerner"]}
    sides = {name: value for name, value in sides.items() if value is not None}
    if len(sides) > 1 and len(set(sides.values())) == 1:
        value = row["s_lerner"]
        place = "below" if row["s_high"] < value else "above" if row["s_low"] > value else "holds"
        return f"{place} {_exact(value)}, which both sides predict: it does not tell them apart"
    values = {f"{_exact(value)} ({name})": value for name, value in sides.items()}
    inside = [name for name, value in values.items() if row["s_low"] <= value <= row["s_high"]]
    outside = [name for name in values if name not in inside]
    if inside and outside:
        return f"holds {listing(inside)}, excludes {listing(outside)}"
    if len(inside) > 1:
        return f"holds both {listing(inside)}: it does not decide"
    if inside:
        return f"holds {inside[0]}"
    if row["s_high"] < min(values.values()):
        return f"below {listing(outside)}"
    if row["s_low"] > max(values.values()):
        return f"above {listing(outside)}"
    return f"between {listing(outside)}: it holds neither"


def _stable_tapers(pairs: Sequence[Pair], rows: Rows) -> Statement | None:
    """Stable glasses: the predicted differences between tapers beside the measured ones."""
    items = []
    for (a, b), row in pairs:
        if a not in rows or b not in rows or row["low"] is None or row["high"] is None:
            continue
        left, right = rows[a]["s_schirmacher"], rows[b]["s_schirmacher"]
        if left is None or right is None or abs(left - right) < 1e-9:
            continue
        interval = with_interval(row["difference"], row["low"], row["high"])
        words = _HOLDS[row["low"] <= left - right <= row["high"], row["low"] <= 0 <= row["high"]]
        items.append(f"{a} minus {b}: {number(left - right)} predicted, {interval} measured, which {words}")
    if not items:
        return None
    text = "Schirmacher et al. predict differences between the tapers of stable glasses, Lerner & Bouchbinder none."
    return Statement("Taper dependence", text, tuple(items))


_HOLDS = {
    (True, True): "holds both and does not decide",
    (True, False): "holds the prediction and excludes zero",
    (False, True): "holds zero and excludes the prediction",
    (False, False): "excludes both",
}
