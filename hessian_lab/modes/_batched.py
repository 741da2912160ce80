"""Participation, stress and shear moduli of many small glasses at once, on the device, from all pairs."""

from __future__ import annotations

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import PairLaw
from ..systems import minimum_image
from ._strain_response import pair_curvature, pair_gradient, shear_planes


class BatchedAffine(eqx.Module):
    """What follows from the pairs alone, for a batch.

    Attributes:
        stress: positive in tension, shape (batch, dim, dim). Units of energy/length^d.
        born: affine simple-shear moduli, shape (batch, planes). Units of energy/length^d.
        forces: mass-weighted force per strain of every plane, shape (batch, size, planes).
        contacts: interacting neighbours, shape (batch, particles).
        volume: shape (batch,). Units of length^d.
    """

    stress: Float[Array, "batch dim dim"]
    born: Float[Array, "batch planes"]
    forces: Float[Array, "batch size planes"]
    contacts: Int[Array, "batch particles"]
    volume: Float[Array, " batch"]


def _one(
    law: PairLaw,
    positions: Float[Array, "particles dim"],
    sigma: Float[Array, "particles particles"],
    epsilon: Float[Array, "particles particles"],
    root_masses: Float[Array, " particles"],
    cell: Float[Array, "dim dim"],
) -> BatchedAffine:
    particles, dim = positions.shape
    volume = jnp.abs(jnp.linalg.det(cell))
    displacement = minimum_image(positions[:, None] - positions[None, :], cell)
    r2 = jnp.where(jnp.eye(particles, dtype=bool), 1e12, jnp.sum(displacement**2, axis=-1))
    _, slope, curvature = law.derivatives(r2, sigma, epsilon)
    stress = jnp.einsum("ij,ija,ijb->ab", slope, displacement, displacement) / volume
    born, forces = [], []
    for plane in shear_planes(dim):
        # Every pair is counted twice in sums over i and j.
        born.append(0.5 * jnp.sum(pair_curvature(displacement, slope, curvature, plane, plane)) / volume)
        force = jnp.sum(pair_gradient(displacement, slope, curvature, plane), axis=1)
        forces.append((force / root_masses[:, None]).reshape(-1))
    contacts = jnp.sum(slope != 0, axis=1)
    return BatchedAffine(stress, jnp.stack(born), jnp.stack(forces, axis=1), contacts, volume)


@jax.jit
def batched_affine(
    law: PairLaw,
    positions: Float[Array, "batch particles dim"],
    sigma: Float[Array, "batch particles particles"],
    epsilon: Float[Array, "batch particles particles"],
    root_masses: Float[Array, "batch particles"],
    cell: Float[Array, "batch dim dim"],
) -> BatchedAffine:
    """Stresses, affine moduli and forces per strain of a batch; the equations are those of `simple_shear_moduli`.

    Args:
        law: the pair law.
        positions: units of length.
        sigma: pair diameters (the diagonal is not used). Units of length.
        epsilon: pair energies.
        root_masses: sqrt(m).
        cell: rows are the cell vectors.
    """
    return jax.vmap(_one, in_axes=(None, 0, 0, 0, 0, 0))(law, positions, sigma, epsilon, root_masses, cell)


@jax.jit
def batched_participation(vectors: Float[Array, "batch size modes"], root_masses: Array) -> Float[Array, "batch modes"]:
    """`participation_ratio` of the columns of every glass."""
    batch, particles = root_masses.shape
    weight = jnp.sum(vectors.reshape(batch, particles, -1, vectors.shape[2]) ** 2, axis=2)
    return jnp.sum(weight, axis=1) ** 2 / (particles * jnp.sum(weight**2, axis=1))


@jax.jit
def batched_relaxed_moduli(
    affine: BatchedAffine, response: Float[Array, "batch size planes"]
) -> Float[Array, "batch planes"]:
    """Moduli with relaxed particles from H^-1 times the forces per strain. Units of energy/length^d."""
    return affine.born - jnp.sum(affine.forces * response, axis=1) / affine.volume[:, None]


@jax.jit
def batched_response(
    eigenvalues: Float[Array, "batch modes"],
    vectors: Float[Array, "batch size modes"],
    zero: Bool[Array, "batch modes"],
    forces: Float[Array, "batch size planes"],
) -> Float[Array, "batch size planes"]:
    """H^-1 times forces by the sum over all modes but the zero modes."""
    inverse = jnp.where(zero, 0.0, 1.0 / jnp.where(zero, 1.0, eigenvalues))
    return vectors @ (inverse[:, :, None] * (vectors.mT @ forces))
