"""Adjacent gap ratio: level repulsion without unfolding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import log
from typing import Literal

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._bootstrap import DEFAULT_RESAMPLES, bootstrap_sums, check_confidence, studentised_quantiles
from ._spectra import Spectra

GOE_GAP_RATIO = 0.5307
"""Mean gap ratio in the bulk of large GOE matrices. Atas et al., PRL 110, 084101 (2013), Table I (numerical)."""

POISSON_GAP_RATIO = 2 * log(2) - 1
"""Mean gap ratio of independent levels, 2 ln 2 - 1 = 0.386294. Atas et al., PRL 110, 084101 (2013), Table I."""

MINIMUM_GLASSES = 5


@dataclass(frozen=True)
class GapRatio:
    """Mean gap ratio over glasses. Numbers that cannot be given are NaN, and `reason` says why.

    Attributes:
        mean: mean over glasses of each glass's mean ratio, dimensionless.
        standard_error: of the mean, over glasses.
        low: lower end of the interval.
        high: upper end of the interval.
        ratios: number of ratios in all.
        glasses: glasses with at least one ratio.
        degenerate: pairs of gaps that are both zero, which have no ratio and are left out.
        variable: 'omega' or 'lambda' (= m omega^2, m = 1): the value at the edge depends on it.
        confidence: of the interval.
        reason: why the mean or its errors are undetermined, or empty.
        too_few: glasses with fewer than three levels in the range, which have no ratio and are left out.
    """

    mean: float
    standard_error: float
    low: float
    high: float
    ratios: int
    glasses: int
    degenerate: int
    variable: str
    confidence: float
    reason: str = ""
    too_few: int = 0


def gap_ratio(
    spectra: Spectra,
    *,
    variable: Literal["omega", "lambda"],
    levels: slice | tuple[float, float] | None = None,
    lowest: int | None = None,
    below: float | None = None,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> GapRatio:
    r"""Mean ratio of adjacent gaps of the spectra.

    .. math:: r_i = \frac{\min(x_{i+1} - x_i, x_i - x_{i-1})}{\max(x_{i+1} - x_i, x_i - x_{i-1})}

    with x = omega or lambda = omega^2. In the bulk compare with `GOE_GAP_RATIO` and `POISSON_GAP_RATIO`. **At the edge
    neither is the target**: the lowest three levels of large GOE matrices give 0.519(1), of square Wishart matrices
    0.419(1) in lambda and 0.528(1) in omega, independent levels with g ~ omega^4 0.3737 in omega and 0.3833 in lambda
    (`reference_gap_ratios` gives these and others, also for windows of frequency).

    Args:
        spectra: frequencies of many glasses, zero modes removed.
        variable: 'omega' or 'lambda'.
        levels: which levels of each glass: a slice, or two fractions (low, high) of a complete spectrum such as
            (0.25, 0.75) for the bulk.
        lowest: instead of `levels`, the k lowest levels; k levels give k - 2 ratios.
        below: instead of both, the levels below this frequency, in sqrt(epsilon/m)/length for either variable, such as
            0.9 omega_T1. A glass with fewer than three contributes none and is counted in `too_few`: where few glasses
            have three levels, these are glasses with many low modes, so compare with references of the same mean number
            (`reference_gap_ratios`), not with those of the lowest three.
        confidence: of the interval.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        Mean over glasses and its error, see `GapRatio`. Dimensionless.

    Raises:
        InputError: if the variable is unknown, not exactly one of `levels`, `lowest` and `below` is given, fractions
            are asked of incomplete spectra, a glass has fewer than `lowest` levels, or `below` is beyond what is known.

    Reference: Oganesyan and Huse, PRB 75, 155111 (2007), Eq. 2; Atas et al., PRL 110, 084101 (2013).
    """
    if variable not in ("omega", "lambda"):
        raise InputError(f"argument variable must be 'omega' or 'lambda', but got {variable!r}")
    if isinstance(levels, tuple) and np.any(np.isfinite(spectra.known_up_to)):
        raise InputError(
            "argument levels gives fractions of the whole spectrum, but only the lowest modes of some glasses are "
            "known; use lowest=k or a slice"
        )
    if below is not None:
        if not below > 0:
            raise InputError(f"argument below must be a positive frequency, but got {below}")
        spectra.require_known(below, "below")
        below = below if variable == "omega" else below**2
    values = [omega if variable == "omega" else omega**2 for omega in spectra]
    return gap_ratio_of_levels(
        values,
        variable=variable,
        levels=levels,
        lowest=lowest,
        below=below,
        confidence=confidence,
        resamples=resamples,
        seed=seed,
    )


def gap_ratio_of_levels(
    values: Sequence[Float[np.ndarray, " levels"]],
    *,
    variable: str,
    levels: slice | tuple[float, float] | None = None,
    lowest: int | None = None,
    below: float | None = None,
    confidence: float = 0.95,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
) -> GapRatio:
    r"""Mean ratio of adjacent gaps of any levels, such as the eigenvalues of reference matrices.

    .. math:: r_i = \frac{\min(x_{i+1} - x_i, x_i - x_{i-1})}{\max(x_{i+1} - x_i, x_i - x_{i-1})}

    The ratios of one matrix are averaged first, then the matrices, so that the error is over matrices. Matrices with
    fewer than three levels in the range have no ratio and are left out. With fewer than 5 matrices the mean stands, and
    its error and interval are NaN.

    Args:
        values: levels of each glass or matrix, ascending, of any sign and unit.
        variable: name of the quantity, recorded in the result; the values are taken as they are.
        levels: as in `gap_ratio`; fractions count the levels that are given.
        lowest: as in `gap_ratio`.
        below: as in `gap_ratio`, in the unit of the values.
        confidence: of the interval (studentised bootstrap over glasses).
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        Mean over matrices and its error, see `GapRatio`. Dimensionless.

    Raises:
        InputError: as for `gap_ratio`, or if levels do not ascend.

    Reference: as for `gap_ratio`.
    """
    check_confidence(confidence)
    per_glass, ratios, degenerate, too_few = [], 0, 0, 0
    for index, array in enumerate(values):
        array = np.asarray(array, dtype=np.float64)
        gaps = np.diff(array[_range(array, levels, lowest, below, index)])
        if not np.all(gaps >= 0):
            raise InputError(f"argument values must ascend inside each glass, but entry {index} does not")
        too_few += gaps.size < 2
        larger = np.maximum(gaps[1:], gaps[:-1])
        defined = larger > 0
        degenerate += int(np.count_nonzero(~defined))
        if np.any(defined):
            per_glass.append(np.mean(np.minimum(gaps[1:], gaps[:-1])[defined] / larger[defined]))
            ratios += int(np.count_nonzero(defined))
    means = np.array(per_glass)
    glasses = means.size
    mean = float(means.mean()) if glasses else np.nan
    error = low = high = np.nan
    reason = ""
    if glasses < MINIMUM_GLASSES:
        reason = f"{glasses} glasses have a gap ratio; errors need at least {MINIMUM_GLASSES}"
    else:
        error = float(means.std(ddof=1) / np.sqrt(glasses))
        low, high = _interval(means, error, confidence, resamples, seed)
        if not (np.isfinite(low) and np.isfinite(high)):
            low = high = np.nan
            reason = "the resamples do not bound the mean; more glasses are needed"
    return GapRatio(mean, error, low, high, ratios, glasses, degenerate, variable, confidence, reason, too_few)


def _range(
    array: Float[np.ndarray, " levels"],
    levels: slice | tuple[float, float] | None,
    lowest: int | None,
    below: float | None,
    index: int,
) -> slice:
    count = array.size
    if sum(choice is not None for choice in (levels, lowest, below)) != 1:
        raise InputError("give exactly one of the arguments levels, lowest and below; slice(None) takes every level")
    if below is not None:
        if not np.isfinite(below):
            raise InputError(f"argument below must be finite, but got {below}; levels=slice(None) takes every level")
        return slice(int(np.count_nonzero(array < below)))
    if lowest is not None:
        if lowest < 3:
            raise InputError(f"argument lowest must be at least 3 (three levels make one ratio), but got {lowest}")
        if count < lowest:
            raise InputError(
                f"argument lowest = {lowest}, but entry {index} has {count} known levels; leaving it out would favour "
                "glasses with many low modes, so compute more modes or lower it"
            )
        return slice(lowest)
    if isinstance(levels, slice):
        return levels
    assert levels is not None
    if len(levels) != 2 or not 0 <= levels[0] < levels[1] <= 1:
        raise InputError(f"argument levels must be a slice or two fractions 0 <= low < high <= 1, but got {levels}")
    return slice(round(levels[0] * count), round(levels[1] * count))


def _interval(
    means: Float[np.ndarray, " glasses"], error: float, confidence: float, resamples: int, seed: int
) -> tuple[float, float]:
    """Studentised bootstrap of a mean."""
    centred = means - means.mean()
    totals = bootstrap_sums(np.stack([centred, centred**2], axis=1), resamples=resamples, seed=seed) / means.size
    scale = np.sqrt(np.maximum(totals[:, 1] - totals[:, 0] ** 2, 0) / (means.size - 1))
    t_low, t_high = studentised_quantiles(totals[:, 0], scale, confidence)
    return float(means.mean() - t_high * error), float(means.mean() - t_low * error)
