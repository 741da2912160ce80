"""Cores of fields: where they rotate most, and whether that is rotation or shear."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy import sparse

from ._local_fits import FieldGradients, LocalFits


@dataclass(frozen=True, eq=False)
class Cores:
    r"""The rotation core of each field.

    A region is a particle and its neighbours in the local fits. The core is the region of the largest rotation,

    .. math:: c = \arg\max_i \sum_{j \in i} |W_j|^2

    so that the amplitude of the mode weighs, not the fraction alone.

    Attributes:
        particle: at the centre of the core, shape (fields,).
        rotation: local rotation vector (1/2) curl u there, shape (fields, 3 or 1). Units of displacement/length.
        particle_fraction: rotation fraction |W|^2/(|W|^2 + |S|^2) of the particle with the largest |W|, (fields,).
        fraction: the same of the whole core region, from the sums of |W|^2 and |S|^2, shape (fields,).
        strength: mean |W|^2 of the core region over the mean |W|^2 + |S|^2 of the field, shape (fields,).
        asymmetry: sum of |W|^2 in the core region over the largest sum of |S|^2 in any region, shape (fields,).
            Vortices of superposed waves come with saddles as strong (about 1); Eshelby's quadrupoles have less than 1.
    """

    particle: Int[np.ndarray, " fields"]
    rotation: Float[np.ndarray, "fields axes"]
    particle_fraction: Float[np.ndarray, " fields"]
    fraction: Float[np.ndarray, " fields"]
    strength: Float[np.ndarray, " fields"]
    asymmetry: Float[np.ndarray, " fields"]


def find_cores(gradients: FieldGradients, fits: LocalFits) -> Cores:
    """The rotation core of each field.

    Args:
        gradients: of the fields, from `fits.gradients`.
        fits: the local fits.
    """
    W, S = gradients.squared_rotation, gradients.squared_strain
    region = (fits.neighbours + sparse.identity(W.shape[1], format="csr")).tocsr()
    number = np.diff(region.indptr)
    rotation, strain = (region @ W.T).T, (region @ S.T).T
    every = np.arange(len(W))
    core = np.argmax(rotation, axis=1)
    turned, sheared = rotation[every, core], strain[every, core]
    total = (W + S).mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Cores(
            core,
            gradients.rotation[every, core],
            gradients.rotation_fraction[every, np.argmax(W, axis=1)],
            turned / (turned + sheared),
            turned / number[core] / total,
            turned / strain.max(axis=1),
        )


@dataclass(frozen=True, eq=False)
class VortexCores:
    """All vortex cores of one field: particles where it rotates more than at every neighbour.

    Attributes:
        particles: from the strongest to the weakest, shape (cores,).
        rotation: rotation vectors, shape (cores, 3 or 1). Units of displacement/length.
        fraction: rotation fraction of each core region, shape (cores,).
        strength: mean |W|^2 of the region over the mean |W|^2 + |S|^2 of the field, shape (cores,).
    """

    particles: Int[np.ndarray, " cores"]
    rotation: Float[np.ndarray, "cores axes"]
    fraction: Float[np.ndarray, " cores"]
    strength: Float[np.ndarray, " cores"]


def vortex_cores(
    field: Float[np.ndarray, "particles dim"], fits: LocalFits, *, least_strength: float = 1.0
) -> VortexCores:
    """Local maxima of the rotation, in two or three dimensions.

    Args:
        field: displacements (for a mode: eigenvector over sqrt(mass)), shape (particles, dim).
        fits: local fits of the configuration.
        least_strength: weaker ones are left out.
    """
    gradients = fits.gradients(np.asarray(field)[None])
    W, S = gradients.squared_rotation[0], gradients.squared_strain[0]
    region = (fits.neighbours + sparse.identity(W.size, format="csr")).tocsr()
    turned, sheared = region @ W, region @ S
    highest = np.asarray(fits.neighbours.multiply(turned[None]).max(axis=1).todense()).ravel()
    with np.errstate(invalid="ignore"):
        fraction = turned / (turned + sheared)
    strength = turned / np.diff(region.indptr) / (W + S).mean()
    chosen = np.flatnonzero((turned > highest) & (strength >= least_strength))
    chosen = chosen[np.argsort(-strength[chosen], kind="stable")]
    return VortexCores(chosen, gradients.rotation[0][chosen], fraction[chosen], strength[chosen])
