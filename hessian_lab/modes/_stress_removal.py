"""What becomes of the low modes when small stresses are taken away, beside others taken away at random."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from .._core.errors import InputError
from .._core.identity import generator
from ..hessian import Hessian
from ..spectrum import Spectrum
from ._local_stress import pair_stresses
from ._prestress import prestress_split
from ._prestress_following import best_match, lowest_nonzero


@dataclass(frozen=True, eq=False)
class RemovedStresses:
    """The low modes without the stress part of some pairs, one row for each choice of pairs.

    Attributes:
        lowest: the lowest eigenvalues, ascending, without zero modes, shape (cuts, modes). Units of 1/time^2.
        shift: relative change of lambda of each reference mode, to the mode that it is matched with by the largest sum
            of squared overlaps, shape (cuts, modes).
        overlap: the squared overlap of these two, same shape; below 0.5 the mode is hardly the same one.
        first_order: the shift that first-order perturbation theory gives, same shape.
        negative: number of negative modes, shape (cuts,).
        stress_share: share of the sum of all sigma_ij that was taken away, shape (cuts,).
    """

    lowest: Float[np.ndarray, "cuts modes"]
    shift: Float[np.ndarray, "cuts modes"]
    overlap: Float[np.ndarray, "cuts modes"]
    first_order: Float[np.ndarray, "cuts modes"]
    negative: Int[np.ndarray, " cuts"]
    stress_share: Float[np.ndarray, " cuts"]


@dataclass(frozen=True, eq=False)
class StressRemoval:
    """Small stresses taken away, and others taken away at random: as many of them, or as much stress.

    Attributes:
        cuts: sigma_cut, shape (cuts,). Units of energy/length^d.
        pairs_touched: pairs with sigma_ij < sigma_cut, shape (cuts,).
        pairs: all of them.
        reference: the lowest eigenvalues of the Hessian as it is, without zero modes, shape (modes,). 1/time^2.
        removed: without the stress part of the pairs below the cut.
        control: without that of the same number of pairs, drawn at random from all.
        control_of_equal_stress: without that of the first pairs of the same draw whose stresses add up to what was
            removed, to within one pair.
    """

    cuts: Float[np.ndarray, " cuts"]
    pairs_touched: Int[np.ndarray, " cuts"]
    pairs: int
    reference: Float[np.ndarray, " modes"]
    removed: RemovedStresses
    control: RemovedStresses
    control_of_equal_stress: RemovedStresses


def remove_small_stresses(
    hessian: Hessian, cuts: Sequence[float] | Float[np.ndarray, " cuts"], count: int, *, seed: int = 0
) -> StressRemoval:
    r"""Take the stress part of the pairs with small stresses out of the Hessian, for several sigma_cut.

    .. math:: H = H_{stiff} + \sum_{\sigma_{ij} \ge \sigma_{cut}} H_{stress}^{(ij)}

    The stiffness of every pair stays, so that nothing becomes floppy by it; in a purely repulsive glass every mode
    stiffens. If type-II modes lived on the small stresses, they would move more than with the controls. As many pairs
    at random carry far more stress (`stress_share`), hence the second control, of equal stress. Both come from one
    draw and are nested: a larger cut adds pairs to those of a smaller one. A cut belongs to a frequency through
    sigma = zeta omega^2 (`stress_of_frequency`).

    Args:
        hessian: of the glass.
        cuts: sigma_cut, none negative; infinity takes all. Units of energy/length^d.
        count: number of lowest modes to look at, zero modes not counted.
        seed: of the draw.

    Returns:
        Spectra, shifts and counts of all three, see `StressRemoval`.

    Raises:
        InputError: if a cut is negative or not a number, or there are not so many modes.
        ComputationError: as `spectrum`.

    Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 18, for sigma_ij.
    """
    levels = np.asarray(cuts, dtype=np.float64)
    if levels.ndim != 1 or levels.size == 0 or not np.all(levels >= 0):
        raise InputError(f"argument cuts must be a list of numbers that are not negative, but is {cuts}")
    stresses = pair_stresses(hessian.pairs)
    masks = stresses[None, :] < levels[:, None]
    touched = masks.sum(axis=1)
    order = generator(str(seed), "pairs without pre-stress").permutation(stresses.size)
    place = np.empty(stresses.size, dtype=np.int64)
    place[order] = np.arange(stresses.size)
    # The number of drawn pairs whose sum is nearest to what was removed.
    sums = np.concatenate([[0.0], np.cumsum(stresses[order])])
    alike = np.abs(sums[None, :] - (masks @ stresses)[:, None]).argmin(axis=1)
    reference, _ = lowest_nonzero(hessian, count)
    return StressRemoval(
        levels,
        touched,
        stresses.size,
        reference.eigenvalues,
        _without(hessian, masks, stresses, reference),
        _without(hessian, place[None, :] < touched[:, None], stresses, reference),
        _without(hessian, place[None, :] < alike[:, None], stresses, reference),
    )


def _without(
    hessian: Hessian, masks: Bool[np.ndarray, "cuts pairs"], stresses: Float[np.ndarray, " pairs"], reference: Spectrum
) -> RemovedStresses:
    count = reference.eigenvalues.size
    split = prestress_split(hessian, reference.modes(), per_pair=True)
    assert split.stress_of_pairs is not None
    assert reference.vectors is not None
    lowest, shift, overlap, negative = [], [], [], []
    for mask in masks:
        changed = Hessian(hessian.pairs, prestress=np.where(mask, 0.0, hessian.prestress_factors))
        found, below = lowest_nonzero(changed, count, extra=count)
        assert found.vectors is not None
        chosen, squares = best_match((reference.vectors.T @ found.vectors) ** 2)
        lowest.append(found.eigenvalues[:count])
        shift.append(found.eigenvalues[chosen] / reference.eigenvalues - 1)
        overlap.append(squares)
        negative.append(below)
    return RemovedStresses(
        np.array(lowest),
        np.array(shift),
        np.array(overlap),
        -(masks @ split.stress_of_pairs.T) / reference.eigenvalues,
        np.array(negative),
        masks @ stresses / stresses.sum(),
    )
