"""Threads of XLA on a CPU."""

from __future__ import annotations

import os

ONE_THREAD = "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1"
"""Cores are shared by glasses, not by one glass's linear algebra.

It is also what makes batched factorisations end: with two threads jaxlib 0.10.1 was seen to wait for ever in batches of
Cholesky factorisations and eigen-solvers (3 of 6 runs of the tests of `batched_lowest` on two cores; none of 4 with one
thread), every thread of the pool idle.
"""


def use_one_thread() -> None:
    """Ask XLA for one thread a process on the CPU, unless XLA_FLAGS says something about it already.

    Only programs call this, before jax starts; the library never changes the environment of those who import it.
    """
    given = os.environ.get("XLA_FLAGS", "")
    if "xla_cpu_multi_thread_eigen" not in given:
        os.environ["XLA_FLAGS"] = f"{given} {ONE_THREAD}".strip()
