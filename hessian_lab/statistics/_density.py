"""Cumulative and plain vibrational density of states, with errors over glasses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int
from scipy import stats

from .._core.errors import InputError
from ._bootstrap import DEFAULT_RESAMPLES, bootstrap_sums, check_confidence
from ._spectra import Spectra

FEW_MODES = 20


@dataclass(frozen=True, eq=False)
class CumulativeDos:
    """F(omega) on a grid. Its points are correlated with one another: no fit may treat them as independent.

    Attributes:
        omega: the grid, shape (points,), in sqrt(epsilon/m)/length.
        value: share of the modes below each grid point, dimensionless.
        standard_error: bootstrap standard error over glasses.
        low: lower end of the band.
        high: upper end of the band.
        counts: modes below each grid point, all glasses together.
        glasses: number of glasses.
        confidence: of the band, point by point.
    """

    omega: Float[np.ndarray, " points"]
    value: Float[np.ndarray, " points"]
    standard_error: Float[np.ndarray, " points"]
    low: Float[np.ndarray, " points"]
    high: Float[np.ndarray, " points"]
    counts: Int[np.ndarray, " points"]
    glasses: int
    confidence: float


@dataclass(frozen=True, eq=False)
class ReducedCumulativeDos:
    """F(omega)/omega^(s + 1) for several s: the curve that is flat at low frequency shows the exponent.

    Attributes:
        omega: the grid, shape (points,), in sqrt(epsilon/m)/length.
        exponents: the values of s, shape (exponents,).
        value: reduced F, shape (exponents, points), in (length/sqrt(epsilon/m))^(s + 1).
        standard_error: of the same shape and unit, as are `low` and `high`.
        low: lower end of the band.
        high: upper end of the band.
    """

    omega: Float[np.ndarray, " points"]
    exponents: Float[np.ndarray, " exponents"]
    value: Float[np.ndarray, "exponents points"]
    standard_error: Float[np.ndarray, "exponents points"]
    low: Float[np.ndarray, "exponents points"]
    high: Float[np.ndarray, "exponents points"]


@dataclass(frozen=True, eq=False)
class DensityOfStates:
    """g(omega) in bins, normalised to one over all modes.

    Attributes:
        edges: edges of the bins, shape (bins + 1,), in sqrt(epsilon/m)/length.
        value: g, shape (bins,), in length/sqrt(epsilon/m).
        standard_error: bootstrap standard error over glasses, in the unit of g, as are `low` and `high`.
        low: lower end of the interval.
        high: upper end of the interval.
        counts: modes in each bin, all glasses together.
        glasses: number of glasses.
        confidence: of the intervals.
    """

    edges: Float[np.ndarray, " edges"]
    value: Float[np.ndarray, " bins"]
    standard_error: Float[np.ndarray, " bins"]
    low: Float[np.ndarray, " bins"]
    high: Float[np.ndarray, " bins"]
    counts: Int[np.ndarray, " bins"]
    glasses: int
    confidence: float


def cumulative_dos(
    spectra: Spectra,
    grid: Float[np.ndarray, " points"],
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> CumulativeDos:
    r"""Share of the modes that lie below each frequency.

    .. math:: F(\omega) = \frac{1}{G} \sum_g \frac{\#\{i : \omega_{gi} \le \omega\}}{M_g}

    M_g is the number of nonzero modes of glass g. The band is that of the percentile bootstrap over glasses; where
    fewer than 20 modes lie below, it is widened to the exact Poisson band of their number, because no resample can
    show more modes than were seen (with none seen the bootstrap alone would claim F = 0 exactly). The errors of a
    single glass are NaN.

    Args:
        spectra: frequencies of many glasses.
        grid: ascending frequencies > 0, of shape (points,), in sqrt(epsilon/m)/length.
        confidence: of the band.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        F with its errors, see `CumulativeDos`; dimensionless.

    Raises:
        InputError: if the grid does not ascend from above zero, goes beyond what is known of some glass, or the
            numbers of modes are not known.

    Reference: Schirmacher et al., arXiv 2509.04988, the figure of F(omega)/omega^(s + 1).
    """
    grid = _ascending(grid, "grid", minimum=1)
    if grid[0] <= 0:
        raise InputError(f"argument grid must start above zero, but starts at {grid[0]}")
    counts = np.cumsum(_histogram(spectra, grid, "grid"), axis=1)
    value, error, low, high = _share(spectra, counts, confidence, resamples, seed)
    return CumulativeDos(grid, value, error, low, high, counts.sum(axis=0), spectra.glasses, confidence)


def reduced_cumulative_dos(
    cumulative: CumulativeDos, exponents: Sequence[float] = (2.0, 3.0, 4.0, 5.0)
) -> ReducedCumulativeDos:
    r"""F(omega)/omega^(s + 1), with the bands of F.

    .. math:: F(\omega) \, \omega^{-(s + 1)}

    Args:
        cumulative: F(omega) with its errors.
        exponents: the values of s, of shape (exponents,); all > -1.

    Returns:
        The reduced curves, one a value of s, in (length/sqrt(epsilon/m))^(s + 1).

    Raises:
        InputError: if an exponent is not above -1, where F would not vanish at zero frequency.

    Reference: Schirmacher et al., arXiv 2509.04988, the figure of F(omega)/omega^(s + 1).
    """
    powers = np.asarray(exponents, dtype=np.float64)
    if powers.ndim != 1 or powers.size == 0 or not np.all(powers > -1):
        raise InputError(f"argument exponents must be a list of numbers above -1, but got {exponents}")
    factor = cumulative.omega ** -(powers[:, None] + 1)
    return ReducedCumulativeDos(
        cumulative.omega,
        powers,
        cumulative.value * factor,
        cumulative.standard_error * factor,
        cumulative.low * factor,
        cumulative.high * factor,
    )


def density_of_states(
    spectra: Spectra,
    bins: Float[np.ndarray, " edges"],
    *,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> DensityOfStates:
    r"""Vibrational density of states in bins.

    .. math:: g_b = \frac{1}{G \Delta_b} \sum_g \frac{\#\{i : \omega_{gi} \in b\}}{M_g}

    Over bins that hold the whole spectrum its integral is one. A bin holds its upper edge, not its lower one. The
    intervals follow the rule of `cumulative_dos`.

    Args:
        spectra: frequencies of many glasses.
        bins: ascending edges >= 0, of shape (bins + 1,), in sqrt(epsilon/m)/length.
        confidence: of the intervals.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        g with its errors, see `DensityOfStates`; in length/sqrt(epsilon/m).

    Raises:
        InputError: if the edges do not ascend, go beyond what is known of some glass, or the numbers of modes are not
            known.

    Reference: definition of the density of states; errors as in `cumulative_dos`.
    """
    edges = _ascending(bins, "bins", minimum=2)
    if edges[0] < 0:
        raise InputError(f"argument bins must not start below zero, but starts at {edges[0]}")
    counts = _histogram(spectra, edges, "bins")[:, 1:]
    width = np.diff(edges)
    value, error, low, high = (part / width for part in _share(spectra, counts, confidence, resamples, seed))
    return DensityOfStates(edges, value, error, low, high, counts.sum(axis=0), spectra.glasses, confidence)


def _ascending(values: Float[np.ndarray, " points"], name: str, *, minimum: int) -> Float[np.ndarray, " points"]:
    values = np.array(values, dtype=np.float64)
    if values.ndim != 1 or values.size < minimum or not np.all(np.isfinite(values)) or np.any(np.diff(values) <= 0):
        raise InputError(f"argument {name} must be a list of at least {minimum} finite ascending frequencies")
    return values


def _histogram(spectra: Spectra, edges: Float[np.ndarray, " edges"], name: str) -> Int[np.ndarray, "glasses edges"]:
    """Modes of each glass in (edge[k-1], edge[k]], with everything up to the first edge in column 0."""
    spectra.require_known(float(edges[-1]), name)
    column = np.searchsorted(edges, spectra.omega, side="left")
    flat = spectra.glass_index * (edges.size + 1) + column
    counts = np.bincount(flat, minlength=spectra.glasses * (edges.size + 1))
    return counts.reshape(spectra.glasses, edges.size + 1)[:, :-1]


def _share(
    spectra: Spectra, counts: Int[np.ndarray, "glasses points"], confidence: float, resamples: int, seed: int
) -> tuple[Float[np.ndarray, " points"], ...]:
    """Mean share of a glass's modes, its bootstrap error and its band."""
    check_confidence(confidence)
    if spectra.modes_per_glass is None:
        raise InputError(
            "the numbers of modes of the whole spectra are not known, so F cannot be normalised; give modes_per_glass "
            "(d N - d) when the Spectra are made"
        )
    share = counts / spectra.modes_per_glass[:, None]
    value = share.mean(axis=0)
    if spectra.glasses < 2:
        unknown = np.full_like(value, np.nan)
        return value, unknown, unknown, unknown
    replicas = bootstrap_sums(share, resamples=resamples, seed=seed) / spectra.glasses
    tail = (1 - confidence) / 2
    low, high = np.quantile(replicas, [tail, 1 - tail], axis=0)
    total = counts.sum(axis=0)
    few = total < FEW_MODES
    unit = np.mean(1 / spectra.modes_per_glass) / spectra.glasses
    poisson_low = np.where(total > 0, stats.gamma.ppf(tail, np.maximum(total, 1)), 0.0) * unit
    poisson_high = np.minimum(stats.gamma.ppf(1 - tail, total + 1) * unit, 1.0)
    low = np.where(few, np.minimum(low, poisson_low), low)
    high = np.where(few, np.maximum(high, poisson_high), high)
    return value, replicas.std(axis=0, ddof=1), low, high
