"""Which solver is taken, from what was measured: see `simulations/spectra`."""

from __future__ import annotations

import os

from ._factors import cholmod_package

SMALL = {("fast", False): 600, ("accurate", False): 1100, ("fast", True): 600, ("accurate", True): 1500}
"""Up to this d N LAPACK's own solver of lowest modes is as fast as any: by accuracy, and whether forces are
long-ranged."""

DENSE_ENTRIES = 80
"""From this many entries a row on, the factor of a sparse Hessian fills up, and dense Cholesky is faster."""

SPARSE_SIZE = 2500
"""Beyond this d N a sparse factor is faster than a dense one, if there are few entries a row."""

FILTER_SIZE = 20_000
"""Beyond this d N no factor is made: its size grows as N^(4/3), its cost as N^2."""

PROOF_SIZE = 40_000
"""Up to this d N the proof of completeness is made unless it is declined."""


def dense_is_cheaper(size: int, entries: int) -> bool:
    """Whether a dense factorisation of a Hessian takes less time than a sparse one.

    Args:
        size: d N.
        entries: stored entries of the sparse matrix.
    """
    return size <= SPARSE_SIZE // 4 or (entries >= DENSE_ENTRIES * size and size <= FILTER_SIZE)


def memory_left() -> float:
    """Memory of the host that is free, as the system tells; infinite where it does not. Units of byte."""
    try:
        return float(os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE"))
    except (ValueError, OSError, AttributeError):
        return float("inf")


def choose(size: int, entries: int, count: int | None, accuracy: str, accelerator: bool) -> str:
    """The solver for a Hessian.

    Args:
        size: d N.
        entries: stored entries of the sparse matrix.
        count: number of lowest modes; None for all, or for all below a frequency.
        accuracy: `fast` or `accurate`.
        accelerator: whether jax's device is one.

    Returns:
        A name of `METHODS`.
    """
    long_ranged = entries >= DENSE_ENTRIES * size
    everything = count is not None and count > size // 8
    if everything or (size <= SMALL[accuracy, long_ranged] and not accelerator):
        return "device" if accelerator else "lapack"
    # A float32 factor and its panels, or one in float64, and the matrix that it is made from.
    dense_fits = 24.0 * size**2 < 0.8 * memory_left()
    if accelerator and size <= FILTER_SIZE:
        return "device"
    if size > FILTER_SIZE:
        return "chebyshev"
    if long_ranged:
        return "lanczos" if dense_fits else "chebyshev"
    if accuracy == "fast" and size <= SPARSE_SIZE:
        return "lanczos"
    return "cholmod" if cholmod_package() is not None else "sparse"
