"""float64, and a jax that computes correctly: checked before any result is made."""

from __future__ import annotations

from functools import cache

from .errors import ComputationError, InputError


def require_x64() -> None:
    """Refuse to work in single precision.

    Raises:
        InputError: if jax has 64-bit floats switched off; the text says how to switch them on.
    """
    import jax

    if not jax.config.read("jax_enable_x64"):
        raise InputError(
            "hessian_lab computes in float64, but jax has 64-bit floats switched off; call "
            "jax.config.update('jax_enable_x64', True) before the first array is made, or set JAX_ENABLE_X64=1 "
            "in the environment (the command line does this itself)"
        )


def enable_x64() -> None:
    """Switch 64-bit floats on and prove that jax computes correctly. For programs, never at import."""
    import jax

    jax.config.update("jax_enable_x64", True)
    check_jax()


@cache
def check_jax() -> None:
    """Run a small reduction that a faulty jax release gets wrong when compiled.

    The rows (i, 0, 0), i < 16385, have the squared norms i^2, compiled or not (jax-ml/jax#39103: release 0.10.2
    returns other numbers on the CPU).

    Raises:
        ComputationError: if the compiled result is wrong.
    """
    import jax
    import jax.numpy as jnp
    import numpy as np

    identity = jnp.eye(3, dtype=jnp.float64)
    rows = np.zeros((16385, 3))
    rows[:, 0] = np.arange(16385)
    squares = np.asarray(jax.jit(jax.vmap(lambda row: jnp.sum((identity @ row) ** 2)))(jnp.asarray(rows)))
    if not np.array_equal(squares, rows[:, 0] ** 2):
        raise ComputationError(
            f"jax {jax.__version__} computes a compiled sum of squares wrongly on this machine "
            "(known of 0.10.2, jax-ml/jax#39103); install a release that hessian_lab's pyproject.toml allows"
        )
