"""The disorder parameter of the theory from local shear moduli (`hessian_lab.modes.cell_moduli`)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ...modes import Surroundings, modulus_fluctuations
from ..heterogeneous_elasticity import Disorder, disorder_parameter


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
        InputError: if there are fewer than three glasses, or the mean of the moduli is not above 0.
    """
    found = modulus_fluctuations(moduli, cells_per_edge, volume=volume, dimension=3)
    disorder = tuple(
        disorder_parameter(values, length=float(length), debye_wavenumber=debye_wavenumber)
        for values, length in zip(moduli, found.length, strict=True)
    )
    # gamma is the relative variance times a number without error.
    scale = np.array([entry.vector / entry.relative_variance for entry in disorder])
    error = scale * found.relative_variance_error
    return LocalDisorder(surroundings, found.cells_per_edge, found.length, disorder, error, found.glasses)
