"""`hessian-lab theory`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def theory(
    name: Annotated[str, typer.Argument(help="A theory, or `list`.")],
    material: Annotated[str | None, typer.Option(help="Material whose constants are used; see `list`.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    plot: Annotated[Path | None, typer.Option(help="Folder for the figures of the theory's paper, remade.")] = None,
) -> None:
    """The numbers of a theory of glasses at low temperature, computed beside the paper's printed ones."""
    from .._core.precision import enable_x64
    from ..theory import materials_of, theory_summaries
    from ..theory import theory as build

    if name == "list":
        summaries = theory_summaries()
        if as_json:
            table = {key: {"about": about, "materials": materials_of(key)} for key, about in summaries.items()}
            typer.echo(json.dumps({"schema": 1, "theories": table}, indent=1))
            return
        for key, about in summaries.items():
            known = ", ".join(materials_of(key))
            typer.echo(f"{key:26s} {about}" + (f"; materials: {known}" if known else ""))
        return
    enable_x64()
    chosen = build(name, material)
    if plot is not None:
        plot.mkdir(parents=True, exist_ok=True)
        for key, draw in chosen.figures().items():
            path = plot / f"{name}-{key}.png"
            draw().savefig(path, dpi=160)
            typer.echo(str(path), err=True)
    headlines = [vars(entry) for entry in chosen.headlines()]
    parameters = [vars(entry) for entry in chosen.parameters()]
    if as_json:
        result: dict[str, Any] = {
            "schema": 1,
            "theory": name,
            "material": material,
            "reference": chosen.reference,
            "predicts": chosen.predicts(),
            "parameters": parameters,
            "headlines": headlines,
        }
        typer.echo(json.dumps(result, allow_nan=False, indent=1))
        return
    _print(chosen, parameters, headlines)


def _print(chosen: Any, parameters: list[dict[str, Any]], headlines: list[dict[str, Any]]) -> None:
    typer.echo(f"{chosen.name}: {chosen.title}")
    typer.echo(f"  {chosen.reference}")
    typer.echo(f"  predicts: {', '.join(chosen.predicts())}")
    typer.echo("parameters")
    for entry in parameters:
        typer.echo(f"  {entry['name']:28s} {entry['value']:.6g} {entry['unit']}  {entry['about']}")
    typer.echo("headline numbers: computed, printed, whether the print follows from its inputs")
    follows = {True: "follows", False: "DOES NOT FOLLOW", None: "open"}
    for entry in headlines:
        computed, printed = (
            "-" if value is None else f"{value:.5g}" for value in (entry["computed"], entry["printed"])
        )
        typer.echo(f"  {entry['name']}: {computed}, {printed} {entry['unit']}  [{follows[entry['follows']]}]")
