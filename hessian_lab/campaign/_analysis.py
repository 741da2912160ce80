"""What is measured on a quenched glass: on the host one by one, or on an accelerator in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from .._core.status import Status
from ..hessian import Hessian, batched_hessians, interacting_pairs
from ..modes import batched_observables, participation_ratio, simple_shear_moduli
from ..potentials import Potential
from ..spectrum import RESIDUAL, batched_spectra, spectrum, status_of_modes
from ..systems import Configuration

DEVICE_BYTES = 12e9
"""Device memory that a batch of Hessians, eigenvectors and work space may take."""


@dataclass(frozen=True)
class Analysis:
    """Modes and moduli of one force-free configuration.

    Attributes:
        status: minimum, saddle or marginal.
        eigenvalues: complete, ascending. Units of 1/time^2.
        zero: mask of the zero modes.
        participation: one per mode.
        lowest: eigenvectors of the lowest mode of all and of the lowest modes above zero, (1 + kept, particles, dim).
        stress: positive in tension. Units of energy/length^d.
        born: affine simple-shear moduli. Units of energy/length^d.
        relaxed: simple-shear moduli with relaxed particles. Units of energy/length^d.
        rattlers: particles that nothing holds.
        residual: of the eigen-solver, relative to the largest eigenvalue.
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


def analyse(
    potential: Potential,
    samples: Sequence[Configuration],
    *,
    vectors: int,
    progress: Callable[[int], None] | None = None,
) -> list[Analysis]:
    """Analyse force-free configurations of equal N.

    Args:
        potential: the pair potential.
        samples: the configurations.
        vectors: number of lowest modes above zero whose eigenvectors are kept.
        progress: called with the number of glasses done.

    Returns:
        One analysis per sample. A glass whose spectrum an accelerator got wrong is done again on the host.
    """
    if jax.default_backend() == "cpu":
        results = []
        for sample in samples:
            results.append(analyse_on_host(potential, sample, vectors))
            if progress:
                progress(1)
        return results
    size = samples[0].positions.size if samples else 1
    batch = max(1, min(len(samples), int(DEVICE_BYTES / (8 * 6 * size**2))))
    results = []
    while len(results) < len(samples):
        part = samples[len(results) : len(results) + batch]
        try:
            results += analyse_on_device(potential, part, vectors, width=batch)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or batch == 1:
                raise
            batch = (batch + 1) // 2
            continue
        if progress:
            progress(len(part))
    return results


def analyse_on_host(potential: Potential, sample: Configuration, vectors: int) -> Analysis:
    """One glass with LAPACK and numpy."""
    pairs = interacting_pairs(potential, sample)
    found = spectrum(Hessian(pairs), method="lapack")
    moduli = simple_shear_moduli(pairs, found)
    modes = found.modes()
    rattlers = len(pairs.rattlers()) if potential.repulsive else 0
    assert found.residual is not None
    return Analysis(
        status_of_modes(found.negative_modes, found.zero_modes, sample.dimension, rattlers),
        found.eigenvalues,
        found.zero,
        participation_ratio(modes),
        modes[_kept(found.eigenvalues, found.zero, vectors)],
        pairs.stress,
        moduli.born,
        moduli.relaxed,
        rattlers,
        found.residual,
    )


def _kept(eigenvalues: np.ndarray, zero: np.ndarray, vectors: int) -> np.ndarray:
    """Columns kept: the lowest of all, then the lowest above zero."""
    return np.concatenate([[0], np.flatnonzero(~zero & (eigenvalues > 0))[:vectors]])


def analyse_on_device(
    potential: Potential, samples: Sequence[Configuration], vectors: int, *, width: int
) -> list[Analysis]:
    """Some glasses at once on the jax device, padded to a fixed width so that one shape is compiled."""
    padded = [*samples, *[samples[-1]] * (width - len(samples))]
    i, j = np.indices((padded[0].particles,) * 2)
    mixed = [potential.mixing.parameters(sample.diameters, sample.species, i, j) for sample in padded]
    geometry = (
        jnp.asarray(np.stack([sample.positions for sample in padded])),
        jnp.asarray(np.stack([sigma for sigma, _ in mixed])),
        jnp.asarray(np.stack([epsilon for _, epsilon in mixed])),
        jnp.asarray(np.stack([np.sqrt(sample.masses) for sample in padded])),
        jnp.asarray(np.stack([sample.cell for sample in padded])),
    )
    found = batched_spectra(batched_hessians(potential.law, *geometry))
    seen = batched_observables(potential.law, *geometry, found.eigenvalues, found.vectors, found.zero)
    host = jax.device_get((found.eigenvalues, found.zero, found.residual, seen))
    eigenvalues, zero, residual, observables = host
    # Only a few columns of the eigenvectors travel to the host: zero modes and what is asked for.
    columns = np.asarray(found.vectors[:, :, : min(eigenvalues.shape[1], vectors + 1 + 4 * padded[0].dimension)])
    results = []
    for k, sample in enumerate(samples):
        kept = _kept(eigenvalues[k], zero[k], vectors)
        if not residual[k] <= RESIDUAL or kept.max() >= columns.shape[2]:
            results.append(analyse_on_host(potential, sample, vectors))
            continue
        loose = 0
        if potential.repulsive and observables.contacts[k].min() < sample.dimension + 1:
            loose = len(interacting_pairs(potential, sample).rattlers())
        negative = int((~zero[k] & (eigenvalues[k] < 0)).sum())
        results.append(
            Analysis(
                status_of_modes(negative, int(zero[k].sum()), sample.dimension, loose),
                eigenvalues[k],
                zero[k],
                observables.participation[k],
                columns[k][:, kept].T.reshape(kept.size, sample.particles, sample.dimension),
                observables.stress[k],
                observables.born[k],
                observables.relaxed[k],
                loose,
                float(residual[k]),
            )
        )
    return results
