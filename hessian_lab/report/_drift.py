"""Whether s(W) changes with the window: the question that comes before every comparison with an asymptotic exponent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, hypot, inf, log
from typing import Any, Literal

from scipy.special import ndtri

SMALL = 0.5
"""Change of s below which windows count as agreeing: half of the distance of the rival exponents' nearest pair."""

TWO_SIDED = float(ndtri(0.975))


@dataclass(frozen=True)
class Drift:
    """Comparison of the determined windows of one treatment.

    Attributes:
        state: 'drifts': at least one window disagrees with the widest one; 'constant': none does, and the narrowest
            agrees with the widest within 0.5 at 95 %; 'open': the errors allow both; 'undetermined': fewer than two
            windows.
        narrow: narrowest determined window, in omega_T1.
        wide: widest determined window, in omega_T1.
        s_narrow: exponent in the narrowest window.
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


def drift(windows: Sequence[dict[str, Any]], *, up_to: float = inf) -> Drift:
    r"""Compare the exponents of nested windows with that of the widest one.

    .. math:: z_k = \frac{|\ln(s_k + 1) - \ln(s_\mathrm{wide} + 1)|}{\sqrt{e_k^2 + e_\mathrm{wide}^2}}

    with e the error of ln(s + 1), from the interval or the standard error, whichever is larger. Nested windows share
    modes, so their errors correlate and the root overstates the error of the difference: a drift is never announced
    too early. The threshold on z is that of K comparisons at 95 % together.

    Args:
        windows: entries of `s_of_window` of `claims.exponent_table`.
        up_to: only windows up to this one count, in omega_T1.

    Returns:
        The comparison.
    """
    rows = [row for row in windows if row["s"] is not None and row["s"] > -1 and row["window"] <= up_to * (1 + 1e-9)]
    rows = sorted(rows, key=lambda row: row["window"])
    if len(rows) < 2:
        return Drift("undetermined")
    *others, last = rows
    own = _error(last)
    steps = [(log((row["s"] + 1) / (last["s"] + 1)), hypot(_error(row), own), row) for row in others]
    threshold = float(-ndtri(0.025 / len(steps)))
    sizes = [abs(step) / error for step, error, _ in steps]
    worst = steps[max(range(len(steps)), key=sizes.__getitem__)][2]
    step, error, first = steps[0]
    low, high = ((last["s"] + 1) * (_exp(step + sign * TWO_SIDED * error) - 1) for sign in (-1, 1))
    if max(sizes) > threshold:
        state: Literal["drifts", "constant", "open"] = "drifts"
    else:
        state = "constant" if max(-low, high) <= SMALL else "open"
    return Drift(state, first["window"], last["window"], first["s"], last["s"], low, high, worst["window"], worst["s"])


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
