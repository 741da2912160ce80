"""`hessian-lab modes`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def modes(
    file: Annotated[Path, typer.Argument(help="Extended XYZ, LAMMPS data or LAMMPS dump.", metavar="FILE")],
    model: Annotated[str, typer.Option(help="Model: see `hessian-lab models`.")],
    taper: Annotated[str | None, typer.Option(help="Such as polynomial:2; the model's own if not given.")] = None,
    cutoff: Annotated[float | None, typer.Option(help="In units of sigma_ij; the model's own if not given.")] = None,
    dimension: Annotated[int | None, typer.Option(help="2 or 3; read from the file if not given.")] = None,
    quench: Annotated[bool, typer.Option("--quench/--no-quench", help="Minimise the energy first (FIRE).")] = False,
    count: Annotated[int | None, typer.Option(help="Number of lowest modes; all if not given.")] = None,
    omega_max: Annotated[
        float | None, typer.Option("--omega-max", help="All modes below this frequency, instead of --count.")
    ] = None,
    solver: Annotated[str, typer.Option(help="auto, lapack, device, lanczos, sparse, cholmod or chebyshev.")] = "auto",
    accuracy: Annotated[str, typer.Option(help="Of lowest modes: accurate or fast.")] = "accurate",
    prove: Annotated[
        bool | None,
        typer.Option("--prove/--no-prove", help="Prove that no mode is missing; if affordable, if not given."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write frequencies and eigenvectors to this HDF5 file.")] = None,
) -> None:
    """The vibrational spectrum of a configuration made by any other program."""
    from .._core.precision import enable_x64
    from ..campaign import analyse_file

    enable_x64()
    result = analyse_file(
        file,
        model,
        taper=taper,
        cutoff=cutoff,
        dimension=dimension,
        quenched=quench,
        count=count,
        omega_max=omega_max,
        solver=solver,
        accuracy=accuracy,
        prove=prove,
        out=out,
    )
    for warning in result.pop("warnings"):
        typer.echo(f"hessian-lab: {warning}", err=True)
    if as_json:
        typer.echo(json.dumps({"schema": 1} | result, allow_nan=False, indent=1))
        return
    _print(result)


def _print(result: dict[str, Any]) -> None:
    from ._show import with_error

    typer.echo(f"particles           {result['particles']} ({result['dimension']}D)")
    typer.echo(f"potential           {result['model']}, {result['taper']}, cutoff {result['cutoff']:.6g}")
    typer.echo(f"energy per particle {result['energy_per_particle']:.10g} epsilon")
    typer.echo(f"largest force       {result['max_force']:.3g} epsilon/length")
    typer.echo(f"pressure            {result['pressure']:.8g} epsilon/length^d")
    modulus = result["shear_modulus"]
    typer.echo(f"shear modulus       {'-' if modulus is None else with_error(modulus, None)} epsilon/length^d")
    least = "at least " if result["counts_are_lower_bounds"] else ""
    typer.echo(f"zero modes          {least}{result['zero_modes']}")
    typer.echo(f"negative modes      {least}{result['negative_modes']}")
    typer.echo(f"solver              {result['method']}")
    typer.echo(f"residual            {result['residual']:.1g} of the largest eigenvalue")
    typer.echo(f"completeness        {_completeness(result)}")
    typer.echo("  mode  omega (epsilon/m)^1/2/length  participation")
    for number, (omega, ratio) in enumerate(zip(result["omega"], result["participation"], strict=True)):
        typer.echo(f"  {number:4d}  {omega:28.10g}  {ratio:13.6f}")


def _completeness(result: dict[str, Any]) -> str:
    """What is known about modes that might be missing."""
    if result["complete"]:
        return "all modes"
    if result["complete_below_omega"] is None:
        return "not proved"
    return f"no mode below {result['complete_below_omega']:.6g} (epsilon/m)^1/2/length is missing"
