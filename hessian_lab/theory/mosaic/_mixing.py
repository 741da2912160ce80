"""Quantum mixing of a two-level system with its ripplons (Sec. V.A, Eqs. 58-69). Energies in hbar omega_D."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.integrate import quad
from scipy.optimize import brentq
from scipy.special import beta as euler_beta
from scipy.special import betainc, lambertw

from ..._core.errors import InputError
from ._modes import Modes


def level_shift(amplitudes: Float[np.ndarray, " modes"], frequencies: Float[np.ndarray, " modes"]) -> float:
    """Sigma = sum Delta_i^2 / (hbar omega_i): bare splittings below it are renormalised to zero (Eq. 61)."""
    return float((np.asarray(amplitudes, dtype=float) ** 2 / np.asarray(frequencies, dtype=float)).sum())


def feenberg_root(
    energy: float, amplitudes: Float[np.ndarray, " modes"], frequencies: Float[np.ndarray, " modes"]
) -> float:
    r"""Lowest solution of e = |\epsilon| - \sum_i \Delta_i^2 / (\hbar\omega_i - e) (Eq. 59).

    It is the lowest eigenvalue of `arrow_matrix`, exactly, and negative if |epsilon| < Sigma; the paper then
    sets the splitting to zero (`effective_splitting`).

    Args:
        energy: |epsilon| >= 0.
        amplitudes: Delta_i, shape (modes,).
        frequencies: omega_i > 0, shape (modes,).

    Raises:
        InputError: if energy is negative or a frequency is not positive.
    """
    amplitudes, frequencies = np.asarray(amplitudes, dtype=float), np.asarray(frequencies, dtype=float)
    if energy < 0 or np.any(frequencies <= 0):
        raise InputError(f"arguments must have energy >= 0 and frequencies > 0, but are {energy:g}, {frequencies}")
    coupled = amplitudes != 0
    if not coupled.any():
        return energy
    square, frequencies = amplitudes[coupled] ** 2, frequencies[coupled]
    lowest = frequencies.min()
    rest = square[frequencies == lowest].sum()

    # Multiplied by the distance to the lowest ripplon, the equation has no pole there.
    def balance(gap: float) -> float:
        others = frequencies > lowest
        sum_of_others = float((square[others] / (frequencies[others] - lowest + gap)).sum())
        return (lowest - gap - energy + sum_of_others) * gap + rest

    reach = lowest + np.abs(amplitudes).sum() + energy
    gap = brentq(balance, 0.0, 2 * reach + 1.0, xtol=1e-300, rtol=8.9e-16, maxiter=500)
    return float(lowest - gap)


def arrow_matrix(
    energy: float, amplitudes: Float[np.ndarray, " modes"], frequencies: Float[np.ndarray, " modes"]
) -> Float[np.ndarray, "levels levels"]:
    """[|epsilon|, Delta_i; Delta_i, omega_i]: Eq. 58 without its lowest state."""
    matrix = np.diag(np.concatenate([[energy], frequencies]))
    matrix[0, 1:] = matrix[1:, 0] = amplitudes
    return matrix


def effective_splitting(energy: float, amplitudes, frequencies) -> float:
    """|epsilon~|: the root of Eq. 59 if it is positive, else zero (the fast two-level systems)."""
    return max(feenberg_root(energy, amplitudes, frequencies), 0.0)


def bare_splitting(effective: ArrayLike, amplitudes, frequencies) -> Float[np.ndarray, " ..."]:
    """|epsilon| of an |epsilon~| below the lowest ripplon, e~ + sum Delta_i^2/(omega_i - e~) (Fig. 22a)."""
    effective = np.asarray(effective, dtype=float)
    squares = np.asarray(amplitudes, dtype=float) ** 2
    return effective + (squares / (np.asarray(frequencies) - effective[..., None])).sum(axis=-1)


def reduced_amplitude(amplitude: float, amplitudes, frequencies) -> float:
    """Delta (1 - 1/2 sum Delta_i^2/omega_i^2), to lowest order (Eq. 60; the text once drops the 1/2)."""
    return amplitude * (1 - 0.5 * float((np.asarray(amplitudes) ** 2 / np.asarray(frequencies) ** 2).sum()))


def renormalised_amplitude(bare: ArrayLike, mixing: float) -> Float[np.ndarray, " ..."]:
    r"""Solution of D = D_0 exp(-(B/2) D^2) (Eq. 64): D = sqrt(y/B), y = W(B D_0^2) of Lambert.

    It grows with the root of a logarithm; the paper calls it bounded.

    Args:
        bare: D_0 in hbar omega_D.
        mixing: B > 0.
    """
    return np.sqrt(lambertw(mixing * np.asarray(bare, dtype=float) ** 2).real / mixing)


def mixing_constant(modes: Modes, *, power: int = 1) -> float:
    """B = sum (omega_D/omega_i)^power over the ripplons.

    Power 1 is the constant of Eq. 65 (229 for the laboratory glass, "several hundreds"); Eq. 62 with
    Delta_i = Delta needs power 2 (about 700), though the paper writes one B for both.
    """
    return float((modes.weights / modes.frequencies**power).sum())


def fast_share(amplitude: ArrayLike, mixing: float) -> Float[np.ndarray, " ..."]:
    """Sigma = B Delta^2 in hbar omega_D: weight of delta(epsilon~) in n(epsilon~) T_g xi^3 (Eqs. 65-67)."""
    return mixing * np.asarray(amplitude, dtype=float) ** 2


def amplitude_integral(exponent: float, lowest: float = 0.0) -> float:
    """int_lowest^1 x^(1-c) / sqrt(1 - x^2) dx, lowest = Delta_min / E (Eq. 68).

    Between 1 and pi/2 for 0 < c < 1 and lowest = 0.
    """
    first = 1 - exponent / 2
    return float(0.5 * euler_beta(first, 0.5) * (1 - betainc(first, 0.5, lowest**2)))


def normalisation(exponent: float, mixing: float, ratio: float, lowest: float, highest: float = 1.0) -> float:
    r"""A_1 from the norm 1/xi^3 of n(epsilon, Delta), one sign of epsilon.

    .. math:: A_1^{-1} = \Delta_{max}^c \Bigl[ \frac{B (\Delta_{max}^{2-c} - \Delta_{min}^{2-c})}{(2-c) T_g \omega_D}
              + \frac{\Delta_{min}^{-c} - \Delta_{max}^{-c}}{c} \Bigr]

    for P(Delta) = A_1 (Delta_max/Delta)^c / Delta, as Eqs. 68 and 69 use it. The paper's A_1 lacks 2-c.
    """
    fast = mixing * (highest ** (2 - exponent) - lowest ** (2 - exponent)) / ((2 - exponent) * ratio)
    slow = (lowest**-exponent - highest**-exponent) / exponent if exponent else np.log(highest / lowest)
    return float(1 / (highest**exponent * (fast + slow)))


def phonon_rate(
    energy: ArrayLike, exponent: float, mixing: float, size_ratio: float, *, highest: float = 1.0
) -> Float[np.ndarray, " ..."]:
    r"""1/(tau_E A_1) in omega_D (Eq. 68 with Delta_min = 0).

    .. math:: \frac{1}{\tau_E} = \frac\pi3 A_1 \Bigl(\frac a\xi\Bigr)^3 E \Bigl(\frac{\Delta_{max}}{E}\Bigr)^c
              \Bigl[ \frac{B E}{\hbar\omega_D} + \int_0^1 \frac{x^{1-c}\,dx}{\sqrt{1 - x^2}} \Bigr]
    """
    energy = np.asarray(energy, dtype=float)
    bracket = mixing * energy + amplitude_integral(exponent)
    return np.pi / 3 * size_ratio**-3 * energy * (highest / energy) ** exponent * bracket


def conductivity_exponent(temperature: ArrayLike, exponent: float, mixing: float):
    """d ln kappa / d ln T with the rate of Eq. 68; 2 + c without mixing.

    Args:
        temperature: T / T_D, any shape.
        exponent: c.
        mixing: B.
    """

    def moments(t: float) -> float:
        def weight(x: float) -> float:
            return x**4 * np.exp(-x) / np.expm1(-x) ** 2 / float(phonon_rate(x * t, exponent, mixing, 1.0))

        def slope(x: float) -> float:
            fast = mixing * x * t
            return weight(x) * (exponent - 1 - fast / (fast + amplitude_integral(exponent)))

        norm, _ = quad(weight, 0, 60, epsabs=0, epsrel=1e-9, limit=200)
        mean, _ = quad(slope, 0, 60, epsabs=0, epsrel=1e-9, limit=200)
        return 3 + mean / norm

    return np.vectorize(moments, otypes=[float])(np.asarray(temperature, dtype=float))
