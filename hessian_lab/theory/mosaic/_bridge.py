"""From a quench to the theory: what the time of a quench fixes, with no other free parameter."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ..._core.errors import InputError
from ._coupling import path_over_wavelength
from ._droplet import LINDEMANN_RATIO, Droplet
from ._materials import FUSION_ENTROPY
from ._ripplons import ripplon_frequency


@dataclass(frozen=True)
class QuenchPrediction:
    """What the theory says of a glass from the time in which it was quenched.

    Attributes:
        log10_time: log10(tau/tau_0).
        size_ratio: xi / a.
        cooperative_size: beads N* of a cell.
        configurational_entropy: s_c(T_g) in k_B per bead.
        boson_peak: omega_2, the lowest ripplon, in the unit of the Debye frequency that was given.
        path_over_wavelength: l / lambda of thermal phonons.
        in_range: whether s_c is below the entropy of fusion of hard spheres, 1.16 k_B. Above it the formulas are
            extrapolated: the paper warns that barriers soften when a liquid is quenched from near T_A.
    """

    log10_time: float
    size_ratio: float
    cooperative_size: float
    configurational_entropy: float
    boson_peak: float
    path_over_wavelength: float
    in_range: bool


def predict_from_quench(
    relaxation_time: float,
    microscopic_time: float,
    debye_frequency: float,
    *,
    lindemann_ratio: float = LINDEMANN_RATIO,
) -> QuenchPrediction:
    r"""Mosaic and boson peak of a glass that fell out of equilibrium at a given relaxation time.

    .. math:: \frac\xi a = \Bigl[\frac{8}{3\sqrt{3\pi}} \frac{\ln(\tau/\tau_0)}{\ln(\alpha_L a^2/\pi e)}\Bigr]^{2/3},
              \qquad \omega_2 = 1.34\,(a/\xi)^{5/4}\,\omega_D

    Args:
        relaxation_time: tau at which the liquid left equilibrium; for a quench at a constant rate see
            `relaxation_time_at_freezing`.
        microscopic_time: tau_0, in the same unit; the paper's 1e17 for an hour means 3.6e-14 s.
        debye_frequency: omega_D in any unit; omega_2 comes out in the same. From elastic moduli see
            `hessian_lab.modes.debye_frequency`.
        lindemann_ratio: d_L / a.

    Raises:
        InputError: if a time or the frequency is not positive, or the liquid never slowed down.

    Reference: paper, Secs. II and IV.C (Eq. 33).
    """
    if microscopic_time <= 0 or relaxation_time <= microscopic_time:
        raise InputError(
            "arguments must have relaxation_time > microscopic_time > 0, but are "
            f"{relaxation_time:g} and {microscopic_time:g}"
        )
    if debye_frequency <= 0:
        raise InputError(f"argument debye_frequency must be positive, but is {debye_frequency:g}")
    droplet = Droplet(float(np.log(relaxation_time / microscopic_time)), lindemann_ratio)
    lowest = float(ripplon_frequency(np.asarray(2), droplet.size_ratio, lindemann_ratio))
    return QuenchPrediction(
        log10_time=float(np.log10(relaxation_time / microscopic_time)),
        size_ratio=droplet.size_ratio,
        cooperative_size=droplet.cooperative_size,
        configurational_entropy=droplet.configurational_entropy,
        boson_peak=lowest * debye_frequency,
        path_over_wavelength=path_over_wavelength(droplet.size_ratio),
        in_range=droplet.configurational_entropy < FUSION_ENTROPY["hard spheres"],
    )


def relaxation_time_at_freezing(cooling_rate: float, glass_transition: float, fragility_index: float) -> float:
    r"""tau(T_g) of a liquid cooled at a constant rate, from |d tau/dT| q = 1.

    .. math:: \tau_g = \frac{T_g}{q\, m \ln 10}

    Args:
        cooling_rate: q, temperature over time, any units.
        glass_transition: T_g, the same unit of temperature.
        fragility_index: m = d log10 tau / d(T_g/T) at T_g.

    Returns:
        tau_g in the unit of time of the rate.

    Raises:
        InputError: if an argument is not positive.
    """
    if min(cooling_rate, glass_transition, fragility_index) <= 0:
        raise InputError(
            "arguments cooling_rate, glass_transition and fragility_index must be positive, but are "
            f"{cooling_rate:g}, {glass_transition:g}, {fragility_index:g}"
        )
    return glass_transition / (cooling_rate * fragility_index * float(np.log(10)))
