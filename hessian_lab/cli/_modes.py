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
    analyse: Annotated[
        bool, typer.Option("--analyse", help="Say what each mode is: phonon content, pre-stress, rotation core.")
    ] = False,
    surrogates: Annotated[
        int, typer.Option(help="With --analyse: random-phase surrogates of each mode; 0 or at least 19.")
    ] = 0,
    table: Annotated[
        Path | None, typer.Option(help="With --analyse: write the table of modes to this CSV file.")
    ] = None,
    figure: Annotated[Path | None, typer.Option(help="With --analyse: draw a mode to this PNG file.")] = None,
    draw: Annotated[int, typer.Option(help="Which mode above zero is drawn, from 1.")] = 1,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write frequencies and eigenvectors to this HDF5 file.")] = None,
) -> None:
    """The vibrational spectrum of a configuration made by any other program."""
    from .._core.errors import InputError
    from .._core.precision import enable_x64
    from ..campaign import analyse_file
    from ..modes import ModeAnalysis
    from ._outputs import check_output

    if not analyse:
        given = [name for name, value in (("table", table), ("figure", figure), ("surrogates", surrogates)) if value]
        if given:
            raise InputError(f"option --{given[0]} belongs to the analysis of modes; add --analyse")
    check_output("--table", table, ".csv")
    check_output("--figure", figure, ".png")
    enable_x64()
    analysis = ModeAnalysis(surrogates=surrogates) if analyse else None
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
        analysis=analysis,
        out=out,
    )
    if table is not None:
        _write_table(table, result["mode_rows"])
    if figure is not None:
        _draw(figure, analysis, draw)
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
    elastic = result["elasticity"] or {}
    for name, text, unit in (
        ("bulk_modulus", "bulk modulus", "epsilon/length^d"),
        ("longitudinal_modulus", "longitudinal", "epsilon/length^d"),
        ("omega_t1", "omega_T1", "(epsilon/m)^1/2/length, of this glass"),
    ):
        if elastic.get(name) is not None:
            typer.echo(f"{text:19s} {with_error(elastic[name], None)} {unit}")
    least = "at least " if result["counts_are_lower_bounds"] else ""
    typer.echo(f"zero modes          {least}{result['zero_modes']}")
    typer.echo(f"negative modes      {least}{result['negative_modes']}")
    typer.echo(f"solver              {result['method']}")
    typer.echo(f"residual            {result['residual']:.1g} of the largest eigenvalue")
    typer.echo(f"completeness        {_completeness(result)}")
    if "mode_rows" in result:
        _print_rows(result["mode_rows"])
        return
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


def _print_rows(rows: list[dict[str, Any]]) -> None:
    """The table of modes."""
    columns = [
        ("omega", "mode_omega", ".6g"), ("e", "mode_participation", ".3f"),
        ("T1", "transverse_weight", ".3f"), ("L1", "longitudinal_weight", ".3f"), ("phonon", "phonon_order", ".2f"),
        ("dlnl/dd", "prestress_response", ".3g"), ("core", "core_particle", ".0f"), ("rot.", "core_fraction", ".2f"),
        ("strength", "core_strength", ".2f"), ("rot./shear", "core_asymmetry", ".2f"),
        ("stress corr.", "stress_correlation", ".2f"), ("p", "p_strength", ".3f"), ("vortex", "rotating", ".0f"),
    ]  # fmt: skip
    columns = [entry for entry in columns if entry[1] in rows[0]]
    typer.echo("  mode  " + "  ".join(f"{name:>12s}" for name, _, _ in columns))
    for number, row in enumerate(rows, 1):
        cells = ["-" if row[key] is None else format(row[key], form) for _, key, form in columns]
        typer.echo(f"  {number:4d}  " + "  ".join(f"{cell:>12s}" for cell in cells))
    typer.echo(
        "T1, L1: weight on the first transverse and longitudinal waves; phonon: order parameter; dlnl/dd: d ln lambda/d"
        " delta of the pre-stress;\nrot.: rotation fraction of the core region; strength: its rotation over the mode's "
        "mean; rot./shear: strongest rotation over strongest shear"
        + ("; p: share of surrogates with as strong a core" if "p_strength" in rows[0] else "")
    )


def _write_table(path: Path, rows: list[dict[str, Any]]) -> None:
    """The table of modes as CSV, with the unit of every column in its head."""
    import csv

    from .._core.errors import InputError
    from .._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS

    units = MODE_COLUMNS | SURROGATE_COLUMNS
    try:
        with path.open("w", newline="", encoding="utf-8") as stream:
            writer = csv.writer(stream)
            writer.writerow([f"{name} [{units[name][0]}]" for name in rows[0]])
            writer.writerows([["" if value is None else repr(value) for value in row.values()] for row in rows])
    except OSError as error:
        raise InputError(f"option --table = {path} cannot be written: {error}") from error


def _draw(path: Path, analysis: Any, number: int) -> None:
    from .._core.errors import InputError

    if not 1 <= number <= len(analysis.omega):
        raise InputError(
            f"option --draw must be from 1 to {len(analysis.omega)}, the modes above zero, but is {number}"
        )
    try:
        analysis.plot(number - 1).figure.savefig(path, dpi=160)
    except OSError as error:
        raise InputError(f"option --figure = {path} cannot be written: {error}") from error
