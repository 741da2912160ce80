"""Coupling of the two-level systems to phonons, and the universal mean free path (Sec. III.B, Eqs. 15-20)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.constants import hbar, k

EMPIRICAL_PATH = 150.0
"""Measured l / lambda below 1 K (Freeman and Anderson 1986, as the paper quotes it)."""


def cohesion_energy(density: float, sound_speed: float, bead: float) -> float:
    """rho c_s^2 a^3 in J, printed as about 10 eV; SI arguments."""
    return density * sound_speed**2 * bead**3


def phonon_coupling(density: float, sound_speed: float, bead: float, glass_transition: float) -> float:
    """g = sqrt(rho c_s^2 a^3 k_B T_g) in J (Eq. 18); SI arguments, T_g in K."""
    return float(np.sqrt(cohesion_energy(density, sound_speed, bead) * k * glass_transition))


def strain_at_freezing(density: float, sound_speed: float, bead: float, glass_transition: float) -> float:
    """|grad phi| = sqrt(k_B T_g / (rho c_s^2 a^3)), the theory's d_L/a (footnote 5); SI arguments."""
    return float(np.sqrt(k * glass_transition / cohesion_energy(density, sound_speed, bead)))


def coupling_constant(size_ratio: float) -> float:
    """P-bar g^2 / (rho c_s^2) = (a/xi)^3, dimensionless."""
    return size_ratio**-3


def path_over_wavelength(size_ratio: float) -> float:
    r"""l / lambda of a thermal phonon (hbar omega = k_B T, lambda = 2 pi c_s / omega).

    .. math:: \frac{\lambda}{l} = \frac{2\pi^2}{3} \tanh(1/2) \left(\frac a\xi\right)^3

    The 1/3 averages over the orientations of the defects.

    Args:
        size_ratio: xi / a.

    Reference: paper, Eq. 20.
    """
    return 3 * size_ratio**3 / (2 * float(np.pi**2) * float(np.tanh(0.5)))


def constant_of_path(path: float) -> float:
    """P-bar g^2 / (rho c_s^2) that Eq. 20 needs for a given l / lambda: 2.2e-3 for 150."""
    return 3 / (2 * float(np.pi**2) * float(np.tanh(0.5)) * path)


def resonant_path(
    omega: ArrayLike, temperature: ArrayLike, sound_speed: float, size_ratio: float
) -> Float[np.ndarray, " ..."]:
    r"""Mean free path in m: 1/l = (pi/3) (a/xi)^3 (omega/c_s) tanh(hbar omega/2 k_B T).

    Args:
        omega: rad/s.
        temperature: K, broadcast against omega.
        sound_speed: c_s in m/s.
        size_ratio: xi / a.

    Reference: paper, Eq. 19 with the 1/3 of Eq. 20.
    """
    omega = np.asarray(omega, dtype=float)
    thermal = np.tanh(hbar * omega / (2 * k * np.asarray(temperature, dtype=float)))
    return sound_speed / (np.pi / 3 * coupling_constant(size_ratio) * omega * thermal)


def dipolar_coupling(distance: ArrayLike, glass_transition: float) -> Float[np.ndarray, " ..."]:
    """Scale k_B T_g (a/r)^3 in K of the coupling of two cells; distance in a, T_g in K."""
    return glass_transition / np.asarray(distance, dtype=float) ** 3
