"""Heat capacity of a mosaic cell, two-level system and ripplons together (Eqs. 34-36, Fig. 15).

Temperatures in T_D and energies in hbar omega_D; heat capacities in k_B.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.polynomial.legendre import leggauss
from numpy.typing import ArrayLike
from scipy.constants import hbar, k
from scipy.integrate import quad

from ..._core.errors import ComputationError
from ._materials import DEBYE_FACTOR
from ._modes import Modes

TOLERANCE = 1e-9
REACH = 45.0
PANEL = 8.0


def cell_heat_capacity(energy: ArrayLike, temperature: ArrayLike, modes: Modes) -> Float[np.ndarray, " ..."]:
    r"""c_epsilon / k_B of one cell whose partition function is Z = 1 + e^{-beta epsilon} prod Z_l^{2l+1}.

    .. math:: c = \frac{[\beta\epsilon + \sum (2l+1) \beta\omega_l n_l]^2}{[2\cosh(u/2)]^2}
              + \frac{\sum (2l+1) (\beta\omega_l / 2\sinh\frac{\beta\omega_l}2)^2}{e^u + 1},
              \quad u = \beta\epsilon + \sum (2l+1) \ln(1 - e^{-\beta\omega_l})

    Args:
        energy: epsilon, broadcast against temperature.
        temperature: T > 0.
        modes: the ripplons.

    Reference: paper, Eq. 36; it is beta^2 d^2 ln Z / d beta^2 of Eq. 35.
    """
    beta = 1 / np.asarray(temperature, dtype=float)
    exponent = beta * np.asarray(energy, dtype=float) - modes.log_partition(beta)
    shift = beta * modes.energy(beta) + modes.log_partition(beta)
    return _cell(exponent, shift, beta**2 * modes.variance(beta))


def mean_cell_heat_capacity(
    temperature: ArrayLike, modes: Modes, ratio: float, *, sides: int = 2
) -> Float[np.ndarray, " ..."]:
    """Average of `cell_heat_capacity` over n(epsilon) of Eq. 34, in k_B per cell.

    Args:
        temperature: T, any shape.
        modes: the ripplons.
        ratio: k_B T_g / (hbar omega_D).
        sides: 2 for both signs of epsilon (Eq. 34), which makes the bump; 1 for epsilon > 0 only. Each side has
            norm 1, so that with both a hot cell counts twice.

    Raises:
        ComputationError: if the quadrature does not reach its tolerance.
    """
    temperature = np.asarray(temperature, dtype=float)
    return np.vectorize(lambda t: _mean(t, modes, ratio, sides), otypes=[float])(temperature)


def debye_heat_capacity(temperature: ArrayLike) -> Float[np.ndarray, " ..."]:
    """9 t^3 int_0^{1/t} x^4 e^x/(e^x-1)^2 dx in k_B per bead; (12 pi^4/5) t^3 = 234 t^3 at t << 1.

    The caption of Fig. 15 prints the upper limit upside down.
    """
    temperature = np.asarray(temperature, dtype=float)

    def one(t: float) -> float:
        value, _ = quad(lambda x: x**4 * np.exp(-x) / np.expm1(-x) ** 2, 0, min(1 / t, 80.0), epsabs=0, epsrel=1e-10)
        return 9 * t**3 * value

    return np.vectorize(one, otypes=[float])(temperature)


def total_cell_heat_capacity(
    temperature: ArrayLike, modes: Modes, ratio: float, size_ratio: float, *, sides: int = 2
) -> Float[np.ndarray, " ..."]:
    """Debye solid and excess together, in k_B per cell of (xi/a)^3 beads: the ordinate of Fig. 15 times t^3."""
    excess = mean_cell_heat_capacity(temperature, modes, ratio, sides=sides)
    return excess + size_ratio**3 * debye_heat_capacity(temperature)


def experimental_factor(density: float, sound_speed: float, size_ratio: float) -> float:
    """hbar^3 rho c_s^3 6 pi^2 (xi/a)^3 / k_B^4: multiplies C/T^3 in J/(kg K^4) to give the ordinate of Fig. 15."""
    return hbar**3 * density * sound_speed**3 * DEBYE_FACTOR**3 * size_ratio**3 / k**4


def _cell(exponent, shift, variance):
    """Equation 36 from u, from the difference of its bracket and u, and from the oscillators' own heat capacity."""
    weight = np.exp(-np.abs(exponent))
    upper = np.where(exponent > 0, weight, 1.0) / (1 + weight)
    return (exponent + shift) ** 2 * weight / (1 + weight) ** 2 + variance * upper


def _mean(temperature: float, modes: Modes, ratio: float, sides: int) -> float:
    """Gauss panels over u where Eq. 36 varies; below, only the oscillators count and the integral is elementary."""
    beta = 1 / temperature
    log_partition = float(modes.log_partition(beta))
    shift = float(beta * modes.energy(beta)) + log_partition
    variance = float(beta**2 * modes.variance(beta))
    slope = temperature / ratio
    unbiased = -log_partition
    start = unbiased if sides == 1 else min(-REACH, unbiased)
    panels = np.linspace(start, REACH, 2 + int((REACH - start) / PANEL))
    edges = np.unique(np.concatenate([panels, [unbiased, min(max(0.0, start), REACH)]]))
    values = [_panels(edges, nodes, shift, variance, slope, unbiased) for nodes in (24, 48)]
    if abs(values[1] - values[0]) > TOLERANCE * abs(values[1]):
        raise ComputationError(
            f"the average over epsilon at T = {temperature:g} T_D changes by {abs(values[1] / values[0] - 1):.1e} "
            "with twice the nodes; use modes of higher frequency or a lower temperature"
        )
    tail = variance * np.exp(-slope * (unbiased - start)) if sides == 2 else 0.0
    return slope * values[1] + tail


def _panels(edges, count: int, shift: float, variance: float, slope: float, unbiased: float) -> float:
    nodes, weights = leggauss(count)
    half = np.diff(edges) / 2
    exponent = (edges[:-1, None] + half[:, None] * (1 + nodes)).ravel()
    measure = (half[:, None] * weights).ravel()
    return float((_cell(exponent, shift, variance) * np.exp(-slope * np.abs(exponent - unbiased))) @ measure)
