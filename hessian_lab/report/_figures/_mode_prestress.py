"""How the modes of a campaign answer to less pre-stress: soft modes, their surrogates, transverse phonons."""

from __future__ import annotations

import numpy as np

from ...claims import LOW_EDGE, ListedModes
from ...statistics import pooled_median
from .._format import number, with_error
from .._series import Ensemble, Series
from ._listed import with_table
from ._prestress import FEWEST, ModeClass, draw_panels
from ._style import Drawing, Omitted, flags_text, label

LEAST_WEIGHT = 0.5
"""Weight on the first transverse shell from which on a mode counts as a phonon."""

RESAMPLES = 300
"""Of the bootstrap over glasses: an error to 4 %."""

Part = tuple[str, ListedModes, str]
"""Name of a class, its modes, and the column of its values."""


def draw(ensemble: Ensemble) -> Drawing | Omitted:
    """One panel a treatment."""
    found = with_table(ensemble)
    if isinstance(found, Omitted):
        return found
    most = first_shell(ensemble.dimension)
    wave_like = all(np.count_nonzero(_phonon_like(modes)) >= FEWEST for _, modes in found)
    parts = [
        (entry, _parts(modes, _phonon_like(modes) if wave_like else _heaviest(modes, most))) for entry, modes in found
    ]
    parts = [
        (entry, own)
        for entry, own in parts
        if all(np.isfinite(part[column]).sum() >= FEWEST for _, part, column in own)
    ]
    if not parts:
        return Omitted(f"low modes or phonons are fewer than {FEWEST}")
    drawing = draw_panels({label(entry): [_class(*part) for part in own] for entry, own in parts})
    rule = (
        f"with a weight above {LEAST_WEIGHT:g} on the first transverse shell"
        if wave_like
        else f"the {most} of each glass with the largest weights on the first transverse shell (too few "
        f"have more than {LEAST_WEIGHT:g})"
    )
    end = max(float(modes.scaled.max()) for _, modes in found)
    text = (
        f"{drawing.caption} Phonons: modes above {LOW_EDGE:g} ω_T1 (the table ends at {number(end, 2)} ω_T1), {rule}. "
        "Surrogates: the median of each low mode's, over the λ of the mode. Medians, with errors over glasses: "
        f"{'; '.join(_medians(entry, own) for entry, own in parts)}."
    )
    return Drawing(drawing.figure, text + flags_text([entry for entry, _ in parts]))


def first_shell(dimension: int) -> int:
    """Transverse standing waves of the first shell of a cube."""
    return 2 * dimension * (dimension - 1)


def _phonon_like(modes: ListedModes) -> np.ndarray:
    return (modes.scaled >= LOW_EDGE) & (modes["transverse_weight"] > LEAST_WEIGHT)


def _heaviest(modes: ListedModes, number: int) -> np.ndarray:
    """The modes of each glass above 0.9 omega_T1 with the largest weights on the first transverse shell."""
    chosen = np.zeros(len(modes), dtype=bool)
    order = np.lexsort((-modes["transverse_weight"], modes.scaled < LOW_EDGE, modes.glass))
    starts = np.searchsorted(modes.glass[order], modes.glass[order])
    chosen[order] = np.arange(len(modes)) - starts < number
    return chosen & (modes.scaled >= LOW_EDGE)


def _parts(modes: ListedModes, phonons: np.ndarray) -> list[Part]:
    low = modes.low
    return [
        (f"below {LOW_EDGE:g} ω_T1", low, "prestress_response"),
        ("transverse phonons", modes.select(phonons), "prestress_response"),
        ("surrogates of the low modes", low, "surrogate_prestress"),
    ]


def _class(name: str, modes: ListedModes, column: str) -> ModeClass:
    return ModeClass(name, modes[column], int(np.count_nonzero(modes.counts)))


def _medians(entry: Series, parts: list[Part]) -> str:
    texts = []
    for name, modes, column in parts:
        known = modes.select(np.isfinite(modes[column]))
        value = with_error(*pooled_median(known[column], known.counts, resamples=RESAMPLES))
        texts.append(f"{name} {value} ({len(known)} modes of {np.count_nonzero(known.counts)} glasses)")
    return f"{entry.name}: {', '.join(texts)}"
