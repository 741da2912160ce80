"""Thermostats: frozen settings that make JAX-MD's simulators of one glass, in float64."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Annotated, Any, Literal

import jax.numpy as jnp
from jaxtyping import Array
from pydantic import BeforeValidator, Field

from .._core.jax_md import jax_md
from .._core.settings import Settings

Force = Callable[[Array], Array]


def _free_shift(positions: Array, displacement: Array, **_: Any) -> Array:
    """Positions are never folded back into the cell: displacements over any time can be read off."""
    return positions + displacement


class NoseHoover(Settings):
    r"""`jax_md.simulate.nvt_nose_hoover`: velocity Verlet coupled to a chain of thermostats.

    .. math:: H' = U + K + \frac{p_1^2}{2 Q_1} + d(N-1) T \xi_1 + \sum_{k>1} \left(\frac{p_k^2}{2 Q_k} + T \xi_k\right)

    is conserved up to O(dt^2). The total momentum is zero and stays zero, so there are d(N - 1) degrees of freedom;
    JAX-MD counts d N, which would make the sample hotter by N/(N - 1), and is told so. Deterministic after the first
    velocities. JAX-MD rounds the time step to float32; it is rounded before it is used, so that the step that is taken
    is the step that is reported. All arithmetic is in float64.

    Reference: Martyna, Klein and Tuckerman, J. Chem. Phys. 97, 2635 (1992); Martyna et al., Mol. Phys. 87, 1117 (1996).
    """

    kind: Literal["nose-hoover"] = "nose-hoover"
    relaxation: Annotated[float, Field(gt=0, description="period of the thermostat, time")] = 0.5
    chain: Annotated[int, Field(ge=2, description="thermostats in the chain")] = 3

    def _simulator(self, force: Force, dt: Array) -> tuple[Callable[..., Any], Callable[..., Any]]:
        return jax_md("simulate").nvt_nose_hoover(
            lambda positions, **_: force(positions),
            _free_shift,
            dt,
            jnp.ones(()),
            chain_length=self.chain,
            tau=self.relaxation,
        )

    def init(
        self, positions: Array, momenta: Array, masses: Array, force: Force, key: Array, dt: Array, temperature: Array
    ) -> Any:
        """State of one glass.

        Args:
            positions: shape (particles, dim). Units of length.
            momenta: shape (particles, dim), with zero sum.
            masses: shape (particles,).
            force: from positions to forces.
            key: not used; nothing is drawn.
            dt: time step. Units of time.
            temperature: units of energy.
        """
        init, _ = self._simulator(force, dt)
        state = init(key, positions, mass=masses, momenta=momenta, kT=temperature)
        freedom = positions.size - positions.shape[1]
        return state.set(chain=replace(state.chain, degrees_of_freedom=freedom))

    def apply(self, state: Any, force: Force, dt: Array, temperature: Array) -> Any:
        """One time step, one evaluation of the force."""
        _, step = self._simulator(force, dt)
        return step(state, kT=temperature)

    def invariant(self, state: Any, energy: Array, temperature: Array) -> Array:
        """H', from the potential energy. Units of energy."""
        chain = state.chain
        kinetic = 0.5 * jnp.sum(state.momentum**2 / state.mass)
        weights = jnp.ones_like(chain.position).at[0].set(chain.degrees_of_freedom)
        inertia = jnp.sum(chain.momentum**2 / (2 * chain.mass))
        return energy + kinetic + inertia + temperature * jnp.sum(weights * chain.position)


class Langevin(Settings):
    r"""`jax_md.simulate.nvt_langevin`: BAOAB splitting of

    .. math:: \dot p_i = F_i - \gamma p_i + \sqrt{2 \gamma m_i T}\, \eta_i(t)

    Friction and noise act relative to the centre of mass: after JAX-MD's step, the velocity that the noise gave to the
    whole sample is taken off, and so is the half step that it was carried. In the subspace of zero total momentum this
    samples the projected Ornstein-Uhlenbeck process exactly, because the projection turns the noise's covariance
    m_i delta_ij into m_i delta_ij - m_i m_j/M, which is that of Maxwell's distribution there.

    Reference: Leimkuhler and Matthews, J. Chem. Phys. 138, 174102 (2013).
    """

    kind: Literal["langevin"] = "langevin"
    friction: Annotated[float, Field(gt=0, description="gamma, 1/time")] = 0.5

    def _simulator(self, force: Force, dt: Array) -> tuple[Callable[..., Any], Callable[..., Any]]:
        return jax_md("simulate").nvt_langevin(
            lambda positions, **_: force(positions), _free_shift, dt, jnp.ones(()), gamma=self.friction
        )

    def init(
        self, positions: Array, momenta: Array, masses: Array, force: Force, key: Array, dt: Array, temperature: Array
    ) -> Any:
        """State of one glass; `key` is where its noise comes from. Other arguments as of `NoseHoover.init`."""
        init, _ = self._simulator(force, dt)
        return init(key, positions, mass=masses, momenta=momenta, kT=temperature)

    def apply(self, state: Any, force: Force, dt: Array, temperature: Array) -> Any:
        """One time step, one evaluation of the force."""
        _, step = self._simulator(force, dt)
        state = step(state, kT=temperature)
        velocity = jnp.sum(state.momentum, axis=0) / jnp.sum(state.mass)
        return state.set(position=state.position - 0.5 * dt * velocity, momentum=state.momentum - state.mass * velocity)


def _thermostat_table(value: Any) -> Any:
    """A thermostat by its name alone."""
    return {"kind": value} if isinstance(value, str) else value


Thermostat = Annotated[
    Annotated[NoseHoover | Langevin, Field(discriminator="kind")], BeforeValidator(_thermostat_table)
]
"""Any thermostat, as a table in a campaign file or by its name."""
