"""The fixed commands: their output, their errors, their exit statuses."""

from __future__ import annotations

import json
import math
import re
import subprocess
import sys
import time

import numpy as np
import pytest

from hessian_lab.records import load_run

ROW_KEYS = {
    "model", "dimension", "taper", "m", "parental_temperature", "particles", "quench", "glasses", "converged",
    "saddles",
    "marginal", "rattlers", "shear_unstable", "failed", "shear_modulus", "pressure", "omega_t1", "s", "s_low", "s_high",
    "s_of_window", "gap_ratio", "s_schirmacher", "s_lerner",
}  # fmt: skip


def numbers(value):
    """Every number in a JSON value."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        return [n for entry in value for n in numbers(entry)]
    return [value] if isinstance(value, int | float) else []


def test_show_prints_the_promised_table(small_shown):
    """One row per taper with every promised key, all numbers finite, counts that add up."""
    table = json.loads(small_shown, parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    assert table["schema"] == 1
    assert [(row["taper"], row["m"]) for row in table["rows"]] == [("polynomial:2", "2"), ("polynomial:3", "3")]
    for row in table["rows"]:
        assert row.keys() >= ROW_KEYS
        assert row["glasses"] == 7
        assert row["converged"] + row["saddles"] + row["marginal"] + row["failed"] == 7
        assert all(math.isfinite(n) for n in numbers(row))
        assert row["parental_temperature"] == "inf"
        assert (row["s_schirmacher"], row["s_lerner"]) == (2.0, 4.0)
        missing = [name for name in row if row[name] is None]
        assert all(row["reason"][name] for name in missing)
        for entry in row["s_of_window"]:
            assert {"window", "modes", "s", "s_low", "s_high"} <= entry.keys()
            assert (entry["s"] is None) == bool(entry["reason"])


def test_show_agrees_with_the_shards(small_shown, small_run):
    """Pressure and modulus of the table are the means over the confirmed minima of the shards."""
    rows = json.loads(small_shown)["rows"]
    for row, group in zip(rows, load_run(small_run), strict=True):
        assert row["pressure"] == pytest.approx(group["pressure"][group.minima].mean(), rel=1e-12)
        mean = group["shear_modulus"][group.minima].mean()
        expected = 2 * np.pi / group.volume ** (1 / 3) * np.sqrt(mean / group.mass_density)
        assert row["omega_t1"] == pytest.approx(expected, rel=1e-12)


def test_a_second_run_makes_nothing_new(program, small_run):
    """The same command finds everything finished and touches no shard."""
    before = {path: path.stat().st_mtime_ns for path in small_run.glob("shards/*.h5")}
    done = program("run", small_run.parent / "small.toml", "--out", small_run)
    assert done.returncode == 0
    assert "0 made now" in done.stderr
    assert before == {path: path.stat().st_mtime_ns for path in small_run.glob("shards/*.h5")}
    assert done.stdout.strip() == str(small_run)


def test_report_is_one_page_with_pictures(program, small_run):
    """The page exists, holds its pictures, and names both tapers."""
    done = program("report", small_run)
    assert done.returncode == 0, done.stderr
    page = (small_run / "report.html").read_text()
    assert page.count("data:image/png;base64,") >= 4
    # Pictures are letters and digits, in any order.
    page = re.sub(r"data:image/png;base64,[A-Za-z0-9+/=]+", "", page)
    assert "polynomial:2" in page
    assert "polynomial:3" in page
    assert "NaN" not in page


def test_publish_keeps_the_exponents(program, small_run, small_shown, tmp_path):
    """The published shards give the same exponents as the run they come from."""
    assert program("publish", small_run, "--out", tmp_path / "kept").returncode == 0
    full = json.loads(small_shown)["rows"]
    kept = json.loads(program("show", tmp_path / "kept", "--json").stdout)["rows"]
    for a, b in zip(full, kept, strict=True):
        assert [e["s"] for e in a["s_of_window"]] == [e["s"] for e in b["s_of_window"]]
        assert (a["s"], a["shear_modulus"]) == (b["s"], b["shear_modulus"])


def test_a_campaign_of_low_modes_gives_the_same_exponents(program, small_run, small_shown, tmp_path):
    """`modes = "low"`: the same glasses and windows from a part of the spectra; bulk levels have a reason instead."""
    text = (small_run.parent / "small.toml").read_text()
    (tmp_path / "low.toml").write_text(text + 'modes = "low"\n')
    done = program("run", tmp_path / "low.toml", "--out", tmp_path / "low", "--workers", 1)
    assert done.returncode == 0, done.stderr
    full = json.loads(small_shown)["rows"]
    low = json.loads(program("show", tmp_path / "low", "--json").stdout)["rows"]
    for a, b in zip(full, low, strict=True):
        assert a["glasses"] == b["glasses"]
        assert b["omega_t1"] == pytest.approx(a["omega_t1"], rel=1e-9)
        for x, y in zip(a["s_of_window"], b["s_of_window"], strict=True):
            assert (x["modes"], x["glasses"]) == (y["modes"], y["glasses"])
            assert (x["s"] is None) == (y["s"] is None)
            if x["s"] is not None:
                assert y["s"] == pytest.approx(x["s"], rel=1e-6)
        assert b["gap_ratio"] is None
        assert "only the lowest modes are known" in b["reason"]["gap_ratio"]
    sizes = [
        sum(path.stat().st_size for path in folder.glob("shards/*.h5")) for folder in (small_run, tmp_path / "low")
    ]
    assert sizes[1] < sizes[0]
    assert program("report", tmp_path / "low").returncode == 0
    assert program("publish", tmp_path / "low", "--out", tmp_path / "kept").returncode == 0
    kept = json.loads(program("show", tmp_path / "kept", "--json").stdout)["rows"]
    assert [row["s"] for row in kept] == [row["s"] for row in low]
    # Full spectra cannot be had from the same folder, and the refusal comes before any work.
    (tmp_path / "all.toml").write_text(text)
    refused = program("run", tmp_path / "all.toml", "--out", tmp_path / "low", "--workers", 1)
    assert refused.returncode == 3
    assert 'restore modes = "low"' in refused.stderr


def test_modes_of_a_file_of_another_program(program, small_run, tmp_path):
    """`modes` on a stored minimum returns the spectrum that the campaign stored."""
    from hessian_lab.systems import Configuration, write_configuration

    group = load_run(small_run)[0]
    sample = Configuration.create(group["positions"][0], group["cell"][0], diameters=group["diameters"][0])
    write_configuration(tmp_path / "glass.extxyz", sample)
    done = program("modes", tmp_path / "glass.extxyz", "--model", "polydisperse", "--json", "--out", tmp_path / "m.h5")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    np.testing.assert_allclose(found["omega"], group["omega"][0], atol=1e-7)
    assert found["zero_modes"] == 3
    assert found["omega"][:3] == [0, 0, 0]
    assert len(found["participation"]) == len(found["omega"]) == 210
    assert found["pressure"] == pytest.approx(group["pressure"][0], rel=1e-10)
    assert found["shear_modulus"] == pytest.approx(group["shear_modulus"][0], rel=1e-8)
    assert found["max_force"] < 1e-7
    few = json.loads(
        program("modes", tmp_path / "glass.extxyz", "--model", "polydisperse", "--json", "--count", 5).stdout
    )
    assert few["omega"] == pytest.approx(found["omega"][:5], abs=1e-9)
    assert (few["zero_modes"], few["negative_modes"]) == (3, 0)
    # Few modes: the modulus comes from the linear response instead of the sum over modes.
    assert few["shear_modulus"] == pytest.approx(found["shear_modulus"], rel=1e-8)


def test_modes_below_a_frequency_are_proved_complete(small_run, tmp_path):
    """`--omega-max` finds as many modes as the whole spectrum has below it, and says that none is missing."""
    from typer.testing import CliRunner

    from hessian_lab.cli._main import app
    from hessian_lab.systems import Configuration, write_configuration

    group = load_run(small_run)[0]
    sample = Configuration.create(group["positions"][0], group["cell"][0], diameters=group["diameters"][0])
    write_configuration(tmp_path / "glass.extxyz", sample)
    omega = group["omega"][0]
    level = float(0.5 * (omega[14] + omega[15]))

    def program(*words):
        """In this process: six starts of Python would cost more than the modes."""
        return CliRunner().invoke(app, [str(word) for word in words], catch_exceptions=False)

    words = ("modes", tmp_path / "glass.extxyz", "--model", "polydisperse", "--omega-max", level)
    for solver in ("lanczos", "sparse", "chebyshev"):
        found = json.loads(program(*words, "--solver", solver, "--json").stdout)
        assert found["omega"] == pytest.approx(list(omega[:15]), abs=1e-7)
        assert found["complete_below_omega"] == pytest.approx(level)
    fast = program(*words, "--solver", "lanczos", "--accuracy", "fast")
    assert f"no mode below {level:.6g}" in fast.stdout
    assert "fast" in fast.stdout
    few = program("modes", tmp_path / "glass.extxyz", "--model", "polydisperse", "--count", 2).stdout
    assert "at least 2" in few
    assert "no mode below 0 " in few
    unproved = program(*words, "--solver", "sparse", "--no-prove")
    assert "not proved" in unproved.stdout


def test_a_density_of_states_of_a_file(program, small_run, tmp_path):
    """`density` agrees with the stored spectrum within its errors, and draws."""
    from hessian_lab.systems import Configuration, write_configuration

    group = load_run(small_run)[0]
    sample = Configuration.create(group["positions"][0], group["cell"][0], diameters=group["diameters"][0])
    write_configuration(tmp_path / "glass.extxyz", sample)
    words = (
        "density",
        tmp_path / "glass.extxyz",
        "--model",
        "polydisperse",
        "--bins",
        8,
        "--figure",
        tmp_path / "g.png",
    )
    done = program(*words, "--json")
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    edges = np.array(found["omega_edges"])
    exact = np.histogram(group["omega"][0], edges)[0] / 210 / np.diff(edges)
    error = np.hypot(found["statistical_error"], found["truncation_error"])
    assert np.abs((np.array(found["density"]) - exact) / error).max() < 5
    assert (tmp_path / "g.png").read_bytes().startswith(b"\x89PNG")
    assert "statistical" in program(*words).stdout


def test_modes_can_quench_first(program, small_run, tmp_path):
    """A parent is no minimum: without --quench a warning, with it three zero modes and no negative one."""
    from hessian_lab.systems import Configuration, write_configuration

    group = load_run(small_run)[0]
    parent = Configuration.create(group["parent_positions"][0], group["cell"][0], diameters=group["diameters"][0])
    write_configuration(tmp_path / "parent.extxyz", parent)
    raw = program("modes", tmp_path / "parent.extxyz", "--model", "polydisperse", "--json")
    assert "--quench" in raw.stderr
    done = program("modes", tmp_path / "parent.extxyz", "--model", "polydisperse", "--quench", "--json")
    found = json.loads(done.stdout)
    assert (found["zero_modes"], found["negative_modes"]) == (3, 0)
    assert found["energy_per_particle"] == pytest.approx(group["energy"][0] / 70, rel=1e-9)


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("run", "absent.toml"), 3, "absent.toml"),
        (("show", "absent-folder"), 3, "absent-folder"),
        (("report", "absent-folder"), 3, "absent-folder"),
        (("models", "water"), 2, "polydisperse"),
        (("modes", "absent.xyz", "--model", "polydisperse"), 3, "absent.xyz"),
        (("modes", "absent.xyz", "--model", "water"), 2, "water"),
        (("modes", "absent.xyz", "--model", "polydisperse", "--taper", "cosine:2"), 2, "polynomial:M"),
        (("bench", "nothing"), 2, "nothing"),
        (("modes", "absent.xyz"), 2, "--model"),
        (("density", "absent.xyz", "--model", "polydisperse"), 3, "absent.xyz"),
        (("density", "absent.xyz", "--model", "polydisperse", "--figure", "nowhere/g.png"), 2, "nowhere"),
    ],
)
def test_bad_input_is_named_without_a_traceback(program, words, status, said):
    """Exit status by kind of error, the culprit named, nothing on standard output."""
    done = program(*words)
    assert done.returncode == status
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ('particles = 70\nflavour = "up"', ("flavour", "unknown key")),
        ("particles = 20", ("at least 66", "20")),
        ('particles = 70\nparental_temperature = "0.1"', ("parental_temperature", "0.1", "inf")),
        ("particles = 70\ncutoff = -1", ("cutoff", "-1")),
        ('particles = 70\nmethods = ["newton"]', ("methods", "newton")),
    ],
)
def test_a_bad_campaign_is_refused_before_any_work(program, tmp_path, change, said):
    """The error names the key, the value and what is allowed; no folder is made."""
    from .conftest import SMALL

    campaign = tmp_path / "bad.toml"
    campaign.write_text(SMALL.replace("particles = 70", change))
    done = program("run", campaign, "--out", tmp_path / "run")
    assert done.returncode == 2
    for words in said:
        assert words in done.stderr
    assert not (tmp_path / "run").exists()


def test_help_is_quick_and_loads_no_jax():
    """`hessian-lab --help` takes less than half a second of processor time and leaves jax alone."""
    code = (
        "import sys, time; sys.argv = ['hessian-lab', '--help']\n"
        "from hessian_lab.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "assert 'jax' not in sys.modules and 'numpy' not in sys.modules\n"
        "print('processor', time.process_time())"
    )
    start = time.perf_counter()
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert time.perf_counter() - start < 5
    assert float(done.stdout.split()[-1]) < 0.5
