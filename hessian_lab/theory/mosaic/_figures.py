"""Figures of the paper, remade: mosaic, ripplons, heat capacity, mixing, cutoff.

Those of the plateau are in `_figures_plateau`. Each function returns a matplotlib Figure. Measured points of the
originals are not in the text and are not drawn.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from ._cutoff import REACH, form_factor
from ._dressing import dressed_modes
from ._droplet import Droplet, nmt_index
from ._figures_plateau import figure_17, figure_18, figure_19, figure_20
from ._heat_capacity import debye_heat_capacity, mean_cell_heat_capacity
from ._hollow_sphere import cot_alpha, shell_frequencies, shell_side
from ._mixing import bare_splitting, level_shift
from ._ripplons import ripplon_modes
from ._scaled_conductivity import scaled_conductivity
from ._time_dependence import TunnellingHeatCapacity

if TYPE_CHECKING:
    from matplotlib.figure import Figure

CELL = 200 ** (1 / 3)


def new_figure(width: float = 6.0, height: float = 4.2):
    """An empty figure and its axes, without any global state."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(width, height), layout="constrained")
    return figure, figure.add_subplot()


def figure_1() -> Figure:
    """Scaled conductivity for l/lambda = 150 and 1: the two solid lines."""
    figure, axes = new_figure()
    temperature = np.geomspace(1e-5, 1, 160)
    for path, style in ((150.0, "-"), (1.0, "--")):
        values = scaled_conductivity(temperature, path)
        axes.loglog(temperature, values, style, color="black", label=rf"$l_{{mfp}}/\lambda$ = {path:g}")
    axes.set(xlabel=r"$T/T_D$", ylabel=r"$\kappa/K$,  $K = k_B^3 T_D^2/(\pi\hbar^2 c_s)$", xlim=(1e-5, 1))
    axes.set_ylim(1e-7, 1e2)
    axes.set_title("Figure 1, lines: three Debye branches", fontsize="medium")
    axes.legend()
    return figure


def figure_4() -> Figure:
    """Free energy of a droplet against the number of its beads (Eq. 6)."""
    figure, axes = new_figure()
    droplet = Droplet()
    beads = np.linspace(0, 240, 400)
    axes.plot(beads, droplet.free_energy(beads), color="black", label=r"$F(N) = \gamma\sqrt{N} - T s_c N$")
    axes.axhline(0, color="grey", lw=0.7)
    axes.plot(
        [droplet.critical_size],
        [droplet.barrier],
        "o",
        color="tab:red",
        label=rf"$N^\ddagger$ = {droplet.critical_size:.0f}, $F^\ddagger$ = {droplet.barrier:.1f} $k_BT_g$",
    )
    axes.plot([droplet.cooperative_size], [0], "s", color="tab:blue", label=rf"$N^*$ = {droplet.cooperative_size:.0f}")
    axes.set(xlabel="beads N", ylabel=r"$F\;(k_B T_g)$", xlim=(0, 240))
    axes.set_title(r"Figure 4: droplet at $T_g$, one hour", fontsize="medium")
    axes.legend()
    return figure


def figure_8() -> Figure:
    """Fragility index against the nonlinearity of ageing, the line m = 19/x."""
    figure, axes = new_figure()
    nonlinearity = np.linspace(0.1, 1, 200)
    axes.plot(nonlinearity, nmt_index(nonlinearity), color="black", label=r"$m = 19/x_{NMT}$ (printed)")
    axes.plot(
        nonlinearity, 17 / nonlinearity, "--", color="tab:red", label=r"barrier frozen at $T_g$: $m = 17/x_{NMT}$"
    )
    axes.set(xlabel=r"$x_{NMT}$", ylabel="fragility index m", xlim=(0.1, 1), ylim=(0, 200))
    axes.set_title("Figure 8, line", fontsize="medium")
    axes.legend()
    return figure


def figure_11() -> Figure:
    """Heat capacity of two-level systems after microseconds, seconds and hours (Eq. 27)."""
    figure, axes = new_figure()
    capacity = TunnellingHeatCapacity(exponent=0.1)
    temperature = np.geomspace(1e-5, 1e-2, 120)
    for time, label in ((1e-5, r"10 $\mu$s"), (10.0, "10 s"), (3.6e4, "10 h")):
        values = capacity(temperature, time) * temperature
        axes.loglog(temperature, np.where(values > 1e-9, values, np.nan), label=label)
    reference = capacity(1e-3, 3.6e4) * 1e-3 * (temperature / 1e-3) ** 1.05
    axes.loglog(temperature, reference, ":", color="grey", label=r"$T^{1+c/2}$")
    axes.set(xlabel=r"$T/T_D$", ylabel=r"$C/(k_B^2 T_D \bar P A)$", ylim=(1e-6, 2))
    axes.set_title(r"Figure 11: c = 0.1, $\tau_{min}$ = 2.0 $\mu$s at $E = 5.7\cdot10^{-4}\,T_D$", fontsize="medium")
    axes.legend()
    return figure


def figure_13() -> Figure:
    """Both sides of the equation for the modes of a hollow sphere, l = 2 (Eq. 30); arbitrary parameters."""
    figure, axes = new_figure()
    mass, tension, order = 2.0, 3.0, 2
    argument = np.linspace(0.02, 12, 6000)
    left = cot_alpha(order, argument)
    axes.plot(argument, np.where(np.abs(left) < 8, left, np.nan), color="black", label=r"$\cot\alpha_2(z)$")
    right = shell_side(order, argument, mass=mass, tension=tension)
    axes.plot(argument, np.where(right > -8, right, np.nan), "--", color="tab:blue", label="wall: mass and tension")
    roots = shell_frequencies(order, mass=mass, tension=tension, highest=12)
    axes.plot(roots[:1], cot_alpha(order, roots[:1]), "o", color="tab:red", label="mode of the wall")
    axes.plot(roots[1:], cot_alpha(order, roots[1:]), "o", mfc="none", color="tab:red", label="waves of the gas")
    axes.set(xlabel=r"$z = \omega R/c_g$", ylabel="sides of Eq. 30", ylim=(-6, 6), xlim=(0, 12))
    axes.set_title(r"Figure 13: $\rho_W/\rho_g R$ = 2, $\sigma/\rho_g R c_g^2$ = 3", fontsize="medium")
    axes.legend(loc="lower right", framealpha=1, fontsize="small")
    return figure


