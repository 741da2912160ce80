"""Figures of the standard tunnelling model."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

if TYPE_CHECKING:
    from ._model import Tunnelling

COLOURS = ("#1B4F72", "#2E86C1", "#CA6F1E", "#7D3C98")
GUIDE = {"color": "#777777", "linewidth": 0.9, "linestyle": "--"}


def one_panel(xlabel: str, ylabel: str, *, logarithmic: str = "x") -> tuple[Figure, Axes]:
    """A figure with one pair of axes, made without pyplot."""
    figure = Figure(figsize=(6.0, 4.2), layout="constrained")
    axes = figure.subplots()
    axes.set_xlabel(xlabel)
    axes.set_ylabel(ylabel)
    if "x" in logarithmic:
        axes.set_xscale("log")
    if "y" in logarithmic:
        axes.set_yscale("log")
    axes.grid(color="#E6E6E6", linewidth=0.6)
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def heat_capacity_figure(model: Tunnelling) -> Figure:
    """C(T, t)/T against T for four measuring times, and what a T-linear law of the longest would be."""
    temperature = np.geomspace(0.01, 1.0, 60)
    figure, axes = one_panel("temperature $T$ [K]", r"tunnelling $C(T,t)/T$ [J K$^{-2}$ m$^{-3}$]")
    times = ((1e-6, "1 µs"), (1e-3, "1 ms"), (1.0, "1 s"), (1e4, "$10^4$ s"))
    for (time, name), colour in zip(times, COLOURS, strict=True):
        capacity = model.heat_capacity_at(temperature, np.array(time))
        axes.plot(temperature, capacity / temperature, color=colour, label=f"$t$ = {name}")
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    axes.set_title("Heat capacity grows as the logarithm of the time", fontsize=10)
    return figure


def conductivity_figure(model: Tunnelling) -> Figure:
    """kappa(T) with relaxational scattering beside the pure T^2 law of resonant scattering."""
    temperature = np.geomspace(0.02, 6.0, 40)
    conductivity = model.thermal_conductivity(temperature)
    power_law = conductivity[0] * (temperature / temperature[0]) ** 2
    figure = Figure(figsize=(6.0, 5.4), layout="constrained")
    upper, lower = figure.subplots(2, 1, sharex=True, height_ratios=[2, 1])
    for axes in (upper, lower):
        axes.axvspan(2.0, 6.0, color="#F2F2F2", zorder=0)
        axes.grid(color="#E6E6E6", linewidth=0.6)
        axes.spines[["top", "right"]].set_visible(False)
    upper.loglog(temperature, conductivity, color=COLOURS[0], label="resonant and relaxational scattering")
    upper.loglog(temperature, power_law, label=r"$\propto T^2$ (resonant alone)", **GUIDE)
    upper.text(3.4, 2 * conductivity[0], "beyond\nthe model", ha="center", fontsize=8.5, color="#666666")
    upper.set_ylabel(r"thermal conductivity $\kappa$ [W m$^{-1}$ K$^{-1}$]")
    upper.legend(frameon=False)
    lower.plot(temperature, conductivity / power_law, color=COLOURS[0])
    lower.axhline(1.0, **GUIDE)
    lower.set_ylabel(r"$\kappa$ / resonant $\kappa$")
    lower.set_xlabel("temperature $T$ [K]")
    return figure


def friction_figure(model: Tunnelling) -> Figure:
    """Q^-1(T) at four frequencies, with the plateau pi C/2."""
    temperature = np.geomspace(0.003, 10.0, 120)
    figure, axes = one_panel("temperature $T$ [K]", r"internal friction $10^4\,Q^{-1}$")
    for frequency, name, colour in zip(
        (1e2, 1e4, 1e6, 1e8), ("100 Hz", "10 kHz", "1 MHz", "100 MHz"), COLOURS, strict=True
    ):
        friction = model.internal_friction(temperature, 2 * np.pi * frequency)
        axes.plot(temperature, 1e4 * friction, color=colour, label=name)
    plateau = 1e4 * np.pi * model.strength() / 2
    axes.axhline(plateau, label=r"plateau $\pi C/2$", **GUIDE)  # type: ignore[arg-type]
    axes.set_ylim(0, 1.45 * plateau)
    axes.legend(frameon=False, ncols=3, loc="upper center")
    return figure


def shift_figure(model: Tunnelling) -> Figure:
    """dv/v(T) at 1 kHz and 1 MHz with its resonant and relaxational parts."""
    temperature = np.geomspace(0.003, 10.0, 120)
    figure, axes = one_panel("temperature $T$ [K]", r"sound-speed shift $10^4\,[v(T) - v(0)]/v$")
    for frequency, name, colour in ((1e3, "1 kHz", COLOURS[0]), (1e6, "1 MHz", COLOURS[2])):
        omega = 2 * np.pi * frequency
        for part, dashes in (("both", "-"), ("resonant", ":"), ("relaxation", "--")):
            shift = 1e4 * model.sound_speed_shift(temperature, omega, part)  # type: ignore[arg-type]
            axes.plot(temperature, shift, color=colour, linestyle=dashes, label=f"{name}, {part}")
    strength = 1e4 * model.strength()
    warm = np.array([1.5, 10.0])
    anchor = 1e4 * model.sound_speed_shift(warm[:1], 2e6 * np.pi)[0] - 2.0 * strength
    axes.plot(warm, anchor - 0.5 * strength * np.log(warm / warm[0]), color="#444444", linewidth=1.0)
    axes.text(warm[0], anchor - 1.4 * strength, r"slope $-C/2$", fontsize=8.5, color="#444444")
    axes.legend(frameon=False, ncols=2)
    return figure
