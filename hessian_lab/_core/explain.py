"""What is wrong with a table of settings, in words: each key, its value, and what is allowed."""

from __future__ import annotations

from difflib import get_close_matches
from types import NoneType, UnionType
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel, ValidationError

from .errors import InputError

LONGEST_ECHO = 60
"""Characters of a value that is repeated; longer ones are named by their path only."""

_WORDS = {
    "Input should": "must",
    "be greater than or equal to": "be a number >=",
    "be less than or equal to": "be a number <=",
    "be greater than": "be a number >",
    "be less than": "be a number <",
    ", unable to parse string as a number": "",
    ", unable to parse string as an integer": "",
    "be a valid number": "be a number",
    "be a valid integer": "be an integer",
    "be a valid tuple": "be a list",
    "be a valid dictionary or object to extract fields from": "be a table",
    "be a valid dictionary": "be a table",
}
"""Words of pydantic, and those of a campaign file."""

Place = tuple[int | str, ...]
"""Where in the table: keys, positions in lists, and names of the alternatives that pydantic tried."""


def explain(error: ValidationError, what: str, schema: Any) -> InputError:
    """Turn pydantic's report into one that names each key, its value and what is allowed.

    Args:
        error: the report.
        what: names what was read.
        schema: the type that it was read as; allowed keys are looked up in it.
    """
    entries = error.errors(include_url=False)
    places = [tuple(entry["loc"]) for entry in entries]
    found: dict[str, list[str]] = {}
    for entry, place in zip(entries, places, strict=True):
        # A list whose entries are wrong is reported as too short besides.
        if entry["type"] == "too_short" and any(other[: len(place)] == place != other for other in places):
            continue
        # Each alternative of a union reports its own fault, under its own name: one value, one sentence.
        shown = place[:-1] if place and _is_plain_union(_types_at(schema, place[:-1])) else place
        value, message = _in_words(entry, shown, schema)
        found.setdefault(value, []).append(message)
    lines = [f"  {value}: {_joined(messages)}" for value, messages in found.items()]
    return InputError(f"{what} is not valid:\n" + "\n".join(lines))


def _in_words(entry: Any, place: Place, schema: Any) -> tuple[str, str]:
    """The key, with its value where that is short; and what is wrong with it."""
    path = ".".join(str(part) for part in place)
    details = entry.get("ctx", {})
    match entry["type"]:
        case "extra_forbidden":
            allowed = [name for table in _tables(_types_at(schema, place[:-1])) for name in table.model_fields]
            return path, _unknown_key(str(place[-1]), allowed)
        case "missing":
            return path, "missing; it must be given"
        case "union_tag_not_found" | "union_tag_invalid":
            path = f"{path}.kind".lstrip(".")
            kinds = ", ".join(kind for table in _tables(_types_at(schema, place)) for kind in _kinds(table))
            if "tag" in details:
                return f"{path} = {details['tag']!r}", f"must be one of {kinds}"
            return path, f"missing; it must be one of {kinds}"
        case "too_short":
            return f"{path} = {entry['input']!r}", f"needs at least {details['min_length']} of them"
    path = path or "(the whole table)"
    message = entry["msg"].removeprefix("Value error, ").replace("\n", "\n  ")
    if message.startswith("Input should"):
        for theirs, ours in _WORDS.items():
            message = message.replace(theirs, ours)
    echo = repr(entry["input"])
    short = len(echo) <= LONGEST_ECHO and not isinstance(entry["input"], dict)
    return (f"{path} = {echo}" if short else path), message


def _unknown_key(key: str, allowed: list[str]) -> str:
    """All keys that there are, the one that is spelt most like it first."""
    close = get_close_matches(key, allowed, n=1)
    keys = ", ".join([*close, *(name for name in allowed if name not in close)])
    return f"unknown key; did you mean {close[0]}? Allowed are {keys}" if close else f"unknown key; allowed are {keys}"


def _joined(messages: list[str]) -> str:
    """Several demands on one value: it must meet one of them."""
    first, *others = dict.fromkeys(messages)
    return " or ".join([first, *(message.removeprefix("must be ") for message in others)])


def _types_at(schema: Any, place: Place) -> list[Any]:
    """The types that a value at a place may have; none if the settings do not say."""
    types = _alternatives(schema)
    for part in place:
        types = [kind for found in types for below in _below(found, part, types) for kind in _alternatives(below)]
    return types


def _below(found: Any, part: int | str, types: list[Any]) -> list[Any]:
    """What one part of a path leads to: an entry of a list, a key of a table, or the alternative of that kind."""
    if isinstance(part, int):
        return list(get_args(found)[:1])
    if found not in _tables([found]):
        return []
    if len(types) > 1:
        return [found] if part in _kinds(found) else []
    return [found.model_fields[part].annotation] if part in found.model_fields else []


def _alternatives(schema: Any) -> list[Any]:
    """The members of a union, without None; the type itself if it is none."""
    origin = get_origin(schema)
    if origin is Annotated:
        return _alternatives(get_args(schema)[0])
    if origin in (Union, UnionType):
        return [kind for member in get_args(schema) for kind in _alternatives(member)]
    return [] if schema is NoneType else [schema]


def _tables(types: list[Any]) -> list[type[BaseModel]]:
    return [kind for kind in types if isinstance(kind, type) and issubclass(kind, BaseModel)]


def _kinds(table: type[BaseModel]) -> tuple[str, ...]:
    return get_args(table.model_fields["kind"].annotation)


def _is_plain_union(types: list[Any]) -> bool:
    """Whether pydantic tries one alternative after the other, instead of choosing a table by its kind."""
    return len(types) > 1 and not _tables(types)
