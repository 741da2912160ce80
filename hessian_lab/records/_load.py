"""All shards of a run as groups of glasses: one group per ensemble and treatment."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from math import inf
from pathlib import Path
from typing import Any

import numpy as np

from .._core.errors import DataFileError, InputError
from .._core.identity import digest
from .._core.status import Status
from .._core.wording import by_wording
from ._schema import RAGGED
from ._shards import Shard, list_shards, read_shard

ALWAYS = (
    *("index", "status", "parent_id", "glass_id", "masses", "cell", "known_up_to"),
    *("equilibrated", "equilibration_reason"),
)
"""Datasets that every reader needs: no table is made without knowing which parents failed."""


@dataclass(frozen=True)
class Group:
    """Glasses of one ensemble under one treatment, in the order of their index, each exactly once.

    Attributes:
        ensemble: settings that the samples share (model, dimension, particles, parental temperature, ...).
        treatment: potential (core, taper, cutoff, mixing), quench and relaxation of the cell.
        provenance: distinct provenances of the shards.
        columns: datasets, the first axis is the glass.
        place: position of ensemble and treatment in the campaign file.
    """

    ensemble: dict[str, Any]
    treatment: dict[str, Any]
    provenance: tuple[dict[str, str], ...]
    columns: dict[str, np.ndarray]
    place: tuple[int, int] = (0, 0)

    def __getitem__(self, name: str) -> np.ndarray:
        try:
            return self.columns[name]
        except KeyError:
            raise InputError(
                f"argument name = {name!r} is no dataset of this group; loaded are {', '.join(self.columns)}"
            ) from None

    @property
    def glasses(self) -> int:
        """Number of glasses, whatever their status."""
        return int(self.columns["index"].size)

    @property
    def minima(self) -> np.ndarray:
        """Mask of the glasses that are confirmed minima: the ones that enter statistics."""
        return self.columns["status"] == Status.CONVERGED

    @property
    def complete(self) -> bool:
        """Whether every mode of every glass is listed; published groups hold the lowest only."""
        return "known_up_to" not in self.columns

    @property
    def taper(self) -> str:
        """Short form of the taper."""
        return str(self.treatment["taper"])

    @property
    def m(self) -> str:
        """Order of the taper as a string, such as "2" or "inf"."""
        order = float(self.treatment["order"])
        return "inf" if order == inf else f"{order:g}"

    @property
    def quench(self) -> str:
        """Name of the quench method, and its polish by Newton steps where it is not the usual one."""
        method = self.treatment["method"]
        if "polish" not in method:
            return str(method["kind"])
        ending = f"polished below {method['polish']:g}" if method["polish"] else "unpolished"
        return f"{method['kind']} ({ending})"

    @property
    def relax_cell(self) -> str:
        """What of the cell was relaxed: none, pressure, shear or both."""
        return str(self.treatment.get("relax_cell", "none"))

    @property
    def temperature(self) -> float:
        """Parental temperature: inf for random parents, 0 for cooled or jointly minimised ones. Units of energy."""
        return float(self.ensemble["parental_temperature"])

    @property
    def preparation(self) -> str:
        """Kind of the parents' preparation."""
        return str(self.ensemble.get("preparation", {}).get("kind", "random"))

    @property
    def flagged(self) -> np.ndarray:
        """Mask of the glasses whose parent did not pass the tests of equilibrium."""
        if "equilibrated" not in self.columns:
            return np.zeros(self.glasses, dtype=bool)
        return ~self.columns["equilibrated"].astype(bool)

    @property
    def flag_reasons(self) -> dict[str, int]:
        """What flagged parents did not pass, with ranges of its numbers, and how many glasses have such a parent."""
        if not self.flagged.any():
            return {}
        reasons = self.columns["equilibration_reason"][self.flagged].tolist()
        return by_wording(clause for reason in reasons for clause in reason.decode("utf-8").split("; "))

    @property
    def label(self) -> str:
        """One line that names the group."""
        e = self.ensemble
        relaxed = "" if self.relax_cell == "none" else f", cell relaxed: {self.relax_cell}"
        return (
            f"{e['model']} {e['dimension']}D, N = {e['particles']}, T = {self.temperature:g} ({self.preparation}), "
            f"{self.taper}, {self.quench}{relaxed}"
        )

    def select(self, keep: np.ndarray) -> Group:
        """The same group with some of its glasses: a mask or indices."""
        return replace(self, columns={name: array[keep] for name, array in self.columns.items()})

    @property
    def mass_density(self) -> float:
        """Mass per volume, with the mean volume where cells were relaxed."""
        return float(self["masses"][0].sum() / self.volume)

    @property
    def volume(self) -> float:
        """Volume of the box; the mean over the confirmed minima where cells were relaxed. Units of length^d."""
        if self.relax_cell == "none":
            return float(abs(np.linalg.det(self["cell"][0])))
        cells = self["cell"][self.minima] if self.minima.any() else self["cell"]
        return float(np.abs(np.linalg.det(cells)).mean())


