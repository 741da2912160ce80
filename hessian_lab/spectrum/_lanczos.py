"""Block Lanczos with full reorthogonalisation, and Rayleigh-Ritz in float64: the work behind all lowest modes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import linalg, sparse

from ._factors import Factor


def project_out(columns: Float[np.ndarray, "size found"], block: Float[np.ndarray, "size block"]) -> np.ndarray:
    """A block without its part along orthonormal columns."""
    return block - columns @ (columns.T @ block)


def orthonormal(block: Float[np.ndarray, "size block"]) -> Float[np.ndarray, "size block"]:
    """Orthonormal columns with the same span, by two Cholesky factorisations of the Gram matrix.

    The second removes what rounding left of the first. Nearly dependent columns go through Householder reflections.
    """
    for _ in range(2):
        try:
            factor = linalg.cholesky(block.T @ block, lower=True, check_finite=False)
        except linalg.LinAlgError:
            return np.linalg.qr(block)[0]
        block = linalg.solve_triangular(factor, block.T, lower=True, check_finite=False).T
    return block


class Krylov:
    """A growing Krylov space of (H + shift)^-1, orthogonal to given columns.

    Attributes:
        block: columns added in a step.
        dimension: columns so far.
    """

    def __init__(self, factor: Factor, away: Float[np.ndarray, "size found"], block: int, seed: int = 0) -> None:
        """Start from random columns.

        Args:
            factor: what to apply.
            away: orthonormal columns that the space stays orthogonal to: translations, and modes found before.
            block: columns a step; eigenvalues of higher multiplicity come out incomplete.
            seed: of the first block.
        """
        size = away.shape[0]
        self.block = min(block, size - away.shape[1])
        self.dimension = 0
        self._factor = factor
        self._away: np.ndarray = np.asarray(away, factor.precision, order="F")
        start = np.random.Generator(np.random.Philox(seed)).normal(size=(size, self.block))
        start = orthonormal(project_out(away, start))
        self._limit = size - away.shape[1]
        self._columns = np.empty((size, 32 * self.block), factor.precision, order="F")
        self._columns[:, : self.block] = start
        self._projected = np.zeros((32 * self.block,) * 2)
        self._next = np.eye(self.block)

    @property
    def exhausted(self) -> bool:
        """Whether the space cannot grow: it is everything that is left."""
        return self.dimension + self.block > self._limit

    def extend(self, steps: int) -> None:
        """Add `steps` blocks, as far as there is room."""
        for _ in range(steps):
            if self.exhausted:
                return
            low, high = self.dimension, self.dimension + self.block
            if high + self.block > self._columns.shape[1]:
                self._grow()
            image: np.ndarray = np.asarray(
                self._factor.solve(self._columns[:, low:high]), self._factor.precision, order="F"
            )
            before = self._columns[:, :high]
            # Classical Gram-Schmidt, twice: orthogonal to rounding.
            share = np.zeros((high, self.block))
            for _ in range(2):
                if self._away.shape[1]:
                    image -= self._away @ (self._away.T @ image)
                part = before.T @ image
                image -= before @ part
                share += part
            self._projected[:high, low:high] = share
            self._projected[low:high, :high] = share.T
            self._columns[:, high : high + self.block], self._next = np.linalg.qr(image)
            self.dimension = high

    def _grow(self) -> None:
        width = 2 * self._columns.shape[1]
        columns = np.empty((self._columns.shape[0], width), self._factor.precision, order="F")
        columns[:, : self._columns.shape[1]] = self._columns
        projected = np.zeros((width, width))
        projected[: len(self._projected), : len(self._projected)] = self._projected
        self._columns, self._projected = columns, projected

    def ritz(self, count: int) -> tuple[Float[np.ndarray, " ritz"], Float[np.ndarray, "dim ritz"], np.ndarray]:
        """The largest Ritz values of the inverse, descending, their coefficients and relative residuals.

        The residual |A^-1 u - theta u| / theta needs the last block alone.
        """
        dimension = self.dimension
        # Divide and conquer finds all of a matrix this small sooner than the other drivers find a part.
        values, coefficients = np.linalg.eigh(self._projected[:dimension, :dimension])
        values, coefficients = values[::-1][:count], coefficients[:, ::-1][:, :count]
        left = np.linalg.norm(self._next @ coefficients[-self.block :], axis=0)
        return values, coefficients, left / np.maximum(np.abs(values), 1e-300)

    def vectors(self, coefficients: Float[np.ndarray, "dim ritz"]) -> Float[np.ndarray, "size ritz"]:
        """Ritz vectors in float64, not yet orthonormal to float64's rounding."""
        columns = self._columns[:, : self.dimension]
        return (columns @ coefficients.astype(self._factor.precision)).astype(np.float64)


