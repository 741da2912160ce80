"""The table on synthetic glasses whose exponent, moduli and failures are known."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.claims import exponent_table, paired_differences, publish
from hessian_lab.records import Group, load_run, write_shard

PARTICLES, EDGE = 40, 2 * np.pi / 40 ** (1 / 3)
"""N, and omega_T1 of a box of unit density with modulus 1."""


def columns(exponent, glasses, seed, shift=0):
    """Glasses with about eight modes of g ~ omega^s below omega_T1, the rest above; modulus 1 with 10 % scatter."""
    rng = np.random.default_rng(seed)
    size = 3 * PARTICLES
    omega = np.zeros((glasses, size))
    for row in omega:
        low = EDGE * rng.random(rng.poisson(8)) ** (1 / (exponent + 1))
        row[3:] = np.sort(np.concatenate([low, rng.uniform(EDGE, 4 * EDGE, size - 3 - low.size)]))
    index = np.arange(shift, shift + glasses)
    return {
        "index": index,
        "parent_id": np.array([f"p{k:06d}" for k in index]),
        "glass_id": np.array([f"g{exponent:g}{k:06d}" for k in index]),
        "status": np.full(glasses, int(Status.CONVERGED), np.int8),
        "saddle_visits": np.zeros(glasses, int),
        "rattlers": np.zeros(glasses, int),
        "zero_modes": np.full(glasses, 3),
        "omega": omega,
        "participation": np.full(omega.shape, 0.5),
        "shear_modulus": 1 + 0.1 * rng.standard_normal(glasses),
        "pressure": 2 + 0.05 * rng.standard_normal(glasses),
        "masses": np.ones((glasses, PARTICLES)),
        "cell": np.broadcast_to(np.eye(3) * PARTICLES ** (1 / 3), (glasses, 3, 3)).copy(),
    }


ENSEMBLE = {"model": "polydisperse", "dimension": 3, "particles": PARTICLES, "parental_temperature": "inf"}


def treatment(m):
    return {"taper": f"local:{m}", "order": m, "repulsive": True, "method": {"kind": "fire"}, "potential": {}}


def group(exponent, glasses=400, seed=0, m=2):
    found = columns(exponent, glasses, seed)
    for name in ("parent_id", "glass_id"):
        found[name] = found[name].astype("S")
    return Group(ENSEMBLE, treatment(m), ({"code_version": "test"},), found)


@pytest.mark.parametrize("exponent", [2.0, 4.0])
def test_the_exponent_of_synthetic_glasses_is_recovered(exponent):
    """s(W) at every determined window holds the true exponent in its 99.9 % range; omega_T1 is the analytic one."""
    row = exponent_table([group(exponent)], resamples=300)[0]
    assert row["omega_t1"] == pytest.approx(EDGE, rel=0.01)
    assert abs(row["s"] - exponent) < 3.3 * row["s_error"]
    assert row["s_low"] < row["s"] < row["s_high"]
    for entry in row["s_of_window"]:
        if entry["s"] is not None:
            assert abs(entry["s"] - exponent) < 4 * entry["s_error"]


def test_failures_are_counted_and_kept_out_of_the_statistics():
    """A saddle, a marginal glass and two failures change the counts and nothing else."""
    clean = group(3.0, glasses=60)
    spoiled = {name: np.concatenate([array, array[:4]]) for name, array in clean.columns.items()}
    bad = [Status.SADDLE, Status.MARGINAL, Status.MAX_STEPS, Status.NOT_FINITE]
    spoiled["status"] = np.concatenate([clean["status"], np.array(bad, np.int8)])
    spoiled["omega"][-4:] = np.nan
    spoiled["shear_modulus"][-4:] = np.nan
    # A rattler turns three modes into zero modes; here the three highest, which no window reaches. A contact that the
    # fifth rattler grazes holds two of them.
    spoiled["rattlers"][:5] = 1
    spoiled["zero_modes"][:5] = 6
    spoiled["zero_modes"][4] = 4
    spoiled["omega"][:4, -3:] = 0
    spoiled["omega"][4, -1:] = 0
    a = exponent_table([clean], resamples=200)[0]
    b = exponent_table([Group(ENSEMBLE, treatment(2), (), spoiled)], resamples=200)[0]
    assert (b["glasses"], b["converged"], b["saddles"], b["marginal"], b["failed"]) == (64, 60, 1, 1, 2)
    assert b["failed_by_status"] == {"max_steps": 1, "not_finite": 1}
    assert a["failed_by_status"] == {}
    assert b["rattlers"] == 5
    assert (b["s"], b["shear_modulus"], b["pressure"]) == (a["s"], a["shear_modulus"], a["pressure"])


def test_no_minimum_gives_none_with_reasons():
    """All glasses failed: the row stands, every number is None, every None has its reason, the JSON is valid."""
    dead = group(3.0, glasses=5)
    dead.columns["status"][:] = int(Status.MAX_STEPS)
    row = exponent_table([dead], resamples=200)[0]
    assert (row["glasses"], row["converged"], row["failed"]) == (5, 0, 5)
    assert row["s"] is None
    assert row["shear_modulus"] is None
    for name, value in row.items():
        assert value is not None or row["reason"][name]
    json.dumps(row, allow_nan=False)


def test_unstable_glasses_stay_in_the_mean_modulus():
    """mu <= 0 is counted, not dropped."""
    some = group(3.0, glasses=50)
    some.columns["shear_modulus"][:2] = -0.5
    row = exponent_table([some], resamples=200)[0]
    assert row["shear_unstable"] == 2
    assert row["shear_modulus"] == pytest.approx(some["shear_modulus"].mean())


def test_a_real_difference_is_found_and_none_is_not_invented():
    """Same parents: s = 4 against 2 differs; the same glasses under two names do not."""
    rows = paired_differences([group(4.0, m=2), group(2.0, seed=1, m=3)], resamples=300)
    assert len(rows) == 1
    assert rows[0]["low"] > 0.5
    assert rows[0]["low"] < 2 < rows[0]["high"]
    twin = paired_differences([group(3.0, m=2), group(3.0, m=3)], resamples=300)[0]
    assert twin["difference"] == pytest.approx(0, abs=1e-12)
    assert twin["standard_error"] < 1e-6


def test_only_common_parents_are_paired():
    """A parent that failed under one taper leaves both sides."""
    a, b = group(3.0, glasses=50, m=2), group(3.0, glasses=50, seed=5, m=3)
    b.columns["status"][:7] = int(Status.SADDLE)
    assert paired_differences([a, b], resamples=200)[0]["glasses"] == 43


def test_published_shards_give_the_same_table(tmp_path):
    """Lowest modes only: every exponent and the lowest gap ratio unchanged, the bulk one undetermined with a reason."""
    stamp = {"code_version": "test"}
    run = tmp_path / "run"
    write_shard(run / "shards" / "a.h5", columns(3.0, 80, 3), ENSEMBLE, treatment(2), stamp, partial=True)
    publish(run, tmp_path / "kept", resamples=200)
    full = exponent_table(load_run(run), resamples=200)[0]
    kept = exponent_table(load_run(tmp_path / "kept"), resamples=200)[0]
    assert kept["s_of_window"] == full["s_of_window"]
    assert kept["gap_ratio_lowest"] == full["gap_ratio_lowest"]
    assert full["gap_ratio"] is not None
    assert kept["gap_ratio"] is None
    assert "published" in kept["reason"]["gap_ratio"]
    stored = json.loads((tmp_path / "kept" / "table.json").read_text())
    assert stored["rows"][0]["s"] == full["s"]
