"""Universal phonon scattering from elastic constants, as a theory."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field, model_validator
from scipy.constants import Boltzmann, hbar

from .._glasses import PUBLISHED_GLASSES, SOURCE, PublishedGlass
from .._protocol import Headline, Parameter, Theory
from ..tunnelling import Tunnelling, phonon_heat_capacity, rate_prefactor, resonant_loss
from ..tunnelling._arguments import positive
from ._couplings import (
    ROUNDED_PREFACTOR,
    debye_temperature,
    elastic_energy,
    largest_coupling_from_glass_transition,
    largest_coupling_from_stability,
    renormalising_coupling,
    spectral_density,
    tunnelling_strength,
)
from ._logarithm import (
    logarithmic_conductivity,
    logarithmic_heat,
    logarithmic_response,
    logarithmic_shift,
    resonant_logarithm,
)

SILICA = PUBLISHED_GLASSES["SiO2"]


class Universality(Theory):
    r"""Tunnelling systems with a broad distribution of couplings, which sets their tunnelling and their number.

    .. math:: \Delta_o = \Delta_{max} e^{-\gamma^2/\gamma_o^2}, \qquad P(\epsilon, \Delta_o) = \bar P/\Delta_o, \qquad
        C = \frac{\alpha^2}{3} \left(\frac{\gamma_o}{\gamma_{max}}\right)^4

    `strength`, `spectral_density` and `tunnelling` replace the logarithm of Eq. 10 by alpha^2, as the paper's tables
    do. The observables keep it: every system has its own gamma(Delta_o), in its rate and in its coupling, and the
    integrals over (E, r) are done by checked quadrature. One speed and one coupling serve all branches. Valid for
    kT well below Delta_max and T well below T_D. The heat capacity is per volume, J/(K m^3); the sound-speed shift
    counts from T = 0. The defaults are vitreous silica of Table I.

    Attributes:
        density: rho in kg/m^3.
        speed: v in m/s, with v^-3 the mean of v_s^-3.
        formula_volume: v_o in m^3 (1 cubic angstrom = 1e-30 m^3).
        glass_temperature: T_g in K; needed by the route `glass_transition` only.
        measured_debye_temperature: T_D in K; None computes it from v and v_o.
        route: how gamma_max is found: `stability` (Eq. 13) or `glass_transition` (supplement Eq. 28).
        glass_factor: alpha_2 of supplement Eq. 28.
        alpha: of Eq. 12.
        largest_splitting: Delta_max / k in K.
        prefactor: of the density of states: 1/3 as printed (Eq. 7), or 6/(2 pi)^{3/2} before rounding.
        measuring_time: of the heat capacity, in s.
        phonons: whether the heat capacity includes Debye's T^3 law.

    Raises:
        ValidationError: if the route needs T_g and there is none.

    Reference: Carruzzo and Yu, "Why phonon scattering in glasses is universally small at low temperatures" (2020).
    """

    name: ClassVar[str] = "universality"
    title: ClassVar[str] = "Universal phonon scattering by tunnelling systems"
    heat_capacity_unit: ClassVar[str] = "J/(K m^3)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {
        "heat_capacity": ("formula_volume",),
        "thermal_conductivity": ("formula_volume",),
    }
    validity: ClassVar[str] = "T well below Delta_max/10 k = 1 K; nothing on the plateau"
    reference: ClassVar[str] = "Carruzzo and Yu, arXiv 1909.09258 (January 2020)"

    density: float = Field(default=SILICA.density, gt=0, allow_inf_nan=False)
    speed: float = Field(default=SILICA.speed, gt=0, allow_inf_nan=False)
    formula_volume: float = Field(default=SILICA.formula_volume, gt=0, lt=1e-25, allow_inf_nan=False)
    glass_temperature: float | None = Field(default=SILICA.glass_temperature, gt=0, allow_inf_nan=False)
    measured_debye_temperature: float | None = Field(default=None, gt=0, allow_inf_nan=False)
    route: Literal["stability", "glass_transition"] = "stability"
    glass_factor: float = Field(default=1.5, gt=0, allow_inf_nan=False)
    alpha: float = Field(default=2.5, gt=0, allow_inf_nan=False)
    largest_splitting: float = Field(default=10.0, gt=0, allow_inf_nan=False)
    prefactor: float = Field(default=ROUNDED_PREFACTOR, gt=0, allow_inf_nan=False)
    measuring_time: float = Field(default=1.0, gt=0, allow_inf_nan=False)
    phonons: bool = True

    @model_validator(mode="after")
    def _route_has_its_input(self) -> Universality:
        if self.route == "glass_transition" and self.glass_temperature is None:
            raise ValueError("route glass_transition needs glass_temperature; give it, or use route stability")
        return self

    @classmethod
    def of(cls, glass: PublishedGlass, **settings: Any) -> Universality:
        """The theory for a row of Table I, with its printed Debye temperature."""
        return cls(
            density=glass.density,
            speed=glass.speed,
            formula_volume=glass.formula_volume,
            glass_temperature=glass.glass_temperature,
            measured_debye_temperature=glass.debye_temperature,
            **settings,
        )

    @property
    def warmest(self) -> float:
        """A tenth of Delta_max/k in K: above, the sharp end of the splittings shows in every observable."""
        return self.largest_splitting / 10

    def debye_temperature(self) -> float:
        """T_D in K: given, or from v and v_o (text below Eq. 13)."""
        return self.measured_debye_temperature or debye_temperature(self.speed, self.formula_volume)

    def elastic_energy(self) -> float:
        """rho v^2 v_o in J."""
        return elastic_energy(self.density, self.speed, self.formula_volume)

    def renormalising_coupling(self) -> float:
        """gamma_o in J  (Eq. 5)."""
        return renormalising_coupling(self.elastic_energy(), self.debye_temperature())

    def effective_coupling(self) -> float:
        """gamma_eff = alpha gamma_o in J  (text below Eq. 11)."""
        return self.alpha * self.renormalising_coupling()

    def largest_coupling(self) -> float:
        """gamma_max in J by the chosen route  (Eq. 13, or supplement Eq. 28)."""
        if self.route == "glass_transition" and self.glass_temperature is not None:
            return largest_coupling_from_glass_transition(
                self.elastic_energy(), self.glass_temperature, self.glass_factor
            )
        return largest_coupling_from_stability(self.elastic_energy())

    def spectral_density(self) -> float:
        """P-bar in 1/(J m^3)  (Eq. 9)."""
        return spectral_density(
            self.density, self.speed, self.renormalising_coupling(), self.largest_coupling(), self.prefactor
        )

    def strength(self) -> float:
        """C, dimensionless, with the logarithm replaced by alpha^2  (Eq. 12)."""
        return tunnelling_strength(self.renormalising_coupling(), self.largest_coupling(), self.alpha, self.prefactor)

    def base_strength(self) -> float:
        """P-bar gamma_o^2 / (rho v^2) = C / alpha^2, dimensionless: what the logarithms multiply."""
        return self.strength() / self.alpha**2

    def coupling(self, splitting: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """gamma(Delta_o) = gamma_o ln^{1/2}(Delta_max/Delta_o) in J, for Delta_o/k in K below `largest_splitting`.

        Eq. 10. Zero at Delta_max, NaN above it.
        """
        tunnelling = positive("splitting", splitting, "K")
        with np.errstate(invalid="ignore"):
            return self.renormalising_coupling() * np.sqrt(np.log(self.largest_splitting / tunnelling))

    def wavelengths(self) -> float:
        """l/lambda = 1/(2 pi^2 C) at low temperature, dimensionless."""
        return 1 / (2 * np.pi**2 * self.strength())

    def wavelengths_above_plateau(self) -> float:
        r"""l/lambda for kT above the barriers, dimensionless: C = n_o <gamma^2>/(rho v^2) = 1/6, so 3/pi^2 (Eq. 15)."""
        return 1 / (2 * np.pi**2 * self.prefactor / 2)

    def tunnelling(self) -> Tunnelling:
        """The standard model with this theory's P-bar and gamma_eff: Eq. 10 replaced by alpha."""
        return Tunnelling(
            density=self.density,
            longitudinal_speed=self.speed,
            transverse_speed=self.speed,
            longitudinal_coupling=self.effective_coupling(),
            transverse_coupling=self.effective_coupling(),
            spectral_density=self.spectral_density(),
            measuring_time=self.measuring_time,
            phonons=self.phonons,
        )

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K m^3) for the model's `measuring_time`. T in K."""
        kelvin = positive("temperature", temperature, "K")
        relaxed = self._each(
            kelvin, lambda warm: logarithmic_heat(warm, self.measuring_time, self._rate(), self.largest_splitting)
        )
        systems = 2 * Boltzmann**2 * kelvin * self.spectral_density() * relaxed
        return systems + phonon_heat_capacity(kelvin, self.speed, self.speed) if self.phonons else systems

    def thermal_conductivity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""kappa(T) in W/(m K) for resonant scattering with the coupling of Eq. 10. T in K.

        .. math:: Q^{-1} = \pi \frac{\bar P \gamma_o^2}{\rho v^2} \Lambda(\hbar\omega) \tanh\frac{\hbar\omega}{2kT}

        in place of the paper's leading form T^2/(1 + 2 ln(Delta_max/2kT)); see `conductivity_shape`.
        """
        kelvin = positive("temperature", temperature, "K")

        return self._each(
            kelvin,
            lambda warm: logarithmic_conductivity(warm, self.speed, self.base_strength(), self.largest_splitting),
        )

    def conductivity_shape(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """The paper's proportionality T^2/(1 + 2 ln(Delta_max/2kT)) in K^2; T in K (text below Eq. 13)."""
        kelvin = positive("temperature", temperature, "K")
        return kelvin**2 / (1 + 2 * np.log(self.largest_splitting / (2 * kelvin)))

    def mean_free_path(
        self, omega: Float[np.ndarray, " ..."], temperature: Float[np.ndarray, " ..."] | float = 0.0
    ) -> Float[np.ndarray, " ..."]:
        """l(omega) in m from resonant scattering with the coupling of Eq. 10. omega in rad/s; T in K, or 0."""
        frequency = positive("omega", omega, "rad/s")
        loss = self._logarithm(frequency) * resonant_loss(frequency, np.asarray(temperature, dtype=float))
        return self.speed / (frequency * self.base_strength() * loss)

    def internal_friction(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        """Q^-1(T), dimensionless, relaxational and resonant, with the coupling of Eq. 10. T in K, omega in rad/s.

        There is no plateau: Q^-1 = (pi/2) (P-bar gamma_o^2/rho v^2) ln(Delta_max/Delta_o) of the systems with
        omega tau = 1, which grows slowly with T, for those systems tunnel ever less.
        """
        kelvin, frequency = positive("temperature", temperature, "K"), float(positive("omega", omega, "rad/s"))
        relaxation = self._each(
            kelvin,
            lambda warm: logarithmic_response(warm, frequency, self._rate(), self.largest_splitting).imag,
        )
        resonance = self._logarithm(np.array(frequency)) * resonant_loss(np.array(frequency), kelvin)
        return self.base_strength() * (relaxation + resonance)

    def sound_speed_shift(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        """dv/v(T) from T = 0, dimensionless, with the coupling of Eq. 10. T in K, omega in rad/s."""
        kelvin, frequency = positive("temperature", temperature, "K"), float(positive("omega", omega, "rad/s"))

        def shift(warm: float) -> float:
            relaxation = logarithmic_response(warm, frequency, self._rate(), self.largest_splitting).real
            return logarithmic_shift(warm, frequency, self.largest_splitting) - 0.5 * relaxation

        return self.base_strength() * self._each(kelvin, shift)

    def effective_alpha(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        """The alpha that makes pi C/2 equal the full Q^-1(T) at omega, dimensionless; the paper takes 2.5."""
        friction = self.internal_friction(temperature, omega)
        return np.sqrt(friction / (0.5 * np.pi * self.base_strength()))

    def parameters(self) -> list[Parameter]:
        """Every number that the theory needs."""
        own = (self.density, self.speed, self.formula_volume)
        known = ((row.density, row.speed, row.formula_volume) for row in PUBLISHED_GLASSES.values())
        source = SOURCE if own in known else "given"
        rows = [
            ("density", self.density, "kg/m^3", "mass density rho", source),
            ("speed", self.speed, "m/s", "mean speed of sound v", source),
            ("formula_volume", self.formula_volume, "m^3", "volume v_o of the chemical formula", source),
            ("debye_temperature", self.debye_temperature(), "K", "Debye temperature T_D", "from v and v_o, or given"),
            ("alpha", self.alpha, "1", "square root of ln(Delta_max/Delta_o) that matters", "text above Eq. 12"),
            ("largest_splitting", self.largest_splitting, "K", "Delta_max / k", "text above Eq. 4"),
        ]
        if self.route == "glass_transition" and self.glass_temperature is not None:
            rows.append(("glass_temperature", self.glass_temperature, "K", "glass temperature T_g", source))
            rows.append(
                ("glass_factor", self.glass_factor, "1", "alpha_2 of the strain criterion", "supplement Eq. 28")
            )
        return [Parameter(*row) for row in rows]

    def headlines(self) -> list[Headline]:
        """Every number of the paper and its supplement, computed beside printed: 50 of the tables, then the text's."""
        from ._headlines import universality_headlines

        return universality_headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        """Table I both ways, theory against measurement, the couplings' distributions, kappa(T), Q^-1(T), dv/v(T)."""
        from . import _figures

        return {
            "table": _figures.table_figure,
            "measured": _figures.measured_figure,
            "orientation": _figures.orientation_figure,
            "thermal_conductivity": lambda: _figures.conductivity_figure(self),
            "internal_friction": lambda: _figures.friction_figure(self),
            "sound_speed_shift": lambda: _figures.shift_figure(self),
        }

    def _rate(self) -> float:
        coupling = self.renormalising_coupling()
        return rate_prefactor(self.density, self.speed, self.speed, coupling, coupling)

    def _logarithm(self, omega: np.ndarray) -> Float[np.ndarray, " ..."]:
        return resonant_logarithm(hbar * omega / (Boltzmann * self.largest_splitting))

    @staticmethod
    def _each(kelvin: np.ndarray, function: Callable[[float], float]) -> Float[np.ndarray, " ..."]:
        return np.array([function(float(warm)) for warm in kelvin.ravel()]).reshape(kelvin.shape)
