"""Monte Carlo of glasses as both sides of `sampling` are timed: attempts per second, and seconds to a new state."""

from __future__ import annotations

from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any, Protocol

import jax
import numpy as np

from ..sampling import (
    OVERLAP_RADIUS,
    Correlation,
    correlation,
    decorrelation_time,
    drift,
    mean_and_error,
    overlap_function,
)
from ._protocol import Work
from ._starts import Starts

FRAMES = 64
"""States that the overlap is made from."""

RESOLVED = 40
"""The energy's decorrelation time is resolved by a run of this many times the slower of it and the overlap's; by a
shorter one it is only bounded below."""


class Sampler(Protocol):
    """What a side has to offer."""

    def advance(self, sweeps: int) -> None:
        """N attempts a sweep and glass."""

    def energies(self) -> np.ndarray:
        """Of every glass, shape (glasses,). Units of energy."""

    def positions(self) -> np.ndarray:
        """Shape (glasses, particles, 3), not wrapped. Units of length."""

    def counts(self) -> np.ndarray:
        """Attempted and accepted displacements, attempted and accepted swaps, of all glasses and since the start."""


@dataclass(frozen=True)
class Stretch:
    """What a timed run did.

    Attributes:
        counts: as `Sampler.counts`, of this run.
        seconds: of `clock`. Units of s.
    """

    counts: np.ndarray
    seconds: float

    @property
    def attempts(self) -> int:
        """Displacements and swaps, accepted or not."""
        return int(self.counts[0] + self.counts[2])


@dataclass(frozen=True)
class Memory:
    """How long a glass remembers its energy and its positions.

    Attributes:
        energy_time: integrated autocorrelation time of the energy. Units of sweeps.
        energy_error: its standard error. Units of sweeps.
        overlap_time: time in which the overlap falls to 1/e; the longest lag if it does not. Units of sweeps.
        overlap_error: its standard error, from leaving out one glass at a time. Units of sweeps.
        facts: the same and how it was found, for the row.
    """

    energy_time: float
    energy_error: float
    overlap_time: float
    overlap_error: float
    facts: dict[str, Any]


def clock() -> float:
    """Seconds of the processor, which other programs do not lengthen; on an accelerator those of the wall."""
    return process_time() if jax.default_backend() == "cpu" else perf_counter()


def stretch(sampler: Sampler, sweeps: int) -> Stretch:
    """Advance and take the time."""
    before, begin = sampler.counts(), clock()
    sampler.advance(sweeps)
    return Stretch(sampler.counts() - before, clock() - begin)


def rate(sampler: Sampler, particles: int, options: dict[str, Any]) -> Work:
    """Attempts, one after another from where the last run ended."""
    return Work(
        lambda: stretch(sampler, options["sweeps"]),
        lambda done: done.attempts,
        lambda done: _facts(sampler, particles, done),
        clock=clock,
    )


def memory(sampler: Sampler, starts: Starts, options: dict[str, Any]) -> Work:
    """Decorrelation times, after `settle` sweeps, from `looks` looks at the glasses.

    The times in sweeps are found once and are not timed. What is timed is the progress at that temperature: a run does
    as many decorrelation times of the overlap as its sweeps over that time in sweeps. The overlap's is the unit because
    it is the better known one of the two.
    """
    particles = starts.positions.shape[1]
    found = remembered(sampler, starts, options)

    def describe(done: Stretch) -> dict[str, Any]:
        glass_sweep = done.seconds * particles / done.attempts
        return {
            **_facts(sampler, particles, done),
            **found.facts,
            "energy_time_seconds": found.energy_time * glass_sweep,
            "energy_time_seconds_error": found.energy_error * glass_sweep,
            "overlap_time_seconds": found.overlap_time * glass_sweep,
            "overlap_time_seconds_error": found.overlap_error * glass_sweep,
        }

    return Work(
        lambda: stretch(sampler, options["sweeps"]),
        lambda done: done.attempts / particles / found.overlap_time,
        describe,
        clock=clock,
    )


def remembered(sampler: Sampler, starts: Starts, options: dict[str, Any]) -> Memory:
    """Run as long as the options say and find the decorrelation times, in sweeps of N attempts that were made."""
    glasses, particles = len(sampler.energies()), starts.positions.shape[1]
    sampler.advance(options["settle"])
    before = sampler.counts()
    kept = set(np.linspace(0, options["looks"], FRAMES, dtype=int).tolist())
    energies, times, frames = [], [0.0], [sampler.positions()]
    for look in range(1, options["looks"] + 1):
        sampler.advance(options["every"])
        energies.append(sampler.energies() / particles)
        if look in kept:
            times.append(float(look))
            frames.append(sampler.positions())
    done = sampler.counts() - before
    # Rounds of blocks make a sweep a little more or less than N attempts.
    spacing = float(done[0] + done[2]) / (glasses * particles * options["looks"])
    series, moments = np.array(energies), spacing * np.array(times)
    found = correlation(series)
    curves = [_overlaps(moments, np.array([frame[k] for frame in frames]), starts, k) for k in range(glasses)]
    lags, values = curves[0][0], np.array([curve for _, curve in curves])
    time, fell = decorrelation_time(lags, values.mean(axis=0))
    others = [decorrelation_time(lags, np.delete(values, k, axis=0).mean(axis=0))[0] for k in range(glasses)]
    error = float(np.sqrt((glasses - 1) * np.var(others))) if glasses > 1 else float("nan")
    mean, scatter = mean_and_error(series.mean(axis=1))
    length = spacing * options["looks"]
    energy_time, energy_error = found.time * spacing, _error(found, glasses) * spacing
    facts = {
        "run_sweeps": length,
        "energy_time_sweeps": energy_time,
        "energy_time_error": energy_error,
        # The energy follows the structure in part: a run too short for the overlap sees that part of it or misses it.
        "energy_time_resolved": length >= RESOLVED * max(energy_time, time),
        "overlap_time_sweeps": time,
        "overlap_time_error": error,
        "overlap_time_resolved": fell,
        "mean_energy_per_particle": mean,
        "mean_energy_error": scatter,
        "energy_drift_in_errors": drift(series.mean(axis=1))[0],
    }
    return Memory(energy_time, energy_error, time, error, facts)


def _overlaps(times: np.ndarray, frames: np.ndarray, starts: Starts, glass: int) -> tuple[np.ndarray, np.ndarray]:
    radius = OVERLAP_RADIUS * float(starts.diameters[glass].mean())
    return overlap_function(times, frames, starts.edge * np.eye(3), radius)


def _error(found: Correlation, glasses: int) -> float:
    """Standard error of a correlation time: its relative variance is 2 over the degrees of freedom."""
    return found.time * float(np.sqrt(2 / ((found.freedom + 1) * glasses)))


def _facts(sampler: Sampler, particles: int, done: Stretch) -> dict[str, Any]:
    moves, accepted_moves, swaps, accepted_swaps = (int(number) for number in done.counts)
    return {
        "attempts_per_second": done.attempts / done.seconds,
        "move_acceptance": accepted_moves / moves,
        "swap_acceptance": accepted_swaps / swaps,
        "swap_share": swaps / done.attempts,
        "energy_per_particle": float(sampler.energies().mean()) / particles,
    }
