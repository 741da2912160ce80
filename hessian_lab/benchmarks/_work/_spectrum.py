"""Diagonalisation, and the matrix that it needs."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...hessian import hessian
from ...potentials import named_model
from ...spectrum import Spectrum, batched_spectra, spectrum
from .._protocol import Work
from .._starts import Starts


def _hessians(starts: Starts, options: dict[str, Any]) -> list[Any]:
    potential = named_model(options["model"]).build()
    return [hessian(potential, sample) for sample in starts.configurations()]


def full(starts: Starts, options: dict[str, Any]) -> Work:
    """All modes with vectors.

    On a CPU `spectrum` of evaluated pairs, with the dense assembly and the check of the residuals. On an accelerator
    `batched_spectra` of matrices that are on the device, with the residuals; results stay there.
    """
    hessians = _hessians(starts, options)
    if jax.default_backend() != "cpu":
        matrices = jnp.asarray(np.stack([entry.dense() for entry in hessians]))
        return Work(
            lambda: jax.block_until_ready(batched_spectra(matrices)),
            lambda result: result.eigenvalues.shape[0],
            lambda result: {
                **_ends(np.asarray(result.eigenvalues[0])),
                "residual": float(result.residual.max()),
            },
        )
    return Work(lambda: [spectrum(entry) for entry in hessians], len, _describe)


def lowest(starts: Starts, options: dict[str, Any]) -> Work:
    """The lowest modes by `spectrum`, with assembly and check."""
    hessians = _hessians(starts, options)
    return Work(
        lambda: [spectrum(entry, count=options["count"], method=options["method"]) for entry in hessians],
        len,
        _describe,
    )


def assembly(starts: Starts, options: dict[str, Any]) -> Work:
    """From positions to the dense matrix: neighbours, pair law, blocks."""
    potential = named_model(options["model"]).build()
    samples = starts.configurations()
    return Work(
        lambda: [hessian(potential, sample).dense() for sample in samples],
        len,
        lambda matrices: {"norm": float(np.linalg.norm(matrices[0])), "trace": float(np.trace(matrices[0]))},
    )


def _describe(results: list[Spectrum]) -> dict[str, Any]:
    return {
        **_ends(results[0].eigenvalues),
        "solver": results[0].method,
        "residual": max(result.residual for result in results if result.residual is not None),
    }


def _ends(eigenvalues: np.ndarray) -> dict[str, float]:
    """The first mode above the three translations, and the last one computed. Units of 1/time^2."""
    return {"lowest": float(eigenvalues[3]), "highest": float(eigenvalues[-1])}
