"""The figures of a report, one file a family. Each draws an ensemble or a system, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from . import (
    _census,
    _cores,
    _cumulative,
    _density,
    _distances,
    _gap_ratio,
    _mode,
    _mode_prestress,
    _mode_spectrum,
    _parental,
    _participation,
    _reduced,
    _windows,
)
from ._style import Drawing, Omitted, png

__all__ = ["FAMILIES", "OVERVIEW", "Drawing", "Family", "Omitted", "png"]


@dataclass(frozen=True)
class Family:
    """One kind of figure.

    Attributes:
        name: for file names.
        title: heading of its caption.
        draw: from an ensemble (or a system) to a drawing, or to the reason why there is none.
    """

    name: str
    title: str
    draw: Callable[[Any], Drawing | Omitted]


FAMILIES = (
    Family("exponent", "Exponent against window", _windows.draw),
    Family("reduced", "Which exponent makes F flat", _reduced.draw),
    Family("cumulative", "Cumulative density of states", _cumulative.draw),
    Family("density", "Density of states", _density.draw),
    Family("participation", "Participation ratio", _participation.draw),
    Family("gap-ratio", "Level repulsion", _gap_ratio.draw),
    Family("census", "Modes, rotation and surrogates", _census.draw),
    Family("cores", "Rotation against strain in the cores of low modes", _cores.draw),
    Family("prestress", "Answer of modes to less pre-stress", _mode_prestress.draw),
    Family("mode", "A low mode", _mode.draw),
    Family("mode-spectrum", "The low mode in the spectrum of its glass", _mode_spectrum.draw),
)
"""Of one ensemble."""

OVERVIEW = (
    Family("inherent-energy", "Inherent-structure energy against parental temperature", _parental.draw_energy),
    Family("exponent-temperature", "Exponent against parental temperature", _parental.draw_exponent),
    Family("distances", "Distance between minima reached, by method", _distances.draw),
)
"""Of all ensembles of a system together."""
