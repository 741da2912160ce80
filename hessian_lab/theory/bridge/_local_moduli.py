"""Local shear moduli in cells of a glass, and the disorder parameter that they give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from ..._core.errors import InputError
from ...systems import Configuration
from ..heterogeneous_elasticity import Disorder, disorder_parameter
from ._elastic import StrainResponse, inverse_on_modes

Surroundings = Literal["held", "relaxed"]


@dataclass(frozen=True, eq=False)
class LocalDisorder:
    """Disorder parameters for several coarse-graining lengths.

    Attributes:
        surroundings: of the cells while they relax, as in `cell_moduli`.
        cells_per_edge: k; 1 is the whole box, whose modulus fluctuates from glass to glass.
        length: w = V^(1/d)/k, shape (lengths,). Units of length.
        disorder: one for each length; the error inside is for independent cells.
        error: standard errors of `disorder.vector`, by the jackknife over glasses, shape (lengths,).
        glasses: their number.
    """

    surroundings: Surroundings
    cells_per_edge: tuple[int, ...]
    length: Float[np.ndarray, " lengths"]
    disorder: tuple[Disorder, ...]
    error: Float[np.ndarray, " lengths"]
    glasses: int


def cell_moduli(
    response: StrainResponse, cells_per_edge: int, *, surroundings: Surroundings = "held"
) -> Float[np.ndarray, " cells"]:
    r"""Shear modulus of every cell of a box cut into k^d equal ones, averaged over the simple shears.

    "held": a cell's particles relax while all others follow the strain, the modulus that a medium of cells has before
    they respond to one another,

    .. math:: \mu_c = \frac{1}{V_c} \left[\sum_{i \in c} \frac12 \sum_{p \ni i} \frac{d^2\phi_p}{d\gamma^2}
              - \Xi_c H_{cc}^{-1} \Xi_c\right]

    "relaxed": all particles relax, and mu_c is the stress in the cell over the strain of the box. Its mean is the
    modulus of the box, exactly; but a cell's value holds its neighbours' response too. For k = 1 both are that modulus.

    Args:
        response: of a minimum.
        cells_per_edge: k, at least 1.
        surroundings: "held" or "relaxed".

    Returns:
        k^d moduli. Units of energy/length^d.

    Raises:
        InputError: if k is below 1.

    Reference: the frozen-matrix and the affine-strain moduli of Mizuno, Mossa and Barrat, PRE 87, 042306 (2013).
    """
    if cells_per_edge < 1:
        raise InputError(f"argument cells_per_edge must be at least 1, but got {cells_per_edge}")
    pairs = response.pairs
    configuration = pairs.configuration
    shears = response.shears
    shares = response.affine if surroundings == "held" and cells_per_edge > 1 else response.relaxed_shares
    mean = shares[:, shears].mean(axis=1) / 2
    particles, cells = configuration.particles, cells_per_edge**configuration.dimension
    of_particle = np.bincount(pairs.first, mean, particles) + np.bincount(pairs.second, mean, particles)
    place = _cells(configuration, cells_per_edge)
    total = np.bincount(place, of_particle, cells)
    if surroundings == "held" and cells_per_edge > 1:
        total = total - np.array([_softening(response, place == cell) for cell in range(cells)])
    return total / (configuration.volume / cells)


def _cells(configuration: Configuration, cells_per_edge: int) -> Int[np.ndarray, " particles"]:
    """Number of the cell that each particle lies in."""
    reduced = configuration.positions @ np.linalg.inv(configuration.cell)
    # Rounding can make the fraction of a tiny negative coordinate exactly 1.
    index = np.minimum((np.mod(reduced, 1.0) * cells_per_edge).astype(int), cells_per_edge - 1)
    return np.ravel_multi_index(tuple(index.T), (cells_per_edge,) * configuration.dimension)


def _softening(response: StrainResponse, inside: Bool[np.ndarray, " particles"]) -> float:
    """Xi_c H_cc^-1 Xi_c, mean over the shears. Units of energy."""
    rows = np.repeat(inside, response.pairs.configuration.dimension)
    forces = response.forces[rows][:, response.shears]
    block = response.stiffness[np.ix_(rows, rows)]
    try:
        moved = cho_solve(cho_factor(block), forces)
    except LinAlgError:
        moved = inverse_on_modes(block, forces)
    return float(np.sum(forces * moved) / forces.shape[1])


def local_disorder(
    moduli: list[Float[np.ndarray, "glasses cells"]],
    cells_per_edge: tuple[int, ...],
    *,
    volume: float,
    debye_wavenumber: float,
    surroundings: Surroundings = "held",
) -> LocalDisorder:
    """Disorder parameters of an ensemble, with errors over glasses.

    Args:
        moduli: from `cell_moduli`, one array for each k.
        cells_per_edge: the values of k.
        volume: of the box. Units of length^3.
        debye_wavenumber: k_D = (6 pi^2 n)^(1/3). Units of 1/length.
        surroundings: of the cells, for the record.

    Raises:
        InputError: if there are fewer than three glasses.
    """
    glasses = moduli[0].shape[0]
    if glasses < 3:
        raise InputError(f"the disorder needs at least 3 glasses for an error, but there are {glasses}")
    lengths = volume ** (1 / 3) / np.array(cells_per_edge)
    found, errors = [], []
    for values, length in zip(moduli, lengths, strict=True):
        found.append(disorder_parameter(values, length=float(length), debye_wavenumber=debye_wavenumber))
        without = [
            disorder_parameter(np.delete(values, k, axis=0), length=float(length), debye_wavenumber=debye_wavenumber)
            for k in range(glasses)
        ]
        spread = np.array([entry.vector for entry in without])
        errors.append(np.sqrt((glasses - 1) * np.mean((spread - spread.mean()) ** 2)))
    return LocalDisorder(surroundings, cells_per_edge, lengths, tuple(found), np.array(errors), glasses)
