"""One step of replica-symmetry breaking, at any temperature."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float
from scipy.optimize import brentq, root

from ..._core.errors import ComputationError, InputError
from ._disorder import stiffness_nodes
from ._quadrature import graded_gaussian
from ._site import site_averages
from .model import Couplings
from .replica_symmetric import ReplicaSymmetric, solve_replica_symmetric

_REACH = 12.0
_OUTER_PANELS = 5


@dataclass(frozen=True)
class OneStep:
    r"""Solution with one step of replica-symmetry breaking. Reduced units, per site.

    Attributes:
        model: the couplings.
        temperature: T.
        polarisation: p.
        outer_overlap: q_0, between states.
        inner_overlap: q_1, within one state.
        response: C = (q_hat - q_1)/T.
        breaking: m/T, which stays finite at T = 0 (m is the partitioning parameter).
        free_energy: f; maximal in the breaking parameter, so never below the replica-symmetric one.
        symmetric: the replica-symmetric solution of the same model.
    """

    model: Couplings
    temperature: float
    polarisation: float
    outer_overlap: float
    inner_overlap: float
    response: float
    breaking: float
    free_energy: float
    symmetric: ReplicaSymmetric

    @property
    def partitioning(self) -> float:
        """m = T x breaking; 0 at T = 0."""
        return self.breaking * self.temperature

    @property
    def mean_field(self) -> float:
        """J_0 p, the mean of the effective field."""
        return self.model.mean_coupling * self.polarisation


class _InnerMeasure:
    """The inner Gaussian z_1 weighted with Z^m, at every outer field and stiffness: arrays (rows, outer, nodes)."""

    def __init__(
        self,
        model: Couplings,
        temperature: float,
        mean_field: float,
        outer_overlap: float,
        variance: float,
        breaking: float,
        stiffness: Float[np.ndarray, "rows 1"],
    ) -> None:
        if outer_overlap > 0:
            z_outer, self.outer_weight = graded_gaussian(-mean_field / np.sqrt(outer_overlap), panels=_OUTER_PANELS)
        else:
            z_outer, self.outer_weight = np.zeros(1), np.ones(1)
        self.centre = mean_field + np.sqrt(outer_overlap) * z_outer
        width = np.sqrt(variance)
        kink = -self.centre / width if width > 0 else np.zeros_like(self.centre)
        self.normal, weight = graded_gaussian(kink, reach=_REACH)
        field = self.centre[:, None] + width * self.normal
        self.site = site_averages(field[None], stiffness[:, :, None], model.quartic_stiffness, temperature)
        exponent = -breaking * self.site.free_energy + np.log(np.maximum(weight, 1e-300))
        top = exponent.max(axis=-1, keepdims=True)
        tilted = np.exp(exponent - top)
        total = tilted.sum(axis=-1, keepdims=True)
        self.tilted = tilted / total
        self.log_partition = np.log(total[..., 0]) + top[..., 0]

    def inner(self, values: Float[np.ndarray, "rows outer nodes"]) -> Float[np.ndarray, "rows outer"]:
        """Average over z_1 in the tilted measure."""
        return (self.tilted * values).sum(axis=-1)


class _Moments:
    """Right-hand sides of the fixed point at given order parameters, and the terms of the free energy."""

    def __init__(self, model: Couplings, temperature: float, state: np.ndarray, breaking: float) -> None:
        p, q_outer, q_inner, response = state
        stiffness, row_weight = stiffness_nodes(model, response)
        variance = max(q_inner - q_outer, 0.0)
        measure = _InnerMeasure(model, temperature, model.mean_coupling * p, q_outer, variance, breaking, stiffness)
        site = measure.site

        def outer(values: np.ndarray) -> float:
            return float(np.sum(row_weight * measure.outer_weight * values))

        first = measure.inner(site.displacement)
        self.polarisation = outer(first)
        self.outer = outer(first**2)
        self.inner = outer(measure.inner(site.displacement**2))
        if temperature > 0 or variance == 0:
            self.response = outer(measure.inner(site.susceptibility))
        else:
            slope = outer(measure.inner(measure.normal * site.displacement)) / np.sqrt(variance)
            self.response = slope - breaking * self.inner
        self.log_partition = outer(measure.log_partition)
        self.mean_free_energy = outer(measure.inner(site.free_energy))


def one_step_free_energy(
    model: Couplings,
    temperature: float,
    polarisation: float,
    outer_overlap: float,
    inner_overlap: float,
    response: float,
    breaking: float,
) -> float:
    r"""Free energy per site at given order parameters, not necessarily at the fixed point.

    .. math::
        f = \frac{J_0 p^2}{2} + \frac{C (2 q_1 + C T)}{4} + \frac{M}{4} (q_1^2 - q_0^2)
            - \frac{1}{M} \langle \ln \langle Z^{M T} \rangle_{z_1} \rangle_{z_0}, \qquad M = m/T

    With q_1 = q_0 it is the replica-symmetric free energy for every M.

    Reference: Kuehn and Horstmann 1998, Eq. 5, with the q matrix of one step.
    """
    state = np.array([polarisation, outer_overlap, inner_overlap, response])
    return _free_energy(model, temperature, state, breaking, _Moments(model, temperature, state, breaking))


def _free_energy(model: Couplings, temperature: float, state: np.ndarray, breaking: float, moments: _Moments) -> float:
    p, q_outer, q_inner, response = state
    quadratic = model.mean_coupling * p**2 / 2 + response * (2 * q_inner + response * temperature) / 4
    return quadratic + breaking / 4 * (q_inner**2 - q_outer**2) - moments.log_partition / breaking


def _slope_in_breaking(state: np.ndarray, breaking: float, moments: _Moments) -> float:
    """df/dM at fixed order parameters, which is also the total derivative at the fixed point."""
    _, q_outer, q_inner, _ = state
    return (q_inner**2 - q_outer**2) / 4 + (moments.log_partition / breaking + moments.mean_free_energy) / breaking


def _at_breaking(model: Couplings, temperature: float, breaking: float, start: np.ndarray) -> np.ndarray:
    """Order parameters (p, q_0, q_1, C) at fixed M; p and q_0 that start at 0 stay there by symmetry."""
    free = start > 0

    def image(state: np.ndarray) -> np.ndarray:
        moments = _Moments(model, temperature, state, breaking)
        mapped = np.array([moments.polarisation, moments.outer, moments.inner, moments.response])
        return np.where(free, mapped, 0.0)

    def residual(reduced: np.ndarray) -> np.ndarray:
        state = np.zeros(4)
        state[free] = np.abs(reduced)
        state[1] = min(state[1], state[2] * (1 - 1e-9))
        return (image(state) - state)[free]

    state = start
    for _ in range(10):
        state = (state + image(state)) / 2
    found = root(residual, state[free], method="hybr", tol=1e-12)
    if np.max(np.abs(found.fun)) > 1e-8 * (1 + np.max(np.abs(found.x))):
        raise ComputationError(
            f"one-step breaking did not converge at gamma = {model.gamma:g}, J_0 = {model.mean_coupling:g}, T = "
            f"{temperature:g}, m/T = {breaking:g}: {found.message}"
        )
    state = np.zeros(4)
    state[free] = np.abs(found.x)
    return state


def solve_one_step(model: Couplings, temperature: float = 0.0) -> OneStep:
    """Fixed point of (p, q_0, q_1, C) with the free energy stationary in m.

    Without polarisation q_0 = 0 by symmetry. The inner average carries the weight Z^m, so the effective field is no
    longer Gaussian.

    Args:
        model: the couplings.
        temperature: T >= 0, in reduced units; at T = 0 the parameter is m/T.

    Raises:
        InputError: if replica symmetry is stable there, so that nothing breaks it.
        ComputationError: if the equations do not converge.

    Reference: Kuehn and Horstmann 1998, Sect. 2, and Mezard, Parisi and Virasoro (1987) for the scheme.
    """
    symmetric = solve_replica_symmetric(model, temperature)
    if symmetric.is_stable:
        raise InputError(
            f"one-step breaking needs an unstable replica-symmetric solution, but at gamma = {model.gamma:g}, J_0 = "
            f"{model.mean_coupling:g}, T = {temperature:g} it is stable (criterion {symmetric.stability:.3g} <= 1); "
            "use solve_replica_symmetric"
        )
    polarised = symmetric.polarisation > 0
    start = np.array(
        [symmetric.polarisation, 0.5 * symmetric.overlap if polarised else 0.0, symmetric.overlap, symmetric.response]
    )
    scale = 1 / (np.sqrt(symmetric.overlap) * max(symmetric.response, 1e-3) * np.sqrt(symmetric.overlap))
    states: dict[float, np.ndarray] = {}
    last = start

    def slope(breaking: float) -> float:
        nonlocal last
        last = _at_breaking(model, temperature, breaking, last)
        states[breaking] = last
        return _slope_in_breaking(last, breaking, _Moments(model, temperature, last, breaking))

    low, high = 0.1 * scale, 0.2 * scale
    ceiling = 1 / temperature if temperature > 0 else np.inf
    while slope(low) <= 0:
        low, high = low / 4, low
        if low < 1e-5 * scale:
            raise ComputationError(f"one-step breaking found no rise of the free energy from m/T = {low:g}")
    while slope(high) > 0:
        low, high = high, 1.5 * high
        if high > min(ceiling, 1e3 * scale):
            raise ComputationError(f"one-step breaking found no maximum of the free energy up to m/T = {high:g}")
    breaking = brentq(slope, low, high, xtol=1e-12 * scale, rtol=1e-10)
    slope(breaking)
    p, q_outer, q_inner, response = (float(x) for x in last)
    moments = _Moments(model, temperature, last, breaking)
    return OneStep(
        model=model,
        temperature=float(temperature),
        polarisation=p,
        outer_overlap=q_outer,
        inner_overlap=q_inner,
        response=response,
        breaking=float(breaking),
        free_energy=float(_free_energy(model, temperature, last, breaking, moments)),
        symmetric=symmetric,
    )


def field_density(
    solution: ReplicaSymmetric | OneStep, field: Float[np.ndarray, " fields"], stiffness: Float[np.ndarray, " rows"]
) -> Float[np.ndarray, "rows fields"]:
    r"""Density of the effective field over the sites of each stiffness a_2/gamma - C.

    Replica-symmetric: a Gaussian of mean J_0 p and variance q, whatever the stiffness. One step:

    .. math:: P(h) = \left\langle \frac{g(h) Z(h)^m}{\int g(h') Z(h')^m dh'} \right\rangle_{z_0}

    with g the Gaussian of mean J_0 p + sqrt(q_0) z_0 and variance q_1 - q_0. Reduced units.

    Reference: Kuehn and Horstmann 1998, after Eq. 11.
    """
    field, stiffness = np.asarray(field, float), np.asarray(stiffness, float)
    if isinstance(solution, ReplicaSymmetric):
        exponent = -((field - solution.mean_field) ** 2) / (2 * solution.overlap)
        density = np.exp(exponent) / np.sqrt(2 * np.pi * solution.overlap)
        return np.broadcast_to(density, (stiffness.size, field.size)).copy()
    variance = solution.inner_overlap - solution.outer_overlap
    inner = _InnerMeasure(
        solution.model,
        solution.temperature,
        solution.mean_field,
        solution.outer_overlap,
        variance,
        solution.breaking,
        stiffness[:, None],
    )
    quartic = solution.model.quartic_stiffness
    energy = site_averages(field, stiffness[:, None], quartic, solution.temperature).free_energy
    gauss = -((field - inner.centre[:, None]) ** 2) / (2 * variance) - 0.5 * np.log(2 * np.pi * variance)
    exponent = gauss - solution.breaking * energy[:, None, :] - inner.log_partition[:, :, None]
    return np.einsum("c,rch->rh", inner.outer_weight, np.exp(exponent))
