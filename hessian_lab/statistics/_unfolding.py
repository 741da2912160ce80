"""Unfolding: levels measured in mean numbers of levels, so that their mean density is one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._spectra import Spectra


@dataclass(frozen=True, eq=False)
class UnfoldedLevels:
    """Unfolded levels x of many glasses; dimensionless, mean density one between `low` and `high`.

    Attributes:
        levels: one ascending array a glass, ragged.
        low: lower end of the range of x that the levels fill.
        high: upper end of that range.
        method: 'ensemble', 'polynomial', or 'given'.
        left_out: glasses that could not be unfolded; they are not among `levels`.
    """

    levels: tuple[Float[np.ndarray, " levels"], ...]
    low: float
    high: float
    method: str
    left_out: int = 0

    def __len__(self) -> int:
        return len(self.levels)

    def part(self, window: tuple[float, float]) -> tuple[float, float]:
        """Ends in x of a window given as two fractions of the range.

        Raises:
            InputError: unless 0 <= low < high <= 1.
        """
        if len(window) != 2 or not 0 <= window[0] < window[1] <= 1:
            raise InputError(f"argument window must be two fractions 0 <= low < high <= 1, but got {window}")
        width = self.high - self.low
        return self.low + window[0] * width, self.low + window[1] * width


def unfolded(
    levels: Sequence[Float[np.ndarray, " levels"]], *, low: float | None = None, high: float | None = None
) -> UnfoldedLevels:
    """Levels that have a mean density of one already.

    Args:
        levels: one array a glass, ascending. Dimensionless.
        low: lower end of the range that they fill; by default the lowest level of all.
        high: its upper end; by default the highest level of all.

    Raises:
        InputError: if there is no level, or levels do not ascend.
    """
    arrays = _ascending(levels)
    filled = [array for array in arrays if array.size]
    if not filled:
        raise InputError("argument levels holds no level; at least one is needed")
    first = min(float(array[0]) for array in filled) if low is None else low
    last = max(float(array[-1]) for array in filled) if high is None else high
    return UnfoldedLevels(tuple(arrays), first, last, "given")


def unfold_by_ensemble(values: Spectra | Sequence[Float[np.ndarray, " levels"]]) -> UnfoldedLevels:
    r"""Unfold each glass with the mean staircase of the other glasses.

    .. math:: x = \frac{1}{G - 1} \sum_{h \ne g} N_h(\omega)

    with N_h(omega) the number of levels of glass h below omega; straight lines join the middles of the steps of the
    pooled staircase. A glass's own levels are left out, since they would attract x to themselves. Levels
    beyond the first and the last level of all other glasses take the end values of the staircase. Monotonic changes of
    the variable (omega or lambda) do not change x, but for the interpolation between neighbouring pooled levels.

    What it does to long-range statistics: glasses differ from one another in their density of levels (a stiffer glass
    has them all higher), and this unfolding keeps those differences. Where the number of levels below omega varies from
    glass to glass by more than random matrices' own, number variance and rigidity are enlarged, the number variance
    roughly by (delta rho/rho)^2 L^2, although the levels of one glass may be as rigid as those of the GOE. Spacings are
    hardly touched. The noise of the staircase itself enlarges the number variance by 1/(G - 1) of its value.
    `unfold_by_polynomial` removes such differences, and the true fluctuations of the same length with them: it is right
    to show both.

    Args:
        values: levels of each glass or matrix, ascending; of `Spectra` those up to the smallest `known_up_to`.

    Returns:
        Unfolded levels, with the range from 0 to the mean number of levels. Dimensionless.

    Raises:
        InputError: if there are fewer than two glasses, no level, or levels do not ascend.

    Reference: Guhr, Mueller-Groeling and Weidenmueller, Phys. Rep. 299, 189 (1998), section 3; Flores, Horoi,
        Mueller and Seligman, PRE 63, 026204 (2001), on the two ways to unfold.
    """
    arrays = _ascending(_known(values))
    glasses = len(arrays)
    pooled = np.concatenate(arrays)
    if glasses < 2 or not pooled.size:
        raise InputError(
            f"argument values must hold at least two glasses and a level, but holds {glasses} and {pooled.size}"
        )
    owner = np.repeat(np.arange(glasses), [array.size for array in arrays])
    rank = np.concatenate([np.arange(array.size) for array in arrays])
    order = np.argsort(pooled, kind="stable")
    x = np.empty(pooled.size)
    x[order] = _others_staircase(pooled[order], owner[order], rank[order]) / (glasses - 1)
    ends = np.cumsum([array.size for array in arrays])[:-1]
    return UnfoldedLevels(tuple(np.split(x, ends)), 0.0, pooled.size / glasses, "ensemble")


def _others_staircase(
    pooled: Float[np.ndarray, " pooled"], owner: np.ndarray, rank: np.ndarray
) -> Float[np.ndarray, " pooled"]:
    """Interpolated number of levels below each pooled level that belong to other glasses than its own."""
    total = pooled.size
    place = np.arange(total)
    breaks = np.flatnonzero(np.diff(owner)) + 1
    starts, stops = np.concatenate([[0], breaks]), np.concatenate([breaks, [total]])
    run = np.repeat(np.arange(starts.size), stops - starts)
    before, after = starts[run] - 1, stops[run]
    others = place - rank
    inner = (before >= 0) & (after < total)
    below, above = pooled[before[inner]], pooled[after[inner]]
    gap = above - below
    fraction = np.full(gap.size, 0.5)
    np.divide(pooled[inner] - below, gap, out=fraction, where=gap > 0)
    staircase = np.where(before < 0, 0.5, others - 0.5)
    staircase[inner] += fraction
    return staircase


def unfold_by_polynomial(
    values: Spectra | Sequence[Float[np.ndarray, " levels"]],
    *,
    degree: int = 7,
    levels: tuple[float, float] = (0.1, 0.9),
) -> UnfoldedLevels:
    r"""Unfold each glass with a polynomial through its own staircase in the bulk.

    .. math:: x_k = p_g(\omega_k), \qquad p_g = \arg\min_p \sum_k \left[k - \tfrac12 - p(\omega_k)\right]^2

    What it does to long-range statistics: every glass has density one by construction, so differences of the density
    from glass to glass, which `unfold_by_ensemble` keeps, are gone; but so is every fluctuation that a polynomial of
    this degree can follow. Beyond L of about the number of levels over the degree, number variance and rigidity are too
    small, also for independent levels, and they say nothing there.

    Args:
        values: levels of each glass or matrix, ascending; of `Spectra` those up to the smallest `known_up_to`.
        degree: of the polynomial.
        levels: the bulk, as fractions of each glass's levels; only these are unfolded and returned.

    Returns:
        Unfolded levels of the bulk, counted from its lower end; the range ends with the glass that has the fewest. A
        glass whose polynomial falls somewhere is left out and counted. Dimensionless.

    Raises:
        InputError: if the fractions are no interval, a glass has fewer than 4 (degree + 1) levels there, or no
            polynomial rises.

    Reference: as for `unfold_by_ensemble`.
    """
    if degree < 1:
        raise InputError(f"argument degree must be at least 1, but got {degree}")
    if len(levels) != 2 or not 0 <= levels[0] < levels[1] <= 1:
        raise InputError(f"argument levels must be two fractions 0 <= low < high <= 1, but got {levels}")
    found: list[Float[np.ndarray, " levels"]] = []
    left_out = 0
    for index, array in enumerate(_ascending(_known(values))):
        bulk = array[round(levels[0] * array.size) : round(levels[1] * array.size)]
        if bulk.size < 4 * (degree + 1):
            raise InputError(
                f"argument degree = {degree} needs at least {4 * (degree + 1)} levels in the bulk of each glass, but "
                f"entry {index} has {bulk.size}; lower it or widen argument levels"
            )
        x = np.polynomial.Chebyshev.fit(bulk, np.arange(bulk.size) + 0.5, degree)(bulk)
        if np.all(np.diff(x) >= 0):
            found.append(x)
        else:
            left_out += 1
    if not found:
        raise InputError(
            f"argument degree = {degree} gives a rising staircase for none of {left_out} glasses; lower it, or keep "
            "argument levels away from the edges of the spectrum"
        )
    return UnfoldedLevels(tuple(found), 0.0, float(min(x.size for x in found)), "polynomial", left_out)


def _known(values: Spectra | Sequence[Float[np.ndarray, " levels"]]) -> list[Float[np.ndarray, " levels"]]:
    if not isinstance(values, Spectra):
        return [np.asarray(array, dtype=np.float64) for array in values]
    limit = float(values.known_up_to.min())
    return [omega[omega <= limit] for omega in values]


def _ascending(values: Sequence[Float[np.ndarray, " levels"]]) -> list[Float[np.ndarray, " levels"]]:
    arrays = [np.asarray(array, dtype=np.float64) for array in values]
    for index, array in enumerate(arrays):
        if array.ndim != 1 or not np.all(np.isfinite(array)) or np.any(np.diff(array) < 0):
            raise InputError(f"each glass's levels must be a flat, finite, ascending array, but entry {index} is not")
    return arrays
