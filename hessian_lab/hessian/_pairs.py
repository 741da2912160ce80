"""The interacting pairs of one configuration, with the three numbers of the law that everything else is made of."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import jax
import numpy as np
from jaxtyping import Float, Int

from .._core.precision import require_x64
from ..potentials import PairLaw, Potential
from ..systems import BEYOND, Configuration, candidate_pairs, check_minimum_image, minimum_image_host


@jax.jit
def _evaluate(law: PairLaw, r2: jax.Array, sigma: jax.Array, epsilon: jax.Array) -> tuple[jax.Array, ...]:
    return law.derivatives(r2, sigma, epsilon)


def _padded_length(count: int) -> int:
    """Next quarter power of two, so that few shapes are ever compiled."""
    size = 1024
    while size < count:
        size = size * 5 // 4 if size * 5 // 4 >= count else size * 2
    return size


@dataclass(frozen=True)
class Pairs:
    r"""Pairs i < j inside each other's reach. With s = r^2: slope = dphi/ds, curvature = d^2phi/ds^2.

    Attributes:
        configuration: the sample.
        first: i, shape (pairs,), sorted by (i, j).
        second: j, shape (pairs,).
        displacement: minimum image of r_i - r_j, shape (pairs, dim). Units of length.
        sigma: pair diameters. Units of length.
        energy: phi. Units of energy.
        slope: dphi/ds = phi'/(2r). Units of energy/length^2.
        curvature: d^2phi/ds^2; phi'' = 2 slope + 4 s curvature. Units of energy/length^4.
    """

    configuration: Configuration
    first: Int[np.ndarray, " pairs"]
    second: Int[np.ndarray, " pairs"]
    displacement: Float[np.ndarray, "pairs dim"]
    sigma: Float[np.ndarray, " pairs"]
    energy: Float[np.ndarray, " pairs"]
    slope: Float[np.ndarray, " pairs"]
    curvature: Float[np.ndarray, " pairs"]

    @cached_property
    def squared_distance(self) -> Float[np.ndarray, " pairs"]:
        """s = r^2. Units of length^2."""
        return np.einsum("pd,pd->p", self.displacement, self.displacement)

    @cached_property
    def distance(self) -> Float[np.ndarray, " pairs"]:
        """r. Units of length."""
        return np.sqrt(self.squared_distance)

    @cached_property
    def forces(self) -> Float[np.ndarray, "particles dim"]:
        """Force on every particle, F_i = -sum_j 2 slope_ij (r_i - r_j). Units of energy/length."""
        pull = -2.0 * self.slope[:, None] * self.displacement
        particles = self.configuration.particles
        return np.stack(
            [
                np.bincount(self.first, column, particles) - np.bincount(self.second, column, particles)
                for column in pull.T
            ],
            axis=1,
        )

    @property
    def total_energy(self) -> float:
        """U. Units of energy."""
        return float(np.sum(self.energy))

    @property
    def max_force(self) -> float:
        """Largest component of any force. Units of energy/length."""
        return float(np.abs(self.forces).max())

    @cached_property
    def force_scale(self) -> float:
        """Mean over particles of the largest pair force |phi'| on each. Units of energy/length."""
        magnitude = 2.0 * np.abs(self.slope) * self.distance
        largest = np.zeros(self.configuration.particles)
        np.maximum.at(largest, self.first, magnitude)
        np.maximum.at(largest, self.second, magnitude)
        return float(largest.mean())

    @cached_property
    def stress(self) -> Float[np.ndarray, "dim dim"]:
        r"""Stress tensor of the resting configuration (positive in tension).

        .. math:: \sigma_{ab} = \frac{1}{V} \sum_{i<j} \frac{\phi'}{r} r_a r_b

        Returns:
            Shape (dim, dim). Units of energy/length^d.
        """
        product = np.einsum("p,pa,pb->ab", 2.0 * self.slope, self.displacement, self.displacement)
        return product / self.configuration.volume

    @property
    def pressure(self) -> float:
        """P = -tr(stress)/d, without the kinetic part. Units of energy/length^d."""
        return float(-np.trace(self.stress) / self.configuration.dimension)

    @cached_property
    def contacts(self) -> Int[np.ndarray, " particles"]:
        """Number of interacting neighbours of each particle."""
        particles = self.configuration.particles
        return np.bincount(self.first, minlength=particles) + np.bincount(self.second, minlength=particles)

    def rattlers(self) -> Int[np.ndarray, " rattlers"]:
        """Particles that a repulsive packing cannot hold: fewer than d + 1 contacts, found recursively.

        Particles bound by attraction need fewer contacts; ask only for repulsive potentials.
        """
        alive = np.ones(self.configuration.particles, dtype=bool)
        while True:
            counted = alive[self.first] & alive[self.second]
            contacts = np.bincount(self.first[counted], minlength=alive.size)
            contacts += np.bincount(self.second[counted], minlength=alive.size)
            loose = alive & (contacts < self.configuration.dimension + 1)
            if not loose.any():
                return np.flatnonzero(~alive)
            alive &= ~loose


def interacting_pairs(
    potential: Potential, configuration: Configuration, *, candidates: tuple[np.ndarray, np.ndarray] | None = None
) -> Pairs:
    """Evaluate the pair law on every interacting pair of a configuration.

    Linear in the number of particles. The arrays have only pairs below their own reach.

    Args:
        potential: the pair potential.
        configuration: the sample.
        candidates: i and j of the pairs to look at, sorted; every pair that interacts must be among them, and the
            cell must have passed `check_minimum_image`. Found if not given.

    Returns:
        The pairs.

    Raises:
        InputError: if jax has 64-bit floats off, the cell is too narrow, or a species is unknown to the model.
    """
    require_x64()
    if candidates is None:
        reach = check_minimum_image(configuration, potential)
        first, second, displacement = candidate_pairs(configuration, reach)
    else:
        first, second = candidates
        apart = configuration.positions[first] - configuration.positions[second]
        displacement = minimum_image_host(apart, configuration.cell)
    sigma, epsilon = potential.mixing.parameters(configuration.diameters, configuration.species, first, second)
    r2 = np.einsum("pd,pd->p", displacement, displacement)
    inside = r2 < potential.reach(sigma) ** 2
    first, second, displacement = first[inside], second[inside], displacement[inside]
    r2, sigma, epsilon = r2[inside], sigma[inside], epsilon[inside]
    size = _padded_length(r2.size)
    # Padding sits far outside the reach, where the law is zero.
    padded = [
        np.concatenate([array, np.full(size - r2.size, fill)])
        for array, fill in ((r2, BEYOND), (sigma, 1.0), (epsilon, 1.0))
    ]
    energy, slope, curvature = (np.asarray(entry)[: r2.size] for entry in _evaluate(potential.law, *padded))
    return Pairs(configuration, first, second, displacement, sigma, energy, slope, curvature)
