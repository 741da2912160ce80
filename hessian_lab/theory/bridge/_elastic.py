"""Elastic response of one minimum to homogeneous strains: affine parts pair by pair, and the forces that they cause."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Bool, Float
from scipy.linalg import LinAlgError, cho_factor, cho_solve, eigh

from ...hessian import Hessian, Pairs

ZERO_MODE = 1e-10
"""Modes below this share of the largest eigenvalue do not relax, as in the records."""


@dataclass(frozen=True, eq=False)
class StrainResponse:
    r"""What x_a += gamma x_b does to a minimum, for all a and b.

    .. math:: M_{ab} = \frac1V \left[\sum_p \frac{d^2\phi_p}{d\gamma^2} - \Xi H^{-1} \Xi\right]

    a != b is a simple shear, a = b a uniaxial strain. With s = r^2: ds/dgamma = 2 r_a r_b, d^2s/dgamma^2 = 2 r_b^2.

    Attributes:
        pairs: of the minimum.
        strains: the (a, b).
        affine: d^2 phi_p/d gamma^2, shape (pairs, strains). Units of energy.
        gradient: d/dgamma of the pair's force on its first particle, with the sign of Xi, shape
            (pairs, dim, strains). Units of energy/length.
        stiffness: the Hessian without masses, shape (d N, d N). Units of energy/length^2.
    """

    pairs: Pairs
    strains: tuple[tuple[int, int], ...]
    affine: Float[np.ndarray, "pairs strains"]
    gradient: Float[np.ndarray, "pairs dim strains"]
    stiffness: Float[np.ndarray, "size size"]

    @property
    def shears(self) -> Bool[np.ndarray, " strains"]:
        """Which strains are simple shears."""
        return np.array([a != b for a, b in self.strains])

    @cached_property
    def forces(self) -> Float[np.ndarray, "size strains"]:
        """Xi, the gradient of the energy's first derivative along the strain. Units of energy/length."""
        particles = self.pairs.configuration.particles
        total = np.zeros((particles, *self.gradient.shape[1:]))
        np.add.at(total, self.pairs.first, self.gradient)
        np.subtract.at(total, self.pairs.second, self.gradient)
        return total.reshape(-1, len(self.strains))

    @cached_property
    def relaxed_shares(self) -> Float[np.ndarray, "pairs strains"]:
        """Each pair's share of V M with all particles relaxed: affine + gradient . (u_i - u_j), u = -H^-1 Xi."""
        pairs = self.pairs
        dim = pairs.configuration.dimension
        moved = -solve_stiffness(self.stiffness, self.forces, dim).reshape(-1, dim, len(self.strains))
        return self.affine + np.einsum("pak,pak->pk", self.gradient, moved[pairs.first] - moved[pairs.second])

    @cached_property
    def moduli(self) -> Float[np.ndarray, " strains"]:
        """Moduli of the box with all particles relaxed. Units of energy/length^d."""
        return self.relaxed_shares.sum(axis=0) / self.pairs.configuration.volume

    @property
    def transverse_modulus(self) -> float:
        """Mean over the simple shears: mu. Units of energy/length^d."""
        return float(self.moduli[self.shears].mean())

    @property
    def longitudinal_modulus(self) -> float:
        """Mean over the uniaxial strains: M = rho c_L^2. Units of energy/length^d."""
        return float(self.moduli[~self.shears].mean())


def strain_response(pairs: Pairs) -> StrainResponse:
    """All simple shears and uniaxial strains of a minimum; memory of a dense Hessian.

    Args:
        pairs: the evaluated pairs of a minimum.
    """
    dim = pairs.configuration.dimension
    strains = tuple((a, b) for a in range(dim) for b in range(dim))
    r, slope, curvature = pairs.displacement, pairs.slope, pairs.curvature
    affine, gradient = [], []
    for a, b in strains:
        affine.append(curvature * (2 * r[:, a] * r[:, b]) ** 2 + 2 * slope * r[:, b] ** 2)
        change = 4 * (curvature * r[:, a] * r[:, b])[:, None] * r
        change[:, a] += 2 * slope * r[:, b]
        gradient.append(change)
    return StrainResponse(
        pairs, strains, np.stack(affine, axis=1), np.stack(gradient, axis=2), Hessian(pairs).dense(mass_weighted=False)
    )


def solve_stiffness(
    matrix: Float[np.ndarray, "size size"], right: Float[np.ndarray, "size columns"], dim: int
) -> Float[np.ndarray, "size columns"]:
    """H^-1 b for the Hessian of a whole box: the translations are lifted out of the way.

    A Hessian that is not positive (rattlers, saddles) is inverted on its modes, zero modes left out.
    """
    size = matrix.shape[0]
    translations = np.tile(np.eye(dim), (size // dim, 1)) / np.sqrt(size / dim)
    scale = np.trace(matrix) / size
    try:
        return cho_solve(cho_factor(matrix + scale * translations @ translations.T), right)
    except LinAlgError:
        return inverse_on_modes(matrix, right)


def inverse_on_modes(matrix: np.ndarray, right: np.ndarray) -> np.ndarray:
    """H^-1 b on the modes that are not zero."""
    values, vectors = eigh(matrix)
    alive = np.abs(values) > ZERO_MODE * np.abs(values).max()
    return vectors[:, alive] @ ((vectors[:, alive].T @ right) / values[alive, None])
