"""Heat capacity of tunnelling systems that depends on the time of measurement (Sec. III.C, Eqs. 23-28)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike
from scipy.constants import hbar, k

from ..._core.errors import InputError

PRINTED_FASTEST_TIME = 2.0e-6
PRINTED_ENERGY = 5.7e-4
"""tau_min = 2.0 us at E = 5.7e-4 k_B T_D, the input of Fig. 11; it does not follow from Eqs. 18 and 25."""

_NODES, _WEIGHTS = leggauss(200)


def fastest_rate(
    energy: ArrayLike, ratio: float, debye_temperature: float, *, thermal: float | None = None
) -> Float[np.ndarray, " ..."]:
    r"""1/tau_min in 1/s of Eq. 25 with the coupling of Eq. 18.

    .. math:: \frac{1}{\tau_{min}} = \frac{3 g^2 E^3}{2\pi\rho c_s^5 \hbar^4} \coth\frac{E}{2 k_B T}
              = 9\pi \frac{k_B T_g}{\hbar} \left(\frac{E}{\hbar\omega_D}\right)^3 \coth\frac{E}{2 k_B T}

    Args:
        energy: E in k_B T_D.
        ratio: k_B T_g / (hbar omega_D).
        debye_temperature: T_D in K.
        thermal: T / T_D of the hyperbolic cotangent; None leaves it out.
    """
    energy = np.asarray(energy, dtype=float)
    rate = 9 * np.pi * ratio * k * debye_temperature / hbar * energy**3
    return rate if thermal is None else rate / np.tanh(energy / (2 * thermal))


def relaxed_share(log_time: ArrayLike, exponent: float) -> Float[np.ndarray, " ..."]:
    r"""int_0^L e^{cz/2} / (2 sqrt(1 - e^{-z})) dz with L = ln(t/tau_min); 0 for L <= 0 (inner integral of Eq. 27).

    The singularity at z = 0 goes with z = s^2. For c = 0 it is arctanh(sqrt(1 - e^{-L})).

    Args:
        log_time: L, any shape.
        exponent: c >= 0.
    """
    root = np.sqrt(np.maximum(np.asarray(log_time, dtype=float), 0.0))
    nodes = root[..., None] * (1 + _NODES) / 2
    square = nodes**2
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(square > 0, nodes / np.sqrt(-np.expm1(-square)), 1.0)
    return (np.exp(exponent * square / 2) * ratio) @ _WEIGHTS * root / 2


@dataclass(frozen=True)
class TunnellingHeatCapacity:
    r"""Heat capacity of a flat density of two-level systems at time t.

    .. math:: \frac{C(t)}{k_B^2 T \bar P A} = \int_0^\infty dx \Bigl(\frac{x}{2\cosh(x/2)}\Bigr)^2
              \Bigl(\frac{\Delta_0}{E}\Bigr)^c \Bigl[ \frac{B E}{\hbar\omega_D}\theta(t - \tau_{min})
              + \int_0^{\ln(t/\tau_{min})} \frac{e^{cz/2}\, dz}{2\sqrt{1 - e^{-z}}} \Bigr], \quad x = E/k_B T

    Attributes:
        exponent: c.
        fastest_time: tau_min in s at the energy `reference_energy`; tau_min ~ E^-3.
        reference_energy: in k_B T_D.
        largest_amplitude: Delta_0 in hbar omega_D.
        mixing: B of the fast systems (Eq. 69); 0 for Eq. 27.
        thermal: with the hyperbolic cotangent of Eq. 25 (the paper does not say which it uses).

    Reference: paper, Eqs. 27 and 69.
    """

    exponent: float = 0.1
    fastest_time: float = PRINTED_FASTEST_TIME
    reference_energy: float = PRINTED_ENERGY
    largest_amplitude: float = 1.0
    mixing: float = 0.0
    thermal: bool = False

    def __post_init__(self) -> None:
        if self.exponent < 0 or self.fastest_time <= 0 or self.mixing < 0:
            raise InputError(
                "arguments must have exponent >= 0, fastest_time > 0 and mixing >= 0, but are "
                f"{self.exponent:g}, {self.fastest_time:g}, {self.mixing:g}"
            )

    def parts(
        self, temperature: ArrayLike, time: ArrayLike
    ) -> tuple[Float[np.ndarray, " ..."], Float[np.ndarray, " ..."]]:
        """The fast and the regular part of C / (k_B^2 T P-bar A), dimensionless.

        Args:
            temperature: T / T_D, broadcast against time.
            time: t in s.
        """
        temperature, time = np.broadcast_arrays(np.asarray(temperature, float), np.asarray(time, float))
        # The regular part starts as a square root where t = tau_min: that energy is an edge of the panels.
        fastest = (time / self.fastest_time) ** (-1 / 3) * self.reference_energy / temperature
        if self.thermal:
            fastest = self._thermal_onset(temperature, time)
        onset = np.clip(fastest, 1e-12, 59.0)[..., None]
        depth = (1 + _NODES) / 2
        span = np.log(60.0 / onset)
        argument = onset * np.exp(span * depth**2)
        weight = argument * span * 2 * depth * _WEIGHTS / 2
        schottky = (argument / (2 * np.cosh(argument / 2))) ** 2
        energy = argument * temperature[..., None]
        amplitude = (self.largest_amplitude / energy) ** self.exponent
        log_time = np.log(time[..., None] / self.fastest_time) + 3 * np.log(energy / self.reference_energy)
        if self.thermal:
            log_time -= np.log(np.tanh(argument / 2))
        fast = (weight * schottky * amplitude * self.mixing * energy).sum(axis=-1)
        regular = (weight * schottky * amplitude * relaxed_share(log_time, self.exponent)).sum(axis=-1)
        return fast, regular

    def __call__(self, temperature: ArrayLike, time: ArrayLike) -> Float[np.ndarray, " ..."]:
        """C / (k_B^2 T P-bar A), fast and regular part together; arguments as in `parts`."""
        fast, regular = self.parts(temperature, time)
        return fast + regular

    def _thermal_onset(self, temperature, time):
        """x at which t = tau_min, with the hyperbolic cotangent: x^3 coth(x/2) = constant, by bisection."""
        target = np.log(self.fastest_time / time) + 3 * np.log(self.reference_energy / temperature)
        low, high = np.full(temperature.shape, np.log(1e-13)), np.full(temperature.shape, np.log(1e3))
        for _ in range(60):
            middle = (low + high) / 2
            below = 3 * middle - np.log(np.tanh(np.exp(middle) / 2)) < target
            low, high = np.where(below, middle, low), np.where(below, high, middle)
        return np.exp(low)
