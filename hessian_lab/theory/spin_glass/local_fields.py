"""Distributions of the local fields: of the mean-field theory, and how far those of simulated minima are from it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from ._site import global_minimum
from .one_step import OneStep, field_density
from .replica_symmetric import ReplicaSymmetric
from .simulation import Minima

_REACH = 9.0
_POINTS = 8001


@dataclass(frozen=True, eq=False)
class LocalFields:
    r"""Sizes of the two fields at a site at T = 0. Reduced units.

    The cavity field h leaves out what the site itself has brought about; the neighbours' field is
    sum_j J_ij v_j = h + C v(h). The latter needs no C where it is simulated.

    Attributes:
        cavity: |h|, ascending from 0, shape (points,).
        cavity_density: density of |h|, shape (points,).
        neighbours: |h + C v(h)| at the same sites, shape (points,); it starts at C sqrt(-k/b), the smallest, where
            sites have two wells.
        neighbours_density: its density, shape (points,).
    """

    cavity: Float[np.ndarray, " points"]
    cavity_density: Float[np.ndarray, " points"]
    neighbours: Float[np.ndarray, " points"]
    neighbours_density: Float[np.ndarray, " points"]

    def distances(self, minima: Minima) -> tuple[float, float]:
        """Kolmogorov-Smirnov distances of the simulated |h| and neighbours' |field| from these distributions.

        h of a minimum is taken with the C inside that minimum. Sites of one minimum, and minima of one sample, are
        correlated: the distances are numbers to compare, not tests with a level.
        """
        share = np.concatenate([[0.0], np.cumsum(np.diff(self.cavity) * _middle(self.cavity_density))])
        cavity, neighbours = simulated_fields(minima)
        return _distance(cavity, self.cavity, share), _distance(neighbours, self.neighbours, share)


def local_fields(solution: ReplicaSymmetric | OneStep) -> LocalFields:
    r"""Distributions of |h| and of |sum_j J_ij v_j| in the mean-field theory.

    .. math:: P(l) = P(h)\,\frac{dh}{dl}, \quad l = h + C v(h), \quad \frac{dl}{dh} = 1 + \frac{C}{k + 3 b v^2}

    Args:
        solution: at T = 0, without polarisation, local disorder, and not ergodic.

    Raises:
        InputError: for other solutions.

    Reference: Kuehn and Horstmann 1998, Eqs. 9-11.
    """
    model = solution.model
    overlap = solution.overlap if isinstance(solution, ReplicaSymmetric) else solution.inner_overlap
    if solution.temperature > 0 or solution.polarisation > 0 or model.quadratic_spread > 0 or overlap == 0:
        raise InputError(
            "argument solution must be a glass at T = 0 with p = 0 and without local disorder, but is at "
            f"T = {solution.temperature:g}, p = {solution.polarisation:.3g}, q = {overlap:.3g}, spread of a_2 "
            f"{model.quadratic_spread:g}"
        )
    stiffness, quartic = model.quadratic / model.gamma - solution.response, model.quartic_stiffness
    # One step gives large fields more weight than a Gaussian of variance q_1 does.
    field = np.linspace(0, 2 * _REACH * np.sqrt(overlap), _POINTS)
    density = 2 * field_density(solution, field, np.array([stiffness]))[0]
    v = global_minimum(field, stiffness, quartic)
    slope = 1 + solution.response / (stiffness + 3 * quartic * v**2)
    return LocalFields(field, density, field + solution.response * v, density / slope)


def simulated_fields(minima: Minima) -> tuple[Float[np.ndarray, " values"], Float[np.ndarray, " values"]]:
    """|h| with the C inside each minimum, and |sum_j J_ij v_j|, of all sites of all minima."""
    starts = range(minima.displacement.shape[0])
    cavity = [minima.effective_field(start, minima.susceptibility(start).mean()) for start in starts]
    return np.abs(np.concatenate(cavity)), np.abs(minima.displacement @ minima.couplings).ravel()


def _middle(values: np.ndarray) -> np.ndarray:
    return (values[1:] + values[:-1]) / 2


def _distance(sample: np.ndarray, place: np.ndarray, share: np.ndarray) -> float:
    expected = np.interp(np.sort(sample), place, share, left=0.0)
    steps = np.arange(sample.size + 1) / sample.size
    return float(max(np.max(np.abs(expected - steps[1:])), np.max(np.abs(expected - steps[:-1]))))
