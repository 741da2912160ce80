"""Notebooks run, and both sides of a pair hold the same cells."""

from __future__ import annotations

import os
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

FOLDER = Path(__file__).parents[2] / "notebooks"
SAID = {"first_glass.py": "3 zero modes, 0 negative", "modes.py": "called vortices: 5 of 5"}
"""What each notebook finds out."""

PAIR = runpy.run_path(str(FOLDER / "pair.py"))


@pytest.mark.parametrize("path", PAIR["sources"](), ids=lambda path: path.name)
def test_a_notebook_runs_and_its_twin_agrees(path, tmp_path):
    """The program ends without an error and says what it found; the .ipynb is what `pair.py` would write."""
    assert path.with_suffix(".ipynb").read_text() == PAIR["notebook"](path)
    done = subprocess.run(
        [sys.executable, str(path)], capture_output=True, text=True, cwd=tmp_path, timeout=250, check=False,
        env=os.environ | {"OMP_NUM_THREADS": "1"},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert SAID[path.name] in done.stdout
