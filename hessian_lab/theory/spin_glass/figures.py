"""Figures 1 to 4 of Kuehn and Horstmann (1998), and local fields of minima, in the paper's reduced units."""

from __future__ import annotations

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from ..._core.identity import generator
from .double_wells import Barrier, well_distributions
from .excitations import excitation_spectrum, level_diagram, tunnelling_plateau
from .local_fields import local_fields, simulated_fields
from .model import Couplings
from .one_step import solve_one_step
from .replica_symmetric import solve_replica_symmetric
from .simulation import simulate_minima
from .transitions import (
    almeida_thouless_line,
    double_well_line,
    double_well_onset,
    ergodic_edge,
    glass_temperature,
    polarisation_line,
)

PAPER = Couplings(gamma=4.0)
"""Parameters of Figs. 2, 3 and 4a."""

DISORDERED = Couplings(gamma=1.0, quadratic_spread=5**0.5)
"""Parameters of Fig. 4b, the printed variance 5 taken as the square of the standard deviation."""


def _axes(title: str, xlabel: str, ylabel: str) -> tuple[Figure, Axes]:
    figure = Figure(figsize=(5.2, 3.9), layout="constrained")
    axes = figure.add_subplot()
    axes.set(title=title, xlabel=xlabel, ylabel=ylabel)
    return figure, axes


def glass_temperature_figure() -> Figure:
    """Fig. 1a: glass temperature against gamma at J_0 = 0."""
    figure, axes = _axes("Glass temperature, $J_0 = 0$", r"$\gamma$", r"$T_g$ (reduced)")
    gamma = np.concatenate([[0.5], np.linspace(0.52, 1, 9), np.linspace(1.25, 8, 28)])
    axes.plot(gamma, [glass_temperature(Couplings(gamma=g)) for g in gamma], label=r"$\langle v^2 \rangle_{C=1} = T_g$")
    axes.axvline(0.5, linestyle=":", color="grey", label=r"$\gamma = 1/2$: no glass below")
    axes.legend()
    return figure


def phase_diagram_figure(points: int = 10) -> Figure:
    """Fig. 1b: phases at T = 0 in the replica-symmetric theory, each line on about so many points."""
    figure, axes = _axes("Replica-symmetric phases at $T = 0$", r"$\gamma$", r"$J_0$")
    top, right = 2.5, 4.5
    gamma = np.concatenate([np.linspace(0.505, 1, points), np.linspace(1.2, right, points)])
    models = [Couplings(gamma=g) for g in gamma]
    axes.plot(gamma, [almeida_thouless_line(m) for m in models], "k-", label="de Almeida-Thouless (stable above)")
    axes.plot(gamma, [polarisation_line(m) for m in models], "k--", label="glass-polarised")
    onset = double_well_onset(PAPER)
    wells = np.linspace(1.02 * onset, right, points)
    edge = polarisation_line(Couplings(gamma=onset))
    axes.plot(
        np.concatenate([[onset, onset], wells]),
        np.concatenate([[0.0, edge], [double_well_line(Couplings(gamma=g)) for g in wells]]),
        "-.",
        color="C3",
        label="double wells to the right and below",
    )
    coupling = np.linspace(1, top, 60)
    axes.plot(
        np.concatenate([[0.5], [ergodic_edge(Couplings(mean_coupling=j)) for j in coupling]]),
        np.concatenate([[0.0], coupling]),
        color="C0",
        label="edge of the ergodic phase",
    )
    for x, y, name in ((0.2, 0.5, "E"), (2.5, 0.7, "G"), (2.5, 2.0, "P")):
        axes.text(x, y, name, fontsize=14)
    axes.set(xlim=(0, right), ylim=(0, top))
    axes.legend(fontsize=7, loc="lower right", framealpha=1)
    return figure


def distribution_figure(quantum: float = 1.0) -> Figure:
    """Fig. 2: distributions of asymmetry and tunnelling exponent, the latter for both readings of V."""
    solution = solve_replica_symmetric(PAPER)
    figure = Figure(figsize=(9, 3.8), layout="constrained")
    left, right = figure.subplots(1, 2)
    readings: tuple[tuple[Barrier, str], ...] = (("metastable", "-"), ("stable", "--"))
    for barrier, style in readings:
        found = well_distributions(solution, quantum, barrier=barrier)
        if barrier == "metastable":
            left.plot(found.wells.asymmetry, found.asymmetry_density, label="replica-symmetric")
            left.axvline(found.wells.asymmetry[-1], linestyle=":", color="grey", label="last double well")
        right.plot(found.wells.exponent, found.exponent_density, style, label=f"$V$ from the {barrier} minimum")
    left.set(xlabel=r"$|\Delta|$ (reduced)", ylabel=r"$P(|\Delta|)$, per site", ylim=(0, None), title="Asymmetry")
    right.set(
        xlabel=r"$\lambda$", ylabel=r"$P(\lambda)$, per site", ylim=(0, 0.1), title=rf"$\hbar$ = {quantum:g} (reduced)"
    )
    left.legend()
    right.legend()
    return figure


