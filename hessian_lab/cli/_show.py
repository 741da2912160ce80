"""`hessian-lab show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def show(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="DIR")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    resamples: Annotated[int, typer.Option(min=100, help="Bootstrap resamples over glasses.")] = 1000,
) -> None:
    """Print the table of a run: counts, moduli, exponents with errors, gap ratios, predictions."""
    from ..claims import TABLE_COLUMNS, exponent_table, paired_differences
    from ..records import load_run

    groups = load_run(run, TABLE_COLUMNS)
    rows = exponent_table(groups, resamples=resamples)
    differences = paired_differences(groups, resamples=resamples)
    if as_json:
        typer.echo(json.dumps({"schema": 1, "rows": rows, "differences": differences}, allow_nan=False, indent=1))
        return
    _print(rows, differences)


COLUMNS = 5
"""Glass families side by side in one table: what fits into 100 characters."""


def _print(rows: list[dict[str, Any]], differences: list[dict[str, Any]]) -> None:
    from rich.console import Console

    console = Console(soft_wrap=True)
    ensembles: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = (row["model"], row["dimension"], row["particles"], row["parental_temperature"])
        ensembles.setdefault(key, []).append(row)
    for (model, dimension, particles, temperature), members in ensembles.items():
        title = f"{model}, {dimension}D, N = {particles}, parents at T = {temperature}"
        for start in range(0, len(members), COLUMNS):
            _print_rows(console, title, members[start : start + COLUMNS])
            _print_scan(console, members[start : start + COLUMNS])
    if differences:
        _print_differences(console, differences)


def _columns(table: Any, rows: list[dict[str, Any]]) -> None:
    for row in rows:
        table.add_column(row["taper"] + ("" if row["quench"] == "fire" else f"\n{row['quench']}"), justify="right")


def _print_rows(console: Any, title: str, rows: list[dict[str, Any]]) -> None:
    """Counts, moduli, exponent and predictions: one line a quantity, one column a taper."""
    from rich.table import Table

    table = Table(title=title, caption="s: g(omega) ~ omega^s below W; errors and 95 % intervals over glasses")
    table.add_column("")
    _columns(table, rows)
    lines: list[tuple[str, Any]] = [
        ("glasses", lambda r: str(r["glasses"])),
        ("confirmed minima", lambda r: str(r["converged"])),
        ("saddles (left on the way)", lambda r: f"{r['saddles']} ({r['saddle_visits']})"),
        ("marginal", lambda r: str(r["marginal"])),
        ("with rattlers", lambda r: str(r["rattlers"])),
        ("mu <= 0", lambda r: str(r["shear_unstable"])),
        ("failed", lambda r: str(r["failed"])),
        ("pressure (eps/l^d)", lambda r: with_error(r["pressure"], r["pressure_error"])),
        ("shear modulus mu (eps/l^d)", lambda r: with_error(r["shear_modulus"], r["shear_modulus_error"])),
        ("omega_T1 (1/time)", lambda r: with_error(r["omega_t1"], r["omega_t1_error"])),
        (f"s, W = {rows[0]['window']:g} omega_T1", lambda r: plain(r["s"])),
        ("   95 %", lambda r: interval(r["s_low"], r["s_high"])),
        ("   modes below W", lambda r: str(r["modes"])),
        ("gap ratio, bulk", lambda r: with_error(r["gap_ratio"], r["gap_ratio_error"])),
        ("gap ratio, lowest 3", lambda r: with_error(r["gap_ratio_lowest"], r["gap_ratio_lowest_error"])),
        ("s of Schirmacher et al.", lambda r: plain(r["s_schirmacher"])),
        ("s of Lerner & Bouchbinder", lambda r: plain(r["s_lerner"])),
    ]
    for name, cell in lines:
        table.add_row(name, *[cell(row) for row in rows])
    console.print(table)


def _print_scan(console: Any, rows: list[dict[str, Any]]) -> None:
    """s(W), one line a window."""
    from rich.table import Table

    windows = list(dict.fromkeys(entry["window"] for row in rows for entry in row["s_of_window"]))
    if not windows:
        return
    table = Table(title="s(W), modes in brackets", caption="W in units of omega_T1; - : fewer than 10 modes")
    table.add_column("W", justify="right")
    _columns(table, rows)
    for number, window in enumerate(windows):
        cells = []
        for row in rows:
            entry = row["s_of_window"][number] if row["s_of_window"] else None
            cells.append("-" if entry is None else f"{with_error(entry['s'], entry['s_error'])} [{entry['modes']}]")
        table.add_row(f"{window:g}", *cells)
    console.print(table)


def _print_differences(console: Any, differences: list[dict[str, Any]]) -> None:
    """Paired differences of the exponent."""
    from rich.table import Table

    table = Table(title="s_a - s_b at W = 0.5 omega_T1, same parents", caption="paired bootstrap over parents")
    for name in ("a", "b", "difference", "95 %", "glasses", "modes a/b"):
        table.add_column(name, justify="left" if name in ("a", "b") else "right")
    for row in differences:
        table.add_row(
            row["taper_a"], row["taper_b"], plain(row["difference"]), interval(row["low"], row["high"]),
            str(row["glasses"]), f"{row['modes_a']}/{row['modes_b']}",
        )  # fmt: skip
    console.print(table)


def plain(value: float | None) -> str:
    """A number with two decimals, or a dash."""
    return "-" if value is None else f"{value:.2f}"


def interval(low: float | None, high: float | None) -> str:
    """An interval, or a dash."""
    return "-" if low is None or high is None else f"{low:.2f} to {high:.2f}"


def with_error(value: float | None, error: float | None) -> str:
    """Value with the error of its last digits, such as 3.69(17), or a dash."""
    if value is None:
        return "-"
    if not error:
        return f"{value:.3g}"
    from math import floor, log10

    decimals = max(0, 1 - floor(log10(error)))
    digits = round(error * 10**decimals)
    return f"{value:.{decimals}f}({digits})"
