"""A glass as campaigns make it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.status import Status
from ...campaign import Wanted, make_glasses
from .._protocol import Work
from .._starts import Starts, ensemble


def prepare(starts: Starts, options: dict[str, Any]) -> Work:
    """The columns of a shard: parents, quench, complete spectrum, confirmation, moduli, participation, 40 vectors."""
    particles = starts.positions.shape[1]
    settings = ensemble(options["model"], particles)
    model, physics, treatment = settings.models()[0], settings.physics(0), settings.treatments()[0]
    indices = np.arange(options["batch"])

    def describe(columns: dict[str, np.ndarray]) -> dict[str, Any]:
        good = columns["status"] == Status.CONVERGED
        positive = np.where(columns["omega"] > 0, columns["omega"], np.inf)
        return {
            "steps": float(columns["steps"].mean()),
            "minima": int(good.sum()),
            "energy_per_particle": float(columns["energy"].mean()) / particles,
            "shear_modulus": float(columns["shear_modulus"][good].mean()),
            "lowest_omega": float(positive[good].min(axis=1).mean()),
        }

    return Work(
        lambda: make_glasses(model, physics, treatment, indices, wanted=Wanted(vectors=options["modes"])),
        lambda columns: columns["status"].size,
        describe,
    )
