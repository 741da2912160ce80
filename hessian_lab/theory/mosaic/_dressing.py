"""Ripplons shifted and broadened by phonons (Sec. IV.F, Eqs. 49-55). Frequencies in omega_D."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike
from scipy.special import erfc

from ..._core.errors import InputError
from ._modes import Modes


def ripplon_width(omega: ArrayLike, ratio: float) -> Float[np.ndarray, " ..."]:
    """gamma = (3 pi/2) (k_B T_g/hbar) (omega/omega_D)^3 in omega_D, half width at half height (Eq. 53)."""
    return 1.5 * np.pi * ratio * np.asarray(omega, dtype=float) ** 3


def sharp_dispersion(argument: ArrayLike) -> Float[np.ndarray, " ..."]:
    """PV int_0^1 x^3/(x - y) dx = 1/3 + y/2 + y^2 + y^3 ln|(1-y)/y|, y = omega/omega_c; changes sign at 0.899."""
    y = np.asarray(argument, dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        logarithm = np.where(y > 0, y**3 * np.log(np.abs((1 - y) / np.where(y > 0, y, 1.0))), 0.0)
    return 1 / 3 + y / 2 + y**2 + logarithm


def smeared_dispersion(argument: ArrayLike, width: float) -> Float[np.ndarray, " ..."]:
    """As `sharp_dispersion` with a Gaussian cutoff: PV int x^3 h/(x-y) dx, h = erfc((x-1)/(sqrt 2 width))/2.

    Args:
        argument: y = omega/omega_c > 0, any shape.
        width: relative width of the cutoff, 1/sqrt(D).

    Raises:
        InputError: if width is not in (0, 0.5].
    """
    if not 0 < width <= 0.5:
        raise InputError(f"argument width must lie in (0, 0.5], but is {width:g}; it is 1/sqrt(D) of the fragility")
    y = np.asarray(argument, dtype=float)
    top = 1 + 9 * width
    nodes, weights = leggauss(24)
    edges = np.concatenate(
        [np.linspace(0, max(1 - 9 * width, 0.0), 9), np.linspace(max(1 - 9 * width, 0.0), top, 25)[1:]]
    )
    half = np.diff(edges) / 2
    x = (edges[:-1, None] + half[:, None] * (1 + nodes)).ravel()
    w = (half[:, None] * weights).ravel()

    def strength(z):
        return z**3 * erfc((z - 1) / (np.sqrt(2) * width)) / 2

    gap = x - y[..., None]
    near = np.abs(gap) < 1e-9
    step = 1e-6
    slope = (strength(y + step) - strength(y - step)) / (2 * step)
    difference = np.where(near, slope[..., None], (strength(x) - strength(y)[..., None]) / np.where(near, 1.0, gap))
    with np.errstate(divide="ignore", invalid="ignore"):
        pole = np.where((y > 0) & (y != top), strength(y) * np.log(np.abs(top - y) / np.where(y > 0, y, 1.0)), 0.0)
    return difference @ w + pole


def shifted_frequency(
    omega: ArrayLike, bare: float, ratio: float, cutoff: float, fragility: float | None = None
) -> Float[np.ndarray, " ..."]:
    r"""omega_l(omega) = omega_l - (3/2) (k_B T_g/hbar) (omega_c/omega_D)^3 PV int (Eq. 54, second line).

    Args:
        omega: in omega_D.
        bare: omega_l in omega_D.
        ratio: k_B T_g / (hbar omega_D).
        cutoff: omega_c in omega_D.
        fragility: D, which smears the cutoff by omega_c/sqrt(D); None for a sharp one, singular at omega_c.
    """
    y = np.asarray(omega, dtype=float) / cutoff
    dispersion = sharp_dispersion(y) if fragility is None else smeared_dispersion(y, fragility**-0.5)
    return bare - 1.5 * ratio * cutoff**3 * dispersion


def dressed_modes(
    modes: Modes, ratio: float, cutoff: float, fragility: float, *, top: float = 1.0, panels: int = 10
) -> Modes:
    r"""Ripplons replaced by their broadened profiles, on quadrature nodes (Eq. 55).

    .. math:: \sum_l F(\omega_l) \to \sum_l \int_0^{top} d\omega\,
              \frac{\gamma_\omega/\pi}{[\omega - \omega_l(\omega)]^2 + \gamma_\omega^2} F(\omega)

    The profiles are not normalised: about a third of the modes remain, which `Modes.count` of the result shows.

    Args:
        modes: the bare ripplons.
        ratio: k_B T_g / (hbar omega_D).
        cutoff: omega_c in omega_D.
        fragility: D of the smearing.
        top: end of the integral in omega_D (the paper names none).
        panels: panels of 24 Gauss points.

    Raises:
        InputError: if the lowest ripplon would be shifted below zero at zero frequency.
    """
    nodes, weights = leggauss(24)
    edges = top * np.linspace(0, 1, panels + 1) ** 1.5
    half = np.diff(edges) / 2
    omega = (edges[:-1, None] + half[:, None] * (1 + nodes)).ravel()
    measure = (half[:, None] * weights).ravel()
    shift = shifted_frequency(omega, 0.0, ratio, cutoff, fragility)
    if modes.frequencies.min() + shift[0] <= 0:
        raise InputError(
            f"argument cutoff = {cutoff:g} omega_D shifts the lowest ripplon below zero for T_g/T_D = {ratio:g}; "
            "take a lower cutoff"
        )
    width = ripplon_width(omega, ratio)
    offset = omega - modes.frequencies[:, None] - shift
    profile = (width / np.pi / (offset**2 + width**2) * modes.weights[:, None]).sum(axis=0)
    return Modes(omega, profile * measure)
