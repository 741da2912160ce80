"""Resonant scattering: phonons that lift a tunnelling system from its lower to its upper level."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from scipy.constants import Boltzmann, hbar
from scipy.special import digamma


def resonant_loss(
    omega: Float[np.ndarray, " ..."], temperature: Float[np.ndarray, " ..."]
) -> Float[np.ndarray, " ..."]:
    r"""Resonant internal friction per tunnelling strength C.

    .. math:: Q^{-1}_{res} / C = \pi \tanh(\hbar \omega / 2 k T), \qquad
        \ell^{-1} = \frac{\omega}{v} Q^{-1} = \frac{\pi \bar P \gamma^2 \omega}{\rho v^3} \tanh\frac{\hbar\omega}{2kT}

    for a wave too weak to saturate the systems. The integral over r of its distribution times r is 1.

    Args:
        omega: in rad/s.
        temperature: in K; 0 is the cold limit. Broadcast against omega.

    Returns:
        Q^-1 / C, dimensionless.

    Reference: Phillips, Rep. Prog. Phys. 50, 1657 (1987).
    """
    cold = np.asarray(temperature, dtype=float) == 0
    kelvin = np.where(cold, 1.0, temperature)
    return np.pi * np.where(cold, 1.0, np.tanh(hbar * np.asarray(omega) / (2 * Boltzmann * kelvin)))


def resonant_shift(
    omega: Float[np.ndarray, " ..."], temperature: Float[np.ndarray, " ..."]
) -> Float[np.ndarray, " ..."]:
    r"""Resonant change of the sound speed from its value at T = 0, per tunnelling strength C.

    .. math:: \frac{1}{C} \frac{\delta v}{v} =
        \mathrm{Re}\, \psi\left(\frac12 + \frac{\hbar \omega}{2 \pi i k T}\right) - \ln \frac{\hbar \omega}{2 \pi k T}
        = \mathrm{P}\!\int_0^\infty \frac{E \, [1 - \tanh(E / 2 k T)]}{E^2 - (\hbar \omega)^2} \, dE

    which is ln(2 pi k T/hbar omega) + psi(1/2) once kT >> hbar omega: the slope is +C per unit of ln T.

    Args:
        omega: in rad/s.
        temperature: in K, broadcast against omega.

    Returns:
        (dv/v)/C, dimensionless, 0 at T = 0.

    Reference: Hunklinger and Arnold, Physical Acoustics XII, 155 (1976).
    """
    ratio = hbar * np.asarray(omega) / (2 * np.pi * Boltzmann * np.asarray(temperature))
    # Beyond ratio = 1e3 the difference is the first term of the expansion, and psi - ln loses digits.
    far = ratio > 1e3
    near = np.where(far, 1.0, ratio)
    return np.where(far, -1 / (24 * ratio**2), digamma(0.5 - 1j * near).real - np.log(near))
