"""Steepest descent as a flow: the overdamped path itself, integrated with error control."""

from __future__ import annotations

from typing import Annotated, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from ._base import QuenchMethod, longest_row, norm

DAMPING = 2 / 13
"""epsilon of the damped Chebyshev polynomials: the stability region stays open along its whole length."""

PROBE = 1e-6
"""Longest row of the displacement that probes the Hessian. Units of length."""

SAFETY = 1.2
"""Factor on the estimated spectral radius, which a power iteration approaches from below."""


class SteepestDescentState(eqx.Module):
    """State of the integrator for one glass.

    Attributes:
        coordinates: where the force is wanted: a probe of the Hessian, or a stage Y_j.
        base: y_n, the last accepted point of the path.
        base_forces: F(y_n).
        older: Y_(j-2).
        old: Y_(j-1).
        stage: j of `coordinates`.
        stages: s of this step.
        step: h. Units of time^2/mass, the flow's time at unit friction.
        radius: estimated largest eigenvalue of the Hessian. Units of energy/length^2.
        probe: direction of the power iteration, longest row `PROBE`.
        probes: probes still to be made before the step begins; -1 before the first force is known.
        since: accepted steps since the last probes.
        elapsed: time along the path.
    """

    coordinates: Float[Array, "rows dim"]
    base: Float[Array, "rows dim"]
    base_forces: Float[Array, "rows dim"]
    older: Float[Array, "rows dim"]
    old: Float[Array, "rows dim"]
    stage: Float[Array, ""]
    stages: Float[Array, ""]
    step: Float[Array, ""]
    radius: Float[Array, ""]
    probe: Float[Array, "rows dim"]
    probes: Float[Array, ""]
    since: Float[Array, ""]
    elapsed: Float[Array, ""]


class SteepestDescent(QuenchMethod):
    r"""Overdamped flow :math:`\dot r = F(r)`, the instantaneous quench, by the Runge-Kutta-Chebyshev method.

    A step of s stages is stable up to :math:`h \lambda_{max} \approx 0.65\, s^2`; s Euler steps would reach 2 s. So
    the stiff end of the spectrum does not force the path's slow end to a crawl. It is of second order; its local error

    .. math:: e = 0.8\,(y_n - y_{n+1}) + 0.4\, h\,(F_n + F_{n+1})

    is kept below `accuracy` for every row by choosing h, and a step above it is taken back: the points stay on the true
    gradient path. The number of stages follows from h and the largest eigenvalue, which power iterations on force
    differences estimate every few steps and after every step taken back. The end of the path is algebraically slow;
    where the Hessian is positive definite and Newton's steps shrink as they should, the polish finishes the quench.

    Reference: Sommeijer, Shampine and Verwer, J. Comput. Appl. Math. 88, 315 (1998).
    """

    kind: Literal["steepest-descent"] = "steepest-descent"
    polish: Annotated[float, Field(ge=0, lt=1, description="relative force below which Newton steps may end it")] = 1e-3
    accuracy: Annotated[float, Field(gt=0, le=0.1, description="local error of a row per step, length")] = 1e-3
    most_stages: Annotated[int, Field(ge=3, le=1000)] = 150
    probe_every: Annotated[int, Field(ge=1, description="accepted steps between estimates of the radius")] = 10

    def start(self, coordinates: Array, time: Array) -> SteepestDescentState:
        """Nothing is known before the first force."""
        zero, none = jnp.zeros_like(coordinates), jnp.zeros(())
        return SteepestDescentState(
            coordinates, coordinates, zero, zero, zero, none, none, none, none, zero, none - 1, none, none
        )

    def tell(self, state: SteepestDescentState, forces: Array, time: Array) -> SteepestDescentState:
        """One stage, or one probe."""
        fresh = state.probes < 0
        probing = state.probes > 0

        # A probe: one power iteration on the difference of forces.
        # It begins with random numbers: no stiff direction is ever exactly absent from them.
        seed = jax.random.normal(jax.random.key(0), forces.shape, forces.dtype)
        image = jnp.where(fresh, seed, state.base_forces - forces)
        radius = jnp.where(probing, norm(image) / jnp.maximum(norm(state.probe), 1e-300), state.radius)
        probe = jnp.where(fresh | probing, PROBE * image / jnp.maximum(longest_row(image), 1e-300), state.probe)

        # The last stage: keep the step or take it back.
        last = ~fresh & ~probing & (state.stage >= state.stages)
        error = longest_row(0.8 * (state.base - state.coordinates) + 0.4 * state.step * (state.base_forces + forces))
        ratio = error / self.accuracy
        kept = last & (ratio <= 1)
        # A step that went wild ends in NaN or infinity: the smallest factor.
        factor = jnp.where(jnp.isfinite(ratio), 0.8 * jnp.maximum(ratio, 1e-30) ** (-1 / 3), 0.1)
        step = jnp.where(last, state.step * jnp.clip(factor, 0.1, jnp.where(kept, 5.0, 0.8)), state.step)
        base = jnp.where(fresh | kept, state.coordinates, state.base)
        base_forces = jnp.where(fresh | kept, forces, state.base_forces)
        elapsed = state.elapsed + jnp.where(kept, state.step, 0.0)
        since = jnp.where(last, jnp.where(kept, state.since + 1, self.probe_every), state.since)

        probes = jnp.where(fresh, 15.0, jnp.where(probing, state.probes - 1, 0.0))
        due = last & (since >= self.probe_every)
        probes, since = jnp.where(due, 3.0, probes), jnp.where(due, 0.0, since)
        begin = (probing & (probes == 0)) | (last & ~due)

        # A new step: as many stages as its length needs.
        safe = SAFETY * jnp.maximum(radius, 1e-300)
        step = jnp.where(begin & (step <= 0), 1 / safe, step)
        step = jnp.where(begin, jnp.minimum(step, (self.most_stages**2 - 1) / (1.54 * safe)), step)
        wanted = jnp.maximum(2.0, 1 + jnp.floor(jnp.sqrt(1 + 1.54 * step * safe)))
        stages = jnp.where(begin, wanted, state.stages)
        number = jnp.where(begin, 1.0, state.stage + 1)
        older = jnp.where(begin, base, state.old)
        old = jnp.where(begin, base, state.coordinates)
        stage = _stage(number, stages, step, base, base_forces, old, older, forces)
        return SteepestDescentState(
            jnp.where(probes > 0, base + probe, stage),
            base,
            base_forces,
            older,
            old,
            jnp.where(probes > 0, state.stage, number),
            stages,
            step,
            radius,
            probe,
            probes,
            since,
            elapsed,
        )


