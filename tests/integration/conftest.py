"""Runs the installed program as a user would: a process of its own, results on standard output."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

SMALL = """
name = "small"
seed = 7
shard_size = 3

[[ensembles]]
model = "polydisperse"
particles = 70
glasses = 7
tapers = ["polynomial:2", "polynomial:3"]
eigenvectors = 2
"""
"""Two tapers, seven glasses each: seconds of work."""


@pytest.fixture(scope="session")
def program() -> Callable[..., subprocess.CompletedProcess[str]]:
    """Call `hessian-lab` with some words; returns the finished process."""
    environment = os.environ | {"OMP_NUM_THREADS": "1"}

    def call(*words: object, timeout: float = 280) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-c", "from hessian_lab.cli import main; main()", *map(str, words)]
        return subprocess.run(command, capture_output=True, text=True, timeout=timeout, env=environment, check=False)

    return call


@pytest.fixture(scope="session")
def small_run(program, tmp_path_factory) -> Path:
    """A finished run of the small campaign."""
    folder = tmp_path_factory.mktemp("small")
    campaign = folder / "small.toml"
    campaign.write_text(SMALL)
    done = program("run", campaign, "--out", folder / "run", "--workers", 1)
    assert done.returncode == 0, done.stderr
    return folder / "run"


@pytest.fixture(scope="session")
def small_shown(program, small_run) -> str:
    """What `show --json` prints of it."""
    done = program("show", small_run, "--json")
    assert done.returncode == 0, done.stderr
    return done.stdout
