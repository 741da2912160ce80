"""What is left to do: blocks of samples that no finished shard holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import DataFileError
from .._core.identity import digest
from ..records import list_shards, read_shard, shard_folder
from ._settings import Campaign


@dataclass(frozen=True)
class Task:
    """One shard to be made. Plain data, so that it travels to a worker.

    Attributes:
        ensemble: number of the ensemble in the campaign.
        position: number of the treatment in the ensemble.
        physics: what the ensemble's parents are.
        treatment: potential and quench.
        indices: samples of the shard.
        path: the shard's file.
    """

    ensemble: int
    position: int
    physics: dict[str, Any]
    treatment: dict[str, Any]
    indices: tuple[int, ...]
    path: Path


@dataclass(frozen=True)
class Plan:
    """Tasks of a campaign, and how many glasses exist already."""

    tasks: tuple[Task, ...]
    finished: int
    total: int


def plan(campaign: Campaign, run: Path, shard_size: int) -> Plan:
    """Compare a campaign with the shards of its folder.

    A glass counts as finished if a readable shard holds its index under its ensemble and treatment; blocks are cut
    from what is missing, so a changed shard size or a longer campaign never repeats a glass.

    Args:
        campaign: the campaign.
        run: its folder.
        shard_size: glasses per shard.

    Raises:
        DataFileError: if a shard of the folder is damaged, or belongs to another campaign's ensembles.
    """
    done: dict[str, set[int]] = {}
    for path in list_shards(run):
        shard = read_shard(path, ("index",))
        done.setdefault(digest([shard.ensemble, shard.treatment]), set()).update(shard.columns["index"].tolist())
    known: set[str] = set()
    tasks: list[Task] = []
    finished = total = 0
    for number, ensemble in enumerate(campaign.ensembles):
        physics = ensemble.physics(campaign.seed)
        for position, treatment in enumerate(ensemble.treatments()):
            key = digest([physics, treatment])
            if key in known:
                continue
            known.add(key)
            have = done.get(key, set())
            missing = np.array([index for index in range(ensemble.glasses) if index not in have], dtype=int)
            total += ensemble.glasses
            finished += ensemble.glasses - missing.size
            stem = f"{digest(physics, 8)}-{digest(treatment, 8)}"
            for block in _blocks(missing, shard_size):
                name = f"{stem}-{block[0]:06d}-{block[-1]:06d}-{digest(block, 6)}.h5"
                tasks.append(Task(number, position, physics, treatment, block, shard_folder(run) / name))
    strangers = set(done) - known
    if strangers:
        raise DataFileError(
            f"{run} holds shards of {len(strangers)} combination(s) of ensemble and treatment that the campaign file "
            "does not describe; use another --out folder, or restore the settings they were made with"
        )
    # Blocks in turn, so that every taper has glasses early on, from the same parents.
    tasks.sort(key=lambda task: (task.ensemble, task.indices[0], task.position))
    return Plan(tuple(tasks), finished, total)


def _blocks(indices: np.ndarray, size: int) -> Iterator[tuple[int, ...]]:
    for start in range(0, indices.size, size):
        yield tuple(int(index) for index in indices[start : start + size])
