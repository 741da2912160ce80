"""Where the numbers come from, and how to make them again."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ..records import Group, list_shards, read_shard


@dataclass(frozen=True)
class Origin:
    """What is known of a run beside its numbers.

    Attributes:
        name: of the campaign.
        seed: of its random numbers.
        identity: hash of the campaign.
        settings: the campaign's table, or None where the run has no campaign.json.
        stamps: distinct provenances of the shards.
        first: date of the first shard.
        last: date of the last one.
        shards: how many there are.
        complete: whether all modes of all glasses are there.
    """

    name: str
    seed: str
    identity: str
    settings: dict[str, Any] | None
    stamps: tuple[dict[str, str], ...]
    first: str
    last: str
    shards: int
    complete: bool

    @property
    def dated(self) -> bool:
        """Whether the dates are known."""
        return self.first != UNRECORDED


UNRECORDED = "not recorded"


def survey(run: Path) -> tuple[list[str], dict[str, Path], int]:
    """Dates of the shards, the shard of every glass, and the number of shards."""
    dates: list[str] = []
    holders: dict[str, Path] = {}
    paths = list_shards(run)
    for path in paths:
        shard = read_shard(path, ("glass_id",))
        created = shard.provenance.get("created", "")
        dates += [created] if created[:1].isdigit() else []
        holders |= {identity.decode(): path for identity in shard.columns["glass_id"]}
    return sorted(dates), holders, len(paths)


def origin(run: Path, groups: Sequence[Group], dates: Sequence[str], shards: int) -> Origin:
    """Collect the provenance of a run from its shards and its campaign.json."""
    stamps: list[dict[str, str]] = []
    for group in groups:
        stamps += [stamp for stamp in group.provenance if stamp not in stamps]
    first = stamps[0] if stamps else {}
    remembered = _remembered(run)
    settings = remembered.get("campaign")
    return Origin(
        name=str((settings or {}).get("name") or first.get("campaign") or run.name),
        seed=str((settings or {}).get("seed", first.get("seed", UNRECORDED))),
        identity=str(remembered.get("identity") or first.get("campaign_hash") or UNRECORDED),
        settings=settings,
        stamps=tuple(stamps),
        first=dates[0] if dates else UNRECORDED,
        last=dates[-1] if dates else UNRECORDED,
        shards=shards,
        complete=all(group.complete for group in groups),
    )


def _remembered(run: Path) -> dict[str, Any]:
    try:
        table = json.loads((run / "campaign.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return table if isinstance(table, dict) and isinstance(table.get("campaign"), dict) else {}


def campaign_toml(settings: dict[str, Any]) -> str:
    """The campaign as a TOML file that gives the same campaign when it is read."""
    lines = [f"{key} = {_toml(value)}" for key, value in settings.items() if key != "ensembles" and value is not None]
    for ensemble in settings.get("ensembles", ()):
        lines += ["", "[[ensembles]]"]
        lines += [f"{key} = {_toml(value)}" for key, value in ensemble.items() if value is not None]
    return "\n".join(lines) + "\n"


def _toml(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, dict):
        return "{ " + ", ".join(f"{key} = {_toml(entry)}" for key, entry in value.items() if entry is not None) + " }"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(_toml(entry) for entry in value) + "]"
    return repr(value)


def settings_text(table: dict[str, Any]) -> str:
    """A treatment or ensemble as `key = value` on one line each; nested tables as dotted keys."""
    return "\n".join(f"{key} = {_toml(value)}" for key, value in _flat(table, ""))


def _flat(table: dict[str, Any], prefix: str) -> Iterator[tuple[str, Any]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{prefix}{key}.")
        elif value is not None:
            yield f"{prefix}{key}", value
