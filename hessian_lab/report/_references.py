"""Gap ratios to compare with. Each states its variable: at the edge the value depends on it."""

from __future__ import annotations

from dataclasses import dataclass

from ..statistics import GOE_GAP_RATIO, POISSON_GAP_RATIO


@dataclass(frozen=True)
class GapReference:
    """A mean gap ratio that is known.

    Attributes:
        name: what has it.
        value: mean gap ratio, dimensionless.
        variable: whose levels: 'omega', 'lambda', or 'any' in the bulk.
        error: of the value, if it was sampled.
    """

    name: str
    value: float
    variable: str
    error: float | None = None


BULK = (
    GapReference("GOE (level repulsion)", GOE_GAP_RATIO, "any"),
    GapReference("Poisson (independent levels)", POISSON_GAP_RATIO, "any"),
)
"""References for the middle of a spectrum."""

EDGE = (
    GapReference("Wishart, square", 0.5278, "omega", 0.0007),
    GapReference("GOE, soft edge", 0.5189, "lambda", 0.0007),
    GapReference("independent levels, g ~ ω⁴", 0.3737, "omega"),
    GapReference("independent levels, g ~ ω⁴", 0.3833, "lambda"),
    GapReference("Wishart, square", 0.4187, "lambda", 0.0007),
    GapReference("Wishart, M − N = 1", 0.4629, "lambda", 0.0007),
    GapReference("Wishart, M − N = 3", 0.5018, "lambda", 0.0007),
    GapReference("Wishart, M − N = 10", 0.5292, "lambda", 0.0007),
)
"""References for the lowest three levels; `lambda` is the eigenvalue of the random matrix.

Random matrices of 100 rows, 150 000 of each kind, by `statistics.reference_gap_ratios`; independent levels exactly.
"""