def load_run(run: Path | str, names: Iterable[str] | None = None) -> list[Group]:
    """Load the finished glasses of a run.

    Args:
        run: the run's folder.
        names: datasets wanted; all if not given. `index`, `status`, the identities and the flags of parents always
            come along.

    Returns:
        Groups in the order of the campaign file.

    Raises:
        DataFileError: if the folder has no shards, a shard is damaged, or a glass appears twice.
    """
    run = Path(run)
    paths = list_shards(run)
    if not paths:
        raise DataFileError(
            f"{run} holds no finished shards; make some with: hessian-lab run CAMPAIGN.toml --out {run}"
        )
    wanted = None if names is None else tuple({*names, *ALWAYS})
    found: dict[str, list[Shard]] = {}
    for path in paths:
        shard = read_shard(path, wanted)
        found.setdefault(digest([shard.ensemble, shard.treatment]), []).append(shard)
    ordered = sorted(found.values(), key=lambda shards: min(shard.place for shard in shards))
    return [_join(shards) for shards in ordered]


def _one_after_the_other(arrays: list[np.ndarray], name: str) -> np.ndarray:
    """Columns of all shards together; modes of shards that list fewer of them are filled up with NaN."""
    if name in RAGGED:
        width = max(array.shape[1] for array in arrays)
        filling = [np.full((len(array), width - array.shape[1]), np.nan) for array in arrays]
        arrays = [np.concatenate(pair, axis=1) for pair in zip(arrays, filling, strict=True)]
    return np.concatenate(arrays)


def _join(shards: list[Shard]) -> Group:
    common = set.intersection(*[set(shard.columns) for shard in shards])
    columns = {}
    for name in shards[0].columns:
        if name in common:
            columns[name] = _one_after_the_other([shard.columns[name] for shard in shards], name)
    if "known_up_to" not in common and any("known_up_to" in shard.columns for shard in shards):
        # Some shards hold low modes only, others all.
        columns["known_up_to"] = np.concatenate(
            [shard.columns.get("known_up_to", np.full(len(shard.columns["index"]), np.inf)) for shard in shards]
        )
    identities = columns["glass_id"]
    if np.unique(identities).size != identities.size:
        values, counts = np.unique(identities, return_counts=True)
        twice = values[counts > 1][0].decode()
        where = [str(s.path) for s in shards if twice.encode() in s.columns["glass_id"]]
        raise DataFileError(f"glass {twice} appears in more than one shard: {', '.join(where)}; delete one of them")
    order = np.argsort(columns["index"], kind="stable")
    distinct: list[dict[str, str]] = []
    for shard in shards:
        known = {k: v for k, v in shard.provenance.items() if k != "created"}
        if known not in distinct:
            distinct.append(known)
    return Group(
        shards[0].ensemble,
        shards[0].treatment,
        tuple(distinct),
        {name: array[order] for name, array in columns.items()},
        min(shard.place for shard in shards),
    )
