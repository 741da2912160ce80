"""`hessian-lab density`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def density(
    file: Annotated[Path, typer.Argument(help="Extended XYZ, LAMMPS data or LAMMPS dump.", metavar="FILE")],
    model: Annotated[str, typer.Option(help="Model: see `hessian-lab models`.")],
    taper: Annotated[str | None, typer.Option(help="Such as polynomial:2; the model's own if not given.")] = None,
    cutoff: Annotated[float | None, typer.Option(help="In units of sigma_ij; the model's own if not given.")] = None,
    dimension: Annotated[int | None, typer.Option(help="2 or 3; read from the file if not given.")] = None,
    bins: Annotated[int, typer.Option(help="Bins from one end of the spectrum to the other.")] = 100,
    moments: Annotated[
        int | None, typer.Option(help="Chebyshev moments (1024 if not given), or Lanczos steps (128).")
    ] = None,
    vectors: Annotated[int, typer.Option(help="Random vectors; their scatter is the statistical error.")] = 32,
    seed: Annotated[int, typer.Option(help="Of the random vectors.")] = 0,
    method: Annotated[str, typer.Option(help="kpm, or lanczos for stochastic Lanczos quadrature.")] = "kpm",
    product: Annotated[str, typer.Option(help="sparse (host), matrix-free (device) or auto.")] = "auto",
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    figure: Annotated[Path | None, typer.Option(help="Draw g(omega), g(omega)/omega^(d-1) to this PNG file.")] = None,
) -> None:
    """The density of states of a large sample from moments, with errors; memory linear in N."""
    from .._core.precision import enable_x64
    from ..campaign import density_of_file
    from ._outputs import check_output
    from ._progress import bars

    enable_x64()
    check_output("--figure", figure, ".png")
    with bars("random vectors") as show:
        found, result = density_of_file(
            file,
            model,
            taper=taper,
            cutoff=cutoff,
            dimension=dimension,
            bins=bins,
            moments=moments,
            vectors=vectors,
            seed=seed,
            method=method,
            product=product,
            progress=lambda done, total: show("random vectors", done, total),
        )
    for warning in result.pop("warnings"):
        typer.echo(f"hessian-lab: {warning.replace('; use --quench to minimise the energy first', '')}", err=True)
    if figure is not None:
        from ..report import density_figure

        picture, caption = density_figure(found, result["dimension"], file.name)
        figure.write_bytes(picture)
        typer.echo(f"{figure}: {caption}", err=True)
    if as_json:
        typer.echo(json.dumps({"schema": 1} | result, allow_nan=False, indent=1))
        return
    typer.echo(f"particles     {result['particles']} ({result['dimension']}D)")
    typer.echo(f"potential     {result['model']}, {result['taper']}, cutoff {result['cutoff']:.6g}")
    typer.echo(f"method        {found.method}, {found.moments} moments, {found.vectors} vectors, {found.product}")
    typer.echo(f"resolution    {found.resolution:.4g} (epsilon/m)^1/2/length")
    typer.echo("g: share of all d N modes per frequency, length (m/epsilon)^1/2; errors: standard errors of each bin")
    typer.echo(" omega from           to            g  statistical   truncation")
    for row in zip(found.edges[:-1], found.edges[1:], found.density, found.statistical, found.truncation, strict=True):
        typer.echo("  ".join(f"{value:11.5g}" for value in row))
