"""The checklist of docs/theory: what it names exists, and its tables are those of the code."""

from __future__ import annotations

import re
from pathlib import Path

from hessian_lab.theory import THEORY_NAMES, discrepancies, discrepancy_counts, discrepancy_table, theory

ROOT = Path(__file__).parents[3]
PAGE = (ROOT / "docs/theory/README.md").read_text()
SLOW = "spin-glass"
"""Its headlines take half a minute; tests/validation compares them."""


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
    """Every line of every theory; of the slow one in tests/validation."""
    found = discrepancies([name for name in THEORY_NAMES if name != SLOW])
    lines = PAGE.partition("<!-- discrepancies -->")[2].splitlines()
    for table in (discrepancy_counts(found), discrepancy_table(found)):
        assert set(table.splitlines()) <= set(lines)
    rows = sum(line.startswith("| ") for line in lines)
    wrong = sum(entry["counts"]["does_not_follow"] for entry in found)
    of_slow = sum(line.startswith("| 003 |") for line in lines)
    # One line a theory, of which the slow one's begins like its numbers, and two headers.
    assert rows == wrong + of_slow + len(THEORY_NAMES) - 1 + 2
