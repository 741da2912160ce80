"""What is measured on a quenched glass: on the host one by one, or on an accelerator in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

from .._core.errors import ComputationError
from .._core.status import Status
from ..hessian import Hessian, batched_hessians, interacting_pairs
from ..modes import (
    ModeAnalysis,
    ModeTable,
    ShearModuli,
    batched_affine,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
    first_transverse_frequency,
    participation_ratio,
    relaxed_shear_moduli,
    simple_shear_moduli,
)
from ..potentials import Potential
from ..spectrum import (
    RESIDUAL,
    ZERO,
    Spectrum,
    batched_lowest,
    batched_spectra,
    large_enough,
    spectrum,
    status_of_modes,
)
from ..systems import Configuration
from ._wanted import Wanted

LOW_COUNT = 90
"""Modes of one glass that a device computes at once in search of all below `low_edge`; what is not enough, the host
finds."""

DEVICE_BYTES = 12e9
"""Device memory that a batch of Hessians, eigenvectors and work space may take."""


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


def analyse(
    potential: Potential,
    samples: Sequence[Configuration],
    wanted: Wanted,
    *,
    seeds: Sequence[str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Analysis]:
    """Analyse force-free configurations of equal N.

    Args:
        potential: the pair potential.
        samples: the configurations.
        wanted: what is computed and kept.
        seeds: identities of the samples, from which the surrogates' random numbers come; their places if not given.
        progress: called with the number of glasses done.

    Returns:
        One analysis per sample. A glass whose spectrum an accelerator got wrong is done again on the host.
    """
    names = [str(k) for k in range(len(samples))] if seeds is None else list(seeds)
    if jax.default_backend() == "cpu":
        results = []
        for sample, name in zip(samples, names, strict=True):
            results.append(analyse_on_host(potential, sample, wanted, name))
            if progress:
                progress(1)
        return results
    size = samples[0].positions.size if samples else 1
    batch = max(1, min(len(samples), int(DEVICE_BYTES / (8 * 6 * size**2))))
    results = []
    while len(results) < len(samples):
        place = slice(len(results), len(results) + batch)
        part = samples[place]
        try:
            results += analyse_on_device(potential, part, wanted, names[place], width=batch)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or batch == 1:
                raise
            batch = (batch + 1) // 2
            continue
        if progress:
            progress(len(part))
    return results


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
        shapes[_kept(found.eigenvalues, found.zero, wanted.vectors)],
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


def _kept(eigenvalues: np.ndarray, zero: np.ndarray, vectors: int) -> np.ndarray:
    """Columns kept: the lowest of all, then the lowest above zero."""
    return np.concatenate([[0], np.flatnonzero(~zero & (eigenvalues > 0))[:vectors]])


def analyse_on_device(
    potential: Potential, samples: Sequence[Configuration], wanted: Wanted, seeds: Sequence[str], *, width: int
) -> list[Analysis]:
    """Some glasses at once on the jax device, padded to a fixed width so that one shape is compiled."""
    padded = [*samples, *[samples[-1]] * (width - len(samples))]
    dim = padded[0].dimension
    i, j = np.indices((padded[0].particles,) * 2)
    mixed = [potential.mixing.parameters(sample.diameters, sample.species, i, j) for sample in padded]
    root_masses = np.stack([np.sqrt(sample.masses) for sample in padded])
    geometry = (
        jnp.asarray(np.stack([sample.positions for sample in padded])),
        jnp.asarray(np.stack([sigma for sigma, _ in mixed])),
        jnp.asarray(np.stack([epsilon for _, epsilon in mixed])),
        jnp.asarray(root_masses),
        jnp.asarray(np.stack([sample.cell for sample in padded])),
    )
    matrices = batched_hessians(potential.law, *geometry)
    affine = batched_affine(potential.law, *geometry)
    count = max(LOW_COUNT, wanted.vectors + dim + 1)
    # Small glasses have no room for so many low modes: all of theirs are as quick.
    low = wanted.modes == "low" and large_enough(padded[0].positions.size, count, dim)
    if low:
        found = batched_lowest(matrices, _translations(root_masses, dim), count=count, forces=affine.forces)
        zero = jnp.abs(found.eigenvalues) <= ZERO * found.largest[:, None]
        response, largest, known = found.response, found.largest, found.complete_below
        columns = found.vectors
    else:
        full = batched_spectra(matrices)
        zero, found = full.zero, full
        response = batched_response(full.eigenvalues, full.vectors, full.zero, affine.forces)
        largest = jnp.max(jnp.abs(full.eigenvalues), axis=1)
        known = jnp.full(largest.shape, jnp.inf)
        # Only a few columns of the eigenvectors travel to the host: zero modes and what is asked for.
        travelling = max(wanted.vectors, LOW_COUNT if wanted.table else 0) + 1 + 4 * dim
        columns = full.vectors[:, :, : min(full.eigenvalues.shape[1], travelling)]
    measured = (
        batched_participation(found.vectors, geometry[3]),
        batched_relaxed_moduli(affine, response),
        (affine.stress, affine.born, affine.contacts),
    )
    eigenvalues, zero, residual, largest, known, columns, measured = jax.device_get(
        (found.eigenvalues, zero, found.residual, largest, known, columns, measured)
    )
    participation, relaxed, (stress, born, contacts) = measured
    results = []
    for k, sample in enumerate(samples):
        kept = _kept(eigenvalues[k], zero[k], wanted.vectors)
        good = residual[k] <= RESIDUAL and kept.max() < columns.shape[2]
        taken, level = eigenvalues[k].size, float(known[k])
        edge = low_edge(born[k], sample.masses, sample.volume, dim)
        if wanted.table:
            good &= int((eigenvalues[k] < edge**2).sum()) <= columns.shape[2]
        if low:
            negative = (~zero[k] & (eigenvalues[k] < 0)).any()
            good &= bool(known[k] >= edge**2) and not negative and bool(np.isfinite(relaxed[k]).all())
            if good:
                taken = max(int((eigenvalues[k] < edge**2).sum()), int(kept.max()) + 1)
                level = max(edge**2, float(np.nextafter(eigenvalues[k][taken - 1], np.inf)))
        if not good:
            results.append(analyse_on_host(potential, sample, wanted, seeds[k]))
            continue
        table = None
        if wanted.table:
            hessian = Hessian(interacting_pairs(potential, sample))
            listed = slice(min(eigenvalues[k].size, columns.shape[2]))
            lowest = Spectrum(
                eigenvalues[k][listed], columns[k][:, listed], dim, sample.positions.size, float(largest[k]), "device",
                float(residual[k]),
            )  # fmt: skip
            table = _mode_table(hessian, lowest, born[k], wanted, seeds[k])
        loose = 0
        if potential.repulsive and contacts[k].min() < sample.dimension + 1:
            loose = len(interacting_pairs(potential, sample).rattlers())
        negative = int((~zero[k] & (eigenvalues[k] < 0)).sum())
        results.append(
            Analysis(
                status_of_modes(negative, int(zero[k].sum()), sample.dimension, loose),
                eigenvalues[k][:taken],
                zero[k][:taken],
                participation[k][:taken],
                columns[k][:, kept].T.reshape(kept.size, sample.particles, sample.dimension),
                stress[k],
                born[k],
                relaxed[k],
                loose,
                float(residual[k]),
                float(largest[k]),
                float(np.sqrt(level)),
                table,
            )
        )
    return results


def _translations(root_masses: np.ndarray, dim: int) -> jax.Array:
    """Orthonormal, mass-weighted translations of every glass, shape (batch, size, dim)."""
    unit = root_masses / np.linalg.norm(root_masses, axis=1, keepdims=True)
    return jnp.asarray(np.einsum("bp,ac->bpac", unit, np.eye(dim)).reshape(len(unit), -1, dim))
