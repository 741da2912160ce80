"""Heat capacity of soft modes over W, and the density of their excitations."""

from __future__ import annotations

import numpy as np
from matplotlib import colormaps
from matplotlib.figure import Figure

from ._harmonic import boson_peak_energy, vibrational_density
from ._plane import plane, universal_heat_capacity
from ._theory import SoftPotential, minimum_of_reduced_heat

_CUTOFF = 2.4e-5


def heat_capacity_figure() -> Figure:
    """Left: the soft modes' universal C/T for several tunnelling exponents. Right: C/T^3 with the waves of silica."""
    figure = Figure(figsize=(8.2, 3.9), layout="constrained")
    left, right = figure.subplots(1, 2)
    ratio = np.geomspace(1e-3, 4, 200)
    exponents = (12.0, 17.0, 22.0, 28.0)
    for exponent, colour in zip(exponents, colormaps["viridis"](np.linspace(0, 0.85, 4)), strict=True):
        curve = universal_heat_capacity(ratio, exponent=exponent) / ratio
        left.plot(ratio, curve, color=colour, label=rf"$\lambda_{{\max}}$ = {exponent:.0f}")
    high = np.geomspace(0.5, 4, 20)
    left.plot(high, 90 * np.pi**6 / 945 * high**4, color="#c02030", ls="--", lw=1, label=r"91.6 $(k_BT/W)^4$")
    left.set(
        xscale="log",
        yscale="log",
        ylim=(0.8, 1e4),
        xlabel=r"$k_B T/W$",
        ylabel=r"$C\, W/(P_s k_B^2\, T)$",
        title="soft modes alone",
    )
    left.legend(frameon=False, fontsize=8)
    for cutoff, colour in ((0.0, "#1f4e9c"), (_CUTOFF, "#d1731c")):
        theory = SoftPotential(asymmetry_cutoff=cutoff)
        temperature = np.geomspace(0.2, 30, 200)
        reduced = theory.heat_capacity(temperature) / temperature**3
        right.plot(temperature, reduced, color=colour, label=f"$A$ = {cutoff:g}")
    waves = (theory.heat_capacity(temperature) - theory.excess_heat_capacity(temperature)) / temperature**3
    right.plot(temperature, waves, color="#888888", ls="--", lw=1, label="waves alone")
    place = minimum_of_reduced_heat(theory.tunnelling_exponent) * theory.crossover_temperature
    right.axvline(place, color="#888888", lw=0.8, ls=":", label=f"minimum, {place:.2f} K")
    right.set(
        xscale="log",
        yscale="log",
        ylim=(1, 100),
        xlabel="temperature $T$  [K]",
        ylabel="$C/T^3$  [J/(K$^4$ m$^3$)]",
        title=r"with waves, $W/k_B$ = 4 K",
    )
    right.legend(frameon=False, fontsize=8)
    return figure


def excitations_figure() -> Figure:
    """Density of the lowest excitation, exact and as vibrations, without and with a cutoff of the asymmetries."""
    figure = Figure(figsize=(5.6, 4.0), layout="constrained")
    axes = figure.subplots()
    edges = np.geomspace(1e-3, 13, 28)
    exponent = SoftPotential().tunnelling_exponent
    axes.stairs(plane(exponent).excitations(edges), edges, color="#1f4e9c", label=rf"exact, $\lambda$ < {exponent:.0f}")
    energy = np.geomspace(0.8, 60, 200)
    axes.plot(energy, vibrational_density(energy), color="#c02030", ls="--", lw=1, label="$E^4/8$")
    axes.plot(energy, vibrational_density(energy, _CUTOFF), color="#d1731c", label=f"$A$ = {_CUTOFF:g}")
    place = boson_peak_energy(_CUTOFF)
    axes.axvline(place, color="#888888", lw=0.8, ls=":", label=f"maximum of $n/E^2$: {place:.1f} $W$")
    axes.set(xscale="log", yscale="log", ylim=(0.3, 1e6), xlabel="energy $E/W$", ylabel="$n(E)\\, W/P_s$")
    axes.legend(frameon=False, fontsize=8)
    return figure
