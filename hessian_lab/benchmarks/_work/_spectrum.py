"""Diagonalisation, densities of states, and the matrices that they need."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from ...hessian import Hessian, hessian
from ...potentials import named_model
from ...spectrum import BatchedLowest, Spectrum, batched_lowest, batched_spectra, density_of_states, spectrum
from .._protocol import MissingPeerError, Work
from .._starts import Starts


def hessians_of(starts: Starts, options: dict[str, Any]) -> list[Hessian]:
    """Of the configurations under the model in the options."""
    potential = named_model(options["model"]).build()
    return [hessian(potential, sample) for sample in starts.configurations()]


def full(starts: Starts, options: dict[str, Any]) -> Work:
    """All modes with vectors by `spectrum`: dense assembly from evaluated pairs, diagonalisation, checks."""
    hessians = hessians_of(starts, options)
    return Work(lambda: [spectrum(entry) for entry in hessians], len, _describe)


def full_device(starts: Starts, options: dict[str, Any]) -> Work:
    """All modes of matrices that are on the device, by one of its drivers, with residuals; results stay there."""
    matrices = jnp.asarray(np.stack([entry.dense() for entry in hessians_of(starts, options)]))
    try:
        jax.block_until_ready(batched_spectra(matrices, driver=options["driver"]))
    except (NotImplementedError, ValueError) as error:
        raise MissingPeerError(f"this device has no driver {options['driver']}: {error}") from error
    return Work(
        lambda: jax.block_until_ready(batched_spectra(matrices, driver=options["driver"])),
        lambda result: result.eigenvalues.shape[0],
        lambda result: {**_ends(np.asarray(result.eigenvalues[0])), "residual": float(result.residual.max())},
    )


def lowest(starts: Starts, options: dict[str, Any]) -> Work:
    """The lowest modes by `spectrum`, with assembly and check."""
    hessians = hessians_of(starts, options)
    settings = {key: options[key] for key in ("count", "method", "accuracy", "prove") if key in options}
    if settings.get("method") == "cholmod":
        from ...spectrum import cholmod_package

        if cholmod_package() is None:
            raise MissingPeerError("CHOLMOD is not installed")
    return Work(lambda: [spectrum(entry, **settings) for entry in hessians], len, _describe)


def lowest_batched(starts: Starts, options: dict[str, Any]) -> Work:
    """The lowest modes of matrices that are on the device; results stay there."""
    hessians = hessians_of(starts, options)
    matrices = jnp.asarray(np.stack([entry.dense() for entry in hessians]))
    zeros = jnp.asarray(np.stack([entry.trivial_modes for entry in hessians]))
    settings = {key: options[key] for key in ("count", "accuracy", "prove", "cholesky")}

    def describe(result: BatchedLowest) -> dict[str, Any]:
        residual = np.asarray(result.residual)
        return {
            **_ends(np.asarray(result.eigenvalues[0])),
            "residual": float(np.nanmax(residual)),
            "failed": int(np.isnan(residual).sum()),
            "proved": int(np.isfinite(np.asarray(result.complete_below)).sum()),
        }

    return Work(
        lambda: jax.block_until_ready(batched_lowest(matrices, zeros, **settings)),
        lambda result: result.eigenvalues.shape[0],
        describe,
    )


def assembly_full(starts: Starts, options: dict[str, Any]) -> Work:
    """From positions to the dense matrix: neighbours, pair law, blocks."""
    return _assembly(starts, options, lambda entry: entry.dense())


def assembly_sparse(starts: Starts, options: dict[str, Any]) -> Work:
    """From positions to compressed rows."""
    return _assembly(starts, options, lambda entry: entry.sparse())


def _assembly(starts: Starts, options: dict[str, Any], make: Any) -> Work:
    potential = named_model(options["model"]).build()
    samples = starts.configurations()
    return Work(
        lambda: [make(hessian(potential, sample)) for sample in samples],
        len,
        lambda matrices: {"trace": float(matrices[0].diagonal().sum()), "largest": float(abs(matrices[0]).max())},
    )


def density(starts: Starts, options: dict[str, Any]) -> Work:
    """The density of states in 50 bins, with its errors."""
    hessians = hessians_of(starts, options)
    settings = {key: options[key] for key in ("method", "moments", "vectors")}
    return Work(
        lambda: [density_of_states(entry, edges=50, **settings) for entry in hessians],
        len,
        lambda results: {
            "largest": results[0].bounds[1],
            "relative_error": float((results[0].error.sum()) / results[0].density.sum()),
            "resolution": results[0].resolution,
            "product": results[0].product,
        },
    )


def _describe(results: list[Spectrum]) -> dict[str, Any]:
    proved = [result.complete_below for result in results]
    return {
        **_ends(results[0].eigenvalues),
        "solver": results[0].method,
        "residual": max(result.residual for result in results if result.residual is not None),
        "proved": sum(level is not None for level in proved),
    }


def _ends(eigenvalues: np.ndarray) -> dict[str, float]:
    """The first mode above the three translations, and the last one computed. Units of 1/time^2."""
    return {"lowest": float(eigenvalues[3]), "highest": float(eigenvalues[-1])}
