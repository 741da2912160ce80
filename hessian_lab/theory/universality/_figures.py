"""Figures of the universality theory."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from .._glasses import PUBLISHED_GLASSES
from ..tunnelling._figures import COLOURS, GUIDE, one_panel
from ._orientation import elastic_density, sample_elastic_couplings, sample_vector_couplings, vector_density
from ._table import check_row

if TYPE_CHECKING:
    from ._model import Universality

FOLLOWS, FAILS = "#2E7D32", "#C0392B"
COLUMNS = (
    ("stability_strength", r"$10^4\,C_e$  (elastic stability)"),
    ("glass_transition_strength", r"$10^4\,C_g$  (from $T_g$)"),
    ("stability_spectral_density", r"$\bar P_e$  [$10^{45}$ J$^{-1}$ m$^{-3}$]"),
    ("glass_transition_spectral_density", r"$\bar P_g$  [$10^{45}$ J$^{-1}$ m$^{-3}$]"),
)


def table_figure() -> Figure:
    """Table I both ways: each prediction computed from its printed inputs against the number printed beside them."""
    checks = [check_row(glass) for glass in PUBLISHED_GLASSES.values()]
    figure = Figure(figsize=(7.4, 7.2), layout="constrained")
    for axes, (quantity, title) in zip(figure.subplots(2, 2).ravel(), COLUMNS, strict=True):
        entries = [check.entry(quantity) for check in checks]
        top = 1.1 * max(max(entry.computed, entry.printed) for entry in entries)
        axes.plot([0, top], [0, top], **GUIDE)  # type: ignore[arg-type]
        for verdict, colour, name in ((True, FOLLOWS, "follows"), (False, FAILS, "does not follow")):
            chosen = [entry for entry in entries if entry.follows is verdict]
            axes.errorbar(
                [entry.printed for entry in chosen],
                [entry.computed for entry in chosen],
                xerr=[entry.half_unit for entry in chosen],
                yerr=[
                    [entry.computed - entry.low for entry in chosen],
                    [entry.high - entry.computed for entry in chosen],
                ],
                fmt="o",
                markersize=4.5,
                color=colour,
                linewidth=0.9,
                label=name,
            )
        for check, entry in zip(checks, entries, strict=True):
            if not entry.follows:
                _name(axes, check.glass.name, entry.printed, entry.computed)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel("as printed")
        axes.set_ylabel("from the printed inputs")
        axes.set_xlim(0, top)
        axes.set_ylim(0, top)
        axes.spines[["top", "right"]].set_visible(False)
    figure.axes[0].legend(frameon=False, loc="lower right")
    return figure


def measured_figure() -> Figure:
    """Tunnelling strengths of the ten glasses: measured, and computed by both routes."""
    checks = [check_row(glass) for glass in PUBLISHED_GLASSES.values()]
    places = np.arange(len(checks))
    figure, axes = one_panel("", r"tunnelling strength $10^4\,C$", logarithmic="y")
    axes.plot(places, [check.glass.measured_strength for check in checks], "ks", markersize=6, label="measured")
    for quantity, shape, colour, name in (
        ("stability_strength", "o", COLOURS[1], "from elastic stability (Eq. 13)"),
        ("glass_transition_strength", "^", COLOURS[2], r"from $T_g$ (supplement Eq. 28)"),
    ):
        entries = [check.entry(quantity) for check in checks]
        axes.plot(places, [entry.computed for entry in entries], shape, color=colour, label=f"computed, {name}")
        axes.plot(
            places,
            [entry.printed for entry in entries],
            shape,
            color=colour,
            markerfacecolor="none",
            label="the same, as printed",
        )
    axes.set_xticks(places, [check.glass.name for check in checks], rotation=45, ha="right")
    axes.set_ylim(0.2, 60)
    axes.legend(frameon=False, fontsize=8.5, loc="upper left")
    return figure


def orientation_figure(count: int = 100_000, seed: int = 1) -> Figure:
    """Distributions of the coupling for vector and for elastic dipoles, with random pairs of directions."""
    rng = np.random.default_rng(seed)
    figure = Figure(figsize=(7.4, 3.5), layout="constrained")
    left, right = figure.subplots(1, 2)
    for axes, sample, density, end, title in (
        (left, sample_vector_couplings(count, rng), vector_density, 1.0, "vector dipoles"),
        (right, sample_elastic_couplings(count, rng), elastic_density, 0.5, "elastic dipoles $n_i n_j$"),
    ):
        axes.hist(sample, bins=60, range=(0, end), density=True, color="#D6EAF8", label=f"{count} random pairs")
        ratio = np.linspace(1e-4, end * (1 - 2e-4), 800)
        axes.plot(ratio, density(ratio), color=COLOURS[0], label="exact")
        if end < 1:
            axes.plot(ratio, 4 * ratio, label=r"$4g$ (paper's linear form)", **GUIDE)  # type: ignore[arg-type]
            axes.set_ylim(0, 14)
        axes.set_title(title, fontsize=10)
        axes.set_xlabel(r"coupling $g = \gamma/\gamma_{\mathrm{max}}$")
        axes.set_ylabel("probability density")
        axes.legend(frameon=False, fontsize=8.5, loc="upper left")
        axes.spines[["top", "right"]].set_visible(False)
    return figure


def conductivity_figure(model: Universality) -> Figure:
    """kappa/T^2: the full integral, the paper's leading form fitted at 20 mK, and the standard model."""
    temperature = np.geomspace(0.01, 1.0, 50)
    full = model.thermal_conductivity(temperature)
    shape = model.conductivity_shape(temperature)
    match = int(np.argmin(np.abs(temperature - 0.02)))
    figure, axes = one_panel("temperature $T$ [K]", r"$\kappa/T^2$ [W m$^{-1}$ K$^{-3}$]")
    axes.plot(
        temperature, full / temperature**2, color=COLOURS[0], label=r"every system with its own $\gamma(\Delta_o)$"
    )
    axes.plot(
        temperature,
        shape * full[match] / shape[match] / temperature**2,
        color=COLOURS[2],
        linestyle="--",
        label=r"$\propto 1/[1 + 2\ln(\Delta_{\mathrm{max}}/2kT)]$, matched at 20 mK",
    )
    standard = model.tunnelling().thermal_conductivity(temperature)
    axes.plot(
        temperature,
        standard / temperature**2,
        label=rf"standard model, $\gamma = {model.alpha:g}\,\gamma_o$",
        **GUIDE,  # type: ignore[arg-type]
    )
    axes.set_ylim(bottom=0)
    axes.legend(frameon=False)
    return figure


