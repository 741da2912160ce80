"""`hessian-lab theory ...`: what is printed, what is written, what is refused."""

from __future__ import annotations

import json
import sys

import numpy as np
import pytest
from typer.testing import CliRunner

from hessian_lab._core.errors import InputError
from hessian_lab.cli._theory import app
from hessian_lab.cli._theory_fit import parameter_line
from hessian_lab.theory import THEORY_NAMES, FittedParameter, theory
from hessian_lab.theory.soft_potential import SoftPotential


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
    table, counts = call("discrepancies", "--name", "internal-stress").stdout.strip().split("\n\n")
    assert counts.splitlines()[-1] == f"| 000 | internal-stress | 6 | {len(wrong)} | 3 |"
    rows = table.splitlines()
    assert len(rows) == 2 + len(wrong)
    assert {row.replace("\\|", "").count("|") for row in rows} == {8}


def test_discrepancies_come_theory_by_theory(monkeypatch):
    """The rows of a theory are printed before the next one is computed; standard error says which it is."""
    printed = []

    def late(self):
        # Of the runner, which stands in for the terminal.
        printed.append(sys.stdout.buffer.getvalue())
        return []

    monkeypatch.setattr(SoftPotential, "headlines", late)
    done = call("discrepancies", "--name", "tunnelling", "--name", "internal-stress", "--name", "soft-potential")
    assert done.stderr.splitlines() == [
        "computing tunnelling (1 of 3)",
        "computing internal-stress (2 of 3)",
        "computing soft-potential (3 of 3)",
    ]
    assert printed[0].count(b"\n| 000 |") == 16
    assert done.stdout.count("| paper |") == 2


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


@pytest.fixture
def warm_file(tmp_path):
    """C ~ T^3 from 1 to 10 K, where no vortex or tunnelling system shows, with errors of 3 %."""
    temperature = np.geomspace(1, 10, 9)
    heat = 5e-3 * temperature**3
    path = tmp_path / "warm.csv"
    rows = zip(temperature, heat, 0.03 * heat, strict=True)
    path.write_text("T [K], C [J/(kg K)], error [J/(kg K)]\n" + "".join(f"{t},{c},{e}\n" for t, c, e in rows))
    return path


def test_fit_says_what_a_table_does_not_determine(warm_file, tmp_path):
    """No value for an unbounded parameter, no weight without the warning, and the figure's name after the table."""
    words = ("fit", warm_file, "--model", "internal-stress", "--model", "tunnelling", "--material", "SiO2")
    done = call(*words, "--plot", tmp_path / "fit.png")
    assert done.output.splitlines()[-1] == str(tmp_path / "fit.png")
    assert "fit.png" not in done.stdout
    assert "omega_0 undetermined: " in done.stdout
    assert "omega_0 =" not in done.stdout
    assert "no theory of these describes the table within its errors (chi^2/dof " in done.stdout.splitlines()[-1]
    assert done.stdout.count(" (p ") == 2
    record = of_json(*words)
    assert record["verdict"] == done.stdout.splitlines()[-1]
    fits = {entry["name"]: entry for entry in record["theories"]}
    assert not any(entry["describes_table"] for entry in fits.values())
    parameters = {entry["name"]: entry for entry in fits["internal-stress"]["parameters"]}
    assert parameters["omega_0"]["determined"] is False
    assert parameters["omega_0"]["standard_error"] is None


@pytest.mark.parametrize(
    ("low", "high", "error", "said"),
    [
        (2.0, 4.0, 0.5, "x = 3 +- 0.5 K, 95 % profile interval 2 to 4"),
        (2.0, 4.0, np.inf, "x = 3 K, 95 % profile interval 2 to 4"),
        (2.0, np.inf, np.inf, "x undetermined: above 2 K (95 % profile interval)"),
        (0.0, 4.0, np.inf, "x undetermined: below 4 K (95 % profile interval)"),
        (0.0, np.inf, np.inf, "x undetermined: the table excludes no value (95 % profile interval)"),
        (-np.inf, np.inf, np.inf, "x undetermined: the table excludes no value (95 % profile interval)"),
    ],
)
def test_a_parameter_is_printed_with_what_bounds_it(low, high, error, said):
    assert parameter_line(FittedParameter("x", 3.0, error, low, high), "K", 0.95) == said


def test_the_name_of_a_figure_follows_the_table(tmp_path):
    """`show` and `compare`, as `fit`; a bad suffix is refused before anything is computed."""
    path = tmp_path / "figure.png"
    for words in (
        ("compare", "--material", "SiO2", "--observable", "heat-capacity", "--points", 3),
        ("internal-stress", "--figure", "sign-of-the-coupling"),
    ):
        done = call(*words, "--plot", path)
        assert done.output.splitlines()[-1] == str(path)
        assert str(path) not in done.stdout
    with pytest.raises(InputError, match=r"must end in \.png, \.pdf, \.svg"):
        call("fit", tmp_path / "missing.csv", "--model", "tunnelling", "--plot", tmp_path / "figure.gif")


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
