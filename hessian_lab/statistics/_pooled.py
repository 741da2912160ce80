"""Means and medians over the modes of many glasses, with errors over glasses: modes of a glass are not independent."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float, Int

from .._core.jackknife import jackknife_error
from ._bootstrap import DEFAULT_RESAMPLES, bootstrap_weights


def pooled_mean(values: Float[np.ndarray, " modes"], counts: Int[np.ndarray, " glasses"]) -> tuple[float, float]:
    r"""Mean over all modes, and its standard error from leaving out one glass at a time.

    .. math:: \bar v = \sum_g S_g / \sum_g n_g, \qquad
        \epsilon^2 = \frac{G-1}{G} \sum_g (\bar v_{(g)} - \langle \bar v_{(\cdot)} \rangle)^2

    Args:
        values: of the modes, glass after glass.
        counts: n, how many of them each glass has; 0 is allowed.

    Returns:
        Mean and error; the mean is NaN without modes, the error with fewer than two glasses that have one.

    Reference: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 11.
    """
    if not values.size:
        return float("nan"), float("nan")
    mean = float(np.mean(values, dtype=np.float64))
    if np.count_nonzero(counts) < 2:
        return mean, float("nan")
    sums = np.bincount(np.repeat(np.arange(counts.size), counts), weights=values, minlength=counts.size)
    left = (sums.sum() - sums) / (counts.sum() - counts)
    return mean, float(jackknife_error(left))


def pooled_median(
    values: Float[np.ndarray, " modes"],
    counts: Int[np.ndarray, " glasses"],
    *,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> tuple[float, float]:
    """Median over all modes, and its standard error from drawing whole glasses with replacement.

    The jackknife has no consistent error of a median, hence the bootstrap.

    Args:
        values: of the modes, glass after glass.
        counts: how many of them each glass has; 0 is allowed.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        Median and error; the median is NaN without modes, the error with fewer than two glasses that have one.

    Reference: Efron and Tibshirani, An Introduction to the Bootstrap (1993), sections 6.2 and 11.6.
    """
    if not values.size:
        return float("nan"), float("nan")
    median = float(np.median(values))
    if np.count_nonzero(counts) < 2:
        return median, float("nan")
    order = np.argsort(values)
    owner = np.repeat(np.arange(counts.size), counts)[order]
    ascending = values[order]
    medians = []
    for chunk in bootstrap_weights(counts.size, resamples=resamples, seed=seed):
        for weights in chunk:
            share = np.cumsum(weights[owner])
            if share[-1] > 0:
                # Halfway between the two middle values, as the median of an even number is.
                middle = [int(np.searchsorted(share, share[-1] / 2, side=side)) for side in ("left", "right")]
                medians.append(ascending[middle].mean())
    return median, float(np.std(medians, ddof=1))
