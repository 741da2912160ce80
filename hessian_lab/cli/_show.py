"""`hessian-lab show`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from .._core.status import Status
from .._core.wording import by_wording


def show(
    run: Annotated[Path, typer.Argument(help="Folder of a run.", metavar="DIR")],
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    resamples: Annotated[int, typer.Option(min=100, help="Bootstrap resamples over glasses.")] = 1000,
) -> None:
    """Print the tables of a run: counts, flags, moduli, exponents with errors, gap ratios, predictions, vortices."""
    from ..claims import TABLE_COLUMNS, VORTEX_COLUMNS, tables
    from ..records import load_run

    found = tables(run, load_run(run, (*TABLE_COLUMNS, *VORTEX_COLUMNS)), resamples=resamples)
    if as_json:
        typer.echo(json.dumps(found, allow_nan=False, indent=1))
        return
    _print(found["rows"], found["differences"], found["distances"], found["vortices"])


LABELS, COLUMN = 34, 15
"""Characters of a table's first column, and of one treatment's: what stands side by side fits the terminal."""

MOST_COLUMNS = 5
"""Treatments side by side in one table, however wide the terminal."""

PIPED = 120
"""Width of tables that go to a file or another program."""


def _print(
    rows: list[dict[str, Any]],
    differences: list[dict[str, Any]],
    distances: list[dict[str, Any]],
    vortices: list[dict[str, Any]],
) -> None:
    from rich.console import Console

    console = Console(soft_wrap=True)
    if not console.is_terminal:
        console.width = PIPED
    ensembles: dict[tuple[Any, ...], list[dict[str, Any]]] = {}
    for row in rows:
        key = tuple(row[name] for name in ("model", "dimension", "particles", "parental_temperature", "preparation"))
        ensembles.setdefault(key, []).append(row)
    for (model, dimension, particles, temperature, preparation), members in ensembles.items():
        title = f"{model}, {dimension}D, N = {particles}, parents at T = {temperature} ({preparation})"
        side_by_side = min(MOST_COLUMNS, max(1, (console.width - LABELS) // COLUMN))
        for start in range(0, len(members), side_by_side):
            _print_rows(console, title, members[start : start + side_by_side])
            for line in failure_lines(members[start : start + side_by_side]):
                console.print(line, highlight=False)
            _print_scan(console, members[start : start + side_by_side])
    partial = [row["reason"]["gap_ratio"] for row in rows if "lowest modes" in row["reason"].get("gap_ratio", "")]
    for line in dict.fromkeys(partial):
        console.print(f"gap ratio, bulk: {line}", highlight=False)
    for line in dict.fromkeys(footnote(row) for row in rows if row["flagged"]):
        console.print(line, highlight=False)
    for varies in dict.fromkeys(row["varies"] for row in differences):
        _print_differences(console, varies, [row for row in differences if row["varies"] == varies])
    if distances:
        _print_distances(console, distances)
    if vortices:
        _print_vortices(console, vortices)


def _columns(table: Any, rows: list[dict[str, Any]]) -> None:
    several = len({row["quench"] for row in rows}) > 1
    for row in rows:
        table.add_column(heading(row, quench=several or row["quench"] != "fire"), justify="right", overflow="fold")


def _print_rows(console: Any, title: str, rows: list[dict[str, Any]]) -> None:
    """Counts, moduli, exponent and predictions: one line a quantity, one column a taper."""
    from rich.table import Table

    table = Table(title=title, caption="s: g(omega) ~ omega^s below W; errors and 95 % intervals over glasses")
    table.add_column("")
    _columns(table, rows)
    lines: list[tuple[str, Any]] = [
        ("glasses", lambda r: str(r["glasses"])),
        ("from parents not at equilibrium", lambda r: f"{r['flagged']} †" if r["flagged"] else "0"),
        ("confirmed minima", lambda r: str(r["converged"])),
        ("saddles (left on the way)", lambda r: f"{r['saddles']} ({r['saddle_visits']})"),
        ("marginal", lambda r: str(r["marginal"])),
        ("with rattlers", lambda r: str(r["rattlers"])),
        ("mu <= 0", lambda r: str(r["shear_unstable"])),
        ("failed", lambda r: str(r["failed"])),
        ("energy of parents (eps/N)", lambda r: with_error(r["parent_energy"], r["parent_energy_error"])),
        ("inherent energy (eps/N)", lambda r: with_error(r["inherent_energy"], r["inherent_energy_error"])),
        (
            "force evaluations, median",
            lambda r: "-" if r["force_evaluations"] is None else f"{r['force_evaluations']:.0f}",
        ),
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
    caption = "\n".join(["W in units of omega_T1", *(f"- : {reason}" for reason in undetermined(rows))])
    table = Table(title="s(W), modes in brackets", caption=caption)
    table.add_column("W", justify="right")
    _columns(table, rows)
    for number, window in enumerate(windows):
        cells = []
        for row in rows:
            entry = row["s_of_window"][number] if row["s_of_window"] else None
            cells.append("-" if entry is None else f"{with_error(entry['s'], entry['s_error'])} [{entry['modes']}]")
        table.add_row(f"{window:g}", *cells)
    console.print(table)


def _print_differences(console: Any, varies: str, differences: list[dict[str, Any]]) -> None:
    """Paired differences of the exponent between treatments that differ in one thing."""
    from rich.table import Table

    table = Table(
        title=f"s_a - s_b at W = 0.5 omega_T1, same parents, by {varies.replace('_', ' ')}",
        caption="paired bootstrap over parents; † : some of the common parents are not at equilibrium",
    )
    for name in ("T", "at fixed", "a", "b", "difference", "95 %", "glasses", "modes a/b"):
        table.add_column(name, justify="left" if name in ("at fixed", "a", "b") else "right", overflow="fold")
    for row in differences:
        table.add_row(
            row["parental_temperature"], fixed(row), *(str(row[f"{_NAMES[varies]}_{side}"]) for side in "ab"),
            plain(row["difference"]), interval(row["low"], row["high"]), counted(row),
            f"{row['modes_a']}/{row['modes_b']}",
        )  # fmt: skip
    console.print(table)


def _print_distances(console: Any, distances: list[dict[str, Any]]) -> None:
    """How often two methods reach one minimum, and how far apart their minima are."""
    from rich.table import Table

    table = Table(
        title="Minima of two quench methods, same parents",
        caption="distance: root mean square per particle, translation removed; means and 95 % over glasses",
    )
    for name in ("T", "taper", "a", "b", "glasses", "same", "distance (l), 95 %", "E_a - E_b (1e-3 eps/N), 95 %"):
        table.add_column(name, justify="left" if name in ("taper", "a", "b") else "right", overflow="fold")
    for row in distances:
        table.add_row(
            row["parental_temperature"], row["taper_a"], row["quench_a"], row["quench_b"], counted(row),
            str(row["same"]), mean(row, "distance", 3), mean(row, "energy_difference", 2, scale=1e3),
        )  # fmt: skip
    console.print(table)


def _print_vortices(console: Any, rows: list[dict[str, Any]]) -> None:
    """What the modes below the first transverse phonon are, beside their surrogates: one column a treatment."""
    from rich.table import Table

    chance = f"{100 * rows[0]['expected_share']:g} %"
    side_by_side = min(MOST_COLUMNS, max(1, (console.width - LABELS) // COLUMN))
    for start in range(0, len(rows), side_by_side):
        part = rows[start : start + side_by_side]
        table = Table(
            title=f"Vortex cores below {part[0]['edge']:g} omega_T1",
            caption=f"each share is at most {chance} by chance; errors over glasses",
        )
        table.add_column("")
        _columns(table, part)
        lines: list[tuple[str, Any]] = [
            ("particles", lambda r: str(r["particles"])),
            ("parents at T", lambda r: r["parental_temperature"]),
            ("modes (glasses)", lambda r: f"{r['modes']} ({r['glasses_with_modes']})"),
            ("share with a vortex core", lambda r: error_of(r, "rotating_share")),
            ("   rotating with local stress", lambda r: error_of(r, "correlated_share")),
            ("   both", lambda r: error_of(r, "both_share")),
            ("rotation over strain, median", lambda r: error_of(r, "core_asymmetry")),
            ("   of surrogates", lambda r: error_of(r, "surrogate_asymmetry")),
            ("d ln lambda/d delta, median", lambda r: error_of(r, "prestress_response")),
            ("   of surrogates", lambda r: error_of(r, "surrogate_prestress")),
        ]
        for name, cell in lines:
            table.add_row(name, *[cell(row) for row in part])
        console.print(table)
    for reason in dict.fromkeys(row["reason"]["rotating_share"] for row in rows if row["rotating_share"] is None):
        console.print(f"- : {reason}", highlight=False)


_NAMES = {"taper": "taper", "method": "quench", "relax_cell": "relax_cell"}
"""What treatments differ in, and the key of a row that names it."""


def mean(row: dict[str, Any], name: str, decimals: int, *, scale: float = 1.0) -> str:
    """A mean and its interval, or a dash."""
    values = [row[f"{name}{end}"] for end in ("", "_low", "_high")]
    if None in values:
        return "-"
    value, low, high = (scale * entry for entry in values)
    return f"{value:.{decimals}f} ({interval(low, high, decimals)})"


def heading(row: dict[str, Any], *, quench: bool) -> str:
    """Heading of a column: the taper, the quench where it needs saying, the relaxation of the cell if there is one."""
    lines = [row["taper"]]
    lines += [row["quench"]] if quench else []
    lines += [f"relaxed: {row['relax_cell']}"] if row["relax_cell"] != "none" else []
    return "\n".join(lines)


def fixed(row: dict[str, Any]) -> str:
    """What both treatments of a pair have in common."""
    parts = [str(row[f"{name}_a"]) for part, name in _NAMES.items() if part != row["varies"]]
    return ", ".join(part for part in parts if part != "none")


def counted(row: dict[str, Any]) -> str:
    """Number of glasses, and how many of their parents are flagged."""
    return f"{row['glasses']}" + (f" ({row['flagged']} †)" if row["flagged"] else "")


def footnote(row: dict[str, Any]) -> str:
    """What the flagged parents of a row did not pass."""
    reasons = "; ".join(f"{reason} ({count})" for reason, count in row["flag_reasons"].items())
    parents = f"T = {row['parental_temperature']} ({row['preparation']})"
    return f"† {parents}: {row['flagged']} of {row['glasses']} parents are not shown to be at equilibrium: {reasons}"


def failure_lines(rows: list[dict[str, Any]]) -> list[str]:
    """How the failed quenches of each treatment ended, and what that means."""
    lines, labels = [], []
    for row in rows:
        if row["failed"]:
            labels += row["failed_by_status"]
            counts = ", ".join(f"{count} {label}" for label, count in row["failed_by_status"].items())
            relaxed = [] if row["relax_cell"] == "none" else [row["relax_cell"]]
            treatment = ", ".join([row["taper"], row["quench"], *relaxed, f"T = {row['parental_temperature']}"])
            lines.append(f"failed: {counts} ({treatment})")
    return lines + [f"{label}: {Status[label.upper()].meaning}" for label in dict.fromkeys(labels)]


def undetermined(rows: list[dict[str, Any]]) -> list[str]:
    """Every reason why an exponent of the table s(W) is missing, with the ranges of its numbers."""
    scans = [row["s_of_window"] or [{"s": None, "reason": row["reason"]["s"]}] for row in rows]
    return list(by_wording(entry["reason"] for scan in scans for entry in scan if entry["s"] is None))


def plain(value: float | None) -> str:
    """A number with two decimals, or a dash."""
    return "-" if value is None else f"{value:.2f}"


def error_of(row: dict[str, Any], name: str) -> str:
    """A number of a row with the error of its last digits, or a dash."""
    return with_error(row[name], row[f"{name}_error"])


def interval(low: float | None, high: float | None, decimals: int = 2) -> str:
    """An interval, or a dash."""
    return "-" if low is None or high is None else f"{low:.{decimals}f} to {high:.{decimals}f}"


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
