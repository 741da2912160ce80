"""Swap Monte Carlo of many glasses at once: settings, state, and the calls that start and advance it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated

import equinox as eqx
import numpy as np
from jaxtyping import Array, Float, Int
from pydantic import Field

from .._core.settings import Settings
from ..potentials import Potential
from ..systems import Box, Configuration


class SwapMonteCarlo(Settings):
    """Settings of swap Monte Carlo.

    A sweep is N attempts per glass on average; `Counts` tell how many there were.
    """

    swap_fraction: Annotated[float, Field(ge=0, le=1, description="share of the attempts that are swaps")] = 0.2
    largest_move: Annotated[
        float, Field(gt=0, description="half-width of the cube that displacements are drawn from, length")
    ] = 0.1
    largest_difference: Annotated[
        float, Field(gt=0, description="largest difference of two diameters that are swapped, length")
    ] = 0.2


class MonteCarloState(eqx.Module):
    """State of a batch of glasses. A pytree; leaves have one row per glass.

    Attributes:
        positions: not wrapped into the cell, so that they serve for mean squared displacements. Units of length.
        diameters: of every particle; these are what is swapped. Units of length.
        species: of every particle, swapped together with the diameters.
        energy: total potential energy. Units of energy.
        temperatures: k_B T. Units of energy.
    """

    positions: Float[Array, "batch particles dim"]
    diameters: Float[Array, "batch particles"]
    species: Int[Array, "batch particles"]
    energy: Float[Array, " batch"]
    temperatures: Float[Array, " batch"]
    box: Box


class Counts(eqx.Module):
    """Attempts of one call, per glass.

    Attributes:
        moves: attempted displacements.
        accepted_moves: accepted ones.
        swaps: attempted swaps.
        accepted_swaps: accepted ones.
    """

    moves: Int[Array, " batch"]
    accepted_moves: Int[Array, " batch"]
    swaps: Int[Array, " batch"]
    accepted_swaps: Int[Array, " batch"]


def start(
    potential: Potential,
    configurations: Sequence[Configuration],
    temperatures: Float[np.ndarray, " batch"] | float,
    keys: Array,
) -> MonteCarloState:
    """State at some configurations.

    Args:
        potential: the pair potential.
        configurations: one per glass; equal N and dimension. Cells may differ.
        temperatures: one per glass or one for all. Units of energy.
        keys: one jax key per glass, shape (batch,), as `keys_of` makes them.

    Raises:
        InputError: if samples differ in kind, a cell is too narrow, or a temperature is not positive.
    """
    raise NotImplementedError


def advance(
    potential: Potential, settings: SwapMonteCarlo, state: MonteCarloState, sweeps: int
) -> tuple[MonteCarloState, Counts]:
    """Advance every glass by a number of sweeps.

    Raises:
        ComputationError: if the energy summed over the moves is not the energy of the final positions.
    """
    raise NotImplementedError


def at_temperatures(state: MonteCarloState, temperatures: Float[np.ndarray, " batch"] | float) -> MonteCarloState:
    """The same state at other temperatures."""
    raise NotImplementedError


def at_positions(
    potential: Potential, state: MonteCarloState, positions: Float[Array, "batch particles dim"]
) -> MonteCarloState:
    """The same state at other positions, such as those that molecular dynamics has reached.

    Swaps at fixed positions are `advance` with `SwapMonteCarlo(swap_fraction=1)`.
    """
    raise NotImplementedError


def keys_of(identities: Sequence[str], purpose: str) -> Array:
    """One jax key per sample, from its id and a purpose as `generator` takes them. Shape (batch,)."""
    raise NotImplementedError


def configurations_of(state: MonteCarloState, samples: Sequence[Configuration]) -> list[Configuration]:
    """The samples with the positions, diameters and species of a state, wrapped into their cells."""
    raise NotImplementedError
