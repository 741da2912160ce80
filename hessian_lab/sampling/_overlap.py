"""The overlap with an earlier state, and the time in which it decays."""

from __future__ import annotations

import numpy as np
from jaxtyping import Bool, Float

from .._core.errors import InputError
from ..systems import minimum_image_host

OVERLAP_RADIUS = 0.3
"""A particle has not left its place if it is within this many mean diameters of it."""

BINS_PER_OCTAVE = 4
"""Bins of the lag in which pairs of states are averaged, per factor of two."""


def overlap(
    earlier: Float[np.ndarray, "particles dim"],
    later: Float[np.ndarray, "particles dim"],
    cell: Float[np.ndarray, "dim dim"],
    radius: float,
) -> float:
    r"""Share of the particles that are where they were.

    .. math:: Q = \frac1N \sum_i \Theta(a - |r_i(t) - r_i(0)|)

    A particle is known by its index. After swaps it keeps its index and takes over another diameter, so Q measures
    how far positions have moved, not where a diameter has gone.

    Args:
        earlier: positions. Units of length.
        later: positions of the same particles; nearest images are compared.
        cell: rows are the cell vectors.
        radius: a. Units of length; `OVERLAP_RADIUS` mean diameters is usual.

    Returns:
        Q in [0, 1].
    """
    moved = minimum_image_host(later - earlier, cell)
    return float(np.mean(np.einsum("pd,pd->p", moved, moved) < radius**2))


def overlap_function(
    times: Float[np.ndarray, " frames"],
    frames: Float[np.ndarray, "frames particles dim"],
    cell: Float[np.ndarray, "dim dim"],
    radius: float,
) -> tuple[Float[np.ndarray, " lags"], Float[np.ndarray, " lags"]]:
    """Q(t) from all pairs of states, averaged in logarithmic bins of the lag.

    Args:
        times: of the states, ascending. Units of time or sweeps.
        frames: positions. Units of length.
        cell: rows are the cell vectors.
        radius: units of length.

    Returns:
        Mean lags of the bins that hold a pair, ascending, and the mean overlaps.

    Raises:
        InputError: if there are fewer than two states, or times do not ascend.
    """
    if len(times) < 2 or not (np.diff(times) > 0).all():
        raise InputError("argument times must hold at least two ascending times")
    first, second = np.triu_indices(len(times), 1)
    lag = times[second] - times[first]
    value = np.array([overlap(frames[i], frames[j], cell, radius) for i, j in zip(first, second, strict=True)])
    bins = np.floor(BINS_PER_OCTAVE * np.log2(lag / lag.min()) + 1e-9).astype(np.int64)
    counts = np.bincount(bins)
    held: Bool[np.ndarray, " bins"] = counts > 0
    lags, values = (np.bincount(bins, weights)[held] / counts[held] for weights in (lag, value))
    return lags, values


def decorrelation_time(lags: Float[np.ndarray, " lags"], values: Float[np.ndarray, " lags"]) -> tuple[float, bool]:
    """Time in which the overlap falls from 1 to 1/e.

    Args:
        lags: ascending. Units of time or sweeps.
        values: the overlap after each.

    Returns:
        The time, interpolated between lags, and True; or the longest lag, a lower bound, and False.
    """
    below = np.flatnonzero(values <= np.exp(-1))
    if not below.size:
        return float(lags[-1]), False
    k = int(below[0])
    left, above = (0.0, 1.0) if k == 0 else (float(lags[k - 1]), float(values[k - 1]))
    share = (above - np.exp(-1)) / (above - values[k])
    return float(left + share * (lags[k] - left)), True
