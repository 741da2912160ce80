"""Self-consistent Born approximation for scalar waves in a medium with a fluctuating modulus.

All in units of the bare wave velocity and the Debye wave number, c = k_D = 1. The vector form is in `_vector`, the
theory in SI units in `_theory`.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex, Float
from scipy.optimize import minimize_scalar

from ..._core.errors import InputError
from ._solver import RELATIVE_DAMPING, check_wavenumber, solve, wave_integrals


def critical_disorder(*, smallest_wavenumber: float = 0.0) -> float:
    """Largest gamma of a stable glass: 1/4 in an infinite medium, 1/[4 (1 - m^3)] without the waves below m k_D.

    Raises:
        InputError: unless m lies in [0, 1).
    """
    check_wavenumber(smallest_wavenumber)
    return 0.25 / (1 - smallest_wavenumber**3)


def static_self_energy(gamma: float, *, smallest_wavenumber: float = 0.0) -> float:
    r"""Self-energy at zero frequency, on the stable branch: the macroscopic modulus is 1 - Sigma_0 of the bare one.

    .. math:: \Sigma_0 (1 - \Sigma_0) = \gamma (1 - m^3), \qquad
              \Sigma_0 = \tfrac12\left(1 - \sqrt{1 - 4\gamma(1 - m^3)}\right)

    Args:
        gamma: disorder parameter.
        smallest_wavenumber: m in units of k_D.

    Returns:
        Sigma_0 in [0, 1/2]. Dimensionless.

    Raises:
        InputError: if gamma is negative or above `critical_disorder`: the glass is unstable.
    """
    critical = critical_disorder(smallest_wavenumber=smallest_wavenumber)
    if not 0 <= gamma <= critical * (1 + 1e-14):
        raise InputError(
            f"argument gamma must lie between 0 and {critical:.6g}, where the glass turns unstable, but got {gamma}"
        )
    return 0.5 * (1 - float(np.sqrt(max(0.0, 1 - gamma / critical))))


def scalar_self_energy(
    omega: Float[np.ndarray, " ..."], gamma: float, *, smallest_wavenumber: float = 0.0
) -> Complex[np.ndarray, " ..."]:
    r"""Self-energy of scalar waves.

    .. math:: \Sigma(\omega) = \gamma\, 3 \int_m^1 \frac{k^4\, dk}{-\omega^2 - i0 + k^2 [1 - \Sigma(\omega)]}

    Args:
        omega: in units of c k_D, above 0, of any shape.
        gamma: disorder parameter.
        smallest_wavenumber: m in units of k_D; above 0 in a box that is too small for the longest waves.

    Returns:
        Sigma, of the shape of omega; Im Sigma >= 0. Dimensionless.

    Raises:
        InputError: if gamma is above its critical value or an omega is not above 0.
        ComputationError: if the equation is not solved to 1e-10.

    Reference: Schirmacher, EPL 73, 892 (2006), in the form of this package's theory specification, section 1.
    """
    start = static_self_energy(gamma, smallest_wavenumber=smallest_wavenumber)

    def mapping(sigma: np.ndarray, z: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        rest = 1 - sigma
        s = z / rest
        _, fourth, slope = wave_integrals(s, smallest_wavenumber)
        value = 3 * gamma * fourth / rest
        return value, (value + 3 * gamma * slope * s / rest) / rest

    return solve(mapping, start, omega)


def scalar_density_of_states(
    omega: Float[np.ndarray, " ..."], gamma: float, *, smallest_wavenumber: float = 0.0
) -> Float[np.ndarray, " ..."]:
    r"""Density of states of the scalar waves, normalised to 1.

    .. math:: g(\omega) = \frac{2\omega}{\pi} \frac{3}{1 - m^3} \int_m^1 k^2\,dk\; \mathrm{Im}\,
              \frac{1}{-\omega^2 - i0 + k^2 [1 - \Sigma(\omega)]}

    Args:
        omega: in units of c k_D, above 0, of any shape.
        gamma: disorder parameter.
        smallest_wavenumber: m in units of k_D.

    Returns:
        g in 1/(c k_D), of the shape of omega; inside a gap it is zero up to rounding.

    Raises:
        InputError: as for `scalar_self_energy`.
        ComputationError: as for `scalar_self_energy`.
    """
    omega = np.asarray(omega, dtype=np.float64)
    rest = 1 - scalar_self_energy(omega, gamma, smallest_wavenumber=smallest_wavenumber)
    second, _, _ = wave_integrals(omega**2 * (1 + RELATIVE_DAMPING * 1j) / rest, smallest_wavenumber)
    share = 3 / (1 - smallest_wavenumber**3)
    return np.maximum(2 * omega / np.pi * share * (second / rest).imag, 0.0)


def gap(gamma: float, *, smallest_wavenumber: float) -> float:
    r"""Lowest frequency with modes when the waves below m k_D are missing.

    Below the gap Sigma is real, and so is s = omega^2/(1 - Sigma). Then 1 - Sigma is a function of s, and the gap is
    the largest omega^2 = s [1 - Sigma(s)]. Close to the instability

    .. math:: \omega_{gap}^2 \to (\gamma_c - \gamma) \frac{1 - m^3}{6 \gamma (1 - m)}

    Args:
        gamma: disorder parameter, at most `critical_disorder`.
        smallest_wavenumber: m in (0, 1), in units of k_D.

    Returns:
        omega_gap in units of c k_D; 0 at the critical disorder.

    Raises:
        InputError: if gamma or the wave number is out of range.
    """
    static_self_energy(gamma, smallest_wavenumber=smallest_wavenumber)
    if smallest_wavenumber == 0:
        raise InputError("argument smallest_wavenumber must be above 0: an infinite medium has waves of any frequency")
    top = smallest_wavenumber**2

    def square(share: float) -> float:
        # Just off the axis, where the logarithms are real up to rounding.
        fourth = float(wave_integrals(np.array(complex(top * share, 1e-30)), smallest_wavenumber)[1].real)
        discriminant = 1 - 12 * gamma * fourth
        # Where no real solution is left, a slope turns the search back.
        return top * share * (1 + np.sqrt(discriminant)) / 2 if discriminant >= 0 else top * discriminant

    grid = np.concatenate([np.geomspace(1e-12, 0.1, 200), np.linspace(0.1, 1 - 1e-12, 400)[1:]])
    best = int(np.argmax([square(share) for share in grid]))
    bounds = (grid[max(best - 1, 0)], grid[min(best + 1, grid.size - 1)])
    answer = minimize_scalar(lambda share: -square(share), bounds=bounds, method="bounded", options={"xatol": 1e-14})
    return float(np.sqrt(max(square(float(answer.x)), square(float(grid[best])), 0.0)))
