r"""The plane of potentials in the coordinates of its vibrations: quantum E and relative position u of the minimum.

With the deepest minimum at x_0 = u E/4, E^2/4 = D_2 + 6 x_0^2 and D_1 = -(4 x_0^3 + 2 D_2 x_0), every potential has one
(E, u) with E > 0 and -1 <= u <= 1, and dD_1 dD_2 = (E^4/16) dE du. u = 0 is symmetric, |u| = 1 a symmetric double well.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.optimize import minimize_scalar

_GAUSS, _WEIGHTS = np.polynomial.legendre.leggauss(10)
_EDGES = np.concatenate([[0.0], 2.0 ** np.arange(-22, 0), 1 - 2.0 ** np.arange(-2, -23, -1), [1.0]])
_U = ((_EDGES[1:, None] + _EDGES[:-1, None]) + np.diff(_EDGES)[:, None] * _GAUSS).ravel() / 2
_DU = (np.diff(_EDGES)[:, None] * _WEIGHTS).ravel() / 2


def asymmetry_of(energy: Float[np.ndarray, " ..."], u: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    """|D_1| = (E^3/8) u (1 - u^2)."""
    return energy**3 / 8 * u * (1 - u**2)


def share_of_asymmetries(
    energy: Float[np.ndarray, " ..."], cutoff: float, lowest: Float[np.ndarray, " ..."] | float = 0.0
) -> Float[np.ndarray, " ..."]:
    r"""Share of the potentials of a given vibration that the distribution of D_1 leaves.

    .. math:: K = \int_{u_{low}}^1 \exp\left(-A D_1^2\right) du, \qquad D_1 = (E^3/8)\, u (1 - u^2)

    1 without a cutoff; (3 sqrt(pi)/4)/q with q = sqrt(A) E^3/8 for large E.

    Args:
        energy: E in units of W, of any shape.
        cutoff: A.
        lowest: lower end in [0, 1] of the integral, of a shape that broadcasts with energy.

    Returns:
        K of the shape of energy.
    """
    energy, start = np.asarray(energy, dtype=np.float64)[..., None], np.asarray(lowest, dtype=np.float64)[..., None]
    # The nodes crowd at both ends of the interval, where the exponential is narrow.
    u = start + (1 - start) * _U
    return np.sum(_DU * np.exp(-cutoff * asymmetry_of(energy, u) ** 2), axis=-1) * (1 - start[..., 0])


def vibrational_density(energy: Float[np.ndarray, " ..."], cutoff: float = 0.0) -> Float[np.ndarray, " ..."]:
    r"""Density of vibrations in the deepest wells, per unit of P(D_1, D_2).

    .. math:: n(E) = \frac{E^4}{8} K(E)

    E^4/8 without a cutoff or far below it, proportional to E far above. Holds for E >> 1.

    Args:
        energy: E in units of W.
        cutoff: A of the distribution exp(-A D_1^2).

    Returns:
        n(E) in 1/W, of the same shape.
    """
    energy = np.asarray(energy, dtype=np.float64)
    return energy**4 / 8 * share_of_asymmetries(energy, cutoff)


def boson_peak_energy(cutoff: float) -> float:
    """Where n(E)/E^2 is largest, in units of W: 2.65 A^(-1/6).

    Args:
        cutoff: A, above 0.
    """
    # In q = sqrt(A) E^3/8 the maximum stands at one place for every A.
    answer = minimize_scalar(
        lambda q: -(q ** (2 / 3)) * float(share_of_asymmetries(np.array(2.0 * q ** (1 / 3)), 1.0)),
        bounds=(0.1, 50.0),
        method="bounded",
        options={"xatol": 1e-10},
    )
    return float(2 * answer.x ** (1 / 3) * cutoff ** (-1 / 6))
