"""Our swap Monte Carlo."""

from __future__ import annotations

from typing import Any

import numpy as np

from ...potentials import Potential, named_model
from ...sampling import SwapMonteCarlo
from ...sampling._swap import MonteCarloState, advance, keys_of, start
from ...systems import Configuration
from .. import _decorrelation
from .._protocol import Work
from .._starts import Starts


class Batch:
    """All glasses at once; a `Sampler`."""

    def __init__(self, potential: Potential, samples: list[Configuration], temperature: float) -> None:
        self.potential = potential
        names = [f"glass {k}" for k in range(len(samples))]
        self.state: MonteCarloState = start(potential, samples, temperature, keys_of(names, "benchmark"))
        self._counts = np.zeros(4, np.int64)

    def advance(self, sweeps: int) -> None:
        """As `Sampler.advance`."""
        self.state, counts = advance(self.potential, SwapMonteCarlo(), self.state, sweeps)
        parts = (counts.moves, counts.accepted_moves, counts.swaps, counts.accepted_swaps)
        self._counts += np.array([int(part.sum()) for part in parts])

    def energies(self) -> np.ndarray:
        """As `Sampler.energies`."""
        return np.asarray(self.state.energy)

    def positions(self) -> np.ndarray:
        """As `Sampler.positions`."""
        return np.asarray(self.state.positions)

    def counts(self) -> np.ndarray:
        """As `Sampler.counts`."""
        return self._counts.copy()


def _batch(starts: Starts, options: dict[str, Any]) -> Batch:
    return Batch(named_model(options["model"]).build(), starts.configurations(), options["temperature"])


def rate(starts: Starts, options: dict[str, Any]) -> Work:
    """Attempts of `SwapMonteCarlo` with its defaults, neighbour tables included."""
    return _decorrelation.rate(_batch(starts, options), starts.positions.shape[1], options)


def memory(starts: Starts, options: dict[str, Any]) -> Work:
    """Decorrelation of the same."""
    return _decorrelation.memory(_batch(starts, options), starts, options)
