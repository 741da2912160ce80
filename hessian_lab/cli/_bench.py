"""`hessian-lab bench`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer


def bench(
    name: Annotated[str | None, typer.Argument(help="Benchmark; all are listed if not given.")] = None,
    full: Annotated[bool, typer.Option("--full", help="Everything that fits into memory.")] = False,
    repeats: Annotated[int | None, typer.Option(min=1, help="Timed repeats of each side.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON to standard output.")] = False,
    out: Annotated[Path | None, typer.Option(help="Also write the JSON to this file.")] = None,
) -> None:
    """Time one part of the package against a peer in the same run."""
    from .. import benchmarks

    if name is None:
        for key, about in benchmarks.NAMES.items():
            typer.echo(f"{key:12s} {about}")
        return
    result = benchmarks.run_benchmark(
        name, full=full, repeats=repeats, progress=lambda text: typer.echo(text, err=True)
    )
    text = json.dumps(result, allow_nan=False, indent=1)
    if out is not None:
        out.write_text(text + "\n", encoding="utf-8")
    if as_json:
        typer.echo(text)
        return
    for row in result["rows"]:
        ratio = "-" if row["ratio"] is None else f"{row['ratio']:.2f}"
        peer = (
            "-" if row["peer_seconds_per_glass"] is None else f"{row['peer_seconds_per_glass']:.4g} s ({row['peer']})"
        )
        typer.echo(
            f"{row['case']:44s} {row['seconds_per_glass']:.4g} s +- {row['spread']:.2g}  peer {peer}  ratio {ratio}"
        )
    for entry in result["skipped"]:
        typer.echo(f"skipped {entry['case']}: {entry['reason']}", err=True)
