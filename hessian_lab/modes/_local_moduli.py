"""Local shear moduli in cells of a glass, and how much they fluctuate over a stated length."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from .._core.errors import InputError
from .._core.jackknife import jackknife
from ..hessian import Hessian
from ..spectrum import ZERO
from ..systems import Configuration
from ._strain_response import StrainResponse

Surroundings = Literal["held", "relaxed"]


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
        surroundings: "held" (memory of a dense Hessian) or "relaxed".

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
    held = surroundings == "held" and cells_per_edge > 1
    shares = response.affine if held else response.relaxed_shares
    mean = shares[:, response.shears].mean(axis=1) / 2
    particles, cells = configuration.particles, cells_per_edge**configuration.dimension
    of_particle = np.bincount(pairs.first, mean, particles) + np.bincount(pairs.second, mean, particles)
    place = _cells(configuration, cells_per_edge)
    total = np.bincount(place, of_particle, cells)
    if held:
        stiffness = Hessian(pairs).dense(mass_weighted=False)
        total = total - np.array([_softening(response, stiffness, place == cell) for cell in range(cells)])
    return total / (configuration.volume / cells)


def _cells(configuration: Configuration, cells_per_edge: int) -> Int[np.ndarray, " particles"]:
    """Number of the cell that each particle lies in."""
    reduced = configuration.positions @ np.linalg.inv(configuration.cell)
    # Rounding can make the fraction of a tiny negative coordinate exactly 1.
    index = np.minimum((np.mod(reduced, 1.0) * cells_per_edge).astype(int), cells_per_edge - 1)
    return np.ravel_multi_index(tuple(index.T), (cells_per_edge,) * configuration.dimension)


def _softening(
    response: StrainResponse, stiffness: Float[np.ndarray, "size size"], inside: Bool[np.ndarray, " particles"]
) -> float:
    """Xi_c H_cc^-1 Xi_c, mean over the shears. Units of energy."""
    rows = np.repeat(inside, response.pairs.configuration.dimension)
    forces = response.forces[rows][:, response.shears]
    block = stiffness[np.ix_(rows, rows)]
    try:
        moved = cho_solve(cho_factor(block), forces)
    except LinAlgError:
        # A particle without contacts: its rows are zero, and it does not move.
        values, vectors = eigh(block)
        alive = np.abs(values) > ZERO * np.abs(values).max()
        moved = vectors[:, alive] @ ((vectors[:, alive].T @ forces) / values[alive, None])
    return float(np.sum(forces * moved) / forces.shape[1])


@dataclass(frozen=True, eq=False)
class ModulusFluctuations:
    r"""Fluctuations of the local shear modulus in cells of several edges.

    .. math:: w = L/k, \quad \frac{\langle\delta\mu^2\rangle_w}{\langle\mu\rangle^2}

    Mean and variance run over all cells of all glasses together.

    Attributes:
        cells_per_edge: k; 1 is the whole box, whose modulus fluctuates from glass to glass.
        length: w = V^(1/d)/k, shape (lengths,). Units of length.
        mean: shape (lengths,). Units of energy/length^d.
        mean_error: standard error by the jackknife over glasses, shape (lengths,).
        relative_variance: shape (lengths,). Dimensionless.
        relative_variance_error: standard error by the jackknife over glasses, shape (lengths,).
        glasses: their number.
    """

    cells_per_edge: tuple[int, ...]
    length: Float[np.ndarray, " lengths"]
    mean: Float[np.ndarray, " lengths"]
    mean_error: Float[np.ndarray, " lengths"]
    relative_variance: Float[np.ndarray, " lengths"]
    relative_variance_error: Float[np.ndarray, " lengths"]
    glasses: int


def modulus_fluctuations(
    moduli: Sequence[Float[np.ndarray, "glasses cells"]],
    cells_per_edge: tuple[int, ...],
    *,
    volume: float,
    dimension: int = 3,
) -> ModulusFluctuations:
    """Mean and relative variance of local moduli, with errors over glasses (cells of one glass are not independent).

    Args:
        moduli: from `cell_moduli`, one array for each k.
        cells_per_edge: the values of k.
        volume: of the box. Units of length^d.
        dimension: d.

    Raises:
        InputError: if an array does not hold k^d cells of at least three glasses.
    """
    if len(moduli) != len(cells_per_edge):
        raise InputError(f"arguments moduli and cells_per_edge differ in length: {len(moduli)}, {len(cells_per_edge)}")
    for values, k in zip(moduli, cells_per_edge, strict=True):
        if values.ndim != 2 or values.shape[1] != k**dimension:
            raise InputError(
                f"argument moduli must have the shape (glasses, {k**dimension}) for k = {k}, but got {values.shape}"
            )
    glasses = len(moduli[0])
    if glasses < 3:
        raise InputError(f"fluctuations need at least 3 glasses for an error, but there are {glasses}")

    def moments(values: np.ndarray) -> np.ndarray:
        mean = values.mean()
        return np.array([mean, values.var(ddof=1) / mean**2])

    found, errors = zip(*(jackknife(moments, np.asarray(values, float)) for values in moduli), strict=True)
    lengths = volume ** (1 / dimension) / np.array(cells_per_edge)
    (mean, variance), (mean_error, variance_error) = np.array(found).T, np.array(errors).T
    return ModulusFluctuations(tuple(cells_per_edge), lengths, mean, mean_error, variance, variance_error, glasses)
