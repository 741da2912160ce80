"""Thermal conductivity through the plateau (Sec. IV.D-F, Eqs. 43 and 48, Figs. 19 and 20). Reduced units."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.interpolate import CubicSpline

from ..._core.errors import InputError
from ._counting import Levels
from ._coupling import EMPIRICAL_PATH
from ._modes import Modes
from ._saddle import excited_scatterers, ground_state_scatterers
from ._scaled_conductivity import conduction_weight


@dataclass(frozen=True, eq=False)
class Plateau:
    r"""Conductivity limited by two-level systems and ripplons.

    .. math:: \frac l\lambda = \frac{q}{T_g\rho(\omega) + T_g\rho_{exc}(\omega, T)} + 1, \qquad
              \frac\kappa K = t^2 \int_0^{1/t} \frac{x^3 e^x}{(e^x-1)^2} \frac l\lambda(xt)\, dx

    Phonons are cut off at omega_D, with three branches of one speed: a choice that the paper leaves open.

    Attributes:
        modes: the ripplons, bare or dressed.
        ratio: k_B T_g / (hbar omega_D).
        path: q, l/lambda of the two-level systems alone; the paper imposes 150.
        levels: counted levels that replace steepest descent where the ripplons are bare; None for the paper's method,
            which smears the onset at omega_2 and puts the plateau a third too low.
        window: None for Eq. 43 with f = 2/(e^{E/T} + 1) (Fig. 19); alpha for rho_exc = N_{alpha T} (Fig. 20).
    """

    modes: Modes
    ratio: float
    path: float = EMPIRICAL_PATH
    window: float | None = None
    levels: Levels | None = None

    @cached_property
    def _grid(self) -> Float[np.ndarray, " frequencies"]:
        return np.geomspace(1e-4, 1.0, 65)

    @cached_property
    def _ground(self) -> CubicSpline:
        density = ground_state_scatterers(self._grid, self.modes, self.ratio).value
        return CubicSpline(np.log(self._grid), np.log(density))

    @cached_property
    def _energies(self) -> Float[np.ndarray, " energies"]:
        return np.geomspace(1e-4, 15.0, 81)

    @cached_property
    def _excited(self) -> Float[np.ndarray, "frequencies energies"]:
        return excited_scatterers(self._grid[:, None], self._energies, self.modes, self.ratio).value

    def scatterers(self, omega: ArrayLike, temperature: float) -> Float[np.ndarray, " ..."]:
        """T_g [rho(omega) + rho_exc(omega, T)].

        Args:
            omega: in omega_D, between 0 and 1; below 1e-4 the value at 1e-4 is taken.
            temperature: T / T_D.
        """
        if self.levels is not None:
            return self._counted(np.asarray(omega, dtype=float), temperature)
        log_omega = np.log(np.clip(omega, self._grid[0], 1.0))
        spline = CubicSpline(np.log(self._grid), np.log(self._at(temperature)))
        return np.exp(self._ground(log_omega)) + np.exp(spline(log_omega))

    def path_over_wavelength(self, omega: ArrayLike, temperature: float) -> Float[np.ndarray, " ..."]:
        """l / lambda at omega (in omega_D) and T (in T_D)."""
        return self.path / self.scatterers(omega, temperature) + 1

    def scaled_conductivity(self, temperature: ArrayLike) -> Float[np.ndarray, " ..."]:
        """kappa / K; temperature in T_D, any shape.

        Raises:
            InputError: if a temperature is not in (0, 0.5].
        """
        temperature = np.asarray(temperature, dtype=float)
        if np.any((temperature <= 0) | (temperature > 0.5)):
            raise InputError(
                "argument temperature must lie in (0, 0.5] (units of T_D): above, the density of scatterers is "
                f"not computed; but it spans {temperature.min():g} to {temperature.max():g}"
            )
        return np.vectorize(self._conductivity, otypes=[float])(temperature)

    def _counted(self, omega: Float[np.ndarray, " ..."], temperature: float) -> Float[np.ndarray, " ..."]:
        levels, ratio = self.levels, self.ratio
        assert levels is not None
        if self.window is None:
            excited = np.vectorize(lambda w: levels.excited(w, temperature, ratio), otypes=[float])(omega)
        else:
            reach = self.window * temperature
            excited = np.vectorize(lambda w: float(levels.cumulative(w, reach, ratio)), otypes=[float])(omega)
        return levels.scatterers(omega, ratio) + excited

    def _at(self, temperature: float) -> Float[np.ndarray, " frequencies"]:
        if self.window is not None:
            logs = np.log(np.maximum(self._excited, 1e-300))
            return np.exp(CubicSpline(np.log(self._energies), logs, axis=1)(np.log(self.window * temperature)))
        # rho_exc = int (-df/dE) N_E dE: no numerical derivative of N_E is needed.
        argument = self._energies / (2 * temperature)
        kernel = np.exp(-2 * argument) / (temperature / 2 * (1 + np.exp(-2 * argument)) ** 2)
        integrand = self._excited * kernel * self._energies
        return np.maximum(
            CubicSpline(np.log(self._energies), integrand, axis=1).integrate(
                np.log(self._energies[0]), np.log(self._energies[-1])
            ),
            1e-300,
        )

    def _conductivity(self, temperature: float) -> float:
        omega = np.geomspace(1e-3 * temperature, 1.0, 801)
        x = omega / temperature
        integrand = conduction_weight(x) * self.path_over_wavelength(omega, temperature) * x
        return temperature**2 * float(CubicSpline(np.log(omega), integrand).integrate(np.log(omega[0]), 0.0))
