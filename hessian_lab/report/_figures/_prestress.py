"""How modes answer to less pre-stress, class by class: soft modes, waves, surrogates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from matplotlib.axes import Axes

from ..._core.errors import InputError
from .._series import CATEGORICAL
from ._legend import legend_above
from ._style import NAME_SIZE, Drawing, panels, styled

TYPE_TWO = -1.0
"""GHET's d ln lambda/d delta of a mode whose own stress is scaled (000, Eq. 6)."""

FEWEST = 20
"""Values that a curve needs."""


@dataclass(frozen=True)
class ModeClass:
    """Answers of one class of modes.

    Attributes:
        name: as the legend has it, such as 'below 0.9 ω_T1'.
        values: d ln lambda/d delta, shape (modes,). Dimensionless.
        glasses: from how many glasses.
    """

    name: str
    values: Float[np.ndarray, " modes"]
    glasses: int


def draw(classes: Sequence[ModeClass]) -> Drawing:
    """Distribution of d ln lambda/d delta of every class, with its median; GHET's -1 is marked.

    psi^T H_stress psi is divided by lambda, so that soft modes answer more than stiff ones whatever they are; what
    tells is a class beside surrogates of the same frequency. The axis is linear up to 1 and logarithmic beyond: near an
    instability the answer has no bound.

    Args:
        classes: arrays of values with names and numbers of glasses; values that are not finite are left out.

    Raises:
        InputError: if there are no classes, or more than the palette has colours, or one has fewer than 20 values.
    """
    return draw_panels({"": classes})


def draw_panels(cases: Mapping[str, Sequence[ModeClass]]) -> Drawing:
    """`draw` for several treatments, one panel each, with the same classes under a common legend.

    Args:
        cases: classes by the title of their panel.

    Raises:
        InputError: as `draw`.
    """
    for classes in cases.values():
        _check(classes)
    finite = [_finite(entry) for classes in cases.values() for entry in classes]
    edges = _edges(finite)
    with styled():
        figure, axes = panels(len(cases), height=1.2 + 2.3 * len(cases), sharex=True)
        for panel, (title, classes) in zip(axes[:, 0], cases.items(), strict=True):
            for number, entry in enumerate(classes):
                _distribution(panel, entry, edges, CATEGORICAL[number], counted=len(cases) == 1)
            _references(panel)
            panel.set_ylim(bottom=0)
            panel.set_ylabel("share of the modes in a bin")
            panel.set_title(title, loc="left")
        _scale(panel, edges)
        panel.set_xlabel(r"$\mathrm{d}\ln\lambda/\mathrm{d}\delta = -\psi^T H_{\mathrm{stress}}\,\psi/\lambda$")
        legend_above(figure, axes[0, 0])
    caption = (
        "Relative change of the eigenvalue when all pre-stress is scaled by 1 - δ, at δ = 0, class by class; "
        "triangles: medians; the axis is linear up to 1, logarithmic beyond. Where every pair repels no value can be "
        "below 0: less pre-stress stiffens every mode. GHET's -1, for a mode whose own stress is scaled, has the other "
        "sign. The same pre-stress energy weighs more the smaller λ is, so that soft modes answer more whatever they "
        "are: compare at one frequency. Modes of one glass are not independent."
    )
    return Drawing(figure, caption)


def _check(classes: Sequence[ModeClass]) -> None:
    if not 1 <= len(classes) <= len(CATEGORICAL):
        raise InputError(f"argument classes must hold 1 to {len(CATEGORICAL)} classes, but holds {len(classes)}")
    for entry in classes:
        size = _finite(entry).size
        if size < FEWEST:
            raise InputError(f"class {entry.name!r} has {size} finite values, but a curve needs {FEWEST}")


def _finite(entry: ModeClass) -> np.ndarray:
    values = np.asarray(entry.values, dtype=np.float64)
    return values[np.isfinite(values)]


def _edges(finite: Sequence[np.ndarray]) -> np.ndarray:
    """Sixty bins that hold every value and GHET's -1."""
    low = min(TYPE_TWO - 0.5, *(float(kept.min()) for kept in finite))
    high = max(1.0, *(float(kept.max()) for kept in finite))
    return _from_scale(np.linspace(_to_scale(low), _to_scale(high), 61))


def _distribution(panel: Axes, entry: ModeClass, edges: np.ndarray, colour: str, *, counted: bool) -> None:
    kept = _finite(entry)
    share = np.histogram(kept, edges)[0] / kept.size
    label = f"{entry.name} ({kept.size} modes, {entry.glasses} glasses)" if counted else entry.name
    label = label.replace("ω_T1", r"$\omega_{\mathrm{T1}}$")
    panel.stairs(share, edges, color=colour, linewidth=1.4, label=label)
    panel.stairs(share, edges, color=colour, fill=True, alpha=0.12)
    panel.plot([float(np.median(kept))], [0], marker="^", color=colour, markersize=7, clip_on=False, zorder=5)


def _references(panel: Axes) -> None:
    panel.axvline(TYPE_TWO, color="#555555", linewidth=0.9, linestyle=(0, (4, 2)))
    panel.annotate(
        "GHET: -1", (TYPE_TWO, 0.99), xycoords=("data", "axes fraction"), xytext=(3, 0),
        textcoords="offset points", fontsize=NAME_SIZE, color="#555555", ha="left", va="top",
    )  # fmt: skip
    panel.axvline(0, color="#BBBBBB", linewidth=0.8)


def _scale(panel: Axes, edges: np.ndarray) -> None:
    panel.set_xscale("function", functions=(_to_scale, _from_scale))
    ticks = [-1, 0, 1, *(10.0**k * step for k in range(6) for step in (3, 10))]
    shown = [tick for tick in ticks if edges[0] <= tick <= edges[-1]]
    panel.set_xticks(shown, [f"{tick:g}" for tick in shown])
    panel.set_xlim(edges[0], edges[-1])


def _to_scale(value: float | np.ndarray) -> np.ndarray:
    """Linear up to 1, logarithmic beyond, smooth in value and slope."""
    value = np.asarray(value, dtype=np.float64)
    size = np.abs(value)
    return np.sign(value) * np.where(size <= 1, size, 1 + np.log(np.maximum(size, 1.0)))


def _from_scale(place: np.ndarray) -> np.ndarray:
    place = np.asarray(place, dtype=np.float64)
    size = np.abs(place)
    return np.sign(place) * np.where(size <= 1, size, np.exp(np.maximum(size, 1.0) - 1))
