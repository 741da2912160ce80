"""`hessian-lab models`."""

from __future__ import annotations

import json
from typing import Annotated

import typer


def models(
    name: Annotated[str | None, typer.Argument(help="A preset; all are listed if not given.")] = None,
    dimension: Annotated[int, typer.Option(help="2 or 3.")] = 3,
    taper: Annotated[str | None, typer.Option(help="Taper instead of the model's own.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
) -> None:
    """List the model glass formers, or the parameters of one."""
    from ..potentials import ALLOWED_TAPERS, model_summaries, named_model

    if name is None:
        if as_json:
            typer.echo(json.dumps({"schema": 1, "models": model_summaries()}, indent=1))
            return
        for key, about in model_summaries().items():
            typer.echo(f"{key:14s} {about}")
        return
    model = named_model(name, dimension=dimension, taper=taper)
    allowed = ALLOWED_TAPERS[model.potential.core.kind]
    table = model.table() | {
        "taper": model.potential.taper.label,
        "allowed_tapers": list(allowed),
        "smallest_particles": model.smallest_number(),
        "largest_reach": model.largest_reach(),
    }
    if as_json:
        typer.echo(json.dumps({"schema": 1, "model": table}, indent=1))
        return
    potential = model.potential
    typer.echo(f"{name}, {dimension}D: {model_summaries()[name]}")
    typer.echo(f"  source              {model.note}")
    typer.echo(f"  number density      {model.density:.6g} / length^{dimension}")
    typer.echo(f"  core                {_line(potential.core.table())}")
    typer.echo(f"  taper               {potential.taper.label} ({_line(potential.taper.table())})")
    unit = "length" if potential.taper.kind == "grigera-parisi" else "sigma_ij"
    typer.echo(f"  cutoff              {potential.cutoff:.6g} {unit}")
    typer.echo(f"  mixing              {_line(potential.mixing.table())}")
    typer.echo(f"  composition         {_line(model.composition.table())}")
    typer.echo(f"  largest reach       {model.largest_reach():.6g} length")
    typer.echo(f"  smallest N          {model.smallest_number()} (minimum image in a cubic box)")
    typer.echo(f"  allowed tapers      {', '.join(allowed)}")


def _line(table: dict[str, object]) -> str:
    return ", ".join(f"{key} = {value}" for key, value in table.items() if value is not None)
