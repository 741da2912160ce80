"""Frozen settings objects: what is written in a campaign file and what runs are one object."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError

from .errors import InputError


class Settings(BaseModel):
    """A frozen table of settings: unknown keys are refused, equal settings are equal objects."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=True)

    def table(self) -> dict[str, Any]:
        """The settings as plain values: the table that a campaign file would hold."""
        return self.model_dump(mode="json")


def explain(error: ValidationError, what: str) -> InputError:
    """Turn pydantic's report into one that names each key, its value and what is allowed."""
    lines = []
    for entry in error.errors(include_url=False):
        path = ".".join(str(part) for part in entry["loc"]) or "(the whole table)"
        if entry["type"] == "extra_forbidden":
            lines.append(f"  {path}: unknown key; remove it or correct its spelling")
        elif entry["type"] == "missing":
            lines.append(f"  {path}: missing; it must be given")
        else:
            message = entry["msg"].removeprefix("Value error, ")
            lines.append(f"  {path} = {entry['input']!r}: {message}")
    return InputError(f"{what} is not valid:\n" + "\n".join(lines))
