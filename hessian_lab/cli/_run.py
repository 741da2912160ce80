"""`hessian-lab run`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer


def run(
    campaign: Annotated[Path, typer.Argument(help="Campaign file (TOML).", metavar="CAMPAIGN.toml")],
    out: Annotated[Path | None, typer.Option(help="Folder of the run; runs/NAME if not given.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes on a CPU; one per core if not given.")] = None,
) -> None:
    """Make the glasses of a campaign. The same command again continues where a run stopped."""
    from ..campaign import Progress, load_campaign, run_campaign
    from ._progress import bar

    settings = load_campaign(campaign)
    folder = out if out is not None else Path("runs") / settings.name
    with bar("glasses") as advance:

        def report(progress: Progress) -> None:
            advance(progress.finished, progress.total)

        done = run_campaign(settings, folder, workers=workers, report=report)
    new = done.total - done.finished
    typer.echo(f"{folder}: {done.total} glasses, {new} made now, {done.finished} found finished", err=True)
    typer.echo(str(folder))
