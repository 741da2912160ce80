"""What homogeneous strains do to a minimum: the one place where energies are differentiated by strain."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from jaxtyping import Bool, Float

from .._core.errors import InputError
from ..hessian import Hessian, Pairs
from ..spectrum import Spectrum, linear_response

Strain = tuple[int, int]
"""(a, b): the strain F_ab, which moves along a and has its gradient along b."""


def all_strains(dimension: int) -> tuple[Strain, ...]:
    """All d^2 strains, row by row, so that they reshape to (d, d)."""
    return tuple((a, b) for a in range(dimension) for b in range(dimension))


def shear_planes(dimension: int) -> tuple[Strain, ...]:
    """The d (d - 1) simple shears in the same order."""
    return tuple((a, b) for a, b in all_strains(dimension) if a != b)


def pair_curvature(displacement: Any, slope: Any, curvature: Any, one: Strain, other: Strain) -> Any:
    r"""Second derivative of pair energies by two components of the deformation gradient.

    .. math:: \frac{\partial^2\phi}{\partial F_{ab}\,\partial F_{cd}}
              = 4 \frac{d^2\phi}{ds^2} r_a r_b r_c r_d + 2 \frac{d\phi}{ds}\, \delta_{ac}\, r_b r_d

    from s = |F r|^2. Arrays of numpy or jax.

    Args:
        displacement: r, shape (..., dim). Units of length.
        slope: dphi/ds, shape (...). Units of energy/length^2.
        curvature: d^2phi/ds^2, shape (...). Units of energy/length^4.
        one: (a, b).
        other: (c, d).

    Returns:
        Shape (...). Units of energy.
    """
    (a, b), (c, d) = one, other
    ends = displacement[..., b] * displacement[..., d]
    found = 4.0 * curvature * displacement[..., a] * displacement[..., c] * ends
    return found + 2.0 * slope * ends if a == c else found


def pair_gradient(displacement: Any, slope: Any, curvature: Any, strain: Strain) -> Any:
    r"""Derivative of the pair's gradient by a component of the deformation gradient.

    .. math:: \frac{\partial}{\partial F_{ab}} \frac{\partial\phi}{\partial r_e}
              = 4 \frac{d^2\phi}{ds^2} r_a r_b r_e + 2 \frac{d\phi}{ds}\, \delta_{ae}\, r_b

    Args:
        displacement: as in `pair_curvature`, and so are slope and curvature.
        slope: dphi/ds.
        curvature: d^2phi/ds^2.
        strain: (a, b).

    Returns:
        Shape (..., dim). Units of energy/length.
    """
    a, b = strain
    along = np.eye(displacement.shape[-1])[a]
    first, second = displacement[..., a], displacement[..., b]
    return 4.0 * (curvature * first * second)[..., None] * displacement + 2.0 * (slope * second)[..., None] * along


def affine_curvatures(pairs: Pairs, strains: Sequence[Strain]) -> Float[np.ndarray, "strains strains"]:
    """Second derivatives of the energy of all pairs that follow the strains. Units of energy."""
    count = len(strains)
    found = np.empty((count, count))
    for k in range(count):
        for other in range(k, count):
            share = pair_curvature(pairs.displacement, pairs.slope, pairs.curvature, strains[k], strains[other])
            found[k, other] = found[other, k] = share.sum()
    return found


def strain_forces(pairs: Pairs, strains: Sequence[Strain]) -> Float[np.ndarray, "size strains"]:
    """Xi, the derivatives of the energy's gradient by the strains. Units of energy/length."""
    particles = pairs.configuration.particles
    columns = []
    for strain in strains:
        change = pair_gradient(pairs.displacement, pairs.slope, pairs.curvature, strain)
        onto = [np.bincount(pairs.first, e, particles) - np.bincount(pairs.second, e, particles) for e in change.T]
        columns.append(np.stack(onto, axis=1).reshape(-1))
    return np.stack(columns, axis=1)


Solve = Callable[[Float[np.ndarray, "size columns"]], Float[np.ndarray, "size columns"]]
"""H^-1 of mass-weighted forces, zero modes left out."""


def solve_with_modes(spectrum: Spectrum) -> Solve:
    """H^-1 as a sum over all modes.

    Raises:
        InputError: if the spectrum is not complete or has no vectors.
    """
    if spectrum.vectors is None or not spectrum.complete:
        raise InputError("argument spectrum must be complete and have vectors for the relaxation of the particles")
    vectors = spectrum.vectors
    inverse = np.where(spectrum.zero, 0.0, 1.0 / np.where(spectrum.zero, 1.0, spectrum.eigenvalues))
    return lambda forces: vectors @ (inverse[:, None] * (vectors.T @ forces))


