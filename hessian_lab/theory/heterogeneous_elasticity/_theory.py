"""Heterogeneous elasticity in SI units, behind the common protocol."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Complex, Float
from pydantic import Field, model_validator
from scipy import constants
from scipy.optimize import minimize_scalar

from .._bose import KELVIN, check_omega, check_temperature, heat_of_density
from .._glasses import PUBLISHED_GLASSES
from .._protocol import Headline, Parameter, Theory
from ._scalar import critical_disorder, scalar_density_of_states, scalar_self_energy, static_self_energy
from ._vector import vector_density_of_states, vector_self_energy


@dataclass(frozen=True)
class BosonPeak:
    """Maximum of g(omega)/omega^2.

    Attributes:
        omega: its position in rad/s; NaN if g/omega^2 has its maximum at zero frequency (at the critical disorder).
        height: g/omega^2 there, in s^3.
        over_debye: height over the Debye level of the macroscopic moduli, 3/omega_D^3.
    """

    omega: float
    height: float
    over_debye: float


class HeterogeneousElasticity(Theory):
    r"""Waves in a medium with a random shear modulus, in the self-consistent Born approximation.

    The velocities are the measured, macroscopic ones; the bare ones follow from the static self-energy. g is normalised
    to 1 (three modes for each of k_D^3/(6 pi^2) units a volume). The heat capacity is in J/(K m^3).

    Attributes:
        gamma: disorder parameter: at most 1/4 in the scalar form; in the vector form <delta mu^2>/mu_0^2, up to
            (5/8)/(1 + 2 v_T^2/(3 v_L^2)) (there the shear modulus is half the bare one).
        form: "scalar" or "vector".
        sound_velocity: macroscopic velocity in m/s: of the scalar wave, or v_T.
        longitudinal_velocity: macroscopic v_L in m/s; used by the vector form only.
        debye_wavenumber: k_D in 1/m: upper end of the waves and of the fluctuations.

    Reference: Schirmacher, EPL 73, 892 (2006); Schirmacher, Ruocco and Scopigno, PRL 98, 025501 (2007); the type-I part
        of paper 004 (Schirmacher et al., arXiv 2509.04988).
    """

    name: ClassVar[str] = "heterogeneous-elasticity"
    title: ClassVar[str] = "Heterogeneous elasticity (self-consistent Born approximation)"
    reference: ClassVar[str] = "Schirmacher, EPL 73, 892 (2006); PRL 98, 025501 (2007)"
    heat_capacity_unit: ClassVar[str] = "J/(K m^3)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {"heat_capacity": ("gamma", "sound_velocity")}
    validity: ClassVar[str] = "harmonic waves only: no linear heat capacity, no tunnelling"

    gamma: float = Field(default=0.24, ge=0)
    form: Literal["scalar", "vector"] = "scalar"
    sound_velocity: float = Field(default=4100.0, gt=0)
    longitudinal_velocity: float | None = Field(default=None, gt=0)
    debye_wavenumber: float = Field(default=1.09e10, gt=0)

    @model_validator(mode="after")
    def _is_a_stable_glass(self) -> HeterogeneousElasticity:
        if self.form == "vector":
            if self.longitudinal_velocity is None:
                raise ValueError("the vector form needs longitudinal_velocity, in m/s")
            if not self.longitudinal_velocity > np.sqrt(4 / 3) * self.sound_velocity:
                raise ValueError("longitudinal_velocity must exceed sqrt(4/3) of the transverse one (K > 0)")
        if self.gamma > self.largest_disorder * (1 + 1e-12):
            raise ValueError(f"gamma must be at most {self.largest_disorder:.6g} here: beyond, the glass is unstable")
        return self

    @property
    def largest_disorder(self) -> float:
        """Largest gamma at these macroscopic velocities: the modulus is then half the bare one."""
        return critical_disorder() / self._scalar_share

    @property
    def _scalar_share(self) -> float:
        """What gamma is multiplied with in (1 - Sigma_0) Sigma_0 = share gamma, at the macroscopic velocities."""
        if self.form == "scalar" or self.longitudinal_velocity is None:
            return 1.0
        return 0.4 * (1 + 2 / 3 * (self.sound_velocity / self.longitudinal_velocity) ** 2)

    @property
    def stiffness(self) -> float:
        """Macroscopic over bare modulus, 1 - Sigma_0, between 1/2 and 1."""
        return 1 - static_self_energy(min(self._scalar_share * self.gamma, 0.25))

    @property
    def bulk_modulus(self) -> float:
        """K over the bare shear modulus (vector form)."""
        ratio = ((self.longitudinal_velocity or 0.0) / self.sound_velocity) ** 2
        return self.stiffness * (ratio - 4 / 3)

    @property
    def frequency_unit(self) -> float:
        """Bare velocity times k_D, in rad/s."""
        return self.sound_velocity / float(np.sqrt(self.stiffness)) * self.debye_wavenumber

    @property
    def omega_debye(self) -> float:
        """k_D v_D of the macroscopic velocities, in rad/s (000, Eq. 23)."""
        if self.form == "scalar" or self.longitudinal_velocity is None:
            return self.sound_velocity * self.debye_wavenumber
        mean = (self.longitudinal_velocity**-3 + 2 * self.sound_velocity**-3) / 3
        return float(mean ** (-1 / 3)) * self.debye_wavenumber

    @property
    def modes_per_volume(self) -> float:
        """3 k_D^3/(6 pi^2), in 1/m^3."""
        return self.debye_wavenumber**3 / (2 * np.pi**2)

    def self_energy(self, omega: Float[np.ndarray, " ..."]) -> Complex[np.ndarray, " ..."]:
        """Sigma(omega), in units of the bare (shear) modulus. omega in rad/s, above 0."""
        ratio = check_omega(omega) / self.frequency_unit
        if self.form == "scalar":
            return scalar_self_energy(ratio, self.gamma)
        return vector_self_energy(ratio, self.gamma, self.bulk_modulus)

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """g(omega), normalised to 1. omega in rad/s; result in s."""
        omega = check_omega(omega)
        ratio = np.where(omega > 0, omega, self.frequency_unit) / self.frequency_unit
        if self.form == "scalar":
            values = scalar_density_of_states(ratio, self.gamma)
        else:
            values = vector_density_of_states(ratio, self.gamma, self.bulk_modulus)
        return np.where(omega > 0, values / self.frequency_unit, 0.0)

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K m^3) of all modes; relative error below 1e-3. T in K."""
        temperature = check_temperature(temperature)
        # Below this frequency g ~ omega^2 adds less than 1e-8 at the lowest temperature.
        lowest = min(1e-3 * float(temperature.min()) / KELVIN, 1e-2 * self.frequency_unit)
        highest = 1.7 * self.frequency_unit
        if self.form == "vector":
            highest *= float(np.sqrt(self.bulk_modulus + 4 / 3))
        heat = heat_of_density(self.density_of_states, temperature, lowest=lowest, highest=highest, step=0.01)
        return constants.k * self.modes_per_volume * heat

    def mean_free_path(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""Mean free path of the energy of the scalar or transverse wave, in m. omega in rad/s.

        .. math:: \ell^{-1} = 2\,\mathrm{Im}\, k, \qquad k = \omega \big/ \left[c \sqrt{1 - \Sigma(\omega)}\right]

        Rayleigh's law, omega^-4, at low frequency. Nothing else scatters here: no tunnelling, no anharmonicity.
        """
        omega = check_omega(omega)
        wavenumber = omega / self.frequency_unit / np.sqrt(1 - self.self_energy(omega))
        with np.errstate(divide="ignore"):
            return 1 / (2 * wavenumber.imag * self.debye_wavenumber)

    @cached_property
    def boson_peak(self) -> BosonPeak:
        """Maximum of g/omega^2."""

        def reduced(logarithm: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
            omega = np.exp(logarithm)
            return self.density_of_states(omega) / omega**2

        grid = np.linspace(np.log(1e-5), np.log(1.5), 500) + np.log(self.omega_debye)
        values = reduced(grid)
        best = int(np.argmax(values))
        level = 3 / self.omega_debye**3
        # At the critical disorder g/omega^2 falls from zero frequency on; what is left there is rounding.
        if grid[best] < np.log(3e-5 * self.omega_debye):
            return BosonPeak(float("nan"), float(values[0]), float(values[0]) / level)
        bounds = (grid[best - 1], grid[min(best + 1, grid.size - 1)])
        answer = minimize_scalar(lambda x: -float(reduced(np.array([x]))[0]) / level, bounds=bounds, method="bounded")
        height = float(reduced(np.array([answer.x]))[0])
        return BosonPeak(float(np.exp(answer.x)), height, height / level)

    def parameters(self) -> list[Parameter]:
        from ._materials import DISORDER_SOURCE, GLASS_SOURCE, disorder_of_boson_peak

        speeds = {row.speed for row in PUBLISHED_GLASSES.values()}
        source = GLASS_SOURCE if self.sound_velocity in speeds else "given"
        disorder = DISORDER_SOURCE if self.gamma == disorder_of_boson_peak() else "given"
        entries = [
            Parameter("gamma", self.gamma, "1", "variance of the modulus: see `disorder_parameter`", disorder),
            Parameter("sound_velocity", self.sound_velocity, "m/s", "macroscopic (transverse) velocity", source),
            Parameter("debye_wavenumber", self.debye_wavenumber, "1/m", "upper end of the waves", source),
        ]
        if self.form == "vector" and self.longitudinal_velocity is not None:
            about = "macroscopic longitudinal velocity"
            entries.insert(2, Parameter("longitudinal_velocity", self.longitudinal_velocity, "m/s", about, "given"))
        return entries

    def headlines(self) -> list[Headline]:
        """Exact results of the theory beside the statements in print, whatever glass this object stands for."""
        from ._headlines import headlines

        return headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        from ._figures import boson_peak_figure, gap_figure

        return {"boson-peak": boson_peak_figure, "gap": gap_figure}
