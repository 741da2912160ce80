"""`hessian-lab publish`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def publish(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="DIR")],
    out: Annotated[Path, typer.Option(help="Folder for the tables and the lowest modes.")],
) -> None:
    """Keep the small part of a run: its tables, and every glass's modes below omega_T1."""
    from ..claims import publish as write

    rows = write(run, out)
    typer.echo(f"{out}: {len(rows)} rows, {sum(row['glasses'] for row in rows)} glasses")
