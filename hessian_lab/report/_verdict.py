"""The verdict in words, made from the numbers: never more certain than their intervals."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import isinf
from typing import Any

from scipy.special import ndtri

from ..claims import WINDOW
from ._confounders import confounders
from ._drift import SMALL, TWO_SIDED, Drift, drift
from ._format import listing, number, plural, probability, with_interval
from ._series import Ensemble

UNLIKELY = 0.01
"""KS p-value, divided by the number of treatments, below which a single power law counts as rejected."""


@dataclass(frozen=True)
class Verdict:
    """What the numbers of one ensemble allow to say. Plain text; `ω_T1` stands for the symbol.

    Attributes:
        headline: one sentence.
        exponents: one sentence per treatment.
        paragraphs: tapers, drift, predictions.
        confounders: what else could make or hide the result.
    """

    headline: str
    exponents: tuple[str, ...]
    paragraphs: tuple[str, ...]
    confounders: tuple[str, ...]


def verdict(ensemble: Ensemble) -> Verdict:
    """Put the numbers of one ensemble into words.

    Args:
        ensemble: its treatments, with their rows of `claims.exponent_table` and the paired differences.

    Returns:
        The words.
    """
    rows = {entry.name: entry.row for entry in ensemble.series}
    differences = list(zip(ensemble.names, ensemble.differences, strict=True))
    drifts = {name: drift(row["s_of_window"]) for name, row in rows.items()}
    paragraphs = [_tapers(differences, rows), _drift(drifts, rows), _power_law(rows), _predictions(rows)]
    paragraphs.append(_stable_tapers(differences, rows))
    return Verdict(
        _headline(rows, drifts, differences),
        tuple(_exponent(name, row) for name, row in rows.items()),
        tuple(text for text in paragraphs if text),
        confounders(ensemble),
    )


def _headline(
    rows: dict[str, dict[str, Any]], drifts: dict[str, Drift], differences: list[tuple[tuple[str, str], dict[str, Any]]]
) -> str:
    if not any(row["converged"] for row in rows.values()):
        return "No verdict: no glass is a confirmed minimum."
    determined = [name for name, row in rows.items() if row["s"] is not None]
    if not determined:
        return f"No verdict: s is undetermined at W = {WINDOW:g} ω_T1 in every treatment; more glasses are needed."
    states = {drifts[name].state for name in determined}
    if "drifts" in states:
        first = "No verdict on the asymptotic exponent: s(W) still drifts with the window."
    elif states != {"constant"}:
        first = (
            "No verdict on the asymptotic exponent: the errors do not tell a constant s(W) from one that drifts with "
            "the window."
        )
    else:
        first = (
            f"s(W) is constant within {SMALL:g} in the windows measured, "
            f"{min(drifts[name].narrow for name in determined):g} to {max(drifts[name].wide for name in determined):g} "
            "ω_T1; nothing is known below them."
        )
    return " ".join(text for text in (first, _TAPER_HEADLINES[_taper_state(differences)]) if text)


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
        return f"{name}: s({WINDOW:g} ω_T1) is undetermined ({reason})."
    values = with_interval(row["s"], row["s_low"], row["s_high"])
    glasses = plural(row["converged"], "glass", "glasses")
    return f"{name}: s({WINDOW:g} ω_T1) = {values} (95 %), from {plural(row['modes'], 'mode')} of {glasses}."


def _bounds(rows: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    """Intervals widened so that all of them together hold at 95 %."""
    factor = float(-ndtri(0.025 / max(len(rows), 1))) / TWO_SIDED
    wide = []
    for row in rows:
        middle, half = 0.5 * (row["low"] + row["high"]), 0.5 * (row["high"] - row["low"]) * factor
        wide.append((middle - half, middle + half))
    return wide


def _taper_state(differences: list[tuple[tuple[str, str], dict[str, Any]]]) -> str:
    rows = [row for _, row in differences if row["low"] is not None and row["high"] is not None]
    if not differences:
        return "none"
    if not rows:
        return "undetermined"
    if any(low > 0 or high < 0 for low, high in _bounds(rows)):
        return "differ"
    if any(row["low"] > 0 or row["high"] < 0 for row in rows):
        return "hint"
    return "agree" if max(max(-row["low"], row["high"]) for row in rows) <= SMALL else "open"


def _tapers(differences: list[tuple[tuple[str, str], dict[str, Any]]], rows: dict[str, dict[str, Any]]) -> str:
    """Whether the tapers differ, by the paired differences."""
    state = _taper_state(differences)
    if state == "none":
        return "" if len(rows) > 1 else "Tapers: only one treatment was made, so tapers cannot be compared."
    found = [(names, row) for names, row in differences if row["low"] is not None and row["high"] is not None]
    if state == "undetermined":
        return f"Tapers: no paired difference is determined ({differences[0][1]['reason']})."
    count = len(found)
    own = [row for _, row in found]
    sure = [pair for pair, (low, high) in zip(found, _bounds(own), strict=True) if low > 0 or high < 0]
    likely = [(names, row) for names, row in found if row["low"] > 0 or row["high"] < 0]
    largest = number(max(max(-row["low"], row["high"]) for row in own))
    pairs = f"{plural(count, 'paired difference')} of the same parents' glasses at W = {WINDOW:g} ω_T1 of each taper"
    if state == "differ":
        together = f", also with intervals widened for {count} comparisons together" if count > 1 else ""
        text = f"Tapers: of {pairs}, {len(sure)} exclude{'s' if len(sure) == 1 else ''} zero{together}: {_pairs(sure)}."
        text += (
            " So s in this window depends on the taper. Each window is half of its own ω_T1; a difference in one "
            "window is not yet a difference of the asymptotic exponents."
        )
    elif state == "hint":
        text = (
            f"Tapers: of {pairs}, {len(likely)} exclude{'s' if len(likely) == 1 else ''} zero at 95 % "
            f"({_pairs(likely)}), but none once the intervals are widened for {count} comparisons together; about "
            f"{number(0.05 * count, 1)} would do so by chance. No difference is established."
        )
    else:
        text = f"Tapers: none of {pairs} excludes zero at 95 %. "
        if state == "agree":
            text += f"The tapers do not differ by more than {largest} in s (95 %, each pair by itself)."
        else:
            text += f"That does not show that the tapers agree: differences of up to {largest} are not excluded."
    missing = len(differences) - count
    return text + (f" {plural(missing, 'difference')} could not be determined." if missing else "")


def _pairs(found: Sequence[tuple[tuple[str, str], dict[str, Any]]]) -> str:
    return listing(
        [f"{a} minus {b}: {with_interval(row['difference'], row['low'], row['high'])}" for (a, b), row in found]
    )


def _drift(drifts: dict[str, Drift], rows: dict[str, dict[str, Any]]) -> str:
    parts = []
    for name, found in drifts.items():
        if rows[name]["s"] is None and found.state == "undetermined":
            continue
        parts.append(f"{name}: {_drift_of(found)}{_below(rows[name], found)}")
    if not parts:
        return ""
    text = "Windows: " + "; ".join(parts) + "."
    states = {found.state for found in drifts.values()} - {"undetermined"}
    if "drifts" in states:
        text += (
            " Where s(W) drifts, the number at one window is not the asymptotic exponent, and no verdict on the "
            "asymptotic exponent follows from it, for or against either side."
        )
    elif "open" in states or not states:
        text += " A drift is neither shown nor excluded, so no verdict on the asymptotic exponent follows."
    else:
        text += " That is a statement about these windows; whether s changes below the narrowest one was not measured."
    return text


def _drift_of(found: Drift) -> str:
    if found.state == "undetermined":
        return "fewer than two windows are determined, so a drift cannot be seen"
    change = (
        f"s goes from {number(found.s_wide)} at W = {found.wide:g} ω_T1 to {number(found.s_narrow)} at "
        f"{found.narrow:g} ω_T1 (change {number(found.s_narrow - found.s_wide)} "
        f"[{number(max(found.low, -99))}, {number(min(found.high, 99))}])"
    )
    if found.state == "drifts":
        worst = (
            f", most clearly at {found.worst:g} ω_T1 (s = {number(found.s_worst)})"
            if found.worst != found.narrow
            else ""
        )
        return f"s(W) still drifts with the window: {change}{worst}"
    if found.state == "constant":
        return f"no drift, {change}"
    return f"no drift is resolved, but the errors allow one: {change}"


def _below(row: dict[str, Any], whole: Drift) -> str:
    """The drift inside the window of the headline, where the wider windows drift."""
    if whole.state != "drifts":
        return ""
    found = drift(row["s_of_window"], up_to=WINDOW)
    where = f"below {WINDOW:g} ω_T1 alone"
    if found.state == "undetermined":
        return f"; {where} there are too few modes to see whether it goes on"
    span = f"change to {found.narrow:g} ω_T1: [{number(max(found.low, -99))}, {number(min(found.high, 99))}]"
    text = {
        "drifts": "it goes on",
        "constant": "none is seen any more",
        "open": "the errors do not tell whether it goes on",
    }[found.state]
    return f"; {where} {text} ({span})"


def _power_law(rows: dict[str, dict[str, Any]]) -> str:
    limit = UNLIKELY / max(len(rows), 1)
    found = []
    for name, row in rows.items():
        for entry in row["s_of_window"]:
            p = entry["ks_p_value"]
            if entry["window"] == WINDOW and p is not None and p < limit:
                found.append(f"{name} (p {probability(p) if p < 0.001 else '= ' + probability(p)})")
    if not found:
        return ""
    return (
        f"Shape: the modes below {WINDOW:g} ω_T1 do not follow a single power law for {listing(found)}, by a "
        "Kolmogorov-Smirnov test that takes modes as independent; s is then a mean slope."
    )


def _predictions(rows: dict[str, dict[str, Any]]) -> str:
    """Which of the predicted numbers the intervals hold, for this parental temperature."""
    first = next(iter(rows.values()))
    random = isinf(float(first["parental_temperature"]))
    if random:
        text = (
            "Predictions: for glasses quenched from random parents Schirmacher et al. predict s = 2 and Lerner & "
            "Bouchbinder s = 4, both whatever the taper. The prediction that depends on the taper is for stable "
            "glasses only and does not apply here. "
        )
    else:
        numbers = {row["s_schirmacher"] for row in rows.values()}
        own = [
            f"{number(row['s_schirmacher'])} for {name}"
            for name, row in rows.items()
            if row["s_schirmacher"] is not None
        ]
        none = sorted({row["reason"].get("s_schirmacher", "") for row in rows.values() if row["s_schirmacher"] is None})
        text = "Predictions: "
        if numbers - {None}:
            text += f"Schirmacher et al. predict s = {listing(own)} (asymptotically, for stable glasses). "
        if none and any(none):
            text += (
                f"Schirmacher et al. predict no number where it is missing: {listing([why for why in none if why])}. "
            )
        text += "Lerner & Bouchbinder predict s = 4 whatever the taper. "
    held: dict[str, list[str]] = {}
    for name, row in rows.items():
        if row["s"] is not None and row["s_low"] is not None and row["s_high"] is not None:
            held.setdefault(_holds(row), []).append(name)
    if not held:
        return text + f"Without a determined s({WINDOW:g} ω_T1) neither is tested."
    text += f"The 95 % interval of s({WINDOW:g} ω_T1) " + "; ".join(
        f"{what} for {listing(names)}" for what, names in held.items()
    )
    return text + ". Both predictions are asymptotic; a finite window can miss either without contradicting it."


def _holds(row: dict[str, Any]) -> str:
    sides = {"Schirmacher et al.": row["s_schirmacher"], "Lerner & Bouchbinder": row["s_lerner"]}
    sides = {name: value for name, value in sides.items() if value is not None}
    named = {name: f"{number(value, 2 if value % 1 else 0)} ({name})" for name, value in sides.items()}
    inside = [named[name] for name, value in sides.items() if row["s_low"] <= value <= row["s_high"]]
    outside = [named[name] for name, value in sides.items() if not row["s_low"] <= value <= row["s_high"]]
    if not outside:
        return (
            f"holds {'both ' if len(inside) > 1 else ''}{listing(inside)}, so it does not decide"
            if len(inside) > 1
            else f"holds {inside[0]}"
        )
    if not inside:
        below = all(row["s_high"] < sides[name] for name in sides)
        above = all(row["s_low"] > sides[name] for name in sides)
        place = (
            "lies below " if below else "lies above " if above else "lies between " if len(outside) > 1 else "excludes "
        )
        return place + listing(outside)
    return f"holds {listing(inside)} and excludes {listing(outside)}"


def _stable_tapers(differences: list[tuple[tuple[str, str], dict[str, Any]]], rows: dict[str, dict[str, Any]]) -> str:
    """Stable glasses: the predicted differences between tapers beside the measured ones."""
    kept = []
    for (a, b), row in differences:
        if a not in rows or b not in rows or row["low"] is None or row["high"] is None:
            continue
        left, right = rows[a]["s_schirmacher"], rows[b]["s_schirmacher"]
        if left is None or right is None or abs(left - right) < 1e-9:
            continue
        predicted = left - right
        holds = [row["low"] <= value <= row["high"] for value in (predicted, 0.0)]
        words = {
            (True, True): "holds both and does not decide",
            (True, False): "holds the first and excludes zero",
            (False, True): "holds zero and excludes the first",
            (False, False): "excludes both",
        }[holds[0], holds[1]]
        interval = with_interval(row["difference"], row["low"], row["high"])
        kept.append(f"{a} minus {b}: {number(predicted)} predicted, {interval} measured, which {words}")
    if not kept:
        return ""
    return (
        "Taper dependence: Schirmacher et al. predict differences between the tapers of stable glasses, Lerner & "
        "Bouchbinder zero. " + "; ".join(kept) + "."
    )
