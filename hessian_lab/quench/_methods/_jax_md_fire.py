"""JAX-MD's own FIRE, as it is: the row to compare with."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from typing import Annotated, Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float
from pydantic import Field

from ..._core.jax_md import jax_md
from ._base import QuenchMethod


class JaxMdState(eqx.Module):
    """JAX-MD's FIRE state, the coordinates that its next step moves to, and whether it knows its first force."""

    coordinates: Float[Array, "rows dim"]
    inner: Any
    begun: Bool[Array, ""]


class JaxMdFire(QuenchMethod):
    """`jax_md.minimize.fire_descent`, unchanged; its parameters become float16 and its force norm is floored.

    Compared with `fire` it has no displacement cap, so overlapping starts end as `not_finite` or `max_steps`, and
    below |F| ~ 1e-3 it is damped dynamics. Time steps are in the model's time unit, as JAX-MD has them.
    """

    kind: Literal["jax-md-fire"] = "jax-md-fire"
    dt_start: Annotated[float, Field(gt=0)] = 0.01
    dt_max: Annotated[float, Field(gt=0)] = 0.04

    def _minimiser(self, force: Callable[[Array], Array]) -> tuple[Callable[..., Any], Callable[..., Any]]:
        _, shift = jax_md("space").free()
        return jax_md("minimize").fire_descent(
            lambda positions, **_: force(positions), shift, dt_start=self.dt_start, dt_max=self.dt_max
        )

    def start(self, coordinates: Array, time: Array) -> JaxMdState:
        """At rest; the stiff time is not used."""
        init, _ = self._minimiser(jnp.zeros_like)
        # JAX-MD's state begins with Python numbers and changes them to arrays in its first step.
        return JaxMdState(coordinates, jax.tree.map(jnp.asarray, init(coordinates)), jnp.zeros((), bool))

    def tell(self, state: JaxMdState, forces: Array, time: Array) -> JaxMdState:
        """One step of JAX-MD's minimiser, which moves first and asks for the force then."""
        _, step = self._minimiser(lambda _: forces)
        first = dataclasses.replace(state.inner, force=forces)
        inner = jax.tree.map(lambda new, old: jnp.where(state.begun, new, old), step(state.inner), first)
        _, look = self._minimiser(jnp.zeros_like)
        return JaxMdState(look(inner).position, inner, jnp.ones((), bool))
