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
    GapReference("Wishart, square", 0.523, "omega"),
    GapReference("GOE, soft edge", 0.518, "lambda", 0.005),
    GapReference("independent levels, g ~ ω⁴", 0.374, "omega"),
    GapReference("independent levels, g ~ ω⁴", 0.383, "lambda"),
    GapReference("Wishart, square", 0.416, "lambda"),
    GapReference("Wishart, M − N = 1", 0.461, "lambda"),
    GapReference("Wishart, M − N = 3", 0.506, "lambda"),
    GapReference("Wishart, M − N = 10", 0.535, "lambda"),
)
"""References for the lowest three levels; `lambda` is the eigenvalue of the random matrix."""
