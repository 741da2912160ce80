"""Spacings, number variance and rigidity of one set of spectra together, and the same of levels that are understood."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._fluctuations import LevelFluctuations, delta_3, number_variance
from ._reference_levels import STEEPNESS, LevelKind, reference_levels
from ._spacings import SpacingDistribution, spacing_distribution
from ._spectra import Spectra
from ._unfolding import UnfoldedLevels, unfold_by_ensemble, unfold_by_polynomial

Unfolding = Literal["ensemble", "polynomial"]


@dataclass(frozen=True, eq=False)
class LevelStatistics:
    """Three statistics of the same unfolded levels in the same window.

    Attributes:
        spacings: their distribution.
        variance: number variance against L.
        rigidity: Delta_3 against L.
        window: part of the spectrum, as fractions of its unfolded range.
        glasses: number of glasses or matrices.
        mean_levels: mean number of levels of one of them inside the window.
        method: of the unfolding.
    """

    spacings: SpacingDistribution
    variance: LevelFluctuations
    rigidity: LevelFluctuations
    window: tuple[float, float]
    glasses: int
    mean_levels: float
    method: str


def level_statistics(
    values: Spectra | Sequence[Float[np.ndarray, " levels"]],
    lengths: Float[np.ndarray, " lengths"],
    *,
    unfolding: Unfolding = "ensemble",
    degree: int = 7,
    window: tuple[float, float] = (0.25, 0.75),
    edges: Float[np.ndarray, " edges"] | None = None,
) -> LevelStatistics:
    """Unfold many spectra and measure their spacings, number variance and rigidity.

    Args:
        values: levels of each glass or matrix, ascending, at least two.
        lengths: L of the number variance and of Delta_3, in mean spacings.
        unfolding: 'ensemble' or 'polynomial'; long-range statistics depend on it, see `unfold_by_ensemble`.
        degree: of the polynomial; unused by 'ensemble'.
        window: part of the spectrum, as fractions of its unfolded range.
        edges: bins of the spacings.

    Returns:
        All three, see `LevelStatistics`.

    Raises:
        InputError: as `unfold_by_ensemble`, `unfold_by_polynomial`, `spacing_distribution` and `number_variance`.
    """
    if unfolding not in ("ensemble", "polynomial"):
        raise InputError(f"argument unfolding must be 'ensemble' or 'polynomial', but got {unfolding!r}")
    levels = unfold_by_ensemble(values) if unfolding == "ensemble" else unfold_by_polynomial(values, degree=degree)
    return LevelStatistics(
        spacings=spacing_distribution(levels, window=window, edges=edges),
        variance=number_variance(levels, lengths, window=window),
        rigidity=delta_3(levels, lengths, window=window),
        window=window,
        glasses=len(levels),
        mean_levels=_mean_levels(levels, window),
        method=levels.method,
    )


def reference_level_statistics(
    kind: LevelKind,
    lengths: Float[np.ndarray, " lengths"],
    *,
    size: int,
    matrices: int,
    random: int | np.random.Generator = 0,
    excess: int = 0,
    exponent: float = STEEPNESS,
    unfolding: Unfolding = "ensemble",
    degree: int = 7,
    window: tuple[float, float] = (0.25, 0.75),
    edges: Float[np.ndarray, " edges"] | None = None,
) -> LevelStatistics:
    """The same estimators on levels that are understood, of matched size and number.

    What differs between these and the formulas for infinite matrices is what size, window, unfolding and number of
    glasses do to the estimators; what differs between these and the glasses is physics.

    Args:
        kind: 'goe', 'wishart' or 'poisson', see `reference_levels`.
        lengths: L, in mean spacings.
        size: levels of one matrix, such as the d N - d of the glasses.
        matrices: their number.
        random: seed, or the generator to draw from.
        excess: M - n of 'wishart'.
        exponent: s of 'poisson'.
        unfolding: as in `level_statistics`, as are the arguments after it.

    Raises:
        InputError: as for `reference_levels` and `level_statistics`.
    """
    levels = reference_levels(kind, size, matrices, random, excess=excess, exponent=exponent)
    return level_statistics(list(levels), lengths, unfolding=unfolding, degree=degree, window=window, edges=edges)


def _mean_levels(unfolded: UnfoldedLevels, window: tuple[float, float]) -> float:
    low, high = unfolded.part(window)
    return float(np.mean([np.count_nonzero((x >= low) & (x < high)) for x in unfolded.levels]))
