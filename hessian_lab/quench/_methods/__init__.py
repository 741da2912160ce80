"""Quench methods, one a file: frozen settings whose `init` and `apply` follow JAX-MD's protocol for minimisers.

`init(positions, force)` makes the state of one glass, `apply(state, force_function)` takes one step and evaluates
`force_function` exactly once. A state has the fields `positions` and `forces`.
"""

from ._fire import Fire
from ._jax_md_fire import JaxMdFire

__all__ = ["Fire", "JaxMdFire"]
