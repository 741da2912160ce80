"""Checks of the files that a command is to write, before any work is done."""

from __future__ import annotations

from pathlib import Path

from .._core.errors import InputError


def check_output(option: str, path: Path | None, ending: str) -> None:
    """Refuse a file whose folder does not exist, or whose name promises another format.

    Args:
        option: as it is typed.
        path: of the file; nothing is checked if not given.
        ending: such as .png.

    Raises:
        InputError: naming the option and the remedy.
    """
    if path is None:
        return
    if not path.parent.is_dir():
        raise InputError(f"option {option} = {path}: the folder {path.parent} does not exist; make it first")
    if path.suffix.lower() != ending:
        raise InputError(f"option {option} = {path} must end in {ending}, the format of the file")