def solve_with_factor(hessian: Hessian, *, tolerance: float = 1e-11) -> Solve:
    """H^-1 by `linear_response`."""
    return lambda forces: linear_response(hessian, forces, tolerance=tolerance)


def check_prestress(hessian: Hessian) -> None:
    """Refuse a Hessian to which the strains' forces do not belong.

    Raises:
        InputError: if its pre-stress part is scaled.
    """
    if np.any(np.asarray(hessian.prestress) != 1):
        raise InputError(
            f"argument hessian must have its whole pre-stress for moduli, but its factor is {hessian.prestress}; "
            "make it with prestress = 1"
        )


@dataclass(frozen=True, eq=False)
class StrainResponse:
    r"""What the strains x_a -> x_a + F_ab x_b do to a minimum, particles relaxed.

    .. math:: \frac{d^2U}{dF_{ab}\,dF_{cd}} = \sum_p \frac{\partial^2\phi_p}{\partial F_{ab}\,\partial F_{cd}}
              - \Xi_{ab} H^{-1} \Xi_{cd}

    Attributes:
        pairs: of the minimum.
        strains: the (a, b).
        forces: Xi, shape (d N, strains). Units of energy/length.
        displacement: -H^-1 Xi, what the particles move beyond the strain, shape (d N, strains). Units of length.
    """

    pairs: Pairs
    strains: tuple[Strain, ...]
    forces: Float[np.ndarray, "size strains"]
    displacement: Float[np.ndarray, "size strains"]

    @property
    def shears(self) -> Bool[np.ndarray, " strains"]:
        """Which strains are simple shears."""
        return np.array([a != b for a, b in self.strains])

    @cached_property
    def affine(self) -> Float[np.ndarray, "pairs strains"]:
        """Second derivatives of every pair by each strain, without relaxation. Units of energy."""
        pairs = self.pairs
        shares = [pair_curvature(pairs.displacement, pairs.slope, pairs.curvature, k, k) for k in self.strains]
        return np.stack(shares, axis=1)

    @cached_property
    def relaxed_shares(self) -> Float[np.ndarray, "pairs strains"]:
        """Each pair's share of the second derivatives with all particles relaxed. Units of energy."""
        pairs = self.pairs
        moved = self.displacement.reshape(pairs.configuration.particles, -1, len(self.strains))
        apart = moved[pairs.first] - moved[pairs.second]
        found = self.affine.copy()
        for k, strain in enumerate(self.strains):
            gradient = pair_gradient(pairs.displacement, pairs.slope, pairs.curvature, strain)
            found[:, k] += np.einsum("pe,pe->p", gradient, apart[:, :, k])
        return found

    @cached_property
    def born(self) -> Float[np.ndarray, "strains strains"]:
        """Second derivatives of the energy density without relaxation. Units of energy/length^d."""
        return affine_curvatures(self.pairs, self.strains) / self.pairs.configuration.volume

    @cached_property
    def relaxed(self) -> Float[np.ndarray, "strains strains"]:
        """Second derivatives of the energy density with relaxed particles. Units of energy/length^d."""
        softening = self.forces.T @ self.displacement / self.pairs.configuration.volume
        # Symmetric up to the residual of the solution.
        return self.born + 0.5 * (softening + softening.T)


def strain_response(
    hessian: Hessian, *, spectrum: Spectrum | None = None, strains: Sequence[Strain] | None = None
) -> StrainResponse:
    """Relax a minimum under strains: one solution with a right-hand side a strain.

    Args:
        hessian: of a minimum.
        spectrum: its complete spectrum with vectors, where there is one; otherwise `linear_response` solves.
        strains: all d^2 if not given.

    Raises:
        InputError: if the spectrum is not complete, or the pre-stress of the Hessian is scaled.
        ComputationError: without a spectrum, if the configuration is a saddle or the solution does not converge.
    """
    check_prestress(hessian)
    solve = solve_with_factor(hessian) if spectrum is None else solve_with_modes(spectrum)
    return response_of(hessian.pairs, solve, strains or all_strains(hessian.pairs.configuration.dimension))


def response_of(pairs: Pairs, solve: Solve, strains: Sequence[Strain]) -> StrainResponse:
    """`strain_response` with any way to solve for the displacements."""
    root = np.sqrt(np.repeat(pairs.configuration.masses, pairs.configuration.dimension))[:, None]
    forces = strain_forces(pairs, strains)
    return StrainResponse(pairs, tuple(strains), forces, -solve(forces / root) / root)
