"""Whole quenches."""

from __future__ import annotations

from time import perf_counter
from typing import Any

import jax
import numpy as np
from pydantic import TypeAdapter

from ..._core.status import Status
from ...potentials import named_model
from ...quench import Method, Quenched, quench
from .._protocol import Work
from .._starts import TOLERANCE, Starts


def prepare(starts: Starts, options: dict[str, Any]) -> Work:
    """`quench` of the whole batch by the method in the options, as anybody calls it."""
    potential = named_model(options["model"]).build()
    method: Any = TypeAdapter(Method).validate_python({"kind": options["method"]})
    samples = starts.configurations()

    def run() -> tuple[list[Quenched], list[float]]:
        ends = [perf_counter()]

        def finished(count: int) -> None:
            ends.extend([perf_counter()] * count)

        results = quench(potential, method, samples, tolerance=TOLERANCE, progress=finished)
        return results, np.diff(ends).tolist()

    def describe(answer: tuple[list[Quenched], list[float]]) -> dict[str, Any]:
        results, seconds = answer
        facts = {
            "steps": float(np.mean([result.steps for result in results])),
            "force_evaluations": float(np.mean([result.force_evaluations for result in results])),
            "converged": sum(result.status is Status.CONVERGED for result in results),
            "energy_per_particle": float(np.mean([result.energy for result in results])) / samples[0].particles,
            "max_force": max(result.max_force for result in results),
        }
        if jax.default_backend() == "cpu":
            # One lane on a core: glasses end one after the other.
            facts["median_seconds"] = float(np.median(seconds))
        return facts

    return Work(run, lambda answer: len(answer[0]), describe)
