"""Campaigns with prepared parents, through the program: the plan, kills in the parent stage, flags in every output."""

from __future__ import annotations

import html
import json
import os
import re
import signal
import time

import numpy as np
import pytest

from hessian_lab.records import list_parents, list_shards, load_run, read_parents

from .test_resume import start

PREPARED = """
name = "prepared"
seed = 11
parent_shard_size = 1

[[ensembles]]
model = "polydisperse"
particles = 70
glasses = 4
parental_temperature = ["inf", 0.3]
preparation = { kind = "swap", sweeps = 60 }
methods = ["fire", "lbfgs"]
"""
"""Random and prepared parents, two quench methods; the runs are far too short for equilibrium."""


@pytest.fixture(scope="module")
def prepared_run(program, tmp_path_factory):
    """A finished run, its campaign, and what the program said."""
    folder = tmp_path_factory.mktemp("prepared")
    campaign = folder / "prepared.toml"
    campaign.write_text(PREPARED)
    done = program("run", campaign, "--out", folder / "run", "--workers", 1)
    assert done.returncode == 0, done.stderr
    return folder / "run", campaign, done


def test_the_plan_is_printed_before_the_work(prepared_run, program):
    """What will be prepared and quenched, then both stages' progress; a second run has nothing left."""
    run, campaign, done = prepared_run
    lines = done.stderr.splitlines()
    assert lines[0].endswith("parents to prepare 4 of 4, glasses to quench 16 of 16")
    assert "T = inf: 4 random parents, made on the fly; glasses to quench 8 of 8 (2 treatments)" in lines[1]
    assert "T = 0.3: parents to prepare 4 of 4 (swap in polynomial:2); glasses to quench 8 of 8" in lines[2]
    assert "parents: 4 of 4" in lines
    assert "glasses: 16 of 16" in lines
    before = {path: path.stat().st_mtime_ns for path in [*list_parents(run), *list_shards(run)]}
    again = program("run", campaign, "--out", run)
    assert "parents to prepare 0 of 4, glasses to quench 0 of 16" in again.stderr
    assert before == {path: path.stat().st_mtime_ns for path in [*list_parents(run), *list_shards(run)]}


def test_methods_share_their_parents_and_temperatures_do_not(prepared_run):
    """Bit for bit the same parents under both methods, as they stand in the files; others at the other temperature."""
    groups = load_run(prepared_run[0])
    assert [(group.temperature, group.quench) for group in groups] == [
        (np.inf, "fire"), (np.inf, "lbfgs"), (0.3, "fire"), (0.3, "lbfgs"),
    ]  # fmt: skip
    for a, b in (groups[:2], groups[2:]):
        np.testing.assert_array_equal(a["parent_positions"], b["parent_positions"])
    assert not set(groups[0]["parent_id"]) & set(groups[2]["parent_id"])
    stored = {}
    for path in list_parents(prepared_run[0]):
        columns = read_parents(path).columns
        stored |= dict(zip(columns["parent_id"], columns["positions"], strict=True))
    for identity, positions in zip(groups[2]["parent_id"], groups[2]["parent_positions"], strict=True):
        np.testing.assert_array_equal(stored[identity], positions)


def test_a_run_killed_among_its_parents_continues_with_the_same_parents(tmp_path, prepared_run, program):
    """kill -9 after the first file of parents: what is finished stays, and the whole is that of an undisturbed run."""
    campaign, out = tmp_path / "prepared.toml", tmp_path / "run"
    # The prepared parents under one method: what comes after them is no part of this.
    campaign.write_text(PREPARED.replace('["inf", 0.3]', "[0.3]").replace('["fire", "lbfgs"]', '["fire"]'))
    process = start(campaign, out, "--workers", 1)
    deadline = time.time() + 200
    while not list_parents(out) and time.time() < deadline and process.poll() is None:
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    survivors = {path: path.stat().st_mtime_ns for path in [*list_parents(out), *list_shards(out)]}
    assert 1 <= len(list_parents(out)) < 4
    done = program("run", campaign, "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    assert all(path.stat().st_mtime_ns == made for path, made in survivors.items())
    assert not list(out.glob("*/.*.part"))
    assert [path.name for path in list_parents(out)] == [path.name for path in list_parents(prepared_run[0])]
    for path, reference in zip(list_parents(out), list_parents(prepared_run[0]), strict=True):
        known = read_parents(reference).columns
        for name, array in read_parents(path).columns.items():
            np.testing.assert_array_equal(array, known[name])
    undisturbed = [group for group in load_run(prepared_run[0]) if (group.temperature, group.quench) == (0.3, "fire")]
    for group, reference in zip(load_run(out), undisturbed, strict=True):
        np.testing.assert_array_equal(group["glass_id"], reference["glass_id"])
        np.testing.assert_allclose(group["energy"], reference["energy"], rtol=1e-12)


def test_flags_are_in_every_output(prepared_run, program, tmp_path):
    """Parents that ran too short: counted by `show`, marked in its tables and the report, kept by `publish`."""
    run = prepared_run[0]
    table = json.loads(program("show", run, "--json").stdout)
    assert [row["flagged"] for row in table["rows"]] == [0, 0, 4, 4]
    too_short = {"run too short to be judged: 4 looks at the energy, 32 are needed": 4}
    assert all(row["flag_reasons"] == too_short for row in table["rows"][2:])
    assert [(row["varies"], row["flagged"] > 0) for row in table["differences"]] == [
        ("method", False),
        ("method", True),
    ]
    assert [row["glasses"] <= 4 for row in table["distances"]] == [True, True]
    printed = program("show", run).stdout
    assert "4 †" in printed
    assert "† T = 0.3 (swap): 4 of 4 parents are not shown to be at equilibrium" in printed
    assert "looks at the energy, 32 are needed (4)" in printed
    assert program("publish", run, "--out", tmp_path / "kept").returncode == 0
    kept = json.loads(program("show", tmp_path / "kept", "--json").stdout)
    assert [row["flagged"] for row in kept["rows"]] == [0, 0, 4, 4]
    assert program("report", run).returncode == 0
    page = re.sub(
        r"<style>.*?</style>|data:image/png;base64,[A-Za-z0-9+/=]+", "", (run / "report.html").read_text(), flags=re.S
    )
    text = html.unescape(re.sub(r"<[^>]*>", " ", page))
    assert "m = 2 (polynomial), lbfgs † 4" in text
    assert "Distance between minima reached, by method" in text
    assert "Parents not shown to be at equilibrium: 4 of 4" in text
