"""The Hessian of a pair potential: d x d blocks, stiffness and pre-stress parts apart, dense or sparse."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from scipy import sparse

from .._core.errors import InputError
from ..potentials import Potential
from ..systems import Configuration
from ._pairs import Pairs, interacting_pairs

DENSE_PARTICLES = 6000
"""Above this N no dense matrix is made (d N = 18000 in 3D: 2.6 GB)."""


@dataclass(frozen=True)
class Hessian:
    r"""Second derivatives of the energy of one configuration.

    .. math:: H_{ij} = -\left[\phi'' n n^T + (1-\delta) \frac{\phi'}{r} (1 - n n^T)\right], \quad
              H_{ii} = -\sum_{j \ne i} H_{ij}

    n is the unit vector of the pair. The first part is the stiffness, the second the pre-stress part;
    `prestress` = 1 - delta scales it, for all pairs alike or pair by pair. Translations cost no energy whatever the
    factors are. Row d i + a is particle i, direction a.

    Attributes:
        pairs: the interacting pairs it is made from.
        prestress: factor of the pre-stress part, a number or an array of shape (pairs,); 1 is the Hessian itself.

    Raises:
        InputError: if prestress is not finite, or has another shape.
    """

    pairs: Pairs
    prestress: float | Float[np.ndarray, " pairs"] = 1.0

    def __post_init__(self) -> None:
        factor = np.asarray(self.prestress, dtype=np.float64)
        number = self.pairs.first.size
        if factor.shape not in ((), (number,)):
            raise InputError(
                f"argument prestress must be a number or have one factor for each of the {number} pairs, but has the "
                f"shape {factor.shape}"
            )
        if not np.isfinite(factor).all():
            raise InputError("argument prestress must be finite; 0 leaves the pre-stress of a pair out")

    @cached_property
    def prestress_factors(self) -> Float[np.ndarray, " pairs"]:
        """Factor of the pre-stress part of every pair."""
        return np.broadcast_to(np.asarray(self.prestress, dtype=np.float64), self.pairs.first.shape)

    @property
    def size(self) -> int:
        """d N."""
        return self.pairs.displacement.shape[1] * self.pairs.configuration.particles

    @cached_property
    def root_masses(self) -> Float[np.ndarray, " size"]:
        """sqrt(m) of every row."""
        return np.sqrt(np.repeat(self.pairs.configuration.masses, self.pairs.configuration.dimension))

    @cached_property
    def trivial_modes(self) -> Float[np.ndarray, "size zeros"]:
        """Orthonormal, mass-weighted columns that cost no energy whatever the pair law is.

        The d translations of all particles that touch another one, and d columns for every particle that touches
        none.
        """
        pairs = self.pairs
        dim = pairs.configuration.dimension
        alone = np.flatnonzero(pairs.contacts == 0)
        touching = np.repeat(pairs.contacts > 0, dim)
        columns = []
        if touching.any():
            weights = np.where(touching, self.root_masses, 0.0)
            weights /= np.linalg.norm(weights)
            columns = [np.where(np.arange(self.size) % dim == a, weights, 0.0) for a in range(dim)]
            columns = [column / np.linalg.norm(column) for column in columns]
        moving = np.zeros((self.size, len(columns) + dim * alone.size))
        for k, column in enumerate(columns):
            moving[:, k] = column
        rows = (dim * alone[:, None] + np.arange(dim)).reshape(-1)
        moving[rows, len(columns) + np.arange(rows.size)] = 1.0
        return moving

    @cached_property
    def blocks(self) -> tuple[Float[np.ndarray, "pairs dim dim"], Float[np.ndarray, "pairs dim dim"]]:
        """Stiffness and pre-stress parts of -H_ij of every pair, unscaled. Units of energy/length^2."""
        pairs = self.pairs
        s = pairs.squared_distance
        outer = np.einsum("pa,pb->pab", pairs.displacement, pairs.displacement) / s[:, None, None]
        stiffness = (2.0 * pairs.slope + 4.0 * s * pairs.curvature)[:, None, None] * outer
        transverse = np.eye(outer.shape[-1]) - outer
        return stiffness, (2.0 * pairs.slope)[:, None, None] * transverse

    def _parts(self) -> tuple[np.ndarray, np.ndarray]:
        """Off-diagonal blocks -H_ij and diagonal blocks H_ii."""
        stiffness, transverse = self.blocks
        blocks = stiffness + self.prestress_factors[:, None, None] * transverse
        particles, dim = self.pairs.configuration.particles, blocks.shape[-1]
        flat = blocks.reshape(-1, dim * dim).T
        diagonal = np.stack(
            [
                np.bincount(self.pairs.first, column, particles) + np.bincount(self.pairs.second, column, particles)
                for column in flat
            ],
            axis=1,
        )
        return blocks, diagonal.reshape(particles, dim, dim)

    def dense(self, *, mass_weighted: bool = True) -> Float[np.ndarray, "size size"]:
        """The whole matrix, exactly symmetric.

        Args:
            mass_weighted: divide by sqrt(m_i m_j), so that eigenvalues are omega^2.

        Returns:
            Shape (d N, d N). Units of energy/length^2 (per mass where mass-weighted).

        Raises:
            InputError: if N is above `DENSE_PARTICLES`.
        """
        particles = self.pairs.configuration.particles
        if particles > DENSE_PARTICLES:
            raise InputError(
                f"argument configuration has {particles} particles, but dense Hessians are made up to "
                f"{DENSE_PARTICLES}; use the sparse one"
            )
        blocks, diagonal = self._parts()
        dim = blocks.shape[-1]
        tensor = np.zeros((particles, dim, particles, dim))
        i, j = self.pairs.first, self.pairs.second
        tensor[i, :, j, :] = -blocks
        tensor[j, :, i, :] = -blocks
        every = np.arange(particles)
        tensor[every, :, every, :] = diagonal
        matrix = tensor.reshape(self.size, self.size)
        if mass_weighted:
            matrix /= np.multiply.outer(self.root_masses, self.root_masses)
        return matrix

    def sparse(self, *, mass_weighted: bool = True) -> sparse.csr_matrix:
        """The matrix in compressed rows; time and memory linear in N. Arguments as of `dense`."""
        blocks, diagonal = self._parts()
        particles, dim = self.pairs.configuration.particles, blocks.shape[-1]
        i, j = self.pairs.first, self.pairs.second
        if mass_weighted:
            root = np.sqrt(self.pairs.configuration.masses)
            blocks = blocks / (root[i] * root[j])[:, None, None]
            diagonal = diagonal / (root**2)[:, None, None]
        # A row holds its lower neighbours, itself and its higher ones. Pairs are sorted by (i, j), so the higher ones
        # lie in order; a stable sort by j puts the lower ones in order.
        lower, higher = np.bincount(j, minlength=particles), np.bincount(i, minlength=particles)
        pointer = np.concatenate([[0], np.cumsum(lower + higher + 1)])
        by_second = np.argsort(j.astype(np.uint16 if particles < 2**16 else np.uint32), kind="stable")
        every = np.arange(particles)
        own = pointer[:-1] + lower
        number = np.arange(i.size)
        after = (own + 1 - (np.cumsum(higher) - higher))[i] + number
        before = (pointer[:-1] - (np.cumsum(lower) - lower))[j[by_second]] + number
        columns = np.empty(pointer[-1], np.int32)
        data = np.empty((pointer[-1], dim, dim))
        columns[own], columns[after], columns[before] = every, j, i[by_second]
        data[own], data[after], data[before] = diagonal, -blocks, -blocks[by_second]
        matrix = sparse.bsr_matrix((data, columns, pointer), shape=(self.size, self.size), blocksize=(dim, dim)).tocsr()
        matrix.has_sorted_indices = True
        return matrix


def hessian(
    potential: Potential, configuration: Configuration, *, prestress: float | Float[np.ndarray, " pairs"] = 1.0
) -> Hessian:
    """The Hessian of a configuration, from the pair law that also gives its energy and forces.

    Args:
        potential: the pair potential.
        configuration: the sample.
        prestress: factor 1 - delta of the pre-stress part, a number or one for each pair, in the order of
            `interacting_pairs`.

    Raises:
        InputError: as `interacting_pairs` and `Hessian`.
    """
    return Hessian(interacting_pairs(potential, configuration), prestress)
