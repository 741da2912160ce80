"""What every quench method is: a frozen settings object that asks for forces and is told them."""

from __future__ import annotations

from typing import Annotated, Any

import jax.numpy as jnp
from jaxtyping import Array, Float
from pydantic import Field

from ..._core.settings import Settings


class QuenchMethod(Settings):
    """Ask and tell: `state.coordinates` is where a method wants the forces, `tell` takes them and moves on.

    So the driver owns the one evaluation per step: it renews neighbour tables, watches the largest force and stops a
    lane without the method's knowledge. Coordinates have a row per particle, and where the cell is relaxed a few rows
    for its strain; a method treats all rows alike. States are pytrees of arrays of fixed shapes.

    Times are in units of the potential's stiff time 1/sqrt(phi'') at 0.95 sigma, lengths in the model's unit.
    """

    polish: Annotated[
        float,
        Field(ge=0, lt=1, description="relative force below which Newton steps may finish the quench; 0: never"),
    ] = 0.0

    def start(self, coordinates: Float[Array, "rows dim"], time: Float[Array, ""]) -> Any:
        """State that asks for the forces at the start.

        Args:
            coordinates: units of length.
            time: the potential's stiff time.
        """
        raise NotImplementedError

    def tell(self, state: Any, forces: Float[Array, "rows dim"], time: Float[Array, ""]) -> Any:
        """State after the forces at `state.coordinates` are known; it asks for those at its new coordinates.

        Args:
            state: what `start` or `tell` returned.
            forces: at `state.coordinates`. Units of energy/length.
            time: the potential's stiff time.
        """
        raise NotImplementedError


SAFE = 1e-100
"""Factor before squares are taken: forces of overlapping particles, up to 1e254, and all that matter near a minimum,
down to 1e-54, keep squares within float64."""


def dot(left: Float[Array, "rows dim"], right: Float[Array, "rows dim"]) -> Float[Array, ""]:
    """Sum over all components of a product, in an order that does not depend on the number of lanes.

    Thirty-two sums side by side take a core a fraction of the time of one; `jnp.vdot` would add in another order where
    there are several lanes, and a chaotic path would end in another minimum.
    """
    products = (left * right).ravel()
    return jnp.sum(jnp.sum(jnp.pad(products, (0, -products.size % 32)).reshape(-1, 32), axis=0))


def longest_row(vectors: Float[Array, "rows dim"]) -> Float[Array, ""]:
    """Length of the longest row, safe against overflow of its square."""
    return jnp.sqrt(jnp.max(jnp.sum((SAFE * vectors) ** 2, axis=-1))) / SAFE


def norm(vectors: Float[Array, "rows dim"]) -> Float[Array, ""]:
    """Euclidean norm, safe against overflow of its square."""
    scaled = SAFE * vectors
    return jnp.sqrt(dot(scaled, scaled)) / SAFE
