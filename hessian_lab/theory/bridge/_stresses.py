"""P(sigma) of the pairs of an ensemble, with its error over glasses."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from ..internal_stress import MeasuredStresses

SMALL = 0.02
"""Share of the stresses that count as small."""

LOWEST = 1e-8
"""First bin, in units of the median."""


@dataclass(frozen=True, eq=False)
class StressDistribution:
    """P(sigma) over the interacting pairs of all glasses.

    Attributes:
        density: the distribution itself, a function of sigma.
        error: standard errors of `density.density`, over glasses, shape (bins,).
        exponent: x of P ~ sigma^x among the smallest 2 % of the stresses; -1 + 1/m is expected of a taper of order m.
        exponent_error: by the jackknife over glasses.
        largest_small: sigma below which the smallest 2 % lie.
        glasses: their number.
    """

    density: MeasuredStresses
    error: Float[np.ndarray, " bins"]
    exponent: float
    exponent_error: float
    largest_small: float
    glasses: int

    def __call__(self, sigma: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """P(sigma), a straight line in ln P against ln sigma between the bins that have stresses; 0 outside them."""
        seen = self.density.counts > 0
        centres, values = np.log(self.density.centres[seen]), np.log(self.density.density[seen])
        sigma = np.asarray(sigma, dtype=np.float64)
        logarithm = np.log(np.where(sigma > 0, sigma, 1.0))
        inside = (sigma > 0) & (logarithm >= centres[0]) & (logarithm <= centres[-1])
        return np.where(inside, np.exp(np.interp(logarithm, centres, values)), 0.0)


def stress_distribution(stresses: list[Float[np.ndarray, " pairs"]]) -> StressDistribution:
    r"""Distribution of the pair stresses of many glasses.

    The exponent is the maximum-likelihood one of the n stresses below sigma_c:

    .. math:: x + 1 = n \Big/ \sum \ln(\sigma_c/\sigma_i)

    Args:
        stresses: |r phi'|/Omega of the interacting pairs, one array a glass. Units of energy/length^d.

    Raises:
        InputError: if there are fewer than two glasses.
    """
    glasses = len(stresses)
    if glasses < 2:
        raise InputError(f"P(sigma) needs at least 2 glasses for an error, but there are {glasses}")
    pooled = np.concatenate(stresses)
    # A taper of infinite order makes stresses of any smallness; far below the rest they say nothing.
    density = MeasuredStresses.from_sample(pooled, lowest=max(pooled[pooled > 0].min(), LOWEST * np.median(pooled)))
    width = np.diff(density.edges)
    alone = np.array([np.histogram(part, density.edges)[0] / (part.size * width) for part in stresses])
    cut = float(np.quantile(pooled, SMALL))
    number = np.array([np.sum((part > 0) & (part < cut)) for part in stresses])
    depth = np.array([np.sum(np.log(cut / part[(part > 0) & (part < cut)])) for part in stresses])
    without = (number.sum() - number) / (depth.sum() - depth) - 1
    return StressDistribution(
        density,
        alone.std(axis=0, ddof=1) / np.sqrt(glasses),
        float(number.sum() / depth.sum() - 1),
        float(np.sqrt((glasses - 1) * np.mean((without - without.mean()) ** 2))),
        cut,
        glasses,
    )
