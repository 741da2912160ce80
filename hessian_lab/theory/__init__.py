"""Theories of a glass at low temperature under one protocol: SI at the surface, headline numbers beside the printed.

`theory(name, material)` builds one; each has a folder of its own and a page under docs/theory. Nothing here reads
files of a run.
"""

from ._compare import Comparison, Curve, compare
from ._discrepancies import discrepancies, discrepancy_counts, discrepancy_table
from ._fit import Fit, FittedParameter, fit_theory
from ._glasses import PUBLISHED_GLASSES, PublishedGlass
from ._measurements import Measurements, read_measurements
from ._model_choice import ModelChoice, fit_theories
from ._observables import Observable, observable_of
from ._protocol import OBSERVABLES, Headline, Parameter, Theory
from ._registry import THEORY_NAMES, materials_of, theory, theory_summaries

__all__ = [
    "OBSERVABLES",
    "PUBLISHED_GLASSES",
    "THEORY_NAMES",
    "Comparison",
    "Curve",
    "Fit",
    "FittedParameter",
    "Headline",
    "Measurements",
    "ModelChoice",
    "Observable",
    "Parameter",
    "PublishedGlass",
    "Theory",
    "compare",
    "discrepancies",
    "discrepancy_counts",
    "discrepancy_table",
    "fit_theories",
    "fit_theory",
    "materials_of",
    "observable_of",
    "read_measurements",
    "theory",
    "theory_summaries",
]
