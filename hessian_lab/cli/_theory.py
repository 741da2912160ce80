"""`hessian-lab theory`: list, NAME, compare, fit."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer
from typer.core import TyperGroup


class _ByName(TyperGroup):
    """`theory NAME ...` is short for `theory show NAME ...`, so that a new theory needs no line here."""

    def resolve_command(self, ctx: Any, args: list[str]) -> Any:
        if args and args[0] not in self.commands and not args[0].startswith("-"):
            args = ["show", *args]
        return super().resolve_command(ctx, args)


app = typer.Typer(
    cls=_ByName,
    no_args_is_help=True,
    help="Theories of glasses at low temperature. `theory NAME` is short for `theory show NAME`.",
)

Json = Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")]
Plot = Annotated[
    Path | None,
    typer.Option(help="File of the figure, its format by the suffix (.png, .pdf, .svg)."),
]


@app.command("list")
def list_theories(as_json: Json = False) -> None:
    """The theories, what each predicts, and the materials whose constants it knows."""
    from ..theory import materials_of, theory_summaries
    from ..theory import theory as build

    table = {
        name: {"about": about, "predicts": build(name).predicts(), "materials": materials_of(name)}
        for name, about in theory_summaries().items()
    }
    if as_json:
        typer.echo(json.dumps({"schema": 1, "theories": table}, indent=1))
        return
    for name, entry in table.items():
        typer.echo(f"{name:26s} {entry['about']}")
        typer.echo(f"{'':26s} predicts: {', '.join(entry['predicts'])}")
        typer.echo(f"{'':26s} materials: {', '.join(entry['materials']) or build(name).no_materials}")


@app.command("show")
def show(
    name: Annotated[str, typer.Argument(help="A theory; see `theory list`.")],
    material: Annotated[str | None, typer.Option(help="Material whose constants are used; see `list`.")] = None,
    as_json: Json = False,
    plot: Annotated[
        Path | None,
        typer.Option(help="File of one figure (.png, .pdf, .svg), or a folder for all of the theory's figures."),
    ] = None,
    figure: Annotated[str | None, typer.Option(help="Which figure goes to the file; the first if not given.")] = None,
) -> None:
    """The numbers of a theory, computed beside the paper's printed ones."""
    from .._core.precision import enable_x64
    from ..theory import theory as build

    enable_x64()
    chosen = build(name, material)
    if plot is not None:
        _plot_paper(chosen, plot, figure)
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
    _print_theory(chosen, parameters, headlines)


@app.command("compare")
def compare_theories(
    material: Annotated[str, typer.Option(help="Material, as in `theory list`.")],
    observable: Annotated[
        str,
        typer.Option(
            help="density-of-states, heat-capacity, thermal-conductivity, mean-free-path, internal-friction or "
            "sound-speed-shift."
        ),
    ],
    as_json: Json = False,
    plot: Plot = None,
    lowest: Annotated[float | None, typer.Option(help="Start of the grid, K or rad/s.")] = None,
    highest: Annotated[float | None, typer.Option(help="End of the grid, K or rad/s.")] = None,
    points: Annotated[int, typer.Option(min=2, help="Points of the grid, evenly apart in the logarithm.")] = 41,
    frequency: Annotated[float, typer.Option(help="Of the sound wave in Hz, for friction and sound speed.")] = 1e3,
) -> None:
    """One observable of one material from every theory that predicts it, on one grid."""
    from math import pi

    import numpy as np

    from .._core.errors import InputError
    from .._core.precision import enable_x64
    from ..theory import compare, observable_of

    enable_x64()
    span = observable_of(observable).span
    start, end = span[0] if lowest is None else lowest, span[1] if highest is None else highest
    if not 0 < start < end:
        raise InputError(f"options --lowest and --highest must satisfy 0 < lowest < highest, but are {start} and {end}")
    result = compare(material, observable, grid=np.geomspace(start, end, points), omega=2 * pi * frequency)
    if plot is not None:
        _save(result.figure(), plot)
    if as_json:
        typer.echo(json.dumps({"schema": 1, **result.record()}, allow_nan=False, indent=1))
        return
    _print_comparison(result)


def _save(figure: Any, path: Path) -> None:
    from .._core.errors import InputError

    allowed = (".png", ".pdf", ".svg")
    if path.suffix.lower() not in allowed:
        raise InputError(f"option --plot must end in {', '.join(allowed)}, but is {path}")
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)
    typer.echo(str(path), err=True)


def _plot_paper(chosen: Any, plot: Path, wanted: str | None) -> None:
    """One figure into a file, or all into a folder."""
    from .._core.errors import InputError

    figures = chosen.figures()
    if wanted is not None and wanted not in figures:
        raise InputError(f"option --figure must be one of {', '.join(figures)}, but is {wanted!r}")
    if plot.suffix:
        _save(figures[wanted or next(iter(figures))](), plot)
        return
    for key in figures if wanted is None else (wanted,):
        _save(figures[key](), plot / f"{chosen.name}-{key}.png")


def _print_theory(chosen: Any, parameters: list[dict[str, Any]], headlines: list[dict[str, Any]]) -> None:
    typer.echo(f"{chosen.name}: {chosen.title}")
    typer.echo(f"  {chosen.reference}")
    typer.echo(f"  predicts: {', '.join(chosen.predicts())}")
    typer.echo("parameters")
    for entry in parameters:
        typer.echo(f"  {entry['name']:28s} {entry['value']:.6g} {entry['unit']}  {entry['about']} ({entry['source']})")
    typer.echo("figures")
    typer.echo(f"  {', '.join(chosen.figures())}")
    typer.echo("headline numbers: computed, printed, whether the print follows from its inputs")
    follows = {True: "follows", False: "DOES NOT FOLLOW", None: "open"}
    for entry in headlines:
        computed, printed = (
            "-" if value is None else f"{value:.5g}" for value in (entry["computed"], entry["printed"])
        )
        typer.echo(f"  {entry['name']}: {computed}, {printed} {entry['unit']}  [{follows[entry['follows']]}]")


def _print_comparison(result: Any) -> None:
    wanted = result.observable
    wave = "" if result.omega is None else f", wave at {result.omega:.4g} rad/s"
    typer.echo(f"{wanted.words} of {result.material} in {wanted.unit}{wave}")
    names = [curve.name for curve in result.curves]
    typer.echo(f"{wanted.grid + ' [' + wanted.grid_unit + ']':>18s}" + "".join(f"{name:>26s}" for name in names))
    for row, point in enumerate(result.grid):
        cells = []
        for curve in result.curves:
            value = curve.values[row]
            text = "-" if value != value else f"{value:.5g}"
            cells.append(f"{text if curve.within_range[row] else text + ' *':>26s}")
        typer.echo(f"{point:18.5g}" + "".join(cells))
    if not all(curve.within_range.all() for curve in result.curves):
        typer.echo("* beyond the range in which the theory is meant")
    for curve in result.curves:
        typer.echo(f"{curve.name}: {curve.remark}")
    for name, reason in result.silent.items():
        typer.echo(f"{name}: no curve: {reason}")
