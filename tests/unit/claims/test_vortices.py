"""Claim (v): shares and medians of modes below 0.9 omega_T1, with errors over glasses, and why they are missing."""

from __future__ import annotations

import json

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.claims import (
    LOW_EDGE,
    VORTEX_COLUMNS,
    exponent_table,
    listed_modes,
    publish,
    tables,
    transverse_frequency,
    vortex_table,
)
from hessian_lab.records import Group, load_run, write_shard

PARTICLES = 64
EDGE = 2 * np.pi / PARTICLES ** (1 / 3)
"""omega_T1 of a box of unit density with modulus 1."""

ENSEMBLE = {"model": "polydisperse", "dimension": 3, "particles": PARTICLES, "parental_temperature": "inf"}
TREATMENT = {"taper": "local:2", "order": 2, "repulsive": True, "method": {"kind": "fire"}, "potential": {}}


def group(glasses=200, seed=0, *, rotating=0.2, correlated=0.1):
    """Up to twelve modes a glass below 1.5 omega_T1, of which independent shares rotate and go with the stress."""
    random = np.random.default_rng(seed)
    shape = glasses, 12
    omega = np.sort(random.uniform(0.1, 1.5, shape), axis=1) * EDGE
    omega[np.arange(12) >= random.integers(4, 13, glasses)[:, None]] = np.nan
    there = np.isfinite(omega)
    spectrum = np.zeros((glasses, 3 * PARTICLES))
    spectrum[:, 3:] = np.linspace(0.1, 4, 3 * PARTICLES - 3) * EDGE
    columns = {
        "index": np.arange(glasses),
        "parent_id": np.array([f"p{k:05d}" for k in range(glasses)], "S"),
        "glass_id": np.array([f"g{k:05d}" for k in range(glasses)], "S"),
        "status": np.full(glasses, int(Status.CONVERGED), np.int8),
        "saddle_visits": np.zeros(glasses, int),
        "rattlers": np.zeros(glasses, int),
        "zero_modes": np.full(glasses, 3),
        "omega": spectrum,
        "participation": np.full(spectrum.shape, 0.5),
        "shear_modulus": 1 + 0.1 * random.standard_normal(glasses),
        "pressure": np.full(glasses, 2.0),
        "masses": np.ones((glasses, PARTICLES)),
        "cell": np.broadcast_to(np.eye(3) * PARTICLES ** (1 / 3), (glasses, 3, 3)).copy(),
        "mode_omega": omega,
        "rotating": (random.random(shape) < rotating).astype(float),
        "p_correlation": np.where(random.random(shape) < correlated, 0.05, 0.5),
        "core_asymmetry": random.lognormal(np.log(1.3), 0.3, shape),
        "surrogate_asymmetry": random.lognormal(0.0, 0.1, shape),
        "prestress_response": random.lognormal(np.log(4), 0.3, shape),
        "surrogate_prestress": random.lognormal(np.log(3), 0.3, shape),
    }
    for name in VORTEX_COLUMNS:
        columns[name] = np.where(there, columns[name], np.nan)
    return Group(ENSEMBLE, TREATMENT, ({"code_version": "test"},), columns)


def test_shares_and_medians_are_recovered():
    """Independent shares of 0.2 and 0.1, both 0.02; medians as made; every deviation inside four standard errors."""
    (row,) = vortex_table([group()], resamples=300)
    expected = {
        "rotating_share": 0.2, "correlated_share": 0.1, "both_share": 0.02, "core_asymmetry": 1.3,
        "surrogate_asymmetry": 1.0, "prestress_response": 4.0, "surrogate_prestress": 3.0,
    }  # fmt: skip
    for name, value in expected.items():
        assert abs(row[name] - value) < 4 * row[f"{name}_error"]
    # Modes are independent here, so that the jackknife over glasses is the binomial error, to 20 %.
    assert row["rotating_share_error"] == pytest.approx(np.sqrt(0.2 * 0.8 / row["modes"]), rel=0.2)
    assert row["expected_share"] == 0.05
    assert row["reason"] == {}


def test_only_low_modes_of_confirmed_minima_count():
    """Saddles and modes above 0.9 of the ensemble's omega_T1 are left out; a glass without low modes is still one."""
    some = group(30)
    some.columns["status"][:5] = int(Status.SADDLE)
    some.columns["mode_omega"][5] = np.where(np.isfinite(some["mode_omega"][5]), 1.2 * EDGE, np.nan)
    (row,) = vortex_table([some], resamples=50)
    edge = LOW_EDGE * transverse_frequency(some)[0]
    low = some["mode_omega"][5:] < edge
    assert (row["modes"], row["glasses"]) == (low.sum(), 25)
    assert row["glasses_with_modes"] == np.count_nonzero(low.any(axis=1)) == 24
    assert row["rotating_share"] == pytest.approx(some["rotating"][5:][low].mean())
    modes = listed_modes(some)
    assert len(modes) == np.isfinite(some["mode_omega"][5:]).sum()
    np.testing.assert_array_equal(modes.low.counts, low.sum(axis=1))


def test_what_is_missing_has_its_reason():
    """No table: no row. No surrogates, no minimum, no omega_T1, no low mode: a row that says so."""
    without = group(10)
    del without.columns["mode_omega"]
    assert vortex_table([without]) == []
    bare = group(10)
    for name in ("rotating", "p_correlation", "surrogate_asymmetry", "surrogate_prestress"):
        del bare.columns[name]
    dead, unstable, high = group(10), group(10), group(10)
    dead.columns["status"][:] = int(Status.MAX_STEPS)
    unstable.columns["shear_modulus"] *= -1
    high.columns["mode_omega"] += 2 * EDGE
    words = {"surrogates = 19": bare, "no glass": dead, "omega_T1": unstable, "no mode lies": high}
    for word, case in words.items():
        (row,) = vortex_table([case], resamples=50)
        assert word in row["reason"]["rotating_share"]
        assert all(row["reason"][name] for name, value in row.items() if value is None)
        json.dumps(row, allow_nan=False)
    assert vortex_table([bare], resamples=50)[0]["core_asymmetry"] is not None


def test_a_share_of_zero_has_no_error():
    (row,) = vortex_table([group(10, rotating=0.0)], resamples=50)
    assert row["rotating_share"] == 0
    assert row["rotating_share_error"] is None
    assert "changes nothing" in row["reason"]["rotating_share_error"]


def test_published_tables_of_modes_give_the_same_row(tmp_path):
    """Rows above the edge are cut, those below stay to the last bit; `vortices` is in the stored tables."""
    kept = group(40)
    run = tmp_path / "run"
    stamp = {"code_version": "test"}
    write_shard(run / "shards" / "a.h5", kept.columns, ENSEMBLE, TREATMENT, stamp, partial=True)
    publish(run, tmp_path / "kept", resamples=100)
    (full,), (small,) = load_run(run), load_run(tmp_path / "kept")
    assert vortex_table([small], resamples=100) == vortex_table([full], resamples=100)
    frequency, error = transverse_frequency(full)
    edge = frequency + 6 * error
    listed, before = small["mode_omega"], full["mode_omega"]
    assert np.nanmax(before) > edge
    assert np.nanmax(listed) <= edge
    np.testing.assert_array_equal(listed[np.isfinite(listed)], before[before <= edge])
    stored = json.loads((tmp_path / "kept" / "table.json").read_text())
    assert stored["vortices"] == vortex_table([full], resamples=100)
    assert tables(run, [full], resamples=100)["rows"] == exponent_table([full], resamples=100)
