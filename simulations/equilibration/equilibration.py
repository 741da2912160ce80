"""Energy per particle against temperature by several routes, with the inherent structures.

Each route cools the same random starts through a ladder of temperatures; the parents of one temperature are the starts
of the next. Every temperature is a JSON file and an archive of its parents, so that a run that was stopped goes on
where it was. See README.md.

    python simulations/equilibration/equilibration.py run kob-andersen --folder runs/equilibration
    python simulations/equilibration/equilibration.py publish --folder runs/equilibration
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from hessian_lab import Status, enable_x64
from hessian_lab._core.provenance import provenance
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.report import equilibration_figure
from hessian_lab.sampling import Hybrid, MolecularDynamics, Parent, Swap, prepare
from hessian_lab.systems import Configuration, random_configuration

PARTICLES = {"polydisperse": 256, "kob-andersen": 200}
GLASSES = {"polydisperse": 4, "kob-andersen": 3}
TIME_STEP = {"polydisperse": 0.1, "kob-andersen": 0.15}
"""In stiff times: 0.0056 and 0.0047 of the model's time unit."""
SEED = 20250921

LADDERS: dict[tuple[str, str], dict[float, float]] = {
    ("polydisperse", "swap"): {
        0.25: 8000, 0.2: 12000, 0.175: 14000, 0.15: 22000, 0.125: 32000,
        0.11: 54000, 0.1: 80000, 0.0925: 120000, 0.085: 160000,
    },
    ("polydisperse", "md"): {0.25: 150, 0.2: 250, 0.175: 300, 0.15: 500, 0.125: 1600, 0.11: 1200, 0.1: 800},
    ("kob-andersen", "md"): {1.0: 60, 0.8: 100, 0.6: 600, 0.5: 1200, 0.45: 600},
    ("kob-andersen", "hybrid"): {1.0: 60, 0.8: 100, 0.6: 300, 0.5: 300, 0.45: 300},
}  # fmt: skip
"""Length of the run at each temperature: sweeps for `swap`, the model's time unit otherwise."""

PUBLISHED = Path(__file__).parent / "published"


def preparation(model: str, route: str, length: float) -> Swap | MolecularDynamics | Hybrid:
    """The settings of a route."""
    if route == "swap":
        return Swap(sweeps=int(length))
    dynamics = MolecularDynamics if route == "md" else Hybrid
    return dynamics(time=length, dt=TIME_STEP[model])


def rung(
    model: str, route: str, temperature: float, starts: list[Configuration]
) -> tuple[list[Parent], dict[str, Any]]:
    """Parents at one temperature, their inherent structures, and the row of results."""
    potential = named_model(model).build()
    settings = preparation(model, route, LADDERS[model, route][temperature])
    began = time.process_time()
    names = [f"{model}/{route}/{temperature}/{k}" for k in range(len(starts))]
    parents = prepare(potential, settings, starts, temperature, names)
    seconds = time.process_time() - began
    glasses = quench(potential, Fire(), [parent.configuration for parent in parents])
    row = {
        "model": model,
        "route": route,
        "temperature": temperature,
        "particles": starts[0].particles,
        "preparation": settings.table(),
        "seeds": [[SEED, k] for k in range(len(starts))],
        "identities": names,
        "processor_seconds": round(seconds, 1),
        "evidence": [asdict(parent.evidence) for parent in parents],
        "inherent_energies": [g.energy / g.configuration.particles for g in glasses if g.status is Status.CONVERGED],
        "provenance": provenance(),
    }
    return parents, row


def path_of(model: str, route: str, temperature: float, folder: Path) -> Path:
    """The file of one row."""
    return folder / f"{model}-{route}-{temperature:g}.json"


def climb(model: str, route: str, folder: Path) -> None:
    """All temperatures of a route, from the highest down; those that are there are read."""
    preset = named_model(model)
    current = [
        random_configuration(preset, PARTICLES[model], np.random.default_rng([SEED, k])) for k in range(GLASSES[model])
    ]
    leaves = ("positions", "diameters", "species", "masses", "cell")
    for temperature in LADDERS[model, route]:
        result = path_of(model, route, temperature, folder)
        archive = result.with_name(result.stem + ".npz")
        if not result.exists():
            parents, row = rung(model, route, temperature, current)
            stacked = {name: np.stack([getattr(p.configuration, name) for p in parents]) for name in leaves}
            np.savez_compressed(archive, **stacked)
            # The result is written last: it says that the archive is complete.
            result.write_text(json.dumps(row, indent=1))
            print(f"{result.stem}: {row['processor_seconds']} s; {cells(row)}", flush=True)
        with np.load(archive) as kept:
            current = [Configuration(**{name: kept[name][k] for name in leaves}) for k in range(len(current))]


def with_error(values: Sequence[float], errors: Sequence[float] = (0.0,)) -> str:
    """Mean over glasses; its error from their scatter, or from those of the values if that is larger."""
    array = np.asarray(values)
    if array.size < 2:
        return "-"
    scatter = array.std(ddof=1) / np.sqrt(array.size)
    return f"{array.mean():.4f} ± {max(scatter, np.linalg.norm(errors) / array.size):.4f}"


def cells(row: dict[str, Any]) -> str:
    """What the table of results says of one row."""
    evidence = row["evidence"]
    reached = [entry["overlap_decayed"] for entry in evidence]
    times = np.array([entry["overlap_time"] for entry in evidence])
    passed = sum(entry["equilibrated"] for entry in evidence)
    return " | ".join(
        [
            with_error([entry["energy"] for entry in evidence], [entry["energy_error"] for entry in evidence]),
            with_error(row["inherent_energies"]),
            f"{'' if all(reached) else '> '}{times.mean():.3g}",
            f"{evidence[0]['run_time']:.6g}",
            f"{passed} of {len(evidence)}",
        ]
    )


def publish(folder: Path) -> None:
    """Write all rows that are there as one file, a table to standard output, and a figure per model."""
    PUBLISHED.mkdir(exist_ok=True)
    rows = []
    for (model, route), ladder in LADDERS.items():
        print(f"\n{model}, {route}\n\n| T | e | e_IS | tau | run | pass |\n|---|---|---|---|---|---|")
        for path in (path_of(model, route, temperature, folder) for temperature in ladder):
            if path.exists():
                rows.append(json.loads(path.read_text()))
                print(f"| {rows[-1]['temperature']:g} | {cells(rows[-1])} |")
    (PUBLISHED / "results.json").write_text(json.dumps(rows, indent=1) + "\n")
    for model in PARTICLES:
        figure = equilibration_figure([row for row in rows if row["model"] == model])
        (PUBLISHED / f"{model}.png").write_bytes(figure)


def main() -> None:
    """Run a model, or publish what has been run."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="run a model's routes, or go on with them")
    run.add_argument("model", choices=sorted(PARTICLES))
    run.add_argument("--route", choices=("swap", "md", "hybrid"), help="one route only")
    for command in (run, commands.add_parser("publish", help="write the table and the figures")):
        command.add_argument("--folder", type=Path, required=True, help="where the results of the run are")
    chosen = parser.parse_args()
    if chosen.command == "publish":
        publish(chosen.folder)
        return
    enable_x64()
    chosen.folder.mkdir(parents=True, exist_ok=True)
    for model, route in LADDERS:
        if model == chosen.model and chosen.route in (None, route):
            climb(model, route, chosen.folder)


if __name__ == "__main__":
    main()
