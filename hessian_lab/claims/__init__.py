"""The disputed claims: what each side predicts, and what the glasses of a run say.

Numbers come from `hessian_lab.statistics`; pictures and words are made in `hessian_lab.report`.
"""

from ._exponent import (
    TABLE_COLUMNS,
    WINDOW,
    WINDOWS,
    exponent_table,
    group_spectra,
    paired_differences,
    transverse_frequency,
)
from ._predictions import Prediction, lerner_exponent, schirmacher_exponent
from ._publish import publish

__all__ = [
    "TABLE_COLUMNS",
    "WINDOW",
    "WINDOWS",
    "Prediction",
    "exponent_table",
    "group_spectra",
    "lerner_exponent",
    "paired_differences",
    "publish",
    "schirmacher_exponent",
    "transverse_frequency",
]
