"""`hessian-lab theory ...`: what is printed, what is written, what is refused."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from hessian_lab._core.errors import InputError
from hessian_lab.cli._theory import app
from hessian_lab.theory import THEORY_NAMES, theory


def call(*words):
    return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)


def of_json(*words):
    done = call(*words, "--json")
    assert done.exit_code == 0
    return json.loads(done.stdout, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))


def test_list_names_every_theory():
    table = of_json("list")["theories"]
    assert tuple(table) == THEORY_NAMES
    assert table["soft-potential"]["materials"] == []
    assert "PMMA" in table["mosaic"]["materials"]
    printed = call("list").stdout
    assert all(name in printed for name in THEORY_NAMES)


def test_a_theory_is_called_by_its_name():
    """`theory NAME` is `theory show NAME`; the JSON has every headline with its verdict."""
    short, full = of_json("internal-stress"), of_json("show", "internal-stress")
    assert short == full
    assert len(short["headlines"]) == len(theory("internal-stress").headlines())
    assert {entry["follows"] for entry in short["headlines"]} == {True, False, None}
    with pytest.raises(InputError, match="must be one of internal-stress"):
        call("ether")


def test_a_material_without_constants_is_refused_with_the_reason():
    with pytest.raises(InputError, match=r"must be left out: theory soft-potential .*fit them with `theory fit`"):
        call("soft-potential", "--material", "SiO2")


def test_discrepancies_are_those_of_the_headlines():
    """Counts, and every number that does not follow, as JSON and as tables that Markdown can show."""
    (record,) = of_json("discrepancies", "--name", "internal-stress")["theories"]
    headlines = theory("internal-stress").headlines()
    wrong = [entry.name for entry in headlines if entry.follows is False]
    assert [entry["name"] for entry in record["does_not_follow"]] == wrong
    assert sum(record["counts"].values()) == len(headlines)
    counts, table = call("discrepancies", "--name", "internal-stress").stdout.strip().split("\n\n")
    assert counts.splitlines()[-1] == f"| 000 | internal-stress | 6 | {len(wrong)} | 3 |"
    rows = table.splitlines()
    assert len(rows) == 2 + len(wrong)
    assert {row.replace("\\|", "").count("|") for row in rows} == {8}


@pytest.mark.parametrize("suffix", ["png", "pdf", "svg"])
def test_one_figure_goes_to_a_file(tmp_path, suffix):
    """Its format is that of the suffix, which the first bytes show."""
    path = tmp_path / "new" / f"figure.{suffix}"
    done = call("internal-stress", "--plot", path, "--figure", "sign-of-the-coupling")
    assert done.exit_code == 0
    start = {"png": b"\x89PNG", "pdf": b"%PDF", "svg": b"<?xml"}[suffix]
    assert path.read_bytes().startswith(start)


def test_all_figures_go_to_a_folder(tmp_path):
    call("internal-stress", "--plot", tmp_path / "figures")
    assert sorted(path.name for path in (tmp_path / "figures").iterdir()) == [
        "internal-stress-heat-capacity.png",
        "internal-stress-sign-of-the-coupling.png",
    ]


def test_bad_figures_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"must end in \.png, \.pdf, \.svg"):
        call("internal-stress", "--plot", tmp_path / "figure.gif")
    with pytest.raises(InputError, match="--figure must be one of heat-capacity"):
        call("internal-stress", "--plot", tmp_path / "figure.png", "--figure", "fig99")


def test_compare_prints_and_draws(tmp_path):
    words = ("compare", "--material", "SiO2", "--observable", "heat-capacity", "--points", 3)
    path = tmp_path / "compare.pdf"
    table = of_json(*words, "--lowest", 0.1, "--highest", 10, "--plot", path)
    assert path.read_bytes().startswith(b"%PDF")
    assert table["grid"]["values"] == pytest.approx([0.1, 1, 10])
    assert table["unit"] == "J/(K kg)"
    assert {entry["name"] for entry in table["theories"]} | set(table["does_not_predict"]) == set(THEORY_NAMES)
    printed = call(*words).stdout
    assert "spin-glass: no curve: has the constants of no material" in printed
    with pytest.raises(InputError, match="0 < lowest < highest"):
        call(*words, "--lowest", 3, "--highest", 2)


@pytest.fixture
def heat_file(tmp_path, rng):
    """C(T) of Suprasil with 3 % of scatter."""
    temperature = np.geomspace(0.03, 1, 20)
    exact = theory("internal-stress", "suprasil").heat_capacity(temperature)
    noisy = exact * (1 + 0.03 * rng.normal(size=20))
    rows = zip(temperature, noisy, 0.03 * exact, strict=True)
    path = tmp_path / "heat.csv"
    path.write_text("T [K], C [J/(kg K)], error [J/(kg K)]\n" + "".join(f"{t},{c},{e}\n" for t, c, e in rows))
    return path


def test_fit_compares_models(heat_file, tmp_path):
    words = ("fit", heat_file, "--model", "tunnelling", "--model", "internal-stress", "--material", "SiO2")
    record = of_json(*words, "--plot", tmp_path / "fit.png", "--observable", "heat-capacity")
    assert [entry["name"] for entry in record["theories"]] == ["internal-stress", "tunnelling"]
    truth = theory("internal-stress", "suprasil")
    for entry in record["theories"][0]["parameters"]:
        assert abs(entry["value"] - getattr(truth, entry["name"])) < 4 * entry["standard_error"]
    assert len(record["data"]["sha256"]) == 64
    assert (tmp_path / "fit.png").read_bytes().startswith(b"\x89PNG")
    printed = call(*words, "--free", "internal-stress=n_eta").stdout
    assert "95 % profile interval" in printed
    assert "omega_0 =" not in printed


def test_fit_says_what_is_wrong(heat_file):
    with pytest.raises(InputError, match=r"holds the heat_capacity"):
        call("fit", heat_file, "--model", "tunnelling", "--observable", "thermal-conductivity")
    with pytest.raises(InputError, match="must read THEORY=NAME,NAME"):
        call("fit", heat_file, "--model", "internal-stress", "--free", "n_eta")
    done = call("fit", heat_file, "--model", "heterogeneous-elasticity")
    assert done.exit_code == 4
    assert "not fitted: argument density must be given" in done.stdout


def test_a_run_feeds_the_theories(glass_run, tmp_path):
    """The measured numbers come with errors; the free parameters say whether they were fixed or fitted."""
    path = tmp_path / "disorder.png"
    record = of_json("heterogeneous-elasticity", "--run", glass_run, "--plot", path)
    assert path.read_bytes().startswith(b"\x89PNG")
    assert record["glasses"] >= 3
    assert {entry["name"] for entry in record["numbers"]} >= {"shear_modulus", "debye_frequency"}
    assert [row["cells_per_edge"] for row in record["local_disorder"]["lengths"]] == [1, 2, 3]
    assert len(record["prediction"]) == 2
    printed = call("mosaic", "--run", glass_run, "--relaxation-time", 1e6, "--microscopic-time", 1).stdout
    assert "size_ratio = 2.876" in printed
    with pytest.raises(InputError, match="no minimum shows the tau_0"):
        call("mosaic", "--run", glass_run, "--relaxation-time", 1e6)
    with pytest.raises(InputError, match="cannot be built from a campaign"):
        call("soft-potential", "--run", glass_run)
