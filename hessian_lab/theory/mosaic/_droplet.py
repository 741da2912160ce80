"""The entropic droplet: what sets the size of a mosaic cell (paper, Sec. II, Eqs. 1-8)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike

from ..._core.errors import InputError

LABORATORY_LOG_TIME = 17 * float(np.log(10))
"""ln(tau / tau_0) of a quench that takes an hour: the paper's 1e17."""

LINDEMANN_RATIO = 0.1
"""d_L / a, the displacement at which a cage gives way over the spacing of beads; alpha_L a^2 = (a/d_L)^2."""


def localisation_logarithm(lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    r"""ln(alpha_L a^2 / (pi e)), the entropy cost of caging a bead, in units of 3/2 k_B.

    Args:
        lindemann_ratio: d_L / a, with (a/d_L)^2 = alpha_L a^2.

    Raises:
        InputError: if the ratio is so large that a wall would cost no energy.
    """
    if not 0 < lindemann_ratio < (np.pi * np.e) ** -0.5:
        raise InputError(
            f"argument lindemann_ratio must lie between 0 and 1/sqrt(pi e) = 0.342, but is {lindemann_ratio:g}; "
            "the paper uses 0.1"
        )
    return float(np.log(lindemann_ratio**-2 / (np.pi * np.e)))


@dataclass(frozen=True)
class Droplet:
    r"""A droplet at the glass transition; energies in k_B T_g, entropies in k_B per bead.

    .. math:: F(N) = \gamma \sqrt N - T s_c N, \qquad
              \gamma = \tfrac32 \sqrt{3\pi}\, k_B T_g \ln\frac{\alpha_L a^2}{\pi e}

    Attributes:
        log_time: ln(tau/tau_0) of the quench; the barrier in k_B T_g.
        lindemann_ratio: d_L / a.

    Reference: paper, Eqs. 6 and 7 and the two unnumbered formulas of Sec. II.
    """

    log_time: float = LABORATORY_LOG_TIME
    lindemann_ratio: float = LINDEMANN_RATIO

    def __post_init__(self) -> None:
        if not (np.isfinite(self.log_time) and self.log_time > 0):
            raise InputError(
                f"argument log_time must be a positive number, ln(tau/tau_0), but is {self.log_time!r}; "
                "one hour is 17 ln 10 = 39.14"
            )
        localisation_logarithm(self.lindemann_ratio)

    @property
    def mismatch(self) -> float:
        """gamma / (k_B T_g), the energy of the wall at N = 1."""
        return 1.5 * float(np.sqrt(3 * np.pi)) * localisation_logarithm(self.lindemann_ratio)

    @property
    def configurational_entropy(self) -> float:
        """s_c(T_g) in k_B per bead, from F = k_B T_g ln(tau/tau_0) at the top."""
        return self.mismatch**2 / (4 * self.log_time)

    @property
    def barrier(self) -> float:
        """F at the top, gamma^2 / (4 s_c T), in k_B T_g (Eq. 7)."""
        return self.mismatch**2 / (4 * self.configurational_entropy)

    @property
    def critical_size(self) -> float:
        """Beads at the top of F(N): (gamma / (2 s_c T))^2."""
        return (self.mismatch / (2 * self.configurational_entropy)) ** 2

    @property
    def cooperative_size(self) -> float:
        """Beads N* of a mosaic cell, F(N*) = 0: four times the critical size."""
        return (self.mismatch / self.configurational_entropy) ** 2

    @property
    def size_ratio(self) -> float:
        """xi / a = N*^(1/3)."""
        return self.cooperative_size ** (1 / 3)

    @property
    def fragility_product(self) -> float:
        """D times the jump of the heat capacity per bead in k_B: (27 pi / 16) ln^2, printed 32."""
        return self.mismatch**2 / 4

    def free_energy(
        self, beads: ArrayLike, temperature: float = 1.0, entropy: float | None = None
    ) -> Float[np.ndarray, " ..."]:
        """F(N) in k_B T_g (Eq. 6).

        Args:
            beads: N >= 0.
            temperature: T / T_g.
            entropy: s_c(T) in k_B per bead; that of T_g if None.
        """
        entropy = self.configurational_entropy if entropy is None else entropy
        return self.mismatch * np.sqrt(beads) - temperature * entropy * np.asarray(beads)

    def ageing_barrier(self, temperature: float, heat_capacity_jump: float) -> float:
        r"""Barrier in k_B T_g of a glass frozen at T_g that is held at T (Eq. 5).

        .. math:: F = \frac{\gamma^2}{4 f}, \quad
                  f = T s_c(T) + \Phi_{in} - \Phi_{eq} = T s_c(T) + \int_T^{T_g} \Delta c_p\, dT'

        with a constant jump: s_c(T) = s_c(T_g) + jump ln(T/T_g).

        Args:
            temperature: T / T_g, at most 1.
            heat_capacity_jump: in k_B per bead.

        Raises:
            InputError: if the temperature is not in (0, 1].
        """
        if not 0 < temperature <= 1:
            raise InputError(f"argument temperature must lie in (0, 1] (units of T_g), but is {temperature:g}")
        entropy = self.configurational_entropy + heat_capacity_jump * np.log(temperature)
        drive = temperature * entropy + heat_capacity_jump * (1 - temperature)
        return float(self.mismatch**2 / (4 * drive))


def size_ratio(log_time: float = LABORATORY_LOG_TIME, lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    r"""xi/a = [8 / (3 sqrt(3 pi)) ln(tau/tau_0) / ln(alpha_L a^2/(pi e))]^(2/3), as the paper prints it."""
    logarithm = localisation_logarithm(lindemann_ratio)
    return float((8 / (3 * np.sqrt(3 * np.pi)) * log_time / logarithm) ** (2 / 3))


def fragility(heat_capacity_jump: float, lindemann_ratio: float = LINDEMANN_RATIO) -> float:
    """D of Eq. 1 from the jump of the heat capacity in k_B per bead; the paper's D = 32 R / jump."""
    return Droplet(lindemann_ratio=lindemann_ratio).fragility_product / heat_capacity_jump


def vogel_fulcher(temperature: ArrayLike, strength: float, divergence: float):
    """ln(tau/tau_0) = D T_0 / (T - T_0) (Eq. 1); infinite at and below T_0, temperatures in one unit."""
    temperature = np.asarray(temperature, dtype=float)
    gap = np.maximum(temperature - divergence, 0)
    with np.errstate(divide="ignore"):
        return strength * divergence / gap


def fragility_index(strength: float, log_time: float = LABORATORY_LOG_TIME) -> float:
    r"""m = d log10(tau) / d(T_g/T) at T_g for the Vogel-Fulcher law with tau(T_g) given.

    .. math:: m = \frac{\ln(\tau/\tau_0)}{\ln 10}\left(1 + \frac{\ln(\tau/\tau_0)}{D}\right)

    Args:
        strength: D.
        log_time: ln(tau/tau_0) at T_g.
    """
    return log_time / float(np.log(10)) * (1 + log_time / strength)


def barrier_spread(strength: float) -> float:
    """Relative width of the barriers, 1 / (2 sqrt(D)) (Sec. II): from <(dS_c)^2> = C_p of N* beads."""
    return 0.5 / float(np.sqrt(strength))


def barrier_spread_from_fluctuations(droplet: Droplet, heat_capacity_jump: float) -> float:
    """Relative width of S_c of one cell, sqrt(N* jump) / (N* s_c); equals `barrier_spread` exactly."""
    cell = droplet.cooperative_size
    return float(np.sqrt(cell * heat_capacity_jump) / (cell * droplet.configurational_entropy))


def nmt_log_rate(temperature: float, activation: float, nonlinearity: float) -> float:
    """ln(k/k_0) below T_g, -x E/(k_B T) - (1 - x) E/(k_B T_g) (Eq. 8).

    Args:
        temperature: T / T_g.
        activation: E* / (k_B T_g).
        nonlinearity: x of Narayanaswamy, Moynihan and Tool, between 0 and 1.
    """
    return -activation * (nonlinearity / temperature + 1 - nonlinearity)


def nmt_index(nonlinearity: ArrayLike) -> Float[np.ndarray, " ..."]:
    """m = 19 / x, the curve of Fig. 8. The constant is the paper's; its equations do not fix it."""
    return 19 / np.asarray(nonlinearity, dtype=float)
