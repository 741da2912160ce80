"""The command line: one thin file a command, each importing what it needs only when it runs."""

from ._main import main

__all__ = ["main"]
