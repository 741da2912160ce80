"""Thermal conductivity in the units that make it universal (paper, Fig. 1; Freeman and Anderson)."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.constants import hbar, k
from scipy.integrate import quad

LARGEST = 60.0
"""Beyond hbar omega = 60 k_B T nothing is carried."""


def conductivity_unit(debye_temperature: float, sound_speed: float) -> float:
    """K = k_B^3 T_D^2 / (pi hbar^2 c_s) in W/(m K). The caption of Fig. 1 prints hbar for hbar^2."""
    return k**3 * debye_temperature**2 / (np.pi * hbar**2 * sound_speed)


def conduction_weight(argument: ArrayLike) -> Float[np.ndarray, " ..."]:
    """x^3 e^x / (e^x - 1)^2, x = hbar omega / k_B T > 0."""
    argument = np.asarray(argument, dtype=float)
    return argument**3 * np.exp(-argument) / np.expm1(-argument) ** 2


def scaled_conductivity(temperature: ArrayLike, path: float | Callable[[float], float]) -> Float[np.ndarray, " ..."]:
    r"""kappa / K of three branches with the mean free path l = path * lambda.

    .. math:: \frac{\kappa}{K} = t^2 \int_0^{1/t} \frac{x^3 e^x}{(e^x - 1)^2} \frac l\lambda(x t)\, dx,
              \qquad t = T/T_D

    Args:
        temperature: T / T_D, any shape.
        path: l / lambda, a number or a function of omega / omega_D.
    """
    temperature = np.asarray(temperature, dtype=float)
    ratio = path if callable(path) else lambda omega: path

    def one(t: float) -> float:
        value, _ = quad(
            lambda x: conduction_weight(x) * ratio(x * t), 0, min(1 / t, LARGEST), epsabs=0, epsrel=1e-9, limit=200
        )
        return t**2 * value

    return np.vectorize(one, otypes=[float])(temperature)
