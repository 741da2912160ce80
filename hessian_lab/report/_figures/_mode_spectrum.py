"""Where the drawn mode lies in the density of states of its own glass, beside the transverse waves of the box."""

from __future__ import annotations

from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from ...modes import wave_shells
from .._format import number
from .._series import Ensemble, LowMode, Series
from ._legend import legend_above
from ._mode import NO_VECTOR, chosen
from ._style import FREQUENCY, UNIT, Drawing, Omitted, flags_text, panels, styled

ENSEMBLE, OWN, SHELL, DRAWN, LEVELS = "#1A1A1A", "#CC79A7", "#9AA7B5", "#D55E00", "#A9C4DC"

SHELLS = 4
"""Shells of transverse waves that are marked."""

REACH = 2.3
"""Upper end of the low frequencies, in units of omega_T1: beyond the fourth shell of a cube."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """g(omega) of one glass: all of it, and its low end with every level."""
    entry = chosen(ensemble)
    if entry is None:
        return NO_VECTOR
    mode = entry.mode
    assert mode is not None
    with styled():
        figure, grid_of_axes = panels(1, 2, height=3.3)
        whole, low = grid_of_axes[0]
        levels = mode.spectrum
        _histogram(whole, mode, np.linspace(0, levels[-1] * 1.001, int(np.clip(np.sqrt(2 * levels.size), 10, 60)) + 1))
        scale = entry.omega_t1 or mode.omega
        reach = min(REACH * scale, float(levels[-1]) * 1.001)
        _histogram(low, mode, np.linspace(0, reach, 24))
        low.set_xlim(0, reach)
        whole.set_xlim(left=0)
        inside = levels[levels < reach]
        low.plot(
            inside, np.full(inside.size, 0.025), "|", color="#33566F", markersize=7, markeredgewidth=0.6, zorder=4,
            transform=low.get_xaxis_transform(),
        )  # fmt: skip
        for axes in (whole, low):
            _marks(axes, entry, mode, shells=axes is low)
            axes.set_xlabel(FREQUENCY)
            axes.set_ylim(bottom=0)
            axes.set_ylabel(rf"$g(\omega)$  [$({UNIT})^{{-1}}$]")
        handles = [Patch(color=LEVELS, label="modes of the glass"), *low.get_legend_handles_labels()[0]]
        legend_above(figure, handles)
    return Drawing(figure, _caption(entry, mode) + flags_text([entry]))


def _histogram(axes: Axes, mode: LowMode, edges: np.ndarray) -> None:
    """Normalised with the modes that the whole spectrum has, listed or not."""
    counts = np.histogram(mode.spectrum, edges)[0]
    axes.stairs(counts / mode.nonzero / np.diff(edges), edges, fill=True, color=LEVELS, zorder=1.5)


def _marks(axes: Axes, entry: Series, mode: LowMode, *, shells: bool) -> None:
    dashed: dict[str, Any] = {"linewidth": 1.3, "linestyle": (0, (5, 3)), "zorder": 3}
    axes.axvline(mode.omega, color=DRAWN, linewidth=1.6, label="the drawn mode", zorder=3.5)
    if entry.omega_t1 is not None:
        axes.axvline(entry.omega_t1, color=ENSEMBLE, label=r"$\omega_{\mathrm{T1}}$ of the ensemble", **dashed)
        if shells:
            waves = [shell.wavenumber for shell in wave_shells(mode.sample.cell, shells=SHELLS)]
            for number_of, wave in enumerate(waves[1:]):
                name = "next transverse shells" if number_of == 0 else None
                axes.axvline(entry.omega_t1 * wave / waves[0], color=SHELL, linewidth=0.9, label=name, zorder=1.8)
    if np.isfinite(mode.omega_t1):
        axes.axvline(mode.omega_t1, color=OWN, label=r"$\omega_{\mathrm{T1}}$ of this glass", **dashed)


def _caption(entry: Series, mode: LowMode) -> str:
    listed = (
        f"all {mode.nonzero} modes above zero"
        if mode.spectrum.size == mode.nonzero
        else f"the {mode.spectrum.size} listed of its {mode.nonzero} modes above zero"
    )
    places = [
        f"{number(mode.omega / value, 2)} {what}"
        for what, value in (("ω_T1 of the ensemble", entry.omega_t1), ("ω_T1 of this glass alone", mode.omega_t1))
        if value is not None and np.isfinite(value)
    ]
    where = f"it lies at {' and '.join(places)}" if places else "ω_T1 is undetermined"
    first = entry.omega_t1 if entry.omega_t1 is not None else np.inf
    below = int((mode.spectrum < first).sum())
    return (
        f"Density of states of glass {mode.index} ({entry.name}), {listed}, of which the mode above is drawn: {where}. "
        "Right: the low end, with every level as a tick. ω_T1 is the first transverse frequency of an elastic medium "
        "with the shear modulus of the ensemble, or of this glass (mean over planes); the next shells follow by their "
        "wave numbers."
        + (" The modulus of this glass alone is not positive." if np.isnan(mode.omega_t1) else "")
        + (f" {below} modes of this glass lie below ω_T1 of the ensemble." if np.isfinite(first) else "")
    )
