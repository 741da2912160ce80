"""The campaign file: what is to be made, validated before any work begins."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from .._core.errors import DataFileError
from .._core.explain import explain
from .._core.identity import digest
from .._core.settings import Settings
from ._ensemble import Ensemble


class Campaign(Settings):
    """A whole campaign: ensembles, the seed of all random numbers, and how the work is cut."""

    name: Annotated[str, Field(min_length=1)]
    seed: Annotated[int, Field(ge=0)] = 0
    shard_size: Annotated[
        int | None, Field(ge=1, description="glasses per shard; 25 on a CPU, 2048 on an accelerator if not given")
    ] = None
    parent_shard_size: Annotated[
        int | None,
        Field(ge=1, description="prepared parents per file; 8 on a CPU, 512 on an accelerator if not given"),
    ] = None
    ensembles: Annotated[tuple[Ensemble, ...], Field(min_length=1)]

    @property
    def identity(self) -> str:
        """Hash of the whole campaign."""
        return digest(self.table())


def load_campaign(path: Path | str) -> Campaign:
    """Read and validate a campaign file.

    Args:
        path: a TOML file.

    Raises:
        DataFileError: if the file cannot be read or is no TOML.
        InputError: if a key is unknown or a value not allowed; the text names key, value and remedy.
    """
    path = Path(path)
    try:
        table = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(f"cannot read the campaign file {path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise DataFileError(f"{path} is not valid TOML: {error}") from error
    try:
        return Campaign.model_validate(table)
    except ValidationError as error:
        raise explain(error, f"campaign file {path}", Campaign) from None
