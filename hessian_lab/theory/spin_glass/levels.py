"""The quantum problem of one site: energy levels of p^2/(2m) + U_eff(v), many fields at once."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ..._core.errors import ComputationError, InputError
from ._site import global_minimum

_GRID_SAFETY = 0.75
_CUTOFF_FACTORS = (2.0, 3.0, 4.5, 6.75, 10.0)
_CHECKED_MEMBERS = 12
_BATCH = 256
_MAX_BASIS = 600
_STEP_OF_SIZES = 4
_MARGIN = 1.5
"""Points are kept up to this potential over the cutoff of the kinetic energy: 1.5 costs least among 1 to 2.5."""


class Levels(NamedTuple):
    """Spectrum of many sites. Reduced units.

    Attributes:
        ground: lowest energy, shape (sites,).
        excitation: energies above the ground state, ascending, the first one 0; shape (sites, levels). Converged up
            to the requested energy; what lies above it is kept for continuity only.
        displacement: mean of v in each level; by the theorem of Hellmann and Feynman it is -d energy/d field.
        error: largest deviation from the finer basis, in the energies up to the requested one.
        basis: largest number of basis functions of a site.
    """

    ground: Float[np.ndarray, " sites"]
    excitation: Float[np.ndarray, "sites levels"]
    displacement: Float[np.ndarray, "sites levels"]
    error: float
    basis: int


def site_levels(
    field: Float[np.ndarray, " sites"],
    stiffness: Float[np.ndarray, " sites"] | float,
    quartic: float,
    quantum: float,
    *,
    energy: float,
    tolerance: float = 1e-9,
) -> Levels:
    r"""Levels of every site, up to an excitation energy.

    .. math:: H = -\frac{\hbar^2}{2} \frac{d^2}{dv^2} - h v + \frac{k}{2} v^2 + \frac{b}{4} v^4

    Sinc functions on a uniform grid, of which each site keeps the points where its potential is lowest: both wells,
    however far apart, and no more. The basis grows until a finer one moves no level by more than the tolerance.

    Args:
        field: h.
        stiffness: k = a_2/gamma - C; one number, or one per site.
        quartic: b = a_4/(6 gamma).
        quantum: hbar/sqrt(m) in reduced units.
        energy: highest excitation energy that is needed.
        tolerance: largest change of a level between the last two bases, absolute.

    Raises:
        InputError: if `quantum`, `energy` or `quartic` is not positive.
        ComputationError: if the levels do not converge.

    Reference: Kuehn and Horstmann 1998, Eq. 14; basis: Colbert and Miller, J. Chem. Phys. 96, 1982 (1992).
    """
    for name, value in (("quantum", quantum), ("energy", energy), ("quartic", quartic)):
        if not value > 0:
            raise InputError(f"argument {name} must be > 0, but got {value}")
    field, stiffness = np.broadcast_arrays(np.atleast_1d(np.asarray(field, float)), np.asarray(stiffness, float))
    bottom = global_minimum(field, stiffness, quartic)
    zero_point = 0.5 * quantum * np.sqrt(np.max(np.abs(stiffness)) + 3 * quartic * np.max(bottom**2))
    reach = energy + 2 * (zero_point + np.cbrt(quartic * quantum**4))
    chosen = _spread_members(field, stiffness)
    few = (field[chosen], stiffness[chosen], bottom[chosen])
    coarse = _solve(*few, quartic, quantum, reach * _CUTOFF_FACTORS[0])
    change = np.inf
    for before, factor in pairwise(_CUTOFF_FACTORS):
        fine = _solve(*few, quartic, quantum, reach * factor)
        change = _largest_change(coarse, fine, energy)
        if change <= tolerance:
            everything = (field, stiffness, bottom, quartic, quantum, reach * before)
            ground, excitation, displacement = _solve(*everything)
            count = max(2, int(np.max(np.sum(excitation <= energy, axis=1))) + 2)
            if not np.all(np.isfinite(excitation[:, :count])):
                # A narrow site has fewer basis functions than the widest has levels.
                ground, excitation, displacement = _solve(*everything, smallest=count)
            basis = excitation.shape[1]
            return Levels(ground, excitation[:, :count], displacement[:, :count], change, basis)
        coarse = fine
    raise ComputationError(
        f"the levels of a site are converged to {change:.1e} only, but {tolerance:.1e} was asked for; loosen the "
        f"tolerance or lower the argument energy = {energy:g}"
    )


def _spread_members(field: np.ndarray, stiffness: np.ndarray) -> np.ndarray:
    """Sites on which convergence is judged: the extremes and a spread in between, by field and by stiffness."""
    if field.size <= 2 * _CHECKED_MEMBERS:
        return np.arange(field.size)
    picks = np.linspace(0, field.size - 1, _CHECKED_MEMBERS).round().astype(int)
    nearest_zero = np.argmin(np.abs(field))
    return np.unique(np.concatenate([np.argsort(field)[picks], np.argsort(stiffness)[picks], [nearest_zero]]))


def _largest_change(coarse, fine, energy: float) -> float:
    levels = min(coarse[1].shape[1], fine[1].shape[1])
    wanted = fine[1][:, :levels] <= energy
    excitation = np.max(np.abs(coarse[1][:, :levels][wanted] - fine[1][:, :levels][wanted]))
    missing = np.any(fine[1][:, levels:] <= energy)
    return np.inf if missing else float(max(excitation, np.max(np.abs(coarse[0] - fine[0]))))


def _solve(field, stiffness, bottom, quartic: float, quantum: float, cutoff: float, *, smallest: int = 2):
    """(ground, excitations, displacements) in each site's own basis: its points of low potential, spaced for `cutoff`.

    Excitations are infinite beyond the size of a site's basis.
    """
    spacing = _GRID_SAFETY * np.pi * quantum / np.sqrt(2 * cutoff)
    edge = np.max(np.abs(bottom)) + (4 * _MARGIN * cutoff / quartic) ** 0.25
    half = max(int(np.ceil(edge / spacing)), smallest)
    grid = spacing * np.arange(-half, half + 1)

    def height(h, k, v):
        return -h * v + v**2 * (k / 2 + quartic / 4 * v**2)

    floor = height(field, stiffness, bottom)
    sizes = np.empty(field.size, int)
    for part in _batches(np.arange(field.size)):
        potential = height(field[part, None], stiffness[part, None], grid) - floor[part, None]
        sizes[part] = np.sum(potential < _MARGIN * cutoff, axis=1) + 2
    # Rounded up, so that sites of nearly the same size are diagonalised together.
    sizes = np.minimum(-(-np.maximum(sizes, smallest) // _STEP_OF_SIZES) * _STEP_OF_SIZES, grid.size)
    largest = int(np.max(sizes))
    if largest > _MAX_BASIS:
        raise ComputationError(
            f"a site needs {largest} basis functions (at most {_MAX_BASIS}); raise the argument quantum = {quantum:g} "
            "or lower the argument energy"
        )
    distance = np.arange(1, grid.size)
    # Colbert and Miller's kinetic energy, by the distance of two grid points.
    hopping = np.concatenate([[np.pi**2 / 3], np.where(distance % 2 == 0, 2.0, -2.0) / distance**2])
    hopping *= quantum**2 / (2 * spacing**2)
    values = np.full((field.size, largest), np.inf)
    means = np.zeros((field.size, largest))
    for size in np.unique(sizes):
        for part in _batches(np.flatnonzero(sizes == size)):
            potential = height(field[part, None], stiffness[part, None], grid) - floor[part, None]
            index = np.sort(np.argpartition(potential, size - 1, axis=1)[:, :size], axis=1)
            hamiltonian = hopping[np.abs(index[:, :, None] - index[:, None, :])]
            diagonal = np.arange(size)
            hamiltonian[:, diagonal, diagonal] += np.take_along_axis(potential, index, axis=1)
            values[part, :size], vectors = np.linalg.eigh(hamiltonian)
            means[part, :size] = np.einsum("si,sin->sn", grid[index], vectors**2)
    return floor + values[:, 0], values - values[:, :1], means


def _batches(members: np.ndarray) -> Iterator[np.ndarray]:
    """Parts that bound the memory."""
    for start in range(0, members.size, _BATCH):
        yield members[start : start + _BATCH]
