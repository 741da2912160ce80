"""Mixing rules: the diameter sigma_ij and the energy epsilon_ij of a pair from its two particles."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from pydantic import Field, model_validator

from .._core.errors import InputError
from .._core.settings import Settings


class Additive(Settings):
    """sigma_ij = (d_i + d_j)/2, epsilon_ij = 1."""

    kind: Literal["additive"] = "additive"

    def parameters(
        self, diameters: np.ndarray, species: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """sigma and epsilon of the pairs (first, second)."""
        sigma = 0.5 * (diameters[first] + diameters[second])
        return sigma, np.ones_like(sigma)


class NonAdditive(Settings):
    """sigma_ij = (d_i + d_j)/2 (1 - nonadditivity |d_i - d_j|), epsilon_ij = 1.

    Reference: Ninarello, Berthier and Coslovich, Phys. Rev. X 7, 021039 (2017), with 0.2.
    """

    kind: Literal["non-additive"] = "non-additive"
    nonadditivity: Annotated[float, Field(ge=0, description="0 is additive; 1/length")] = 0.2

    def parameters(
        self, diameters: np.ndarray, species: np.ndarray, first: np.ndarray, second: np.ndarray
    ) -> tuple[np.ndarray, np.ndarray]:
        """sigma and epsilon of the pairs (first, second)."""
        one, other = diameters[first], diameters[second]
        sigma = 0.5 * (one + other) * (1.0 - self.nonadditivity * np.abs(one - other))
        return sigma, np.ones_like(sigma)


class SpeciesTable(Settings):
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
        a, b = species[first], species[second]
        return np.array(self.sigma)[a, b], np.array(self.epsilon)[a, b]


Mixing = Annotated[Additive | NonAdditive | SpeciesTable, Field(discriminator="kind")]
