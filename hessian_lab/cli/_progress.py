"""Progress bars on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bars(*names: str) -> Iterator[Callable[[str, int, int], None]]:
    """Show a bar per name while the block runs; the yielded function takes (name, finished, total).

    A bar appears with its first number. Where standard error is no terminal a line is printed every tenth instead.
    """
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeElapsedColumn,
        TimeRemainingColumn,
    )

    console = Console(stderr=True)
    if not console.is_terminal:
        tenths = dict.fromkeys(names, -1)

        def lines(name: str, finished: int, total: int) -> None:
            tenth = 10 * finished // max(total, 1)
            if tenth > tenths[name]:
                tenths[name] = tenth
                console.print(f"{name}: {finished} of {total}", highlight=False)

        yield lines
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        tasks = {name: progress.add_task(name, total=None, visible=False) for name in names}

        def move(name: str, finished: int, total: int) -> None:
            progress.update(tasks[name], completed=finished, total=total, visible=True)

        yield move
