"""Full spectra of many small glasses on the device, with the host as the judge of last resort."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax
import jax.numpy as jnp
import numpy as np

from ..hessian import Hessian, Pairs, batched_hessians
from ..potentials import Potential
from ._dense import batched_eigh
from ._spectrum import RESIDUAL, Spectrum, spectrum


def spectra(
    potential: Potential, glasses: Sequence[Pairs], *, progress: Callable[[int], None] | None = None
) -> list[Spectrum]:
    """Full spectra with vectors of many glasses of equal N.

    On a CPU each is diagonalised by LAPACK; on an accelerator Hessians are made and diagonalised in batches sized to
    16 GB, halved when memory runs out. Every result is checked (finite, residual); one that fails is done again on
    the host.

    Args:
        potential: the pair potential.
        glasses: the evaluated pairs of each glass.
        progress: called with the number of glasses done.

    Returns:
        One spectrum per glass.
    """
    if jax.default_backend() == "cpu" or len(glasses) == 1:
        results = []
        for pairs in glasses:
            results.append(spectrum(Hessian(pairs)))
            if progress:
                progress(1)
        return results
    size = glasses[0].configuration.particles * glasses[0].configuration.dimension
    batch = max(1, min(len(glasses), int(16e9 / (8 * 6 * size**2))))
    results = []
    while len(results) < len(glasses):
        part = glasses[len(results) : len(results) + batch]
        try:
            results += _device_batch(potential, part, batch)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or batch == 1:
                raise
            batch = (batch + 1) // 2
            continue
        if progress:
            progress(len(part))
    return results


def _device_batch(potential: Potential, glasses: Sequence[Pairs], width: int) -> list[Spectrum]:
    # Padded to the full width, so that only one shape is compiled.
    padded = [*glasses, *[glasses[-1]] * (width - len(glasses))]
    samples = [pairs.configuration for pairs in padded]
    i, j = np.indices((samples[0].particles,) * 2)
    mixed = [potential.mixing.parameters(sample.diameters, sample.species, i, j) for sample in samples]
    matrices = batched_hessians(
        potential.law,
        jnp.asarray(np.stack([sample.positions for sample in samples])),
        jnp.asarray(np.stack([sigma for sigma, _ in mixed])),
        jnp.asarray(np.stack([epsilon for _, epsilon in mixed])),
        jnp.asarray(np.stack([np.sqrt(sample.masses) for sample in samples])),
        jnp.asarray(np.stack([sample.cell for sample in samples])),
    )
    values, vectors = batched_eigh(matrices, True)
    assert vectors is not None
    residuals = np.asarray(_residuals(matrices, values, vectors))
    host_values, host_vectors = np.asarray(values), np.asarray(vectors)
    results = []
    for number, pairs in enumerate(glasses):
        if not residuals[number] <= RESIDUAL:
            results.append(spectrum(Hessian(pairs), method="lapack"))
            continue
        results.append(
            Spectrum(
                host_values[number],
                host_vectors[number],
                pairs.configuration.dimension,
                host_values.shape[1],
                float(np.abs(host_values[number]).max()),
                "device (batched)",
                float(residuals[number]),
            )
        )
    return results


@jax.jit
def _residuals(matrices: jax.Array, values: jax.Array, vectors: jax.Array) -> jax.Array:
    difference = matrices @ vectors - vectors * values[:, None, :]
    return jnp.sqrt(jnp.max(jnp.sum(difference**2, axis=1), axis=1)) / jnp.max(jnp.abs(values), axis=1)
