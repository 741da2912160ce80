"""The force inside the compiled loop of a quench."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from ...potentials import named_model
from ...quench import Fire
from ...quench._driver import CHUNK, Driver
from ...systems import largest_pair_reach
from .._protocol import Work
from .._starts import TOLERANCE, Starts


def prepare(starts: Starts, options: dict[str, Any]) -> Work:
    """Chunks of FIRE as the quench's driver takes them, from rest in a minimum: nothing moves, no table is remade.

    Each step evaluates the force once. Its time holds the moves of FIRE and, once in `CHUNK` steps, a table and a
    diagnosis: what a quench pays near its end, where it spends most of its steps.
    """
    potential, samples = named_model(options["model"]).build(), starts.configurations()
    driver = Driver(
        potential,
        Fire(),
        samples,
        reach=max(largest_pair_reach(sample, potential) for sample in samples),
        tolerance=TOLERANCE,
        max_steps=10**9,
    )
    opened, fixed = driver.open(np.arange(options["batch"]))
    # Nothing arrives below zero: every chunk takes all of its steps.
    never = np.zeros(options["batch"])

    def run() -> tuple[Any, Any]:
        lanes = opened
        for _ in range(options["steps"] // CHUNK):
            lanes, diagnosis = driver.advance(lanes, fixed, never, CHUNK)
        return jax.block_until_ready((lanes, diagnosis))

    return Work(
        run,
        lambda result: int(np.asarray(result[0].steps).sum()),
        lambda result: {
            "energy_per_particle": float(result[1].energy[0]) / starts.positions.shape[1],
            "max_force": float(result[1].max_force.max()),
        },
    )
