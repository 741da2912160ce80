"""The Hamiltonian itself at finite N: minima by annealing and descent from many starts at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float
from scipy.linalg import cho_factor, cho_solve

from ..._core.errors import ComputationError, InputError
from ..._core.precision import require_x64
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
    length of Barzilai and Borwein; all starts move together on the jax device, one product with J a step.

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
    require_x64()
    if sites < 2 or starts < 1:
        raise InputError(f"arguments sites and starts must be >= 2 and >= 1, but got {sites} and {starts}")
    normal = rng.normal(size=(sites, sites)) / np.sqrt(2 * sites)
    couplings = normal + normal.T + model.mean_coupling / sites
    np.fill_diagonal(couplings, 0.0)
    quadratic = model.quadratic + model.quadratic_spread * rng.normal(size=sites)

    scale = np.sqrt(6 * model.gamma / model.quartic)
    site = _Sites(jnp.asarray(couplings), jnp.asarray(quadratic / model.gamma), model.quartic_stiffness)
    start = jnp.asarray(scale * rng.normal(size=(starts, sites)))
    step = 0.5 / (2.0 + np.max(np.abs(quadratic)) / model.gamma + 4 * model.quartic * scale**2 / model.gamma)
    if anneal_steps:
        temperatures = jnp.linspace(anneal_from, 0.0, anneal_steps, endpoint=False)
        start = _anneal(site, start, step, temperatures, jax.random.key(int(rng.integers(2**63))))
    v, force = (np.asarray(found) for found in _descend(site, start, step, force_tolerance))
    largest = np.max(np.abs(force), axis=1)
    if np.any(largest >= force_tolerance):
        raise ComputationError(
            f"{np.sum(largest >= force_tolerance)} of {starts} starts did not reach a force below {force_tolerance:g} "
            f"in {_MAX_STEPS} steps; the largest left is {largest.max():.2g}"
        )
    on_site = (quadratic / 2 * v**2 + model.quartic / 24 * v**4) / model.gamma
    energy = (on_site - 0.5 * v * (v @ couplings)).mean(axis=1)
    return Minima(model, couplings, quadratic, v, energy, largest)


class _Sites(NamedTuple):
    """J, a_2/gamma of every site, and a_4/(6 gamma)."""

    couplings: Float[Array, "sites sites"]
    stiffness: Float[Array, " sites"]
    quartic: float

    def gradient(self, v: Float[Array, "starts sites"]) -> Float[Array, "starts sites"]:
        """dU/dv_i = (a_2/gamma) v_i + a_4/(6 gamma) v_i^3 - sum_j J_ij v_j."""
        return self.stiffness * v + self.quartic * v**3 - v @ self.couplings


@jax.jit
def _anneal(site: _Sites, v, step, temperatures, key):
    """Langevin dynamics with four times the descent's step and one temperature for each step."""

    def move(v, drawn):
        temperature, key = drawn
        noise = jax.random.normal(key, v.shape, v.dtype)
        return v - 4 * step * site.gradient(v) + jnp.sqrt(8 * temperature * step) * noise, None

    return jax.lax.scan(move, v, (temperatures, jax.random.split(key, temperatures.size)))[0]


@jax.jit
def _descend(site: _Sites, v, step, force_tolerance):
    """Steepest descent until the largest force of all starts is below the tolerance; v and the force there."""

    def unfinished(state):
        count, _, force, _ = state
        return (count < _MAX_STEPS) & (jnp.max(jnp.abs(force)) >= force_tolerance)

    def move(state):
        count, v, before, length = state
        change = -length * before
        v = v + change
        force = site.gradient(v)
        difference = force - before
        curvature = jnp.sum(change * difference, axis=1, keepdims=True)
        ratio = jnp.sum(change**2, axis=1, keepdims=True) / jnp.where(curvature > 0, curvature, 1.0)
        length = jnp.where(curvature > 0, jnp.minimum(ratio, _LARGEST_STEP), step)
        return count + 1, v, force, length

    first = jnp.full((v.shape[0], 1), step)
    _, v, force, _ = jax.lax.while_loop(unfinished, move, (0, v, site.gradient(v), first))
    return v, force
