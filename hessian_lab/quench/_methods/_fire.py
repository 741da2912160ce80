"""FIRE with a displacement cap."""

from __future__ import annotations

from typing import Annotated, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from ._base import QuenchMethod, dot, longest_row, norm


class FireState(eqx.Module):
    """State of FIRE for one glass: coordinates, velocities, time step, mixing, steps of positive power."""

    coordinates: Float[Array, "rows dim"]
    velocities: Float[Array, "rows dim"]
    dt: Float[Array, ""]
    mixing: Float[Array, ""]
    downhill: Float[Array, ""]


class Fire(QuenchMethod):
    r"""Fast inertial relaxation engine, semi-implicit Euler flavour, with a cap on the displacement per step.

    Each step: the power F . v decides. Uphill, the particles go back half a step, the velocities are zeroed and the
    time step is shrunk; downhill for more than `delay` steps, it grows. Then v += dt F, the velocities are turned
    towards the force, :math:`v \leftarrow (1-\alpha) v + \alpha |v| \hat F`, scaled down so that no particle moves by
    more than `largest_step`, and r += dt v. The cap (LAMMPS calls it dmax) is what lets it start from overlapping
    random positions, where forces reach 10^14 and more.

    Reference: Guenole et al., Comput. Mater. Sci. 175, 109584 (2020) (FIRE 2.0); Bitzek et al., PRL 97, 170201 (2006).
    """

    kind: Literal["fire"] = "fire"
    dt_start: Annotated[float, Field(gt=0, description="first time step, stiff times")] = 0.2
    dt_max: Annotated[float, Field(gt=0, description="largest time step, stiff times")] = 1.0
    dt_min: Annotated[float, Field(gt=0, description="smallest time step, stiff times")] = 0.004
    grow: Annotated[float, Field(gt=1)] = 1.1
    shrink: Annotated[float, Field(gt=0, lt=1)] = 0.5
    mixing: Annotated[float, Field(gt=0, lt=1, description="alpha at the start and after every uphill step")] = 0.25
    mixing_decay: Annotated[float, Field(gt=0, le=1)] = 0.99
    delay: Annotated[int, Field(ge=0, description="downhill steps before the time step grows")] = 20
    largest_step: Annotated[float, Field(gt=0, description="cap on a particle's move per step, length")] = 0.1

    def start(self, coordinates: Array, time: Array) -> FireState:
        """At rest."""
        zero = jnp.zeros((), coordinates.dtype)
        return FireState(
            coordinates, jnp.zeros_like(coordinates), zero + self.dt_start * time, zero + self.mixing, zero
        )

    def tell(self, state: FireState, forces: Array, time: Array) -> FireState:
        """One step: new velocities from the forces, and the move."""
        power = dot(forces, state.velocities)
        downhill = power > 0
        first = dot(state.velocities, state.velocities) == 0

        count = jnp.where(downhill, state.downhill + 1, 0.0)
        growing = downhill & (count > self.delay)
        dt = jnp.where(
            downhill | first,
            jnp.where(growing, jnp.minimum(state.dt * self.grow, self.dt_max * time), state.dt),
            jnp.maximum(state.dt * self.shrink, self.dt_min * time),
        )
        mixing = jnp.where(downhill, jnp.where(growing, state.mixing * self.mixing_decay, state.mixing), self.mixing)
        coordinates = state.coordinates - jnp.where(downhill, 0.0, 0.5 * state.dt) * state.velocities
        velocities = jnp.where(downhill, state.velocities, 0.0) + dt * forces

        # Where no force is left (unjammed packings) no direction can be made of it: velocities only decay.
        turn = mixing * norm(velocities) / jnp.maximum(norm(forces), 1e-300)
        velocities = (1 - mixing) * velocities + turn * forces
        velocities = velocities * jnp.minimum(
            1.0, self.largest_step / jnp.maximum(dt * longest_row(velocities), 1e-300)
        )
        return FireState(coordinates + dt * velocities, velocities, dt, mixing, count)
