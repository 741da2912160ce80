"""Whole quenches."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.status import Status
from ...potentials import named_model
from ...quench import Fire, Quenched, quench
from .._protocol import Work
from .._starts import TOLERANCE, Starts


def prepare(starts: Starts, options: dict[str, Any]) -> Work:
    """`quench` of the whole batch with FIRE, as anybody calls it."""
    potential = named_model(options["model"]).build()
    samples = starts.configurations()

    def describe(results: list[Quenched]) -> dict[str, Any]:
        return {
            "steps": float(np.mean([result.steps for result in results])),
            "converged": sum(result.status is Status.CONVERGED for result in results),
            "energy_per_particle": float(np.mean([result.energy for result in results])) / samples[0].particles,
            "max_force": max(result.max_force for result in results),
        }

    return Work(lambda: quench(potential, Fire(), samples, tolerance=TOLERANCE), len, describe)
