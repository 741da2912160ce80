"""One case of a benchmark: plain data, so that it travels to the processes that do the work."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Case:
    """One row to be measured.

    Attributes:
        benchmark: name of the benchmark.
        name: what is timed, by which solver, at which N and batch; unique.
        particles: N.
        batch: glasses of one repeat on our side.
        work: our side, a key of `_side.WORKS`.
        starts: which configurations both sides read: model and kind (see `_starts`).
        per: what the seconds are for: a glass, a step of a glass, an attempted move, or a decorrelation time.
        options: settings of our side.
        peer: label of the peer, with its solver.
        peer_work: the peer's side, a key of `_side.WORKS`.
        peer_options: settings of the peer.
        peer_on_device: whether the peer may use the accelerator, and does whole batches.
        floor: ("flops" or "bytes", how many a glass cannot do without), or None.
    """

    benchmark: str
    name: str
    particles: int
    batch: int
    work: str
    starts: tuple[str, str]
    per: str = "glass"
    options: dict[str, Any] = field(default_factory=dict)
    peer: str | None = None
    peer_work: str | None = None
    peer_options: dict[str, Any] = field(default_factory=dict)
    peer_on_device: bool = False
    floor: tuple[str, float] | None = None
