"""Figures 17 to 20 of the paper: scattering states and the plateau of the conductivity."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from ._counting import count_levels
from ._dressing import dressed_modes
from ._plateau import Plateau
from ._ripplons import ripplon_modes
from ._saddle import excited_scatterers, ground_state_scatterers
from ._scaled_conductivity import scaled_conductivity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL = 200 ** (1 / 3)
FRAGILITY = 50.0
"""D of the smeared cutoff; the paper gives no value and calls it unimportant."""


def figure_17() -> Figure:
    """Density of scattering states by steepest descent beside the exact count, with the neglected terms."""
    figure, axes = _new_figure()
    modes, ratio = ripplon_modes(CELL), 4.4
    omega = np.linspace(0.002, 1.0, 900)
    saddle = ground_state_scatterers(omega, modes, ratio)
    axes.semilogy(omega, saddle.value, color="black", label=r"$T_g\rho(\omega)$, Eq. 39")
    exact = count_levels(modes, 1.0).scatterers(omega, ratio)
    axes.semilogy(omega, exact, color="tab:red", lw=1, label="exact count, Eq. 37")
    axes.semilogy(omega, saddle.fourth, "-.", color="tab:blue", label="fourth-order term")
    axes.semilogy(omega, saddle.third, "--", color="tab:green", label="third-order term (imaginary)")
    axes.set(xlabel=r"$\omega/\omega_D$", ylabel=r"$T_g\rho$, and terms of the exponent", xlim=(0, 1))
    axes.set_title(r"Figure 17: $(\xi/a)^3$ = 200, $T_g/\omega_D$ = 4.4", fontsize="medium")
    axes.legend(fontsize="small")
    return figure


def figure_18() -> Figure:
    """Fourth-order term of the density of excited scattering states, T_g/omega_D = 5, dressed ripplons."""
    figure, axes = _new_figure()
    modes = dressed_modes(ripplon_modes(CELL), 5.0, 1.8 / CELL, FRAGILITY)
    omega, energy = np.geomspace(1e-4, 1, 41), np.geomspace(1e-4, 1, 41)
    fourth = excited_scatterers(omega[:, None], energy, modes, 5.0).fourth
    image = axes.pcolormesh(np.log10(omega), np.log10(energy), np.log10(fourth).T, shading="gouraud", cmap="viridis")
    lines = axes.contour(np.log10(omega), np.log10(energy), np.log10(fourth).T, colors="white", linewidths=0.7)
    axes.clabel(lines, fontsize="x-small")
    figure.colorbar(image, ax=axes, label=r"$\log_{10}$ of the fourth-order term, one width away")
    axes.set(xlabel=r"$\log_{10}(\omega/\omega_D)$", ylabel=r"$\log_{10}(E/\hbar\omega_D)$")
    axes.set_title(r"Figure 18: $T_g/\omega_D$ = 5, largest over directions", fontsize="medium")
    return figure


def figure_19() -> Figure:
    """Conductivity through the plateau, omega_c = 1.8 (a/xi) omega_D, bare and dressed ripplons."""
    return _conductivity(1.8, None, "Figure 19", r"$f = 2/(e^{E/T}+1)$")


def figure_20() -> Figure:
    """As figure 19 with rho_exc = N_T(omega) and omega_c = 2 (a/xi) omega_D."""
    return _conductivity(2.0, 1.0, "Figure 20", r"$\rho_{exc} = N_T$")


def _conductivity(cutoff: float, window: float | None, name: str, weight: str) -> Figure:
    figure, axes = _new_figure()
    temperature = np.geomspace(1e-3, 0.3, 50)
    bare = ripplon_modes(CELL)
    if window is None:
        values = Plateau(bare, 4.4, window=window).scaled_conductivity(temperature)
        axes.loglog(temperature, values, "--", color="black", label=r"no coupling, $T_g/\omega_D$ = 4.4")
    for ratio, colour in ((5.0, "tab:red"), (3.5, "tab:green"), (2.0, "tab:blue")):
        modes = dressed_modes(bare, ratio, cutoff / CELL, FRAGILITY)
        values = Plateau(modes, ratio, window=window).scaled_conductivity(temperature)
        axes.loglog(temperature, values, color=colour, label=rf"$T_g/\omega_D$ = {ratio:g}")
    for path in (150.0, 1.0):
        axes.loglog(temperature, scaled_conductivity(temperature, path), ":", color="grey", lw=1)
    axes.plot([], [], ":", color="grey", label=r"$l/\lambda$ = 150 and 1")
    axes.set(xlabel=r"$T/T_D$", ylabel=r"$\kappa/K$", ylim=(1e-4, 10), xlim=(1e-3, 0.3))
    axes.set_title(rf"{name}: {weight}, $\omega_c = {cutoff:g}(a/\xi)\omega_D$", fontsize="medium")
    axes.legend(fontsize="small")
    return figure


def _new_figure():
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    return figure, figure.add_subplot()
