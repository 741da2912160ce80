"""Drift of s(W): announced when the errors force it, and never before."""

from __future__ import annotations

import pytest

from hessian_lab.report._drift import drift


def window(place, s, error, low=None, high=None):
    return {"window": place, "s": s, "s_error": error, "s_low": low, "s_high": high}


def test_a_change_of_many_errors_is_a_drift():
    found = drift([window(0.3, 4.0, 0.3), window(0.9, 2.0, 0.05)])
    assert found.state == "drifts"
    assert (found.narrow, found.wide, found.s_narrow, found.s_wide) == (0.3, 0.9, 4.0, 2.0)
    assert 0 < found.low < 2.0 < found.high


def test_the_same_change_inside_its_errors_is_open():
    """2 +- 0.9 against 4 +- 1.5: neither a drift nor a constant."""
    assert drift([window(0.3, 4.0, 1.5), window(0.9, 2.0, 0.9)]).state == "open"


def test_agreement_needs_small_errors():
    assert drift([window(0.3, 4.05, 0.1), window(0.9, 4.0, 0.05)]).state == "constant"
    assert drift([window(0.3, 4.05, 0.6), window(0.9, 4.0, 0.05)]).state == "open"


def test_a_wide_interval_overrules_a_small_standard_error():
    """Few glasses: the studentised interval is wider than 1.96 standard errors, and it counts."""
    assert drift([window(0.3, 4.0, 0.3, low=1.0, high=9.0), window(0.9, 2.0, 0.05)]).state == "open"


def test_a_window_in_between_can_drift_alone():
    """First and last agree, the middle does not."""
    found = drift([window(0.3, 3.0, 0.8), window(0.5, 4.0, 0.1), window(0.9, 3.0, 0.05)])
    assert (found.state, found.worst, found.s_worst) == ("drifts", 0.5, 4.0)


@pytest.mark.parametrize(("treatments", "state"), [(1, "drifts"), (50, "open")])
def test_more_comparisons_need_stronger_evidence(treatments, state):
    """2.4 standard errors: enough for one comparison, chance among fifty."""
    rows = [window(0.3, 3.0, 4 * 2**-0.5 * 0.12), window(0.9, 2.0, 3 * 2**-0.5 * 0.12)]
    assert drift(rows, treatments=treatments).state == state


def test_a_constant_reaches_as_far_as_the_errors_allow():
    """0.9, 0.6 and 0.4 agree within 0.5; of 0.2 nothing is known: constant down to 0.4, and not below."""
    rows = [window(0.2, 4.3, 2.0), window(0.4, 4.1, 0.15), window(0.6, 4.0, 0.1), window(0.9, 4.0, 0.05)]
    found = drift(rows)
    assert (found.state, found.narrow) == ("constant", 0.4)
    assert drift(rows[2:]).state == "open"


def test_undetermined_windows_do_not_count():
    rows = [window(0.2, None, None), window(0.3, 4.0, 0.2), window(0.9, None, None)]
    assert drift(rows).state == "undetermined"
    rows = [window(0.3, 4.0, None), window(0.9, 2.0, 0.05)]
    assert drift(rows).state == "open"
    assert drift([window(0.3, 4.0, 0.1), window(0.5, 4.0, 0.1), window(0.9, 2.0, 0.1)], up_to=0.5).state != "drifts"
