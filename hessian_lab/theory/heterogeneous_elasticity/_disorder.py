"""The disorder parameter from measured fluctuations of the local shear modulus."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError


@dataclass(frozen=True)
class Disorder:
    """What a sample of local moduli says about the disorder.

    Attributes:
        scalar: gamma of the scalar form: a third of `vector`.
        vector: gamma of the vector form, <delta mu^2>/mu^2 in cells of the volume 6 pi^2/k_D^3.
        scalar_error: standard error of `scalar`, for independent cells.
        mean: mean local modulus, in the unit of the sample.
        relative_variance: variance over mean^2 in the measured cells.
        cells: number of cells.
    """

    scalar: float
    vector: float
    scalar_error: float
    mean: float
    relative_variance: float
    cells: int


def disorder_parameter(local_moduli: Float[np.ndarray, " ..."], *, length: float, debye_wavenumber: float) -> Disorder:
    r"""Disorder parameters from local shear moduli, coarse-grained over cubes of a stated edge.

    .. math:: \gamma_{vector} = \frac{\langle\delta\mu^2\rangle_w}{\langle\mu\rangle^2}\, \frac{w^3 k_D^3}{6\pi^2},
              \qquad \gamma_{scalar} = \gamma_{vector}/3

    The variance in cells larger than the correlation length falls as 1/w^3, so that the product does not depend on w;
    check that it does not before believing it. The third is the average of the squared cosine between the gradients
    of two waves: with it the scalar form has the exact second order of a random medium, mu - <delta mu^2>/(3 mu).

    Args:
        local_moduli: one modulus a cell, of any shape; any unit.
        length: edge w of the cells. Units of length.
        debye_wavenumber: k_D in 1/length.

    Returns:
        Both parameters with the scalar one's error; compare with `critical_disorder` and `vector_critical_disorder`.

    Raises:
        InputError: if there are fewer than two cells, a value is not finite, the mean is not above 0, or a length or
            wave number is not above 0.

    Reference: Marruzzo et al., Sci. Rep. 3, 1407 (2013), for local moduli as input; second order: Landau and
        Lifshitz, Electrodynamics of Continuous Media, section 9.
    """
    values = np.asarray(local_moduli, dtype=np.float64).ravel()
    if values.size < 2 or not np.all(np.isfinite(values)):
        raise InputError("argument local_moduli must hold at least two values, all finite")
    if not values.mean() > 0:
        raise InputError(f"argument local_moduli must have a mean above 0, but it is {values.mean()}")
    if not (length > 0 and debye_wavenumber > 0):
        raise InputError(
            f"arguments length and debye_wavenumber must be above 0, but got {length} and {debye_wavenumber}"
        )
    mean = float(values.mean())
    deviation = values / mean - 1
    variance = float(np.sum(deviation**2) / (values.size - 1))
    cells = (length * debye_wavenumber) ** 3 / (6 * np.pi**2)
    # Error of a mean of squares; holds for any shape of the distribution.
    error = float(np.std(deviation**2, ddof=1) / np.sqrt(values.size))
    return Disorder(cells * variance / 3, cells * variance, cells * error / 3, mean, variance, values.size)
