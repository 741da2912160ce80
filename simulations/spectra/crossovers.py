"""How the cost of the lowest 32 modes grows with N and with the batch, solver by solver, and where they cross.

    OMP_NUM_THREADS=1 python simulations/spectra/crossovers.py [--out FOLDER] [--largest N]

One process, one thread, best of three (of one beyond a second): seconds of `spectrum` with assembly, checks and proof
of completeness. LAPACK needs no proof; `chebyshev` and `density` are shown without one.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from hessian_lab._core.precision import enable_x64

enable_x64()

from hessian_lab._core.provenance import provenance  # noqa: E402
from hessian_lab.hessian import Hessian, interacting_pairs  # noqa: E402
from hessian_lab.potentials import named_model  # noqa: E402
from hessian_lab.quench import Lbfgs, quench  # noqa: E402
from hessian_lab.report import cost_figure  # noqa: E402
from hessian_lab.spectrum import batched_lowest, cholmod_package, density_of_states, spectrum  # noqa: E402
from hessian_lab.systems import random_configuration  # noqa: E402

SIZES = (70, 150, 250, 350, 500, 700, 1000, 1400, 2000, 4000)
BATCHES = (1, 4, 16)
COUNT = 32

ROUTES: dict[str, tuple[dict[str, Any], int]] = {
    "lapack": ({"method": "lapack"}, 1400),
    "lanczos, fast": ({"method": "lanczos", "accuracy": "fast", "prove": True}, 4000),
    "lanczos, accurate": ({"method": "lanczos", "accuracy": "accurate", "prove": True}, 2000),
    "sparse, accurate": ({"method": "sparse", "accuracy": "accurate", "prove": True}, 4000),
    "cholmod, accurate": ({"method": "cholmod", "accuracy": "accurate", "prove": True}, 4000),
    "chebyshev, accurate": ({"method": "chebyshev", "accuracy": "accurate", "prove": False}, 4000),
}
"""Settings of `spectrum`, and the largest N that is timed."""


def seconds(work: Callable[[], object]) -> float:
    """Best of three, of one where it takes long; the first is a warm-up where it does not."""
    best = np.inf
    for _ in range(4):
        begin = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - begin)
        if best > 1:
            break
    return float(best)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent)
    parser.add_argument("--largest", type=int, default=4000)
    options = parser.parse_args()
    rows: list[dict[str, Any]] = []

    def keep(**row: Any) -> None:
        rows.append(row)
        print(row, flush=True)
        text = json.dumps({"schema": 1, "provenance": provenance(), "rows": rows}, indent=1)
        (options.out / "crossovers.json").write_text(text + "\n")

    for name in ("polydisperse", "kob-andersen"):
        model = named_model(name)
        for particles in [n for n in SIZES if n <= options.largest and not (name == "kob-andersen" and n < 150)]:
            sample = random_configuration(model, particles, np.random.default_rng(0))
            sample = quench(model.build(), Lbfgs(), sample).configuration
            pairs = interacting_pairs(model.build(), sample)
            entries = Hessian(pairs).sparse().nnz / (3 * particles)
            for route, (settings, largest) in ROUTES.items():
                if particles > largest or (settings["method"] == "cholmod" and cholmod_package() is None):
                    continue
                # A new Hessian each time: assembly belongs to the cost.
                found = spectrum(Hessian(pairs), count=COUNT, **settings)
                if found.method.startswith("lapack") and settings["method"] != "lapack":
                    continue
                taken = seconds(lambda: spectrum(Hessian(pairs), count=COUNT, **settings))  # noqa: B023
                keep(model=name, particles=particles, batch=1, route=route, entries=entries, seconds=taken)
            if particles >= 500:
                taken = seconds(lambda: density_of_states(Hessian(pairs), vectors=16))  # noqa: B023
                keep(model=name, particles=particles, batch=1, route="density, kpm", entries=entries, seconds=taken)
    for particles in (150, 250):
        model = named_model("kob-andersen")
        sample = quench(model.build(), Lbfgs(), random_configuration(model, particles, np.random.default_rng(0)))
        one = Hessian(interacting_pairs(model.build(), sample.configuration))
        for batch in BATCHES:
            matrices = jnp.asarray(np.stack([one.dense()] * batch))
            zeros = jnp.asarray(np.stack([one.trivial_modes] * batch))

            def work() -> object:
                return jax.block_until_ready(batched_lowest(matrices, zeros, count=COUNT, accuracy="fast"))  # noqa: B023

            # Compilation is no part of the cost.
            work()
            taken = seconds(work)
            keep(model="kob-andersen", particles=particles, batch=batch, route=f"device, fast, N = {particles}",
                 entries=None, seconds=taken / batch)  # fmt: skip
    (options.out / "crossovers.png").write_bytes(cost_figure(rows))


if __name__ == "__main__":
    main()
