"""The boson peak for growing disorder, and the gap of a glass without long waves."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from ._scalar import critical_disorder, gap, scalar_density_of_states
from ._theory import HeterogeneousElasticity


def boson_peak_figure() -> Figure:
    """Reduced density of states, scalar and vector form, against omega over the macroscopic Debye frequency."""
    figure = Figure(figsize=(8.2, 3.9), layout="constrained")
    axes = figure.subplots(1, 2, sharey=True)
    scalar = HeterogeneousElasticity(gamma=0.0)
    vector = HeterogeneousElasticity(form="vector", gamma=0.0, sound_velocity=3750.0, longitudinal_velocity=5950.0)
    shares = (0.4, 0.8, 0.96, 0.99, 1.0)
    colours = colormaps["viridis"](np.linspace(0, 0.85, len(shares)))
    for place, pure in enumerate((scalar, vector)):
        for share, colour in zip(shares, colours, strict=True):
            theory = pure.model_copy(update={"gamma": share * pure.largest_disorder})
            ratio = np.linspace(2e-3, 1.4, 500)
            omega = ratio * theory.omega_debye
            reduced = theory.density_of_states(omega) / (3 * omega**2 / theory.omega_debye**3)
            axes[place].plot(ratio, reduced, color=colour, label=rf"$\gamma$ = {theory.gamma:.3f}")
            peak = theory.boson_peak
            axes[place].plot(peak.omega / theory.omega_debye, peak.over_debye, "o", color=colour, ms=4)
        axes[place].axhline(1.0, color="#888888", lw=0.8, ls="--", label="Debye")
        axes[place].set(xlabel=r"$\omega/\omega_D$ (macroscopic)", title=f"{pure.form} form")
        axes[place].legend(frameon=False, fontsize=8)
    axes[0].set_ylabel(r"$g(\omega)\, \omega_D^3/(3\omega^2)$")
    return figure


def gap_figure() -> Figure:
    """Left: g without the waves below 0.3 k_D, from the stable to the marginal glass. Right: the gap."""
    figure = Figure(figsize=(8.2, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    box = 0.3
    critical = critical_disorder(smallest_wavenumber=box)
    omega = np.geomspace(1e-3, 1.5, 900)
    distances = (0.3, 0.1, 0.01, 0.001, 0.0)
    for share, colour in zip(distances, colormaps["plasma"](np.linspace(0, 0.85, len(distances))), strict=True):
        density = scalar_density_of_states(omega, critical * (1 - share), smallest_wavenumber=box)
        text = rf"$1-\gamma/\gamma_c$ = {share:g}"
        left.plot(omega, np.where(density > 1e-9, density, np.nan), color=colour, label=text)
    guide = np.array([2e-3, 0.05])
    left.plot(guide, 4 * guide**2, color="#888888", ls="--", lw=1, label=r"$\omega^2$")
    left.set(
        xscale="log",
        yscale="log",
        ylim=(1e-6, 10),
        xlabel=r"$\omega/(c_0 k_D)$",
        ylabel=r"$c_0 k_D\, g(\omega)$",
        title=rf"scalar, waves below {box} $k_D$ left out",
    )
    left.legend(frameon=False, fontsize=8)
    distance = np.geomspace(1e-6, 0.2, 25)
    for smallest, colour in ((0.3, "#1f4e9c"), (0.6, "#d1731c")):
        limit = critical_disorder(smallest_wavenumber=smallest)
        gaps = [gap(limit - value, smallest_wavenumber=smallest) for value in distance]
        law = np.sqrt(distance * (1 - smallest**3) / (6 * limit * (1 - smallest)))
        right.plot(distance, gaps, "o", ms=3.5, color=colour, label=rf"waves above {smallest} $k_D$")
        right.plot(distance, law, color=colour, lw=1, ls="--", label=r"$\propto (\gamma_c-\gamma)^{1/2}$")
    right.set(
        xscale="log",
        yscale="log",
        xlabel=r"$\gamma_c-\gamma$",
        ylabel=r"$\omega_{\mathrm{gap}}/(c_0 k_D)$",
        title="gap",
    )
    right.legend(frameon=False, fontsize=8)
    return figure
