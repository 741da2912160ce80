"""Participation, stress and shear moduli of many small glasses at once, on the device, from all pairs."""

from __future__ import annotations

from itertools import permutations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import PairLaw
from ..systems import minimum_image


class BatchedObservables(eqx.Module):
    """What `simple_shear_moduli`, `participation_ratio` and `Pairs` give glass by glass, for a batch.

    Attributes:
        participation: shape (batch, modes).
        stress: positive in tension, shape (batch, dim, dim). Units of energy/length^d.
        born: affine simple-shear moduli, shape (batch, planes). Units of energy/length^d.
        relaxed: moduli with relaxed particles, shape (batch, planes). Units of energy/length^d.
        contacts: interacting neighbours, shape (batch, particles).
    """

    participation: Float[Array, "batch modes"]
    stress: Float[Array, "batch dim dim"]
    born: Float[Array, "batch planes"]
    relaxed: Float[Array, "batch planes"]
    contacts: Int[Array, "batch particles"]


def _one(
    law: PairLaw,
    positions: Float[Array, "particles dim"],
    sigma: Float[Array, "particles particles"],
    epsilon: Float[Array, "particles particles"],
    root_masses: Float[Array, " particles"],
    cell: Float[Array, "dim dim"],
    eigenvalues: Float[Array, " modes"],
    vectors: Float[Array, "size modes"],
    zero: Bool[Array, " modes"],
) -> BatchedObservables:
    particles, dim = positions.shape
    volume = jnp.abs(jnp.linalg.det(cell))
    displacement = minimum_image(positions[:, None] - positions[None, :], cell)
    r2 = jnp.where(jnp.eye(particles, dtype=bool), 1e12, jnp.sum(displacement**2, axis=-1))
    _, slope, curvature = law.derivatives(r2, sigma, epsilon)
    stress = jnp.einsum("ij,ija,ijb->ab", slope, displacement, displacement) / volume
    weight = jnp.sum(vectors.reshape(particles, dim, -1) ** 2, axis=1)
    participation = jnp.sum(weight, axis=0) ** 2 / (particles * jnp.sum(weight**2, axis=0))
    inverse = jnp.where(zero, 0.0, 1.0 / jnp.where(zero, 1.0, eigenvalues))
    born, relaxed = [], []
    for a, b in permutations(range(dim), 2):
        first, second = displacement[..., a], displacement[..., b]
        # Every pair is counted twice in sums over i and j.
        affine = 0.5 * jnp.sum(curvature * (2 * first * second) ** 2 + slope * 2 * second**2)
        force = jnp.sum(4.0 * (curvature * first * second)[..., None] * displacement, axis=1)
        force = force.at[:, a].add(jnp.sum(2.0 * slope * second, axis=1))
        overlap = vectors.T @ (force / root_masses[:, None]).reshape(-1)
        born.append(affine / volume)
        relaxed.append((affine - jnp.sum(overlap**2 * inverse)) / volume)
    contacts = jnp.sum(slope != 0, axis=1)
    return BatchedObservables(participation, stress, jnp.stack(born), jnp.stack(relaxed), contacts)


@jax.jit
def batched_observables(
    law: PairLaw,
    positions: Float[Array, "batch particles dim"],
    sigma: Float[Array, "batch particles particles"],
    epsilon: Float[Array, "batch particles particles"],
    root_masses: Float[Array, "batch particles"],
    cell: Float[Array, "batch dim dim"],
    eigenvalues: Float[Array, "batch modes"],
    vectors: Float[Array, "batch size modes"],
    zero: Bool[Array, "batch modes"],
) -> BatchedObservables:
    """Observables of a batch of minima from their complete spectra; the equations are those of the host versions.

    Args:
        law: the pair law.
        positions: units of length.
        sigma: pair diameters (the diagonal is not used). Units of length.
        epsilon: pair energies.
        root_masses: sqrt(m).
        cell: rows are the cell vectors.
        eigenvalues: of the mass-weighted Hessians.
        vectors: in columns.
        zero: mask of the zero modes.

    Returns:
        See `BatchedObservables`.
    """
    return jax.vmap(_one, in_axes=(None, 0, 0, 0, 0, 0, 0, 0, 0))(
        law, positions, sigma, epsilon, root_masses, cell, eigenvalues, vectors, zero
    )
