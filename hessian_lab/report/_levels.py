"""Figures of level repulsion and localisation, for studies that compare sizes: they belong to no single campaign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .._core.errors import InputError
from ..statistics import LevelStatistics, ParticipationScaling, SizeGapRatio
from ._figures import png
from ._figures._gap_ratio_sizes import draw as draw_sizes
from ._figures._levels import draw as draw_levels
from ._figures._localisation import draw as draw_localisation


def level_statistics_figure(
    cases: Mapping[str, LevelStatistics], references: Mapping[str, LevelStatistics] | None = None
) -> tuple[bytes, str]:
    """Spacings, number variance and rigidity beside random matrices, as a PNG file, and the caption.

    Args:
        cases: measured statistics, by the name that the legend shows; best not more than three.
        references: the same estimators on reference levels of matched size, by name.

    Raises:
        InputError: if there is no case.
    """
    if not cases:
        raise InputError("argument cases has nothing to draw; give at least one LevelStatistics")
    drawing = draw_levels(cases, references or {})
    return png(drawing.figure), drawing.caption


def gap_ratio_sizes_figure(cases: Mapping[str, Sequence[SizeGapRatio]]) -> tuple[bytes, str]:
    """Gap ratio of the lowest levels against N with references of matched size, as a PNG file, and the caption.

    Args:
        cases: rows of `gap_ratio_of_sizes` by the title of their panel in plain text, such as 'lowest three levels' or
            'below 0.9 ω_T1'; at most three.

    Raises:
        InputError: if there is no case, or one without rows.
    """
    if not cases or not all(cases.values()):
        raise InputError("argument cases has nothing to draw; each panel needs at least one size")
    drawing = draw_sizes(cases)
    return png(drawing.figure), drawing.caption


def localisation_figure(scalings: Sequence[ParticipationScaling]) -> tuple[bytes, str]:
    """Participation ratio against N at fixed omega and at fixed omega/omega_T1, as a PNG file, and the caption.

    Args:
        scalings: results of `participation_scaling`, one a window.

    Raises:
        InputError: if no window holds a mode.
    """
    if not any(point.modes for scaling in scalings for point in scaling.points):
        raise InputError("argument scalings has nothing to draw; no window holds a mode")
    drawing = draw_localisation(scalings)
    return png(drawing.figure), drawing.caption
