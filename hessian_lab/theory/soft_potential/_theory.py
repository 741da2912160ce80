"""The soft-potential model in SI units, behind the common protocol."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from pydantic import Field
from scipy import constants
from scipy.optimize import minimize_scalar

from .._bose import KELVIN, check_omega, check_temperature, debye_heat
from .._protocol import Headline, Parameter, Theory
from ._harmonic import boson_peak_energy, vibrational_density
from ._plane import EXPONENTS, plane, universal_heat_capacity


def minimum_of_reduced_heat(exponent: float, *, cutoff: float = 0.0) -> float:
    """k_B T/W at the minimum of C/T^3; Debye's T^3 and the density of soft modes do not move it.

    Args:
        exponent: largest tunnelling exponent.
        cutoff: A.
    """
    answer = minimize_scalar(
        lambda x: float(np.log(plane(exponent).heat_capacity(float(np.exp(x)), cutoff))) - 3 * x,
        bounds=(np.log(0.2), np.log(1.5)),
        method="bounded",
        options={"xatol": 1e-7},
    )
    return float(np.exp(answer.x))


class SoftPotential(Theory):
    r"""Quartic single-mode potentials with a constant density of their coefficients, beside Debye waves.

    .. math:: V(x) = W (D_1 x + D_2 x^2 + x^4), \qquad P(D_1, D_2) = P_s \exp(-A D_1^2)

    with A = 0 in the model proper. g is normalised to 1 for its Debye part, as in `InternalStress`; the heat capacity
    is in J/(K m^3). Temperatures must lie within 0.001 and 100 W/k_B.

    Attributes:
        crossover_temperature: W/k_B in K.
        soft_modes: P_s in 1/m^3, for a unit of D_1 and of D_2.
        debye_temperature: in K.
        number_density: of the units with three modes each, in 1/m^3.
        tunnelling_exponent: largest lambda = sqrt(2)/3 |D_2|^(3/2) of double wells that come to equilibrium during the
            experiment. With splitting/k_B T = sqrt(tau_min/t) = 1e-4 at 1 K and W/k_B = 4 K it is about 15; each
            decade of t adds 1.15.
        asymmetry_cutoff: A; above 0, vibrations beyond 2.65 A^(-1/6) W are missing, which makes a boson peak.

    Reference: Buchenau, Galperin, Gurevich, Parshin, Ramos and Schober, PRB 46, 2798 (1992); Karpov, Klinger and
        Ignat'ev, Sov. Phys. JETP 57, 439 (1983).
    """

    name: ClassVar[str] = "soft-potential"
    title: ClassVar[str] = "Soft potentials"
    reference: ClassVar[str] = "Buchenau et al., PRB 46, 2798 (1992)"
    heat_capacity_unit: ClassVar[str] = "J/(K m^3)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {"heat_capacity": ("crossover_temperature", "soft_modes")}
    validity: ClassVar[str] = "0.001 to 100 W/k_B"
    no_materials: ClassVar[str] = "no source at hand gives W and P_s of a glass; fit them with `theory fit`"

    crossover_temperature: float = Field(default=4.0, gt=0)
    soft_modes: float = Field(default=1.5e23, ge=0)
    debye_temperature: float = Field(default=342.0, gt=0)
    number_density: float = Field(default=2.2e28, gt=0)
    tunnelling_exponent: float = Field(default=17.0, ge=EXPONENTS[0], le=EXPONENTS[1])
    asymmetry_cutoff: float = Field(default=0.0, ge=0)

    @property
    def omega_debye(self) -> float:
        """k_B Theta_D/hbar in rad/s."""
        return self.debye_temperature / KELVIN

    @property
    def boson_peak(self) -> float:
        """Frequency in rad/s of the maximum of the soft modes' g/omega^2; infinite without a cutoff."""
        if self.asymmetry_cutoff == 0:
            return float("inf")
        return boson_peak_energy(self.asymmetry_cutoff) * self.crossover_temperature / KELVIN

    def excess_density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""Vibrations in the deepest wells, for hbar omega well above W; two-level systems are not counted.

        .. math:: g_s(\omega) = \frac{P_s}{3 n} \frac{\hbar}{W} \frac18 \left(\frac{\hbar\omega}{W}\right)^4 K(\omega)

        Args:
            omega: in rad/s.

        Returns:
            g_s in s; K = 1 without a cutoff.
        """
        scale = KELVIN / self.crossover_temperature
        energy = check_omega(omega) * scale
        density = vibrational_density(energy, self.asymmetry_cutoff)
        return self.soft_modes / (3 * self.number_density) * scale * density

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """g(omega) of waves (normalised to 1) and soft vibrations. omega in rad/s; result in s."""
        omega = check_omega(omega)
        debye = np.where(omega <= self.omega_debye, 3 * omega**2 / self.omega_debye**3, 0.0)
        return debye + self.excess_density_of_states(omega)

    def excess_heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """The soft modes' part of C(T), k_B P_s F(k_B T/W), in J/(K m^3). T in K."""
        ratio = check_temperature(temperature) / self.crossover_temperature
        universal = universal_heat_capacity(ratio, exponent=self.tunnelling_exponent, cutoff=self.asymmetry_cutoff)
        return constants.k * self.soft_modes * universal

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K m^3): waves and soft modes with their exact levels. T in K."""
        temperature = check_temperature(temperature)
        waves = 3 * self.number_density * constants.k * debye_heat(temperature / self.debye_temperature)
        return waves + self.excess_heat_capacity(temperature)

    def parameters(self) -> list[Parameter]:
        return [
            Parameter("crossover_temperature", self.crossover_temperature, "K", "W/k_B", "given"),
            Parameter("soft_modes", self.soft_modes, "1/m^3", "P_s, density of potentials in (D_1, D_2)", "given"),
            Parameter("debye_temperature", self.debye_temperature, "K", "of the waves", "given"),
            Parameter("number_density", self.number_density, "1/m^3", "units with three modes each", "given"),
            Parameter("tunnelling_exponent", self.tunnelling_exponent, "1", "largest that equilibrates", "given"),
            Parameter("asymmetry_cutoff", self.asymmetry_cutoff, "1", "A of exp(-A D_1^2)", "given"),
        ]

    def headlines(self) -> list[Headline]:
        """What the model gives beside what is said of it, whatever glass this object stands for."""
        from ._headlines import headlines

        return headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        from ._figures import excitations_figure, heat_capacity_figure

        return {"heat-capacity": heat_capacity_figure, "excitations": excitations_figure}
