"""`hessian-lab theory`: list, NAME, compare, fit, discrepancies."""

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
    run: Annotated[
        Path | None, typer.Option(help="Folder of a run: feed the theory with its glasses, in the model's units.")
    ] = None,
    group: Annotated[int, typer.Option(min=1, help="Group of the run, in the order of the campaign file.")] = 1,
    glasses: Annotated[int | None, typer.Option(min=3, help="Minima to measure; all if not given.")] = None,
    zeta: Annotated[float | None, typer.Option(help="internal-stress: zeta, mass/length.")] = None,
    gamma: Annotated[float, typer.Option(help="internal-stress: coupling gamma.")] = 1.0,
    fit_zeta: Annotated[bool, typer.Option("--fit-zeta", help="internal-stress: search zeta as well.")] = False,
    relaxation_time: Annotated[float | None, typer.Option(help="mosaic: tau of the liquid that was frozen.")] = None,
    microscopic_time: Annotated[float | None, typer.Option(help="mosaic: tau_0, in the same unit.")] = None,
) -> None:
    """The numbers of a theory, computed beside the paper's printed ones; or what it makes of a run's glasses."""
    from .._core.precision import enable_x64
    from ..theory import theory as build

    enable_x64()
    if plot is not None and plot.suffix:
        _check_plot(plot)
    if run is not None:
        from ._theory_run import show_run

        drawn = show_run(
            name,
            run,
            group=group,
            glasses=glasses,
            zeta=zeta,
            gamma=gamma,
            fit_zeta=fit_zeta,
            relaxation_time=relaxation_time,
            microscopic_time=microscopic_time,
            as_json=as_json,
        )
        if plot is not None:
            _save(drawn, plot)
        return
    chosen = build(name, material)
    figures = _wanted_figures(chosen, figure) if plot is not None else ()
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
    else:
        _print_theory(chosen, parameters, headlines)
    if plot is not None:
        _plot_paper(chosen, plot, figures)


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
    if plot is not None:
        _check_plot(plot)
    span = observable_of(observable).span
    start, end = span[0] if lowest is None else lowest, span[1] if highest is None else highest
    if not 0 < start < end:
        raise InputError(f"options --lowest and --highest must satisfy 0 < lowest < highest, but are {start} and {end}")
    result = compare(material, observable, grid=np.geomspace(start, end, points), omega=2 * pi * frequency)
    if as_json:
        typer.echo(json.dumps({"schema": 1, **result.record()}, allow_nan=False, indent=1))
    else:
        _print_comparison(result)
    if plot is not None:
        _save(result.figure(), plot)


@app.command("fit")
def fit(
    data: Annotated[
        Path,
        typer.Argument(
            help="CSV of T with C or kappa; its header states columns and units: 'T [K], C [J/(kg K)], "
            "error [J/(kg K)]' or 'T [K], kappa [W/(m K)]'.",
            metavar="DATA.csv",
        ),
    ],
    model: Annotated[list[str], typer.Option(help="A theory; repeat the option to compare several.")],
    observable: Annotated[
        str | None, typer.Option(help="heat-capacity or thermal-conductivity, to be sure of what the file holds.")
    ] = None,
    material: Annotated[
        str | None, typer.Option(help="Material whose constants are the start and stay where they are not fitted.")
    ] = None,
    free: Annotated[
        list[str] | None,
        typer.Option(help="Free parameters as THEORY=NAME,NAME; a sensible few of each theory if not given."),
    ] = None,
    density: Annotated[float | None, typer.Option(help="kg/m^3, where C is per mass and a theory per volume.")] = None,
    molar_mass: Annotated[float | None, typer.Option(help="kg/mol, where C is per mol.")] = None,
    confidence: Annotated[float, typer.Option(help="Of the intervals.")] = 0.95,
    resamples: Annotated[int, typer.Option(min=0, help="Bootstrap intervals from so many resampled tables.")] = 0,
    as_json: Json = False,
    plot: Plot = None,
) -> None:
    """Fit theories to a measured heat capacity or conductivity: intervals, residuals, and which of them it prefers."""
    from .._core.errors import InputError
    from .._core.precision import enable_x64
    from ..theory import PUBLISHED_GLASSES, fit_theories, observable_of, read_measurements
    from ..theory import theory as build

    enable_x64()
    if plot is not None:
        _check_plot(plot)
    table = read_measurements(data)
    if observable is not None and observable_of(observable).name != table.observable:
        raise InputError(f"option --observable is {observable}, but {data} holds the {table.observable}")
    if density is None and material is not None:
        rows = {name.lower(): row for name, row in PUBLISHED_GLASSES.items()}
        density = rows[material.lower()].density if material.lower() in rows else None
    choice = fit_theories(
        [_start(build, name, material) for name in model],
        table,
        free=_free(free or []),
        molar_mass=molar_mass,
        density=density,
        confidence=confidence,
        resamples=resamples,
    )
    if as_json:
        typer.echo(json.dumps({"schema": 1, **choice.record()}, allow_nan=False, indent=1))
    else:
        from ._theory_fit import print_fits

        print_fits(choice)
    if plot is not None:
        _save(choice.figure(), plot)
    if not choice.fits:
        raise typer.Exit(4)


