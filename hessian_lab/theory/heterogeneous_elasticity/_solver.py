"""Integrals over waves and the solver of a self-consistent equation for a complex self-energy."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Complex, Float

from ..._core.errors import ComputationError, InputError

RELATIVE_DAMPING = 1e-13
"""What stands for i0: an imaginary part of omega^2, as a share of omega^2."""

_TOLERANCE = 1e-10

Map = Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
"""(Sigma, omega^2 + i epsilon) to the right-hand side of the equation and its derivative by Sigma."""


def check_wavenumber(smallest_wavenumber: float) -> None:
    """Refuse a smallest wave number outside [0, 1).

    Raises:
        InputError: if it is.
    """
    if not 0 <= smallest_wavenumber < 1:
        raise InputError(
            f"argument smallest_wavenumber must lie in [0, 1), in units of k_D, but got {smallest_wavenumber}"
        )


def wave_integrals(
    s: Complex[np.ndarray, " ..."], smallest_wavenumber: float
) -> tuple[Complex[np.ndarray, " ..."], Complex[np.ndarray, " ..."], Complex[np.ndarray, " ..."]]:
    r"""The two integrals over the waves, and the derivative that Newton's method needs.

    .. math:: I_2(s) = \int_m^1 \frac{k^2\,dk}{k^2 - s}, \qquad I_4(s) = \int_m^1 \frac{k^4\,dk}{k^2 - s}

    Args:
        s: with Im s > 0, of any shape. Dimensionless.
        smallest_wavenumber: m in [0, 1).

    Returns:
        I_2, I_4 and dI_4/ds, each of the shape of s.
    """
    m = smallest_wavenumber
    q = np.sqrt(s)
    # Im q > 0 keeps all four logarithms on their principal branch; ln(-q) at m = 0 holds the pole's i pi.
    inverse = (np.log(1 - q) - np.log(m - q) - np.log(1 + q) + np.log(m + q)) / (2 * q)
    lower = m / (s - m * m) if m > 0 else 0.0
    squared = (1 / (s - 1) - lower - inverse) / (2 * s)
    second = (1 - m) + s * inverse
    return second, (1 - m**3) / 3 + s * second, second + s * (inverse + s * squared)


def solve(mapping: Map, start: float, omega: Float[np.ndarray, " ..."]) -> Complex[np.ndarray, " ..."]:
    """The physical solution of Sigma = mapping(Sigma, omega^2 + i0) at every frequency.

    Newton's method while an artificial damping is lowered from 1 to 1e-13 omega^2: the physical branch, Im Sigma >= 0,
    is the one that continues from strong damping.

    Args:
        mapping: right-hand side and its derivative.
        start: the static self-energy.
        omega: above 0, of any shape, in the units of the mapping.

    Returns:
        Sigma, of the shape of omega.

    Raises:
        InputError: if an omega is not above 0.
        ComputationError: if the equation is not solved to 1e-10.
    """
    omega = np.asarray(omega, dtype=np.float64)
    if not np.all(np.isfinite(omega) & (omega > 0)):
        raise InputError("argument omega must be finite and above 0")
    square = omega**2
    smallest, damping = RELATIVE_DAMPING * square, np.ones_like(square)
    sigma = np.full(omega.shape, complex(start, 0.1))
    while True:
        last = bool(np.all(damping <= smallest))
        # On the way only the branch matters, not the last digits.
        sigma = _newton(mapping, sigma, square + 1j * damping, iterations=12 if last else 2)
        if last:
            break
        damping = np.maximum(0.4 * damping, smallest)
    worst = float(np.abs(mapping(sigma, square + 1j * damping)[0] - sigma).max(initial=0.0))
    if not worst < _TOLERANCE or np.any(sigma.imag < -_TOLERANCE):
        raise ComputationError(f"the self-consistent equation for the self-energy is solved to {worst:.1e} only")
    return sigma


def _newton(mapping: Map, sigma: np.ndarray, z: np.ndarray, iterations: int) -> np.ndarray:
    for _ in range(iterations):
        value, slope = mapping(sigma, z)
        change = (value - sigma) / (1 - slope)
        # A step that leaves the half plane Im Sigma > 0 is halved until it does not.
        for _ in range(6):
            outside = (sigma + change).imag < 0
            if not np.any(outside):
                break
            change = np.where(outside, 0.5 * change, change)
        sigma = sigma + change
        if np.all(np.abs(change) < 1e-15 * np.abs(sigma)):
            break
    return sigma
