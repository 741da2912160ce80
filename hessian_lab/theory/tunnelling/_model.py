"""The standard tunnelling model as a theory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from ..._core.errors import InputError
from .._protocol import Headline, Parameter, Theory
from ._arguments import positive
from ._conductivity import branch_conductivity
from ._heat import phonon_heat_capacity, tunnelling_heat_capacity
from ._materials import TUNNELLING_GLASSES, TunnellingGlass
from ._rates import rate_prefactor
from ._relaxation import relaxation_response
from ._resonance import resonant_loss, resonant_shift

SILICA = TUNNELLING_GLASSES["SiO2"]


class Tunnelling(Theory):
    r"""Independent two-level systems with a flat distribution of asymmetries and of tunnelling exponents.

    .. math:: P(\epsilon, \Delta_0) = \bar P / \Delta_0, \qquad
        P(E, r) = \frac{\bar P}{2 r \sqrt{1 - r}}, \quad E^2 = \epsilon^2 + \Delta_0^2, \; r = (\Delta_0/E)^2

    with epsilon > 0 and no upper limit of E (the thermal energies stay below it), relaxing by one phonon. Every
    integral over r is done in closed form, every integral over E by a checked quadrature. The couplings gamma are
    half the change of the asymmetry with strain. Frequencies are angular, in rad/s.

    Heat capacities are per volume, J/(K m^3): tunnelling systems that relax within `measuring_time`, plus Debye's
    T^3 law unless `phonons` is false. The sound-speed shift counts from T = 0. The defaults are vitreous silica.

    Attributes:
        density: rho in kg/m^3.
        longitudinal_speed: v_l in m/s.
        transverse_speed: v_t in m/s.
        longitudinal_coupling: gamma_l in J (1 eV = 1.602176634e-19 J).
        transverse_coupling: gamma_t in J.
        spectral_density: P-bar in 1/(J m^3).
        measuring_time: of the heat capacity, in s.
        wave: the branch whose friction, shift and mean free path are asked for.
        phonons: whether the heat capacity includes the T^3 law.

    Reference: Anderson, Halperin and Varma, Philos. Mag. 25, 1 (1972); Phillips, J. Low Temp. Phys. 7, 351 (1972) and
    Rep. Prog. Phys. 50, 1657 (1987). The numbers are those of Carruzzo and Yu (2020), Eq. 1-3.
    """

    name: ClassVar[str] = "tunnelling"
    title: ClassVar[str] = "Standard tunnelling model"
    heat_capacity_unit: ClassVar[str] = "J/(K m^3)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {
        "heat_capacity": ("spectral_density",),
        "thermal_conductivity": ("spectral_density",),
    }
    validity: ClassVar[str] = "below about 2 K: one-phonon relaxation, no plateau, no boson peak"
    reference: ClassVar[str] = (
        "Anderson, Halperin and Varma, Philos. Mag. 25, 1 (1972); Phillips, J. Low Temp. Phys. 7, 351 (1972)"
    )

    density: float = Field(default=SILICA.density, gt=0, allow_inf_nan=False)
    longitudinal_speed: float = Field(default=SILICA.speed, gt=0, allow_inf_nan=False)
    transverse_speed: float = Field(default=SILICA.speed, gt=0, allow_inf_nan=False)
    longitudinal_coupling: float = Field(default=SILICA.coupling, gt=0, allow_inf_nan=False)
    transverse_coupling: float = Field(default=SILICA.coupling, gt=0, allow_inf_nan=False)
    spectral_density: float = Field(default=SILICA.spectral_density, gt=0, allow_inf_nan=False)
    measuring_time: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    wave: Literal["longitudinal", "transverse"] = "transverse"
    phonons: bool = True

    @classmethod
    def of(cls, glass: TunnellingGlass, **settings: Any) -> Tunnelling:
        """The model with one speed and one coupling, taken from a glass of the table."""
        return cls(
            density=glass.density,
            longitudinal_speed=glass.speed,
            transverse_speed=glass.speed,
            longitudinal_coupling=glass.coupling,
            transverse_coupling=glass.coupling,
            spectral_density=glass.spectral_density,
            **settings,
        )

    @property
    def warmest(self) -> float:
        """2 K: above, many-phonon and activated relaxation take over, and the plateau of kappa begins."""
        return 2.0

    def strength(self, wave: Literal["longitudinal", "transverse"] | None = None) -> float:
        r"""Tunnelling strength of a branch, dimensionless: C = P-bar gamma^2 / (rho v^2)  (paper 002, Eq. 1)."""
        speed, coupling = self._branch(wave or self.wave)
        return self.spectral_density * coupling**2 / (self.density * speed**2)

    def relaxation_prefactor(self) -> float:
        """A of the one-phonon rate in 1/(J^3 s); see `rate_prefactor`."""
        return rate_prefactor(
            self.density,
            self.longitudinal_speed,
            self.transverse_speed,
            self.longitudinal_coupling,
            self.transverse_coupling,
        )

    def heat_capacity_at(
        self, temperature: Float[np.ndarray, " ..."], time: Float[np.ndarray, " ..."]
    ) -> Float[np.ndarray, " ..."]:
        """C(T, t) of the tunnelling systems alone in J/(K m^3); T in K, t in s, broadcast."""
        kelvin, seconds = positive("temperature", temperature, "K"), positive("time", time, "s")
        return tunnelling_heat_capacity(kelvin, seconds, self.spectral_density, self.relaxation_prefactor())

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K m^3) for the model's `measuring_time`. T in K."""
        kelvin = positive("temperature", temperature, "K")
        systems = self.heat_capacity_at(kelvin, np.array(self.measuring_time))
        if not self.phonons:
            return systems
        return systems + phonon_heat_capacity(kelvin, self.longitudinal_speed, self.transverse_speed)

    def thermal_conductivity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """kappa(T) in W/(m K) of the three branches, with resonant and relaxational scattering. T in K."""
        kelvin = positive("temperature", temperature, "K")
        # All branches are scattered by the same systems: they differ in 1/(v C) only.
        longitudinal = self.longitudinal_speed * self.strength("longitudinal")
        transverse = self.transverse_speed * self.strength("transverse")
        common = _conductivity_of_unit_branch(tuple(kelvin.ravel().tolist()), self.relaxation_prefactor())
        return (1 / longitudinal + 2 / transverse) * common.reshape(kelvin.shape)

    def mean_free_path(
        self, omega: Float[np.ndarray, " ..."], temperature: Float[np.ndarray, " ..."] | float = 0.0
    ) -> Float[np.ndarray, " ..."]:
        r"""l(omega) in m of the branch `wave`, from resonant and relaxational scattering.

        .. math:: \ell = \frac{v}{\omega \, (Q^{-1}_{res} + Q^{-1}_{rel})}

        At T = 0 it is 1/(2 pi^2 C) = l/lambda wavelengths. omega in rad/s; T in K, or 0.
        """
        frequency = positive("omega", omega, "rad/s")
        kelvin = np.asarray(temperature, dtype=float)
        if np.any(~(kelvin >= 0)):
            raise InputError(f"argument temperature must be >= 0 K, but got {temperature}; give 0 for the cold limit")
        friction = resonant_loss(frequency, kelvin)
        if np.any(kelvin > 0):
            warm = np.where(kelvin > 0, kelvin, 1.0)
            relaxation = relaxation_response(warm, frequency, self.relaxation_prefactor()).imag
            friction = friction + np.where(kelvin > 0, relaxation, 0.0)
        return self._branch(self.wave)[0] / (frequency * self.strength() * friction)

    def wavelengths(self) -> float:
        """l/lambda at T = 0, dimensionless: 1/(2 pi^2 C)  (paper 002, text after Eq. 1)."""
        return 1 / (2 * np.pi**2 * self.strength())

    def internal_friction(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        r"""Q^-1(T) of the branch `wave`, dimensionless: resonant and relaxational; the plateau is pi C/2.

        .. math:: Q^{-1} = C \left[\mathrm{Im} R(\omega, T) + \pi \tanh\frac{\hbar\omega}{2kT}\right]

        T in K, omega in rad/s.
        """
        kelvin, frequency = positive("temperature", temperature, "K"), positive("omega", omega, "rad/s")
        relaxation = relaxation_response(kelvin, frequency, self.relaxation_prefactor()).imag
        return self.strength() * (relaxation + resonant_loss(frequency, kelvin))

    def sound_speed_shift(
        self,
        temperature: Float[np.ndarray, " ..."],
        omega: float,
        part: Literal["both", "resonant", "relaxation"] = "both",
    ) -> Float[np.ndarray, " ..."]:
        r"""dv/v(T) of the branch `wave` from its value at T = 0, dimensionless.

        Slopes per unit of ln T: +C (resonant), -(3/2) C (relaxation, where omega tau_m << 1), -C/2 (both).
        T in K, omega in rad/s.
        """
        kelvin, frequency = positive("temperature", temperature, "K"), positive("omega", omega, "rad/s")
        shift = np.zeros(np.broadcast(kelvin, frequency).shape)
        if part != "relaxation":
            shift = shift + resonant_shift(frequency, kelvin)
        if part != "resonant":
            shift = shift - 0.5 * relaxation_response(kelvin, frequency, self.relaxation_prefactor()).real
        return self.strength() * shift

    def parameters(self) -> list[Parameter]:
        """Every number that the model needs."""
        own = (self.density, self.transverse_speed, self.transverse_coupling, self.spectral_density)
        known = ((row.density, row.speed, row.coupling, row.spectral_density) for row in TUNNELLING_GLASSES.values())
        source = SILICA.source if own in known else "given"
        rows = (
            ("density", "kg/m^3", "mass density rho"),
            ("longitudinal_speed", "m/s", "speed of longitudinal sound v_l"),
            ("transverse_speed", "m/s", "speed of transverse sound v_t"),
            ("longitudinal_coupling", "J", "coupling gamma_l to longitudinal strain"),
            ("transverse_coupling", "J", "coupling gamma_t to transverse strain"),
            ("spectral_density", "1/(J m^3)", "spectral density P-bar of the tunnelling systems"),
            ("measuring_time", "s", "time of the heat-capacity measurement"),
        )
        return [Parameter(name, getattr(self, name), unit, about, source) for name, unit, about in rows]

    def headlines(self) -> list[Headline]:
        """The relations of the model that paper 002 quotes, from the full integrals."""
        from ._headlines import tunnelling_headlines

        return tunnelling_headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        """C(T, t), kappa(T), Q^-1(T) and dv/v(T)."""
        from . import _figures

        return {
            "heat_capacity": lambda: _figures.heat_capacity_figure(self),
            "thermal_conductivity": lambda: _figures.conductivity_figure(self),
            "internal_friction": lambda: _figures.friction_figure(self),
            "sound_speed_shift": lambda: _figures.shift_figure(self),
        }

    def _branch(self, wave: str) -> tuple[float, float]:
        if wave == "longitudinal":
            return self.longitudinal_speed, self.longitudinal_coupling
        return self.transverse_speed, self.transverse_coupling


@lru_cache(maxsize=16)
def _conductivity_of_unit_branch(kelvin: tuple[float, ...], prefactor: float) -> Float[np.ndarray, " points"]:
    """kappa v C of any branch, in W/(K s): remembered, since a fit asks for the same temperatures again and again."""

    def friction(omega: np.ndarray, warm: np.ndarray) -> np.ndarray:
        return resonant_loss(omega, warm) + relaxation_response(warm, omega, prefactor).imag

    return branch_conductivity(np.array(kelvin), 1.0, friction)
