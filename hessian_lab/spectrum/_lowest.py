"""The lowest modes on the host: factorise, block Lanczos, correct in float64, prove that none is missing."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy import sparse

from .._core.errors import ComputationError
from ._chebyshev import lowest_by_filter
from ._choice import dense_is_cheaper
from ._completeness import level_above, none_missing_dense, none_missing_sparse
from ._factors import Factor, NotPositiveError, cholmod_factor, dense_factor, superlu_factor
from ._lanczos import Krylov, RitzPairs, correct, orthonormal, project_out, rayleigh_ritz

BLOCK = 8
"""Columns that a Krylov space grows by; wider blocks were tried and cost more."""

ROUNDS = 40
"""Most attempts at an answer that can be proved."""

FILTERED = 1e-10
"""Residual at which filtered modes are good enough, as a fraction of the largest eigenvalue."""

EPS = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Accuracy:
    """How good modes have to be.

    Attributes:
        name: `fast` or `accurate`.
        precision: of a dense factorisation.
        shift: added to the diagonal, as a fraction of the largest eigenvalue: above the rounding of the factorisation.
        krylov: relative residual of the inverse at which the Krylov space is large enough.
        target: residual |H v - lambda v| to reach, as a fraction of the largest eigenvalue.
        accepted: residual above which the result is refused, as a fraction of the largest eigenvalue.
        corrections: least number of corrections.
        spare: columns of the first Krylov space beyond 2.5 for each wanted mode.
    """

    name: str
    precision: type
    shift: float
    krylov: float
    target: float
    accepted: float
    corrections: int
    spare: int


FAST = Accuracy("fast", np.float32, 3e-6, 4e-6, 5e-8, 1e-7, 1, 80)
ACCURATE = Accuracy("accurate", np.float64, 1e-12, 1e-12, 20 * EPS, 200 * EPS, 0, 136)
ACCURACIES = {"fast": FAST, "accurate": ACCURATE}


@dataclass(frozen=True)
class LowestModes:
    """The lowest eigenpairs of a Hessian.

    Attributes:
        values: ascending, zero modes included. Units of 1/time^2.
        vectors: orthonormal columns.
        largest: largest eigenvalue, to a few percent. Units of 1/time^2.
        residual: largest |H v - lambda v| / largest.
        complete_below: no mode below it is missing, by proof; None if that was not asked for. Units of 1/time^2.
        name: what was done.
    """

    values: Float[np.ndarray, " modes"]
    vectors: Float[np.ndarray, "size modes"]
    largest: float
    residual: float
    complete_below: float | None
    name: str


def extreme_eigenvalues(product: Callable[[np.ndarray], np.ndarray], size: int, steps: int) -> tuple[float, float]:
    """Bounds of a spectrum by plain Lanczos: Ritz values, moved outwards by their residuals.

    Args:
        product: a symmetric matrix times a vector.
        size: of the vector.
        steps: products.
    """
    steps = min(steps, size)
    vector = np.random.Generator(np.random.Philox(0)).normal(size=size)
    vector /= np.linalg.norm(vector)
    before, back = np.zeros(size), 0.0
    diagonal, side = np.zeros(steps), np.zeros(steps)
    for k in range(steps):
        image = product(vector) - back * before
        diagonal[k] = image @ vector
        image -= diagonal[k] * vector
        side[k] = back = float(np.linalg.norm(image))
        if back <= 1e-14 * np.abs(diagonal).max():
            diagonal, side = diagonal[: k + 1], side[: k + 1]
            break
        before, vector = vector, image / back
    values, vectors = np.linalg.eigh(np.diag(diagonal) + np.diag(side[:-1], 1) + np.diag(side[:-1], -1))
    outwards = np.abs(side[-1] * vectors[-1])
    return float(values[0] - outwards[0]), float(values[-1] + outwards[-1])


def largest_eigenvalue(matrix: sparse.csr_matrix) -> float:
    """The largest eigenvalue to a few percent, by ten Lanczos steps: a scale."""
    return extreme_eigenvalues(lambda vector: matrix @ vector, matrix.shape[0], 10)[1]


def lowest_modes(
    matrix: sparse.csr_matrix,
    zeros: Float[np.ndarray, "size zeros"],
    *,
    solver: str,
    accuracy: str,
    count: int | None = None,
    below: float | None = None,
    prove: bool = True,
) -> LowestModes:
    """The lowest `count` modes, or all below a level.

    Args:
        matrix: mass-weighted Hessian. Units of 1/time^2.
        zeros: orthonormal columns that are known to cost no energy: translations, particles that touch nothing.
        solver: `lanczos` (dense Cholesky), `sparse` (SuperLU), `cholmod`, or `chebyshev` (no factorisation).
        accuracy: `fast` or `accurate`. Sparse factors always work in float64.
        count: number of modes, zero modes included; or
        below: all modes below this. Units of 1/time^2.
        prove: whether to prove that none is missing; needs a factorisation.

    Raises:
        ComputationError: if the modes do not converge.
    """
    rule = ACCURACIES[accuracy]
    search: _Search
    if solver == "chebyshev":
        search = _FilteredSearch(matrix, zeros, rule)
    else:
        search = _KrylovSearch(matrix, zeros, rule, solver)
    return search.run(count, below, prove)


class _Search:
    """A search for the lowest modes: asks for ever more until the question is answered and, if wanted, proved."""

    name: str

    def __init__(self, matrix: sparse.csr_matrix, zeros: np.ndarray, rule: Accuracy) -> None:
        self.matrix, self.zeros, self.rule = matrix, zeros, rule
        self.size = matrix.shape[0]
        self.largest = largest_eigenvalue(matrix)

    def converge(self, wanted: int) -> RitzPairs:
        """The lowest `wanted` pairs above the known zero modes, good to the rule, and some that are less good."""
        raise NotImplementedError

    def guess(self, below: float) -> int:
        """About how many modes there are below a level, beside the known zero modes."""
        return 32

    def more(self, pairs: RitzPairs, level: float) -> RitzPairs | None:
        """All that `pairs` holds, and modes below the level that it does not; None if none turn up."""
        raise NotImplementedError

    def run(self, count: int | None, below: float | None, prove: bool) -> LowestModes:
        held = self.zeros.shape[1]
        room = self.size - held
        wanted = min(self.guess(below) if below is not None else max((count or 0) - held, 1), room)
        pairs, level = self.converge(wanted), None
        for _ in range(ROUNDS):
            if below is not None and wanted < room and pairs.values[wanted - 1] <= below:
                # As many more as Debye's law would have, and some.
                share = below / max(float(pairs.values[wanted - 1]), 1e-3 * below)
                wanted = min(int(min(wanted * share**1.5, 3 * wanted)) + 8, room)
                pairs = self.converge(wanted)
                continue
            if prove:
                level = self._level(pairs, wanted, below)
                complete = level is not None and self._complete(pairs, level)
                if level is not None and not complete:
                    # Copies of a degenerate mode, which one starting block cannot tell apart.
                    joined = self.more(pairs, level)
                    if joined is not None:
                        pairs = joined
                        continue
            else:
                complete = True
            if complete:
                found = self._result(pairs, count, below, level)
                if found.residual <= self.rule.accepted:
                    return found
            # The cut falls within a multiplet, or the buffer is not good enough: take more.
            if wanted == room:
                break
            wanted = min(wanted + 16, room)
            pairs = self.converge(wanted)
        raise ComputationError(f"the lowest {wanted} modes could not be made sure of")

    def _level(self, pairs: RitzPairs, wanted: int, below: float | None) -> float | None:
        """Where to prove that nothing is missing, or None if nowhere."""
        held = self.zeros.shape[1]
        if pairs.values.size + held == self.size:
            return float("inf")
        resolution = 1e-9 * self.largest
        values = np.concatenate([np.zeros(held), pairs.values])
        residuals = np.concatenate([np.zeros(held), pairs.residuals()])
        order = np.argsort(values, kind="stable")
        values, residuals = values[order], residuals[order]
        if below is None:
            return level_above(values, residuals, held + wanted, resolution)
        count = int((values <= below).sum())
        if count == len(values):
            return None
        clear = residuals[:count].max(initial=0.0) / 0.03 + resolution
        if values[count] - below > resolution and (not count or below - values[count - 1] > clear):
            return below
        return level_above(values, residuals, max(count, 1), resolution)

    def _complete(self, pairs: RitzPairs, level: float) -> bool:
        if level == float("inf"):
            return True
        values = np.concatenate([np.zeros(self.zeros.shape[1]), pairs.values])
        under = values < level
        if dense_is_cheaper(self.size, self.matrix.nnz):
            vectors = np.hstack([self.zeros, pairs.vectors])
            return none_missing_dense(self.matrix, values[under], vectors[:, under], level)
        margin = float(np.abs(values - level).min())
        return none_missing_sparse(self.matrix, int(under.sum()), level, margin)

    def _result(self, pairs: RitzPairs, count: int | None, below: float | None, level: float | None) -> LowestModes:
        images = self.matrix @ self.zeros
        values = np.concatenate([np.einsum("ij,ij->j", self.zeros, images), pairs.values])
        order = np.argsort(values, kind="stable")
        values = values[order]
        taken = count if count is not None else int((values < below).sum())
        vectors = np.hstack([self.zeros, pairs.vectors])[:, order[:taken]]
        images = np.hstack([images, pairs.images])[:, order[:taken]]
        residual = float(np.linalg.norm(images - vectors * values[:taken], axis=0).max(initial=0.0)) / self.largest
        if level is not None and taken < len(values):
            # All below the level is known; what is handed out ends before the next known mode.
            level = min(level, float(values[taken])) if below is None else min(level, below)
        return LowestModes(values[:taken], vectors, self.largest, residual, level, self.name)


class _KrylovSearch(_Search):
    """Block Lanczos on a factorised Hessian."""

    def __init__(self, matrix: sparse.csr_matrix, zeros: np.ndarray, rule: Accuracy, solver: str) -> None:
        super().__init__(matrix, zeros, rule)
        self.factor = self._factorise(solver)
        self.name = f"{self.factor.name}, block Lanczos, {rule.name}"
        self.krylov = Krylov(self.factor, zeros, BLOCK)

    def _factorise(self, solver: str) -> Factor:
        def make(shift: float, precision: type) -> Factor:
            if solver == "lanczos":
                return dense_factor(self.matrix, self.zeros, shift, precision)
            return (superlu_factor if solver == "sparse" else cholmod_factor)(self.matrix, shift)

        precision = self.rule.precision if solver == "lanczos" else np.float64
        # Translations are not lifted in sparse factors: the shift alone keeps them regular.
        first = self.rule.shift if solver == "lanczos" else 1e-9
        # A pivot below zero: a saddle, or float32's rounding. Shifts that grow find out how deep it is.
        for shift in (first, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1.0):
            try:
                return make(max(shift, first) * self.largest, precision)
            except NotPositiveError:
                precision = np.float64
        raise ComputationError("no shift makes the matrix positive definite; it may hold NaN or infinity")

    def converge(self, wanted: int) -> RitzPairs:
        rule, krylov = self.rule, self.krylov
        keep = wanted + max(8, wanted // 4)
        enough = int(2.5 * wanted) + rule.spare
        while True:
            krylov.extend(max(1, -(-(enough - krylov.dimension) // BLOCK)))
            _, coefficients, left = krylov.ritz(keep)
            worst = float(left[:wanted].max())
            if worst > rule.krylov and not krylov.exhausted:
                # A step gains a factor of 4 to 6.
                enough = krylov.dimension + BLOCK * min(8, int(np.log(worst / rule.krylov) / np.log(5)))
                if krylov.dimension > max(20 * wanted + 400, self.size // 2):
                    raise ComputationError(
                        f"{wanted} modes did not converge in a Krylov space of {krylov.dimension} columns"
                    )
                continue
            vectors = orthonormal(project_out(self.zeros, krylov.vectors(coefficients)))
            pairs = self._corrected(rayleigh_ritz(self.matrix, vectors, keep), wanted)
            worst = float(pairs.residuals()[:wanted].max()) / self.largest
            if worst <= rule.target or (krylov.exhausted and worst <= rule.accepted):
                return pairs
            if krylov.exhausted or krylov.dimension > max(20 * wanted + 400, self.size // 2):
                if worst <= rule.accepted:
                    return pairs
                raise ComputationError(f"the lowest modes kept a residual of {worst:.2g} of the largest eigenvalue")
            enough = krylov.dimension

    def guess(self, below: float) -> int:
        self.krylov.extend(20)
        values, _, _ = self.krylov.ritz(self.krylov.dimension)
        # Ritz values approach from above, so some are missing yet.
        return max(int(1.1 * (1 / np.maximum(values, 1e-300) - self.factor.shift < below).sum()) + 4, 8)

    def _corrected(self, pairs: RitzPairs, wanted: int) -> RitzPairs:
        before = np.inf
        for step in range(6):
            residual = float(pairs.residuals()[:wanted].max())
            done = residual <= self.rule.target * self.largest
            if step >= self.rule.corrections and (done or residual > 0.3 * before):
                break
            doubling = self.rule.precision is np.float64 and 2 * pairs.values.size + self.zeros.shape[1] <= self.size
            before = residual
            pairs = correct(self.matrix, pairs, self.factor, self.zeros, doubling=doubling)
        return pairs

    def more(self, pairs: RitzPairs, level: float) -> RitzPairs | None:
        for seed in range(1, 4):
            away = np.hstack([self.zeros, pairs.vectors])
            krylov = Krylov(self.factor, away, BLOCK, seed=seed)
            keep = 2 * BLOCK
            krylov.extend(-(-(2 * keep + self.rule.spare // 2) // BLOCK))
            _, coefficients, _ = krylov.ritz(keep)
            extra = rayleigh_ritz(self.matrix, orthonormal(project_out(away, krylov.vectors(coefficients))), keep)
            if extra.values[0] < level:
                return self._corrected(_joined(self.matrix, pairs, extra), int((pairs.values < level).sum()) + 1)
        return None


class _FilteredSearch(_Search):
    """Subspace iteration with a Chebyshev filter: no factorisation, memory linear in N."""

    def __init__(self, matrix: sparse.csr_matrix, zeros: np.ndarray, rule: Accuracy) -> None:
        super().__init__(matrix, zeros, rule)
        self.bounds = extreme_eigenvalues(lambda vector: matrix @ vector, self.size, 40)
        self.name = f"Chebyshev-filtered subspace iteration, {rule.name}"

    def converge(self, wanted: int) -> RitzPairs:
        # What a filter leaves lies along modes just above the block, where a residual means a larger angle than the
        # rounding of a float32 factor does: a sweep more, even if `fast`.
        target = min(self.rule.target, FILTERED) * self.largest
        return lowest_by_filter(lambda block: self.matrix @ block, self.zeros, wanted, self.bounds, target=target)

    def more(self, pairs: RitzPairs, level: float) -> RitzPairs | None:
        return self.converge(pairs.values.size)


def _joined(matrix: sparse.csr_matrix, pairs: RitzPairs, extra: RitzPairs) -> RitzPairs:
    return rayleigh_ritz(
        matrix,
        np.hstack([pairs.vectors, extra.vectors]),
        pairs.values.size + extra.values.size,
        np.hstack([pairs.images, extra.images]),
    )
