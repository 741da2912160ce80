"""The pair-correlation function g(r), with errors from the scatter between samples."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from ..systems import Configuration, candidate_pairs, cell_heights


@dataclass(frozen=True)
class PairCorrelation:
    """g(r) in shells.

    Attributes:
        r: middles of the shells, shape (shells,). Units of length.
        value: g(r). Dimensionless.
        error: standard error of the mean over the samples; NaN for a single sample.
    """

    r: Float[np.ndarray, " shells"]
    value: Float[np.ndarray, " shells"]
    error: Float[np.ndarray, " shells"]


def shell_edges(configuration: Configuration, width: float, largest: float | None) -> Float[np.ndarray, " edges"]:
    """Edges of shells of equal width, from 0 to at most half the smallest height of the cell. Units of length."""
    half = 0.5 * float(cell_heights(configuration.cell).min())
    end = half if largest is None else largest
    if not 0 < end <= half * (1 + 1e-12):
        raise InputError(f"argument largest must lie in (0, {half:.6g}], half the cell's height, but got {end!r}")
    if not 0 < width <= end:
        raise InputError(f"argument width must lie in (0, {end:.6g}], but got {width!r}")
    return width * np.arange(int(end / width * (1 + 1e-12)) + 1)


def pair_counts(configuration: Configuration, edges: Float[np.ndarray, " edges"]) -> Int[np.ndarray, " shells"]:
    """Number of pairs i < j in every shell."""
    _, _, displacement = candidate_pairs(configuration, float(edges[-1]))
    distance = np.sqrt(np.einsum("pd,pd->p", displacement, displacement))
    shell = np.minimum((distance / (edges[1] - edges[0])).astype(np.int64), edges.size - 2)
    return np.bincount(shell, minlength=edges.size - 1)


def ideal_counts(configuration: Configuration, edges: Float[np.ndarray, " edges"]) -> Float[np.ndarray, " shells"]:
    """Mean number of pairs in every shell if N particles were placed at random: N (N - 1)/2 times its share of V."""
    dim, particles = configuration.dimension, configuration.particles
    ball = {2: np.pi, 3: 4 * np.pi / 3}[dim]
    return 0.5 * particles * (particles - 1) * ball * np.diff(edges**dim) / configuration.volume


def pair_correlation(
    configurations: Configuration | Sequence[Configuration], *, width: float = 0.05, largest: float | None = None
) -> PairCorrelation:
    r"""g(r) of all particles, whatever their species or diameter, averaged over samples.

    .. math:: g(r) = \frac{2 V}{N (N-1)} \frac{\langle n(r) \rangle}{v(r)}

    with n(r) the pairs in the shell of volume v(r) round r; exactly 1 on average for an ideal gas at any N.

    Args:
        configurations: one sample or several; several are taken as independent.
        width: of the shells. Units of length.
        largest: distance up to which to count, at most half the smallest height of any cell (the default).

    Returns:
        g(r) and its standard errors.

    Raises:
        InputError: if there is no sample, or a distance is not allowed.
    """
    samples = [configurations] if isinstance(configurations, Configuration) else list(configurations)
    if not samples:
        raise InputError("argument configurations must hold at least one sample, but is empty")
    narrowest = min(samples, key=lambda sample: cell_heights(sample.cell).min())
    edges = shell_edges(narrowest, width, largest)
    values = np.array([pair_counts(sample, edges) / ideal_counts(sample, edges) for sample in samples])
    error = np.full(edges.size - 1, np.nan)
    if len(samples) > 1:
        error = values.std(axis=0, ddof=1) / np.sqrt(len(samples))
    return PairCorrelation(0.5 * (edges[1:] + edges[:-1]), values.mean(axis=0), error)
