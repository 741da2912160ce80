"""Full spectra of many small glasses on the device."""

from __future__ import annotations

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float

from ._full import DRIVERS
from ._spectrum import ZERO


class BatchedSpectra(eqx.Module):
    """Complete spectra of a batch, on the device.

    Attributes:
        eigenvalues: ascending, shape (batch, size). Units of 1/time^2.
        vectors: in columns, shape (batch, size, size).
        zero: mask of the zero modes.
        residual: largest |H v - lambda v| / largest eigenvalue, shape (batch,); NaN where the solver failed.
    """

    eigenvalues: Float[Array, "batch size"]
    vectors: Float[Array, "batch size size"]
    zero: Bool[Array, "batch size"]
    residual: Float[Array, " batch"]


@partial(jax.jit, static_argnames=("driver",))
def batched_spectra(matrices: Float[Array, "batch size size"], *, driver: str = "default") -> BatchedSpectra:
    """Diagonalise many mass-weighted Hessians at once.

    Nothing is trusted: solvers of accelerators have returned NaN without an error (jax-ml/jax#1628, #32641), so the
    caller compares `residual` with `RESIDUAL` and gives what fails to LAPACK.

    Args:
        matrices: symmetric. Units of 1/time^2.
        driver: a key of `DRIVERS`: what jax takes by itself, or one of its diagonalisations by name.

    Returns:
        Spectra and residuals.
    """
    if driver == "default":
        values, vectors = jnp.linalg.eigh(matrices)
    else:
        # Vectors come first here.
        vectors, values = jax.lax.linalg.eigh(matrices, implementation=DRIVERS[driver])
    largest = jnp.max(jnp.abs(values), axis=1)
    difference = matrices @ vectors - vectors * values[:, None, :]
    residual = jnp.sqrt(jnp.max(jnp.sum(difference**2, axis=1), axis=1)) / largest
    zero = jnp.abs(values) <= ZERO * largest[:, None]
    return BatchedSpectra(values, vectors, zero, residual)
