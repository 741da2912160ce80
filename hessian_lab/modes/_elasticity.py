"""Elastic moduli with relaxed particles, and the sound waves that follow from them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import pi

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ..hessian import Hessian, Pairs
from ..spectrum import Spectrum, linear_response


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

    With s = r^2 and a shear that moves along a with its gradient along b, ds/dgamma = 2 r_a r_b and
    d^2s/dgamma^2 = 2 r_b^2. Xi is the mass-weighted force per strain, the sum leaves zero modes out.

    Args:
        pairs: the evaluated pairs of the minimum.
        spectrum: its complete spectrum with vectors.

    Returns:
        d (d - 1) moduli. Units of energy/length^d. Near an instability a modulus can be zero or negative.

    Raises:
        InputError: if the spectrum is not complete or has no vectors.
    """
    if spectrum.vectors is None or not spectrum.complete:
        raise InputError("argument spectrum must be complete and have vectors for the relaxation of the particles")
    root = np.sqrt(np.repeat(pairs.configuration.masses, pairs.configuration.dimension))
    inverse = np.where(spectrum.zero, 0.0, 1.0 / np.where(spectrum.zero, 1.0, spectrum.eigenvalues))
    vectors = spectrum.vectors

    def softening(forces: np.ndarray) -> np.ndarray:
        return inverse @ (vectors.T @ (forces / root[:, None])) ** 2

    return _moduli(pairs, softening)


def relaxed_shear_moduli(hessian: Hessian, *, tolerance: float = 1e-11) -> ShearModuli:
    """`simple_shear_moduli` without a spectrum: the relaxation is solved with a factorisation, or MINRES for large N.

    Args:
        hessian: of a minimum.
        tolerance: relative residual of the solution.

    Returns:
        d (d - 1) moduli. Units of energy/length^d.

    Raises:
        ComputationError: if the configuration is a saddle or the solution does not converge.
    """
    root = hessian.root_masses

    def softening(forces: np.ndarray) -> np.ndarray:
        weighted = forces / root[:, None]
        return np.einsum("ij,ij->j", weighted, linear_response(hessian, weighted, tolerance=tolerance))

    return _moduli(hessian.pairs, softening)


def _moduli(pairs: Pairs, softening: Callable[[np.ndarray], np.ndarray]) -> ShearModuli:
    """All simple shears; `softening` gives Xi H^-1 Xi of each column, a force per strain."""
    dim = pairs.configuration.dimension
    planes = tuple((a, b) for a in range(dim) for b in range(dim) if a != b)
    born, forces = [], []
    for a, b in planes:
        first, second = pairs.displacement[:, a], pairs.displacement[:, b]
        affine = np.sum(pairs.curvature * (2 * first * second) ** 2 + pairs.slope * 2 * second**2)
        # d/dgamma of the gradient 2 slope r on particle i.
        change = 4.0 * (pairs.curvature * first * second)[:, None] * pairs.displacement
        change[:, a] += 2.0 * pairs.slope * second
        forces.append(
            np.stack(
                [
                    np.bincount(pairs.first, column, pairs.configuration.particles)
                    - np.bincount(pairs.second, column, pairs.configuration.particles)
                    for column in change.T
                ],
                axis=1,
            ).reshape(-1)
        )
        born.append(affine / pairs.configuration.volume)
    softened = softening(np.stack(forces, axis=1)) / pairs.configuration.volume
    return ShearModuli(planes, np.array(born), np.array(born) - softened)


def first_transverse_frequency(shear_modulus: float, mass_density: float, volume: float, dimension: int) -> float:
    r"""Frequency of the longest transverse wave that fits into a cubic box.

    .. math:: \omega_{T1} = \frac{2\pi}{L} \sqrt{\mu/\rho_m}, \quad L = V^{1/d}

    Args:
        shear_modulus: simple-shear modulus with relaxed particles. Units of energy/length^d.
        mass_density: mass per volume.
        volume: volume of the box. Units of length^d.
        dimension: d.

    Returns:
        omega_T1 in 1/time; NaN if the modulus is not positive (an unstable medium carries no such wave).
    """
    if not shear_modulus > 0:
        return float("nan")
    return 2 * pi / volume ** (1 / dimension) * float(np.sqrt(shear_modulus / mass_density))
