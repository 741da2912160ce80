"""What is computed and kept of each glass of a campaign."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Wanted:
    """What a campaign wants of each glass.

    Attributes:
        vectors: lowest modes above zero whose eigenvectors are kept.
        modes: `all`, or `low` for those below `low_edge`, proved complete.
        table: whether the modes below `low_edge` are analysed, one row each.
        surrogates: random-phase surrogates of each mode of the table; 0 for none.
    """

    vectors: int = 0
    modes: str = "all"
    table: bool = False
    surrogates: int = 0
