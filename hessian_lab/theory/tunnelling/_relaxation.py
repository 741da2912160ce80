"""Relaxation of the tunnelling systems in the strain of a sound wave: loss and softening."""

from __future__ import annotations

import numpy as np
from jaxtyping import Complex, Float

from ._energies import over_energies, sech_squared
from ._rates import fastest_rate

BLOCK = 512


def relaxation_kernel(ratio: Float[np.ndarray, " ..."]) -> Complex[np.ndarray, " ..."]:
    r"""The integral over r, in closed form.

    .. math:: K(a) = \int_0^1 \frac{(1 - r)}{2 r \sqrt{1 - r}} \, \frac{dr}{1 - i a / r}
        = b \, \mathrm{artanh}(1/b) - 1, \qquad b^2 = 1 - i a

    with a = omega tau_m. The factor (1 - r) = (epsilon/E)^2 is the longitudinal coupling, 1/(2 r sqrt(1 - r)) the
    distribution of r = (Delta_0/E)^2 that follows from P/Delta_0. For a -> 0 the imaginary part is pi/4 and the real
    part (1/2) ln(4/a) - 1; for a -> infinity K = i/(3a).

    Args:
        ratio: a = omega tau_m, > 0, dimensionless.

    Returns:
        K, complex, dimensionless: the real part softens, the imaginary part dissipates.
    """
    inverse_square = 1 / (1 - 1j * np.asarray(ratio, dtype=float))
    inverse = np.sqrt(inverse_square)
    far = np.abs(inverse_square) < 1e-2
    # Far from the unit circle b artanh(1/b) - 1 cancels; the series of artanh does not.
    series = sum(inverse_square**power / (2 * power + 1) for power in range(1, 9))
    return np.where(far, series, np.arctanh(np.where(far, 0.5, inverse)) / np.where(far, 0.5, inverse) - 1)


def relaxation_response(
    temperature: Float[np.ndarray, " ..."], omega: Float[np.ndarray, " ..."], prefactor: float
) -> Complex[np.ndarray, " ..."]:
    r"""Relaxational part of the relative change of the modulus, per tunnelling strength C.

    .. math:: R = \int_0^\infty \frac{dE}{k T} \, \mathrm{sech}^2\frac{E}{2 k T} \, K(\omega \tau_m(E)), \qquad
        Q^{-1} = C \, \mathrm{Im} R, \qquad \frac{\delta v}{v} = -\frac{C}{2} \mathrm{Re} R

    where omega tau_m << 1 for the thermal systems, Im R = pi/2 (the plateau) and Re R = 3 ln T + constant.

    Args:
        temperature: T in K.
        omega: angular frequency in rad/s; broadcast against the temperature.
        prefactor: of the one-phonon rate, in 1/(J^3 s).

    Returns:
        R, complex, dimensionless.

    Raises:
        ComputationError: if the quadrature did not converge.

    Reference: Jaeckle, Z. Phys. 257, 212 (1972); Phillips, Rep. Prog. Phys. 50, 1657 (1987).
    """
    kelvin, frequency = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(omega, float))
    # R depends on omega / T^3 alone; blocks keep the memory small.
    slowness = (frequency / fastest_rate(np.array(1.0), kelvin, prefactor) / np.tanh(1.0)).ravel()
    blocks = [_response(slowness[start : start + BLOCK]) for start in range(0, slowness.size, BLOCK)]
    return np.concatenate(blocks).reshape(kelvin.shape)


def _response(slowness: Float[np.ndarray, " points"]) -> Complex[np.ndarray, " points"]:
    """R for omega tau_m(E) = slowness tanh(x) / x^3."""

    def integrand(x: Float[np.ndarray, " nodes"]) -> np.ndarray:
        return 2 * sech_squared(x) * relaxation_kernel(slowness[:, None] * np.tanh(x) / x**3)

    return over_energies(integrand, "relaxation response")
