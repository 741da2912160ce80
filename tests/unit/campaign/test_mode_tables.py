"""Tables of modes in shards: what is stored is what an analysis of the stored glass says, on every route."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from hessian_lab import DataFileError, InputError, Status
from hessian_lab._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from hessian_lab.campaign import Campaign, Wanted, _glasses, load_campaign, make_glasses, plan
from hessian_lab.campaign._analysis import analyse_on_host, low_edge
from hessian_lab.campaign._device_analysis import analyse_on_device
from hessian_lab.campaign._glasses import _pad
from hessian_lab.hessian import hessian
from hessian_lab.modes import ModeAnalysis, simple_shear_moduli
from hessian_lab.potentials import Potential, PotentialSettings
from hessian_lab.records import list_shards, load_run, write_shard
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration

BASE = {"model": "polydisperse", "dimension": 2, "particles": 90, "glasses": 4, "tapers": ["polynomial:2"]}
TABLE = {"mode_table": True, "surrogates": 19}
COLUMNS = [*MODE_COLUMNS, *SURROGATE_COLUMNS]


def campaign(**change):
    return Campaign.model_validate({"name": "c", "seed": 5, "ensembles": [BASE | TABLE | change]})


def made(indices=(0, 1, 2), **change):
    """Physics, treatment and columns of some glasses."""
    ensemble = campaign(**change).ensembles[0]
    physics, treatment = ensemble.physics(5), ensemble.treatments()[0]
    columns = make_glasses(ensemble.models()[0], physics, treatment, np.array(indices), wanted=ensemble.wanted)
    return physics, treatment, columns


@pytest.fixture(scope="module")
def shard():
    return made()


@pytest.fixture(scope="module")
def run(shard, tmp_path_factory):
    """A folder with one shard of three glasses, tables and surrogates."""
    folder = tmp_path_factory.mktemp("run")
    physics, treatment, columns = shard
    write_shard(folder / "shards" / "a.h5", columns, physics, treatment, {"code_version": "test"})
    return folder


def glasses(shard):
    """Hessians of the stored positions, and their potential."""
    _, treatment, columns = shard
    potential = Potential(PotentialSettings.model_validate(treatment["potential"]))
    samples = [
        Configuration.create(x, cell, diameters=d, masses=m)
        for x, cell, d, m in zip(*(columns[n] for n in ("positions", "cell", "diameters", "masses")), strict=True)
    ]
    return potential, samples


def test_stored_tables_are_those_of_the_stored_glasses(shard):
    """Every column again from positions, diameters, masses and the glass's identity; NaN where there is no mode."""
    columns = shard[2]
    potential, samples = glasses(shard)
    number = []
    for k, sample in enumerate(samples):
        matrix = hessian(potential, sample)
        found = spectrum(matrix, method="lapack")
        born = simple_shear_moduli(matrix.pairs, found).born
        edge = low_edge(born, sample.masses, sample.volume, 2)
        analysis = ModeAnalysis(omega_max=edge, surrogates=19, seed=columns["glass_id"][k]).compute(matrix, found)
        table = analysis.table()
        number.append(len(table))
        assert found.positive_omega[len(table) - 1] < edge <= found.positive_omega[len(table)]
        for name in COLUMNS:
            stored = columns[name][k]
            np.testing.assert_allclose(stored[: len(table)], table[name], rtol=1e-6, atol=1e-9, err_msg=name)
            assert np.isnan(stored[len(table) :]).all()
    assert {columns[name].shape for name in COLUMNS} == {(3, max(number))}
    assert min(number) >= 3


def test_table_and_spectrum_name_the_same_modes(shard):
    columns = shard[2]
    for omega, row, e, participation in zip(
        *(columns[name] for name in ("omega", "mode_omega", "participation", "mode_participation")), strict=True
    ):
        listed = np.isfinite(row)
        first = np.flatnonzero(omega > 0)[0]
        np.testing.assert_allclose(row[listed], omega[first : first + listed.sum()])
        np.testing.assert_allclose(participation[listed], e[first : first + listed.sum()])


@pytest.mark.parametrize("modes", ["all", "low"])
def test_device_and_host_tables_agree(shard, modes):
    """Batched solvers and LAPACK: the same rows. (Surrogates have random numbers of their own: test_device_tables.)

    Glasses this small have no room for the device's search of low modes; it lists all of theirs.
    """
    potential, samples = glasses(shard)
    wanted = Wanted(1, modes, True, 0)
    seen = analyse_on_device(potential, samples, wanted, "abc", width=4)
    for sample, name, found in zip(samples, "abc", seen, strict=True):
        known = analyse_on_host(potential, sample, wanted, name).table
        assert list(found.table.columns) == list(known.columns) == list(MODE_COLUMNS)
        assert len(found.table) == len(known)
        for column in MODE_COLUMNS:
            np.testing.assert_allclose(found.table[column], known[column], rtol=1e-5, atol=1e-6, err_msg=column)


