"""The compiled peer as a side."""

from __future__ import annotations

from time import perf_counter
from typing import TYPE_CHECKING, Any

import numpy as np

from .._protocol import MissingPeerError, Work
from .._starts import Starts

if TYPE_CHECKING:
    from .numba_glass import Glass


def _engine() -> Any:
    try:
        from . import numba_glass
    except ImportError as error:
        raise MissingPeerError(f"numba cannot be loaded ({error}); install the extra 'peers'") from None
    return numba_glass


def _describe(glasses: list[Glass], starts: Starts) -> dict[str, Any]:
    particles = starts.positions.shape[1]
    within = [end.max_force <= tolerance for end, tolerance in zip(glasses, starts.force_tolerance, strict=False)]
    return {
        "steps": float(np.mean([end.steps for end in glasses])),
        "converged": sum(within),
        "energy_per_particle": float(np.mean([end.energy for end in glasses])) / particles,
        "max_force": max(end.max_force for end in glasses),
    }


def quench(starts: Starts, options: dict[str, Any]) -> Work:
    """Quenches of one sample after the other."""
    engine = _engine()
    space = engine.Workspace(starts.positions.shape[1])

    def run() -> tuple[list[Glass], list[float]]:
        glasses, times = [], [perf_counter()]
        for k in range(options["batch"]):
            start = starts.positions[k], starts.diameters[k], starts.edge
            glasses.append(engine.quench(*start, starts.force_tolerance[k], space))
            times.append(perf_counter())
        return glasses, np.diff(times).tolist()

    def describe(answer: tuple[list[Glass], list[float]]) -> dict[str, Any]:
        return _describe(answer[0], starts) | {"median_seconds": float(np.median(answer[1]))}

    return Work(run, lambda answer: len(answer[0]), describe)


def glass(starts: Starts, options: dict[str, Any]) -> Work:
    """Whole glasses, one after the other."""
    engine = _engine()
    space = engine.Workspace(starts.positions.shape[1])

    def run() -> list[Glass]:
        return [
            engine.glass(
                starts.positions[k],
                starts.diameters[k],
                starts.edge,
                starts.force_tolerance[k],
                space,
                options["modes"],
            )
            for k in range(options["batch"])
        ]

    def describe(glasses: list[Glass]) -> dict[str, Any]:
        values = np.array([end.eigenvalues for end in glasses])
        minima = values[:, 0] > -1e-10 * values.max()
        return _describe(glasses, starts) | {
            "minima": int(minima.sum()),
            "shear_modulus": float(np.mean([end.shear_modulus for end in glasses])),
            "lowest_omega": float(np.sqrt(np.abs(values[:, 3])).mean()),
        }

    return Work(run, len, describe)
