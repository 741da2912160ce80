"""The headlines of all theories as users get them: JSON without gaps, and the page that lists those that fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from hessian_lab.cli._theory import app
from hessian_lab.theory import THEORY_NAMES, discrepancies, discrepancy_counts, discrepancy_table

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

PAGE = Path(__file__).parents[3] / "docs/theory/README.md"


@pytest.mark.parametrize("name", THEORY_NAMES)
def test_every_theory_writes_json(name):
    """Standard JSON has no infinity: every number is finite or null, and every verdict is given."""
    done = CliRunner().invoke(app, [name, "--json"], catch_exceptions=False)
    record = json.loads(done.stdout, parse_constant=lambda value: pytest.fail(f"{value} in the JSON"))
    assert record["headlines"]
    for entry in record["headlines"]:
        assert set(entry) >= {"computed", "printed", "follows", "unit", "source"}
        assert entry["follows"] in (True, False, None)


def test_the_page_lists_what_does_not_follow():
    """Both tables of the page are what `hessian-lab theory discrepancies` prints."""
    found = discrepancies()
    page = PAGE.read_text()
    assert f"\n{discrepancy_counts(found)}\n\n{discrepancy_table(found)}\n" in page
