"""Long-range level statistics: number variance and the rigidity Delta_3, of unfolded levels and of known ensembles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.special import sici

from .._core.errors import InputError
from ._spacings import MINIMUM_GLASSES
from ._unfolding import UnfoldedLevels

STARTS_PER_LENGTH = 4
"""Windows of Delta_3 that begin within one length; closer ones tell next to nothing more."""

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(400)


@dataclass(frozen=True, eq=False)
class LevelFluctuations:
    """Number variance or rigidity against the length L. Numbers that cannot be given are NaN, with the reason beside.

    Attributes:
        statistic: 'number variance' or 'delta 3'.
        lengths: L, in mean spacings, shape (lengths,).
        value: the statistic, dimensionless.
        standard_error: of the value, over glasses. Values at different L are correlated.
        low: lower end of the part of the spectrum, in unfolded levels.
        high: its upper end.
        glasses: number of glasses.
        method: of the unfolding.
        reasons: why a value or its error is undetermined, or empty, one text a length.
    """

    statistic: str
    lengths: Float[np.ndarray, " lengths"]
    value: Float[np.ndarray, " lengths"]
    standard_error: Float[np.ndarray, " lengths"]
    low: float
    high: float
    glasses: int
    method: str
    reasons: tuple[str, ...]


def number_variance(
    unfolded: UnfoldedLevels,
    lengths: Float[np.ndarray, " lengths"],
    *,
    window: tuple[float, float] = (0.25, 0.75),
) -> LevelFluctuations:
    r"""Variance of the number of levels in an interval of mean number L.

    .. math:: \Sigma^2(L) = \left\langle [n(x, x + L) - L]^2 \right\rangle

    averaged over all glasses and over all places of the interval inside the window. The average over x is exact: n is
    constant between the places where a level enters or leaves. The mean is the L of the unfolding, not each glass's
    own, so that differences of the density between glasses count (see `unfold_by_ensemble`).

    Args:
        unfolded: levels of many glasses.
        lengths: L, positive, in mean spacings.
        window: part of the spectrum, as fractions of its unfolded range.

    Returns:
        Sigma^2(L) with errors over glasses, see `LevelFluctuations`; NaN where L exceeds the window.

    Raises:
        InputError: if a length is not positive or the window is no interval.

    Reference: Guhr, Mueller-Groeling and Weidenmueller, Phys. Rep. 299, 189 (1998), section 3.
    """
    return _over_glasses("number variance", _variance_of_one, unfolded, lengths, window)


def delta_3(
    unfolded: UnfoldedLevels,
    lengths: Float[np.ndarray, " lengths"],
    *,
    window: tuple[float, float] = (0.25, 0.75),
) -> LevelFluctuations:
    r"""Rigidity: mean square distance of the staircase from the best straight line over a length L.

    .. math:: \Delta_3(L) = \left\langle \frac{1}{L} \min_{A, B} \int_x^{x + L} [N(y) - A y - B]^2 dy \right\rangle

    For the n levels of one interval, ascending and measured from its centre, the integral is

    .. math:: \frac{n^2}{16} - \frac{(\sum y_i)^2}{L^2} + \frac{3 n \sum y_i^2}{2 L^2} - \frac{3 (\sum y_i^2)^2}{L^4}
        + \frac{\sum (n - 2 i + 1) y_i}{L}

    exactly. The intervals of one glass are spread evenly over the window, a quarter of a length or less apart.

    Args:
        unfolded: levels of many glasses.
        lengths: L, positive, in mean spacings.
        window: part of the spectrum, as fractions of its unfolded range.

    Returns:
        Delta_3(L) with errors over glasses, see `LevelFluctuations`; NaN where L exceeds the window.

    Raises:
        InputError: as for `number_variance`.

    Reference: Dyson and Mehta, J. Math. Phys. 4, 701 (1963); Bohigas and Giannoni, Ann. Phys. 89, 393 (1975), for the
        sum over levels.
    """
    return _over_glasses("delta 3", _delta_3_of_one, unfolded, lengths, window)


def _over_glasses(
    statistic: str,
    of_one: Callable[[np.ndarray, float, float, float], float],
    unfolded: UnfoldedLevels,
    lengths: Float[np.ndarray, " lengths"],
    window: tuple[float, float],
) -> LevelFluctuations:
    lengths = np.atleast_1d(np.asarray(lengths, dtype=np.float64))
    if lengths.ndim != 1 or not np.all(np.isfinite(lengths) & (lengths > 0)):
        raise InputError(f"argument lengths must be a flat array of positive numbers, but got {lengths}")
    low, high = unfolded.part(window)
    glasses = len(unfolded)
    value, error, reasons = np.full(lengths.size, np.nan), np.full(lengths.size, np.nan), []
    for k, length in enumerate(lengths):
        if length > (high - low) * (1 + 1e-12):
            reasons.append(f"the window holds {high - low:.4g} mean spacings only; widen it or use shorter lengths")
            continue
        own = np.array([of_one(levels, float(length), low, high) for levels in unfolded.levels])
        value[k] = own.mean()
        if glasses >= MINIMUM_GLASSES:
            error[k] = own.std(ddof=1) / np.sqrt(glasses)
        reasons.append("" if glasses >= MINIMUM_GLASSES else f"{glasses} glasses; errors need {MINIMUM_GLASSES}")
    return LevelFluctuations(statistic, lengths, value, error, low, high, glasses, unfolded.method, tuple(reasons))


def _variance_of_one(levels: Float[np.ndarray, " levels"], length: float, low: float, high: float) -> float:
    last = high - length
    if last <= low:
        return float((np.searchsorted(levels, high) - np.searchsorted(levels, low) - length) ** 2)
    steps = np.concatenate([levels, levels - length])
    places = np.sort(np.concatenate([[low, last], steps[(steps > low) & (steps < last)]]))
    middles = (places[1:] + places[:-1]) / 2
    number = np.searchsorted(levels, middles + length) - np.searchsorted(levels, middles)
    return float(np.sum((number - length) ** 2 * np.diff(places)) / (last - low))


def _delta_3_of_one(levels: Float[np.ndarray, " levels"], length: float, low: float, high: float) -> float:
    room = max(high - low - length, 0.0)
    starts = np.linspace(low, low + room, 1 + int(np.ceil(STARTS_PER_LENGTH * room / length)))
    middle = (low + high) / 2
    y = levels - middle
    sums = [np.concatenate([[0.0], np.cumsum(column)]) for column in (y, y**2, np.arange(1, y.size + 1) * y)]
    first, stop = np.searchsorted(levels, starts), np.searchsorted(levels, starts + length)
    number = (stop - first).astype(np.float64)
    centre = starts + length / 2 - middle
    one, two, ranked = (column[stop] - column[first] for column in sums)
    # Sums of y - centre, and of (y - centre) times the rank inside the interval, from those over the whole spectrum.
    ranked = ranked - first * one - centre * number * (number + 1) / 2
    square = two - 2 * centre * one + centre**2 * number
    plain = one - centre * number
    found = (
        number**2 / 16
        - plain**2 / length**2
        + 1.5 * number * square / length**2
        - 3 * square**2 / length**4
        + ((number + 1) * plain - 2 * ranked) / length
    )
    return float(found.mean())


def goe_number_variance(
    length: Float[np.ndarray, "*shape"], *, asymptotic: bool = False
) -> Float[np.ndarray, "*shape"]:
    r"""Number variance in the bulk of large GOE matrices.

    .. math:: \Sigma^2(L) = 2 \Sigma^2_{\mathrm{GUE}}(L) + \frac{\mathrm{Si}(\pi L)^2}{\pi^2}
        - \frac{\mathrm{Si}(\pi L)}{\pi} \to \frac{2}{\pi^2} \left[ \ln(2 \pi L) + \gamma + 1 - \frac{\pi^2}{8} \right]

    with the GUE's pi^2 Sigma^2 = ln(2 pi L) + gamma + 1 - cos(2 pi L) - Ci(2 pi L) + pi^2 L [1 - 2 Si(2 pi L)/pi].

    Args:
        length: L > 0, in mean spacings.
        asymptotic: the form for large L only.

    Reference: Mehta, Random Matrices, 3rd ed. (2004), chapter 16; Guhr, Mueller-Groeling and Weidenmueller, Phys. Rep.
        299, 189 (1998), section 3.
    """
    length = _positive(length)
    logs = np.log(2 * np.pi * length) + np.euler_gamma + 1
    if asymptotic:
        return 2 / np.pi**2 * (logs - np.pi**2 / 8)
    sine, cosine = sici(2 * np.pi * length)
    unitary = (logs - np.cos(2 * np.pi * length) - cosine) / np.pi**2 + length * (1 - 2 * sine / np.pi)
    half = sici(np.pi * length)[0] / np.pi
    return 2 * unitary + half**2 - half


def goe_delta_3(length: Float[np.ndarray, "*shape"], *, asymptotic: bool = False) -> Float[np.ndarray, "*shape"]:
    r"""Rigidity in the bulk of large GOE matrices.

    .. math:: \Delta_3(L) = \frac{2}{L^4} \int_0^L (L^3 - 2 L^2 r + r^3)\, \Sigma^2(r)\, dr
        \to \frac{1}{\pi^2} \left[ \ln(2 \pi L) + \gamma - \frac54 - \frac{\pi^2}{8} \right]

    Args:
        length: L > 0, in mean spacings.
        asymptotic: the form for large L only.

    Reference: as for `goe_number_variance`.
    """
    length = _positive(length)
    if asymptotic:
        return (np.log(2 * np.pi * length) + np.euler_gamma - 5 / 4 - np.pi**2 / 8) / np.pi**2
    r = (_NODES + 1) / 2
    kernel = _WEIGHTS * (1 - 2 * r + r**3)
    return np.sum(kernel * goe_number_variance(length[..., None] * r), axis=-1)


def poisson_number_variance(length: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Number variance of independent levels, L."""
    return _positive(length)


def poisson_delta_3(length: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    """Rigidity of independent levels, L/15."""
    return _positive(length) / 15


def _positive(length: Float[np.ndarray, "*shape"]) -> Float[np.ndarray, "*shape"]:
    length = np.asarray(length, dtype=np.float64)
    if not np.all(length > 0):
        raise InputError("argument length must be positive")
    return length