def _chebyshev(degree: Array, argument: Array) -> tuple[Array, Array, Array]:
    """T_j, T'_j and T''_j at an argument above 1."""
    angle = degree * jnp.arccosh(argument)
    below = argument**2 - 1
    value = jnp.cosh(angle)
    first = degree * jnp.sinh(angle) / jnp.sqrt(below)
    return value, first, (degree**2 * value - argument * first) / below


def _stage(
    number: Array,
    stages: Array,
    step: Array,
    base: Array,
    base_forces: Array,
    old: Array,
    older: Array,
    forces: Array,
) -> Array:
    """Y_j from Y_(j-1), Y_(j-2), y_n, F(Y_(j-1)) and F(y_n): Eqs. 2.2 to 2.5 of the reference."""
    stages = jnp.maximum(stages, 2.0)
    argument = 1 + DAMPING / stages**2
    _, first, second = _chebyshev(stages, argument)
    slope = first / second

    def weight(degree: Array) -> tuple[Array, Array]:
        """b_j and a_j = 1 - b_j T_j."""
        value, first, second = _chebyshev(jnp.maximum(degree, 2.0), argument)
        b = jnp.where(degree == 1, 1 / argument, second / first**2)
        return b, 1 - b * jnp.where(degree == 1, argument, jnp.where(degree == 0, 1.0, value))

    b, _ = weight(number)
    b_old, a_old = weight(number - 1)
    b_older, _ = weight(number - 2)
    mu, nu = 2 * b * argument / b_old, -b / b_older
    mu_force = 2 * b * slope / b_old
    later = (
        (1 - mu - nu) * base + mu * old + nu * older + mu_force * step * forces - a_old * mu_force * step * base_forces
    )
    return jnp.where(number == 1, base + slope / argument * step * base_forces, later)