@dataclass
class RitzPairs:
    """Approximate eigenpairs of H from a subspace, in float64.

    Attributes:
        values: Rayleigh quotients, ascending. Units of 1/time^2.
        vectors: orthonormal columns.
        images: H times the vectors. Units of 1/time^2.
    """

    values: Float[np.ndarray, " pairs"]
    vectors: Float[np.ndarray, "size pairs"]
    images: Float[np.ndarray, "size pairs"]

    def residuals(self) -> Float[np.ndarray, " pairs"]:
        """|H v - lambda v| of each pair, computed anew from the vectors' images. Units of 1/time^2."""
        return np.linalg.norm(self.images - self.vectors * self.values, axis=0)


def rayleigh_ritz(
    matrix: sparse.csr_matrix, vectors: Float[np.ndarray, "size block"], keep: int, images: np.ndarray | None = None
) -> RitzPairs:
    """The lowest pairs within a subspace.

    Args:
        matrix: the Hessian. Units of 1/time^2.
        vectors: orthonormal columns that span it.
        keep: number of pairs.
        images: H times the vectors, if known.
    """
    images = matrix @ vectors if images is None else images
    projected = vectors.T @ images
    values, rotation = np.linalg.eigh(0.5 * (projected + projected.T))
    return RitzPairs(values[:keep], vectors @ rotation[:, :keep], images @ rotation[:, :keep])


def correct(
    matrix: sparse.csr_matrix,
    pairs: RitzPairs,
    factor: Factor,
    away: Float[np.ndarray, "size found"],
    *,
    doubling: bool,
) -> RitzPairs:
    """One step of inverse iteration on the whole block: V - (H + shift)^-1 (H V - V Lambda).

    The step is as good as the factor, and what it adds is as small as the float64 residual: whatever the factor's
    precision is, the answer is judged by H in float64. Errors along high modes, of which a float32 factor leaves most,
    are divided by the ratio of the eigenvalues.

    Args:
        matrix: the Hessian. Units of 1/time^2.
        pairs: what is to be improved.
        factor: of the Hessian.
        away: orthonormal columns to stay orthogonal to.
        doubling: take the lowest pairs of the space that V and the step span together, at twice the price: better where
            errors lie along modes just above the block.
    """
    residual = pairs.images - pairs.vectors * pairs.values
    norms = np.linalg.norm(residual, axis=0)
    step = np.asarray(factor.solve(residual / np.maximum(norms, 1e-300)), np.float64)
    if not doubling:
        vectors = orthonormal(project_out(away, pairs.vectors - step * norms))
        return rayleigh_ritz(matrix, vectors, pairs.values.size)
    known = np.hstack([away, pairs.vectors])
    for _ in range(2):
        step = orthonormal(project_out(known, step))
    # Twice is enough where no direction vanishes; a vanished one is noise, made orthogonal once more.
    step = project_out(known, step)
    both, images = np.hstack([pairs.vectors, step]), np.hstack([pairs.images, matrix @ step])
    return rayleigh_ritz(matrix, both, pairs.values.size, images)
