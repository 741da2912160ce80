"""Energy levels of one quartic potential, by a converged basis of oscillator functions.

All in units of the crossover energy W. Which potentials a glass has, and sums over them, are in `_plane`.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from jaxtyping import Float

BASIS = 64
"""Oscillator functions. With them the heat capacity of `_plane` is converged to 1e-11 up to k_B T = 3 W; beyond, the
weight is on vibrations outside it."""

_TYPICAL_LEVEL = 15
_CHUNK = 256


def deepest_minimum(
    asymmetry: Float[np.ndarray, " ..."], curvature: Float[np.ndarray, " ..."]
) -> Float[np.ndarray, " ..."]:
    """Position x <= 0 of the lowest minimum of D_1 x + D_2 x^2 + x^4, for D_1 >= 0.

    Args:
        asymmetry: D_1, not negative, of any shape.
        curvature: D_2, of the same shape.

    Returns:
        x, of the same shape: minus the largest root of 4 y^3 + 2 D_2 y = D_1.
    """
    y = np.sqrt(np.maximum(-curvature, 0.0)) + np.cbrt(asymmetry) + 1e-3
    # From above, where the cubic is convex, Newton's method comes down monotonically.
    for _ in range(80):
        slope = 12 * y**2 + 2 * curvature
        y = y - np.divide(4 * y**3 + 2 * curvature * y - asymmetry, slope, out=np.zeros_like(y), where=slope > 0)
    return -np.maximum(y, 0.0)


def harmonic_energy(
    asymmetry: Float[np.ndarray, " ..."], curvature: Float[np.ndarray, " ..."]
) -> Float[np.ndarray, " ..."]:
    r"""Quantum of the vibration in the deepest minimum x_0, in units of W.

    .. math:: E = 2 \sqrt{D_2 + 6 x_0^2}

    Args:
        asymmetry: D_1, not negative.
        curvature: D_2.

    Returns:
        E, of the same shape.
    """
    return 2 * np.sqrt(np.maximum(curvature + 6 * deepest_minimum(asymmetry, curvature) ** 2, 0.0))


@cache
def _powers(basis: int) -> np.ndarray:
    """Matrices of -d^2 and of x, x^2, x^3, x^4 for oscillator functions of unit length, exact before truncation."""
    size = basis + 6
    root = np.sqrt(np.arange(1, size) / 2)
    position = np.diag(root, 1) + np.diag(root, -1)
    gradient = np.diag(root, 1) - np.diag(root, -1)
    powers = [-gradient @ gradient, position]
    for _ in range(3):
        powers.append(powers[-1] @ position)
    return np.stack([matrix[:basis, :basis] for matrix in powers])


def _length_squared(quadratic: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """Square of the basis functions' length that suits a typical level of quadratic y^2 + y^4 best."""
    n = _TYPICAL_LEVEL
    weight = 1.5 * (2 * n * n + 2 * n + 1) / (n + 0.5)
    low, high = np.full_like(quadratic, 1e-4), np.full_like(quadratic, 1e2)
    for _ in range(60):
        middle = np.sqrt(low * high)
        # Derivative of (n + 1/2)(1/u + D u) + (3/4)(2 n^2 + 2 n + 1) u^2, times u^2/(n + 1/2).
        above = quadratic * middle**2 + weight * middle**3 > 1
        low, high = np.where(above, low, middle), np.where(above, middle, high)
    return np.sqrt(low * high)


def energy_levels(
    asymmetry: Float[np.ndarray, " systems"], curvature: Float[np.ndarray, " systems"], *, basis: int = BASIS
) -> Float[np.ndarray, "systems basis"]:
    r"""Levels of quartic potentials, counted from each ground state.

    .. math:: h = -\frac{d^2}{dx^2} + D_1 x + D_2 x^2 + x^4

    in units of W, with x in the unit of length that makes hbar^2/(2 M x^2) equal to W. The basis is centred on the
    deepest minimum if D_2 > 0 and on zero otherwise, so that both wells are covered.

    Args:
        asymmetry: D_1 of each potential. Its sign does not matter.
        curvature: D_2 of each potential.
        basis: oscillator functions; the upper half of the levels is not converged.

    Returns:
        Levels in ascending order, the first 0, in units of W.

    Reference: Buchenau et al., PRB 46, 2798 (1992), for the potential; Karpov, Klinger and Ignat'ev (1983).
    """
    asymmetry, curvature = np.abs(np.asarray(asymmetry, dtype=np.float64)), np.asarray(curvature, dtype=np.float64)
    centre = np.where(curvature > 0, deepest_minimum(asymmetry, curvature), 0.0)
    quadratic = curvature + 6 * centre**2
    square = _length_squared(quadratic)
    length = np.sqrt(square)
    coefficients = np.stack(
        [
            1 / square,
            (asymmetry + 2 * curvature * centre + 4 * centre**3) * length,
            quadratic * square,
            4 * centre * length**3,
            square**2,
        ],
        axis=1,
    )
    powers = _powers(basis)
    levels = np.empty((asymmetry.size, basis))
    for start in range(0, asymmetry.size, _CHUNK):
        part = slice(start, start + _CHUNK)
        levels[part] = np.linalg.eigvalsh(np.tensordot(coefficients[part], powers, axes=1))
    return levels - levels[:, :1]


def heat_of_levels(levels: Float[np.ndarray, "systems levels"], temperature: float) -> Float[np.ndarray, " systems"]:
    """Heat capacity of each system, (<e^2> - <e>^2)/t^2, in units of k_B.

    Args:
        levels: from the ground state, in units of W.
        temperature: t = k_B T/W.
    """
    weights = np.exp(-np.minimum(levels / temperature, 700.0))
    total = weights.sum(axis=1)
    mean = (weights * levels).sum(axis=1) / total
    return (weights * (levels - mean[:, None]) ** 2).sum(axis=1) / (total * temperature**2)
