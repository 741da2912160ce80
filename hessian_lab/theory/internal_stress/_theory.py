"""Vortices round frozen-in stresses with a constant density of small stresses, beside Debye waves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float
from pydantic import Field
from scipy import constants

from ..._core.errors import InputError
from .._bose import KELVIN, check_omega, check_temperature, debye_heat, einstein
from .._protocol import Headline, Parameter, Theory
from ._materials import GLASSES, glass

# ln(x) from 1e-13 to 800: the trapezoid rule is exact to rounding, since the nearest singularities are pi/2 off axis.
_STEP = 0.1
_X = np.exp(np.arange(-30.0, 6.7, _STEP))
_KERNEL = _STEP * _X**2 * einstein(_X)

EXTENT = (9 * np.pi**2) ** (-1 / 3)
"""Prefactor of Eq. 24, 0.2240; the paper rounds it to 0.2."""


class InternalStress(Theory):
    r"""Harmonic vortices round frozen-in local stresses (the direct part of generalised heterogeneous elasticity).

    .. math:: g(\omega) = \frac{3\omega^2}{\omega_D^3}\theta(\omega_D - \omega)
              + \frac{n_\eta\, \omega}{\sqrt{1 + (\omega/\omega_0)^2}}

    g is normalised as the paper's Eq. 26: the Debye part to 1, so there are three modes a formula unit for each unit of
    its integral. The heat capacity is in J/(K kg).

    Attributes:
        omega_0: crossover from g ~ omega to g = const, in rad/s.
        n_eta: slope of the linear part, in s^2.
        debye_temperature: hbar omega_D/k_B in K.
        molar_mass: of one formula unit, in kg/mol.

    Reference: 000 (Schirmacher and Ruocco, 2025, doi 10.1103/p95w-9wjc), Eqs. 21-27.
    """

    name: ClassVar[str] = "internal-stress"
    title: ClassVar[str] = "Internal stresses (generalised heterogeneous elasticity)"
    reference: ClassVar[str] = "Schirmacher and Ruocco, doi 10.1103/p95w-9wjc (2025)"
    heat_capacity_unit: ClassVar[str] = "J/(K kg)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {"heat_capacity": ("omega_0", "n_eta")}
    validity: ClassVar[str] = "far below the Debye temperature: the vortices' g has no upper end; no boson peak"

    omega_0: float = Field(default=GLASSES["suprasil"].omega_0, gt=0)
    n_eta: float = Field(default=GLASSES["suprasil"].n_eta, ge=0)
    debye_temperature: float = Field(default=GLASSES["suprasil"].debye_temperature, gt=0)
    molar_mass: float = Field(default=GLASSES["suprasil"].molar_mass, gt=0)

    @classmethod
    def of(cls, name: str) -> InternalStress:
        """The theory of a glass of Fig. 1: suprasil, suprasil-w or b2o3.

        Raises:
            InputError: if there is no such glass.
        """
        entry = glass(name)
        return cls(
            omega_0=entry.omega_0,
            n_eta=entry.n_eta,
            debye_temperature=entry.debye_temperature,
            molar_mass=entry.molar_mass,
        )

    @property
    def omega_debye(self) -> float:
        """k_B Theta_D/hbar in rad/s."""
        return self.debye_temperature / KELVIN

    @property
    def crossover_temperature(self) -> float:
        """hbar omega_0/k_B in K."""
        return KELVIN * self.omega_0

    @property
    def modes_per_kilogram(self) -> float:
        """3 N_A over the molar mass, in 1/kg."""
        return 3 * constants.N_A / self.molar_mass

    def extent(self, *, prefactor: float = EXTENT) -> float:
        r"""Extent of the defects times their coupling, in units of the distance between molecules.

        .. math:: \gamma \sqrt{\langle r_\perp^2\rangle}/a = (9\pi^2)^{-1/3}\, \omega_D/\omega_0

        Args:
            prefactor: 0.2240 by the equation; the paper takes 0.2.

        Returns:
            Dimensionless.

        Reference: 000, Eq. 24.
        """
        return prefactor * self.omega_debye / self.omega_0

    def excess_density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """The vortices' part of g(omega): n_eta omega/sqrt(1 + (omega/omega_0)^2) (Eq. 21). rad/s to s."""
        omega = check_omega(omega)
        return self.n_eta * omega / np.hypot(1.0, omega / self.omega_0)

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """g(omega) with the Debye part normalised to 1 (Eq. 27). omega in rad/s; result in s."""
        omega = check_omega(omega)
        debye = np.where(omega <= self.omega_debye, 3 * omega**2 / self.omega_debye**3, 0.0)
        return debye + self.excess_density_of_states(omega)

    def excess_heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""The vortices' part of C(T).

        .. math:: C_\eta = \frac{3 R}{M}\, n_\eta \left(\frac{k_B T}{\hbar}\right)^2
                  \int_0^\infty \frac{x^3 e^x}{(e^x - 1)^2} \frac{dx}{\sqrt{1 + (x T/T_0)^2}}, \quad
                  T_0 = \hbar\omega_0/k_B

        6 zeta(3) (k_B T/hbar)^2 for T << T_0, and (pi^2/3) omega_0 k_B T/hbar above it (times 3 R n_eta/M).

        Args:
            temperature: T in K, of any shape.

        Returns:
            J/(K kg), of the same shape.

        Reference: 000, Eq. 25.
        """
        temperature = check_temperature(temperature)
        root = np.hypot(1.0, _X * temperature[..., None] / self.crossover_temperature)
        integral = np.sum(_KERNEL / root, axis=-1)
        return self.modes_per_kilogram * constants.k * self.n_eta * np.square(temperature / KELVIN) * integral

    def debye_heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """The waves' part of C(T) in J/(K kg). T in K."""
        temperature = check_temperature(temperature)
        return self.modes_per_kilogram * constants.k * debye_heat(temperature / self.debye_temperature)

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K kg): waves and vortices (Eqs. 25, 27). T in K.

        Meant far below the Debye temperature: the vortices' g has no upper end, so their C grows like T for ever.
        """
        return self.debye_heat_capacity(temperature) + self.excess_heat_capacity(temperature)

    def local_exponent(
        self, temperature: Float[np.ndarray, " ..."], *, excess: bool = False
    ) -> Float[np.ndarray, " ..."]:
        """d ln C/d ln T, dimensionless; of the vortices alone with `excess`. T in K."""
        law, step = (self.excess_heat_capacity if excess else self.heat_capacity), 1e-4
        temperature = check_temperature(temperature)
        return np.log(law(temperature * np.exp(step)) / law(temperature * np.exp(-step))) / (2 * step)

    def apparent_exponent(self, low: float, high: float, *, excess: bool = False) -> float:
        """Slope of a straight line through ln C against ln T on [low, high] (50 points, evenly in ln T).

        Args:
            low: lower end in K.
            high: upper end in K.
            excess: whether to leave the waves out.

        Raises:
            InputError: unless 0 < low < high.
        """
        if not 0 < low < high:
            raise InputError(f"arguments low and high must satisfy 0 < low < high, but got {low} and {high}")
        temperature = np.geomspace(low, high, 50)
        heat = self.excess_heat_capacity(temperature) if excess else self.heat_capacity(temperature)
        return float(np.polyfit(np.log(temperature), np.log(heat), 1)[0])

    def parameters(self) -> list[Parameter]:
        source = next((entry.source for key, entry in GLASSES.items() if InternalStress.of(key) == self), "given")
        return [
            Parameter("omega_0", self.omega_0, "rad/s", "crossover from g ~ omega to constant g", source),
            Parameter("n_eta", self.n_eta, "s^2", "slope of the linear density of states", source),
            Parameter("debye_temperature", self.debye_temperature, "K", "hbar omega_D/k_B", source),
            Parameter("molar_mass", self.molar_mass, "kg/mol", "of one formula unit", source),
        ]

    def headlines(self) -> list[Headline]:
        """Numbers of paper 000, whatever glass this object stands for."""
        from ._headlines import headlines

        return headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        from ._figures import heat_capacity_figure, signs_figure

        return {"heat-capacity": heat_capacity_figure, "sign-of-the-coupling": signs_figure}
