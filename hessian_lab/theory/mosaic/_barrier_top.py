"""Motion of the wall at the top of the tunnelling barrier (Secs. III.C and IV.B, Eqs. 21, 22, 29)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from ._droplet import LINDEMANN_RATIO, Droplet
from ._materials import DEBYE_FACTOR
from ._tunnelling import highest_barrier, transition_size

PRINTED_COEFFICIENT = 1.6
"""omega at the barrier's top in (a/xi) omega_D, as Eq. 29 prints it."""


def wall_mass(size_ratio: float, lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """M_W = (xi/a)^2 (d_L/a)^2 in masses of a bead, printed 1/3; equals (xi/a)^2 k_B T_g / c_s^2."""
    return size_ratio**2 * lindemann_ratio**2


def barrier_top_coefficient(droplet: Droplet) -> float:
    r"""omega at the top, in units of (a/xi) omega_D.

    .. math:: \omega^{\ddagger 2} = -\frac{1}{M_W} \frac{\partial^2 V}{\partial r^2}
              = \frac{9}{2} \frac{V_{max}}{k_B T_g} \frac{c_s^2}{r^{\ddagger 2}} \left(\frac a\xi\right)^2

    with r = a (3N/4 pi)^(1/3) and V(N) of the quantum barrier. Equation 29 prints the square without a square.

    Returns:
        1.67 for the laboratory quench, where the paper prints 1.6.
    """
    radius = (3 * transition_size(droplet) / (4 * np.pi)) ** (1 / 3)
    return float(np.sqrt(4.5 * highest_barrier(droplet)) / (DEBYE_FACTOR * radius))


def crossover_temperature(size_ratio: float, coefficient: float = 1.0) -> float:
    """T' = hbar omega / (2 pi k_B) in T_D; the paper drops its coefficient 1.6 here."""
    return coefficient / (2 * float(np.pi) * size_ratio)


def tunnelling_exponent(
    ratio: float, size_ratio: float, coefficient: float = PRINTED_COEFFICIENT, *, printed: bool = False
) -> float:
    r"""c of P(Delta) ~ Delta^(-1-c).

    With Delta = Delta_0 exp(-pi V / hbar omega) (Eq. 21) and P(V) ~ exp(V / sqrt(2) k_B T_g) (Eq. 14),

    .. math:: c = \frac{\hbar\omega^\ddagger}{\sqrt 2\, \pi\, k_B T_g}.

    The paper prints it without the pi, three times too large.

    Args:
        ratio: k_B T_g / (hbar omega_D).
        size_ratio: xi / a.
        coefficient: omega at the top in (a/xi) omega_D.
        printed: leave out the pi, as the paper does below Eq. 22.
    """
    exponent = coefficient / size_ratio / (float(np.sqrt(2)) * ratio)
    return exponent if printed else exponent / float(np.pi)


def tunnelling_amplitude(barrier: ArrayLike, top: float) -> Float[np.ndarray, " ..."]:
    """Delta / Delta_0 = exp(-pi V / (hbar omega)) (Eq. 21); barrier and hbar omega in one unit."""
    return np.exp(-np.pi * np.asarray(barrier, dtype=float) / top)


def amplitude_density(
    amplitude: ArrayLike, exponent: float, lowest: float, highest: float = 1.0
) -> Float[np.ndarray, " ..."]:
    """P(Delta) = A Delta^(-1-c) between lowest and highest, normalised (Eq. 22); zero outside."""
    amplitude = np.asarray(amplitude, dtype=float)
    norm = (lowest**-exponent - highest**-exponent) / exponent if exponent else np.log(highest / lowest)
    inside = (amplitude >= lowest) & (amplitude <= highest)
    return np.where(inside, amplitude ** (-1 - exponent) / norm, 0.0)
