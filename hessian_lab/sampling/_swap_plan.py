"""How a glass is cut into blocks, and how many attempts are made at once: fixed before anything is compiled."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, exp, pi, prod

import numpy as np

BALL = {2: pi, 3: 4 * pi / 3}
"""Volume of the unit ball by dimension."""

MOST_BLOCKS = 12
"""Most blocks along an axis."""

MOST_PAIRS = 16
"""Most swaps that are proposed at once."""

SERIAL_MOVES = 32
"""Steps of a round where the cell holds a single block."""


@dataclass(frozen=True)
class Plan:
    """Static numbers of a round: `move_steps` steps of one displacement per block, then `swap_steps` of `pairs` swaps.

    Attributes:
        blocks: along every axis; 1 where the axis is not cut.
        shares: share of the axis' period that a block takes; 1 where it is not cut.
        listed: most particles of a block that are listed; 0 if the whole cell is the block.
        move_steps: steps in which every block attempts a displacement.
        swap_steps: steps in which pairs of particles attempt to swap.
        pairs: pairs proposed in a swap step; those that meet an earlier one are dropped.
        attempts: expected attempts of a round.
    """

    blocks: tuple[int, ...]
    shares: tuple[float, ...]
    listed: int
    move_steps: int
    swap_steps: int
    pairs: int
    attempts: float

    @property
    def count(self) -> int:
        """Blocks of the cell."""
        return prod(self.blocks)


def _empty(members: float) -> float:
    """Share of the blocks that are empty: nearly 1 - members where particles exclude one another from a small block."""
    return exp(-members - members**2 / 2 - members**3 / 3)


def _blocks(
    particles: int, heights: np.ndarray, reach: float, move: float
) -> tuple[tuple[int, ...], tuple[float, ...], float]:
    """The cut with the most displacements that are attempted and stay inside their blocks, and members per block."""
    best, chosen = 1.0, (tuple(1 for _ in heights), tuple(1.0 for _ in heights), float(particles))
    for number in range(2, MOST_BLOCKS + 1):
        blocks = np.maximum(1, np.floor(heights * number / heights.min() + 1e-9)).astype(int)
        shares = np.where(blocks > 1, 1 - blocks * reach / heights, 1.0)
        widths = shares * heights / blocks
        if (shares <= 0).any() or (widths[blocks > 1] < move).any():
            break
        members = particles * float(np.prod(shares / blocks))
        staying = float(np.prod(np.where(blocks > 1, 1 - move / (2 * widths), 1.0)))
        attempts = float(np.prod(blocks)) * (1 - _empty(members)) * staying
        if attempts > best:
            best = attempts
            chosen = (tuple(int(n) for n in blocks), tuple(float(share) for share in shares), members)
    return chosen


def make_plan(particles: int, heights: np.ndarray, reach: float, move: float, swap_fraction: float) -> Plan:
    r"""Choose blocks and steps.

    Blocks repeat with the period h/n along an axis of height h and are reach apart, so that their width is
    h/n - reach. Their number is a compromise: more of them are narrower, and stand empty or lose more displacements
    at their faces. About two displacements per listed particle are attempted between two cuts. Proposed pairs meet
    with probability :math:`1 - (1 - \varphi)^4`, with :math:`\varphi` the share of the volume within reach of a
    point; as many are proposed as leave a half of the last one standing.

    Args:
        particles: N.
        heights: of the cell, shape (dim,). Units of length.
        reach: largest interaction distance of any labels. Units of length.
        move: half-width of the displacements. Units of length.
        swap_fraction: share of the attempts that are swaps; met up to the rounding of the number of steps.
    """
    blocks, shares, members = _blocks(particles, heights, reach, move)
    serial = prod(blocks) == 1
    filled = 1.0 if serial else prod(blocks) * (1 - _empty(members))
    steps = SERIAL_MOVES if serial else int(np.clip(round(2 * members), 2, 16))
    # The volume of a cell is at least the product of its heights.
    meeting = 1 - (1 - min(0.99, BALL[len(heights)] * reach ** len(heights) / float(np.prod(heights)))) ** 4
    pairs = int(np.clip(ceil(np.log(0.5) / np.log(1 - meeting)), 1, MOST_PAIRS))
    kept = (1 - (1 - meeting) ** pairs) / meeting
    if swap_fraction == 1:
        steps, swaps = 0, 8
    else:
        wanted = swap_fraction / (1 - swap_fraction) * steps * filled / kept
        swaps = 0 if swap_fraction == 0 else max(1, round(wanted))
    listed = 0 if serial else ceil(members + 3 * members**0.5 + 2)
    return Plan(blocks, shares, listed, steps, swaps, pairs, steps * filled + swaps * kept)
