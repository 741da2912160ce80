r"""Sums over the plane of quartic potentials, P(D_1, D_2) = const: the universal heat capacity.

Inside E < 16 (E: the vibration of the deepest well) the levels are exact; outside, and for double wells whose barrier
is never crossed, each potential is one harmonic vibration.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from jaxtyping import Float
from scipy.interpolate import CubicSpline

from ..._core.errors import InputError
from .._bose import einstein
from ._harmonic import share_of_asymmetries
from ._levels import energy_levels, heat_of_levels

HIGHEST_EXACT = 16.0
"""E up to which levels are exact; the next order of a vibration is 12/E^3 of it, 0.3 % there."""

RANGE = (1e-3, 1e2)
"""k_B T/W that the quadrature covers; below, the grid of asymmetries is too coarse."""

EXPONENTS = (4.0, 28.0)
"""Largest tunnelling exponents that are allowed; beyond, splittings drown in rounding."""

_ENERGY, _ENERGY_WEIGHTS = np.polynomial.legendre.leggauss(160)


@dataclass(frozen=True, eq=False)
class Plane:
    """Quadrature over the potentials with exact levels.

    Attributes:
        asymmetry: D_1 >= 0, shape (systems,).
        curvature: D_2, shape (systems,).
        weights: dD_1 dD_2 with both signs of D_1, shape (systems,).
        levels: from each ground state, in units of W, shape (systems, levels).
        lowest_curvature: D_2 below which a double well counts as frozen in one of its wells.
    """

    asymmetry: Float[np.ndarray, " systems"]
    curvature: Float[np.ndarray, " systems"]
    weights: Float[np.ndarray, " systems"]
    levels: Float[np.ndarray, "systems levels"]
    lowest_curvature: float

    def heat_capacity(self, temperature: float, cutoff: float = 0.0) -> float:
        r"""Universal heat capacity per unit of P(D_1, D_2), in units of k_B.

        .. math:: F(t) = \int\!\!\int dD_1\, dD_2\; e^{-A D_1^2}\, c(D_1, D_2; t), \qquad t = k_B T/W

        Args:
            temperature: t.
            cutoff: A.
        """
        exact = heat_of_levels(self.levels, temperature) * np.exp(-cutoff * self.asymmetry**2)
        return float(self.weights @ exact) + self._vibrations(temperature, cutoff)

    def excitations(self, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " bins"]:
        """Density of the lowest excitation over bins of energy, per unit of P(D_1, D_2).

        Args:
            edges: in units of W, at most `HIGHEST_EXACT`.

        Returns:
            n(E) in 1/W, shape (bins,): constant up to slow factors for E << 1 (two-level systems), E^4/8 for E >> 1.
        """
        counts, _ = np.histogram(self.levels[:, 1], edges, weights=self.weights)
        return counts / np.diff(edges)

    def _vibrations(self, temperature: float, cutoff: float) -> float:
        """The potentials outside, as harmonic vibrations."""
        frozen = np.sqrt(-8 * self.lowest_curvature)
        total = 0.0
        for low, high in ((frozen, HIGHEST_EXACT), (HIGHEST_EXACT, max(2 * HIGHEST_EXACT, 45 * temperature))):
            if low >= high:
                continue
            energy = low + (high - low) * (1 + _ENERGY) / 2
            start = (
                np.sqrt(np.minimum((2 - 8 * self.lowest_curvature / energy**2) / 3, 1.0))
                if high == HIGHEST_EXACT
                else np.zeros_like(energy)
            )
            density = energy**4 / 8 * share_of_asymmetries(energy, cutoff, start)
            total += float(np.sum(_ENERGY_WEIGHTS * density * einstein(energy / temperature)) * (high - low) / 2)
        return total


def curvature_of_exponent(exponent: float) -> float:
    r"""D_2 of the symmetric double well with a given tunnelling exponent lambda.

    .. math:: \lambda = \frac{\sqrt 2}{3} |D_2|^{3/2}

    Args:
        exponent: lambda, of the splitting ~ W exp(-lambda).

    Returns:
        D_2, negative.
    """
    return -((3 * exponent / np.sqrt(2)) ** (2 / 3))


def _panels(edges: np.ndarray, nodes: int) -> tuple[np.ndarray, np.ndarray]:
    gauss, weights = np.polynomial.legendre.leggauss(nodes)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + gauss)).ravel(), (half * weights).ravel()


def _largest_asymmetry(curvature: float) -> float:
    """D_1 at which the vibration of the deepest well reaches the last exact one."""
    place = np.sqrt((HIGHEST_EXACT**2 / 4 - curvature) / 6)
    return float(abs(8 * place**3 - place * HIGHEST_EXACT**2 / 2))


@lru_cache(maxsize=8)
def plane(exponent: float, nodes: int = 6) -> Plane:
    """The quadrature for double wells up to a tunnelling exponent; a few seconds, then remembered.

    Args:
        exponent: largest lambda of a double well whose wells exchange; at least 4 and at most 28.
        nodes: Gauss points a panel.

    Raises:
        InputError: if the exponent is out of range.
    """
    if not EXPONENTS[0] <= exponent <= EXPONENTS[1]:
        raise InputError(f"argument exponent must lie between 4 and 28, but got {exponent}")
    lowest, highest = curvature_of_exponent(exponent), HIGHEST_EXACT**2 / 4
    wells = np.linspace(lowest, 0, int(np.ceil(-lowest)) + 1)
    # The largest asymmetry goes like a square root to 0 at the highest curvature.
    edges = np.concatenate([wells, [1, 2, 4, 8, 16, 32, 48, 58, 62, 63.5, highest]])
    rows = []
    for curvature, weight in zip(*_panels(edges, nodes), strict=True):
        last = _largest_asymmetry(curvature)
        # Two-level systems of energy t have D_1 ~ t; single wells vary on the scale 1.
        smallest = 1e-4 if curvature < 0 else 0.3
        steps = np.geomspace(smallest, last, max(2, int(np.ceil(np.log(last / smallest) / np.log(3.2)))))
        points, widths = _panels(np.concatenate([[0.0], steps]), nodes)
        rows.append((points, np.full_like(points, curvature), 2 * weight * widths))
    asymmetry, curvatures, weights = (np.concatenate(column) for column in zip(*rows, strict=True))
    return Plane(asymmetry, curvatures, weights, energy_levels(asymmetry, curvatures), lowest)


@lru_cache(maxsize=32)
def _spline(exponent: float, cutoff: float) -> CubicSpline:
    systems = plane(exponent)
    grid = np.linspace(np.log(RANGE[0]), np.log(RANGE[1]), 231)
    return CubicSpline(grid, np.log([systems.heat_capacity(float(np.exp(point)), cutoff) for point in grid]))


def universal_heat_capacity(
    temperature: Float[np.ndarray, " ..."], *, exponent: float, cutoff: float = 0.0
) -> Float[np.ndarray, " ..."]:
    r"""F(t) of `Plane.heat_capacity`, interpolated in ln t to better than 1e-6.

    (90 zeta(6) = 91.6) t^5 for t >> 1 without a cutoff, and close to t for t << 1.

    Args:
        temperature: t = k_B T/W, within `RANGE`, of any shape.
        exponent: largest tunnelling exponent.
        cutoff: A.

    Returns:
        F in units of k_B P, of the same shape.

    Raises:
        InputError: if t or the exponent is out of range.
    """
    temperature = np.asarray(temperature, dtype=np.float64)
    if not np.all((temperature >= RANGE[0]) & (temperature <= RANGE[1])):
        raise InputError(
            f"k_B T/W must lie between {RANGE[0]} and {RANGE[1]} in the soft-potential model, but got "
            f"{temperature.min():.3g} to {temperature.max():.3g}"
        )
    return np.exp(_spline(float(exponent), float(cutoff))(np.log(temperature)))
