"""What the soft-potential model gives, beside what is said of it."""

from __future__ import annotations

import numpy as np

from .._protocol import Headline
from ._harmonic import boson_peak_energy, vibrational_density
from ._levels import energy_levels
from ._plane import curvature_of_exponent, plane
from ._theory import SoftPotential, minimum_of_reduced_heat

_SPECIFICATION = "theory specification, section 5"


def headlines() -> list[Headline]:
    """Levels, exponents, crossovers."""
    exponent = SoftPotential().tunnelling_exponent
    return [*_levels(), *_laws(exponent), *_crossovers(exponent)]


def local_exponent(ratio: float, *, exponent: float) -> float:
    """d ln C/d ln T of the soft modes at k_B T = ratio W."""
    low, high = (plane(exponent).heat_capacity(ratio * factor) for factor in np.exp([-1e-3, 1e-3]))
    return float(np.log(high / low) / 2e-3)


def _levels() -> list[Headline]:
    quartic = float(energy_levels(np.zeros(1), np.zeros(1))[0, 1])
    action = 17.0
    depth = curvature_of_exponent(action)
    splitting = float(energy_levels(np.zeros(1), np.array([depth]))[0, 1])
    # One-instanton formula for -d^2 + (x^2 - x_0^2)^2: quantum 2 sqrt(2 |D_2|), action lambda.
    instanton = 4 * np.sqrt(-2 * depth) * np.sqrt(6 * action / np.pi) * np.exp(-action)
    return [
        Headline(
            "first excitation of the pure quartic potential",
            quartic,
            3.7996730298 - 1.0603620905,
            "W",
            True,
            "Hioe and Montroll, J. Math. Phys. 16, 1945 (1975)",
        ),
        Headline(
            "splitting over the one-instanton formula at lambda = 17",
            splitting / instanton,
            1 - 71 / 72 / action,
            "",
            True,
            "Zinn-Justin and Jentschura, Ann. Phys. 313, 197 (2004): 1 - (71/72)/lambda",
            "the prefactor is about a hundred: exp(-lambda) alone is no estimate of the splitting",
        ),
    ]


def _laws(exponent: float) -> list[Headline]:
    energy = np.array([20.0, 40.0])
    slope = float(np.diff(np.log(vibrational_density(energy)))[0] / np.log(2))
    bins = plane(exponent).excitations(np.array([11.0, 13.0]))
    return [
        Headline("exponent of g(omega) above W", slope, 4.0, "", True, _SPECIFICATION, "n = P_s E^4/(8 W^5)"),
        Headline(
            "exact n(E) over E^4/8, between 11 and 13 W",
            float(bins[0]) / ((13**5 - 11**5) / 80),
            1.0,
            "",
            True,
            _SPECIFICATION,
            "double wells deeper than the tunnelling limit are left out of the exact count",
        ),
        Headline(
            "exponent of C above W (k_B T = 3 W)",
            local_exponent(3.0, exponent=exponent),
            5.0,
            "",
            True,
            _SPECIFICATION,
            "C = 91.6 k_B P_s (k_B T/W)^5",
        ),
        Headline(
            "exponent of C below W (k_B T = 0.025 W)",
            local_exponent(0.025, exponent=exponent),
            1.0,
            "",
            False,
            _SPECIFICATION,
            f"not linear at any accessible time: {local_exponent(0.025, exponent=12.0):.2f} for lambda = 12 and "
            f"{local_exponent(0.025, exponent=28.0):.2f} for 28; close to the 1.2 and 1.3 of silica (000, Fig. 1)",
        ),
    ]


def _crossovers(exponent: float) -> list[Headline]:
    return [
        Headline(
            "W over k_B T at the minimum of C/T^3",
            1 / minimum_of_reduced_heat(exponent),
            None,
            "",
            None,
            _SPECIFICATION,
            f"{1 / minimum_of_reduced_heat(12.0):.2f} to {1 / minimum_of_reduced_heat(28.0):.2f} for lambda from 12 to "
            "28; independent of P_s and of the waves",
        ),
        Headline(
            "boson peak: energy over W A^(-1/6)",
            boson_peak_energy(1.0),
            None,
            "",
            None,
            "derived here",
            "with P(D_1, D_2) strictly constant g/omega^2 grows for ever: no peak",
        ),
    ]
