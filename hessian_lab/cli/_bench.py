"""`hessian-lab bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer


def bench(
    name: Annotated[str | None, typer.Argument(help="Benchmark; all are listed if not given.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything that fits into memory.")] = False,
    repeats: Annotated[int | None, typer.Option(min=1, help="Timed repeats of each side.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the JSON to this file.")] = None,
) -> None:
    """Time one part of the package against a peer in the same run."""
    from .. import InputError, benchmarks

    if name is None:
        for key, about in benchmarks.NAMES.items():
            typer.echo(f"{key:12s} {about}")
        return
    shown = 0

    def keep(result: dict[str, Any]) -> None:
        """Write the file again and print the new row: a benchmark that is stopped has lost one case at most."""
        nonlocal shown
        if out is not None:
            temporary = out.with_name(out.name + ".tmp")
            temporary.write_text(_text(result) + "\n", encoding="utf-8")
            temporary.replace(out)
        if not as_json:
            for row in result["rows"][shown:]:
                typer.echo(_line(row))
            shown = len(result["rows"])

    if out is not None and not out.parent.is_dir():
        raise InputError(f"option --out = {out}: the folder {out.parent} does not exist; make it first")
    result = benchmarks.run_benchmark(
        name, full=full, repeats=repeats, progress=lambda text: typer.echo(text, err=True), keep=keep
    )
    if as_json:
        typer.echo(_text(result))
        return
    for entry in result["skipped"]:
        typer.echo(f"skipped {entry['case']}: {entry['reason']}", err=True)


def _text(result: dict[str, Any]) -> str:
    return json.dumps(result, allow_nan=False, indent=1)


def _line(row: dict[str, Any]) -> str:
    """Both times with their spreads, and the ratio."""
    own = f"{row['seconds_per_glass']:.4g} s +- {row['spread']:.2g}"
    if row["peer_seconds_per_glass"] is None:
        return f"{row['case']:44s} {own}  no peer"
    peer = f"{row['peer_seconds_per_glass']:.4g} s +- {row['peer_spread']:.2g} ({row['peer']})"
    return f"{row['case']:44s} {own}  peer {peer}  ratio {row['ratio']:.2f}"
