"""FIRE with a displacement cap."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Literal

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from ..._core.settings import Settings


class FireState(eqx.Module):
    """State of FIRE for one glass: positions, forces, velocities, time step, mixing, steps of positive power."""

    positions: Float[Array, "particles dim"]
    forces: Float[Array, "particles dim"]
    velocities: Float[Array, "particles dim"]
    dt: Float[Array, ""]
    mixing: Float[Array, ""]
    downhill: Float[Array, ""]


class Fire(Settings):
    r"""Fast inertial relaxation engine, semi-implicit Euler flavour, with a cap on the displacement per step.

    Each step: the power F . v decides. Uphill, the particles go back half a step, the velocities are zeroed and the
    time step is shrunk; downhill for more than `delay` steps, it grows. Then v += dt F, the velocities are turned
    towards the force, :math:`v \leftarrow (1-\alpha) v + \alpha |v| \hat F`, scaled down so that no particle moves by
    more than `largest_step`, and r += dt v. The cap (LAMMPS calls it dmax) is what lets it start from overlapping
    random positions, where forces reach 10^14 and more.

    Times are in units of the potential's stiff time 1/sqrt(phi'') at 0.95 sigma, lengths in the model's unit.

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

    @property
    def longest_move(self) -> float:
        """Bound on a particle's move per step: the cap, and half of it on the way back uphill. Units of length."""
        return 1.5 * self.largest_step

    def init(self, positions: Array, forces: Array, time: float) -> FireState:
        """State at rest.

        Args:
            positions: shape (particles, dim). Units of length.
            forces: shape (particles, dim). Units of energy/length.
            time: the potential's stiff time.
        """
        zero = jnp.zeros((), positions.dtype)
        return FireState(
            positions, forces, jnp.zeros_like(positions), zero + self.dt_start * time, zero + self.mixing, zero
        )

    def apply(self, state: FireState, force: Callable[[Array], Array], time: float) -> FireState:
        """One step, one evaluation of the force."""
        power = jnp.sum(state.forces * state.velocities)
        downhill = power > 0
        first = jnp.sum(jnp.abs(state.velocities)) == 0

        count = jnp.where(downhill, state.downhill + 1, 0.0)
        growing = downhill & (count > self.delay)
        dt = jnp.where(
            downhill | first,
            jnp.where(growing, jnp.minimum(state.dt * self.grow, self.dt_max * time), state.dt),
            jnp.maximum(state.dt * self.shrink, self.dt_min * time),
        )
        mixing = jnp.where(downhill, jnp.where(growing, state.mixing * self.mixing_decay, state.mixing), self.mixing)
        positions = state.positions - jnp.where(downhill, 0.0, 0.5 * state.dt) * state.velocities
        velocities = jnp.where(downhill, state.velocities, 0.0) + dt * state.forces

        # Norms of scaled vectors: squares of forces of 1e160 would overflow.
        largest = jnp.maximum(jnp.max(jnp.abs(state.forces)), 1e-300)
        scaled = state.forces / largest
        # The largest component is 1, so the maximum acts only where no force is left (unjammed packings).
        direction = scaled / jnp.sqrt(jnp.maximum(jnp.sum(scaled**2), 1.0))
        fastest = jnp.maximum(jnp.max(jnp.abs(velocities)), 1e-300)
        speed = fastest * jnp.sqrt(jnp.sum((velocities / fastest) ** 2))
        velocities = (1 - mixing) * velocities + mixing * speed * direction

        fastest = jnp.maximum(jnp.max(jnp.abs(velocities)), 1e-300)
        longest = fastest * jnp.sqrt(jnp.max(jnp.sum((velocities / fastest) ** 2, axis=-1))) * dt
        velocities = velocities * jnp.minimum(1.0, self.largest_step / jnp.maximum(longest, 1e-300))
        positions = positions + dt * velocities
        return FireState(positions, force(positions), velocities, dt, mixing, count)