def level_figure(quantum: float = 1.0) -> Figure:
    """Fig. 3a: excitation energies of one site against its effective field."""
    solution = solve_replica_symmetric(PAPER)
    figure, axes = _axes(
        rf"One site, $\gamma = 4$, $\hbar$ = {quantum:g}", r"$h_{\rm RS}$ (reduced)", "excitation energy (reduced)"
    )
    field = np.linspace(-1.5, 1.5, 301)
    levels = level_diagram(solution, quantum, field, energy=5.0)
    axes.plot(field, levels.excitation[:, 1], color="C3", label="first level: tunnelling near $h = 0$")
    lines = axes.plot(field, levels.excitation[:, 2:], color="C0", linewidth=0.9)
    lines[0].set_label("higher levels")
    axes.set(ylim=(0, 5))
    axes.legend(loc="lower right", fontsize=8)
    return figure


def density_of_states_figure(quantum: float = 1.0) -> Figure:
    """Fig. 3b: density of states of the ensemble."""
    solution = solve_replica_symmetric(PAPER)
    figure, axes = _axes(
        rf"Density of states, $\gamma = 4$, $\hbar$ = {quantum:g}",
        "energy (reduced)",
        "excitations per site and energy",
    )
    spectrum = excitation_spectrum(solution, quantum, energy=6.0)
    energy = np.concatenate([np.geomspace(2e-5, 0.05, 120), np.linspace(0.05, 4, 400)[1:]])
    axes.semilogy(energy, np.maximum(spectrum.density_of_states(energy), 1e-12), label="replica-symmetric")
    axes.axhline(tunnelling_plateau(solution), linestyle=":", color="grey", label=r"$2 P_h(0)/d$")
    axes.set(ylim=(5e-3, None), xlim=(0, 4))
    axes.legend()
    return figure


def heat_capacity_figure(quantum: float = 1.0) -> Figure:
    """Fig. 4a: heat capacity without local disorder, replica-symmetric and one-step."""
    figure, axes = _axes(rf"$\gamma = 4$, $\hbar$ = {quantum:g}", "$T$ (reduced)", "$C/k_B$ per site")
    temperature = np.geomspace(1e-4, 0.6, 90)
    symmetric = solve_replica_symmetric(PAPER)
    broken = solve_one_step(PAPER)
    ensembles = (
        ("replica-symmetric", "-", excitation_spectrum(symmetric, quantum, energy=16.0)),
        ("one step", "--", excitation_spectrum(broken, quantum, energy=16.0)),
    )
    for name, style, spectrum in ensembles:
        axes.loglog(temperature, spectrum.heat_capacity(temperature), style, label=name)
    slope = np.pi**2 / 6 * tunnelling_plateau(symmetric)
    axes.loglog(temperature, slope * temperature, ":", color="grey", label=r"$(\pi^2/6)\,(2 P_h(0)/d)\,T$")
    axes.set(ylim=(1e-7, 3))
    axes.legend()
    return figure


def disordered_heat_capacity_figure(quantum: float = 1.0) -> Figure:
    """Fig. 4b: heat capacity with a Gaussian a_2, for both readings of the printed spread."""
    figure, axes = _axes(rf"Gaussian $a_2$, $\gamma = 1$, $\hbar$ = {quantum:g}", "$T$ (reduced)", "$C/k_B$ per site")
    temperature = np.geomspace(1e-4, 0.16, 60)
    for name, spread, style in (("variance 5", 5**0.5, "-"), ("standard deviation 5", 5.0, "--")):
        solution = solve_replica_symmetric(DISORDERED.model_copy(update={"quadratic_spread": spread}))
        capacity = excitation_spectrum(solution, quantum, energy=4.0).heat_capacity(temperature)
        axes.loglog(temperature, capacity, style, label=name)
        if spread < 5:
            axes.loglog(
                temperature,
                capacity[20] * (temperature / temperature[20]) ** 1.1,
                "k",
                linewidth=0.6,
                label="$T^{1.1}$",
            )
    axes.legend()
    return figure


def local_field_figure(sites: int = 1000, starts: int = 8, anneal_steps: int = 1000) -> Figure:
    """Fields at the sites of minima of the Hamiltonian, over their distributions in the mean-field theory."""
    rng = generator("local fields", "figure")
    minima = simulate_minima(PAPER, sites, starts, rng, anneal_from=12.0, anneal_steps=anneal_steps)
    figure = Figure(figsize=(9, 3.9), layout="constrained")
    axes = figure.subplots(1, 2)
    symbols = (r"cavity field $|h|$", r"field of the neighbours $|\sum_j J_{ij} v_j|$")
    for place, (panel, sample) in enumerate(zip(axes, simulated_fields(minima), strict=True)):
        label = rf"minima, $N$ = {sites}, {starts} starts"
        panel.hist(sample, bins=40, range=(0, 30), density=True, color="#cccccc", label=label)
        solutions = (("replica-symmetric", "-", solve_replica_symmetric), ("one step", "--", solve_one_step))
        for name, style, solve in solutions:
            found = local_fields(solve(PAPER))
            curves = ((found.cavity, found.cavity_density), (found.neighbours, found.neighbours_density))
            x, y = curves[place]
            # A gap begins where the density jumps from zero.
            panel.plot(np.append(x[0], x), np.append(0.0, y), style, label=name)
        panel.set(xlabel=f"{symbols[place]} (reduced)", ylabel="probability density", xlim=(0, 30), ylim=(0, None))
        panel.legend(fontsize=8)
    figure.suptitle(r"$\gamma = 4$, $J_0 = 0$, $T = 0$", fontsize=10)
    return figure
