"""Integrals over the level splitting, weighted by a thermal factor."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from ._arguments import converged

SPACING = 0.1
LOWEST, HIGHEST = -22.0, 3.2


def over_energies(
    integrand: Callable[[Float[np.ndarray, " nodes"]], np.ndarray], what: str, *, tolerance: float = 1e-6
) -> np.ndarray:
    r"""Integral of a function of x = E/2kT that falls off like exp(-2x).

    .. math:: \int_0^\infty f(x) \, dx = \int_{-\infty}^\infty f(e^u) \, e^u \, du

    by the trapezoidal rule in u. The relaxation rate goes as x^3 or x^2, so its powers are analytic in a strip of half
    width pi/6 around the real axis, and the error is about exp(-2 pi (pi/6) / spacing) = 5e-15; the rule with twice the
    spacing (7e-8) checks it.

    Args:
        integrand: takes x, shape (nodes,), dimensionless; returns values of shape (..., nodes).
        what: name of the quantity, for the error.
        tolerance: allowed difference of the two rules, in units of the largest value.

    Returns:
        Integrals, shape (...). Units of the integrand.

    Raises:
        ComputationError: if the two rules differ by more than the tolerance.
    """
    logarithm = np.arange(LOWEST, HIGHEST, SPACING)
    x = np.exp(logarithm)
    values = integrand(x) * x
    return converged(SPACING * values.sum(-1), 2 * SPACING * values[..., ::2].sum(-1), tolerance, what)


def sech_squared(x: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """1 / cosh(x)^2 without overflow. x dimensionless."""
    decay = np.exp(-2 * np.abs(x))
    return 4 * decay / (1 + decay) ** 2
