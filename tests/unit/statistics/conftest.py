"""Synthetic spectra whose exponent is known."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from hessian_lab.statistics import Spectra


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(20250921)


@pytest.fixture
def power_law() -> Callable[..., Spectra]:
    """Glasses with a Poisson number of independent modes, g ~ omega^s below 1; each mode may come several times."""

    def make(rng: np.random.Generator, glasses: int, per_glass: float, s: float, copies: int = 1) -> Spectra:
        counts = rng.poisson(per_glass, glasses) * copies
        omega = [np.repeat(0.999999 * rng.uniform(size=n // copies) ** (1 / (s + 1)), copies) for n in counts]
        return Spectra.from_lists(omega, 100 * copies, known_up_to=1.0)

    return make