def test_low_and_all_modes_have_the_same_tables(shard):
    potential, samples = glasses(shard)
    for sample in samples:
        some, every = (analyse_on_host(potential, sample, Wanted(0, m, True, 0), "a").table for m in ("low", "all"))
        assert list(some.columns) == list(MODE_COLUMNS)
        for column in MODE_COLUMNS:
            np.testing.assert_allclose(some[column], every[column], rtol=1e-5, atol=1e-6, err_msg=column)


def test_tables_do_not_depend_on_the_shard(shard):
    """A glass in a shard of its own has the same surrogates."""
    alone = made(indices=(1,))[2]
    for name in COLUMNS:
        width = alone[name].shape[1]
        np.testing.assert_allclose(alone[name][0], shard[2][name][1][:width], rtol=1e-6, atol=1e-9, err_msg=name)


def test_failed_glasses_have_empty_tables(monkeypatch, shard):
    """One that did not converge: NaN in all columns; all of them: no columns of modes at all, and no error."""
    honest = _glasses.quench

    def spoilt(count):
        def run(*words, **options):
            found = honest(*words, **options)
            for k in range(count):
                found[k] = replace(found[k], status=Status.MAX_STEPS)
            return found

        return run

    monkeypatch.setattr(_glasses, "quench", spoilt(1))
    columns = made(indices=(0, 1))[2]
    assert columns["status"][0] == Status.MAX_STEPS
    for name in COLUMNS:
        assert np.isnan(columns[name][0]).all()
        np.testing.assert_allclose(columns[name][1], shard[2][name][1][: columns[name].shape[1]], rtol=1e-6, atol=1e-9)
    monkeypatch.setattr(_glasses, "quench", spoilt(2))
    assert {made(indices=(0, 1))[2][name].shape for name in COLUMNS} == {(2, 0)}


def test_rows_are_filled_up_to_the_longest():
    rows = [{"mode_omega": np.arange(1.0, n + 1), "status": n} for n in (2, 0, 3)]
    _pad(rows)
    expected = [[1, 2, np.nan], [np.nan] * 3, [1, 2, 3]]
    np.testing.assert_array_equal([row["mode_omega"] for row in rows], expected)
    assert [row["status"] for row in rows] == [2, 0, 3]


def test_a_run_with_tables_goes_on(run, shard):
    """The plan asks for what is missing; shards of unequal width are read together, every glass once."""
    todo = plan(campaign(), run, 2)
    assert [task.indices for task in todo.tasks] == [(3,)]
    physics, treatment, columns = made(indices=(3,))
    write_shard(todo.tasks[0].path, columns, physics, treatment, {"code_version": "test"})
    assert not plan(campaign(), run, 2).tasks
    (group,) = load_run(run)
    np.testing.assert_array_equal(group["index"], np.arange(4))
    for name in COLUMNS:
        width = shard[2][name].shape[1]
        np.testing.assert_array_equal(group[name][:3, :width], shard[2][name])
        assert np.isnan(group[name][:3, width:]).all()
    list_shards(run)[-1].unlink() if len(list_shards(run)) > 2 else todo.tasks[0].path.unlink()


def without(shard, names, folder):
    physics, treatment, columns = shard
    kept = {name: column for name, column in columns.items() if name not in names}
    write_shard(folder / "shards" / "a.h5", kept, physics, treatment, {"code_version": "test"})
    return folder


@pytest.mark.parametrize(
    ("stored", "asked", "said"),
    [
        ((), TABLE, "glasses without a table of modes, but the campaign file asks for mode_table"),
        (MODE_COLUMNS, TABLE, "glasses without surrogates, but the campaign file asks for surrogates"),
        (COLUMNS, {"mode_table": True, "surrogates": 0}, "glasses with surrogates, which .* put surrogates back"),
        (COLUMNS, {"mode_table": False, "surrogates": 0}, "glasses with a table of modes, .* put mode_table back"),
    ],
)
def test_a_folder_of_another_kind_is_refused(shard, tmp_path, stored, asked, said):
    """Glasses with and without tables do not go together, whichever came first."""
    folder = without(shard, set(COLUMNS) - set(stored), tmp_path)
    with pytest.raises(DataFileError, match=said):
        plan(campaign(**asked), folder, 2)


def test_a_finished_folder_with_tables_may_be_read_by_a_file_that_asks_for_none(run):
    assert not plan(campaign(glasses=3, mode_table=False, surrogates=0), run, 2).tasks


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ("surrogates = 39", "surrogates belong to the table of modes; add mode_table = true"),
        ("mode_table = true\nsurrogates = 5", "surrogates = 5: allowed are 0 and 19 or more, for a p of 0.05"),
        ("mode_table = true\nsurrogates = -1", "surrogates = -1"),
    ],
)
def test_impossible_tables_are_refused(tmp_path, change, said):
    path = tmp_path / "c.toml"
    path.write_text(f'name = "x"\n[[ensembles]]\nmodel = "polydisperse"\nparticles = 70\nglasses = 1\n{change}\n')
    with pytest.raises(InputError, match=said):
        load_campaign(path)
