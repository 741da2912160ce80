"""Nothing finished is lost: kills, changed shard sizes, longer campaigns, damaged files, two runners."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import numpy as np
import pytest

from hessian_lab.campaign import load_campaign, plan, run_campaign
from hessian_lab.records import list_shards, load_run

from .conftest import SMALL


def start(campaign, out, *options):
    """The program in a process group of its own, so that its workers can be killed with it."""
    command = [
        sys.executable,
        "-c",
        "from hessian_lab.cli import main; main()",
        "run",
        campaign,
        "--out",
        out,
        *options,
    ]
    return subprocess.Popen(
        [str(word) for word in command],
        stderr=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        start_new_session=True,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )


def alive(group):
    """Whether any process of a group is left."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    return True


def test_a_killed_run_continues_and_has_every_sample_once(tmp_path, small_run, program):
    """kill -9 in the middle, then one worker: the union of the shards is the whole campaign, glass for glass."""
    campaign, out = tmp_path / "small.toml", tmp_path / "run"
    campaign.write_text(SMALL)
    process = start(campaign, out)
    deadline = time.time() + 200
    while not list_shards(out) and time.time() < deadline and process.poll() is None:
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    survivors = {path: path.stat().st_mtime_ns for path in list_shards(out)}
    assert survivors
    done = program("run", campaign, "--out", out, "--workers", 1)
    assert done.returncode == 0, done.stderr
    for path, made in survivors.items():
        assert path.stat().st_mtime_ns == made
    assert not list(out.glob("shards/.*.part"))
    for group, reference in zip(load_run(out), load_run(small_run), strict=True):
        np.testing.assert_array_equal(group["index"], np.arange(7))
        np.testing.assert_array_equal(group["glass_id"], reference["glass_id"])
        # Two workers or one, killed or not: the same device gives the same minima.
        np.testing.assert_array_equal(group["parent_positions"], reference["parent_positions"])
        np.testing.assert_allclose(group["energy"], reference["energy"], rtol=1e-12)
        np.testing.assert_allclose(group["omega"], reference["omega"], atol=1e-7)


@pytest.mark.parametrize(
    ("kill", "workers", "status"),
    [
        (signal.SIGTERM, 2, 130),
        (signal.SIGINT, 2, 130),
        (signal.SIGINT, 1, 130),
        (signal.SIGKILL, 2, -signal.SIGKILL),
    ],
)
def test_an_interrupted_runner_ends_with_its_workers(tmp_path, kill, workers, status):
    """Ctrl-C or a batch system's kill: the stated exit status, no worker left, and whole shards only."""
    campaign, out = tmp_path / "small.toml", tmp_path / "run"
    campaign.write_text(SMALL.replace("glasses = 7", "glasses = 400"))
    process = start(campaign, out, "--workers", workers)
    deadline = time.time() + 200
    while not list_shards(out) and time.time() < deadline:
        time.sleep(0.05)
    assert list_shards(out)
    os.kill(process.pid, kill)
    assert process.wait(timeout=60) == status
    while time.time() < deadline and alive(process.pid):
        time.sleep(0.2)
    assert not alive(process.pid)
    assert all(group["index"].size for group in load_run(out))


@pytest.mark.parametrize("delay", [2.0, 4.0, 6.0])
def test_an_interruption_while_compiling_is_obeyed(tmp_path, delay):
    """An interruption inside compiled code neither crashes nor gets lost."""
    campaign = tmp_path / "small.toml"
    campaign.write_text(SMALL.replace("glasses = 7", "glasses = 2000"))
    process = start(campaign, tmp_path / "run", "--workers", 1)
    time.sleep(delay)
    os.kill(process.pid, signal.SIGINT)
    assert process.wait(timeout=60) == 130


def test_a_longer_campaign_and_another_shard_size_keep_what_exists(tmp_path, small_run):
    """The plan asks for the missing glasses only, in blocks of the new size."""
    campaign = load_campaign(small_run.parent / "small.toml")
    longer = campaign.model_copy(
        update={"ensembles": (campaign.ensembles[0].model_copy(update={"glasses": 12}),), "shard_size": 4}
    )
    todo = plan(longer, small_run, 4)
    assert (todo.finished, todo.total) == (14, 24)
    assert sorted(index for task in todo.tasks for index in task.indices) == sorted(2 * [7, 8, 9, 10, 11])


def test_tapers_share_their_parents(small_run):
    """The same parents, bit for bit, under every taper; different glasses."""
    a, b = load_run(small_run)
    np.testing.assert_array_equal(a["parent_id"], b["parent_id"])
    np.testing.assert_array_equal(a["parent_positions"], b["parent_positions"])
    assert not set(a["glass_id"]) & set(b["glass_id"])


def test_shards_carry_their_provenance(small_run):
    """Versions, device, seed and hash of the campaign with every result."""
    campaign = load_campaign(small_run.parent / "small.toml")
    for group in load_run(small_run):
        for stamp in group.provenance:
            assert stamp["campaign_hash"] == campaign.identity
            assert stamp["seed"] == "7"
            assert {"code_version", "jax", "device", "python"} <= stamp.keys()


def test_one_runner_per_folder(tmp_path, small_run, program):
    """A second runner of the same folder is refused while the first holds it."""
    import fcntl

    with open(small_run / ".lock", "a+") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        done = program("run", small_run.parent / "small.toml", "--out", small_run)
    assert done.returncode == 3
    assert "in use" in done.stderr


def test_a_damaged_shard_is_named(tmp_path, small_run, program):
    """Reading a truncated shard ends with its name and what to do."""
    import shutil

    shutil.copytree(small_run, tmp_path / "run")
    victim = list_shards(tmp_path / "run")[0]
    victim.write_bytes(victim.read_bytes()[:1000])
    done = program("show", tmp_path / "run")
    assert done.returncode == 3
    assert victim.name in done.stderr
    assert "delete it" in done.stderr


def test_compilations_of_a_four_taper_campaign(tmp_path):
    """Compilation is the hidden cost: one loop per form of law, whatever the number of glasses."""
    import jax

    compiled = []

    def listen(event, duration, **_):
        if event == "/jax/core/compile/backend_compile_duration":
            compiled.append(duration)

    text = SMALL.replace(
        '["polynomial:2", "polynomial:3"]', '["polynomial:1", "polynomial:2", "polynomial:3", "force-shift"]'
    )
    campaign = tmp_path / "four.toml"
    campaign.write_text(text.replace("glasses = 7", "glasses = 4"))
    jax.monitoring.register_event_duration_secs_listener(listen)
    try:
        run_campaign(load_campaign(campaign), tmp_path / "run", workers=1)
    finally:
        jax.monitoring.clear_event_listeners()
    assert len(compiled) >= 4, "the listener heard nothing"
    # 4 tapers x (start, chunk at one or two table widths, pair evaluation, stiff time) and shared small programs.
    assert len(compiled) <= 110
    assert all(group["status"].size == 4 for group in load_run(tmp_path / "run"))
