r"""Self-consistent Born approximation for an isotropic elastic medium with a fluctuating shear modulus.

The bulk modulus K does not fluctuate. Units: bare shear modulus mu_0 = density = k_D = 1, so that a bare transverse
wave has the velocity 1. The fluctuation couples to the deviatoric strain, 2 delta mu e':e'; the local self-energy is
isotropic, and the trace over the five deviatoric strains of a longitudinal and two transverse waves,
k^2 (2/3 G_L + G_T), divided by five gives its factor 2/5.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex, Float
from scipy.optimize import brentq, minimize_scalar

from ..._core.errors import InputError
from ._solver import RELATIVE_DAMPING, check_wavenumber, solve, wave_integrals


def _disorder(rest: float, bulk_modulus: float) -> float:
    """The gamma (1 - m^3) at which 1 - Sigma_0 = rest."""
    return 2.5 * (1 - rest) / (2 / (3 * bulk_modulus + 4 * rest) + 1 / rest)


def vector_critical_disorder(bulk_modulus: float, *, smallest_wavenumber: float = 0.0) -> tuple[float, float]:
    """Largest gamma of a stable glass, and 1 - Sigma_0 there (5/8 and 1/2 if incompressible).

    Args:
        bulk_modulus: K/mu_0, not negative.
        smallest_wavenumber: m in units of k_D.

    Raises:
        InputError: if an argument is out of range.
    """
    check_wavenumber(smallest_wavenumber)
    if not bulk_modulus >= 0:
        raise InputError(f"argument bulk_modulus must not be negative, in units of mu_0, but got {bulk_modulus}")
    answer = minimize_scalar(
        lambda rest: -_disorder(rest, bulk_modulus), bounds=(1e-6, 1 - 1e-6), method="bounded", options={"xatol": 1e-12}
    )
    return _disorder(answer.x, bulk_modulus) / (1 - smallest_wavenumber**3), float(answer.x)


def vector_static_self_energy(gamma: float, bulk_modulus: float, *, smallest_wavenumber: float = 0.0) -> float:
    r"""Self-energy at zero frequency on the stable branch: mu = mu_0 (1 - Sigma_0).

    .. math:: \Sigma_0 = \frac25 \gamma (1 - m^3) \left[\frac{2/3}{K + \frac43 (1 - \Sigma_0)}
              + \frac{1}{1 - \Sigma_0}\right]

    For weak disorder this is the exact second order, 6 gamma (K + 2 mu)/[5 (3 K + 4 mu)].

    Args:
        gamma: <delta mu^2>/mu_0^2 in cells of the volume 6 pi^2/k_D^3.
        bulk_modulus: K/mu_0.
        smallest_wavenumber: m in units of k_D.

    Returns:
        Sigma_0. Dimensionless.

    Raises:
        InputError: if gamma is negative or above `vector_critical_disorder`.
    """
    critical, rest = vector_critical_disorder(bulk_modulus, smallest_wavenumber=smallest_wavenumber)
    if not 0 <= gamma <= critical * (1 + 1e-12):
        raise InputError(
            f"argument gamma must lie between 0 and {critical:.6g}, where the glass turns unstable, but got {gamma}"
        )
    aim = min(gamma, critical) * (1 - smallest_wavenumber**3)
    # Flat at the critical point: the bracket is closed by hand where rounding leaves no change of sign.
    if _disorder(rest, bulk_modulus) <= aim:
        return 1 - rest
    return 1 - float(brentq(lambda value: _disorder(value, bulk_modulus) - aim, rest, 1.0, xtol=1e-15))


def vector_self_energy(
    omega: Float[np.ndarray, " ..."], gamma: float, bulk_modulus: float, *, smallest_wavenumber: float = 0.0
) -> Complex[np.ndarray, " ..."]:
    r"""Self-energy of the shear modulus, in units of mu_0.

    .. math:: \Sigma = \frac25 \gamma\, 3 \int_m^1 k^4 dk \left[\frac{2/3}{-\omega^2 - i0 + k^2 M_L}
              + \frac{1}{-\omega^2 - i0 + k^2 M_T}\right],
              \quad M_T = 1 - \Sigma, \quad M_L = K + \tfrac43 M_T

    Args:
        omega: in units of k_D sqrt(mu_0/rho), above 0, of any shape.
        gamma: <delta mu^2>/mu_0^2 in cells of the volume 6 pi^2/k_D^3.
        bulk_modulus: K/mu_0.
        smallest_wavenumber: m in units of k_D.

    Returns:
        Sigma, of the shape of omega.

    Raises:
        InputError: if gamma is above its critical value or an omega is not above 0.
        ComputationError: if the equation is not solved to 1e-10.

    Reference: Schirmacher, Ruocco and Scopigno, PRL 98, 025501 (2007); Marruzzo et al., Sci. Rep. 3, 1407 (2013). The
        factors are derived here (module docstring), not taken from there.
    """
    start = vector_static_self_energy(gamma, bulk_modulus, smallest_wavenumber=smallest_wavenumber)

    def mapping(sigma: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        value, slope = np.zeros_like(sigma), np.zeros_like(sigma)
        for weight, modulus, share in (
            (2 / 3, bulk_modulus + 4 / 3 * (1 - sigma), 4 / 3),
            (1.0, 1 - sigma, 1.0),
        ):
            s = z / modulus
            _, fourth, derivative = wave_integrals(s, smallest_wavenumber)
            factor = 1.2 * gamma * weight / modulus
            value = value + factor * fourth
            slope = slope + factor * share * (fourth + s * derivative) / modulus
        return value, slope

    return solve(mapping, start, omega)


def vector_density_of_states(
    omega: Float[np.ndarray, " ..."], gamma: float, bulk_modulus: float, *, smallest_wavenumber: float = 0.0
) -> Float[np.ndarray, " ..."]:
    r"""Density of states of one longitudinal and two transverse waves, normalised to 1.

    .. math:: g(\omega) = \frac{2\omega}{3\pi} \frac{3}{1 - m^3} \int_m^1 k^2 dk\, \mathrm{Im}\,(G_L + 2 G_T), \qquad
              G = \frac{1}{-\omega^2 - i0 + k^2 M(\omega)}

    Args:
        omega: in units of k_D sqrt(mu_0/rho), above 0, of any shape.
        gamma: <delta mu^2>/mu_0^2 in cells of the volume 6 pi^2/k_D^3.
        bulk_modulus: K/mu_0.
        smallest_wavenumber: m in units of k_D.

    Returns:
        g, of the shape of omega, in the inverse of omega's unit.

    Raises:
        InputError: as for `vector_self_energy`.
        ComputationError: as for `vector_self_energy`.
    """
    omega = np.asarray(omega, dtype=np.float64)
    rest = 1 - vector_self_energy(omega, gamma, bulk_modulus, smallest_wavenumber=smallest_wavenumber)
    z = omega**2 * (1 + RELATIVE_DAMPING * 1j)
    longitudinal = bulk_modulus + 4 / 3 * rest
    waves = [wave_integrals(z / modulus, smallest_wavenumber)[0] / modulus for modulus in (longitudinal, rest)]
    total = (waves[0] + 2 * waves[1]).imag
    return np.maximum(2 * omega / np.pi / (1 - smallest_wavenumber**3) * total, 0.0)
