"""Simulated density of states over Debye's, with heterogeneous elasticity for the measured disorder."""

from __future__ import annotations

import numpy as np
from matplotlib.figure import Figure

from ..._core.errors import InputError
from ._build import heterogeneous_elasticity
from ._inputs import Inputs
from ._stress_prediction import densities_per_glass

_BINS = 40


def elasticity_figure(inputs: Inputs) -> Figure:
    """Left: g(omega)/(3 omega^2/omega_D^3), simulated and computed. Right: the disorder against the cells' edge.

    The theory has no free parameter here: velocities, k_D and gamma are measured. A small box has no waves below
    omega_T1.
    """
    figure = Figure(figsize=(9.6, 4.3), layout="constrained")
    left, right = figure.subplots(1, 2, width_ratios=(1.4, 1))
    spectra, debye = inputs.spectra, inputs["debye_frequency"].value
    edges = np.linspace(0, min(2.4 * debye, float(spectra.omega.max())), _BINS + 1)
    shares = densities_per_glass(spectra, edges)
    middle = (edges[1:] + edges[:-1]) / 2
    level = 3 * middle**2 / debye**3
    error = shares.std(axis=0, ddof=1) / np.sqrt(spectra.glasses)
    left.errorbar(
        middle / debye,
        shares.mean(axis=0) / level,
        error / level,
        fmt="o",
        color="#222222",
        ms=3,
        lw=0.8,
        label="simulated",
    )
    omega = np.linspace(0.01, 1.6, 400) * debye
    colours = ("#2c8a3d", "#d1731c", "#7b3f98", "#4b9fb5")
    disorder = inputs.disorder
    for place, cells in enumerate(disorder.cells_per_edge):
        if cells == 1:
            continue
        text = rf"SCBA, $w$ = {disorder.length[place]:.2f}, $\gamma$ = {disorder.disorder[place].vector:.3f}"
        try:
            computed = heterogeneous_elasticity(inputs, place).density_of_states(omega)
            left.plot(omega / debye, computed / (3 * omega**2 / debye**3), color=colours[place % 4], label=text)
        except InputError:
            left.plot([], [], " ", label=text + ": beyond stability")
    left.axhline(1.0, color="#888888", lw=0.8, ls="--", label="Debye, measured moduli")
    first = inputs["first_transverse_frequency"]
    left.axvline(first.value / debye, color="#7b3f98", lw=1, ls=":", label=r"$\omega_{T1}$")
    left.set(xlabel=r"$\omega/\omega_D$", ylabel=r"$g(\omega)\,\omega_D^3/(3\omega^2)$", xlim=(0, 1.6), ylim=(0, 5))
    left.legend(frameon=False, fontsize=8)
    small = [k for k, cells in enumerate(disorder.cells_per_edge) if cells > 1]
    gamma = np.array([disorder.disorder[k].vector for k in small])
    right.errorbar(disorder.length[small], gamma, disorder.error[small], fmt="s", color="#222222", ms=4)
    ratio = (inputs["transverse_speed"].value / inputs["longitudinal_speed"].value) ** 2
    limit = 0.625 / (1 + 2 / 3 * ratio)
    right.axhline(limit, color="#c02030", lw=1, ls="--", label=f"largest of the theory, {limit:.3f}")
    right.set(
        xlabel="edge of the cells $w$  [length]",
        ylabel=r"disorder $\gamma = \langle\delta\mu^2\rangle n w^3/\langle\mu\rangle^2$",
        ylim=(0, 1.6 * max(limit, gamma.max())),
    )
    right.set_title(f"local moduli, surroundings {disorder.surroundings}", fontsize=9)
    right.legend(frameon=False, fontsize=8)
    figure.suptitle(f"{inputs.label}: {spectra.glasses} minima", fontsize=10)
    return figure
