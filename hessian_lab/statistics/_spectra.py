"""The ragged set of mode frequencies of many glasses."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int

from .._core.errors import InputError


@dataclass(frozen=True, eq=False, repr=False)
class Spectra:
    """Mode frequencies of many glasses, each with its own number of known modes.

    The d zero modes of the translations (and of rattlers) are not among them. Build it with `from_lists`.

    Attributes:
        omega: frequencies of shape (modes,), glass after glass, ascending inside a glass, all > 0; in
            sqrt(epsilon/m)/length.
        offsets: shape (glasses + 1,); glass i owns `omega[offsets[i]:offsets[i + 1]]`.
        modes_per_glass: shape (glasses,); number of nonzero modes that the whole spectrum of each glass has
            (d N - d without rattlers), which normalises F(omega); None if it is not known.
        known_up_to: shape (glasses,); frequency up to which each glass's modes are all listed, in the unit of `omega`;
            infinite for a complete spectrum.

    Raises:
        InputError: if a frequency is not positive and finite, not ascending, or the arrays do not fit together.
    """

    omega: Float[np.ndarray, " modes"]
    offsets: Int[np.ndarray, " glasses_plus_one"]
    modes_per_glass: Float[np.ndarray, " glasses"] | None
    known_up_to: Float[np.ndarray, " glasses"]

    def __post_init__(self) -> None:
        omega = np.array(self.omega, dtype=np.float64)
        offsets = np.array(self.offsets, dtype=np.int64)
        if omega.ndim != 1 or offsets.ndim != 1 or offsets.size < 2:
            raise InputError(
                f"arguments omega and offsets must be flat, with at least one glass, but have the shapes {omega.shape} "
                f"and {offsets.shape}"
            )
        if offsets[0] != 0 or offsets[-1] != omega.size or np.any(np.diff(offsets) < 0):
            raise InputError(f"argument offsets must rise from 0 to the number of modes, {omega.size}")
        if not np.all(np.isfinite(omega)) or np.any(omega <= 0):
            worst = omega[~(np.isfinite(omega) & (omega > 0))][0]
            raise InputError(
                f"argument omega must hold positive finite frequencies only, but holds {worst}; remove the zero modes, "
                "and leave saddles out"
            )
        falls = np.flatnonzero(np.diff(omega) < 0) + 1
        if np.setdiff1d(falls, offsets).size:
            raise InputError("argument omega must ascend inside each glass; use Spectra.from_lists, which sorts")
        glasses = offsets.size - 1
        known = _per_glass(self.known_up_to, glasses, "known_up_to")
        if np.any(np.isnan(known)) or np.any(known <= 0):
            raise InputError("argument known_up_to must be positive (infinite for a complete spectrum)")
        counts = np.diff(offsets)
        filled = counts > 0
        last = omega[offsets[1:][filled] - 1]
        if np.any(last > known[filled] * (1 + 1e-12)):
            raise InputError(
                "argument known_up_to is below the highest listed mode of a glass; it is the frequency up to which all "
                "modes are listed, so cut the list there"
            )
        modes = None
        if self.modes_per_glass is not None:
            modes = _per_glass(self.modes_per_glass, glasses, "modes_per_glass")
            if not np.all(modes >= np.maximum(counts, 1)):
                raise InputError(
                    "argument modes_per_glass must be at least 1 and at least the number of listed modes of each glass"
                )
        for name, array in (("omega", omega), ("offsets", offsets), ("modes_per_glass", modes), ("known_up_to", known)):
            if array is not None:
                array.flags.writeable = False
            object.__setattr__(self, name, array)

    @classmethod
    def from_lists(
        cls,
        frequencies: Sequence[Float[np.ndarray, " modes"]],
        modes_per_glass: int | Float[np.ndarray, " glasses"] | None = None,
        *,
        known_up_to: float | Float[np.ndarray, " glasses"] | None = None,
    ) -> Spectra:
        """Collect one array of frequencies per glass; each is sorted.

        Args:
            frequencies: one array a glass, nonzero modes only, in sqrt(epsilon/m)/length. May be empty where
                `known_up_to` says that there is nothing below it.
            modes_per_glass: number of nonzero modes of the whole spectrum, d N - d; a number or one a glass. By
                default the number of listed modes, if every spectrum is complete.
            known_up_to: frequency up to which every mode is listed, a number or one a glass; None for complete spectra.

        Returns:
            The set, in the order of the lists.

        Raises:
            InputError: as for the class.
        """
        arrays = [np.sort(np.asarray(values, dtype=np.float64).ravel()) for values in frequencies]
        if not arrays:
            raise InputError("argument frequencies is empty; at least one glass is needed")
        counts = np.array([array.size for array in arrays])
        known = np.inf if known_up_to is None else known_up_to
        if modes_per_glass is None and known_up_to is None:
            modes_per_glass = counts
        return cls(
            omega=np.concatenate(arrays),
            offsets=np.concatenate([[0], np.cumsum(counts)]),
            modes_per_glass=None if modes_per_glass is None else _per_glass(modes_per_glass, counts.size, "modes"),
            known_up_to=_per_glass(known, counts.size, "known_up_to"),
        )

    @property
    def glasses(self) -> int:
        """Number of glasses."""
        return self.offsets.size - 1

    @property
    def counts(self) -> Int[np.ndarray, " glasses"]:
        """Number of listed modes of each glass."""
        return np.diff(self.offsets)

    @property
    def glass_index(self) -> Int[np.ndarray, " modes"]:
        """Index of the glass that each entry of `omega` belongs to."""
        return np.repeat(np.arange(self.glasses), self.counts)

    @property
    def lowest(self) -> Float[np.ndarray, " glasses"]:
        """Lowest frequency of each glass, in sqrt(epsilon/m)/length.

        Raises:
            InputError: if a glass lists no mode.
        """
        empty = np.flatnonzero(self.counts == 0)
        if empty.size:
            raise InputError(
                f"glass {empty[0]} (and {empty.size - 1} others) lists no mode, so its lowest is not known"
            )
        return self.omega[self.offsets[:-1]]

    def select(self, mask: Bool[np.ndarray, " glasses"] | Int[np.ndarray, " chosen"]) -> Spectra:
        """The glasses that a mask (one truth value a glass) or a list of indices picks, in that order.

        Raises:
            InputError: if a mask has another length than the number of glasses, or nothing is picked.
        """
        mask = np.asarray(mask)
        if mask.dtype == bool and mask.shape != (self.glasses,):
            raise InputError(f"argument mask must have one entry a glass, {self.glasses}, but has shape {mask.shape}")
        chosen = np.arange(self.glasses)[mask]
        if chosen.size == 0:
            raise InputError("argument mask picks no glass")
        arrays = [self.omega[self.offsets[i] : self.offsets[i + 1]] for i in chosen]
        return Spectra(
            omega=np.concatenate(arrays),
            offsets=np.concatenate([[0], np.cumsum([array.size for array in arrays])]),
            modes_per_glass=None if self.modes_per_glass is None else self.modes_per_glass[chosen],
            known_up_to=self.known_up_to[chosen],
        )

    def require_known(self, omega: float, name: str) -> None:
        """Refuse a frequency beyond which some glass's modes are not known.

        Raises:
            InputError: if `omega` exceeds the smallest `known_up_to`.
        """
        limit = float(self.known_up_to.min())
        if omega > limit * (1 + 1e-12):
            raise InputError(
                f"argument {name} reaches up to omega = {omega:.6g}, but the modes of glass "
                f"{int(self.known_up_to.argmin())} are known up to {limit:.6g} only; lower it, leave that glass out "
                "with select, or compute more modes"
            )

    def __iter__(self) -> Iterator[Float[np.ndarray, " modes"]]:
        for start, stop in zip(self.offsets[:-1], self.offsets[1:], strict=True):
            yield self.omega[start:stop]

    def __len__(self) -> int:
        return self.glasses

    def __repr__(self) -> str:
        known = float(self.known_up_to.min())
        reach = "complete" if np.isinf(known) else f"known_up_to={known:.6g}"
        return f"Spectra(glasses={self.glasses}, modes={self.omega.size}, {reach})"


def _per_glass(value: object, glasses: int, name: str) -> Float[np.ndarray, " glasses"]:
    array = np.asarray(value, dtype=np.float64)
    if array.shape not in ((), (glasses,)):
        raise InputError(
            f"argument {name} must be a number or one number a glass ({glasses}), but has shape {array.shape}"
        )
    return np.array(np.broadcast_to(array, (glasses,)))
