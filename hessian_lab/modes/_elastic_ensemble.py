"""Elastic constants of an ensemble of glasses: means over glasses first, waves from the means."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from .._core.jackknife import jackknife_of_mean
from ._elasticity import Elasticity
from ._sound import debye_frequency, first_wave_frequency, sound_speed


@dataclass(frozen=True)
class Estimate:
    """A number with its standard error over glasses.

    Attributes:
        value: NaN where an unstable mean carries no wave.
        error: standard error; NaN where leaving out one glass makes the mean unstable.
    """

    value: float
    error: float


@dataclass(frozen=True)
class EnsembleElasticity:
    """What an ensemble of glasses is as an elastic medium.

    Every modulus is the mean over all glasses, unstable ones included; speeds and frequencies are made from the mean
    moduli and densities, never averaged themselves. Errors by the jackknife over glasses.

    Attributes:
        glasses: their number.
        unstable: how many have mu <= 0.
        shear_modulus: mu of simple shears along the axes. Units of energy/length^d, as the other moduli.
        isotropic_shear_modulus: mu averaged over all directions.
        longitudinal_modulus: M along the axes.
        bulk_modulus: K.
        transverse_speed: c_T. Units of length/time.
        longitudinal_speed: c_L.
        debye_frequency: omega_D. Units of 1/time.
        first_transverse_frequency: omega_T1 of a cubic box.
        first_longitudinal_frequency: omega_L1 of a cubic box.
    """

    glasses: int
    unstable: int
    shear_modulus: Estimate
    isotropic_shear_modulus: Estimate
    longitudinal_modulus: Estimate
    bulk_modulus: Estimate
    transverse_speed: Estimate
    longitudinal_speed: Estimate
    debye_frequency: Estimate
    first_transverse_frequency: Estimate
    first_longitudinal_frequency: Estimate


def ensemble_elasticity(glasses: Sequence[Elasticity]) -> EnsembleElasticity:
    r"""Means over glasses with their errors.

    .. math:: c_T = \sqrt{\langle\mu\rangle/\langle\rho_m\rangle}, \quad
              \omega_{T1} = 2\pi c_T / \langle V\rangle^{1/d}

    Args:
        glasses: at least two, of equal N and dimension.

    Raises:
        InputError: if there are fewer than two, or their N or dimensions differ.
    """
    if len(glasses) < 2:
        raise InputError(f"argument glasses must hold at least 2 for an error, but has {len(glasses)}")
    kinds = {(glass.particles, glass.dimension) for glass in glasses}
    if len(kinds) > 1:
        raise InputError(f"argument glasses must have one N and dimension, but has (N, d) = {sorted(kinds)}")
    ((particles, dimension),) = kinds
    rows = np.array([_row(glass) for glass in glasses])

    def medium(mean: Float[np.ndarray, " numbers"]) -> Float[np.ndarray, " estimates"]:
        mu, isotropic, longitudinal, bulk, density, volume = (float(number) for number in mean)
        speeds = sound_speed(mu, density), sound_speed(longitudinal, density)
        return np.array(
            [
                *(mu, isotropic, longitudinal, bulk, *speeds),
                debye_frequency(particles / volume, *speeds, dimension=dimension),
                first_wave_frequency(mu, density, volume, dimension),
                first_wave_frequency(longitudinal, density, volume, dimension),
            ]
        )

    values, errors = jackknife_of_mean(medium, rows)
    estimates = (Estimate(float(value), float(error)) for value, error in zip(values, errors, strict=True))
    return EnsembleElasticity(len(glasses), sum(not glass.stable for glass in glasses), *estimates)


def _row(glass: Elasticity) -> tuple[float, ...]:
    solid = glass.relaxed
    return (
        solid.shear_modulus,
        solid.isotropic_shear_modulus,
        solid.longitudinal_modulus,
        solid.bulk_modulus,
        glass.mass_density,
        glass.volume,
    )
