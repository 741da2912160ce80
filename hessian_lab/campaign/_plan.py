"""What is left to do: blocks of parents and of glasses that no finished file holds."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .._core.errors import DataFileError
from .._core.identity import digest
from ..records import list_parents, list_shards, parent_folder, read_parents, read_shard, shard_folder
from ._ensemble import Ensemble
from ._parents import is_random
from ._settings import Campaign


@dataclass(frozen=True)
class ParentTask:
    """One file of prepared parents to be made. Plain data, so that it travels to a worker.

    Attributes:
        ensemble: number of the ensemble in the campaign.
        physics: what the parents are.
        indices: samples of the file.
        path: the file.
    """

    ensemble: int
    physics: dict[str, Any]
    indices: tuple[int, ...]
    path: Path


@dataclass(frozen=True)
class Task:
    """One shard of glasses to be made. Plain data, so that it travels to a worker.

    Attributes:
        ensemble: number of the ensemble in the campaign.
        position: number of parental temperature and treatment in the ensemble.
        physics: what the ensemble's parents are.
        treatment: potential, quench and relaxation of the cell.
        indices: samples of the shard.
        path: the shard's file.
        parents: files that hold its parents; none for random ones. They must exist before it begins.
    """

    ensemble: int
    position: int
    physics: dict[str, Any]
    treatment: dict[str, Any]
    indices: tuple[int, ...]
    path: Path
    parents: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Family:
    """The parents of one temperature and what is asked of them, for the reader of a plan.

    Attributes:
        physics: what they are.
        parents: how many.
        missing_parents: how many are still to be prepared; 0 for random ones.
        treatments: potentials times methods times relaxations of the cell.
        glasses: parents times treatments.
        missing_glasses: how many are still to be quenched.
    """

    physics: dict[str, Any]
    parents: int
    missing_parents: int
    treatments: int
    glasses: int
    missing_glasses: int


@dataclass(frozen=True)
class Plan:
    """What is to be done, in its order: a shard's parents come before it.

    Attributes:
        tasks: shards of glasses.
        parent_tasks: files of prepared parents.
        families: summary, one entry per ensemble and parental temperature.
    """

    tasks: tuple[Task, ...]
    parent_tasks: tuple[ParentTask, ...]
    families: tuple[Family, ...]

    @property
    def total(self) -> int:
        """Glasses of the campaign."""
        return sum(family.glasses for family in self.families)

    @property
    def finished(self) -> int:
        """Glasses that exist."""
        return self.total - sum(family.missing_glasses for family in self.families)

    @property
    def parents_total(self) -> int:
        """Prepared parents of the campaign; random ones are not counted."""
        return sum(family.parents for family in self.families if not is_random(family.physics))

    @property
    def parents_finished(self) -> int:
        """Prepared parents that exist, or whose glasses do."""
        return self.parents_total - sum(family.missing_parents for family in self.families)


def plan(campaign: Campaign, run: Path, shard_size: int, parent_shard_size: int = 1) -> Plan:
    """Compare a campaign with the files of its folder.

    A glass counts as finished if a readable shard holds its index under its ensemble and treatment, a parent if a
    readable file of parents holds it; blocks are cut from what is missing, so a changed size of the files or a longer
    campaign never repeats a parent or a glass.

    Args:
        campaign: the campaign.
        run: its folder.
        shard_size: glasses per shard.
        parent_shard_size: prepared parents per file.

    Raises:
        DataFileError: if a file of the folder is damaged or belongs to another campaign's ensembles, or if parents are
            gone whose glasses are only partly finished.
    """
    found = _Found(run)
    seen: set[str] = set()
    tasks: list[Task] = []
    parent_tasks: list[ParentTask] = []
    families: list[Family] = []
    for number, ensemble in enumerate(campaign.ensembles):
        treatments = ensemble.treatments()
        for place, temperature in enumerate(ensemble.parental_temperature):
            physics = ensemble.physics(campaign.seed, temperature)
            missing, begun = _missing(ensemble, physics, found, seen)
            if not missing:
                continue
            needed = set() if is_random(physics) else set().union(*missing.values())
            where, new = _parents(run, physics, needed, begun, found, parent_shard_size)
            parent_tasks += [ParentTask(number, physics, block, path) for path, block in new.items()]
            for position, indices in missing.items():
                stem = f"{digest(physics, 8)}-{digest(treatments[position], 8)}"
                for block in _blocks(indices, shard_size):
                    sources = tuple(sorted({where[index] for index in block if index in where}))
                    path = shard_folder(run) / f"{stem}-{_span(block)}.h5"
                    order = place * len(treatments) + position
                    tasks.append(Task(number, order, physics, treatments[position], block, path, sources))
            counts = (ensemble.glasses, sum(map(len, new.values())), len(missing))
            families.append(Family(physics, *counts, counts[0] * counts[2], sum(map(len, missing.values()))))
    _refuse_strangers(run, set(found.glasses) - seen, set(found.parents) - seen)
    # Blocks in turn, so that every temperature and treatment has glasses early on, from the same parents.
    tasks.sort(key=lambda task: (task.ensemble, task.indices[0], task.position))
    first = {path: place for place, task in reversed(list(enumerate(tasks))) for path in task.parents}
    parent_tasks.sort(key=lambda task: first[task.path])
    return Plan(tuple(tasks), tuple(parent_tasks), tuple(families))


def _refuse_strangers(run: Path, glasses: set[str], parents: set[str]) -> None:
    """Files of another campaign: glasses are counted by parents and treatment, parents by what they are."""
    what = [f"glasses of {len(glasses)} combination(s) of parents and treatment"] if glasses else []
    what += [f"prepared parents of {len(parents)} ensemble(s) at one temperature"] if parents else []
    if what:
        raise DataFileError(
            f"{run} holds {' and '.join(what)} that the campaign file does not describe; use another --out folder, or "
            "restore the settings they were made with"
        )


class _Found:
    """What the folder holds: indices of glasses by ensemble and treatment, files of parents by ensemble and index."""

    def __init__(self, run: Path) -> None:
        self.glasses: dict[str, set[int]] = {}
        self.low: set[str] = set()
        self.tables: dict[str, set[bool]] = {}
        self.surrogates: dict[str, set[bool]] = {}
        self.parents: dict[str, dict[int, Path]] = {}
        for path in list_shards(run):
            shard = read_shard(path, ("index", "known_up_to", "mode_omega", "p_strength"))
            key = digest([shard.ensemble, shard.treatment])
            self.tables.setdefault(key, set()).add("mode_omega" in shard.columns)
            self.surrogates.setdefault(key, set()).add("p_strength" in shard.columns)
            if "known_up_to" in shard.columns:
                self.low.add(key)
            self.glasses.setdefault(key, set()).update(shard.columns["index"].tolist())
        for path in list_parents(run):
            file = read_parents(path, ("index",))
            known = self.parents.setdefault(digest(file.ensemble), {})
            known.update(dict.fromkeys(file.columns["index"].tolist(), path))


def _missing(
    ensemble: Ensemble, physics: dict[str, Any], found: _Found, seen: set[str]
) -> tuple[dict[int, set[int]], set[int]]:
    """Missing glasses by number of the treatment, and the indices of which some glass exists.

    Treatments that an earlier entry of the campaign has for the same parents are left out.
    """
    missing: dict[int, set[int]] = {}
    begun: set[int] = set()
    for position, treatment in enumerate(ensemble.treatments()):
        key = digest([physics, treatment])
        have = found.glasses.get(key, set())
        if key in found.low and ensemble.modes == "all":
            raise DataFileError(
                'the folder holds glasses with their low modes only, but the campaign file asks for modes = "all"; use '
                'another --out folder, or restore modes = "low"'
            )
        for wanted, stored, name, setting in (
            (ensemble.mode_table, found.tables, "a table of modes", "mode_table"),
            (ensemble.surrogates > 0, found.surrogates, "surrogates", "surrogates"),
        ):
            if wanted and False in stored.get(key, ()):
                raise DataFileError(
                    f"the folder holds glasses without {name}, but the campaign file asks for {setting}; use another "
                    f"--out folder, or take {setting} out"
                )
            if not wanted and True in stored.get(key, ()) and len(have) < ensemble.glasses:
                # Readers join only what all shards have.
                raise DataFileError(
                    f"the folder holds glasses with {name}, which new glasses without would hide; put {setting} back "
                    "into the campaign file, or use another --out folder"
                )
        begun |= have
        if key not in seen:
            seen.add(key)
            missing[position] = set(range(ensemble.glasses)) - have
    seen.add(digest(physics))
    return missing, begun


def _parents(
    run: Path, physics: dict[str, Any], needed: set[int], begun: set[int], found: _Found, size: int
) -> tuple[dict[int, Path], dict[Path, tuple[int, ...]]]:
    """Files of the parents that exist or are planned, by index; and the new ones with their blocks.

    A parent made again on another machine would not be the one that its other glasses come from, so one that is gone
    is made again only if no glass of it exists.
    """
    if not needed:
        return {}, {}
    where = found.parents.setdefault(digest(physics), {})
    lost = sorted(needed & begun - set(where))
    if lost:
        raise DataFileError(
            f"{run} holds glasses of {len(lost)} parent(s) at T = {physics['parental_temperature']} that are in no "
            f"file of {parent_folder(run)} (indices {lost[:5]}); restore the files, so that all glasses of a parent "
            "have the same parent, or use another --out folder"
        )
    new = {}
    for block in _blocks(needed - set(where), size):
        path = parent_folder(run) / f"{digest(physics, 8)}-{_span(block)}.h5"
        new[path] = block
        where.update(dict.fromkeys(block, path))
    return where, new


def _span(block: Sequence[int]) -> str:
    return f"{block[0]:06d}-{block[-1]:06d}-{digest(block, 6)}"


def _blocks(indices: set[int], size: int) -> Iterator[tuple[int, ...]]:
    ordered = sorted(indices)
    for start in range(0, len(ordered), size):
        yield tuple(ordered[start : start + size])
