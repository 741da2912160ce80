"""Gap ratios of the lowest levels: what random matrices and independent levels have, and how glasses' depends on N."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from .._core.identity import generator
from ._bootstrap import DEFAULT_RESAMPLES
from ._gap_ratio import GapRatio, gap_ratio, gap_ratio_of_levels
from ._reference_levels import STEEPNESS, LevelKind, reference_levels
from ._spectra import Spectra

WISHART_EXCESSES = (0, 1, 3, 10)

LARGEST_SIZE = 300
"""Rows of the matrices that stand beside large glasses: the lowest levels of larger ones have the same gap ratio."""


@dataclass(frozen=True)
class ReferenceGapRatio:
    """Mean gap ratio of the lowest levels of matrices or independent points.

    Attributes:
        name: what has it, in words.
        kind: 'goe', 'wishart' or 'poisson'.
        excess: M - n of Wishart matrices, else 0.
        size: rows of a matrix, or mean number of independent levels below 1.
        mean_below: mean number of levels in the window; NaN for a fixed number of lowest levels.
        ratio: the mean gap ratio, with its error over matrices and the variable.
    """

    name: str
    kind: str
    excess: int
    size: int
    mean_below: float
    ratio: GapRatio


@dataclass(frozen=True)
class SizeGapRatio:
    """Gap ratio of the lowest levels of glasses of one size.

    Attributes:
        particles: N.
        ratio: of the glasses.
        below: the frequency below which levels count, in sqrt(epsilon/m)/length; NaN for a fixed number of levels.
        mean_levels: mean number of levels that count, a glass.
        references: of matched size, each with its own error; up to `LARGEST_SIZE` rows, or what the window needs.
    """

    particles: int
    ratio: GapRatio
    below: float
    mean_levels: float
    references: tuple[ReferenceGapRatio, ...]


def reference_gap_ratios(
    lowest: int = 3,
    *,
    size: int,
    matrices: int,
    mean_below: float | None = None,
    excesses: tuple[int, ...] = WISHART_EXCESSES,
    exponent: float = STEEPNESS,
    seed: int = 0,
) -> tuple[ReferenceGapRatio, ...]:
    """Gap ratios of the lowest levels of GOE and Wishart matrices and of independent levels.

    The GOE's soft edge is given in lambda alone (its eigenvalues have no square root); the Wishart hard edge and
    independent levels with g ~ omega^s in lambda and in omega. All variables of one kind see the same matrices.

    Args:
        lowest: number k of lowest levels of each matrix.
        size: rows of the matrices.
        matrices: their number, for each kind.
        mean_below: instead of `lowest`, take the levels below the level that this mean number of levels lies below, as
            `gap_ratio(..., below=...)` does; matrices with fewer than three levels there are left out and counted.
        excesses: M - n of the Wishart matrices.
        exponent: s of the independent levels.
        seed: of the matrices.

    Returns:
        One entry for each kind, excess and variable. Errors are over matrices.

    Raises:
        InputError: as for `reference_levels` and `gap_ratio_of_levels`, or if the matrices are too small for
            `mean_below`.
    """
    if mean_below is not None:
        if not mean_below > 0:
            raise InputError(f"argument mean_below must be positive, but got {mean_below}")
        needed = _most_levels(mean_below)
        if needed > size:
            raise InputError(
                f"argument size = {size} is too small for argument mean_below = {mean_below:.4g}; it needs to be at "
                f"least {needed}"
            )
    count = lowest if mean_below is None else needed
    kinds: list[tuple[str, LevelKind, int]] = [("GOE, soft edge", "goe", 0)]
    kinds += [(f"Wishart, M − N = {excess}" if excess else "Wishart, square", "wishart", excess) for excess in excesses]
    kinds += [(f"independent levels, g ~ ω^{exponent:g}", "poisson", 0)]
    found = []
    for name, kind, excess in kinds:
        random = generator(f"{seed}/{kind}/{excess}", "reference gap ratios")
        own_exponent = exponent if kind == "poisson" else STEEPNESS
        levels = reference_levels(kind, size, matrices, random, lowest=count, excess=excess, exponent=own_exponent)
        for variable, values in _variables(kind, levels):
            found.append(
                ReferenceGapRatio(
                    name=name,
                    kind=kind,
                    excess=excess,
                    size=size,
                    mean_below=np.nan if mean_below is None else mean_below,
                    ratio=_ratio(values, variable, lowest, mean_below),
                )
            )
    return tuple(found)


def _most_levels(mean: float) -> int:
    """Levels that no window of this mean number exceeds: six standard deviations of a Poisson number above it."""
    return int(np.ceil(mean + 6 * np.sqrt(mean) + 6))


def _variables(
    kind: str, levels: Float[np.ndarray, "matrices levels"]
) -> list[tuple[str, Float[np.ndarray, "matrices levels"]]]:
    if kind == "goe":
        return [("lambda", levels)]
    if kind == "wishart":
        return [("lambda", levels), ("omega", np.sqrt(levels))]
    return [("lambda", levels**2), ("omega", levels)]


def _ratio(
    values: Float[np.ndarray, "matrices levels"], variable: str, lowest: int, mean_below: float | None
) -> GapRatio:
    if mean_below is None:
        return gap_ratio_of_levels(list(values), variable=variable, lowest=lowest)
    pooled = np.sort(values, axis=None)
    threshold = pooled[round(mean_below * len(values))]
    return gap_ratio_of_levels(list(values), variable=variable, below=float(threshold))


def gap_ratio_of_sizes(
    spectra: Mapping[int, Spectra],
    *,
    variable: Literal["omega", "lambda"],
    lowest: int | None = None,
    below: Mapping[int, float] | None = None,
    matrices: int = 2000,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> tuple[SizeGapRatio, ...]:
    """Gap ratio of the lowest levels against the number of particles, beside references of matched size.

    Args:
        spectra: frequencies of many glasses for each number of particles N.
        variable: 'omega' or 'lambda'; the references are of this variable (the GOE's soft edge is lambda in any case).
        lowest: number of lowest levels.
        below: instead, one frequency for each N, such as 0.9 omega_T1 of each ensemble, in sqrt(epsilon/m)/length. The
            references then have the same mean number of levels in their window.
        matrices: matrices of each reference; 0 for no references.
        confidence: of the intervals.
        resamples: bootstrap resamples.
        seed: of bootstrap and references.

    Returns:
        One entry for each N, ascending.

    Raises:
        InputError: as for `gap_ratio`, or if `below` lacks an N, or not exactly one of `lowest` and `below` is given.
    """
    if (lowest is None) == (below is None):
        raise InputError("give exactly one of the arguments lowest and below")
    if below is not None and set(below) != set(spectra):
        raise InputError(
            f"argument below must have one frequency for each N of argument spectra, {sorted(spectra)}, but has "
            f"{sorted(below)}"
        )
    rows = []
    for particles in sorted(spectra):
        own = spectra[particles]
        edge = None if below is None else float(below[particles])
        ratio = gap_ratio(
            own, variable=variable, lowest=lowest, below=edge, confidence=confidence, resamples=resamples, seed=seed
        )
        counted = own.glasses * (lowest or 0) if edge is None else np.count_nonzero(own.omega < edge)
        mean = float(counted / own.glasses)
        references = _matched(own, particles, variable, lowest, mean, matrices, seed) if ratio.glasses else ()
        rows.append(SizeGapRatio(particles, ratio, np.nan if edge is None else edge, mean, references))
    return tuple(rows)


def _matched(
    spectra: Spectra, particles: int, variable: str, lowest: int | None, mean: float, matrices: int, seed: int
) -> tuple[ReferenceGapRatio, ...]:
    """References of the variable, with as many levels as the glasses have, or `LARGEST_SIZE`."""
    if not matrices:
        return ()
    levels = 3 * particles if spectra.modes_per_glass is None else round(float(spectra.modes_per_glass.mean()))
    found = reference_gap_ratios(
        lowest or 3,
        size=max(min(levels, LARGEST_SIZE), 0 if lowest else _most_levels(mean)),
        matrices=matrices,
        mean_below=mean if lowest is None else None,
        seed=seed,
    )
    return tuple(entry for entry in found if entry.kind == "goe" or entry.ratio.variable == variable)
