"""Errors over glasses of numbers that are not means themselves."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

Array = Float[np.ndarray, "..."]


def jackknife(statistic: Callable[[Array], Array], samples: Array) -> tuple[Array, Array]:
    r"""A statistic of all glasses, and its standard error from leaving out one glass at a time.

    .. math:: \epsilon^2 = \frac{n-1}{n} \sum_k (t_{(k)} - \bar t)^2

    For a mean it is the usual standard error, to rounding.

    Args:
        statistic: of an array whose first axis is the glasses.
        samples: at least two glasses.

    Returns:
        The statistic of all, and the error, of equal shapes.

    Reference: Efron and Tibshirani, An Introduction to the Bootstrap (1993), chapter 11.
    """
    without = [statistic(np.delete(samples, k, axis=0)) for k in range(len(samples))]
    return np.asarray(statistic(samples)), jackknife_error(np.array(without))


def jackknife_of_mean(
    function: Callable[[Array], Array], rows: Float[np.ndarray, "glasses numbers"]
) -> tuple[Array, Array]:
    """`jackknife` of a function of the mean row, in a time linear in the number of glasses.

    Args:
        function: of the mean, shape (numbers,).
        rows: the numbers of each glass, at least two glasses.

    Returns:
        The function of the mean, and its error.
    """
    total = rows.sum(axis=0)
    without = [function((total - row) / (len(rows) - 1)) for row in rows]
    return np.asarray(function(total / len(rows))), jackknife_error(np.array(without))


def jackknife_error(without: Float[np.ndarray, "glasses ..."]) -> Float[np.ndarray, ...]:
    """Standard error from the estimates without one glass each, along the first axis."""
    return np.sqrt((len(without) - 1) * np.mean((without - without.mean(axis=0)) ** 2, axis=0))
