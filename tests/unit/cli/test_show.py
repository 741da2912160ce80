"""What `hessian-lab show` says below its tables, and how wide they are."""

from __future__ import annotations

import io

import pytest
import rich.console

from hessian_lab import Status
from hessian_lab.cli import _show


def row(taper="polynomial:2", failed=(), scan=(), relax_cell="none"):
    """A row of the table: `scan` holds (s, modes, reason), `failed` (status, count)."""
    entries = [
        {"window": 0.5 + 0.1 * k, "s": s, "s_error": None if s is None else 0.3, "modes": modes, "reason": reason}
        for k, (s, modes, reason) in enumerate(scan)
    ]
    numbers = (
        "parent_energy", "inherent_energy", "pressure", "shear_modulus", "omega_t1", "gap_ratio", "gap_ratio_lowest",
    )  # fmt: skip
    return {
        "model": "m", "dimension": 3, "particles": 70, "parental_temperature": "inf", "preparation": "random",
        "taper": taper, "quench": "lbfgs", "relax_cell": relax_cell, "glasses": 9, "flagged": 0, "flag_reasons": {},
        "converged": 9, "saddles": 0, "saddle_visits": 0, "marginal": 0, "rattlers": 0, "shear_unstable": 0,
        "failed": sum(count for _, count in failed), "failed_by_status": {s.label: count for s, count in failed},
        "force_evaluations": None, "window": 0.5, "s": 3.5, "s_low": 3.11, "s_high": 14.22, "modes": 12,
        "s_schirmacher": 2.0, "s_lerner": 4.0, "s_of_window": entries, "reason": {"s": "no confirmed minimum"},
    } | dict.fromkeys([*numbers, *(f"{name}_error" for name in numbers)])  # fmt: skip


def printed(monkeypatch, rows, width, vortices=()):
    """What a terminal of this width shows."""
    stream = io.StringIO()
    ordinary = rich.console.Console
    monkeypatch.setattr(
        rich.console,
        "Console",
        lambda **options: ordinary(file=stream, force_terminal=True, color_system=None, width=width, **options),
    )
    _show._print(rows, [], [], list(vortices))
    return stream.getvalue()


def test_every_reason_that_occurs_is_below_the_windows():
    """Too few modes and too few glasses are two reasons; a determined window has none; no minimum has its own."""
    few = "modes in the window: {}; at least 10 are needed"
    scan = [
        (None, 3, few.format(3)),
        (None, 9, few.format(9)),
        (None, 56, "the modes come from 4 glasses"),
        (2.0, 80, ""),
    ]
    assert _show.undetermined([row(scan=scan)]) == [few.format("3 to 9"), "the modes come from 4 glasses"]
    assert _show.undetermined([row()]) == ["no confirmed minimum"]
    assert _show.undetermined([row(scan=scan[-1:])]) == []


def test_failures_are_listed_with_their_cause():
    rows = [row(), row("local:3", [(Status.NARROW_CELL, 1), (Status.MAX_STEPS, 2)], relax_cell="shear")]
    first, *meanings = _show.failure_lines(rows)
    assert first == "failed: 1 narrow_cell, 2 max_steps (local:3, lbfgs, shear, T = inf)"
    assert [line.split(":")[0] for line in meanings] == ["narrow_cell", "max_steps"]
    assert _show.failure_lines([row()]) == []


def test_every_failure_has_a_meaning():
    assert all(status.meaning for status in Status if status.failed)


@pytest.mark.parametrize("width", [60, 80, 100])
def test_nothing_is_cut_at_the_width_of_a_terminal(monkeypatch, width):
    """Twelve treatments: every line of a table fits, no word is shortened."""
    scan = [(None, 56, "the modes in the window come from 4 glasses; at least 5 are needed"), (2.11, 1234, "")]
    rows = [row(f"polynomial:{m}", scan=scan, relax_cell="pressure") for m in range(1, 13)]
    text = printed(monkeypatch, rows, width)
    assert max(len(line) for line in text.splitlines() if line.endswith(("│", "┃", "┓"))) <= width
    assert "…" not in text
    for said in ("polynomial:12", "3.11 to 14.22", "modes below W", "come from 4 glasses", "[1234]"):
        assert said in text
    assert "Vortex" not in text


@pytest.mark.parametrize("width", [60, 100])
def test_vortices_fit_and_say_why_they_are_missing(monkeypatch, width):
    """Shares with errors, side by side as far as there is room, and reasons below."""
    names = ("rotating_share", "correlated_share", "both_share", "core_asymmetry", "surrogate_asymmetry")
    names += ("prestress_response", "surrogate_prestress")
    base = row() | {"edge": 0.9, "expected_share": 0.05, "modes": 123, "glasses_with_modes": 45, "reason": {}}
    known = base | dict.fromkeys(names, 0.0279) | dict.fromkeys([f"{name}_error" for name in names], 0.0037)
    unknown = base | dict.fromkeys([*names, *(f"{name}_error" for name in names)])
    unknown |= {"taper": "local:7", "reason": {"rotating_share": "the modes have no surrogates"}}
    text = printed(monkeypatch, [row()], width, [known] * 5 + [unknown])
    assert max(len(line) for line in text.splitlines() if line.endswith(("│", "┃", "┓"))) <= width
    assert "…" not in text
    for said in ("Vortex cores below 0.9 omega_T1", "0.0279(37)", "123 (45)", "- : the modes have no surrogates"):
        assert said in text
