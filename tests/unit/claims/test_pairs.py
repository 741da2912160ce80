"""Pairs of treatments: who is compared with whom, flags of parents, and distances between minima."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.claims import (
    compares_methods,
    exponent_table,
    method_distances,
    paired_differences,
    pairs,
    publish,
    schirmacher_exponent,
    tables,
)
from hessian_lab.records import Group, load_run, write_shard

PARTICLES, LENGTH = 30, 30 ** (1 / 3)


def ensemble(temperature, preparation="random"):
    return {
        "model": "polydisperse", "dimension": 3, "particles": PARTICLES, "parental_temperature": temperature,
        "preparation": {"kind": preparation},
    }  # fmt: skip


def treatment(m=2, method="fire", relax_cell="none", **more):
    table = {
        "taper": f"local:{m}",
        "order": m,
        "repulsive": True,
        "method": {"kind": method} | more,
        "potential": {"m": m},
    }
    return table | ({} if relax_cell == "none" else {"relax_cell": relax_cell})


def columns(glasses=20, seed=0, temperature="inf", moves=0.0, flagged=()):
    """Random spectra; minima displaced by Gaussian `moves` from positions that the parent alone decides."""
    positions = np.random.default_rng(99).random((glasses, PARTICLES, 3)) * LENGTH
    rng = np.random.default_rng(seed)
    omega = np.sort(rng.uniform(0.2, 8, (glasses, 3 * PARTICLES)), axis=1)
    omega[:, :3] = 0
    found = {
        "index": np.arange(glasses),
        "parent_id": np.array([f"{temperature}-{k:03d}" for k in range(glasses)], "S"),
        "glass_id": np.array([f"{seed}-{temperature}-{k:03d}" for k in range(glasses)], "S"),
        "status": np.full(glasses, int(Status.CONVERGED), np.int8),
        "saddle_visits": np.zeros(glasses, int),
        "rattlers": np.zeros(glasses, int),
        "zero_modes": np.full(glasses, 3),
        "omega": omega,
        "shear_modulus": 1 + 0.1 * rng.standard_normal(glasses),
        "pressure": np.full(glasses, 2.0),
        "masses": np.ones((glasses, PARTICLES)),
        "cell": np.broadcast_to(np.eye(3) * LENGTH, (glasses, 3, 3)).copy(),
        "positions": positions + moves * rng.standard_normal(positions.shape),
        "energy": PARTICLES * (0.3 + moves + 0.01 * rng.standard_normal(glasses)),
        "force_evaluations": np.arange(100, 100 + glasses),
    }
    if temperature != "inf":
        found["equilibrated"] = np.array([k not in flagged for k in range(glasses)])
        reasons = [
            f"energy drifts by {k}.1 standard errors over the last half; overlap still 0.71 after 30, half the run"
            for k in range(glasses)
        ]
        found["equilibration_reason"] = np.array([reasons[k] if k in flagged else "" for k in range(glasses)], "S")
        found["parent_energy"] = np.full(glasses, 0.8)
    return found


def group(temperature="inf", m=2, method="fire", relax_cell="none", **options):
    preparation = "random" if temperature == "inf" else "swap"
    return Group(
        ensemble(temperature, preparation),
        treatment(m, method, relax_cell),
        (),
        columns(temperature=temperature, **options),
    )


def test_pairs_differ_in_exactly_one_thing():
    """Two temperatures x two tapers x two methods x two relaxations: 12 pairs a temperature, none across."""
    groups = [
        group(t, m, method, relax, seed=k)
        for k, (t, m, method, relax) in enumerate(
            (t, m, method, relax)
            for t in ("inf", 0.1)
            for m in (1, 2)
            for method in ("fire", "lbfgs")
            for relax in ("none", "shear")
        )
    ]
    found = [(part, a, b) for part, a, b in pairs(groups)]
    assert len(found) == 24
    for part, a, b in found:
        assert a.temperature == b.temperature
        same = {"taper": a.taper == b.taper, "method": a.quench == b.quench, "relax_cell": a.relax_cell == b.relax_cell}
        assert [name for name, equal in same.items() if not equal] == [part]
    assert len(list(pairs(groups, "method"))) == 8
    rows = paired_differences(groups, resamples=100)
    assert [row["varies"] for row in rows].count("taper") == 8
    assert all(row["glasses"] == 20 for row in rows)


def test_a_method_with_other_parameters_is_another_method():
    """Two FIREs that differ in a parameter are compared too."""
    a, b = group(), group(seed=1)
    b = Group(b.ensemble, treatment(dt_max=0.5), (), b.columns)
    assert [part for part, *_ in pairs([a, b])] == ["method"]


def test_flags_of_parents_stand_in_every_row():
    """Three of twenty parents failed: in the table, in paired differences and in distances, with the reasons."""
    groups = [group(0.1, m, flagged=(3, 4, 9), seed=m) for m in (1, 2)] + [
        group(0.1, 2, "lbfgs", flagged=(3, 4, 9), seed=5)
    ]
    for row in exponent_table(groups, resamples=100):
        assert row["flagged"] == 3
        assert row["flag_reasons"] == {
            "energy drifts by 3.1 to 9.1 standard errors over the last half": 3,
            "overlap still 0.71 after 30, half the run": 3,
        }  # fmt: skip
        assert (row["preparation"], row["relax_cell"]) == ("swap", "none")
        assert row["parent_energy"] == pytest.approx(0.8)
    assert [row["flagged"] for row in paired_differences(groups, resamples=100)] == [3, 3]
    assert [entry.row["flagged"] for entry in method_distances(groups, resamples=100)] == [3]
    assert exponent_table([group()], resamples=100)[0]["flagged"] == 0


def test_distances_between_the_minima_of_two_methods():
    """Gaussian displacements of 0.1 in each direction: sqrt(3 (1 - 1/N)) 0.1 sqrt(2); energies as put in."""
    a, b = group(moves=0.1, seed=1), group(method="lbfgs", moves=0.1, seed=2)
    (found,) = method_distances([a, b], resamples=500)
    expected = 0.1 * np.sqrt(2 * 3 * (1 - 1 / PARTICLES))
    error = found.distances.std(ddof=1) / np.sqrt(20)
    assert abs(found.row["distance"] - expected) < 4 * error
    assert found.row["distance_low"] < found.row["distance"] < found.row["distance_high"]
    assert found.row["distance_high"] - found.row["distance_low"] == pytest.approx(2 * 1.96 * error, rel=0.3)
    np.testing.assert_allclose(found.energies, (a["energy"] - b["energy"]) / PARTICLES)
    assert (found.row["same"], found.row["same_share_low"]) == (0, 0.0)
    # Nothing in 20 does not exclude one in ten.
    assert 0.1 < found.row["same_share_high"] < 0.2


def test_the_same_minimum_is_recognised_and_failures_are_left_out():
    """Equal positions up to a translation and rounding are one minimum; a saddle of one method has no distance."""
    a, b = group(), group(method="lbfgs", seed=3)
    b.columns["positions"] = (
        a["positions"] + 0.7 + 1e-9 * np.random.default_rng(0).standard_normal(a["positions"].shape)
    )
    b.columns["status"][:4] = int(Status.SADDLE)
    b.columns["positions"][5] += 0.02 * np.random.default_rng(1).standard_normal((PARTICLES, 3))
    (found,) = method_distances([a, b], resamples=100)
    assert (found.row["glasses"], found.row["same"]) == (16, 15)
    none = Group(b.ensemble, b.treatment, (), dict(b.columns, status=np.full(20, int(Status.SADDLE), np.int8)))
    (empty,) = method_distances([a, none], resamples=100)
    assert (empty.row["glasses"], empty.row["distance"], empty.row["reason"]) == (0, None, "no common minima")
    json.dumps(empty.row, allow_nan=False)


def test_relaxed_cells_are_not_compared_by_distance():
    """Their cells differ, so there is no common frame."""
    groups = [group(relax_cell="shear"), group(method="lbfgs", relax_cell="shear", seed=1)]
    assert not compares_methods(groups)
    assert method_distances(groups) == []


def test_a_parent_at_zero_temperature_has_no_prediction():
    """Cooled and jointly minimised samples are not stable glasses of a low temperature."""
    assert schirmacher_exponent("polydisperse", 3, 2, True, 0.0).s is None
    assert schirmacher_exponent("polydisperse", 3, 2, True, 0.07).s == 4


def test_flags_and_distances_are_published(tmp_path):
    """The published folder keeps the flags of the parents; its table keeps the distances."""
    run = tmp_path / "run"
    for place, (method, seed) in enumerate((("fire", 1), ("lbfgs", 2))):
        table = columns(seed=seed, temperature=0.1, flagged=(0, 7), moves=0.05) | {
            "participation": np.full((20, 90), 0.5)
        }
        path = run / "shards" / f"{method}.h5"
        write_shard(path, table, ensemble(0.1, "swap"), treatment(2, method), {}, (0, place), partial=True)
    publish(run, tmp_path / "kept", resamples=100)
    kept = load_run(tmp_path / "kept")
    assert [entry.flagged.sum() for entry in kept] == [2, 2]
    stored = json.loads((tmp_path / "kept" / "table.json").read_text())
    assert [row["flagged"] for row in stored["rows"]] == [2, 2]
    assert len(stored["distances"]) == 1
    assert stored["distances"][0]["quench"] == "fire / lbfgs"
    assert tables(tmp_path / "kept", kept, resamples=100)["distances"] == []
