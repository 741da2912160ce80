"""The plain swap Monte Carlo loop as a side."""

from __future__ import annotations

from typing import Any

import numpy as np

from .. import _decorrelation
from .._protocol import MissingPeerError, Work
from .._starts import Starts


def _engine() -> Any:
    try:
        from . import numba_swap
    except ImportError as error:
        raise MissingPeerError(f"numba cannot be loaded ({error}); install the extra 'peers'") from None
    return numba_swap


class Walkers:
    """One glass after the other; a `Sampler`."""

    def __init__(self, starts: Starts, options: dict[str, Any]) -> None:
        engine = _engine()
        self.glasses = [
            engine.Walker(starts.positions[k], starts.diameters[k], starts.edge, options["temperature"], number=k)
            for k in range(options["batch"])
        ]

    def advance(self, sweeps: int) -> None:
        """As `Sampler.advance`."""
        for glass in self.glasses:
            glass.advance(sweeps)

    def energies(self) -> np.ndarray:
        """As `Sampler.energies`."""
        return np.array([glass.energy for glass in self.glasses])

    def positions(self) -> np.ndarray:
        """As `Sampler.positions`."""
        return np.array([glass.positions for glass in self.glasses])

    def counts(self) -> np.ndarray:
        """As `Sampler.counts`."""
        return np.sum([glass.counts for glass in self.glasses], axis=0)


def rate(starts: Starts, options: dict[str, Any]) -> Work:
    """Attempts with the same shares and sizes as ours."""
    return _decorrelation.rate(Walkers(starts, options), starts.positions.shape[1], options)


def memory(starts: Starts, options: dict[str, Any]) -> Work:
    """Decorrelation of the same."""
    return _decorrelation.memory(Walkers(starts, options), starts, options)
