"""What is measured on a quenched glass, and how on the host. Batches on an accelerator are in `_device_analysis`."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .._core.errors import ComputationError
from .._core.status import Status
from ..hessian import Hessian, interacting_pairs
from ..modes import (
    ModeAnalysis,
    ModeTable,
    ShearModuli,
    first_transverse_frequency,
    participation_ratio,
    relaxed_shear_moduli,
    simple_shear_moduli,
)
from ..potentials import Potential
from ..spectrum import Spectrum, spectrum, status_of_modes
from ..systems import Configuration
from ._wanted import Wanted


@dataclass(frozen=True)
class Analysis:
    """Modes and moduli of one force-free configuration.

    Attributes:
        status: minimum, saddle or marginal.
        eigenvalues: ascending, complete up to `known_up_to`. Units of 1/time^2.
        zero: mask of the zero modes.
        participation: one per mode.
        lowest: eigenvectors of the lowest mode of all and of the lowest modes above zero, (1 + kept, particles, dim).
        stress: positive in tension. Units of energy/length^d.
        born: affine simple-shear moduli. Units of energy/length^d.
        relaxed: simple-shear moduli with relaxed particles. Units of energy/length^d.
        rattlers: particles that nothing holds.
        residual: of the eigen-solver, relative to the largest eigenvalue.
        largest: eigenvalue, to a few percent where only low modes were computed. Units of 1/time^2.
        known_up_to: frequency below which no mode is missing; infinite for all modes. Units of 1/time.
        table: the modes below `low_edge`, one row each; None if not wanted or there are none.
    """

    status: Status
    eigenvalues: np.ndarray
    zero: np.ndarray
    participation: np.ndarray
    lowest: np.ndarray
    stress: np.ndarray
    born: np.ndarray
    relaxed: np.ndarray
    rattlers: int
    residual: float
    largest: float
    known_up_to: float
    table: ModeTable | None = None

    @property
    def omega(self) -> np.ndarray:
        """sign(lambda) sqrt|lambda|, zero modes exactly 0. Units of 1/time."""
        return np.where(self.zero, 0.0, np.sign(self.eigenvalues) * np.sqrt(np.abs(self.eigenvalues)))

    @property
    def zero_modes(self) -> int:
        """Number of zero modes."""
        return int(self.zero.sum())

    @property
    def negative_modes(self) -> int:
        """Number of modes below zero."""
        return int((~self.zero & (self.eigenvalues < 0)).sum())


def low_edge(born: np.ndarray, masses: np.ndarray, volume: float, dimension: int) -> float:
    """Upper end of the modes that are computed where only the low ones are wanted. Units of 1/time.

    The frequency that the longest transverse wave would have if the particles did not relax, from the mean affine
    modulus: about 1.5 omega_T1, and nearly the same in every glass of an ensemble, which omega_T1 is not.
    """
    return first_transverse_frequency(float(np.mean(born)), float(masses.sum()) / volume, volume, dimension)


def analyse_on_host(potential: Potential, sample: Configuration, wanted: Wanted, seed: str = "0") -> Analysis:
    """One glass with LAPACK, or with the solvers of lowest modes."""
    pairs = interacting_pairs(potential, sample)
    hessian = Hessian(pairs)
    rattlers = len(pairs.rattlers()) if potential.repulsive else 0
    found, moduli = _low_modes(hessian, wanted.vectors) if wanted.modes == "low" else (None, None)
    if found is None or moduli is None:
        found = spectrum(hessian, method="lapack")
        moduli = simple_shear_moduli(pairs, found)
    shapes = found.modes()
    assert found.residual is not None
    assert found.complete_below is not None
    return Analysis(
        status_of_modes(found.negative_modes, found.zero_modes, sample.dimension, rattlers),
        found.eigenvalues,
        found.zero,
        participation_ratio(shapes),
        shapes[kept_columns(found.eigenvalues, found.zero, wanted.vectors)],
        pairs.stress,
        moduli.born,
        moduli.relaxed,
        rattlers,
        found.residual,
        found.largest,
        float(np.sqrt(max(found.complete_below, 0.0))),
        _mode_table(hessian, found, moduli.born, wanted, seed),
    )


def _mode_table(hessian: Hessian, found: Spectrum, born: np.ndarray, wanted: Wanted, seed: str) -> ModeTable | None:
    """The modes below `low_edge`, one row each."""
    if not wanted.table:
        return None
    sample = hessian.pairs.configuration
    edge = low_edge(born, sample.masses, sample.volume, sample.dimension)
    if not (found.positive_omega < edge).any():
        return None
    return ModeAnalysis(omega_max=edge, surrogates=wanted.surrogates, seed=seed).compute(hessian, found).table()


def _low_modes(hessian: Hessian, vectors: int) -> tuple[Spectrum, ShearModuli] | tuple[None, None]:
    """Modes below `low_edge` and moduli; nothing for a saddle and for what else wants the whole spectrum."""
    sample = hessian.pairs.configuration
    try:
        moduli = relaxed_shear_moduli(hessian)
        edge = low_edge(moduli.born, sample.masses, sample.volume, sample.dimension)
        found = spectrum(hessian, omega_max=edge, prove=True)
        if (~found.zero).sum() < vectors:
            found = spectrum(hessian, count=vectors + found.zero_modes, prove=True)
    except ComputationError:
        return None, None
    if found.complete_below is None or found.negative_modes or found.complete_below < edge**2 * (1 - 1e-9):
        return None, None
    return found, moduli


def kept_columns(eigenvalues: np.ndarray, zero: np.ndarray, vectors: int) -> np.ndarray:
    """Columns kept: the lowest of all, then the lowest above zero."""
    return np.concatenate([[0], np.flatnonzero(~zero & (eigenvalues > 0))[:vectors]])
