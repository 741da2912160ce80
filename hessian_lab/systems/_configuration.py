"""A configuration: positions, diameters, species, masses and the cell of one sample."""

from __future__ import annotations

import equinox as eqx
import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from ..potentials import Model, Potential


class Configuration(eqx.Module):
    """One sample in a periodic cell. A pytree of float64 arrays.

    Attributes:
        positions: shape (particles, dim). Units of length.
        diameters: shape (particles,). Units of length.
        species: shape (particles,), numbered from 0 in the model's order.
        masses: shape (particles,). Units of mass.
        cell: shape (dim, dim); its *rows* are the cell vectors, so r = s @ cell for reduced coordinates s.
    """

    positions: Float[np.ndarray, "particles dim"]
    diameters: Float[np.ndarray, " particles"]
    species: Int[np.ndarray, " particles"]
    masses: Float[np.ndarray, " particles"]
    cell: Float[np.ndarray, "dim dim"]

    @classmethod
    def create(
        cls,
        positions: np.ndarray,
        cell: np.ndarray | float,
        *,
        diameters: np.ndarray | None = None,
        species: np.ndarray | None = None,
        masses: np.ndarray | None = None,
    ) -> Configuration:
        """Check and complete a configuration: unit diameters and masses and species 0 where none are given.

        Args:
            positions: shape (particles, dim). Units of length.
            cell: (dim, dim) matrix whose rows are the cell vectors, or the edge of a cube. Units of length.
            diameters: shape (particles,). Units of length.
            species: shape (particles,), from 0.
            masses: shape (particles,). Units of mass.

        Raises:
            InputError: if shapes disagree, a number is not finite, a mass or diameter is not positive, or the cell
                has no volume.
        """
        positions = np.array(positions, dtype=np.float64)
        if positions.ndim != 2 or positions.shape[1] not in (2, 3):
            raise InputError(f"argument positions must have shape (particles, 2 or 3), but got {positions.shape}")
        particles, dim = positions.shape
        cell = np.array(cell, dtype=np.float64)
        if cell.ndim == 0:
            cell = float(cell) * np.eye(dim)
        if cell.shape != (dim, dim):
            raise InputError(f"argument cell must have shape ({dim}, {dim}), but got {cell.shape}")
        arrays: dict[str, np.ndarray] = {
            "diameters": np.ones(particles) if diameters is None else np.array(diameters, dtype=np.float64),
            "masses": np.ones(particles) if masses is None else np.array(masses, dtype=np.float64),
            "species": np.zeros(particles, np.int32) if species is None else np.array(species, dtype=np.int32),
        }
        for name, array in arrays.items():
            if array.shape != (particles,):
                raise InputError(f"argument {name} must have shape ({particles},), but got {array.shape}")
            if name != "species" and not (np.isfinite(array) & (array > 0)).all():
                raise InputError(f"argument {name} must be finite and positive, but holds {array.min():g}")
        if arrays["species"].size and arrays["species"].min() < 0:
            raise InputError("argument species must be numbered from 0, but holds a negative number")
        if not np.isfinite(positions).all() or not np.isfinite(cell).all():
            raise InputError("arguments positions and cell must be finite, but hold NaN or infinity")
        if abs(np.linalg.det(cell)) < 1e-300:
            raise InputError("argument cell has no volume; give its cell vectors as linearly independent rows")
        return cls(positions, arrays["diameters"], arrays["species"], arrays["masses"], cell)

    @property
    def particles(self) -> int:
        """N."""
        return self.positions.shape[0]

    @property
    def dimension(self) -> int:
        """d."""
        return self.positions.shape[1]

    @property
    def volume(self) -> float:
        """|det cell|. Units of length^d."""
        return float(abs(np.linalg.det(self.cell)))

    @property
    def density(self) -> float:
        """Number density N/V."""
        return self.particles / self.volume

    @property
    def mass_density(self) -> float:
        """Sum of the masses over the volume."""
        return float(np.sum(self.masses)) / self.volume

    def at(self, positions: np.ndarray) -> Configuration:
        """The same sample with other positions."""
        return Configuration(
            np.array(positions, dtype=np.float64), self.diameters, self.species, self.masses, self.cell
        )

    def wrapped(self) -> Configuration:
        """The same sample with every particle inside the cell."""
        reduced = self.positions @ np.linalg.inv(self.cell)
        return self.at((reduced - np.floor(reduced)) @ self.cell)


def cell_heights(cell: np.ndarray) -> np.ndarray:
    """Distances between opposite faces of the cell. Shape (dim,). Units of length."""
    return 1.0 / np.linalg.norm(np.linalg.inv(cell), axis=0)


def largest_pair_reach(configuration: Configuration, potential: Potential) -> float:
    """Largest distance at which any pair of the sample interacts. Units of length."""
    kinds = np.unique(np.column_stack([configuration.diameters, configuration.species]), axis=0)
    # sigma_ij grows with both diameters where diameters are many; the largest ones decide.
    species = kinds[:, 1]
    kinds = np.concatenate([kinds[species == one][-64:] for one in np.unique(species)])
    i, j = np.triu_indices(len(kinds))
    sigma, _ = potential.mixing.parameters(kinds[:, 0], kinds[:, 1].astype(np.int32), i, j)
    return float(potential.reach(sigma).max())


def check_minimum_image(configuration: Configuration, potential: Potential) -> float:
    """Check that no pair meets twice through the periodic boundary.

    Returns:
        The largest reach of any pair. Units of length.

    Raises:
        InputError: if a height of the cell is below twice the reach; the text names the smallest N.
    """
    reach = largest_pair_reach(configuration, potential)
    height = float(cell_heights(configuration.cell).min())
    if height < 2 * reach * (1 - 1e-12):
        smallest = int(np.ceil(configuration.density * (2 * reach) ** configuration.dimension * (1 - 1e-12)))
        raise InputError(
            f"argument cell is too narrow: its smallest height {height:.6g} is below twice the largest interaction "
            f"distance {reach:.6g}, so pairs would meet twice through the boundary; at this density use "
            f"N >= {smallest} in a cubic box (now {configuration.particles}), or a smaller cutoff"
        )
    return reach


def random_configuration(model: Model, particles: int, rng: np.random.Generator) -> Configuration:
    """Ideal-gas positions in a cube (square) at the model's density: the parent of infinite temperature.

    Args:
        model: composition, density and dimension.
        particles: N.
        rng: host generator; the same generator gives the same sample.

    Raises:
        InputError: if the box would be too narrow for the minimum image.
    """
    smallest = model.smallest_number()
    if particles < smallest:
        raise InputError(
            f"argument particles must be at least {smallest} for model {model.name} with taper "
            f"{model.potential.taper.label} and cutoff {model.potential.cutoff:g} in {model.dimension}D (the box must "
            f"exceed twice the interaction distance), but got {particles}"
        )
    side = (particles / model.density) ** (1 / model.dimension)
    diameters, species = model.composition.draw(particles, rng)
    positions = rng.random((particles, model.dimension)) * side
    return Configuration.create(positions, side, diameters=diameters, species=species)
