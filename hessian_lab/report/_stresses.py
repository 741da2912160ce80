"""Figures of local stresses and of what pre-stress does to modes, for results that belong to no campaign."""

from __future__ import annotations

from collections.abc import Sequence

from ._figures import png
from ._figures._prestress import ModeClass
from ._figures._prestress import draw as draw_prestress
from ._figures._stress_distribution import StressCase
from ._figures._stress_distribution import draw as draw_stresses


def stress_figure(cases: Sequence[StressCase]) -> tuple[bytes, str]:
    """P(sigma) of several tapers, and the exponent of its small stresses, as a PNG file, and the caption.

    Args:
        cases: one for each taper.

    Raises:
        InputError: if there are no cases, or too many.
    """
    drawing = draw_stresses(cases)
    return png(drawing.figure), drawing.caption


def prestress_figure(classes: Sequence[ModeClass]) -> tuple[bytes, str]:
    """Distribution of d ln lambda/d delta of several classes of modes, as a PNG file, and the caption.

    Args:
        classes: low modes, waves and surrogates, each with its values and number of glasses.

    Raises:
        InputError: if there are no classes, too many, or one has too few values.
    """
    drawing = draw_prestress(classes)
    return png(drawing.figure), drawing.caption
