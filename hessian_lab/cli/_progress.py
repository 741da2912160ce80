"""A progress bar on standard error."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar(what: str) -> Iterator[Callable[[int, int], None]]:
    """Show a bar while the block runs; the yielded function takes (finished, total).

    Where standard error is no terminal a line is printed every tenth instead.
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
        state = {"tenth": -1}

        def lines(finished: int, total: int) -> None:
            tenth = 10 * finished // max(total, 1)
            if tenth > state["tenth"]:
                state["tenth"] = tenth
                console.print(f"{what}: {finished} of {total}", highlight=False)

        yield lines
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn(),
        TextColumn("left"), TimeRemainingColumn(),
    )  # fmt: skip
    with Progress(*columns, console=console) as progress:
        task = progress.add_task(what, total=None)

        def move(finished: int, total: int) -> None:
            progress.update(task, completed=finished, total=total)

        yield move
