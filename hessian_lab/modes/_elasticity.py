"""Elasticity of one minimum with relaxed particles, and the sound waves that follow from it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ..hessian import Hessian, Pairs
from ..spectrum import Spectrum
from ._elastic_tensors import ElasticTensors
from ._shells import Shell, wave_shells
from ._sound import ElasticWaves, debye_frequency, elastic_waves, first_wave_frequency, sound_speed
from ._strain_response import (
    StrainResponse,
    check_prestress,
    response_of,
    shear_planes,
    solve_with_factor,
    solve_with_modes,
    strain_response,
)

REST = 1e-5
"""Largest force of a minimum, as a share of the mean of phi'' r: how far a strain could move it."""


@dataclass(frozen=True, eq=False)
class Elasticity:
    """Elastic tensors of one glass and the waves that they carry.

    Attributes:
        born: the affine tensors, particles held to the strain.
        relaxed: the tensors with relaxed particles: those of the solid.
        particles: N.
        mass_density: mass per volume.
        cell: rows are the cell vectors. Units of length.
    """

    born: ElasticTensors
    relaxed: ElasticTensors
    particles: int
    mass_density: float
    cell: Float[np.ndarray, "dim dim"]

    @property
    def dimension(self) -> int:
        """d."""
        return len(self.cell)

    @property
    def volume(self) -> float:
        """Units of length^d."""
        return float(abs(np.linalg.det(self.cell)))

    @property
    def number_density(self) -> float:
        """Particles per volume."""
        return self.particles / self.volume

    @property
    def stable(self) -> bool:
        """Whether the mean simple-shear modulus is above 0; otherwise frequencies of shear waves are NaN."""
        return self.relaxed.shear_modulus > 0

    @property
    def transverse_speed(self) -> float:
        """c_T = sqrt(mu/rho_m) along the axes. Units of length/time."""
        return sound_speed(self.relaxed.shear_modulus, self.mass_density)

    @property
    def longitudinal_speed(self) -> float:
        """c_L = sqrt(M/rho_m) along the axes. Units of length/time."""
        return sound_speed(self.relaxed.longitudinal_modulus, self.mass_density)

    @property
    def debye_frequency(self) -> float:
        """omega_D from c_T and c_L. Units of 1/time."""
        return debye_frequency(
            self.number_density, self.transverse_speed, self.longitudinal_speed, dimension=self.dimension
        )

    @property
    def first_transverse_frequency(self) -> float:
        """omega_T1 of a cubic box. Units of 1/time."""
        return first_wave_frequency(self.relaxed.shear_modulus, self.mass_density, self.volume, self.dimension)

    @property
    def first_longitudinal_frequency(self) -> float:
        """omega_L1 of a cubic box. Units of 1/time."""
        return first_wave_frequency(self.relaxed.longitudinal_modulus, self.mass_density, self.volume, self.dimension)

    def wave_frequencies(self, shells: int | Sequence[Shell]) -> tuple[ElasticWaves, ...]:
        """Long plane waves of this glass: its whole tensor, so with the splitting that its anisotropy makes.

        Args:
            shells: how many shells of the cell, or the shells themselves.

        Returns:
            One for each shell. No dispersion: the continuum's frequencies grow as |k| for ever.

        Raises:
            InputError: as `wave_shells`; or if the shells' dimension is another.
        """
        chosen = wave_shells(self.cell, shells=shells) if isinstance(shells, int) else shells
        return tuple(elastic_waves(self.relaxed, self.mass_density, shell) for shell in chosen)


def elasticity(hessian: Hessian, *, spectrum: Spectrum | None = None) -> Elasticity:
    r"""All elastic constants of a minimum, affine and with relaxed particles, from one solution for d^2 strains.

    .. math:: A_{abcd} = \frac1V \left[\frac{\partial^2U}{\partial F_{ab}\,\partial F_{cd}}
              - \Xi_{ab} H^{-1} \Xi_{cd}\right], \quad \Xi_{ab} = \frac{\partial}{\partial F_{ab}} \nabla U

    The other tensors follow from A and the stress (`ElasticTensors`).

    Args:
        hessian: of a minimum.
        spectrum: its complete spectrum with vectors, where there is one; otherwise `linear_response` solves.

    Returns:
        Elastic constants. Near an instability a modulus can be zero or negative, and is what it is.

    Raises:
        InputError: if the forces are not zero, the spectrum is not complete, or the pre-stress of the Hessian is
            scaled.
        ComputationError: without a spectrum, if the configuration is a saddle or the solution does not converge.

    Reference: Lutsko, J. Appl. Phys. 65, 2991 (1989); Lemaitre and Maloney, J. Stat. Phys. 123, 415 (2006).
    """
    _check_rest(hessian.pairs)
    return elasticity_of(strain_response(hessian, spectrum=spectrum))


def elasticity_of(response: StrainResponse) -> Elasticity:
    """`elasticity` from the response to all d^2 strains, where that is already known."""
    configuration = response.pairs.configuration
    shape = (configuration.dimension,) * 4
    if len(response.strains) != configuration.dimension**2:
        raise InputError(
            f"argument response must hold all {configuration.dimension**2} strains, but has {len(response.strains)}; "
            "call strain_response without the argument strains"
        )
    stress = response.pairs.stress
    return Elasticity(
        ElasticTensors(response.born.reshape(shape), stress),
        ElasticTensors(response.relaxed.reshape(shape), stress),
        configuration.particles,
        configuration.mass_density,
        configuration.cell,
    )


def _check_rest(pairs: Pairs) -> None:
    if not pairs.first.size:
        raise InputError("argument hessian is of particles that do not touch: there is no solid to strain")
    stiffness = 2 * pairs.slope + 4 * pairs.squared_distance * pairs.curvature
    scale = float(np.mean(np.abs(stiffness) * pairs.distance))
    if not pairs.max_force <= REST * scale:
        raise InputError(
            f"argument hessian must be of a minimum, but the largest force is {pairs.max_force:.3g}; quench it first"
        )


@dataclass(frozen=True)
class ShearModuli:
    """Moduli of all simple shears x_a += gamma x_b, a != b.

    Attributes:
        planes: the (a, b) of each modulus: displacement along a, gradient along b.
        born: affine part, shape (planes,). Units of energy/length^d.
        relaxed: with the particles relaxed, shape (planes,). Units of energy/length^d.
    """

    planes: tuple[tuple[int, int], ...]
    born: Float[np.ndarray, " planes"]
    relaxed: Float[np.ndarray, " planes"]

    @property
    def mean(self) -> float:
        """Mean of the relaxed moduli over all planes: the isotropic estimate of one glass."""
        return float(self.relaxed.mean())


def simple_shear_moduli(pairs: Pairs, spectrum: Spectrum) -> ShearModuli:
    r"""Simple-shear moduli of a minimum: the ones that carry transverse waves, also in a pre-stressed solid.

    .. math:: \mu = \frac{1}{V}\left[\frac{\partial^2 U}{\partial\gamma^2}
              - \sum_k{}' \frac{(\Xi \cdot \psi_k)^2}{\lambda_k}\right]

    They are A_abab, a != b, of `elasticity`, which gives all moduli. Xi is the mass-weighted force per strain, the sum
    leaves zero modes out.

    Args:
        pairs: the evaluated pairs of the minimum.
        spectrum: its complete spectrum with vectors.

    Returns:
        d (d - 1) moduli. Units of energy/length^d. Near an instability a modulus can be zero or negative.

    Raises:
        InputError: if the spectrum is not complete or has no vectors.
    """
    return _shear_moduli(response_of(pairs, solve_with_modes(spectrum), shear_planes(pairs.configuration.dimension)))


def relaxed_shear_moduli(hessian: Hessian, *, tolerance: float = 1e-11) -> ShearModuli:
    """`simple_shear_moduli` without a spectrum: the relaxation is solved with a factorisation, or MINRES for large N.

    Args:
        hessian: of a minimum.
        tolerance: relative residual of the solution.

    Returns:
        d (d - 1) moduli. Units of energy/length^d.

    Raises:
        InputError: if the pre-stress of the Hessian is scaled.
        ComputationError: if the configuration is a saddle or the solution does not converge.
    """
    check_prestress(hessian)
    solve = solve_with_factor(hessian, tolerance=tolerance)
    return _shear_moduli(response_of(hessian.pairs, solve, shear_planes(hessian.pairs.configuration.dimension)))


def _shear_moduli(response: StrainResponse) -> ShearModuli:
    return ShearModuli(response.strains, np.diag(response.born).copy(), np.diag(response.relaxed).copy())
