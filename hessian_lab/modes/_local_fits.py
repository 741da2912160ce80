"""Local affine fits of displacement fields: rotation and strain round every particle."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import sparse
from scipy.stats import rankdata

from .._core.errors import InputError
from ..systems import Configuration, candidate_pairs, cell_heights

RADIUS = 1.6
"""Neighbourhood of a fit in units of the mean distance (V/N)^(1/d): about 17 neighbours in 3D, 8 in 2D."""


@dataclass(frozen=True, eq=False)
class LocalFits:
    r"""The linear map from displacements to their gradients at every particle.

    .. math:: \min_{u_0, L} \sum_{j} \|u_j - u_0 - L (r_j - r_i)\|^2, \qquad
              L_{ab} = \sum_j (u_j)_a\, c_{ij,b}, \quad c_{ij} = M_i^{-1} (r_{ij} - \bar r_i)

    over particle i and its neighbours j within the radius, with M_i their tensor of inertia.

    Attributes:
        operator: c, row d i + b and column j, shape (size, particles). Units of 1/length.
        radius: of the neighbourhoods. Units of length.
        fitted: particles with at least d + 1 neighbours that do not lie in one plane, and not left out; the gradient of
            others is 0.
        neighbours: sparse matrix of who is in whose fit, without oneself.
    """

    operator: sparse.csr_matrix
    radius: float
    fitted: Bool[np.ndarray, " particles"]
    neighbours: sparse.csr_matrix

    def gradients(self, fields: Float[np.ndarray, "fields particles dim"]) -> FieldGradients:
        """Gradients of displacement fields.

        Args:
            fields: displacements u (for modes: eigenvectors over sqrt(mass)), shape (fields, particles, dim).

        Raises:
            InputError: if the shape does not fit.
        """
        fields = np.asarray(fields, dtype=np.float64)
        size, particles = self.operator.shape
        dim = size // particles
        if fields.ndim != 3 or fields.shape[1:] != (particles, dim):
            raise InputError(
                f"argument fields must have the shape (fields, {particles}, {dim}), but has {fields.shape}; a single "
                "field goes in as field[None]"
            )
        product = self.operator @ fields.transpose(1, 0, 2).reshape(particles, -1)
        gradient = product.reshape(particles, dim, len(fields), dim).transpose(2, 0, 3, 1)
        return FieldGradients(np.ascontiguousarray(gradient), self.fitted)


@dataclass(frozen=True, eq=False)
class FieldGradients:
    r"""Displacement gradients L_ab = d_b u_a, split into rotation W and strain S.

    .. math:: W = (L - L^T)/2, \quad S = (L + L^T)/2, \quad |A|^2 = \sum_{ab} A_{ab}^2

    Attributes:
        gradient: L, shape (fields, particles, dim, dim). Units of displacement/length.
        fitted: particles that have one, shape (particles,).
    """

    gradient: Float[np.ndarray, "fields particles dim dim"]
    fitted: Bool[np.ndarray, " particles"]

    @cached_property
    def rotation(self) -> Float[np.ndarray, "fields particles axes"]:
        r"""Local rotation vector \eta = (1/2) curl u; in 2D its one component. Shape (fields, particles, 3 or 1)."""
        L = self.gradient
        if L.shape[-1] == 2:
            return 0.5 * (L[..., 1, 0] - L[..., 0, 1])[..., None]
        return 0.5 * np.stack(
            [L[..., 2, 1] - L[..., 1, 2], L[..., 0, 2] - L[..., 2, 0], L[..., 1, 0] - L[..., 0, 1]], axis=-1
        )

    @cached_property
    def squared_rotation(self) -> Float[np.ndarray, "fields particles"]:
        """|W|^2 = 2 eta^2."""
        return 2 * np.sum(self.rotation**2, axis=-1)

    @cached_property
    def squared_strain(self) -> Float[np.ndarray, "fields particles"]:
        """|S|^2 = |L|^2 - |W|^2, compression included."""
        return np.maximum(np.sum(self.gradient**2, axis=(-1, -2)) - self.squared_rotation, 0.0)

    @cached_property
    def rotation_fraction(self) -> Float[np.ndarray, "fields particles"]:
        """|W|^2/(|W|^2 + |S|^2): transverse plane wave 1/2, longitudinal 0, noise 1/3 (3D) and 1/4 (2D); NaN if 0/0."""
        total = self.squared_rotation + self.squared_strain
        return np.divide(self.squared_rotation, total, out=np.full(total.shape, np.nan), where=total > 0)

    def correlation_with(self, stress: Float[np.ndarray, " particles"]) -> Float[np.ndarray, " fields"]:
        """Spearman's coefficient of |W| and another number of each particle; NaN where one of them does not vary.

        Over the fitted particles: rattlers, with neither rotation nor stress, would make a correlation of their own.
        """
        ranks = rankdata(self.squared_rotation[:, self.fitted], axis=1)
        other = rankdata(np.asarray(stress)[self.fitted])
        ranks -= ranks.mean(axis=1, keepdims=True)
        other -= other.mean()
        scale = np.linalg.norm(ranks, axis=1) * np.linalg.norm(other)
        return np.divide(ranks @ other, scale, out=np.full(scale.shape, np.nan), where=scale > 0)


def local_fits(
    configuration: Configuration, *, radius: float | None = None, without: Int[np.ndarray, " left_out"] | None = None
) -> LocalFits:
    """Prepare the affine fits round every particle of a configuration.

    Args:
        configuration: positions and cell.
        radius: of the neighbourhoods; 1.6 (V/N)^(1/d) if not given. Units of length.
        without: particles that are left out of all fits, their own and their neighbours', such as rattlers: those stand
            still in a mode that moves all around them, which would look like a gradient.

    Raises:
        InputError: if the radius is not positive or reaches beyond half the box.
    """
    dim, particles = configuration.dimension, configuration.particles
    if radius is None:
        radius = RADIUS * configuration.density ** (-1 / dim)
    limit = float(cell_heights(configuration.cell).min()) / 2
    if not 0 < radius <= limit:
        raise InputError(
            f"argument radius must be above 0 and at most half the height of the cell, {limit:.4g}, but got {radius:g}"
        )
    first, second, displacement = candidate_pairs(configuration, radius)
    taken = np.ones(particles, dtype=bool)
    if without is not None:
        taken[without] = False
    near = (np.einsum("pd,pd->p", displacement, displacement) < radius**2) & taken[first] & taken[second]
    first, second, displacement = first[near], second[near], displacement[near]
    # Displacements are r_first - r_second; a row's entries are r_j - r_i. Oneself is in one's own fit.
    own = np.arange(particles)
    rows = np.concatenate([first, second, own])
    columns = np.concatenate([second, first, own])
    apart = np.concatenate([-displacement, displacement, np.zeros((particles, dim))])
    number = np.bincount(rows, minlength=particles)
    centre = np.stack([np.bincount(rows, column, particles) for column in apart.T], axis=1) / number[:, None]
    apart = apart - centre[rows]
    inertia = np.stack(
        [np.bincount(rows, apart[:, a] * apart[:, b], particles) for a in range(dim) for b in range(dim)], axis=1
    ).reshape(-1, dim, dim)
    lowest = np.linalg.eigvalsh(inertia)[:, 0]
    fitted = (number > dim + 1) & (lowest > 1e-3 * radius**2)
    inverse = np.zeros_like(inertia)
    inverse[fitted] = np.linalg.inv(inertia[fitted])
    weights = np.einsum("pab,pb->pa", inverse[rows], apart)
    operator = sparse.csr_matrix(
        (weights.reshape(-1), ((dim * rows[:, None] + np.arange(dim)).reshape(-1), np.repeat(columns, dim))),
        shape=(dim * particles, particles),
    )
    others = rows != columns
    neighbours = sparse.csr_matrix((np.ones(others.sum()), (rows[others], columns[others])), shape=(particles,) * 2)
    return LocalFits(operator, float(radius), fitted, neighbours)
