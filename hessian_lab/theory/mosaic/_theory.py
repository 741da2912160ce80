"""The mosaic theory under the common protocol: SI at the surface."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Literal, Self

import numpy as np
from jaxtyping import Float
from pydantic import Field
from scipy.constants import k

from ..._core.errors import InputError
from .._protocol import Headline, Parameter, Theory
from ._counting import count_on_grid
from ._coupling import path_over_wavelength, phonon_coupling
from ._dressing import dressed_modes
from ._droplet import LINDEMANN_RATIO, Droplet
from ._figures import FIGURES
from ._headlines import headlines
from ._heat_capacity import debye_heat_capacity, mean_cell_heat_capacity
from ._materials import MOSAIC_GLASSES, SILICA, Glass, bead_spacing, debye_frequency
from ._modes import Modes
from ._plateau import Plateau
from ._ripplons import ripplon_modes
from ._scaled_conductivity import conductivity_unit
from ._tunnelling import two_level_density

PAPER = "Lubchenko and Wolynes, The microscopic quantum theory of low temperature amorphous solids"


HIGHEST_ENERGY = 8.0
"""Levels are counted to here, in hbar omega_D: enough below T_D/8, and above all phonons are scattered at once."""


class Mosaic(Theory):
    r"""Glass as a frozen mosaic of cells of about 200 beads that tunnel between two structures (RFOT theory).

    .. math:: \frac\xi a = \Bigl[\frac{8 \ln(\tau/\tau_0)}{3\sqrt{3\pi}\ln(\alpha_L a^2/\pi e)}\Bigr]^{2/3},\quad
              \bar P = \frac{1}{k_B T_g \xi^3},\quad g = \sqrt{\rho c_s^2 a^3 k_B T_g},\quad
              \omega_l = 1.34\,\omega_D (a/\xi)^{5/4} \sqrt{(l-1)(l+2)/4}

    The bead spacing is the Debye one, a = (c_s/omega_D) (6 pi^2)^(1/3); one speed of sound serves all three
    branches. The internal friction and the shift of the sound speed are not predicted: the paper has only an
    estimate of their order (its Sec. IV.G).

    Attributes:
        glass_transition: T_g in K.
        debye_temperature: T_D in K.
        density: rho in kg/m^3.
        sound_speed: c_s in m/s.
        log10_quench_time: log10(tau/tau_0) at the glass transition; 17 is an hour.
        size_ratio: xi/a; None to take it from the quench time.
        lindemann_ratio: d_L/a.
        tunnelling_path: l/lambda of the two-level systems alone in the conductivity; None for Eq. 20, 150 as measured.
        cutoff: omega_c of the ripplons' coupling to phonons, in (a/xi) omega_D; None leaves the ripplons bare.
            The paper takes 1.8.
        fragility: D, which smears that cutoff.
        scattering: "steepest_descent", the paper's method, or "exact_count" of the levels, for bare ripplons.

    Reference: Lubchenko and Wolynes, paper 001.
    """

    name: ClassVar[str] = "mosaic"
    title: ClassVar[str] = "Mosaic (random first order transition) theory"
    heat_capacity_unit: ClassVar[str] = "J/(K m^3)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {
        "heat_capacity": ("log10_quench_time",),
        "thermal_conductivity": ("log10_quench_time",),
    }
    validity: ClassVar[str] = "no relaxational scattering; kappa up to half the Debye temperature"
    reference: ClassVar[str] = PAPER

    glass_transition: float = Field(SILICA.glass_transition, gt=0)
    debye_temperature: float = Field(SILICA.debye_temperature, gt=0)
    density: float = Field(SILICA.density, gt=0)
    sound_speed: float = Field(SILICA.sound_speed, gt=0)
    log10_quench_time: float = Field(17.0, gt=0)
    size_ratio: float | None = Field(None, gt=1)
    lindemann_ratio: float = Field(LINDEMANN_RATIO, gt=0, lt=0.34)
    tunnelling_path: float | None = Field(None, gt=0)
    cutoff: float | None = Field(None, gt=0)
    fragility: float = Field(50.0, ge=4)
    scattering: Literal["steepest_descent", "exact_count"] = "steepest_descent"

    @classmethod
    def of(cls, glass: Glass, **settings: Any) -> Self:
        """The theory of a glass with known constants; `settings` override."""
        constants = {
            "glass_transition": glass.glass_transition,
            "debye_temperature": glass.debye_temperature,
            "density": glass.density,
            "sound_speed": glass.sound_speed,
        }
        return cls(**(constants | settings))

    @property
    def droplet(self) -> Droplet:
        """The droplet at the glass transition."""
        return Droplet(self.log10_quench_time * float(np.log(10)), self.lindemann_ratio)

    @property
    def mosaic_ratio(self) -> float:
        """xi / a, given or from the quench time."""
        return self.droplet.size_ratio if self.size_ratio is None else self.size_ratio

    @property
    def energy_ratio(self) -> float:
        """k_B T_g / (hbar omega_D)."""
        return self.glass_transition / self.debye_temperature

    @property
    def debye_frequency(self) -> float:
        """omega_D in rad/s."""
        return debye_frequency(self.debye_temperature)

    @property
    def bead(self) -> float:
        """a in m, from the speed of sound and the Debye temperature."""
        return bead_spacing(self.sound_speed, self.debye_temperature)

    @property
    def domain(self) -> float:
        """xi in m."""
        return self.mosaic_ratio * self.bead

    @property
    def two_level_density(self) -> float:
        """P-bar in 1/(J m^3)."""
        return two_level_density(self.glass_transition, self.domain)

    @property
    def phonon_coupling(self) -> float:
        """g in J (Eq. 18)."""
        return phonon_coupling(self.density, self.sound_speed, self.bead, self.glass_transition)

    @property
    def boson_peak(self) -> float:
        """omega_2, the lowest ripplon, in rad/s (Eq. 33)."""
        return float(self._bare_modes().frequencies[0]) * self.debye_frequency

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""Debye modes and single excitations of the cells, per vibrational mode of the beads, in s.

        .. math:: g(\omega) = \frac{3\omega^2}{\omega_D^3}\theta(\omega_D - \omega) + \frac{a^3}{3\xi^3}
                  \frac{\hbar}{k_B T_g} \Bigl[ e^{-\hbar\omega/k_BT_g}
                  + \sum_l (2l+1)\,\theta(\omega-\omega_l)\, e^{-\hbar(\omega-\omega_l)/k_BT_g} \Bigr]

        The Debye part has norm 1. The second part are the transitions from a ground state to the other structure
        with no or one ripplon (Eq. 37 cut at one quantum): two-level excitations, not oscillators. The lowest
        ripplon is a step at omega_2, not a peak of g/omega^2. Eq. 37 with all quanta is `count_levels`.

        Args:
            omega: rad/s, not negative.

        Raises:
            InputError: if a frequency is negative.
        """
        reduced = np.asarray(omega, dtype=float) / self.debye_frequency
        if np.any(reduced < 0):
            raise InputError(f"argument omega must not be negative, but reaches {np.min(omega):g} rad/s")
        modes = self._bare_modes()
        above = reduced[..., None] - modes.frequencies
        ripples = np.where(above >= 0, np.exp(-np.maximum(above, 0) / self.energy_ratio), 0.0) @ modes.weights
        cells = (np.exp(-reduced / self.energy_ratio) + ripples) / self.energy_ratio
        debye = np.where(reduced <= 1, 3 * reduced**2, 0.0)
        return (debye + cells / (3 * self.mosaic_ratio**3)) / self.debye_frequency

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K m^3): cells with ripplons averaged over both signs of epsilon, and the Debye solid.

        Equations 34-36; linear at low T with (pi^2/3) k_B^2 P-bar. Times 1/density it is per kilogram.

        Args:
            temperature: K, positive.

        Raises:
            InputError: if a temperature is not positive.
        """
        reduced = self._reduced(temperature)
        cells = mean_cell_heat_capacity(reduced, self._modes(), self.energy_ratio)
        return k * (cells / self.domain**3 + debye_heat_capacity(reduced) / self.bead**3)

    def thermal_conductivity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """kappa(T) in W/(m K) with l = c_s tau + lambda (Eqs. 43 and 48), up to half the Debye temperature.

        Args:
            temperature: K, positive.

        Raises:
            InputError: if a temperature is not in (0, T_D/2].
        """
        unit = conductivity_unit(self.debye_temperature, self.sound_speed)
        return unit * self._plateau().scaled_conductivity(self._reduced(temperature))

    def mean_free_path(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """l(omega) in m of a thermal phonon, k_B T = hbar omega; omega in rad/s, in (0, omega_D].

        Raises:
            InputError: if a frequency is not in (0, omega_D].
        """
        omega = np.asarray(omega, dtype=float)
        reduced = omega / self.debye_frequency
        if np.any((reduced <= 0) | (reduced > 1)):
            raise InputError(
                f"argument omega must lie in (0, {self.debye_frequency:.4g}] rad/s, the Debye frequency, but spans "
                f"{omega.min():g} to {omega.max():g}"
            )
        plateau = self._plateau()
        ratio = np.vectorize(lambda w: float(plateau.path_over_wavelength(w, w)), otypes=[float])(reduced)
        return ratio * 2 * np.pi * self.sound_speed / omega

    def parameters(self) -> list[Parameter]:
        """Every number that the theory needs."""
        own = (self.density, self.sound_speed, self.glass_transition)
        known = {(row.density, row.sound_speed, row.glass_transition): row.source for row in MOSAIC_GLASSES.values()}
        source = known.get(own, "given")
        return [
            Parameter("glass_transition", self.glass_transition, "K", "glass transition temperature T_g", source),
            Parameter("debye_temperature", self.debye_temperature, "K", "Debye temperature T_D", source),
            Parameter("density", self.density, "kg/m^3", "mass density rho", source),
            Parameter("sound_speed", self.sound_speed, "m/s", "speed c_s of the scalar phonons", source),
            Parameter("log10_quench_time", self.log10_quench_time, "1", "log10(tau/tau_0) at T_g", "Sec. II"),
            Parameter("size_ratio", self.mosaic_ratio, "1", "cell over bead, xi/a", "Sec. II, from the quench time"),
            Parameter("lindemann_ratio", self.lindemann_ratio, "1", "Lindemann length over bead, d_L/a", "Sec. II"),
            Parameter("tunnelling_path", self._path(), "1", "l/lambda of the two-level systems", "Eq. 20"),
        ]

    def headlines(self) -> list[Headline]:
        """The paper's numbers at the paper's inputs; they do not depend on the settings."""
        return headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        """Figures 1, 4, 8, 11, 13, 15, 17, 18, 19, 20, 22 and 24 of the paper, and the paper's spectrum, remade."""
        return dict(FIGURES)

    def _bare_modes(self) -> Modes:
        return ripplon_modes(self.mosaic_ratio, self.lindemann_ratio)

    def _path(self) -> float:
        return path_over_wavelength(self.mosaic_ratio) if self.tunnelling_path is None else self.tunnelling_path

    def _modes(self) -> Modes:
        if self.cutoff is None:
            return self._bare_modes()
        return dressed_modes(self._bare_modes(), self.energy_ratio, self.cutoff / self.mosaic_ratio, self.fragility)

    def _plateau(self) -> Plateau:
        return _cached_plateau(self)

    def _reduced(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        temperature = np.asarray(temperature, dtype=float)
        if np.any(temperature <= 0):
            raise InputError(f"argument temperature must be positive, but reaches {temperature.min():g} K")
        return temperature / self.debye_temperature


@lru_cache(maxsize=16)
def _cached_plateau(theory: Mosaic) -> Plateau:
    """The table of scatterers, a second's work, once for each frozen set of settings."""
    levels = None
    if theory.scattering == "exact_count":
        if theory.cutoff is not None:
            raise InputError("settings scattering = 'exact_count' and cutoff exclude each other: leave out one of them")
        levels = count_on_grid(theory._bare_modes(), HIGHEST_ENERGY, 2e-3)
    return Plateau(theory._modes(), theory.energy_ratio, theory._path(), levels=levels)
