"""Density of states of stress-induced local modes for any distribution of the stresses.

The stresses themselves and P(sigma) from a sample of them are in `_stresses`; the law for a constant P(sigma), which is
what the heat capacity needs, is in `_theory`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from .._bose import check_omega

Density = Callable[[Float[np.ndarray, "..."]], Float[np.ndarray, "..."]]
"""P(sigma): probability density of the local stress, in 1/stress, for sigma > 0."""


@dataclass(frozen=True)
class LocalModes:
    """What turns a local stress into a frequency. Any consistent units; SI is meant where none is named.

    Attributes:
        zeta: moment of inertia per volume, rho_m <r_perp^2>/4 (Eq. 5). kg/m.
        gamma: coupling of the vortices to the transverse strain. Dimensionless.
        shear_modulus: mu. Pa.
        reciprocal: False takes Eq. 17 as printed, f = sigma (1 + gamma^2 sigma/mu)/zeta. True takes the opposite sign,
            which is what a coupling energy gives (see docs/theory/internal-stress.md): eliminating the strain softens.

    Reference: 000, Eqs. 5, 15, 17.
    """

    zeta: float
    gamma: float
    shear_modulus: float
    reciprocal: bool = False

    def __post_init__(self) -> None:
        for name in ("zeta", "shear_modulus"):
            if not getattr(self, name) > 0:
                raise InputError(f"argument {name} must be above 0, but got {getattr(self, name)}")
        if not self.gamma >= 0:
            raise InputError(f"argument gamma must not be negative, but got {self.gamma}")

    @property
    def omega_0(self) -> float:
        r"""Crossover frequency, omega_0^2 = mu/(4 zeta gamma^2), in rad/s; infinite without coupling (Eq. 22)."""
        return float(np.inf) if self.gamma == 0 else float(np.sqrt(self.shear_modulus / (4 * self.zeta)) / self.gamma)

    def eigenvalue(self, sigma: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""omega^2 of a vortex round a local stress.

        .. math:: f(\sigma) = \frac{\sigma}{\zeta}\left(1 \pm \gamma^2 \sigma/\mu\right)

        Args:
            sigma: local stress in Pa.

        Returns:
            f in (rad/s)^2; negative where the vortex is unstable.

        Reference: 000, Eq. 17.
        """
        sigma = np.asarray(sigma, dtype=np.float64)
        sign = -1.0 if self.reciprocal else 1.0
        return sigma / self.zeta * (1 + sign * self.gamma**2 * sigma / self.shear_modulus)

    def frequencies(self, sigma: Float[np.ndarray, " stresses"]) -> Float[np.ndarray, " modes"]:
        """Frequencies in rad/s of the stable vortices of a sample of stresses; their histogram is g_dir itself."""
        eigenvalue = self.eigenvalue(sigma)
        return np.sqrt(eigenvalue[eigenvalue > 0])


def direct_density_of_states(
    omega: Float[np.ndarray, " ..."], density: Density, modes: LocalModes, *, defects_per_particle: float = 1.0
) -> Float[np.ndarray, " ..."]:
    r"""Density of the vortices' own frequencies.

    .. math:: g_{dir}(\omega) = \frac{N_\eta}{N}\, 2\omega\, P(\sigma) \frac{d\sigma}{df}\Big|_{f(\sigma) = \omega^2},
              \qquad \frac{d\sigma}{df} = \frac{\zeta}{\sqrt{1 + (\omega/\omega_0)^2}}

    Eq. 16 is printed without d sigma/df, which Eq. 21 has. With the reciprocal sign the root has a minus, there are two
    stresses for each frequency, and none above omega_0.

    Args:
        omega: in rad/s, of any shape.
        density: P(sigma) in 1/Pa.
        modes: zeta, gamma and mu.
        defects_per_particle: N_eta/N.

    Returns:
        g_dir in s, of the shape of omega; its integral is N_eta/N times the integral of P.

    Raises:
        InputError: if omega is negative.

    Reference: 000, Eqs. 14, 16, 17, B4.
    """
    omega = check_omega(omega)
    ratio = np.square(omega / modes.omega_0)
    prefactor = defects_per_particle * 2 * omega * modes.zeta
    if not modes.reciprocal:
        root = np.sqrt(1 + ratio)
        return prefactor / root * density(2 * modes.zeta * omega**2 / (1 + root))
    inside = ratio < 1
    root = np.sqrt(np.where(inside, 1 - ratio, 1.0))
    total = density(2 * modes.zeta * omega**2 / (1 + root))
    if modes.gamma > 0:
        total = total + density(modes.shear_modulus / (2 * modes.gamma**2) * (1 + root))
    return np.where(inside, prefactor / root * total, 0.0)


def indirect_density_of_states(
    omega: Float[np.ndarray, " ..."], density: Density, zeta: float, *, amplitude: float = 1.0
) -> Float[np.ndarray, " ..."]:
    r"""What the vortices add to the waves' density of states through the moduli.

    .. math:: g_{ind}(\omega) = A\, \omega^5 P(\sigma)\Big|_{\sigma = \zeta\omega^2}

    Eq. 13 is a proportionality: A is free. P ~ sigma^(-1 + 1/m) gives omega^(3 + 2/m), a constant P omega^5.

    Args:
        omega: in rad/s, of any shape.
        density: P(sigma) in 1/Pa.
        zeta: moment of inertia per volume in kg/m.
        amplitude: A, in Pa s^6.

    Returns:
        g_ind in s, of the shape of omega.

    Raises:
        InputError: if omega or zeta is negative.

    Reference: 000, Eq. 13.
    """
    if not zeta > 0:
        raise InputError(f"argument zeta must be above 0, but got {zeta}")
    omega = check_omega(omega)
    return amplitude * omega**5 * density(zeta * omega**2)
