"""One side of a case, in a process of its own: prepares, warms up, and then times a repeat whenever it is told to.

Started as `python -m hessian_lab.benchmarks._side '{"work": ..., ...}'`. Speaks JSON, a line a message: first
`{"ready": true, ...}`, `{"missing": reason}` or `{"failed": reason}`; then, for every line `go` on standard input, the
seconds per glass (or step, or attempt) and what was computed. Ends with its input.
"""

from __future__ import annotations

import gc
import json
import math
import os
import sys
import traceback
from importlib import import_module
from pathlib import Path
from typing import Any, TextIO

from ._protocol import MissingPeerError, Work

WORKS: dict[str, str] = {
    "force-step": "._work._forces:prepare",
    "quench": "._work._quench:prepare",
    "full-spectrum": "._work._spectrum:full",
    "full-device": "._work._spectrum:full_device",
    "lowest-modes": "._work._spectrum:lowest",
    "lowest-batched": "._work._spectrum:lowest_batched",
    "assembly-full": "._work._spectrum:assembly_full",
    "assembly-sparse": "._work._spectrum:assembly_sparse",
    "density": "._work._spectrum:density",
    "mode-table": "._work._modes:table",
    "glass": "._work._glass:prepare",
    "swap-rate": "._work._sampling:rate",
    "swap-memory": "._work._sampling:memory",
    "lammps-step": "._peers._lammps:step",
    "lammps-quench": "._peers._lammps:quench",
    "lapack-full": "._peers._linear_algebra:lapack_full",
    "lapack-subset": "._peers._linear_algebra:lapack_subset",
    "eigsh": "._peers._linear_algebra:eigsh",
    "jnp-eigh": "._peers._linear_algebra:jnp_eigh",
    "numpy-full": "._peers._linear_algebra:assembly_full",
    "numpy-sparse": "._peers._linear_algebra:assembly_sparse",
    "numba-quench": "._peers._numba_work:quench",
    "numba-glass": "._peers._numba_work:glass",
    "numba-swap-rate": "._peers._numba_sampling:rate",
    "numba-swap-memory": "._peers._numba_sampling:memory",
}
"""Every side: where its `(starts, options) -> Work` is."""


def _own_output() -> TextIO:
    """Standard output for messages alone; whatever an engine prints goes to standard error."""
    messages = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    return messages


def _prepare(task: dict[str, Any]) -> tuple[Work, dict[str, Any]]:
    from ._starts import make_starts, read_starts

    path = Path(task["starts"])
    if task["make"]:
        make_starts(path, **task["make"])
    module, function = WORKS[task["work"]].split(":")
    work: Work = getattr(import_module(module, __package__), function)(read_starts(path), task["options"])
    work.reset()
    work.run()
    facts: dict[str, Any] = {"ready": True, "device": _device(task)}
    if task["floor"]:
        from ._rates import floor_seconds

        facts["floor_seconds"] = floor_seconds(*task["floor"])
    return work, facts


def _device(task: dict[str, Any]) -> str:
    import platform

    core = "one core" if task["core"] is not None else "unpinned"
    if "jax" in sys.modules:
        import jax

        if jax.default_backend() != "cpu":
            from .._core.provenance import device_name

            return device_name()
    return f"cpu ({platform.machine()}), {core}"


def _repeat(work: Work) -> dict[str, Any]:
    work.reset()
    gc.collect()
    begin = work.clock()
    result = work.run()
    seconds = work.clock() - begin
    memory = _peak_memory()
    return {"seconds": seconds / work.count(result), "memory": memory, "details": _plain(work.describe(result))}


def _peak_memory() -> int | None:
    """Most memory that was ever in use: of the accelerator, or of this process. Units of byte."""
    if "jax" in sys.modules:
        import jax

        if jax.default_backend() != "cpu":
            statistics = jax.local_devices()[0].memory_stats() or {}
            return statistics.get("peak_bytes_in_use")
    try:
        import resource
    except ImportError:
        return None
    # Kilobytes, except on macOS.
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def _plain(value: Any) -> Any:
    """Numbers that JSON has: numpy's to Python's, NaN and infinity to null."""
    if isinstance(value, dict):
        return {key: _plain(entry) for key, entry in value.items()}
    if isinstance(value, str | int | None):
        return value
    value = value.item() if hasattr(value, "item") else value
    return value if isinstance(value, int) or math.isfinite(value) else None


def _probe() -> dict[str, Any]:
    """What the machine is, without a word about speed."""
    import jax

    from .._core.precision import check_jax
    from .._core.provenance import provenance

    check_jax()
    return {"ready": True, "backend": jax.default_backend(), "provenance": provenance()}


def main() -> None:
    """Serve one side until standard input ends."""
    task = json.loads(sys.argv[1])
    messages = _own_output()

    def say(message: dict[str, Any]) -> None:
        messages.write(json.dumps(message, allow_nan=False) + "\n")
        messages.flush()

    if task.get("core") is not None:
        # Before numpy or jax are imported: they size their thread pools by it.
        os.sched_setaffinity(0, {task["core"]})
    try:
        if task["work"] == "probe":
            say(_probe())
            return
        work, facts = _prepare(task)
        say(facts)
        for line in sys.stdin:
            if line.strip() == "go":
                say(_repeat(work))
    except MissingPeerError as error:
        say({"missing": str(error)})
    except Exception as error:
        traceback.print_exc()
        say({"failed": f"{type(error).__name__}: {error}"})


if __name__ == "__main__":
    main()
