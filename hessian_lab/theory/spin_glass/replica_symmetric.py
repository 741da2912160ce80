"""The replica-symmetric fixed point at any temperature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy.optimize import brentq, root

from ..._core.errors import ComputationError, InputError
from ._disorder import averages_at, field_nodes, stiffness_nodes
from ._site import site_averages
from .model import Couplings

_NEGLIGIBLE = 1e-12


@dataclass(frozen=True)
class ReplicaSymmetric:
    r"""Solution of the replica-symmetric equations. Reduced units, per site.

    Attributes:
        model: the couplings.
        temperature: T.
        polarisation: p, the mean of <v>.
        overlap: q, the mean of <v>^2; the variance of the effective field.
        response: C = (q_hat - q)/T, the mean susceptibility, jumps included.
        free_energy: f, extremal in p, q and C; the energy of the ground state at T = 0.
        energy: <U_int>/N.
        stability: mean squared susceptibility; replica symmetry is stable below 1 (de Almeida and Thouless). At T = 0
            it is infinite as soon as there are double wells, because the ground state jumps at h = 0.
        phase: "ergodic", "glass" or "polarised".
    """

    model: Couplings
    temperature: float
    polarisation: float
    overlap: float
    response: float
    free_energy: float
    energy: float
    stability: float
    phase: str

    @property
    def mean_field(self) -> float:
        """J_0 p, the mean of the effective field."""
        return self.model.mean_coupling * self.polarisation

    @property
    def has_double_wells(self) -> bool:
        """Whether some sites have two wells at h = 0: C > a_2/gamma (Eq. 13); always so with a Gaussian a_2."""
        return self.model.quadratic_spread > 0 or self.response > self.model.quadratic / self.model.gamma

    @property
    def is_stable(self) -> bool:
        """Whether the de Almeida-Thouless criterion allows replica symmetry."""
        return self.stability <= 1.0


def solve_replica_symmetric(model: Couplings, temperature: float = 0.0) -> ReplicaSymmetric:
    r"""Fixed point of p = <<v>>, q = <<v>^2>, C = <d<v>/dh> over h = J_0 p + sqrt(q) z.

    .. math:: U_{\rm eff}(v) = -h v - \frac{C}{2} v^2 + \frac{1}{\gamma} G(v)

    At T = 0 the thermal mean is the lowest minimum, which jumps at h = 0 where there are two wells; the jump counts
    in C, which is therefore taken as <z v>/sqrt(q).

    Args:
        model: the couplings.
        temperature: T >= 0, in reduced units.

    Raises:
        InputError: if T is negative or too low to resolve the wells (use 0).
        ComputationError: if the equations do not converge.

    Reference: Kuehn and Horstmann 1998, Eqs. 5-11.
    """
    if temperature < 0:
        raise InputError(f"argument temperature must be >= 0, but got {temperature}")
    ergodic = ergodic_response(model, temperature)
    if ergodic is not None and ergodic[1] <= 1:
        overlap, response = 0.0, ergodic[0]
    else:
        overlap, response = (float(x) for x in fixed_point(model, temperature, np.array([4 * model.gamma, 0.8])))
    if model.mean_coupling * response <= 1 + _NEGLIGIBLE:
        return assemble(model, temperature, (0.0, overlap, response), "glass" if overlap > 0 else "ergodic")
    guess = overlap if overlap > 0 else model.gamma
    polarised = fixed_point(model, temperature, np.array([np.sqrt(guess), guess, response]))
    return assemble(model, temperature, polarised, "polarised")


def ergodic_response(model: Couplings, temperature: float) -> tuple[float, float] | None:
    """(C, mean squared susceptibility) with p = q = 0: the smallest root of C = <v^2>/T; None if there is none."""
    if temperature == 0 and model.quadratic_spread > 0:
        return None

    def susceptibility(response: float) -> tuple[float, float]:
        stiffness, weight = stiffness_nodes(model, response)
        if temperature == 0:
            return float(1 / stiffness[0, 0]), float(1 / stiffness[0, 0] ** 2)
        chi = site_averages(0.0, stiffness, model.quartic_stiffness, temperature).susceptibility
        return float(np.sum(weight * chi)), float(np.sum(weight * chi**2))

    if temperature == 0:
        discriminant = (model.quadratic / model.gamma) ** 2 - 4
        if model.quadratic <= 0 or discriminant < 0:
            return None
        response = (model.quadratic / model.gamma - np.sqrt(discriminant)) / 2
        return response, susceptibility(response)[1]

    grid = np.linspace(0.0, 1.5, 31)
    excess = np.array([susceptibility(c)[0] - c for c in grid])
    below = np.nonzero(excess <= 0)[0]
    if below.size == 0:
        return None
    first = below[0]
    response = brentq(lambda c: susceptibility(c)[0] - c, grid[first - 1], grid[first], xtol=1e-15, rtol=1e-14)
    return response, susceptibility(response)[1]


def replica_symmetric_map(
    model: Couplings, temperature: float, mean_field: float, overlap: float, response: float
) -> tuple[float, float, float]:
    """Right-hand sides of Eq. 9 for the given J_0 p, q and C: <<v>>, <<v>^2> and <z <v>>/sqrt(q)."""
    nodes = field_nodes(model, mean_field, overlap, response)
    site = averages_at(model, nodes, temperature)
    slope = nodes.average(nodes.normal * site.displacement) / np.sqrt(overlap)
    return nodes.average(site.displacement), nodes.average(site.displacement**2), slope


def fixed_point(model: Couplings, temperature: float, start: np.ndarray, *, iterations: int = 30) -> np.ndarray:
    """Root of (q, C), or of (p, q, C) if three numbers are given; a damped iteration first, then Powell's method."""
    polarised = start.size == 3

    def image(state: np.ndarray) -> np.ndarray:
        p, q, response = state if polarised else (0.0, *state)
        mapped = replica_symmetric_map(model, temperature, model.mean_coupling * p, q, response)
        return np.array(mapped if polarised else mapped[1:])

    state = start
    for _ in range(iterations):
        state = (state + image(state)) / 2
    found = root(lambda x: image(np.append(x[:-2], [abs(x[-2]) + 1e-300, x[-1]])) - x, state, method="hybr", tol=1e-13)
    if np.max(np.abs(found.fun)) > 1e-9 * (1 + np.max(np.abs(found.x))) or found.x[-2] < _NEGLIGIBLE:
        raise ComputationError(
            f"the replica-symmetric equations did not converge at gamma = {model.gamma:g}, J_0 = "
            f"{model.mean_coupling:g}, T = {temperature:g}: {found.message}"
        )
    return found.x


def assemble(model: Couplings, temperature: float, order: Iterable[float], phase: str) -> ReplicaSymmetric:
    """The solution with its free energy, energy and stability, from its order parameters (p, q, C)."""
    p, q, response = order
    nodes = field_nodes(model, model.mean_coupling * p, q, response)
    site = averages_at(model, nodes, temperature)
    coupling = model.mean_coupling * p**2
    disorder = response * (2 * q + response * temperature)
    free_energy = coupling / 2 + disorder / 4 + nodes.average(site.free_energy)
    quadratic_gamma = nodes.stiffness + response
    second = site.displacement**2 + temperature * site.susceptibility
    on_site = nodes.average(quadratic_gamma / 2 * second + model.quartic_stiffness / 4 * site.quartic)
    stability = nodes.average(site.susceptibility**2)
    if temperature == 0 and q > 0 and np.any(nodes.stiffness < 0):
        stability = np.inf
    return ReplicaSymmetric(
        model=model,
        temperature=float(temperature),
        polarisation=float(p),
        overlap=float(q),
        response=float(response),
        free_energy=float(free_energy),
        energy=float(on_site - coupling / 2 - disorder / 2),
        stability=float(stability),
        phase=phase,
    )
