"""Simulated density of states with the prediction of the internal-stress theory on top."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ...statistics import SMALL_STRESSES
from ._stress_prediction import StressFit, densities_per_glass

_DATA, _DIRECT, _INDIRECT, _SUM, _WAVES, _LINE = "#222222", "#2c8a3d", "#d1731c", "#c02030", "#1f4e9c", "#7b3f98"
_BINS_PER_DECADE = 16


def density_figure(fit: StressFit) -> Figure:
    """Left: g(omega) with errors over glasses, GHET's parts, Debye's level, omega_T1. Right: the measured P(sigma).

    What was fitted and what was fixed stands in the titles.
    """
    figure = Figure(figsize=(10.4, 4.7), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.35, 1))
    inputs = fit.prediction.inputs
    _density(left, fit)
    _stresses(right, fit)
    figure.suptitle(f"{inputs.label}: {inputs.spectra.glasses} minima", fontsize=10)
    return figure


def _density(axes: Axes, fit: StressFit) -> None:
    prediction, inputs = fit.prediction, fit.prediction.inputs
    spectra = inputs.spectra
    known = min(float(spectra.omega.max()), float(spectra.known_up_to.min()))
    decades = np.log10(known / fit.edges[0])
    edges = np.geomspace(fit.edges[0], known, max(4, int(_BINS_PER_DECADE * decades)) + 1)
    shares = densities_per_glass(spectra, edges)
    value, error = shares.mean(axis=0), shares.std(axis=0, ddof=1) / np.sqrt(spectra.glasses)
    seen = value > 0
    middle = np.sqrt(edges[1:] * edges[:-1])
    axes.errorbar(
        middle[seen], value[seen], error[seen], fmt="o", color=_DATA, ms=3, lw=0.8, label="simulated", zorder=5
    )
    omega = np.geomspace(edges[0] / 1.5, known, 300)
    axes.plot(omega, prediction.waves(omega), color=_WAVES, ls="--", lw=1.2, label=r"Debye, $3\omega^2/\omega_D^3$")
    inside = omega <= fit.edges[-1]
    for values, colour, style, text in (
        (fit.defects_per_particle * prediction.direct(omega), _DIRECT, "-.", r"$(N_\eta/N)\, g_{\rm dir}$"),
        (fit.amplitude * prediction.indirect(omega), _INDIRECT, ":", r"$g_{\rm ind} = A\omega^5 P(\zeta\omega^2)$"),
        (fit.density_of_states(omega), _SUM, "-", "GHET, both parts"),
    ):
        positive = np.where(values > 0, values, np.nan)
        axes.plot(omega[inside], positive[inside], color=colour, ls=style, lw=1.5, label=text)
        axes.plot(omega, positive, color=colour, ls=style, lw=0.5)
    first = inputs["first_transverse_frequency"]
    axes.axvspan(first.value - first.error, first.value + first.error, color=_LINE, alpha=0.25, lw=0)
    axes.axvline(first.value, color=_LINE, lw=1, label=rf"$\omega_{{T1}}$ = {first.value:.3f} $\pm$ {first.error:.3f}")
    axes.axvline(fit.edges[-1], color="#999999", lw=0.8, ls=":", label="end of the fit")
    axes.set(xscale="log", yscale="log", xlabel=r"frequency $\omega$  [$(\epsilon/m)^{1/2}$/length]")
    axes.set_ylabel(r"$g(\omega)$  [length/$(\epsilon/m)^{1/2}$]")
    axes.set_ylim(0.3 * value[seen].min(), 100 * value.max())
    zeta = rf"$\zeta$ = {prediction.zeta:.3g}"
    fixed = rf"$\gamma$ = {prediction.gamma:g}" + ("" if fit.zeta_fitted else f", {zeta}")
    fitted = rf"{zeta} ($\pm$ {100 * fit.zeta_factor_error:.0f} %), " if fit.zeta_fitted else ""
    axes.set_title(
        rf"fixed: {fixed}; fitted: {fitted}$N_\eta/N$ = {_number(fit.defects_per_particle, fit.defects_error)}, "
        rf"$A$ = {_number(fit.amplitude, fit.amplitude_error)}"
        "\n"
        rf"$\chi^2$ = {fit.chi_squared:.1f} for {fit.degrees_of_freedom} degrees of freedom, {fit.modes} modes",
        fontsize=8,
    )
    axes.legend(frameon=False, fontsize=7.5, loc="upper left", ncols=2)


def _stresses(axes: Axes, fit: StressFit) -> None:
    inputs = fit.prediction.inputs
    density = inputs.stresses.density
    value, error = density.density, inputs.stresses.error
    seen = value > 0
    centres, text = density.centres[seen], f"{int(density.counts.sum())} pairs of all glasses"
    axes.errorbar(centres, value[seen], error[seen], fmt="o", color=_DATA, ms=2.5, lw=0.7, label=text)
    exponent = inputs.stresses.exponent
    text = rf"smallest 2 %: $\sigma^{{{exponent:.2f} \pm {inputs.stresses.exponent_error:.2f}}}$"
    # Normalised to the share of the stresses that it was taken from.
    end = inputs.stresses.largest_small
    small = np.geomspace(centres[0], end, 50)
    axes.plot(small, SMALL_STRESSES * (1 + exponent) / end * (small / end) ** exponent, color=_SUM, lw=1, label=text)
    expected = -1 if np.isinf(inputs.order) else -1 + 1 / inputs.order
    axes.plot([], [], " ", label=rf"taper of order {inputs.order:g}: $-1 + 1/m$ = {expected:.2f}")
    for frequency, style, name in (
        (fit.edges[0], ":", "first bin"),
        (inputs["first_transverse_frequency"].value, "-", r"$\omega_{T1}$"),
    ):
        place = fit.prediction.zeta * frequency**2
        axes.axvline(place, color=_LINE, lw=1, ls=style, label=rf"$\zeta\omega^2$ of {name}: {place:.2g}")
    axes.set(xscale="log", yscale="log", xlabel=r"pair stress $\sigma = |r\phi'|/\Omega$  [$\epsilon$/length$^3$]")
    axes.set_ylabel(r"$P(\sigma)$  [length$^3/\epsilon$]")
    axes.set_ylim(0.3 * value[seen].min(), None)
    axes.set_title("what the prediction is made of", fontsize=8)
    axes.legend(frameon=False, fontsize=7.5, loc="lower left")


def _number(value: float, error: float) -> str:
    return f"{value:.3g} $\\pm$ {error:.1g}"
