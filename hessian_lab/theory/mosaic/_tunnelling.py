"""Random-energy landscape of one cell: zero-barrier paths and the density of two-level systems (Sec. III.A).

Energies are in k_B T_g and entropies in k_B per bead unless SI is named.
"""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.constants import k

from ._droplet import Droplet

EXCESS = float(2 * np.sqrt(2) - 1)
"""2 sqrt(2) - 1: what doubling the variance of the energies leaves of the bulk driving force."""


def log_states(energy: ArrayLike, beads: float, droplet: Droplet) -> Float[np.ndarray, " ..."]:
    r"""ln Omega_N(E) = s_c N - [E - (N \Delta\epsilon + \gamma \sqrt N)]^2 / (2 \delta E^2 N) (Eq. 9).

    With delta E^2 = 2 T_g^2 s_c and Delta epsilon = T_g s_c: the slope at the ground state is 1/T_g.
    """
    entropy = droplet.configurational_entropy
    centre = entropy * beads + droplet.mismatch * np.sqrt(beads)
    return entropy * beads - (np.asarray(energy) - centre) ** 2 / (4 * entropy * beads)


def ground_state(beads: ArrayLike, droplet: Droplet) -> Float[np.ndarray, " ..."]:
    """E_GS(N) = gamma sqrt(N) - T_g s_c N, where ln Omega = 0 (Eqs. 10 and 11)."""
    return droplet.free_energy(beads)


def log_barriers(barrier: ArrayLike, beads: float, droplet: Droplet) -> Float[np.ndarray, " ..."]:
    """ln Omega_N(V): as `log_states` with the variance doubled (Eq. 12)."""
    entropy = droplet.configurational_entropy
    centre = entropy * beads + droplet.mismatch * np.sqrt(beads)
    return entropy * beads - (np.asarray(barrier) - centre) ** 2 / (8 * entropy * beads)


def typical_barrier(beads: ArrayLike, droplet: Droplet) -> Float[np.ndarray, " ..."]:
    """V(N) = gamma sqrt(N) - (2 sqrt(2) - 1) T_g s_c N, where ln Omega_N(V) = 0."""
    beads = np.asarray(beads, dtype=float)
    return droplet.mismatch * np.sqrt(beads) - EXCESS * droplet.configurational_entropy * beads


def transition_size(droplet: Droplet) -> float:
    """Beads at the top of the typical quantum barrier: N* / (4 (2 sqrt(2) - 1)^2), printed 14."""
    return droplet.cooperative_size / (4 * EXCESS**2)


def highest_barrier(droplet: Droplet) -> float:
    """V_max = F / (2 sqrt(2) - 1) in k_B T_g, printed 26 T_g s_c (Eq. 13)."""
    return droplet.barrier / EXCESS


def extra_beads(droplet: Droplet) -> float:
    """V_max / (sqrt(2) T_g s_c): beads that make up for the rarity of low barriers, printed 18 (Eq. 14)."""
    return highest_barrier(droplet) / (float(np.sqrt(2)) * droplet.configurational_entropy)


def log_zero_barrier_share(droplet: Droplet, *, gaussian: bool = False) -> float:
    r"""ln of the share of paths without a barrier, per cell.

    Equation 14 continues the exponential tangent of Eq. 12 at V_max down to V = 0,

    .. math:: \Omega(0) = e^{-V_{max} / (\sqrt 2 T_g)};

    the Gaussian of Eq. 12 itself falls faster, by a factor of about 130 at V = 0.

    Args:
        droplet: the cell.
        gaussian: evaluate Eq. 12 at V = 0 instead of its tangent.
    """
    if gaussian:
        return float(log_barriers(np.asarray(0.0), transition_size(droplet), droplet))
    return -highest_barrier(droplet) / float(np.sqrt(2))


def transition_density(energy: ArrayLike, ratio: float = 1.0) -> Float[np.ndarray, " ..."]:
    """n(epsilon) = exp(-|epsilon|/T_g) / T_g per cell (Eq. 34); norm 1 on each side of zero.

    Args:
        energy: epsilon, in any unit of energy.
        ratio: k_B T_g in the same unit.

    Returns:
        Density in the inverse of that unit.
    """
    return np.exp(-np.abs(energy) / ratio) / ratio


def two_level_density(glass_transition: float, domain: float) -> float:
    """P-bar = 1 / (k_B T_g xi^3) in 1/(J m^3); T_g in K, xi in m (Sec. III.A)."""
    return 1 / (k * glass_transition * domain**3)


def two_level_heat_capacity(temperature: ArrayLike, density: float, *, sides: int = 1):
    r"""Linear heat capacity of a flat density of two-level systems.

    .. math:: C = \frac{\pi^2}{6} k_B^2 T \bar P

    The paper calls pi^2/6 an insignificant coefficient and uses 1 in Eq. 76, but pi^2/6 in Eq. 82.

    Args:
        temperature: in K.
        density: P-bar in 1/(J m^3).
        sides: 1 for epsilon > 0 only, 2 for both signs as in Eq. 34.

    Returns:
        J/(K m^3).
    """
    return sides * np.pi**2 / 6 * k**2 * np.asarray(temperature, dtype=float) * density
