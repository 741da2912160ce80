"""Whether s(W) changes with the window: the question that comes before every comparison with an asymptotic exponent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import takewhile
from math import exp, hypot, inf, log
from typing import Any, Literal

from scipy.special import ndtri

SMALL = 0.5
"""Change of s below which windows count as agreeing: half of the distance of the rival exponents' nearest pair."""

SPAN = 1.8
"""Windows must agree over this factor to count as constant: from 0.9 down to 0.5 omega_T1."""

TWO_SIDED = float(ndtri(0.975))


@dataclass(frozen=True)
class Drift:
    """Comparison of the determined windows of one treatment.

    Attributes:
        state: 'drifts': at least one window disagrees with the widest one; 'constant': none does, and from the widest
            down to one 1.8 times narrower all agree with it within 0.5 at 95 %; 'open': the errors allow both;
            'undetermined': fewer than two windows.
        narrow: window compared, in omega_T1: the narrowest that agrees if 'constant', the narrowest determined if not.
        wide: widest determined window, in omega_T1.
        s_narrow: exponent in the narrow window.
        s_wide: exponent in the widest.
        low: lower end of the 95 % interval of s_narrow - s_wide.
        high: its upper end.
        worst: window that disagrees most with the widest, in omega_T1.
        s_worst: exponent there.
    """

    state: Literal["drifts", "constant", "open", "undetermined"]
    narrow: float = 0.0
    wide: float = 0.0
    s_narrow: float = 0.0
    s_wide: float = 0.0
    low: float = -inf
    high: float = inf
    worst: float = 0.0
    s_worst: float = 0.0


@dataclass(frozen=True)
class _Step:
    """One window beside the widest: z, and the interval of the change of s."""

    row: dict[str, Any]
    size: float
    low: float
    high: float


def drift(windows: Sequence[dict[str, Any]], *, up_to: float = inf, treatments: int = 1) -> Drift:
    r"""Compare the exponents of nested windows with that of the widest one.

    .. math:: z_k = \frac{|\ln(s_k + 1) - \ln(s_\mathrm{wide} + 1)|}{\sqrt{e_k^2 + e_\mathrm{wide}^2}}

    with e the error of ln(s + 1), from the interval or the standard error, whichever is larger. Nested windows share
    modes, so their errors correlate and the root overstates the error of the difference: a drift is never announced
    too early. The threshold on z is that of all comparisons at 95 % together.

    Args:
        windows: entries of `s_of_window` of `claims.exponent_table`.
        up_to: only windows up to this one count, in omega_T1.
        treatments: how many treatments are compared in this way; the threshold is that of all comparisons together.

    Returns:
        The comparison.
    """
    rows = [row for row in windows if row["s"] is not None and row["s"] > -1 and row["window"] <= up_to * (1 + 1e-9)]
    rows = sorted(rows, key=lambda row: row["window"])
    if len(rows) < 2:
        return Drift("undetermined")
    *others, last = rows
    steps = [_step(row, last) for row in others]
    worst = max(steps, key=lambda step: step.size)
    agreeing = list(takewhile(lambda step: max(-step.low, step.high) <= SMALL, reversed(steps)))
    state: Literal["drifts", "constant", "open"] = "open"
    shown = steps[0]
    if worst.size > float(-ndtri(0.025 / (len(steps) * treatments))):
        state = "drifts"
    elif agreeing and agreeing[-1].row["window"] * SPAN <= last["window"] * (1 + 1e-9):
        state, shown = "constant", agreeing[-1]
    return Drift(
        state,
        narrow=shown.row["window"],
        wide=last["window"],
        s_narrow=shown.row["s"],
        s_wide=last["s"],
        low=shown.low,
        high=shown.high,
        worst=worst.row["window"],
        s_worst=worst.row["s"],
    )


def _step(row: dict[str, Any], last: dict[str, Any]) -> _Step:
    change, error = log((row["s"] + 1) / (last["s"] + 1)), hypot(_error(row), _error(last))
    low, high = ((last["s"] + 1) * (_exp(change + sign * TWO_SIDED * error) - 1) for sign in (-1, 1))
    return _Step(row, abs(change) / error, low, high)


def _error(row: dict[str, Any]) -> float:
    """Error of ln(s + 1); infinite where there is none."""
    if row["s_error"] is None:
        return inf
    error = row["s_error"] / (row["s"] + 1)
    low, high = row["s_low"], row["s_high"]
    if low is not None and high is not None and low > -1:
        error = max(error, log((high + 1) / (low + 1)) / (2 * TWO_SIDED))
    return max(error, 1e-12)


def _exp(value: float) -> float:
    return exp(min(value, 50.0))
