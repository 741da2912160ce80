"""Levels of random matrices and of independent points, to stand beside the spectra of glasses."""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Float
from scipy.linalg import eigvalsh_tridiagonal

from .._core.errors import InputError
from .._core.identity import generator

LevelKind = Literal["goe", "wishart", "poisson"]

STEEPNESS = 4.0
"""Exponent s of the independent levels with which glasses are compared: g ~ omega^4."""

BISECTION = 20
"""Bisection finds one eigenvalue in about this share of the time of all."""


def reference_levels(
    kind: LevelKind,
    size: int,
    count: int,
    random: int | np.random.Generator = 0,
    *,
    lowest: int | None = None,
    excess: int = 0,
    exponent: float = STEEPNESS,
) -> Float[np.ndarray, "count levels"]:
    r"""Levels of `count` random matrices of one size, or of independent points, ascending.

    'goe' gives the eigenvalues lambda, of either sign, of real symmetric matrices whose off-diagonal entries have
    variance 1 and whose diagonal has variance 2. Both ends of the spectrum, near -2 sqrt(size) and 2 sqrt(size), are
    soft edges. They are exact: the tridiagonal matrix with diagonal N(0, 2) and off-diagonal chi_{n-1}, ..., chi_1 has
    the same joint law of eigenvalues.

    'wishart' gives the eigenvalues lambda >= 0 of W W^T, with W of shape (size, size + excess) and independent normal
    entries of variance 1; omega = sqrt(lambda). Zero is a hard edge, the softer the larger the excess. They are the
    squares of the singular values of the lower bidiagonal matrix with diagonal chi_M, ..., chi_{M-n+1} and
    subdiagonal chi_{n-1}, ..., chi_1, M = size + excess; the singular values come from the tridiagonal matrix of twice
    the size that has them as +-pairs, so that small lambda keep their digits.

    'poisson' gives frequencies omega of independent levels with g(omega) ~ omega^s:

    .. math:: \overline{N}(\omega) = n\, \omega^{s + 1}, \qquad \omega_k = (x_k / n)^{1/(s + 1)}

    with x_k the sum of k independent exponential variables of mean 1. The mean number of levels below omega = 1 is
    `size`; each row holds the first `size` (or `lowest`) points of the process, so their number is fixed and the last
    ones lie on either side of 1.

    Args:
        kind: 'goe', 'wishart' or 'poisson'.
        size: n, rows of the matrix, or mean number of independent levels below 1.
        count: number of matrices.
        random: seed, or the generator to draw from.
        lowest: only the k lowest levels, which makes large sizes cheap; None for all.
        excess: M - n of 'wishart'.
        exponent: s of 'poisson'.

    Returns:
        Levels of shape (count, size) or (count, lowest): lambda for 'goe' and 'wishart', omega for 'poisson'.
        Dimensionless.

    Raises:
        InputError: if the kind is unknown, a number is not positive, `lowest` exceeds the size, or an option is given
            that the kind does not have.

    Reference: Dumitriu and Edelman, J. Math. Phys. 43, 5830 (2002), beta = 1.
    """
    levels = _check(kind, size, count, lowest, excess, exponent)
    random = random if isinstance(random, np.random.Generator) else generator(str(random), f"reference levels {kind}")
    if kind == "poisson":
        return (np.cumsum(random.exponential(size=(count, levels)), axis=1) / size) ** (1 / (exponent + 1))
    draw = _goe if kind == "goe" else _wishart
    return np.stack([draw(random, size, levels, excess) for _ in range(count)])


def _check(kind: str, size: int, count: int, lowest: int | None, excess: int, exponent: float) -> int:
    if kind not in ("goe", "wishart", "poisson"):
        raise InputError(f"argument kind must be 'goe', 'wishart' or 'poisson', but got {kind!r}")
    if size < 2 or count < 1:
        raise InputError(
            f"argument size must be at least 2 and argument count at least 1, but got size = {size} and count = {count}"
        )
    if excess < 0 or (excess and kind != "wishart"):
        raise InputError(f"argument excess must be >= 0, and 0 unless kind is 'wishart', but got {excess} for {kind!r}")
    if not exponent > -1 or (exponent != STEEPNESS and kind != "poisson"):
        raise InputError(
            f"argument exponent must be above -1, and is an option of kind = 'poisson' only, but got {exponent} for "
            f"{kind!r}"
        )
    levels = size if lowest is None else lowest
    if not 1 <= levels <= size:
        raise InputError(f"argument lowest must lie between 1 and size = {size}, but got {lowest}")
    return levels


def _goe(random: np.random.Generator, size: int, levels: int, excess: int) -> Float[np.ndarray, " levels"]:
    diagonal = np.sqrt(2) * random.normal(size=size)
    beside = np.sqrt(random.chisquare(np.arange(size - 1, 0, -1)))
    return _eigenvalues(diagonal, beside, 0, levels)


def _wishart(random: np.random.Generator, size: int, levels: int, excess: int) -> Float[np.ndarray, " levels"]:
    beside = np.empty(2 * size - 1)
    beside[0::2] = np.sqrt(random.chisquare(np.arange(size + excess, excess, -1)))
    beside[1::2] = np.sqrt(random.chisquare(np.arange(size - 1, 0, -1)))
    singular = _eigenvalues(np.zeros(2 * size), beside, size, levels)
    return np.maximum(singular, 0.0) ** 2


def _eigenvalues(
    diagonal: Float[np.ndarray, " rows"], beside: Float[np.ndarray, " rows_less_one"], first: int, levels: int
) -> Float[np.ndarray, " levels"]:
    """Eigenvalues number `first` and the `levels - 1` above it; bisection pays for up to a twentieth of all."""
    if BISECTION * levels > diagonal.size:
        return eigvalsh_tridiagonal(diagonal, beside)[first : first + levels]
    return eigvalsh_tridiagonal(diagonal, beside, select="i", select_range=(first, first + levels - 1))
