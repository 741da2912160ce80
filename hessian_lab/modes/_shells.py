"""Wave vectors of a periodic cell, sorted into shells of equal length."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError

Polarisation = Literal["transverse", "longitudinal"]

SAME = 1e-9
"""Relative difference of |k|^2 below which two wave vectors are in one shell."""


@dataclass(frozen=True, eq=False)
class Shell:
    r"""The wave vectors of one length, one of each pair +k, -k.

    .. math:: k = 2\pi\, h^{-1} n

    with the integers n and the matrix h whose rows are the cell vectors.

    Attributes:
        number: place among the shells, from 1.
        indices: n, shape (waves, dim).
        vectors: k, shape (waves, dim). Units of 1/length.
    """

    number: int
    indices: Int[np.ndarray, "waves dim"]
    vectors: Float[np.ndarray, "waves dim"]

    @property
    def wavenumber(self) -> float:
        """|k|. Units of 1/length."""
        return float(np.linalg.norm(self.vectors[0]))

    @property
    def squared_index(self) -> int:
        """|n|^2 of the first wave vector; of all of them in a cube."""
        return int(self.indices[0] @ self.indices[0])

    def degeneracy(self, polarisation: Polarisation) -> int:
        """Standing waves of the shell: a sine and a cosine for each wave vector and polarisation."""
        return 2 * len(self.vectors) * (self.vectors.shape[1] - 1 if polarisation == "transverse" else 1)


def wave_shells(
    cell: Float[np.ndarray, "dim dim"], *, shells: int | None = None, highest: float | None = None
) -> tuple[Shell, ...]:
    """The shells of a cell in ascending order of |k|, without k = 0.

    Args:
        cell: rows are the cell vectors. Units of length.
        shells: how many shells.
        highest: instead, all shells up to this |k|. Units of 1/length.

    Returns:
        The shells. In a cube the first has d wave vectors: 2 d (d - 1) transverse and 2 d longitudinal standing waves.

    Raises:
        InputError: if not exactly one of `shells` and `highest` is given, or it is not positive.
    """
    if (shells is None) == (highest is None):
        raise InputError("give exactly one of the arguments shells and highest")
    cell = np.asarray(cell, dtype=np.float64)
    reciprocal = 2 * np.pi * np.linalg.inv(cell).T
    if shells is not None:
        if shells < 1:
            raise InputError(f"argument shells must be at least 1, but got {shells}")
        highest = 1.01 * float(np.linalg.norm(reciprocal, axis=1).min())
        while len(found := _up_to(highest, cell, reciprocal)) < shells:
            highest *= 1.5
        return found[:shells]
    assert highest is not None
    if not highest > 0:
        raise InputError(f"argument highest must be above 0, but got {highest}")
    found = _up_to(highest, cell, reciprocal)
    if not found:
        raise InputError(f"argument highest = {highest:g} is below the shortest wave vector of the cell; raise it")
    return found


def _up_to(highest: float, cell: np.ndarray, reciprocal: np.ndarray) -> tuple[Shell, ...]:
    # k = n @ reciprocal, so n_a = k . cell_a / 2 pi is at most |k| |cell_a| / 2 pi.
    reach = np.floor(highest * np.linalg.norm(cell, axis=1) / (2 * np.pi) + 1e-9).astype(int)
    axes = [np.arange(-r, r + 1) for r in reach]
    indices = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1).reshape(-1, len(cell))
    # Of +n and -n the one whose first entry that is not zero is positive.
    leading = indices[np.arange(len(indices)), np.argmax(indices != 0, axis=1)]
    indices = indices[leading > 0]
    vectors = indices @ reciprocal
    squared = np.einsum("kd,kd->k", vectors, vectors)
    inside = squared <= highest**2 * (1 + SAME)
    indices, vectors, squared = indices[inside], vectors[inside], squared[inside]
    order = np.argsort(squared, kind="stable")
    number = np.cumsum(np.diff(squared[order], prepend=-1.0) > SAME * squared[order])
    # In a shell by their integers, not by the rounding of |k|^2.
    order = order[np.lexsort((*(-indices[order].T[::-1]), number))]
    indices, vectors = indices[order], vectors[order]
    starts = np.flatnonzero(np.diff(number, prepend=0))
    groups = zip(np.split(indices, starts[1:]), np.split(vectors, starts[1:]), strict=True)
    return tuple(Shell(place, n, k) for place, (n, k) in enumerate(groups, start=1) if len(n))
