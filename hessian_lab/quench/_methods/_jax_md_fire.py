"""JAX-MD's own FIRE, as it is: the row to compare with."""

from __future__ import annotations

from collections.abc import Callable
from math import inf
from typing import Annotated, Any, Literal

import equinox as eqx
from jaxtyping import Array, Float
from pydantic import Field

from ..._core.settings import Settings


class JaxMdState(eqx.Module):
    """JAX-MD's FIRE state with the two fields that the driver reads."""

    positions: Float[Array, "particles dim"]
    forces: Float[Array, "particles dim"]
    inner: Any


class JaxMdFire(Settings):
    """`jax_md.minimize.fire_descent`, unchanged; its parameters become float16 and its force norm is floored.

    Compared with `fire` it has no displacement cap, so overlapping starts end as `not_finite` or `max_steps`, and
    below |F| ~ 1e-3 it is damped dynamics. Time steps are in the model's time unit, as JAX-MD has them.
    """

    kind: Literal["jax-md-fire"] = "jax-md-fire"
    dt_start: Annotated[float, Field(gt=0)] = 0.01
    dt_max: Annotated[float, Field(gt=0)] = 0.04

    @property
    def longest_move(self) -> float:
        """Nothing bounds a move."""
        return inf

    def _minimiser(self, force: Callable[[Array], Array]) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from jax_md import minimize, space  # costs seconds and half a gigabyte: only where it is used

        _, shift = space.free()
        return minimize.fire_descent(
            lambda positions, **_: force(positions), shift, dt_start=self.dt_start, dt_max=self.dt_max
        )

    def init(self, positions: Array, forces: Array, time: float) -> JaxMdState:
        """State at rest. Arguments as of `Fire.init`; the stiff time is not used."""
        init, _ = self._minimiser(lambda _: forces)
        return JaxMdState(positions, forces, init(positions))

    def apply(self, state: JaxMdState, force: Callable[[Array], Array], time: float) -> JaxMdState:
        """One step of JAX-MD's minimiser."""
        _, step = self._minimiser(force)
        inner = step(state.inner)
        return JaxMdState(inner.position, inner.force, inner)
