"""`hessian-lab report`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def report(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="DIR")],
    out: Annotated[Path | None, typer.Option(help="The page; DIR/report.html if not given.")] = None,
) -> None:
    """Write figures and one HTML page about a run."""
    from ..report import make_report

    typer.echo(str(make_report(run, out)))