@app.command("discrepancies")
def list_discrepancies(
    name: Annotated[
        list[str] | None, typer.Option(help="A theory; all if not given (spin-glass takes longest).")
    ] = None,
    as_json: Json = False,
) -> None:
    """The papers' numbers that do not follow from their own inputs, with what is computed, as tables in Markdown.

    Rows come theory by theory, the counts at the end; standard error names the theory that is being computed.
    """
    from .._core.precision import enable_x64
    from ..theory import THEORY_NAMES, discrepancies, discrepancy_counts, discrepancy_table

    enable_x64()
    wanted = name or THEORY_NAMES
    found: list[dict[str, Any]] = []
    if not as_json:
        typer.echo(discrepancy_table([]))
    for position, one in enumerate(wanted, 1):
        typer.echo(f"computing {one} ({position} of {len(wanted)})", err=True)
        new = discrepancies([one])
        found += new
        if not as_json and new[0]["does_not_follow"]:
            typer.echo(discrepancy_table(new, heading=False))
    if as_json:
        typer.echo(json.dumps({"schema": 1, "theories": found}, allow_nan=False, indent=1))
    else:
        typer.echo("\n" + discrepancy_counts(found))


def _start(build: Any, name: str, material: str | None) -> Any:
    """The theory with the material's constants, or its defaults where it knows no such material."""
    from ..theory import materials_of

    known = material is not None and material.lower() in {entry.lower() for entry in materials_of(name)}
    if material is not None and not known:
        typer.echo(f"{name}: no constants of {material}; it starts from its defaults", err=True)
    return build(name, material if known else None)


def _free(words: list[str]) -> dict[str, list[str]]:
    from .._core.errors import InputError

    chosen = {}
    for word in words:
        name, _, fields = word.partition("=")
        if not fields:
            raise InputError(f"option --free must read THEORY=NAME,NAME, but is {word!r}")
        chosen[name] = [field.strip() for field in fields.split(",")]
    return chosen


def _check_plot(path: Path) -> None:
    """Before anything is computed: a figure is drawn last."""
    from .._core.errors import InputError

    allowed = (".png", ".pdf", ".svg")
    if path.suffix.lower() not in allowed:
        raise InputError(f"option --plot must end in {', '.join(allowed)}, but is {path}")


def _save(figure: Any, path: Path) -> None:
    """Write the figure, and its name on standard error: after the table, which it must not interrupt."""
    _check_plot(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=160)
    typer.echo(str(path), err=True)


def _wanted_figures(chosen: Any, wanted: str | None) -> tuple[str, ...]:
    """Names of the theory's figures, the wanted one only if there is one."""
    from .._core.errors import InputError

    figures = tuple(chosen.figures())
    if wanted is not None and wanted not in figures:
        raise InputError(f"option --figure must be one of {', '.join(figures)}, but is {wanted!r}")
    return figures if wanted is None else (wanted,)


def _plot_paper(chosen: Any, plot: Path, names: tuple[str, ...]) -> None:
    """The first figure into a file, or all into a folder."""
    figures = chosen.figures()
    if plot.suffix:
        _save(figures[names[0]](), plot)
        return
    for key in names:
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
