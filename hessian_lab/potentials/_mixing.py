"""Mixing rules: the diameter sigma_ij and the energy epsilon_ij of a pair from its two particles."""

from __future__ import annotations

from typing import Annotated, Any, Literal

import jax
import jax.numpy as jnp
import numpy as np
from pydantic import Field, model_validator

from .._core.errors import InputError
from .._core.settings import Settings


class MixingRule(Settings):
    """A rule is one formula, `mix`, for numpy arrays and for traced ones alike."""

    def mix(self, diameter: Any, other_diameter: Any, species: Any, other_species: Any) -> tuple[Any, Any]:
        """sigma_ij and epsilon_ij of pairs.

        Args:
            diameter: of the first particle of each pair, any shape. Units of length.
            other_diameter: of the second one, broadcastable. Units of length.
            species: of the first particle, from 0.
            other_species: of the second one.

        Returns:
            sigma, in units of length, and epsilon; numpy arrays from numpy arrays, jax arrays from jax arrays.
        """
        raise NotImplementedError

    def parameters(
        self, diameters: np.ndarray, species: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """sigma and epsilon of the pairs (first, second).

        Raises:
            InputError: if the rule knows nothing of a particle's species.
        """
        return self.mix(diameters[first], diameters[second], species[first], species[second])


class Additive(MixingRule):
    """sigma_ij = (d_i + d_j)/2, epsilon_ij = 1."""

    kind: Literal["additive"] = "additive"

    def mix(self, diameter: Any, other_diameter: Any, species: Any, other_species: Any) -> tuple[Any, Any]:
        """As `MixingRule.mix`."""
        sigma = 0.5 * (diameter + other_diameter)
        return sigma, 0.0 * sigma + 1.0


class NonAdditive(MixingRule):
    """sigma_ij = (d_i + d_j)/2 (1 - nonadditivity |d_i - d_j|), epsilon_ij = 1.

    Reference: Ninarello, Berthier and Coslovich, Phys. Rev. X 7, 021039 (2017), with 0.2.
    """

    kind: Literal["non-additive"] = "non-additive"
    nonadditivity: Annotated[float, Field(ge=0, description="0 is additive; 1/length")] = 0.2

    def mix(self, diameter: Any, other_diameter: Any, species: Any, other_species: Any) -> tuple[Any, Any]:
        """As `MixingRule.mix`."""
        apart = abs(diameter - other_diameter)
        sigma = 0.5 * (diameter + other_diameter) * (1.0 - self.nonadditivity * apart)
        return sigma, 0.0 * sigma + 1.0


class SpeciesTable(MixingRule):
    """sigma_ab and epsilon_ab looked up by species: symmetric square tables, one row per species."""

    kind: Literal["species-table"] = "species-table"
    sigma: tuple[tuple[float, ...], ...]
    epsilon: tuple[tuple[float, ...], ...]

    @model_validator(mode="after")
    def _square_and_symmetric(self) -> SpeciesTable:
        for name in ("sigma", "epsilon"):
            rows = getattr(self, name)
            if any(len(row) != len(rows) for row in rows):
                raise ValueError(f"{name} must be a square table, one row per species")
            table = np.array(rows)
            if not np.array_equal(table, table.T) or not (table > 0).all():
                raise ValueError(f"{name} must be symmetric with positive entries")
        if len(self.sigma) != len(self.epsilon):
            raise ValueError("sigma and epsilon must have the same number of species")
        return self

    def parameters(
        self, diameters: np.ndarray, species: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """sigma and epsilon of the pairs (first, second).

        Raises:
            InputError: if a particle's species has no row in the table.
        """
        if species.size and int(species.max()) >= len(self.sigma):
            raise InputError(
                f"argument species holds the index {int(species.max())}, but the model's table has "
                f"{len(self.sigma)} species; number them from 0 in the model's order"
            )
        return super().parameters(diameters, species, first, second)

    def mix(self, diameter: Any, other_diameter: Any, species: Any, other_species: Any) -> tuple[Any, Any]:
        """As `MixingRule.mix`."""
        library = jnp if isinstance(species, jax.Array) else np
        return (
            library.asarray(self.sigma)[species, other_species],
            library.asarray(self.epsilon)[species, other_species],
        )


Mixing = Annotated[Additive | NonAdditive | SpeciesTable, Field(discriminator="kind")]
