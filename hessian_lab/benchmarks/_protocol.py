"""What a side of a benchmark is, for the process that runs it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter
from typing import Any


def _nothing() -> None:
    return None


@dataclass(frozen=True)
class Work:
    """Something to be timed again and again.

    Attributes:
        run: the timed part.
        count: how much a run has done, from its result, in what the case's `per` names. Not timed.
        describe: numbers that show what was computed, from the result. Not timed.
        reset: what has to happen before each run. Not timed.
        clock: what times the run. Units of s.
    """

    run: Callable[[], Any]
    count: Callable[[Any], float]
    describe: Callable[[Any], dict[str, Any]]
    reset: Callable[[], None] = _nothing
    clock: Callable[[], float] = perf_counter


class MissingPeerError(Exception):
    """The engine of a peer is not installed here."""
