"""One thread of XLA: asked for by programs, not by the library, and never against the user."""

import os
import subprocess
import sys

import pytest

from hessian_lab._core.threads import ONE_THREAD, use_one_thread


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (None, ONE_THREAD),
        ("--xla_gpu_autotune_level=0", f"--xla_gpu_autotune_level=0 {ONE_THREAD}"),
        ("--xla_cpu_multi_thread_eigen=true", "--xla_cpu_multi_thread_eigen=true"),
    ],
)
def test_flags_of_the_user_stay(monkeypatch, given, expected):
    if given is None:
        monkeypatch.delenv("XLA_FLAGS", raising=False)
    else:
        monkeypatch.setenv("XLA_FLAGS", given)
    use_one_thread()
    assert os.environ["XLA_FLAGS"] == expected


def test_importing_the_package_changes_no_environment():
    program = "import os; before = dict(os.environ); import hessian_lab.spectrum; assert dict(os.environ) == before"
    environment = {key: value for key, value in os.environ.items() if key != "XLA_FLAGS"}
    done = subprocess.run([sys.executable, "-c", program], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