def friction_figure(model: Universality) -> Figure:
    """Q^-1(T) with the coupling of Eq. 10 and, dashed, with one coupling."""
    temperature = np.geomspace(0.003, 5.0, 70)
    figure, axes = one_panel("temperature $T$ [K]", r"internal friction $10^4\,Q^{-1}$")
    _beside_standard(axes, model, temperature, "internal_friction")
    axes.axhline(1e4 * np.pi * model.strength() / 2, color="#999999", linewidth=0.8, linestyle=":")
    axes.text(0.012, 1e4 * np.pi * model.strength() / 2 * 0.93, r"$\pi C/2$", fontsize=9, color="#666666")
    axes.legend(frameon=False)
    return figure


def shift_figure(model: Universality) -> Figure:
    """dv/v(T) with the coupling of Eq. 10 and, dashed, with one coupling."""
    temperature = np.geomspace(0.003, 5.0, 50)
    figure, axes = one_panel("temperature $T$ [K]", r"sound-speed shift $10^4\,[v(T) - v(0)]/v$")
    _beside_standard(axes, model, temperature, "sound_speed_shift")
    axes.legend(frameon=False, loc="center right", bbox_to_anchor=(1.0, 0.63))
    return figure


def _beside_standard(axes: Axes, model: Universality, temperature: np.ndarray, observable: str) -> None:
    standard = model.tunnelling()
    for frequency, name, colour in ((1e3, "1 kHz", COLOURS[0]), (1e6, "1 MHz", COLOURS[2])):
        omega = 2 * np.pi * frequency
        axes.plot(temperature, 1e4 * getattr(model, observable)(temperature, omega), color=colour, label=name)
        axes.plot(
            temperature,
            1e4 * getattr(standard, observable)(temperature, omega),
            color=colour,
            linestyle="--",
            linewidth=1.0,
            label=rf"{name}, one coupling ${model.alpha:g}\,\gamma_o$",
        )


def _name(axes: Axes, name: str, x: float, y: float) -> None:
    axes.annotate(
        name, (x, y), xytext=(-20, 4) if name == "SF4" else (5, 4), textcoords="offset points", fontsize=8, color=FAILS
    )
