"""The checklist of docs/theory: what it names exists, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from hessian_lab.theory import THEORY_NAMES, discrepancies, discrepancy_counts, discrepancy_table, theory

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/theory/README.md").read_text()
QUICK = ("internal-stress", "tunnelling", "universality", "mosaic")
"""Those whose headlines take a second; tests/validation compares the rest, 3 of the 60 lines."""


def test_what_the_page_names_exists():
    """Every test, every figure and every page; and every theory is there."""
    named = re.findall(r"`(validation/)?(test_\w+\.py)::(test_\w+)`", PAGE)
    assert len(named) > 80
    for slow, file, name in named:
        text = (ROOT / "tests" / ("validation" if slow else "unit") / "theory" / file).read_text()
        assert f"def {name}(" in text, f"{file}::{name}"
    for name in THEORY_NAMES:
        assert (ROOT / f"docs/theory/{name}.md").exists()
        assert f"({name}.md)" in PAGE
    for row in re.findall(r"^\|[^|]*\| `([\w-]+)` ((?:`[\w-]+` ?)+)\|", PAGE, flags=re.MULTILINE):
        assert set(re.findall(r"[\w-]+", row[1])) <= set(theory(row[0]).figures()), row


def test_the_tables_are_those_of_the_code():
    """Every line of the quick theories, and no other line of their papers."""
    found = discrepancies(QUICK)
    lines = PAGE.partition("<!-- discrepancies -->")[2].splitlines()
    expected = [*discrepancy_counts(found).splitlines(), *discrepancy_table(found).splitlines()]
    assert set(expected) <= set(lines)
    papers = ("| 000 |", "| 001 |", "| 002 |")
    assert sum(line.startswith(papers) for line in lines) == sum(line.startswith(papers) for line in expected)
