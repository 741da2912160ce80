"""What every test stands on: float64, one kind of random numbers, and the rules for the two markers."""

from __future__ import annotations

from pathlib import Path

import jax
import numpy as np
import pytest

from hessian_lab._core.threads import use_one_thread

use_one_thread()
jax.config.update("jax_enable_x64", True)

VALIDATION = Path(__file__).parent / "validation"


@pytest.fixture
def rng() -> np.random.Generator:
    """A generator with a fixed seed, new for every test."""
    return np.random.default_rng(20250921)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip `gpu` tests without an accelerator; refuse `slow` ones outside tests/validation."""
    for item in items:
        if item.get_closest_marker("slow") and VALIDATION not in item.path.parents:
            raise pytest.UsageError(f"{item.nodeid} is marked slow; slow tests live in tests/validation")
        if item.get_closest_marker("gpu") and jax.default_backend() == "cpu":
            item.add_marker(pytest.mark.skip(reason="needs an accelerator; jax found the CPU only"))