def figure_15() -> Figure:
    """Bump of the heat capacity over T^3: bare ripplons and ripplons dressed by phonons (Eqs. 34-36, 55)."""
    figure, axes = new_figure()
    temperature = np.geomspace(2e-3, 0.3, 120)
    cube = temperature**3
    debye = CELL**3 * debye_heat_capacity(temperature) / cube
    bare = ripplon_modes(CELL)
    axes.loglog(
        temperature,
        mean_cell_heat_capacity(temperature, bare, 4.4) / cube + debye,
        color="black",
        label=r"no coupling, $T_g/\omega_D$ = 4.4",
    )
    axes.loglog(
        temperature,
        mean_cell_heat_capacity(temperature, bare, 4.4) / cube,
        ":",
        color="black",
        label="the same without Debye",
    )
    for ratio, colour in ((2.0, "tab:blue"), (4.0, "tab:red")):
        modes = dressed_modes(bare, ratio, 1.8 / CELL, 50.0)
        values = mean_cell_heat_capacity(temperature, modes, ratio) / cube + debye
        axes.loglog(temperature, values, color=colour, label=rf"coupled, $T_g/\omega_D$ = {ratio:g}")
    axes.loglog(temperature, debye, "--", color="grey", label="Debye")
    axes.set(xlabel=r"$T/T_D$", ylabel=r"$c\,(T_D/T)^3\;(k_B$ per cell)", ylim=(1e3, 3e6))
    axes.set_title(r"Figure 15: $(\xi/a)^3$ = 200; coupled: $\omega_c = 1.8(a/\xi)\omega_D$, D = 50", fontsize="medium")
    axes.legend(fontsize="small")
    return figure


def figure_22() -> Figure:
    """Bare against effective splitting of a mixed two-level system, and the slope between them (Eqs. 59 and 66)."""
    from matplotlib.figure import Figure

    figure = Figure(figsize=(8.4, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    amplitudes, frequencies = np.array([0.25, 0.25]), np.array([1.0, 1.4])
    shift = level_shift(amplitudes, frequencies)
    effective = np.linspace(0, 0.8, 300)
    bare = bare_splitting(effective, amplitudes, frequencies)
    left.plot(effective, bare, color="black", label="Eq. 59")
    left.plot([0, 0], [0, shift], color="tab:red", lw=3, label=r"$|\epsilon| < \Sigma$: $\tilde\epsilon = 0$")
    left.plot(effective, effective, ":", color="grey", label=r"$|\epsilon| = |\tilde\epsilon|$")
    left.set(xlabel=r"$|\tilde\epsilon|/\hbar\omega_1$", ylabel=r"$|\epsilon|/\hbar\omega_1$", ylim=(0, None))
    slope = 1 + (amplitudes**2 / (frequencies - effective[:, None]) ** 2).sum(axis=1)
    right.plot(effective, slope, color="black", label=r"$\partial\epsilon/\partial\tilde\epsilon$ of Eq. 59")
    right.axhline(1, ls="--", color="tab:blue", label="1 of Eq. 66")
    right.annotate(
        "",
        xy=(0, 2.4),
        xytext=(0, 0),
        arrowprops={"arrowstyle": "->", "color": "tab:red", "lw": 3},
        annotation_clip=False,
    )
    right.text(0.03, 2.2, rf"$\Sigma\,\delta(\tilde\epsilon)$, $\Sigma$ = {shift:.3f}", color="tab:red")
    right.set(
        xlabel=r"$|\tilde\epsilon|/\hbar\omega_1$", ylabel=r"$|\partial\epsilon/\partial\tilde\epsilon|$", ylim=(0, 2.6)
    )
    for axes, name in ((left, "(a)"), (right, "(b)")):
        axes.set_title(rf"Figure 22{name}: ripplons at 1, 1.4; $\Delta_i$ = 0.25", fontsize="medium")
        axes.legend(fontsize="small", loc="upper left" if name == "(a)" else "lower right")
    return figure


def figure_24() -> Figure:
    """Square of the derivative of j_1: what of a phonon's strain a cell feels (Appendix B)."""
    figure, axes = new_figure()
    argument = np.linspace(0, 10, 500)
    axes.plot(argument, form_factor(argument), color="black", label=r"$(dj_1(x)/dx)^2$")
    axes.axvline(REACH, ls="--", color="tab:red", label=rf"$kR$ = {REACH:g}: $\omega_c = 2.48(a/\xi)\omega_D$")
    axes.set(xlabel="x = kR", ylabel=r"$(dj_1/dx)^2$", xlim=(0, 10), ylim=(0, 0.12))
    axes.set_title("Figure 24", fontsize="medium")
    axes.legend()
    return figure


FIGURES: dict[str, Callable[[], Figure]] = {
    "figure_1": figure_1,
    "figure_4": figure_4,
    "figure_8": figure_8,
    "figure_11": figure_11,
    "figure_13": figure_13,
    "figure_15": figure_15,
    "figure_17": figure_17,
    "figure_18": figure_18,
    "figure_19": figure_19,
    "figure_20": figure_20,
    "figure_22": figure_22,
    "figure_24": figure_24,
}
