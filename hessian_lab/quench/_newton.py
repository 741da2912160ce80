"""Newton steps to the minimum of the basin that a method has reached, and no further."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import linalg, sparse

from .._core.errors import InputError
from ..hessian import Hessian, Pairs, interacting_pairs
from ..potentials import Potential
from ..systems import Configuration, candidate_pairs, largest_pair_reach

ROOM = 0.1
"""Farthest that a particle may be carried by all Newton steps together. Units of length."""

CONTRACTION = 0.3
"""Largest force after a step over the one before: a step that does not do better has left the region where the
quadratic model holds, and the polish is refused."""

STEPS = 12
"""Most Newton steps."""

DENSE = 2500
"""Largest N for which a factor is made; in single precision and 3D it takes 225 MB there."""


@dataclass(frozen=True)
class Polished:
    """How a polish ended.

    Attributes:
        pairs: the evaluated minimum; None if the polish was refused.
        evaluations: of the forces.
        reason: why it was refused; empty if it was not.
    """

    pairs: Pairs | None
    evaluations: int
    reason: str = ""


class Factor:
    """A Cholesky factor of a Hessian in single precision, as preconditioner of a float64 conjugate gradient."""

    def __init__(self, matrix: sparse.csr_matrix, dimension: int) -> None:
        """Factorise; translations are lifted to the mean of the diagonal.

        Raises:
            numpy.linalg.LinAlgError: if the matrix is not positive definite to single precision.
        """
        self.dimension = dimension
        dense = matrix.astype(np.float32).toarray(order="F")
        lift = np.float32(matrix.diagonal().mean() * dimension / matrix.shape[0])
        for a in range(dimension):
            dense[a::dimension, a::dimension] += lift
        self.factor, _ = linalg.cho_factor(dense, lower=True, overwrite_a=True, check_finite=False)

    def solve(self, vector: np.ndarray) -> np.ndarray:
        """The preconditioner applied."""
        scale = np.abs(vector).max()
        if scale == 0:
            return vector
        solution = linalg.cho_solve((self.factor, True), (vector / scale).astype(np.float32), check_finite=False)
        return self._still(scale * solution.astype(np.float64))

    def _still(self, vector: np.ndarray) -> np.ndarray:
        """Without its translation."""
        rows = vector.reshape(-1, self.dimension)
        return (rows - rows.mean(axis=0)).ravel()


def conjugate_gradient(
    matrix: sparse.csr_matrix, right: np.ndarray, factor: Factor, *, accuracy: float, steps: int = 60
) -> np.ndarray:
    """Solve a positive definite system to a float64 residual.

    Args:
        matrix: of shape (n, n).
        right: of shape (n,), without translation.
        factor: preconditioner.
        accuracy: residual over the norm of the right side.
        steps: most iterations.

    Raises:
        numpy.linalg.LinAlgError: if a direction of negative curvature turns up or the accuracy is not reached.
    """
    solution = np.zeros_like(right)
    residual = right.copy()
    goal = accuracy * np.linalg.norm(right)
    shaped = factor.solve(residual)
    direction = shaped.copy()
    weight = residual @ shaped
    for _ in range(steps):
        image = matrix @ direction
        curvature = direction @ image
        if curvature <= 0:
            raise np.linalg.LinAlgError("a direction of negative curvature")
        length = weight / curvature
        solution += length * direction
        residual -= length * image
        if np.linalg.norm(residual) <= goal:
            return solution
        shaped = factor.solve(residual)
        weight, before = residual @ shaped, weight
        direction = shaped + (weight / before) * direction
    raise np.linalg.LinAlgError("the conjugate gradient did not reach its accuracy")


def polish(potential: Potential, configuration: Configuration, tolerance: float, floor: float) -> Polished:
    r"""Newton steps until the largest force is below a tolerance; refused rather than leaving the basin.

    .. math:: H p = F, \quad r \leftarrow r + p

    One Cholesky factor of the first Hessian, in single precision, preconditions the float64 solution of every step. The
    polish is refused if a Hessian is not positive definite, if a step does not reduce the largest force to
    `CONTRACTION` of what it was (the criterion of Newton and Kantorovich, in practice), or if a particle would be
    carried further than `ROOM`.

    Args:
        potential: the pair potential.
        configuration: where a method has arrived.
        tolerance: relative to the mean over particles of the largest pair force.
        floor: absolute tolerance. Units of energy/length.

    Returns:
        The minimum with its evaluated pairs, or a refusal.

    Raises:
        InputError: if N is above `DENSE`.

    Reference: Kantorovich, Dokl. Akad. Nauk SSSR 59, 1237 (1948).
    """
    if configuration.particles > DENSE:
        raise InputError(f"argument configuration has {configuration.particles} particles; a polish takes {DENSE}")
    reach = largest_pair_reach(configuration, potential)
    first, second, _ = candidate_pairs(configuration, reach + 2 * ROOM)
    start = configuration.positions
    pairs = interacting_pairs(potential, configuration, candidates=(first, second))
    factor: Factor | None = None
    try:
        for step in range(STEPS):
            if pairs.max_force <= max(tolerance * pairs.force_scale, floor):
                return Polished(pairs, step + 1)
            matrix = Hessian(pairs).sparse(mass_weighted=False)
            factor = factor or Factor(matrix, configuration.dimension)
            # A step is as accurate as the quadratic model deserves; the last ones gain from every digit.
            move = conjugate_gradient(matrix, pairs.forces.ravel(), factor, accuracy=1e-4)
            sample = pairs.configuration.at(pairs.configuration.positions + move.reshape(start.shape))
            if np.abs(sample.positions - start).max() > ROOM:
                return Polished(None, step + 1, "a particle would be carried out of the basin")
            after = interacting_pairs(potential, sample, candidates=(first, second))
            if not after.max_force <= CONTRACTION * pairs.max_force:
                return Polished(None, step + 2, "the forces did not fall as a quadratic basin's would")
            pairs = after
    except np.linalg.LinAlgError as error:
        return Polished(None, step + 1, f"the Hessian is not positive definite here ({error})")
    return Polished(None, STEPS + 1, f"{STEPS} steps did not reach the tolerance")
