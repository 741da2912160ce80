"""The lowest modes followed while the pre-stress is scaled by finite amounts, up and down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy.optimize import linear_sum_assignment

from .._core.errors import InputError
from ..hessian import Hessian
from ..spectrum import Spectrum, spectrum
from ._prestress import PrestressSplit, prestress_split

SURE = 0.5
"""Squared overlap from which on a mode is the same one: no two modes can both have more than this of it."""

SHARED = 0.1
"""Squared overlap of a second mode that makes a step part of an avoided crossing."""


@dataclass(frozen=True, eq=False)
class FollowedModes:
    r"""Modes of :math:`H(\delta) = H_{stiff} + (1 - \delta) H_{stress}`, each followed from delta = 0 by its shape.

    Overlaps are squared scalar products of unit vectors. A step is the way from the neighbouring delta that is nearer
    to 0; at delta = 0 all overlaps are 1.

    Attributes:
        deltas: ascending, 0 among them, shape (deltas,).
        eigenvalues: lambda(delta) of each followed mode, shape (deltas, modes). Units of 1/time^2.
        overlap: with the same mode at the other end of the step, shape (deltas, modes).
        second_overlap: of the mode at the start of the step with the runner-up at its end, same shape.
        overlap_with_start: with the mode at delta = 0 itself, same shape.
        rank: place among the modes that are not zero modes, ascending, same shape.
        negative: number of negative modes of H(delta), shape (deltas,).
        split: first-order parts at delta = 0.
    """

    deltas: Float[np.ndarray, " deltas"]
    eigenvalues: Float[np.ndarray, "deltas modes"]
    overlap: Float[np.ndarray, "deltas modes"]
    second_overlap: Float[np.ndarray, "deltas modes"]
    overlap_with_start: Float[np.ndarray, "deltas modes"]
    rank: Int[np.ndarray, "deltas modes"]
    negative: Int[np.ndarray, " deltas"]
    split: PrestressSplit

    @property
    def start(self) -> int:
        """Place of delta = 0."""
        return int(np.flatnonzero(self.deltas == 0)[0])

    @property
    def difference(self) -> Float[np.ndarray, "deltas modes"]:
        """d lambda/d delta by finite differences between neighbouring deltas, of second order inside. 1/time^2."""
        return np.gradient(self.eigenvalues, self.deltas, axis=0)

    @property
    def doubtful(self) -> Bool[np.ndarray, "deltas modes"]:
        """Where a step on the way from delta = 0 had an overlap below 0.5: the mode may be another one. Take smaller
        steps, or read the crossings.
        """
        return self._outwards(self.overlap < SURE)

    @property
    def avoided_crossing(self) -> Bool[np.ndarray, "deltas modes"]:
        """Steps in which a second mode took a tenth or more of this one: an avoided crossing that the steps resolve."""
        return self.second_overlap >= SHARED

    @property
    def crossed(self) -> Bool[np.ndarray, "deltas modes"]:
        """Steps in which the mode changed places with another one. Modes of a glass have no symmetry and do repel: such
        a crossing is an avoided one whose gap is narrower than the step, passed straight on.
        """
        inner = np.diff(self.rank, axis=0) != 0
        none = np.zeros((1, self.rank.shape[1]), dtype=bool)
        return np.concatenate([inner[: self.start], none, inner[self.start :]])

    def _outwards(self, flags: Bool[np.ndarray, "deltas modes"]) -> Bool[np.ndarray, "deltas modes"]:
        """Flags that stay up on the way out from delta = 0 in both directions."""
        below, above = flags[: self.start + 1][::-1], flags[self.start :]
        lower = np.logical_or.accumulate(below, axis=0)[::-1]
        return np.concatenate([lower, np.logical_or.accumulate(above, axis=0)[1:]])


def follow_prestress(
    hessian: Hessian, deltas: Sequence[float] | Float[np.ndarray, " deltas"], count: int, *, extra: int | None = None
) -> FollowedModes:
    """Follow the lowest modes while all pre-stress is scaled by 1 - delta.

    From each delta to the next the modes are matched one to one so that the sum of squared overlaps is largest. The
    configuration stays as it is: with all stresses scaled alike the forces still balance. In degenerate spaces
    (crystals) the single modes are arbitrary and overlaps mean little.

    Args:
        hessian: at delta = 0, with its own factors of the pre-stress.
        deltas: of either sign; 0 is added if it is missing. Above 1 the stresses change their sign.
        count: number of modes to follow, zero modes not counted.
        extra: modes computed beyond those at every delta, for modes to rise into; `count` if not given.

    Returns:
        What became of each mode, see `FollowedModes`.

    Raises:
        InputError: if the deltas are not finite or none differs from 0, or there are not so many modes.
        ComputationError: as `spectrum`.
    """
    places = np.unique(np.append(np.asarray(deltas, dtype=np.float64).ravel(), 0.0))
    if not np.isfinite(places).all() or places.size < 2:
        raise InputError(f"argument deltas must be finite numbers of which at least one is not 0, but is {deltas}")
    more = count if extra is None else extra
    if more < 0:
        raise InputError(f"argument extra must not be negative, but got {extra}")
    first, negative_at_start = lowest_nonzero(hessian, count)
    assert first.vectors is not None
    shape = (places.size, count)
    values, overlap, second, kept = np.empty(shape), np.ones(shape), np.zeros(shape), np.ones(shape)
    rank, negative = np.tile(np.arange(count), (places.size, 1)), np.empty(places.size, dtype=np.int64)
    start = int(np.searchsorted(places, 0.0))
    values[start], negative[start] = first.eigenvalues, negative_at_start
    for way in (range(start - 1, -1, -1), range(start + 1, places.size)):
        vectors = first.vectors
        for k in way:
            changed = Hessian(hessian.pairs, prestress=(1.0 - places[k]) * hessian.prestress_factors)
            found, negative[k] = lowest_nonzero(changed, count, extra=more)
            assert found.vectors is not None
            squares = (vectors.T @ found.vectors) ** 2
            rank[k], overlap[k] = best_match(squares)
            squares[np.arange(count), rank[k]] = 0.0
            second[k] = squares.max(axis=1, initial=0.0)
            values[k], vectors = found.eigenvalues[rank[k]], found.vectors[:, rank[k]]
            kept[k] = np.einsum("ij,ij->j", vectors, first.vectors) ** 2
    return FollowedModes(places, values, overlap, second, kept, rank, negative, prestress_split(hessian, first.modes()))


def lowest_nonzero(hessian: Hessian, count: int, *, extra: int = 0) -> tuple[Spectrum, int]:
    """The lowest modes that are no zero modes, and how many modes of the whole Hessian are negative.

    Args:
        hessian: the Hessian.
        count: modes that there must be.
        extra: modes beyond them, if there are so many.

    Returns:
        The spectrum without zero modes, of `count` + `extra` modes where there are so many, and the number of negative
        modes.

    Raises:
        InputError: if the Hessian has fewer than `count` modes that are no zero modes.
    """
    if count < 1:
        raise InputError(f"argument count must be at least 1, but got {count}")
    size = hessian.size
    wanted = min(size, hessian.trivial_modes.shape[1] + count + extra)
    while True:
        found = spectrum(hessian, count=wanted)
        other = np.flatnonzero(~found.zero)
        # All negative modes are known once a positive one is.
        if (other.size >= count + extra and found.eigenvalues[other[-1]] > 0) or wanted == size:
            break
        wanted = min(size, 2 * wanted)
    if other.size < count:
        raise InputError(f"argument count is {count}, but only {other.size} modes are no zero modes; ask for fewer")
    chosen = other[: count + extra]
    assert found.vectors is not None
    return replace(found, eigenvalues=found.eigenvalues[chosen], vectors=found.vectors[:, chosen]), found.negative_modes


def best_match(
    squares: Float[np.ndarray, "modes others"],
) -> tuple[Int[np.ndarray, " modes"], Float[np.ndarray, " modes"]]:
    """One other mode for each mode, with the largest sum of squared overlaps; and the squared overlaps."""
    rows, columns = linear_sum_assignment(squares, maximize=True)
    return columns, squares[rows, columns]
