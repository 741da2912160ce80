"""Energy landscapes: forces in the coordinates that a method moves, with the cell fixed or free."""

from __future__ import annotations

from typing import Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ..hessian import forces, forces_and_energy, forces_and_largest
from ..potentials import PairLaw
from ..systems import BEYOND, Box, HalfTable, PairData

RelaxCell = Literal["none", "pressure", "shear", "both"]
"""Which part of the cell a quench relaxes."""


LOST = 1e6
"""Cell lengths beyond which a coordinate has too few digits left for distances: such a sample has blown up."""


class Diagnosis(eqx.Module):
    """What the driver wants to know of a glass at the end of a chunk.

    `finite` is false where numbers have overflowed, or particles were thrown so far that distances have no digits left.
    """

    energy: Float[Array, ""]
    max_force: Float[Array, ""]
    force_scale: Float[Array, ""]
    finite: Bool[Array, ""]


class Landscape(eqx.Module):
    r"""Forces on particles and, where the cell is free, on its strain.

    Coordinates are the positions x in the cell of the start, shape (N, d), followed by d rows :math:`\sqrt N E` where
    the cell is free. Particles sit at :math:`r = x\,G(E)`, cell vectors at their start times G, with

    - pressure: :math:`G = (1 + \mathrm{tr} E/d)\, 1`,
    - shear: :math:`G = A/\det(A)^{1/d}`, A = 1 + (E + E^T)/2: the volume is kept,
    - both: G = A,

    so that the cell never turns. The enthalpy U + P V is minimised; force rows of the strain vanish where the residual
    stress (or its free part) equals -P. The factor sqrt(N) gives strain rows a stiffness like a particle's.

    Attributes:
        law: the pair law.
        pressure: target P. Units of energy/length^d.
        relax: which part of the cell is free.
    """

    law: PairLaw
    pressure: Float[Array, ""]
    relax: RelaxCell = eqx.field(static=True)

    @property
    def free(self) -> bool:
        """Whether the cell is free."""
        return self.relax != "none"

    def join(self, positions: Float[Array, "particles dim"]) -> Float[Array, "rows dim"]:
        """Coordinates of a sample in its undeformed cell."""
        if not self.free:
            return positions
        return jnp.concatenate([positions, jnp.zeros((positions.shape[1],) * 2)])

    def split(
        self, coordinates: Float[Array, "rows dim"]
    ) -> tuple[Float[Array, "particles dim"], Float[Array, "dim dim"]]:
        """Positions in the cell of the start, and the strain E."""
        if not self.free:
            return coordinates, jnp.zeros((coordinates.shape[1],) * 2)
        dim = coordinates.shape[1]
        positions = coordinates[:-dim]
        return positions, coordinates[-dim:] / jnp.sqrt(positions.shape[0])

    def place(self, coordinates: Float[Array, "rows dim"], box: Box) -> tuple[Float[Array, "particles dim"], Box]:
        """Where the particles are, and their cell."""
        positions, strain = self.split(coordinates)
        if not self.free:
            return positions, box
        deformation = self.deformation(strain)
        cell = box.cell @ deformation
        return positions @ deformation, Box(cell, jnp.linalg.inv(cell), False)

    def deformation(self, strain: Float[Array, "dim dim"]) -> Float[Array, "dim dim"]:
        """G(E)."""
        dim = strain.shape[0]
        if self.relax == "pressure":
            return (1 + jnp.trace(strain) / dim) * jnp.eye(dim)
        stretch = jnp.eye(dim) + 0.5 * (strain + strain.T)
        return stretch / jnp.linalg.det(stretch) ** (1 / dim) if self.relax == "shear" else stretch

    def forces(
        self, coordinates: Float[Array, "rows dim"], data: PairData | HalfTable, box: Box
    ) -> Float[Array, "rows dim"]:
        """Force on every row; half tables are for fixed cells. Units of energy/length."""
        positions, strain = self.split(coordinates)
        if not self.free:
            return forces(self.law, positions, data, box)
        assert isinstance(data, PairData)
        deformation, pull_back = jax.vjp(self.deformation, strain)
        displacement, stretched, r2 = self._displacements(positions, deformation, data, box)
        _, slope = self.law.value_and_slope(r2, data.sigma, data.epsilon)
        pull = -2.0 * slope[..., None] * stretched
        # dU/dG = sum over pairs of 2 slope x_a r_b; every pair is met twice.
        energy_slope = -0.5 * jnp.einsum("ija,ijb->ab", displacement, pull)
        volume = jnp.abs(jnp.linalg.det(box.cell)) * jnp.linalg.det(deformation)
        energy_slope = energy_slope + self.pressure * volume * jnp.linalg.inv(deformation).T
        (on_strain,) = pull_back(energy_slope)
        on_particles = jnp.sum(pull, axis=1) @ deformation.T
        return jnp.concatenate([on_particles, -on_strain / jnp.sqrt(positions.shape[0])])

    def forces_and_largest(
        self, coordinates: Float[Array, "rows dim"], data: PairData | HalfTable, box: Box
    ) -> tuple[Float[Array, "rows dim"], Float[Array, ""]]:
        """`forces` and their largest component. Units of energy/length."""
        if not self.free:
            return forces_and_largest(self.law, coordinates, data, box)
        force = self.forces(coordinates, data, box)
        return force, jnp.max(jnp.abs(force))

    def _displacements(
        self, positions: Array, deformation: Array, data: PairData, box: Box
    ) -> tuple[Array, Array, Array]:
        """Displacements before and after the deformation, and their squares; the nearest image is the same one."""
        displacement, r2 = data.displacements(positions, box)
        stretched = displacement @ deformation
        return displacement, stretched, jnp.where(r2 >= BEYOND, r2, jnp.sum(stretched**2, axis=-1))

    def diagnose(self, coordinates: Array, data: PairData | HalfTable, box: Box) -> Diagnosis:
        """Energy U, largest force component of any row, and the mean over particles of the largest pair force."""
        positions, cell = self.place(coordinates, box)
        force, energy, peak = forces_and_energy(self.law, positions, data, cell)
        if self.free:
            force = self.forces(coordinates, data, box)
        largest = jnp.max(jnp.abs(force))
        there = jnp.max(jnp.abs(coordinates)) <= LOST * jnp.max(jnp.abs(box.cell))
        finite = jnp.isfinite(energy) & jnp.isfinite(largest) & there
        return Diagnosis(energy, largest, jnp.mean(peak), finite)

    def drift(self, coordinates: Array, origin: Array, reach: Array) -> Float[Array, ""]:
        """Bound on the change of any pair's distance since a table was made: twice the longest move, and the strain."""
        positions, strain = self.split(coordinates)
        before, strain_before = self.split(origin)
        move = positions - before
        if not self.free:
            return 2 * jnp.sqrt(jnp.max(jnp.sum(move**2, axis=-1)))
        now, then = self.deformation(strain), self.deformation(strain_before)
        stretch = jnp.linalg.norm(jnp.linalg.solve(then, now) - jnp.eye(len(now)))
        return 2 * jnp.sqrt(jnp.max(jnp.sum((move @ now) ** 2, axis=-1))) + stretch * reach
