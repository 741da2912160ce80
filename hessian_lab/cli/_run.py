"""`hessian-lab run`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ..campaign import Family, Plan


def run(
    campaign: Annotated[Path, typer.Argument(help="Campaign file (TOML).", metavar="CAMPAIGN.toml")],
    out: Annotated[Path | None, typer.Option(help="Folder of the run; runs/NAME if not given.")] = None,
    workers: Annotated[int | None, typer.Option(help="Worker processes on a CPU; one per core if not given.")] = None,
) -> None:
    """Make the parents and glasses of a campaign. The same command again continues where a run stopped."""
    from ..campaign import Progress, load_campaign, run_campaign
    from ._progress import bars

    settings = load_campaign(campaign)
    folder = out if out is not None else Path("runs") / settings.name
    with bars("parents", "glasses") as advance:

        def report(progress: Progress) -> None:
            if progress.parents_total:
                advance("parents", progress.parents_finished, progress.parents_total)
            advance("glasses", progress.finished, progress.total)

        done = run_campaign(
            settings, folder, workers=workers, announce=lambda todo: _print(folder, todo), report=report
        )
    new = done.total - done.finished
    if done.parents_total:
        prepared = done.parents_total - done.parents_finished
        typer.echo(
            f"{folder}: {done.parents_total} parents, {prepared} prepared now, {done.parents_finished} found finished",
            err=True,
        )
    typer.echo(f"{folder}: {done.total} glasses, {new} made now, {done.finished} found finished", err=True)
    typer.echo(str(folder))


def _print(folder: Path, todo: Plan) -> None:
    """The plan, one line per ensemble and parental temperature."""
    typer.echo(
        f"plan for {folder}: parents to prepare {todo.parents_total - todo.parents_finished} of {todo.parents_total}, "
        f"glasses to quench {todo.total - todo.finished} of {todo.total}",
        err=True,
    )
    for family in todo.families:
        typer.echo(f"  {_line(family)}", err=True)


def _line(family: Family) -> str:
    physics = family.physics
    kind = physics["preparation"]["kind"]
    if kind == "random":
        parents = f"{family.parents} random parents, made on the fly"
    else:
        parents = (
            f"parents to prepare {family.missing_parents} of {family.parents} ({kind} in {physics['parent_taper']})"
        )
    treatments = f"{family.treatments} treatment{'' if family.treatments == 1 else 's'}"
    where = f"{physics['model']} {physics['dimension']}D, N = {physics['particles']}"
    return (
        f"{where}, T = {physics['parental_temperature']}: {parents}; "
        f"glasses to quench {family.missing_glasses} of {family.glasses} ({treatments})"
    )
