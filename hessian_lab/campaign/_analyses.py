"""Many quenched glasses: on the host one by one, or on an accelerator in batches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import jax

from ..potentials import Potential
from ..systems import Configuration
from ._analysis import Analysis, analyse_on_host
from ._device_analysis import analyse_on_device
from ._wanted import Wanted

DEVICE_BYTES = 12e9
"""Device memory that a batch of Hessians, eigenvectors and work space may take."""


def analyse(
    potential: Potential,
    samples: Sequence[Configuration],
    wanted: Wanted,
    *,
    seeds: Sequence[str] | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[Analysis]:
    """Analyse force-free configurations of equal N.

    Args:
        potential: the pair potential.
        samples: the configurations.
        wanted: what is computed and kept.
        seeds: identities of the samples, from which the surrogates' random numbers come; their places if not given.
        progress: called with the number of glasses done.

    Returns:
        One analysis per sample. A glass whose spectrum an accelerator got wrong is done again on the host.
    """
    names = [str(k) for k in range(len(samples))] if seeds is None else list(seeds)
    if jax.default_backend() == "cpu":
        results = []
        for sample, name in zip(samples, names, strict=True):
            results.append(analyse_on_host(potential, sample, wanted, name))
            if progress:
                progress(1)
        return results
    size = samples[0].positions.size if samples else 1
    batch = max(1, min(len(samples), int(DEVICE_BYTES / (8 * 6 * size**2))))
    results = []
    while len(results) < len(samples):
        place = slice(len(results), len(results) + batch)
        part = samples[place]
        try:
            results += analyse_on_device(potential, part, wanted, names[place], width=batch)
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or batch == 1:
                raise
            batch = (batch + 1) // 2
            continue
        if progress:
            progress(len(part))
    return results
