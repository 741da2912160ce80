"""The printed numbers that do not follow from their own inputs, collected from the headlines of all theories."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._protocol import Headline
from ._registry import THEORY_NAMES, theory

PAPERS = {
    "internal-stress": "000",
    "mosaic": "001",
    "tunnelling": "002",
    "universality": "002",
    "spin-glass": "003",
}
"""Paper behind the headlines of a theory; the others have the specification and older literature."""


def discrepancies(names: Sequence[str] = THEORY_NAMES) -> list[dict[str, Any]]:
    """One entry for each theory: how many headlines follow, do not, or cannot be said to, and those that do not.

    Args:
        names: of the theories; spin-glass takes ten seconds.
    """
    return [_entry(name, theory(name).headlines()) for name in names]


def _entry(name: str, headlines: list[Headline]) -> dict[str, Any]:
    counts = {
        word: sum(entry.follows is verdict for entry in headlines)
        for word, verdict in (("follows", True), ("does_not_follow", False), ("open", None))
    }
    wrong = [vars(entry) for entry in headlines if entry.follows is False]
    return {"theory": name, "paper": PAPERS.get(name), "counts": counts, "does_not_follow": wrong}


def discrepancy_counts(found: list[dict[str, Any]]) -> str:
    """How many numbers follow, as a table in Markdown."""
    lines = ["| paper | theory | follow | do not follow | cannot be said |", "|---|---|---|---|---|"]
    for entry in found:
        counts = entry["counts"]
        lines.append(
            f"| {entry['paper'] or '-'} | {entry['theory']} | {counts['follows']} | {counts['does_not_follow']} | "
            f"{counts['open']} |"
        )
    return "\n".join(lines)


def discrepancy_table(found: list[dict[str, Any]], *, heading: bool = True) -> str:
    """Every number that does not follow, as a table in Markdown. A misprint in an equation has no numbers.

    Args:
        found: from `discrepancies`.
        heading: False for the rows alone, to go on with a table.
    """
    lines = ["| paper | number | computed | printed | unit | where | what is wrong |", "|---|---|---|---|---|---|---|"]
    if not heading:
        lines = []
    for entry in found:
        for line in entry["does_not_follow"]:
            cells = (
                entry["paper"] or "-",
                line["name"],
                _number(line["computed"]),
                _number(line["printed"]),
                line["unit"] or "1",
                line["source"],
                line["note"],
            )
            # A bar would end the cell.
            lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.3g}"
