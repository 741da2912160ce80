"""Whether treatments differ, by paired differences: one sentence for each state of the evidence."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

from scipy.special import ndtri

from ..claims import WINDOW
from ._drift import SMALL, TWO_SIDED
from ._format import number, plural, with_interval
from ._html import Statement

Pair = tuple[tuple[str, str], dict[str, Any]]
"""Names of two treatments, and their row of `claims.paired_differences`."""

State = Literal["none", "undetermined", "differ", "hint", "agree", "open"]

WORDS = {
    "taper": ("Tapers", "tapers", "the taper"),
    "method": ("Quench methods", "quench methods", "the quench method"),
    "relax_cell": ("Relaxation of the cell", "relaxations of the cell", "the relaxation of the cell"),
}
"""What treatments can differ in: title, plural, and with its article."""


def state(pairs: Sequence[Pair]) -> State:
    """What the intervals of the differences allow to say.

    Returns:
        'none': nothing to compare; 'undetermined': no difference has an interval; 'differ': an interval excludes zero
        also when all are widened to hold together at 95 %; 'hint': one excludes zero by itself only; 'agree': none
        does, and all lie within 0.5 of zero; 'open': none does, but larger differences are not excluded.
    """
    rows = [row for _, row in _bounded(pairs)]
    if not pairs:
        return "none"
    if not rows:
        return "undetermined"
    if any(_excludes_zero(low, high) for low, high in _together(rows)):
        return "differ"
    if any(_excludes_zero(row["low"], row["high"]) for row in rows):
        return "hint"
    return "agree" if _largest(rows) <= SMALL else "open"


def comparison(varies: str, pairs: Sequence[Pair]) -> Statement | None:
    """The state of the evidence in words; None where there is nothing to compare."""
    title, many, one = WORDS[varies]
    found_state = state(pairs)
    if found_state == "none":
        return None
    if found_state == "undetermined":
        return Statement(title, f"No paired difference is determined ({pairs[0][1]['reason']}).")
    found = _bounded(pairs)
    rows = [row for _, row in found]
    missing = len(pairs) - len(found)
    end = f"{plural(missing, 'difference')} could not be determined." if missing else ""
    count = f"{plural(len(found), 'paired difference')} of the same parents' glasses at W = {WINDOW:g} ω_T1"
    if found_state == "differ":
        sure = [pair for pair, bounds in zip(found, _together(rows), strict=True) if _excludes_zero(*bounds)]
        widened = f", also when the intervals are widened for {len(found)} comparisons together"
        text = f"Of {count}, {len(sure)} {'excludes' if len(sure) == 1 else 'exclude'} zero"
        text += f"{widened if len(found) > 1 else ''}:"
        close = (
            f"So s in this window depends on {one}. Each window is half of its own ω_T1; a difference in one window "
            "is not yet a difference of the asymptotic exponents."
        )
        return Statement(title, text, _named(sure), f"{close} {end}".strip())
    if found_state == "hint":
        likely = [pair for pair in found if _excludes_zero(pair[1]["low"], pair[1]["high"])]
        text = f"Of {count}, {len(likely)} {'excludes' if len(likely) == 1 else 'exclude'} zero at 95 %:"
        close = (
            f"None does once the intervals are widened for {len(found)} comparisons together; by chance "
            f"{number(0.05 * len(found), 1)} would do so on average. No difference is established."
        )
        return Statement(title, text, _named(likely), f"{close} {end}".strip())
    text = f"{f'None of {count} excludes' if len(found) > 1 else f'{count} does not exclude'} zero at 95 %. "
    largest = number(_largest(rows))
    if found_state == "agree":
        text += f"The {many} do not differ by more than {largest} in s (each interval by itself). "
    else:
        text += f"That does not show that the {many} agree: differences of up to {largest} are not excluded. "
    return Statement(title, (text + end).strip())


def _bounded(pairs: Sequence[Pair]) -> list[Pair]:
    return [(names, row) for names, row in pairs if row["low"] is not None and row["high"] is not None]


def _excludes_zero(low: float, high: float) -> bool:
    return low > 0 or high < 0


def _together(rows: Sequence[dict[str, Any]]) -> list[tuple[float, float]]:
    """Intervals widened so that all of them together hold at 95 % (Bonferroni, with normal quantiles)."""
    factor = float(-ndtri(0.025 / len(rows))) / TWO_SIDED
    middle = [0.5 * (row["low"] + row["high"]) for row in rows]
    half = [0.5 * (row["high"] - row["low"]) * factor for row in rows]
    return [(centre - width, centre + width) for centre, width in zip(middle, half, strict=True)]


def _largest(rows: Sequence[dict[str, Any]]) -> float:
    return max(max(-row["low"], row["high"]) for row in rows)


def _named(pairs: Sequence[Pair]) -> tuple[str, ...]:
    return tuple(f"{a} minus {b}: {with_interval(row['difference'], row['low'], row['high'])}" for (a, b), row in pairs)
