"""Runs: annealing, then a recorded stretch at the parental temperature; and cooling to T = 0."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import ceil

import numpy as np

from ..hessian import interacting_pairs
from ..potentials import Potential
from ..quench import Fire, quench
from ..systems import Configuration
from ._engines import DynamicsEngine, Engine, HybridEngine, SwapEngine
from ._evidence import Trace, frame_numbers, judge
from ._preparations import Cooling, Hybrid, MolecularDynamics, Swap
from ._protocol import Evidence, Parent
from ._thermostats import Langevin

RELAXATION_STEPS = 256
"""Steps of FIRE that take the overlaps out of a random start."""

LONGEST_JUMP = 0.01
"""A start has overlaps if a force times a tenth of the stiff time squared, over the mass, exceeds this length."""


def relaxed(potential: Potential, samples: Sequence[Configuration]) -> list[Configuration]:
    """The samples, with the overlaps of those that have some taken out by a few capped steps of FIRE."""
    time = 0.1 * potential.stiff_time()
    jumps = [interacting_pairs(potential, s).max_force / s.masses.min() * time**2 for s in samples]
    overlapping = [k for k, jump in enumerate(jumps) if not jump <= LONGEST_JUMP]
    result = list(samples)
    if overlapping:
        found = quench(potential, Fire(), [samples[k] for k in overlapping], max_steps=RELAXATION_STEPS)
        for k, quenched in zip(overlapping, found, strict=True):
            result[k] = quenched.configuration
    return result


def _anneal(engine: Engine, temperatures: Callable[[np.ndarray], np.ndarray], duration: float) -> np.ndarray | None:
    """Whole looks that take at least `duration`, at temperatures that follow from the progress in [0, 1).

    Returns:
        Kinetic energies at the end, shape (batch,); None if there was nothing to do.
    """
    kinetic = None
    looks = ceil(duration / engine.span * (1 - 1e-9))
    progress = np.arange(looks * engine.substeps) / max(1, looks * engine.substeps)
    for part in temperatures(progress).reshape(looks, engine.substeps):
        _, kinetic = engine.look(part)
    return kinetic


def _recorded(engine: Engine, temperature: float, duration: float, samples: Sequence[Configuration]) -> list[Trace]:
    """Go on at one temperature for at least `duration`, and keep what the evidence needs."""
    looks = max(1, ceil(duration / engine.span * (1 - 1e-9)))
    kept, times, frames = set(frame_numbers(looks)), [], []
    particles, dim = samples[0].positions.shape
    energies, kinetic = np.empty((looks, len(samples))), np.empty((looks, len(samples)))
    temperatures = np.full(engine.substeps, temperature)
    engine.forget()
    for number in range(looks + 1):
        if number:
            energies[number - 1], kinetic[number - 1] = engine.look(temperatures)
        if number in kept:
            times.append(number * engine.span)
            frames.append(engine.positions)
    moves, swaps = engine.acceptances()
    hot = 2 * kinetic[looks // 2 :].mean(axis=0) / (dim * (particles - 1))
    return [
        Trace(
            energies[:, k] / particles,
            looks * engine.span,
            np.array(times),
            np.array([frame[k] for frame in frames]),
            float(hot[k]),
            float(moves[k]),
            float(swaps[k]),
            failure,
        )
        for k, failure in enumerate(engine.failures)
    ]


def equilibrate(
    potential: Potential,
    settings: MolecularDynamics | Swap | Hybrid,
    samples: Sequence[Configuration],
    identities: Sequence[str],
    temperature: float,
) -> list[Parent]:
    """Parents of one batch: annealing by the schedule, then the run at the parental temperature.

    Args:
        potential: the pair potential.
        settings: what moves the samples, and for how long.
        samples: random starts.
        identities: one per sample.
        temperature: the parental temperature. Units of energy.
    """
    starts = relaxed(potential, samples)
    schedule = settings.schedule
    first = float(schedule.temperatures(temperature, np.zeros(1))[0])
    engine: Engine
    if isinstance(settings, MolecularDynamics):
        engine = DynamicsEngine(potential, settings.thermostat, settings.dt, starts, identities, first)
    elif isinstance(settings, Swap):
        engine = SwapEngine(potential, settings, starts, identities, first)
    else:
        engine = HybridEngine(potential, settings, starts, identities, first)
    _anneal(engine, lambda progress: schedule.temperatures(temperature, progress), schedule.duration)
    duration = settings.sweeps if isinstance(settings, Swap) else settings.time
    traces = _recorded(engine, temperature, duration, samples)
    return [
        Parent(configuration, temperature, judge(configuration, trace))
        for configuration, trace in zip(engine.configurations(), traces, strict=True)
    ]


def cool(
    potential: Potential, settings: Cooling, samples: Sequence[Configuration], identities: Sequence[str]
) -> list[Parent]:
    """Samples of one batch, cooled at a finite rate: held at the start, then down to T = 0."""
    starts = relaxed(potential, samples)
    thermostat = Langevin(friction=settings.friction)
    engine = DynamicsEngine(potential, thermostat, settings.dt, starts, identities, settings.start)
    if settings.hold > 0:
        _anneal(engine, lambda progress: np.full(progress.shape, settings.start), settings.hold)
    duration = settings.start / settings.rate
    kinetic = _anneal(engine, lambda progress: settings.start * (1 - progress), duration)
    assert kinetic is not None
    particles, dim = samples[0].positions.shape
    hot = 2 * kinetic / (dim * (particles - 1))
    note = f"cooled at the rate {settings.rate:g} from {settings.start:g}; not meant to be at equilibrium"
    return [
        Parent(
            configuration,
            0.0,
            Evidence(
                energy=interacting_pairs(potential, configuration).total_energy / configuration.particles,
                run_time=settings.hold + duration,
                kinetic_temperature=float(temperature),
                equilibrated=not failure,
                reason=failure or note,
            ),
        )
        for configuration, failure, temperature in zip(engine.configurations(), engine.failures, hot, strict=True)
    ]
