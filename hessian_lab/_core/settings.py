"""Frozen settings objects: what is written in a campaign file and what runs are one object."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict


class Settings(BaseModel):
    """A frozen table of settings: unknown keys are refused, equal settings are equal objects."""

    model_config = ConfigDict(frozen=True, extra="forbid", validate_default=True, allow_inf_nan=True)

    def table(self) -> dict[str, Any]:
        """The settings as plain values: the table that a campaign file would hold."""
        return self.model_dump(mode="json")
