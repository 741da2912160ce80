"""The disputed claims: what each side predicts, and what the glasses of a run say.

Numbers come from `hessian_lab.statistics`; pictures and words are made in `hessian_lab.report`.
"""

from ._distances import DISTANCE_COLUMNS, SAME_MINIMUM, MethodDistance, compares_methods, method_distances
from ._exponent import (
    TABLE_COLUMNS,
    WINDOW,
    WINDOWS,
    exponent_table,
    group_spectra,
    transverse_frequency,
)
from ._pairs import paired_differences, pairs
from ._predictions import Prediction, lerner_exponent, schirmacher_exponent
from ._publish import publish
from ._tables import run_distances, tables
from ._vortices import LOW_EDGE, NO_SURROGATES, NO_TABLE, VORTEX_COLUMNS, ListedModes, listed_modes, vortex_table

__all__ = [
    "DISTANCE_COLUMNS",
    "LOW_EDGE",
    "NO_SURROGATES",
    "NO_TABLE",
    "SAME_MINIMUM",
    "TABLE_COLUMNS",
    "VORTEX_COLUMNS",
    "WINDOW",
    "WINDOWS",
    "ListedModes",
    "MethodDistance",
    "Prediction",
    "compares_methods",
    "exponent_table",
    "group_spectra",
    "lerner_exponent",
    "listed_modes",
    "method_distances",
    "paired_differences",
    "pairs",
    "publish",
    "run_distances",
    "schirmacher_exponent",
    "tables",
    "transverse_frequency",
    "vortex_table",
]
