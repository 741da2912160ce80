"""What moves a batch of samples: dynamics, swap Monte Carlo, or both in turn, behind one face."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import jax.numpy as jnp
import numpy as np
from jaxtyping import Float

from ..potentials import Potential
from ..systems import Configuration
from . import _swap
from ._batch import CHUNK, Dynamics
from ._preparations import Hybrid, Swap

LOOKS = 1024
"""Looks at the energy in a run of Monte Carlo, at most."""

SWEEPS = 16
"""Sweeps between two looks at the energy, at least: every look recomputes it from scratch."""


class Engine(Protocol):
    """A batch in work. One look is `substeps` steps, of which each may have a temperature of its own.

    Attributes:
        span: length of a look, in the model's time unit or in sweeps.
        substeps: temperatures that a look needs.
    """

    span: float
    substeps: int

    def look(self, temperatures: Float[np.ndarray, " substeps"]) -> tuple[np.ndarray, np.ndarray]:
        """Go on by one look; total potential energies and kinetic ones (NaN without), shape (batch,)."""

    @property
    def positions(self) -> Float[np.ndarray, "batch particles dim"]:
        """Positions as they are now."""

    @property
    def failures(self) -> list[str]:
        """Why each sample could not go on; empty where it could."""

    def forget(self) -> None:
        """Count acceptances from here on."""

    def acceptances(self) -> tuple[np.ndarray, np.ndarray]:
        """Shares of accepted displacements and swaps, shape (batch,); NaN without."""

    def configurations(self) -> list[Configuration]:
        """The samples as they are now, inside their cells."""


class DynamicsEngine:
    """Molecular dynamics in looks of `substeps` time steps."""

    def __init__(
        self,
        potential: Potential,
        thermostat: Any,
        dt: float,
        samples: Sequence[Configuration],
        identities: Sequence[str],
        temperature: float,
        substeps: int = CHUNK,
    ) -> None:
        self.samples = list(samples)
        self.dynamics = Dynamics(potential, thermostat, dt, samples, identities, temperature)
        self.substeps = substeps
        self.span = substeps * self.dynamics.dt

    def look(self, temperatures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Engine.look`."""
        reading = self.dynamics.advance(temperatures)
        return np.asarray(reading.potential), np.asarray(reading.kinetic)

    @property
    def positions(self) -> np.ndarray:
        """As `Engine.positions`."""
        return np.asarray(self.dynamics.positions)

    @property
    def failures(self) -> list[str]:
        """As `Engine.failures`."""
        reason = "one time step moved a particle too far: overlaps, or a time step dt that is too long"
        return [reason if failed else "" for failed in self.dynamics.failed]

    def forget(self) -> None:
        """Nothing is counted."""

    def acceptances(self) -> tuple[np.ndarray, np.ndarray]:
        """Nothing is rejected."""
        nothing = np.full(len(self.samples), np.nan)
        return nothing, nothing

    def configurations(self) -> list[Configuration]:
        """As `Engine.configurations`."""
        return [sample.at(r).wrapped() for sample, r in zip(self.samples, self.positions, strict=True)]


class SwapEngine:
    """Swap Monte Carlo in looks of a whole number of sweeps."""

    substeps = 1

    def __init__(
        self,
        potential: Potential,
        settings: Swap,
        samples: Sequence[Configuration],
        identities: Sequence[str],
        temperature: float,
    ) -> None:
        self.potential, self.moves, self.samples = potential, settings.moves, list(samples)
        self.sweeps = max(SWEEPS, settings.sweeps // LOOKS)
        self.span = float(self.sweeps)
        keys = _swap.keys_of(identities, "swap")
        self.state = _swap.start(potential, samples, temperature, keys)
        self.forget()

    def look(self, temperatures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Engine.look`."""
        self.state = _swap.at_temperatures(self.state, float(temperatures[0]))
        self.state, counts = _swap.advance(self.potential, self.moves, self.state, self.sweeps)
        self._counts += _as_array(counts)
        return np.asarray(self.state.energy), np.full(len(self.samples), np.nan)

    @property
    def positions(self) -> np.ndarray:
        """As `Engine.positions`."""
        return np.asarray(self.state.positions)

    @property
    def failures(self) -> list[str]:
        """Monte Carlo always goes on."""
        return [""] * len(self.samples)

    def forget(self) -> None:
        """As `Engine.forget`."""
        self._counts = np.zeros((4, len(self.samples)), np.int64)

    def acceptances(self) -> tuple[np.ndarray, np.ndarray]:
        """As `Engine.acceptances`."""
        return _share(self._counts[1], self._counts[0]), _share(self._counts[3], self._counts[2])

    def configurations(self) -> list[Configuration]:
        """As `Engine.configurations`."""
        return _swap.configurations_of(self.state, self.samples)


class HybridEngine(DynamicsEngine):
    """An interval of dynamics, then sweeps of swaps at the positions that it reached."""

    def __init__(
        self,
        potential: Potential,
        settings: Hybrid,
        samples: Sequence[Configuration],
        identities: Sequence[str],
        temperature: float,
    ) -> None:
        super().__init__(potential, settings.thermostat, settings.dt, samples, identities, temperature)
        self.substeps = max(1, round(settings.interval / self.dynamics.dt))
        self.span = self.substeps * self.dynamics.dt
        self.potential = potential
        self.moves = settings.moves.model_copy(update={"swap_fraction": 1.0})
        self.sweeps = settings.swap_sweeps
        self.state = _swap.start(potential, samples, temperature, _swap.keys_of(identities, "swap"))
        self.forget()

    def look(self, temperatures: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """As `Engine.look`: the energy is that after the swaps."""
        reading = self.dynamics.advance(temperatures)
        state = _swap.at_positions(self.potential, self.state, self.dynamics.positions)
        state = _swap.at_temperatures(state, float(temperatures[-1]))
        self.state, counts = _swap.advance(self.potential, self.moves, state, self.sweeps)
        self._counts += _as_array(counts)
        self.dynamics.exchange(self.state.diameters, self.state.species)
        return np.asarray(self.state.energy), np.asarray(reading.kinetic)

    def forget(self) -> None:
        """As `Engine.forget`."""
        self._counts = np.zeros((4, len(self.samples)), np.int64)

    def acceptances(self) -> tuple[np.ndarray, np.ndarray]:
        """As `Engine.acceptances`."""
        return np.full(len(self.samples), np.nan), _share(self._counts[3], self._counts[2])

    def configurations(self) -> list[Configuration]:
        """As `Engine.configurations`."""
        return _swap.configurations_of(self.state, self.samples)


def _as_array(counts: Any) -> np.ndarray:
    return np.stack(
        [np.asarray(jnp.asarray(c)) for c in (counts.moves, counts.accepted_moves, counts.swaps, counts.accepted_swaps)]
    )


def _share(part: np.ndarray, whole: np.ndarray) -> np.ndarray:
    return np.where(whole > 0, part / np.maximum(whole, 1), np.nan)
