"""Local stresses of a configuration: of pairs, of the pairs in the tapered shell, and of particles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float

from .._core.errors import InputError
from ..hessian import Pairs
from ..potentials import Potential


def pair_stress(
    distance: Float[np.ndarray, " ..."], force: Float[np.ndarray, " ..."], volume: float, *, signed: bool = False
) -> Float[np.ndarray, " ..."]:
    r"""Local stress of a pair.

    .. math:: \sigma_{ij} = |r_{ij}\, \phi'(r_{ij})| / \Omega

    In a purely repulsive glass all r phi' have one sign, so that the absolute value is an assumption of the source.

    Args:
        distance: r_ij, of any shape. Units of length.
        force: phi'(r_ij), of the same shape. Units of energy/length.
        volume: Omega, about one particle's volume. Units of length^d.
        signed: leave the absolute value out: positive in tension, negative where the pair repels.

    Returns:
        sigma_ij, of the shape of r_ij. Units of energy/length^d.

    Raises:
        InputError: if the volume is not positive.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 18.
    """
    if not volume > 0:
        raise InputError(f"argument volume must be above 0, but got {volume}")
    stress = np.asarray(distance) * np.asarray(force) / volume
    return stress if signed else np.abs(stress)


def pair_stresses(pairs: Pairs, *, signed: bool = False) -> Float[np.ndarray, " pairs"]:
    r"""Local stress of every interacting pair.

    .. math:: \sigma_{ij} = |r_{ij}\, \phi'(r_{ij})| / \Omega, \qquad \Omega = V/N

    Args:
        pairs: the evaluated pairs.
        signed: leave the absolute value out: positive in tension. Their sum is then N tr(stress).

    Returns:
        Shape (pairs,). Units of energy/length^d.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 18.
    """
    sample = pairs.configuration
    force = 2.0 * pairs.slope * pairs.distance
    return pair_stress(pairs.distance, force, sample.volume / sample.particles, signed=signed)


def tapered_pairs(potential: Potential, pairs: Pairs) -> Bool[np.ndarray, " pairs"]:
    """Which pairs lie in the tapered shell, where the taper changes the core's force.

    Local tapers begin at r = onset sigma_ij, the cubic tail of Grigera and Parisi at its join r_c, and an untapered
    law (contact laws among them) has no pair in its shell. The even polynomial, the force shift and Stoddard-Ford
    change the force at every distance: with them there is no shell and no core, and the question is refused.

    Args:
        potential: that the pairs were evaluated with.
        pairs: the pairs.

    Returns:
        True for pairs beyond the onset, shape (pairs,); the others are in the core.

    Raises:
        InputError: if the taper has no shell.
    """
    return pairs.distance > potential.onset(pairs.sigma)


@dataclass(frozen=True, eq=False)
class ParticleStresses:
    """Stress tensors of the particles, positive in tension.

    Attributes:
        tensors: sigma_i, shape (particles, dim, dim), symmetric. Units of energy/length^d.
        volumes: Omega_i, shape (particles,). Units of length^d.
    """

    tensors: Float[np.ndarray, "particles dim dim"]
    volumes: Float[np.ndarray, " particles"]

    @property
    def pressure(self) -> Float[np.ndarray, " particles"]:
        """-tr(sigma_i)/d. Units of energy/length^d."""
        return -np.trace(self.tensors, axis1=1, axis2=2) / self.tensors.shape[-1]

    @property
    def deviatoric(self) -> Float[np.ndarray, " particles"]:
        """sqrt(s_i : s_i/2) of the traceless part s_i: |tau| for a pure shear stress tau. Units of energy/length^d."""
        traceless = self.tensors + self.pressure[:, None, None] * np.eye(self.tensors.shape[-1])
        return np.sqrt(0.5 * np.einsum("iab,iab->i", traceless, traceless))


def particle_stresses(pairs: Pairs, *, volumes: Float[np.ndarray, " particles"] | None = None) -> ParticleStresses:
    r"""Stress tensor of every particle; a pair is shared half and half.

    .. math:: \sigma_i = \frac{1}{2 \Omega_i} \sum_j \frac{\phi'}{r} r_{ij} r_{ij}, \qquad
              \sum_i \Omega_i \sigma_i = V \sigma

    Args:
        pairs: the evaluated pairs.
        volumes: Omega_i, for example of Voronoi cells; V/N of every particle if not given. Units of length^d.

    Returns:
        The tensors, see `ParticleStresses`. How stress is shared out among particles is a convention; the sum is not.

    Raises:
        InputError: if the volumes are not positive, or not one for each particle.
    """
    sample = pairs.configuration
    particles, dim = sample.particles, sample.dimension
    share = np.full(particles, sample.volume / particles) if volumes is None else np.asarray(volumes, dtype=np.float64)
    if share.shape != (particles,) or not np.all(np.isfinite(share) & (share > 0)):
        raise InputError(
            f"argument volumes must hold {particles} positive numbers, one for each particle, but has the shape "
            f"{share.shape} and the smallest entry {share.min(initial=np.inf)}"
        )
    product = np.einsum("p,pa,pb->pab", pairs.slope, pairs.displacement, pairs.displacement)
    columns = [
        np.bincount(pairs.first, column, particles) + np.bincount(pairs.second, column, particles)
        for column in product.reshape(-1, dim * dim).T
    ]
    return ParticleStresses(np.stack(columns, axis=1).reshape(particles, dim, dim) / share[:, None, None], share)


def vortex_inertia(mass_density: float, number_density: float, dimension: int = 3) -> float:
    r"""Moment of inertia per volume of a vortex as wide as a particle's share of volume.

    .. math:: \zeta = \rho_m \langle r_\perp^2 \rangle / 4, \qquad \langle r_\perp^2 \rangle = \Omega^{2/d}

    The width is a choice: the source leaves <r_perp^2> open.

    Args:
        mass_density: rho_m. Units of mass/length^d.
        number_density: 1/Omega. Units of 1/length^d.
        dimension: d.

    Returns:
        zeta, in mass/length^(d - 2).

    Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 5.
    """
    return mass_density * number_density ** (-2 / dimension) / 4


def stress_of_frequency(pairs: Pairs, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
    r"""The local stress that gives a vortex this frequency, without its coupling to the strain.

    .. math:: \sigma = \zeta \omega^2

    Args:
        pairs: of the glass.
        omega: of any shape. Units of 1/time.

    Returns:
        sigma, in energy/length^d; zeta is `vortex_inertia` of the glass.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eqs. 5, 6.
    """
    sample = pairs.configuration
    density = float(np.sum(sample.masses)) / sample.volume
    zeta = vortex_inertia(density, sample.particles / sample.volume, sample.dimension)
    return zeta * np.square(np.asarray(omega, dtype=np.float64))
