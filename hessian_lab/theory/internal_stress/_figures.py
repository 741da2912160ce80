"""Figure 1 of paper 000 made again, and what the sign of the coupling does."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ._general import LocalModes, direct_density_of_states
from ._headlines import WINDOW
from ._materials import GLASSES
from ._stresses import PowerLawStresses
from ._theory import InternalStress

_COLOURS = {"suprasil": "#1f4e9c", "suprasil-w": "#d1731c", "b2o3": "#7b3f98"}
_GREEN, _RED = "#2c8a3d", "#c02030"


def heat_capacity_figure() -> Figure:
    """C(T) of the three glasses with the caption's parameters, their apparent slopes, and the local exponent below.

    Green: a linear law, as two-level systems give. Red dashes: the apparent slopes that the caption prints, over the
    window in which the computed ones are taken. The measured points of the figure are not in the paper's text.
    """
    figure = Figure(figsize=(8.2, 6.4), layout="constrained")
    axes = figure.subplots(2, 2, sharex=True, height_ratios=(2, 1))
    for column, names in enumerate((("suprasil", "suprasil-w"), ("b2o3",))):
        for name in names:
            _curves(axes[0, column], axes[1, column], name)
        _linear_law(axes[0, column], names[0])
        axes[0, column].set(xscale="log", yscale="log", ylabel="heat capacity $C$  [J/(K kg)]")
        axes[1, column].set(xlabel="temperature $T$  [K]", ylabel="d ln $C$ / d ln $T$", ylim=(0.9, 4.2))
        for law, end in ((2, "left"), (3, "right")):
            axes[1, column].axhline(law, color="#999999", lw=0.6, ls="--")
            place = 0.02 if end == "left" else 0.98
            axes[1, column].text(
                place,
                law - 0.05,
                f"$T^{law}$",
                ha=end,
                va="top",
                fontsize=8,
                transform=axes[1, column].get_yaxis_transform(),
            )
        axes[0, column].legend(fontsize=7.5, frameon=False)
        axes[1, column].legend(fontsize=7.5, frameon=False, loc="upper left", ncols=2)
    axes[0, 0].set_title("SiO$_2$: Suprasil and Suprasil W")
    axes[0, 1].set_title(r"B$_2$O$_3$: $\omega_0$ = 0.015 ps$^{-1}$ (caption)")
    return figure


def _curves(heat: Axes, exponent: Axes, name: str) -> None:
    theory, entry, colour = InternalStress.of(name), GLASSES[name], _COLOURS[name]
    temperature = np.geomspace(1e-3, 3, 300)
    title = entry.title.replace("B2O3", "B$_2$O$_3$")
    heat.plot(temperature, theory.heat_capacity(temperature), color=colour, label=f"{title}: waves and vortices")
    heat.plot(temperature, theory.excess_heat_capacity(temperature), color=colour, lw=0.8, ls=":", label="vortices")
    exponent.plot(temperature, theory.local_exponent(temperature), color=colour, label=title)
    exponent.axvline(theory.crossover_temperature, color=colour, lw=0.8, ls=":", label="$T_0$")
    window = np.array(WINDOW)
    computed = theory.apparent_exponent(*WINDOW)
    if entry.apparent_exponent is not None:
        middle = np.sqrt(window.prod())
        line = theory.heat_capacity(middle) * (window / middle) ** entry.apparent_exponent
        text = f"slope {entry.apparent_exponent} (printed), {computed:.2f} (computed)"
        heat.plot(window, 1.6 * line, color=_RED, ls="--", lw=1.2, label=text)
        exponent.plot(window, [entry.apparent_exponent] * 2, color=_RED, ls="--", lw=1.2)
    else:
        exponent.plot(window, [computed] * 2, color=_RED, ls=":", lw=1.2)
        line = theory.heat_capacity(np.sqrt(window.prod())) * (window / np.sqrt(window.prod())) ** computed
        heat.plot(window, 1.6 * line, color=_RED, ls=":", lw=1.2, label=f"slope {computed:.2f} (computed)")


def _linear_law(heat: Axes, name: str) -> None:
    theory = InternalStress.of(name)
    temperature = np.array([1e-3, 3.0])
    middle = np.array(0.1)
    line = theory.excess_heat_capacity(middle) * temperature / middle
    heat.plot(temperature, line, color=_GREEN, lw=1.0, label="linear law (two-level systems)")


def signs_figure() -> Figure:
    """g_dir for a constant P(sigma), with the sign of Eq. 17 as printed and with that of a coupling energy."""
    figure = Figure(figsize=(5.2, 3.8), layout="constrained")
    axes = figure.subplots()
    stresses = PowerLawStresses(sigma_max=0.5)
    omega = np.linspace(0.0, 3.0, 1201)
    for reciprocal, colour, text in (
        (False, _COLOURS["suprasil"], r"as printed: $\sigma(1+\gamma^2\sigma/\mu)/\zeta$"),
        (True, _COLOURS["suprasil-w"], r"from an energy: $\sigma(1-\gamma^2\sigma/\mu)/\zeta$"),
    ):
        modes = LocalModes(zeta=0.25, gamma=1.0, shear_modulus=1.0, reciprocal=reciprocal)
        axes.plot(omega, direct_density_of_states(omega, stresses, modes), color=colour, label=text)
    axes.set(
        xlabel=r"frequency $\omega/\omega_0$",
        ylabel=r"$\omega_0\, g_{\mathrm{dir}}\, N/N_\eta$",
        xlim=(0, 2),
        ylim=(0, 4),
        title=r"constant $P(\sigma)$ up to $\mu/(2\gamma^2)$",
    )
    axes.legend(frameon=False, fontsize=8)
    return figure
