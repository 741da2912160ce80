"""Write every notebook's .ipynb from its .py: cells begin at lines `# %%`."""

from __future__ import annotations

import json
from pathlib import Path

HERE = Path(__file__).parent


def cells(source: str) -> list[dict[str, object]]:
    """Cells of a file in percent format, as a notebook stores them."""
    found: list[dict[str, object]] = []
    for number, block in enumerate(source.split("# %%")[1:]):
        head, _, body = block.partition("\n")
        text = body.strip("\n")
        cell: dict[str, object] = {"id": f"cell-{number}", "metadata": {}}
        if "[markdown]" in head:
            lines = [line.removeprefix("#").removeprefix(" ") for line in text.split("\n")]
            cell |= {"cell_type": "markdown", "source": "\n".join(lines)}
        else:
            cell |= {"cell_type": "code", "source": text, "outputs": [], "execution_count": None}
        found.append(cell)
    return found


def notebook(path: Path) -> str:
    """The .ipynb text of one .py file."""
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    table = {
        "cells": cells(path.read_text(encoding="utf-8")),
        "metadata": {"kernelspec": kernel, "language_info": {"name": "python"}},
        "nbformat": 4,
        "nbformat_minor": 5,
    }
    return json.dumps(table, indent=1) + "\n"


def sources() -> list[Path]:
    """The .py side of every pair."""
    return sorted(path for path in HERE.glob("*.py") if path.name != "pair.py")


if __name__ == "__main__":
    for path in sources():
        path.with_suffix(".ipynb").write_text(notebook(path), encoding="utf-8")
        print(path.with_suffix(".ipynb").name)
