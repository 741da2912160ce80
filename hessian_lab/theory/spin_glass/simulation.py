"""The Hamiltonian itself at finite N: minima by annealing and descent from many starts at once."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.linalg import cho_factor, cho_solve

from ..._core.errors import ComputationError, InputError
from .model import Couplings

_MAX_STEPS = 20_000
_LARGEST_STEP = 5.0


@dataclass(frozen=True)
class Minima:
    """Minima of one realisation of the couplings. Reduced units.

    Attributes:
        model: the couplings' ensemble.
        couplings: J, shape (sites, sites), symmetric, zero diagonal.
        quadratic: a_2 of every site.
        displacement: v, shape (starts, sites).
        energy: per site, one per start.
        largest_force: largest component of the gradient, one per start.
    """

    model: Couplings
    couplings: Float[np.ndarray, "sites sites"]
    quadratic: Float[np.ndarray, " sites"]
    displacement: Float[np.ndarray, "starts sites"]
    energy: Float[np.ndarray, " starts"]
    largest_force: Float[np.ndarray, " starts"]

    def susceptibility(self, start: int) -> Float[np.ndarray, " sites"]:
        """Diagonal of the inverse Hessian at one minimum: dv_i/dh_i inside that state, without jumps.

        Raises:
            ComputationError: if the Hessian is not positive definite.
        """
        v = self.displacement[start]
        hessian = np.diag((self.quadratic + self.model.quartic / 2 * v**2) / self.model.gamma) - self.couplings
        try:
            factor = cho_factor(hessian, lower=True)
        except np.linalg.LinAlgError as error:
            raise ComputationError(f"start {start} did not end in a minimum: {error}") from error
        return np.diag(cho_solve(factor, np.eye(v.size)))

    def effective_field(self, start: int, response: float) -> Float[np.ndarray, " sites"]:
        """Cavity field h_i = sum_j J_ij v_j - C v_i: what Eq. 10 calls h_eff, given C."""
        v = self.displacement[start]
        return self.couplings @ v - response * v


def simulate_minima(
    model: Couplings,
    sites: int,
    starts: int,
    rng: np.random.Generator,
    *,
    anneal_from: float = 0.0,
    anneal_steps: int = 0,
    force_tolerance: float = 1e-7,
) -> Minima:
    """Minima of U_int for one draw of the couplings, reached from random displacements.

    Langevin dynamics with a temperature that falls linearly to zero, if asked for, then steepest descent with the step
    length of Barzilai and Borwein; all starts move together.

    Args:
        model: the couplings.
        sites: N.
        starts: number of starting points.
        rng: source of the couplings, the starts and the noise.
        anneal_from: first temperature of the annealing.
        anneal_steps: number of its steps; 0 for descent from random displacements.
        force_tolerance: largest component of the gradient that counts as a minimum.

    Raises:
        InputError: if `sites` or `starts` is too small.
        ComputationError: if a start does not converge.

    Reference: Kuehn and Horstmann 1998, Eqs. 2 and 3.
    """
    if sites < 2 or starts < 1:
        raise InputError(f"arguments sites and starts must be >= 2 and >= 1, but got {sites} and {starts}")
    normal = rng.normal(size=(sites, sites)) / np.sqrt(2 * sites)
    couplings = normal + normal.T + model.mean_coupling / sites
    np.fill_diagonal(couplings, 0.0)
    quadratic = model.quadratic + model.quadratic_spread * rng.normal(size=sites)

    def gradient(v):
        return (quadratic * v + model.quartic / 6 * v**3) / model.gamma - v @ couplings

    scale = np.sqrt(6 * model.gamma / model.quartic)
    v = scale * rng.normal(size=(starts, sites))
    step = 0.5 / (2.0 + np.max(np.abs(quadratic)) / model.gamma + 4 * model.quartic * scale**2 / model.gamma)
    for temperature in np.linspace(anneal_from, 0.0, anneal_steps, endpoint=False):
        v = v - 4 * step * gradient(v) + np.sqrt(8 * temperature * step) * rng.normal(size=v.shape)
    force = gradient(v)
    length = np.full((starts, 1), step)
    for _ in range(_MAX_STEPS):
        change = -length * force
        v = v + change
        before, force = force, gradient(v)
        if np.max(np.abs(force)) < force_tolerance:
            break
        difference = force - before
        curvature = np.sum(change * difference, axis=1, keepdims=True)
        ratio = np.sum(change**2, axis=1, keepdims=True) / np.where(curvature > 0, curvature, 1.0)
        length = np.where(curvature > 0, np.minimum(ratio, _LARGEST_STEP), step)
    largest = np.max(np.abs(force), axis=1)
    if np.any(largest >= force_tolerance):
        raise ComputationError(
            f"{np.sum(largest >= force_tolerance)} of {starts} starts did not reach a force below {force_tolerance:g} "
            f"in {_MAX_STEPS} steps; the largest left is {largest.max():.2g}"
        )
    on_site = (quadratic / 2 * v**2 + model.quartic / 24 * v**4) / model.gamma
    energy = (on_site - 0.5 * v * (v @ couplings)).mean(axis=1)
    return Minima(model, couplings, quadratic, v, energy, largest)
