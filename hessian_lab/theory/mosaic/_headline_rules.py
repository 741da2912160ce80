"""When a printed number counts as following, and the inputs that the paper's numbers share."""

from __future__ import annotations

import numpy as np

from .._protocol import Headline
from . import _materials as materials

CELL = 200 ** (1 / 3)
"""xi/a of Fig. 15 and Sec. VI; the analytic value, 5.76, is printed 5.8."""

ANALYTIC = 5.8
SILICA = materials.SILICA
RATIO = SILICA.glass_transition / SILICA.debye_temperature
RATIO_VI = SILICA.glass_transition / materials.SILICA_GRUNEISEN_DEBYE_TEMPERATURE


def near(name, computed, printed, tolerance, unit, source, note="") -> Headline:
    """A printed value, to be met within a relative tolerance."""
    follows = bool(abs(computed / printed - 1) <= tolerance)
    return Headline(
        name, float(computed), printed, unit, follows, source, f"within {tolerance:.1%} asked. {note}".strip()
    )


def order(name, computed, printed, unit, source, note="") -> Headline:
    """A printed order of magnitude."""
    follows = bool(abs(np.log10(computed / printed)) <= 0.5)
    return Headline(name, float(computed), printed, unit, follows, source, f"order of magnitude. {note}".strip())


def bound(name, computed, printed, holds, unit, source, note="") -> Headline:
    """A printed bound or range."""
    return Headline(name, float(computed), printed, unit, bool(holds), source, f"bound. {note}".strip())
