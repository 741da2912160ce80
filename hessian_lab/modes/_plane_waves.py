"""Plane waves of a disordered box, made orthonormal shell by shell."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from jaxtyping import Float
from scipy.linalg import LinAlgError, blas, cholesky, eigh, lapack

from .._core.errors import InputError
from ..systems import Configuration
from ._shells import Polarisation, Shell, wave_shells

POLARISATIONS: tuple[Polarisation, ...] = ("transverse", "longitudinal")
"""Of a shell's waves, in the order in which they enter the basis."""

CONTENT = 0.5
"""Largest |k| of the waves that a mode's phonon content is made of, in units of the Debye wave number."""

WELL_APART = 1e-4
"""Smallest over largest singular value of all waves, about, for the fast way."""

DEPENDENT = 1e-10
"""Squared length of a normalised wave, outside the waves before it, below which it adds nothing."""


@dataclass(frozen=True, eq=False)
class PlaneWaves:
    r"""Standing waves of the box, mass-weighted, and the orthonormal basis that they span.

    .. math:: w_i \propto \sqrt{m_i}\, e \cos(k \cdot r_i), \quad \sqrt{m_i}\, e \sin(k \cdot r_i)

    On a disordered configuration these are not orthogonal. Blocks - the transverse, then the longitudinal waves of a
    shell, in ascending order of \|k\| - are taken out of one another in that order, after the translations; inside a
    block each wave is changed as little as possible (symmetric orthonormalisation), so that it keeps its name. Waves
    that add nothing (aliases on a crystal, the last shells of a small box) drop out.

    Attributes:
        shells: wave vectors.
        starts: first column of each block, shape (2 shells + 1,): transverse, longitudinal of the first shell, ...
        raw: the waves as they are, normalised, shape (size, waves).
        basis: one column for each wave, shape (size, waves). The columns of a block span what it adds, and their
            squared overlaps with a vector add up to its weight there; orthonormal but for waves that add nothing.
        independent: orthonormal columns, `rank` for each block, shape (size, sum of ranks).
        translations: mass-weighted, shape (size, dim).
        leakage: mean share of the raw waves of each block that lies in earlier blocks, shape (2 shells,).
        rank: dimension that each block adds, shape (2 shells,).
    """

    shells: tuple[Shell, ...]
    starts: np.ndarray
    raw: Float[np.ndarray, "size waves"]
    basis: Float[np.ndarray, "size waves"]
    independent: Float[np.ndarray, "size independent"]
    translations: Float[np.ndarray, "size dim"]
    leakage: Float[np.ndarray, " blocks"]
    rank: np.ndarray

    def block(self, shell: int, polarisation: Polarisation) -> slice:
        """Columns of the waves of one shell (its number, from 1) and polarisation."""
        if not 1 <= shell <= len(self.shells):
            raise InputError(f"argument shell must be from 1 to {len(self.shells)}, but got {shell}")
        place = 2 * (shell - 1) + POLARISATIONS.index(polarisation)
        return slice(int(self.starts[place]), int(self.starts[place + 1]))

    @property
    def complete(self) -> bool:
        """Whether waves and translations span all displacements."""
        return int(self.rank.sum()) + self.translations.shape[1] == self.raw.shape[0]


def plane_waves(configuration: Configuration, *, shells: int | None = None, highest: float | None = None) -> PlaneWaves:
    """The plane waves of a box, as they are and as an orthonormal basis.

    Costs about 2 d N waves^2 operations, up to four times as many where waves depend on one another.

    Args:
        configuration: positions, masses and cell.
        shells: number of shells; all up to `highest` if not given.
        highest: largest |k|; the Debye wave number, which counts as many waves as the box has modes, if neither is
            given. Units of 1/length.

    Raises:
        InputError: if both are given or one is not positive.
    """
    if shells is not None and highest is not None:
        raise InputError("give one of the arguments shells and highest, not both")
    if shells is None and highest is None:
        highest = debye_wavenumber(configuration)
    found = wave_shells(configuration.cell, shells=shells, highest=highest)
    root = np.sqrt(configuration.masses)
    dim = configuration.dimension
    translations = np.kron(root[:, None], np.eye(dim)) / np.linalg.norm(root)
    blocks = [_raw(configuration, root, shell, polarisation) for shell in found for polarisation in POLARISATIONS]
    starts = np.concatenate([[0], np.cumsum([block.shape[1] for block in blocks])])
    raw = np.concatenate(blocks, axis=1)
    try:
        found_basis = _by_cholesky(translations, raw, starts)
    except LinAlgError:
        found_basis = _by_projection(translations, blocks, starts)
    return PlaneWaves(found, starts, raw, *found_basis[:2], translations, *found_basis[2:])


_Basis = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]
"""Basis by waves, independent columns, leakage and rank."""


