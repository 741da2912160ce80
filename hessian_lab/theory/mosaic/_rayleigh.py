"""Elastic scattering of phonons by ripplons without a tunnelling transition (Appendix A, Eq. A12)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import spherical_jn

from ..._core.errors import InputError
from ._cutoff import reduced_wave_number
from ._droplet import LINDEMANN_RATIO, localisation_logarithm
from ._materials import DEBYE_FACTOR
from ._ripplons import HIGHEST_ORDER, LOWEST_ORDER, SPHERE, ripplon_frequency


def rayleigh_path(
    omega: ArrayLike,
    size_ratio: float,
    ratio: float,
    fragility: float,
    *,
    lindemann_ratio: float = LINDEMANN_RATIO,
    orders: tuple[int, int] = (LOWEST_ORDER, HIGHEST_ORDER),
    at_resonance: bool = False,
) -> Float[np.ndarray, " ..."]:
    r"""l / lambda of a thermal phonon, k_B T = hbar omega, from elastic scattering by ripplons alone.

    .. math:: \frac1\tau = n \frac\sigma\rho \sum_l \pi^2 [2 + l(l+1)] (2l+1) j_l^2(kR) P_l(\omega), \qquad
              n = \frac{T}{T_g \xi^3}

    with Gaussian P_l of the width omega_l / (2 sqrt(D)); sigma includes the 9/8 (Eq. A12).

    Args:
        omega: in omega_D.
        size_ratio: xi / a.
        ratio: k_B T_g / (hbar omega_D).
        fragility: D; the paper gives none.
        lindemann_ratio: d_L / a.
        orders: first and last l of the sum.
        at_resonance: assume omega_l = omega, as the paper does for its upper bound.

    Raises:
        InputError: if the fragility is not positive.
    """
    if fragility <= 0:
        raise InputError(f"argument fragility must be positive, but is {fragility:g}; silica has about 100, toluene 5")
    omega = np.asarray(omega, dtype=float)
    # sigma/rho in c_s^2 a, c_s in omega_D a.
    tension = (
        9 / 8 * 3 / 4 * lindemann_ratio**2 * localisation_logarithm(lindemann_ratio) / np.sqrt(SPHERE * size_ratio)
    )
    tension /= DEBYE_FACTOR**2
    concentration = omega / ratio * size_ratio**-3
    wave = reduced_wave_number(omega, size_ratio)
    rate = np.zeros_like(omega)
    for order in range(orders[0], orders[1] + 1):
        centre = omega if at_resonance else ripplon_frequency(np.asarray(order), size_ratio, lindemann_ratio)
        width = centre / (2 * np.sqrt(fragility))
        profile = np.exp(-0.5 * ((omega - centre) / width) ** 2) / (np.sqrt(2 * np.pi) * width)
        strength = np.pi**2 * (2 + order * (order + 1)) * (2 * order + 1)
        rate = rate + strength * spherical_jn(order, wave) ** 2 * profile
    with np.errstate(divide="ignore"):
        return omega / (2 * np.pi * concentration * tension * rate)
