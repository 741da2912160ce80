"""The figures of a report, one file a family. Each draws the series of one ensemble, or says why it cannot."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from .._series import Ensemble
from . import _cumulative, _density, _gap_ratio, _mode, _participation, _reduced, _windows
from ._style import Drawing, Omitted, png

__all__ = ["FAMILIES", "Drawing", "Family", "Omitted", "png"]


@dataclass(frozen=True)
class Family:
    """One kind of figure.

    Attributes:
        name: for file names.
        title: heading of its caption.
        draw: from an ensemble to a drawing, or to the reason why there is none.
    """

    name: str
    title: str
    draw: Callable[[Ensemble], Drawing | Omitted]


FAMILIES = (
    Family("exponent", "Exponent against window", _windows.draw),
    Family("reduced", "Which exponent makes F flat", _reduced.draw),
    Family("cumulative", "Cumulative density of states", _cumulative.draw),
    Family("density", "Density of states", _density.draw),
    Family("participation", "Participation ratio", _participation.draw),
    Family("gap-ratio", "Level repulsion", _gap_ratio.draw),
    Family("mode", "A low mode and its defects", _mode.draw),
)