def _by_cholesky(translations: np.ndarray, raw: np.ndarray, starts: np.ndarray) -> _Basis:
    """From the Gram matrix of all waves, A = Q R: for waves that are far from dependent.

    The error of Q's orthogonality is the rounding over the smallest eigenvalue of the Gram matrix. The diagonal of R
    would not tell: each wave may lie well outside those before it, and all together may not.
    """
    dim, size = translations.shape[1], len(raw)
    if dim + raw.shape[1] > size:
        raise LinAlgError("more waves than dimensions")
    columns = np.asfortranarray(np.concatenate([translations, raw], axis=1))
    triangle = cholesky(blas.dsyrk(1.0, columns, trans=1), check_finite=False)
    if lapack.dtrcon(triangle)[0] < WELL_APART:
        raise LinAlgError("nearly dependent")
    independent = blas.dtrsm(1.0, triangle, columns, side=1)[:, dim:]
    triangle = triangle[:, dim:]
    basis = np.empty_like(raw)
    leakage = np.empty(starts.size - 1)
    for place, (first, last) in enumerate(pairwise(starts)):
        left, _, right = np.linalg.svd(triangle[dim + first : dim + last, first:last])
        basis[:, first:last] = independent[:, first:last] @ (left @ right)
        leakage[place] = np.sum(triangle[: dim + first, first:last] ** 2) / (last - first)
    return basis, independent, leakage, np.diff(starts)


def _by_projection(translations: np.ndarray, blocks: list[np.ndarray], starts: np.ndarray) -> _Basis:
    """Block by block, for any waves: what is left of a block is kept where it is more than rounding."""
    size, dim = translations.shape
    basis = np.zeros((size, int(starts[-1])))
    spanned = np.empty((size, min(size, dim + int(starts[-1]))), order="F")
    spanned[:, :dim] = translations
    used = dim
    leakage, rank = np.zeros(len(blocks)), np.zeros(len(blocks), dtype=int)
    for place, block in enumerate(blocks):
        old = spanned[:, :used]
        rest = block - old @ (old.T @ block)
        leakage[place] = np.mean(np.sum(block**2, axis=0) - np.sum(rest**2, axis=0))
        rest -= old @ (old.T @ rest)
        values, rotation = eigh(rest.T @ rest)
        alive = values > DEPENDENT
        if not alive.any():
            continue
        fresh = rest @ (rotation[:, alive] / np.sqrt(values[alive]))
        # Small rests were divided by small numbers: once more, for orthogonality to rounding.
        fresh -= old @ (old.T @ fresh)
        fresh, triangle = np.linalg.qr(fresh)
        fresh *= np.sign(np.diag(triangle))
        rank[place] = fresh.shape[1]
        spanned[:, used : used + rank[place]] = fresh
        used += int(rank[place])
        basis[:, starts[place] : starts[place + 1]] = fresh @ rotation[:, alive].T
    return basis, spanned[:, dim:used], leakage, rank


def debye_wavenumber(configuration: Configuration) -> float:
    r"""Radius of the sphere of wave vectors that holds as many of them as there are particles.

    .. math:: k_D = (6 \pi^2 n)^{1/3} \text{ (3D)}, \quad (4 \pi n)^{1/2} \text{ (2D)}

    Units of 1/length.
    """
    if configuration.dimension == 3:
        return float((6 * np.pi**2 * configuration.density) ** (1 / 3))
    return float((4 * np.pi * configuration.density) ** 0.5)


def wave_limits(configuration: Configuration, *, whole: bool) -> tuple[float, float]:
    """Largest |k| of the plane waves of an analysis, and of those that the phonon order parameter counts.

    The Debye wave number for a whole spectrum, otherwise half of it; at least the first shell. Units of 1/length.
    """
    first = wave_shells(configuration.cell, shells=1)[0].wavenumber
    debye = debye_wavenumber(configuration)
    ordered = max(first, CONTENT * debye)
    return max(first, debye) if whole else ordered, ordered


def polarisation_vectors(
    vectors: Float[np.ndarray, "waves dim"], polarisation: Polarisation
) -> Float[np.ndarray, "waves polarisations dim"]:
    """Unit vectors along each wave vector, or the d - 1 across it, which are the axes where the wave goes along one."""
    direction = vectors / np.linalg.norm(vectors, axis=1, keepdims=True)
    if polarisation == "longitudinal":
        return direction[:, None]
    if vectors.shape[1] == 2:
        return np.stack([-direction[:, 1], direction[:, 0]], axis=1)[:, None]
    axis = np.eye(3)[np.argmin(np.round(np.abs(direction), 9), axis=1)]
    first = np.cross(direction, axis)
    first /= np.linalg.norm(first, axis=1, keepdims=True)
    return np.stack([first, np.cross(direction, first)], axis=1)


def _raw(configuration: Configuration, root: np.ndarray, shell: Shell, polarisation: Polarisation) -> np.ndarray:
    """Normalised waves of one block: for each wave vector and polarisation a cosine and a sine."""
    phase = configuration.positions @ shell.vectors.T
    waves = np.stack([np.cos(phase), np.sin(phase)], axis=2) * root[:, None, None]
    direction = polarisation_vectors(shell.vectors, polarisation)
    columns = np.einsum("ikt,kpa->iakpt", waves, direction).reshape(configuration.positions.size, -1)
    length = np.linalg.norm(columns, axis=0)
    # The sine of half a reciprocal lattice vector vanishes on its crystal.
    return columns / np.where(length > 1e-8 * np.linalg.norm(root), length, np.inf)
