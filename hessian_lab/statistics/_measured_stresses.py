"""Probability density of a sample of local stresses, as a histogram in logarithmic bins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError


@dataclass(frozen=True, eq=False)
class MeasuredStresses:
    """P(sigma) of a sample, as a histogram in logarithmic bins. Call it as a function.

    Attributes:
        edges: of the bins, shape (bins + 1,). Units of the sample.
        counts: stresses in each bin, shape (bins,).
        total: all stresses, also those that are zero or below the first edge.
    """

    edges: Float[np.ndarray, " edges"]
    counts: Int[np.ndarray, " bins"]
    total: int

    @classmethod
    def from_sample(
        cls, stresses: Float[np.ndarray, " ..."], *, bins_per_decade: int = 10, lowest: float | None = None
    ) -> MeasuredStresses:
        """Bin a sample.

        Args:
            stresses: local stresses, of any shape, none negative.
            bins_per_decade: resolution.
            lowest: first edge; the smallest positive stress if not given.

        Raises:
            InputError: if a stress is negative or not finite, or fewer than two different ones are positive.
        """
        values = np.asarray(stresses, dtype=np.float64).ravel()
        if not np.all(np.isfinite(values) & (values >= 0)):
            raise InputError("argument stresses must be finite and not negative; take the absolute value (Eq. 18)")
        positive = values[values > 0]
        start = float(positive.min()) if lowest is None and positive.size else lowest
        if positive.size < 2 or start is None or not 0 < start < positive.max():
            raise InputError("argument stresses must hold at least two different positive values above lowest")
        bins = max(1, int(np.ceil(np.log10(positive.max() / start) * bins_per_decade)))
        edges = np.geomspace(start, positive.max(), bins + 1)
        edges[[0, -1]] = start, positive.max()
        return cls(edges, np.histogram(positive, edges)[0], values.size)

    @property
    def centres(self) -> Float[np.ndarray, " bins"]:
        """Geometric centres of the bins."""
        return np.sqrt(self.edges[1:] * self.edges[:-1])

    @property
    def density(self) -> Float[np.ndarray, " bins"]:
        """P(sigma) of each bin, in 1/stress: counts over total and width."""
        return self.counts / (self.total * np.diff(self.edges))

    @property
    def standard_error(self) -> Float[np.ndarray, " bins"]:
        """Counting error of `density`, for independent stresses (those of one glass are not)."""
        return np.sqrt(self.counts) / (self.total * np.diff(self.edges))

    def __call__(self, sigma: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """P(sigma) in 1/stress; 0 above the largest stress, NaN below the first edge, where nothing was measured."""
        sigma = np.asarray(sigma, dtype=np.float64)
        place = np.clip(np.searchsorted(self.edges, sigma, side="right") - 1, 0, self.counts.size - 1)
        values = np.where(sigma > self.edges[-1], 0.0, self.density[place])
        return np.where(sigma < self.edges[0], np.nan, values)
