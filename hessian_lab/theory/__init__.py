"""Theories of a glass at low temperature under one protocol: SI at the surface, headline numbers beside the printed.

`theory(name, material)` builds one; each has a folder of its own and a page under docs/theory. Nothing here reads
files of a run.
"""

from ._compare import Comparison, Curve, compare
from ._observables import Observable, observable_of
from ._protocol import OBSERVABLES, Headline, Parameter, Theory
from ._registry import THEORY_NAMES, materials_of, theory, theory_summaries

__all__ = [
    "OBSERVABLES",
    "THEORY_NAMES",
    "Comparison",
    "Curve",
    "Headline",
    "Observable",
    "Parameter",
    "Theory",
    "compare",
    "materials_of",
    "observable_of",
    "theory",
    "theory_summaries",
]
