"""What is measured on quenched glasses, in batches on the jax device."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from .._core.identity import digest
from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from ..hessian import batched_hessians, interacting_pairs
from ..modes import (
    ModeTable,
    batched_affine,
    batched_mode_table,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
    wave_table,
)
from ..potentials import Potential
from ..spectrum import RESIDUAL, ZERO, batched_lowest, batched_spectra, large_enough, status_of_modes
from ..systems import Configuration
from ._analysis import Analysis, analyse_on_host, kept_columns, low_edge
from ._wanted import Wanted

LOW_COUNT = 90
"""Modes of one glass that a device computes at once in search of all below `low_edge`; what is not enough, the host
finds."""


class _Solved(NamedTuple):
    """What the device found for a batch; the first axis is the glass."""

    eigenvalues: np.ndarray
    zero: np.ndarray
    residual: np.ndarray
    largest: np.ndarray
    known: np.ndarray
    columns: np.ndarray
    participation: np.ndarray
    relaxed: np.ndarray
    stress: np.ndarray
    born: np.ndarray
    contacts: np.ndarray
    table: dict[str, np.ndarray] | None


def analyse_on_device(
    potential: Potential, samples: Sequence[Configuration], wanted: Wanted, seeds: Sequence[str], *, width: int
) -> list[Analysis]:
    """Some glasses at once on the jax device, padded to a fixed width so that one shape is compiled.

    A glass whose result does not pass its checks is done again on the host.
    """
    found = _solve(potential, [*samples, *[samples[-1]] * (width - len(samples))], wanted, seeds)
    return [
        _checked(potential, sample, found, k, wanted) or analyse_on_host(potential, sample, wanted, seeds[k])
        for k, sample in enumerate(samples)
    ]


def _solve(potential: Potential, padded: list[Configuration], wanted: Wanted, seeds: Sequence[str]) -> _Solved:
    """Modes, moduli and the table of modes of a batch."""
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
    if wanted.modes == "low" and large_enough(padded[0].positions.size, count, dim):
        low = batched_lowest(matrices, _translations(root_masses, dim), count=count, forces=affine.forces)
        eigenvalues, vectors, residual = low.eigenvalues, low.vectors, low.residual
        response, largest, known = low.response, low.largest, low.complete_below
        zero = jnp.abs(eigenvalues) <= ZERO * largest[:, None]
        columns = vectors
    else:
        full = batched_spectra(matrices)
        eigenvalues, vectors, residual, zero = full.eigenvalues, full.vectors, full.residual, full.zero
        response = batched_response(eigenvalues, vectors, zero, affine.forces)
        largest = jnp.max(jnp.abs(eigenvalues), axis=1)
        known = jnp.full(largest.shape, jnp.inf)
        # Only a few columns of the eigenvectors travel to the host: zero modes and what is asked for.
        travelling = max(wanted.vectors, LOW_COUNT if wanted.table else 0) + 1 + 4 * dim
        columns = vectors[:, :, : min(eigenvalues.shape[1], travelling)]
    table = None
    if wanted.table and all(np.array_equal(sample.cell, padded[0].cell) for sample in padded):
        # Relaxed cells have wave vectors of their own: their tables are made on the host.
        waves = wave_table(padded[0], whole=wanted.surrogates > 0)
        names = [*seeds, *[seeds[-1]] * (len(padded) - len(seeds))]
        keys = jnp.asarray([int(digest(["surrogates of modes", name]), 16) % 2**62 for name in names])
        low_values = eigenvalues[:, : columns.shape[2]]
        table = batched_mode_table(
            potential.law, waves, *geometry, low_values, columns, keys, surrogates=wanted.surrogates
        )
    return _Solved(
        *jax.device_get(
            (
                eigenvalues,
                zero,
                residual,
                largest,
                known,
                columns,
                batched_participation(vectors, geometry[3]),
                batched_relaxed_moduli(affine, response),
                affine.stress,
                affine.born,
                affine.contacts,
                table,
            )
        )
    )


def _checked(potential: Potential, sample: Configuration, found: _Solved, k: int, wanted: Wanted) -> Analysis | None:
    """One glass of the batch; None if it is to be done again on the host."""
    dim = sample.dimension
    eigenvalues, zero = found.eigenvalues[k], found.zero[k]
    kept = kept_columns(eigenvalues, zero, wanted.vectors)
    if not (found.residual[k] <= RESIDUAL and kept.max() < found.columns.shape[2]):
        return None
    taken, level = eigenvalues.size, float(found.known[k])
    edge = low_edge(found.born[k], sample.masses, sample.volume, dim)
    negative = int((~zero & (eigenvalues < 0)).sum())
    if wanted.modes == "low" and np.isfinite(found.known).any():
        if not (found.known[k] >= edge**2 and not negative and np.isfinite(found.relaxed[k]).all()):
            return None
        taken = max(int((eigenvalues < edge**2).sum()), int(kept.max()) + 1)
        level = max(edge**2, float(np.nextafter(eigenvalues[taken - 1], np.inf)))
    loose = 0
    if potential.repulsive and found.contacts[k].min() < dim + 1:
        loose = len(interacting_pairs(potential, sample).rattlers())
    table = None
    if wanted.table:
        # Rattlers stay out of the local fits, which the device does not know.
        chosen = np.flatnonzero(~zero & (eigenvalues > 0) & (eigenvalues < edge**2))
        table = None if loose else _table(found, k, chosen)
        if table is None and chosen.size:
            return None
    return Analysis(
        status_of_modes(negative, int(zero.sum()), dim, loose),
        eigenvalues[:taken],
        zero[:taken],
        found.participation[k][:taken],
        found.columns[k][:, kept].T.reshape(kept.size, sample.particles, dim),
        found.stress[k],
        found.born[k],
        found.relaxed[k],
        loose,
        float(found.residual[k]),
        float(found.largest[k]),
        float(np.sqrt(level)),
        table,
    )


def _table(found: _Solved, k: int, chosen: np.ndarray) -> ModeTable | None:
    """The chosen modes' rows; None if there are none, or the device could not make them (dependent waves)."""
    if found.table is None or not chosen.size or chosen.max() >= found.columns.shape[2]:
        return None
    # jax sorts the keys of what it returns.
    names = [name for name in (*MODE_COLUMNS, *SURROGATE_COLUMNS) if name in found.table]
    columns = {name: np.asarray(found.table[name][k][chosen]) for name in names}
    sound = all(np.isfinite(values).all() for name, values in columns.items() if name != "phonon_order")
    return ModeTable(columns) if sound else None


def _translations(root_masses: np.ndarray, dim: int) -> jax.Array:
    """Orthonormal, mass-weighted translations of every glass, shape (batch, size, dim)."""
    unit = root_masses / np.linalg.norm(root_masses, axis=1, keepdims=True)
    return jnp.asarray(np.einsum("bp,ac->bpac", unit, np.eye(dim)).reshape(len(unit), -1, dim))
