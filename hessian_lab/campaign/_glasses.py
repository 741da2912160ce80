"""From parents to rows of a shard: quench, spectrum, confirmation, observables."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from .._core.identity import digest
from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from .._core.status import Status
from ..modes import ModeTable
from ..potentials import Model, Potential, PotentialSettings
from ..quench import Method, Quenched, quench
from ..records import RAGGED
from ..sampling import Parent
from ..systems import Configuration
from ._analyses import analyse
from ._analysis import Analysis
from ._parents import evidence_columns, make_parent, parent_identity
from ._wanted import Wanted

SADDLE_KICK = 1e-2
"""Length by which the largest component of a saddle's lowest mode is followed before it is quenched again."""

PLAIN = Wanted()
"""All modes, no vectors, no table."""

SADDLE_TRIES = 3
"""How often a saddle is left before it is recorded as one."""


def make_glasses(
    model: Model,
    physics: dict[str, Any],
    treatment: dict[str, Any],
    indices: np.ndarray,
    *,
    wanted: Wanted = PLAIN,
    parents: Sequence[Parent] | None = None,
    progress: Callable[[int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Quench and diagonalise the glasses of one shard.

    A saddle is left along its lowest mode and quenched again, up to three times, and counted. Failed glasses keep
    their status; their spectrum is NaN.

    Args:
        model: composition and density.
        physics: identity of the ensemble.
        treatment: potential, quench and relaxation of the cell.
        indices: indices of the samples.
        wanted: what is computed and kept.
        parents: of the indices, in their order; random ones are made on the fly if not given.
        progress: called with the number of glasses finished.

    Returns:
        The columns of the shard.
    """
    potential = Potential(PotentialSettings.model_validate(treatment["potential"]))
    method = TypeAdapter(Method).validate_python(treatment["method"])
    options: dict[str, Any] = {"tolerance": float(treatment["tolerance"]), "max_steps": int(treatment["max_steps"])}
    relaxed = treatment.get("relax_cell", "none")
    if relaxed != "none":
        options |= {"relax_cell": relaxed, "target_pressure": float(treatment.get("target_pressure", 0.0))}
    if parents is None:
        starts = [make_parent(model, physics, int(index)) for index in indices]
    else:
        starts = [parent.configuration for parent in parents]
    quenched = quench(potential, method, starts, **options)
    identities = [parent_identity(physics, int(index)) for index in indices]
    names = [digest({"parent": parent, "treatment": treatment}) for parent in identities]
    visits = np.zeros(len(starts), dtype=np.int64)
    steps = np.array([result.steps for result in quenched])
    evaluations = np.array([result.force_evaluations for result in quenched])
    rows: list[dict[str, Any] | None] = [None] * len(starts)
    pending = np.arange(len(starts))
    for attempt in range(SADDLE_TRIES + 1):
        kicked = []
        found = _analyse(potential, [quenched[k] for k in pending], [names[k] for k in pending], wanted)
        for k, analysis in zip(pending, found, strict=True):
            saddle = analysis is not None and analysis.status is Status.SADDLE
            visits[k] += saddle
            if saddle and attempt < SADDLE_TRIES:
                assert analysis is not None
                kicked.append((k, _kick(quenched[k].configuration, analysis)))
                continue
            rows[k] = _row(quenched[k], analysis, wanted)
            if progress:
                progress(1)
        if not kicked:
            break
        again = quench(potential, method, [configuration for _, configuration in kicked], **options)
        for (k, _), result in zip(kicked, again, strict=True):
            quenched[k] = result
            steps[k] += result.steps
            evaluations[k] += result.force_evaluations
        pending = np.array([k for k, _ in kicked])
    finished = [row for row in rows if row is not None]
    _pad(finished)
    columns = {name: np.stack([row[name] for row in finished]) for name in finished[0]}
    columns |= {
        "index": np.asarray(indices, dtype=np.int64),
        "parent_id": np.array(identities),
        "glass_id": np.array(names),
        "parent_positions": np.stack([start.positions for start in starts]),
        "steps": steps,
        "force_evaluations": evaluations,
        "saddle_visits": visits,
    }
    if relaxed != "none":
        columns["parent_cell"] = np.stack([start.cell for start in starts])
    return columns if parents is None else columns | evidence_columns(parents)


def _pad(rows: list[dict[str, Any]]) -> None:
    """Lists of modes of all glasses to the same length, with NaN."""
    for name in RAGGED.intersection(rows[0]):
        width = max(row[name].size for row in rows)
        for row in rows:
            row[name] = np.concatenate([row[name], np.full(width - row[name].size, np.nan)])


def _analyse(potential: Potential, quenched: list[Quenched], names: list[str], wanted: Wanted) -> list[Analysis | None]:
    """Analyses of the glasses that reached a stationary point; None for the others."""
    good = [k for k, result in enumerate(quenched) if result.status is Status.CONVERGED]
    found: list[Analysis | None] = [None] * len(quenched)
    samples = [quenched[k].configuration for k in good]
    seeds = [names[k] for k in good]
    for k, analysis in zip(good, analyse(potential, samples, wanted, seeds=seeds), strict=True):
        found[k] = analysis
    return found


def _kick(configuration: Configuration, analysis: Analysis) -> Configuration:
    """A saddle moved along its lowest mode; the sign that makes the mode's largest component positive."""
    mode = analysis.lowest[0] / np.sqrt(configuration.masses)[:, None]
    largest = mode.flat[np.abs(mode).argmax()]
    return configuration.at(configuration.positions + SADDLE_KICK * mode / largest)


def _row(result: Quenched, analysis: Analysis | None, wanted: Wanted) -> dict[str, Any]:
    """The entries of one glass; NaN and -1 where there is nothing to measure."""
    sample = result.configuration
    particles, dim = sample.positions.shape
    planes = dim * (dim - 1)
    row: dict[str, Any] = {
        "positions": sample.positions,
        "diameters": sample.diameters,
        "species": sample.species,
        "masses": sample.masses,
        "cell": sample.cell,
        "status": np.int8(result.status if analysis is None else analysis.status),
        "newton_steps": result.newton_steps,
        "energy": result.energy,
        "max_force": result.max_force,
        "force_scale": result.force_scale,
    }
    if analysis is None:
        row |= {
            "stress": np.full((dim, dim), np.nan),
            "pressure": np.nan,
            "born_moduli": np.full(planes, np.nan),
            "shear_moduli": np.full(planes, np.nan),
            "shear_modulus": np.nan,
            "zero_modes": -1,
            "negative_modes": -1,
            "rattlers": -1,
            "residual": np.nan,
            "largest_eigenvalue": np.nan,
            "omega": np.full(1 if wanted.modes == "low" else particles * dim, np.nan),
            "participation": np.full(1 if wanted.modes == "low" else particles * dim, np.nan),
        }
        if wanted.modes == "low":
            row["known_up_to"] = 0.0
        if wanted.vectors:
            row["vectors"] = np.full((wanted.vectors, particles, dim), np.nan)
        return row | _table(None, wanted)
    row |= {
        "stress": analysis.stress,
        "pressure": -np.trace(analysis.stress) / dim,
        "born_moduli": analysis.born,
        "shear_moduli": analysis.relaxed,
        "shear_modulus": analysis.relaxed.mean(),
        "zero_modes": analysis.zero_modes,
        "negative_modes": analysis.negative_modes,
        "rattlers": analysis.rattlers,
        "residual": analysis.residual,
        "largest_eigenvalue": analysis.largest,
        "omega": analysis.omega,
        "participation": np.where(analysis.zero, np.nan, analysis.participation),
    }
    if wanted.modes == "low":
        row["known_up_to"] = analysis.known_up_to
    if wanted.vectors:
        kept = np.full((wanted.vectors, particles, dim), np.nan)
        kept[: len(analysis.lowest) - 1] = analysis.lowest[1:]
        row["vectors"] = kept
    return row | _table(analysis.table, wanted)


def _table(table: ModeTable | None, wanted: Wanted) -> dict[str, np.ndarray]:
    """Columns of the table of modes, if one is wanted; empty where a glass has no such mode."""
    if not wanted.table:
        return {}
    names = [*MODE_COLUMNS, *(SURROGATE_COLUMNS if wanted.surrogates else ())]
    return {name: np.empty(0) if table is None else table[name] for name in names}
