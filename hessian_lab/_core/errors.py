"""The one hierarchy of errors, each with the exit status that the command line gives it."""

from __future__ import annotations


class HessianLabError(Exception):
    """Base of every error that the package raises on purpose."""

    exit_code = 4


class InputError(HessianLabError, ValueError):
    """An argument or a setting is not allowed. The text names it, its value, and the remedy."""

    exit_code = 2


class DataFileError(HessianLabError):
    """A file cannot be read, or does not hold what it should."""

    exit_code = 3


class ComputationError(HessianLabError):
    """A calculation failed, or a result did not pass its own check."""

    exit_code = 4


INTERRUPTED = 130
"""Exit status after Ctrl-C, as shells expect it."""
