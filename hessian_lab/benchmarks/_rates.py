"""What the machine can do at best, measured in the process that runs our side: the floors of rows."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

TRIES = 5


def _best(work: Callable[[], object]) -> float:
    work()
    times = []
    for _ in range(TRIES):
        begin = time.perf_counter()
        work()
        times.append(time.perf_counter() - begin)
    return min(times)


def matrix_product_rate() -> float:
    """Floating point operations per second of a float64 matrix product on our device, best of a few."""
    import jax

    if jax.default_backend() == "cpu":
        size = 768
        matrix = np.ones((size, size))
        return 2 * size**3 / _best(lambda: matrix @ matrix)
    import jax.numpy as jnp

    size = 4096
    array = jnp.ones((size, size))
    return 2 * size**3 / _best(lambda: jax.block_until_ready(array @ array))


def write_rate(size: int) -> float:
    """Bytes per second written to a float64 array of `size` bytes in the host's memory, best of a few."""
    array = np.empty(size // 8)
    return array.nbytes / _best(lambda: array.fill(1.0))


def floor_seconds(kind: str, amount: float) -> float:
    """Seconds that an amount of work takes at the measured rate.

    Args:
        kind: `flops` (rate of a matrix product) or `bytes` (rate of writing).
        amount: how many.
    """
    return amount / (matrix_product_rate() if kind == "flops" else write_rate(int(amount)))
