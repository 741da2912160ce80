"""The configurations that both sides of a case start from: made once, by our side, and read by both."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ._cases import PEER_GLASSES, SUPERCOOLED

if TYPE_CHECKING:
    from ..campaign import Ensemble
    from ..potentials import Potential
    from ..systems import Configuration

KINDS = ("random", "liquid", "quenched", "supercooled")

RELAXATION = 256
"""Steps of FIRE from random positions, before a liquid is made."""

NOISE = 0.04
"""Gaussian displacement of a `liquid`: 0.04 raises Kob-Andersen by 1.3 per particle, as T ~ 1 does. Units of length."""

ANNEALING = 1000
"""Sweeps of swap Monte Carlo in which they are cooled down from `HOT`; twice as many follow at the temperature."""

HOT = 0.25
"""Where the cooling begins. Units of energy."""

TOLERANCE = 1e-10
"""Tolerance of every quench, relative to the force scale of the minimum."""


@dataclass(frozen=True)
class Starts:
    """Samples of equal N in cubes of equal edge.

    Attributes:
        positions: shape (samples, particles, 3), inside the cube. Units of length.
        diameters: shape (samples, particles). Units of length.
        species: shape (samples, particles), from 0.
        edge: of the cube. Units of length.
        force_tolerance: absolute tolerance of the largest force component, for the first `PEER_GLASSES` samples: our
            relative tolerance times the force scale of our own minimum; NaN where nothing is to be quenched. Units of
            energy/length.
    """

    positions: np.ndarray
    diameters: np.ndarray
    species: np.ndarray
    edge: float
    force_tolerance: np.ndarray

    def configurations(self) -> list[Configuration]:
        """The samples as our own side has them."""
        from ..systems import Configuration

        return [
            Configuration.create(positions, self.edge, diameters=diameters, species=species)
            for positions, diameters, species in zip(self.positions, self.diameters, self.species, strict=True)
        ]


def read_starts(path: Path) -> Starts:
    """Read what `make_starts` has written."""
    with np.load(path) as file:
        return Starts(
            file["positions"], file["diameters"], file["species"], float(file["edge"]), file["force_tolerance"]
        )


def ensemble(model: str, particles: int) -> Ensemble:
    """The campaign's ensemble that the starts belong to."""
    from ..campaign import Ensemble

    return Ensemble(model=model, particles=particles, glasses=1)


def make_starts(path: Path, model: str, kind: str, particles: int, count: int) -> None:
    """Write the first `count` samples of an ensemble.

    `random` are the parents of a campaign with seed 0. `liquid` are these after `RELAXATION` steps of FIRE and a
    Gaussian displacement: no overlaps, about the energy of a liquid at T ~ 1. `quenched` are minima. `supercooled` are
    polydisperse liquids after swap Monte Carlo, cooled to `SUPERCOOLED` and held there.

    Args:
        path: file to be written.
        model: name of the model.
        kind: one of `KINDS`.
        particles: N.
        count: number of samples.
    """
    from ..campaign import make_parent
    from ..quench import Fire, quench

    settings = ensemble(model, particles)
    glass_former = settings.models()[0]
    potential = glass_former.build()
    physics = settings.physics(0)
    samples = [make_parent(glass_former, physics, index) for index in range(count)]
    tolerances = np.full(count, np.nan)
    if kind == "supercooled":
        samples = _supercooled(potential, samples)
    elif kind != "random":
        samples = _liquid(potential, samples)
    if kind != "supercooled":
        few = samples if kind == "quenched" else samples[:PEER_GLASSES]
        ends = quench(potential, Fire(), few, tolerance=TOLERANCE)
        tolerances = TOLERANCE * np.array([result.force_scale for result in ends[:PEER_GLASSES]])
        if kind == "quenched":
            samples = [result.configuration for result in ends]
    np.savez(
        path,
        positions=np.stack([sample.positions for sample in samples]),
        diameters=np.stack([sample.diameters for sample in samples]),
        species=np.stack([sample.species for sample in samples]),
        edge=samples[0].cell[0, 0],
        force_tolerance=tolerances,
    )


def _liquid(potential: Potential, samples: list[Configuration]) -> list[Configuration]:
    """Random samples without their overlaps, and shaken."""
    from ..quench import Fire, quench

    noise = np.random.Generator(np.random.Philox(0))
    relaxed = [result.configuration for result in quench(potential, Fire(), samples, max_steps=RELAXATION)]
    return [s.at(s.positions + NOISE * noise.normal(size=s.positions.shape)).wrapped() for s in relaxed]


def _supercooled(potential: Potential, samples: list[Configuration]) -> list[Configuration]:
    """Parents at `SUPERCOOLED` from random samples."""
    from ..sampling import Exponential, Swap, prepare

    settings = Swap(sweeps=2 * ANNEALING, schedule=Exponential(start=HOT, duration=ANNEALING))
    names = [f"glass {k}" for k in range(len(samples))]
    parents = prepare(potential, settings, samples, SUPERCOOLED, names, batch=len(samples))
    return [parent.configuration for parent in parents]
