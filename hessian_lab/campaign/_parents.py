"""Parents: who they are, random ones on the fly, and prepared ones as columns of their files and back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from .._core.errors import DataFileError
from .._core.identity import digest, generator
from ..potentials import Model, Potential, PotentialSettings
from ..records import read_parents
from ..sampling import Evidence, Parent, Preparation, prepare
from ..systems import Configuration, random_configuration

EVIDENCE_FIELDS = {
    "equilibrated": "equilibrated",
    "equilibration_reason": "reason",
    "parent_energy": "energy",
    "parent_energy_error": "energy_error",
    "parent_energy_drift": "energy_drift",
    "move_acceptance": "move_acceptance",
    "swap_acceptance": "swap_acceptance",
    "pair_correlation": "pair_correlation",
    "overlap_time": "overlap_time",
    "overlap_decayed": "overlap_decayed",
    "run_time": "run_time",
}
"""Columns of `hessian_lab.records.EVIDENCE`, and the fields of `Evidence` that they hold."""


def parent_identity(physics: dict[str, Any], index: int) -> str:
    """Identity of a parent: the hash of what its ensemble is, and its index."""
    return digest({"physics": physics, "index": index})


def is_random(physics: dict[str, Any]) -> bool:
    """Whether the parents are random positions, which need neither preparation nor files."""
    return bool(physics["preparation"]["kind"] == "random")


def make_parent(model: Model, physics: dict[str, Any], index: int) -> Configuration:
    """The random positions with a given index, a parent of infinite temperature or the start of a preparation.

    Their random numbers belong to the parent's identity alone.
    """
    return random_configuration(model, int(physics["particles"]), generator(parent_identity(physics, index), "parent"))


def prepare_parents(
    model: Model, physics: dict[str, Any], indices: Sequence[int], *, progress: Callable[[int], None] | None = None
) -> dict[str, np.ndarray]:
    """Prepare the parents of one file.

    Args:
        model: composition, density and the potential in which they are prepared.
        physics: identity of the ensemble; its preparation, temperature and potential are what is done.
        indices: indices of the samples.
        progress: called with the number of parents that have just been finished.

    Returns:
        The columns of the file. A parent that failed its tests is kept, with its flag.
    """
    identities = [parent_identity(physics, index) for index in indices]
    parents = prepare(
        Potential(PotentialSettings.model_validate(physics["potential"])),
        TypeAdapter(Preparation).validate_python(physics["preparation"]),
        [make_parent(model, physics, index) for index in indices],
        float(physics["parental_temperature"]),
        identities,
        progress=progress,
    )
    samples = [parent.configuration for parent in parents]
    columns = {
        name: np.stack([getattr(sample, name) for sample in samples])
        for name in ("positions", "diameters", "species", "masses", "cell")
    }
    columns |= {"index": np.asarray(indices, dtype=np.int64), "parent_id": np.array(identities)}
    return columns | evidence_columns(parents)


def evidence_columns(parents: Sequence[Parent]) -> dict[str, np.ndarray]:
    """Evidence of equilibrium, one row per parent."""
    return {
        column: np.array([getattr(parent.evidence, field) for parent in parents])
        for column, field in EVIDENCE_FIELDS.items()
    }


def collect_parents(paths: Sequence[Path], physics: dict[str, Any], indices: Sequence[int]) -> list[Parent]:
    """Read prepared parents from their files.

    Args:
        paths: files that hold them.
        physics: identity of the ensemble.
        indices: indices of the samples.

    Returns:
        Parents in the order of the indices.

    Raises:
        DataFileError: if a file is damaged or a parent is in none of them.
    """
    temperature = float(physics["parental_temperature"])
    found: dict[bytes, Parent] = {}
    for path in paths:
        columns = read_parents(path).columns
        for row, identity in enumerate(columns["parent_id"].tolist()):
            sample = Configuration(
                *(columns[name][row] for name in ("positions", "diameters", "species", "masses", "cell"))
            )
            values = {field: columns[column][row].item() for column, field in EVIDENCE_FIELDS.items()}
            evidence = Evidence(**values | {"reason": values["reason"].decode("utf-8")})
            found[identity] = Parent(sample, temperature, evidence)
    wanted = [parent_identity(physics, int(index)).encode() for index in indices]
    missing = [index for index, identity in zip(indices, wanted, strict=True) if identity not in found]
    if missing:
        raise DataFileError(
            f"parents {missing} are in none of {', '.join(str(path) for path in paths)}; restore the files that were "
            "changed, or remove them and run the campaign again"
        )
    return [found[identity] for identity in wanted]
