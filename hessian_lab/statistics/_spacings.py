"""Distribution of the spacings between neighbouring unfolded levels."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._unfolding import UnfoldedLevels

MINIMUM_GLASSES = 5

CROSSING = 0.4729
"""Spacing at which Wigner's surmise first crosses exp(-s)."""

_KOLMOGOROV_MEAN = np.sqrt(np.pi / 2) * np.log(2)


def wigner_surmise(spacing: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    r"""Density of spacings of 2 x 2 GOE matrices.

    .. math:: P(s) = \frac{\pi}{2} s\, e^{-\pi s^2/4}

    Large matrices have a law near to it, not the same: pi^2 s/6 instead of pi s/2 at small s, a cumulative law that is
    up to 0.006 away, and eta = 0.025. That is what a distance from the surmise is to be compared with.

    Reference: Mehta, Random Matrices, 3rd ed. (2004), chapter 1.
    """
    spacing = np.asarray(spacing, dtype=np.float64)
    return np.pi / 2 * spacing * np.exp(-np.pi * spacing**2 / 4)


def poisson_spacings(spacing: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Density of spacings of independent levels, exp(-s)."""
    return np.exp(-np.asarray(spacing, dtype=np.float64))


@dataclass(frozen=True, eq=False)
class SpacingDistribution:
    """Density of the unfolded spacings over glasses. Numbers that cannot be given are NaN, and `reason` says why.

    Attributes:
        edges: of the bins, shape (bins + 1,), in mean spacings of the unfolding.
        density: P(s), mean over each bin, shape (bins,); its integral is the share of spacings below the last edge.
        standard_error: of the density, over glasses.
        mean_spacing: mean of the spacings; 1 within its error where the unfolding is right.
        wigner_distance: Kolmogorov-Smirnov distance of all spacings from Wigner's surmise.
        poisson_distance: the same from exp(-s).
        independent_distance: mean distance of as many independent spacings from their own law; the scale of both.
        eta: share of small spacings, 0 for Wigner's surmise and 1 for exp(-s), see `spacing_distribution`.
        eta_error: its standard error, over glasses.
        spacings: number of spacings.
        glasses: glasses with at least one spacing.
        method: of the unfolding.
        reason: why errors are undetermined, or empty.
    """

    edges: Float[np.ndarray, " edges"]
    density: Float[np.ndarray, " bins"]
    standard_error: Float[np.ndarray, " bins"]
    mean_spacing: float
    wigner_distance: float
    poisson_distance: float
    independent_distance: float
    eta: float
    eta_error: float
    spacings: int
    glasses: int
    method: str
    reason: str = ""


def spacing_distribution(
    unfolded: UnfoldedLevels,
    *,
    window: tuple[float, float] = (0.25, 0.75),
    edges: Float[np.ndarray, " edges"] | None = None,
) -> SpacingDistribution:
    r"""Density of the spacings s between neighbouring unfolded levels, whose mean is 1.

    .. math:: \eta = \frac{\int_0^{s_0} [P(s) - P_W(s)]\, ds}{\int_0^{s_0} [P_P(s) - P_W(s)]\, ds}, \quad s_0 = 0.4729

    Each spacing belongs to the window that holds its lower level, so that long spacings are not cut away at the upper
    end. All spacings are pooled; the errors come from the scatter of whole glasses about the pooled density (numbers in
    the bin and numbers in all vary together, which the linearised ratio takes into account). The spacings are not
    divided by their own mean once more: the unfolding has set it.

    Args:
        unfolded: levels of many glasses.
        window: part of the spectrum, as fractions of its unfolded range.
        edges: of the bins, ascending from 0 on, in mean spacings; by default 40 bins up to 4.

    Returns:
        Density, distances from both laws and errors, see `SpacingDistribution`. Dimensionless.

    Raises:
        InputError: if the window or the edges are no intervals.

    Reference: Jacquod and Shepelyansky, PRL 79, 1837 (1997), for eta.
    """
    edges = np.linspace(0, 4, 41) if edges is None else np.asarray(edges, dtype=np.float64)
    if edges.ndim != 1 or edges.size < 2 or edges[0] < 0 or not np.all(np.diff(edges) > 0):
        raise InputError("argument edges must be a flat ascending array of at least two numbers >= 0")
    low, high = unfolded.part(window)
    own = [_own_spacings(array, low, high) for array in unfolded.levels]
    own = [array for array in own if array.size]
    pooled = np.sort(np.concatenate([np.empty(0), *own]))
    mean = float(pooled.mean()) if pooled.size else np.nan
    if not pooled.size:
        nothing = np.full(edges.size - 1, np.nan)
        reason = "no spacing in the window"
        return SpacingDistribution(
            edges, nothing, nothing, mean, *5 * (np.nan,), pooled.size, len(own), unfolded.method, reason
        )
    number = np.array([array.size for array in own])
    counts = np.stack([np.histogram(array, edges)[0] for array in own])
    small = np.array([np.count_nonzero(array < CROSSING) for array in own])[:, None]
    (share,), (share_error,) = _ratio(small, number)
    density, error = (values / np.diff(edges) for values in _ratio(counts, number))
    wigner, poisson = 1 - np.exp(-np.pi * CROSSING**2 / 4), 1 - np.exp(-CROSSING)
    return SpacingDistribution(
        edges=edges,
        density=density,
        standard_error=error,
        mean_spacing=mean,
        wigner_distance=_distance(1 - np.exp(-np.pi * pooled**2 / 4)),
        poisson_distance=_distance(1 - np.exp(-pooled)),
        independent_distance=float(_KOLMOGOROV_MEAN / np.sqrt(pooled.size)),
        eta=float((share - wigner) / (poisson - wigner)),
        eta_error=float(share_error / (poisson - wigner)),
        spacings=pooled.size,
        glasses=len(own),
        method=unfolded.method,
        reason=""
        if len(own) >= MINIMUM_GLASSES
        else f"{len(own)} glasses have a spacing; errors need at least {MINIMUM_GLASSES}",
    )


def _own_spacings(levels: Float[np.ndarray, " levels"], low: float, high: float) -> Float[np.ndarray, " spacings"]:
    return np.diff(levels)[(levels[:-1] >= low) & (levels[:-1] < high)]


def _ratio(
    part: Float[np.ndarray, "glasses columns"], whole: Float[np.ndarray, " glasses"]
) -> tuple[Float[np.ndarray, " columns"], Float[np.ndarray, " columns"]]:
    """Sum of the parts over sum of the wholes, and its linearised error over glasses."""
    glasses = whole.size
    ratio = part.sum(axis=0) / whole.sum()
    if glasses < MINIMUM_GLASSES:
        return ratio, np.full(ratio.shape, np.nan)
    left = part - ratio * whole[:, None]
    return ratio, np.sqrt(glasses / (glasses - 1) * np.sum(left**2, axis=0)) / whole.sum()


def _distance(model: Float[np.ndarray, " spacings"]) -> float:
    """Kolmogorov-Smirnov distance; `model` is the law's own cumulative share at the ascending spacings."""
    step = np.arange(model.size)
    return float(max(np.max(model - step / model.size), np.max((step + 1) / model.size - model)))
