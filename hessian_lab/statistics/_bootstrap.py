"""Bootstrap over glasses: whole glasses are drawn with replacement, never modes (modes of one glass are correlated)."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError

DEFAULT_RESAMPLES = 1000
CHUNK_BYTES = 16 * 2**20


def bootstrap_weights(
    glasses: int, *, resamples: int = DEFAULT_RESAMPLES, seed: int = 0, chunk_bytes: int = CHUNK_BYTES
) -> Iterator[Float[np.ndarray, "chunk glasses"]]:
    r"""Multinomial weights: how often each resample draws each glass.

    .. math:: (w_1, \dots, w_G) \sim \mathrm{Multinomial}(G; 1/G, \dots, 1/G)

    They come in chunks of rows, so that 1000 resamples of 50 000 glasses never lie in memory together; the numbers
    depend on the seed only, not on the size of the chunks. Two estimators with one seed see the same resamples.

    Args:
        glasses: number of glasses G.
        resamples: number of resamples in all.
        seed: of the random numbers.
        chunk_bytes: upper limit of the memory of one chunk, but at least one row.

    Returns:
        Iterator over arrays of shape (chunk, glasses), each row summing to G. Dimensionless.

    Raises:
        InputError: if there are fewer than one glass or two resamples.
    """
    if glasses < 1 or resamples < 2:
        raise InputError(
            f"the bootstrap needs at least 1 glass and 2 resamples, but got glasses = {glasses} and argument "
            f"resamples = {resamples}"
        )
    return _weights(glasses, resamples, seed, max(1, chunk_bytes // (8 * glasses)))


def _weights(glasses: int, resamples: int, seed: int, rows: int) -> Iterator[Float[np.ndarray, "chunk glasses"]]:
    random = np.random.default_rng(seed)
    for start in range(0, resamples, rows):
        chunk = np.empty((min(rows, resamples - start), glasses))
        for row in chunk:
            row[:] = np.bincount(random.integers(0, glasses, glasses), minlength=glasses)
        yield chunk


def bootstrap_sums(
    per_glass: Float[np.ndarray, "glasses columns"],
    *,
    resamples: int = DEFAULT_RESAMPLES,
    seed: int = 0,
    chunk_bytes: int = CHUNK_BYTES,
) -> Float[np.ndarray, "resamples columns"]:
    r"""Sums over the glasses of every resample.

    .. math:: S_{rk} = \sum_g w_{rg} x_{gk}

    Args:
        per_glass: one row a glass, one column a quantity, of shape (glasses, columns); any unit.
        resamples: number of resamples.
        seed: of the random numbers.
        chunk_bytes: memory limit of the weights.

    Returns:
        Sums of shape (resamples, columns), in the unit of the column.

    Raises:
        InputError: as for `bootstrap_weights`, or if `per_glass` has no two dimensions.
    """
    per_glass = np.asarray(per_glass, dtype=np.float64)
    if per_glass.ndim != 2:
        raise InputError(f"argument per_glass must have the shape (glasses, columns), but has {per_glass.shape}")
    chunks = bootstrap_weights(len(per_glass), resamples=resamples, seed=seed, chunk_bytes=chunk_bytes)
    return np.concatenate([weights @ per_glass for weights in chunks])


def check_confidence(confidence: float) -> None:
    """Refuse a confidence that is no probability.

    Raises:
        InputError: unless 0 < confidence < 1.
    """
    if not 0 < confidence < 1:
        raise InputError(f"argument confidence must lie strictly between 0 and 1, but got {confidence}")


def studentised_quantiles(
    deviation: Float[np.ndarray, " resamples"],
    scale: Float[np.ndarray, " resamples"],
    confidence: float,
    *,
    symmetric: bool = False,
) -> tuple[float, float]:
    r"""Quantiles of t = deviation/scale over the resamples, for the interval [x - t_high e, x - t_low e].

    A resample without spread (scale 0) counts as an infinite t of the sign of its deviation, which can only widen the
    interval; the two order statistics are taken without interpolation, so that no infinity leaks into the other.

    Args:
        deviation: resampled minus actual estimate, of shape (resamples,).
        scale: standard error inside each resample, of the same shape and unit.
        confidence: of the two-sided interval.
        symmetric: whether to take -t_low = t_high from |t|; for estimates whose skewness is small or noisy.

    Returns:
        t_low and t_high, dimensionless; infinite if the resamples do not bound the estimate.

    Reference: Efron and Tibshirani, An Introduction to the Bootstrap (1993), section 12.5.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        ratio = np.where(deviation == 0, 0.0, deviation / scale)
    if symmetric:
        bound = float(np.quantile(np.abs(ratio[~np.isnan(ratio)]), confidence, method="nearest"))
        return -bound, bound
    tail = (1 - confidence) / 2
    low, high = np.quantile(ratio[~np.isnan(ratio)], [tail, 1 - tail], method="nearest")
    return float(low), float(high)
