"""Prepared parents: what is refused, who they are, what is planned for them, and how their flags travel."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from hessian_lab import DataFileError, InputError
from hessian_lab._core.identity import digest
from hessian_lab.campaign import (
    Campaign,
    collect_parents,
    load_campaign,
    make_glasses,
    make_parent,
    parent_identity,
    plan,
    prepare_parents,
)
from hessian_lab.campaign import _parents as parents_module
from hessian_lab.records import list_shards, read_shard, write_parents, write_shard
from hessian_lab.report._provenance import campaign_toml
from hessian_lab.sampling import Evidence, Parent

SIMULATIONS = Path(__file__).parents[3] / "simulations"

BASE = {"model": "polydisperse", "particles": 80, "glasses": 5, "parental_temperature": ["inf", 0.2, 0.3]}
SWAP = {"preparation": "swap"}


def campaign(seed=5, name="c", **change):
    return Campaign.model_validate({"name": name, "seed": seed, "ensembles": [BASE | SWAP | change]})


def write(tmp_path, **change):
    path = tmp_path / "c.toml"
    path.write_text(campaign_toml({"name": "x", "ensembles": [BASE | SWAP | change]}))
    return path


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"preparation": "random"}, r'"random" leads to parental_temperature = "inf".*0\.2.*md, swap, hybrid'),
        ({"parental_temperature": "inf"}, r'"swap" leads to finite.*parental_temperature is "inf"'),
        ({"parental_temperature": 0}, r'"swap" leads to finite.*has 0.*cooling, joint-minimisation'),
        ({"parental_temperature": -0.1}, "parental_temperature"),
        ({"parental_temperature": []}, "parental_temperature"),
        ({"parental_temperature": [0.2, 0.2]}, "same temperature twice"),
        ({"preparation": "quantum"}, "quantum"),
        ({"composition": {"kind": "species", "fractions": [1.0], "diameters": [1.0]}, "mixing": {"kind": "additive"}},
         "all particles of this model are alike.*md"),
        ({"parent_cutoff": 1.75}, r"at least 179 for parent_taper polynomial:2 with parent_cutoff 1\.75"),
        ({"parent_taper": "polynomial:0"}, "force jump"),
        ({"relax_cell": "shear"}, r"at least 88 for relax_cell.*10 %"),
        ({"relax_cell": "pressure", "particles": 100}, "target_pressure must be positive.*repulsive.*shear"),
        ({"relax_cell": ["shear", "shear"], "particles": 100}, "same relaxation twice"),
        ({"relax_cell": "volume", "particles": 100}, "relax_cell"),
        ({"target_pressure": 2.0}, "no effect on a fixed cell"),
        ({"methods": ["fire", "fire"]}, "same method twice"),
        ({"methods": []}, "methods"),
    ],
)  # fmt: skip
def test_what_does_not_go_together_is_refused_by_name(tmp_path, change, said):
    """Before any work: preparations that do not lead there, boxes that are too small, lists with doubles."""
    with pytest.raises(InputError, match=f"(?s){said}"):
        load_campaign(write(tmp_path, **change))


def test_cooling_and_joint_minimisation_are_parents_of_zero_temperature(tmp_path):
    """They end at T = 0; asked for another temperature they say so."""
    cooling = {"kind": "cooling", "start": 0.5, "rate": 0.01}
    ensemble = campaign(preparation=cooling, parental_temperature=0).ensembles[0]
    assert ensemble.physics(5)["parental_temperature"] == 0
    with pytest.raises(ValueError, match=r"parental_temperature = 0.*out of equilibrium"):
        campaign(preparation=cooling, parental_temperature=0.2)
    with pytest.raises(ValueError, match="schedule must start at or above"):
        campaign(preparation={"kind": "swap", "schedule": {"kind": "linear", "start": 0.25, "duration": 10}})


def test_published_glasses_are_still_those_of_their_campaign():
    """The quickstart's ensembles and treatments, stored by the first release, keep their identities to the letter."""
    quickstart = load_campaign(SIMULATIONS / "quickstart" / "quickstart.toml")
    today = {
        digest([ensemble.physics(quickstart.seed, temperature), treatment])
        for ensemble in quickstart.ensembles
        for temperature in ensemble.parental_temperature
        for treatment in ensemble.treatments()
    }
    shards = [read_shard(path) for path in list_shards(SIMULATIONS / "quickstart" / "published")]
    assert {digest([shard.ensemble, shard.treatment]) for shard in shards} == today
    for shard in shards:
        identity = parent_identity(shard.ensemble, int(shard.columns["index"][0]))
        assert shard.columns["parent_id"][0].decode() == identity
        assert shard.columns["glass_id"][0].decode() == digest({"parent": identity, "treatment": shard.treatment})
        # Schema 1: one evaluation a step.
        np.testing.assert_array_equal(shard.columns["force_evaluations"], shard.columns["steps"])


def test_a_parent_is_its_physics_preparation_potential_seed_and_index():
    """Each of them makes another parent; tapers, methods and the number of glasses do not."""
    one = campaign().ensembles[0]
    for same in (campaign(tapers=["polynomial:3"]), campaign(methods=["jax-md-fire"]), campaign(glasses=9)):
        assert same.ensembles[0].physics(5, 0.2) == one.physics(5, 0.2)
    others = [
        one.physics(5, 0.3),
        one.physics(6, 0.2),
        campaign(preparation={"kind": "swap", "sweeps": 7}).ensembles[0].physics(5, 0.2),
        campaign(preparation="md").ensembles[0].physics(5, 0.2),
        campaign(parent_taper="polynomial:3").ensembles[0].physics(5, 0.2),
        campaign(parent_cutoff=1.3).ensembles[0].physics(5, 0.2),
    ]
    assert len({digest(physics) for physics in [one.physics(5, 0.2), *others]}) == 7
    # Random positions know neither preparation nor potential.
    assert campaign(parent_taper="polynomial:3").ensembles[0].physics(5, "inf") == one.physics(5, "inf")


def test_every_temperature_method_and_relaxation_is_a_treatment_of_the_same_parents(tmp_path):
    """Tapers x methods x relaxations at every temperature; a fixed cell leaves no trace in the treatment."""
    settings = campaign(
        tapers=["polynomial:2", "polynomial:3"], methods=["fire", "jax-md-fire"], relax_cell=["none", "both"],
        target_pressure=2.0, particles=100,
    )  # fmt: skip
    treatments = settings.ensembles[0].treatments()
    assert len({digest(table) for table in treatments}) == len(treatments) == 8
    assert sum("relax_cell" in table for table in treatments) == 4
    todo = plan(settings, tmp_path, 25)
    assert (todo.total, todo.finished, todo.parents_total, todo.parents_finished) == (3 * 8 * 5, 0, 10, 0)
    assert [(family.treatments, family.missing_parents) for family in todo.families] == [(8, 0), (8, 5), (8, 5)]


def put_parents(task):
    """A parent file as if it had been prepared: the random starts, the odd ones flagged."""
    settings = campaign()
    model = settings.ensembles[0].parent_model()
    prepared = [
        Parent(
            make_parent(model, task.physics, index), 0.2, Evidence(0.5, 0.01, equilibrated=index % 2 == 0, reason="")
        )
        for index in task.indices
    ]
    samples = [parent.configuration for parent in prepared]
    columns = {
        name: np.stack([getattr(sample, name) for sample in samples])
        for name in ("positions", "diameters", "species", "masses", "cell")
    }
    columns |= {
        "index": np.array(task.indices),
        "parent_id": np.array([parent_identity(task.physics, k) for k in task.indices]),
    }
    write_parents(
        task.path, columns | parents_module.evidence_columns(prepared), task.physics, {"code_version": "test"}
    )


def put_shard(task):
    columns = {
        "index": np.array(task.indices),
        "glass_id": np.array([f"{digest(task.treatment)}{digest(task.physics)}{k}" for k in task.indices]),
    }
    write_shard(task.path, columns, task.physics, task.treatment, {}, partial=True)


def test_shards_wait_for_the_parents_that_they_need(tmp_path):
    """Every prepared parent is in exactly one new file, and each shard names the files of its parents."""
    todo = plan(campaign(), tmp_path, 3, 2)
    assert [task.indices for task in todo.parent_tasks if task.physics["parental_temperature"] == 0.2] == [
        (0, 1),
        (2, 3),
        (4,),
    ]
    made = {(digest(task.physics), index): task.path for task in todo.parent_tasks for index in task.indices}
    for task in todo.tasks:
        expected = {
            made[digest(task.physics), index] for index in task.indices if task.physics["parental_temperature"] != "inf"
        }
        assert set(task.parents) == expected


def test_finished_parents_are_never_made_again(tmp_path):
    """More glasses, another treatment and another size of the files ask for the missing parents only."""
    for task in plan(campaign(), tmp_path, 3, 2).parent_tasks:
        put_parents(task)
    todo = plan(campaign(glasses=7, methods=["fire", "jax-md-fire"]), tmp_path, 4, 1)
    assert (todo.parents_total, todo.parents_finished) == (14, 10)
    assert sorted((task.physics["parental_temperature"], task.indices) for task in todo.parent_tasks) == [
        (0.2, (5,)), (0.2, (6,)), (0.3, (5,)), (0.3, (6,)),
    ]  # fmt: skip
    assert all(path.exists() for task in todo.tasks if max(task.indices) < 4 for path in task.parents)


def test_two_entries_with_the_same_parents_share_them(tmp_path):
    """Another taper list for the same ensemble in an entry of its own prepares nothing twice."""
    entry = BASE | SWAP
    both = Campaign.model_validate(
        {"name": "c", "ensembles": [entry, entry | {"tapers": ["polynomial:3"], "glasses": 6}]}
    )
    todo = plan(both, tmp_path, 10, 10)
    made = sorted((digest(task.physics), index) for task in todo.parent_tasks for index in task.indices)
    assert len(made) == len(set(made)) == 12


def test_files_of_other_parents_and_lost_parents_are_refused(tmp_path):
    """Parents of another preparation in the folder; a half-finished parent whose file is gone."""
    todo = plan(campaign(), tmp_path, 5, 5)
    for task in todo.parent_tasks:
        put_parents(task)
    with pytest.raises(DataFileError, match=r"holds prepared parents of 2 ensemble\(s\) at one temperature that the"):
        plan(campaign(preparation="md"), tmp_path, 5, 5)
    for task in todo.tasks:
        put_shard(task)
    # One taper and one method at two finite temperatures; the random parents are the same.
    with pytest.raises(DataFileError, match=r"glasses of 2 combination\(s\) of parents and treatment and prepared par"):
        plan(campaign(preparation="md"), tmp_path, 5, 5)
    for task in todo.parent_tasks:
        task.path.unlink()
    assert not plan(campaign(), tmp_path, 5, 5).parent_tasks
    with pytest.raises(DataFileError, match=r"5 parent\(s\) at T = 0.2.*restore the files"):
        plan(campaign(methods=["fire", "jax-md-fire"]), tmp_path, 5, 5)


def test_parents_come_back_from_their_files_bit_for_bit(tmp_path):
    """Positions, diameters and evidence, in the order asked for; an absent one is named."""
    todo = plan(campaign(), tmp_path, 5, 2)
    tasks = [task for task in todo.parent_tasks if task.physics["parental_temperature"] == 0.2]
    for task in tasks:
        put_parents(task)
    paths, physics = [task.path for task in tasks], tasks[0].physics
    model = campaign().ensembles[0].parent_model()
    for index, parent in zip((4, 0, 3), collect_parents(paths, physics, (4, 0, 3)), strict=True):
        start = make_parent(model, physics, index)
        np.testing.assert_array_equal(parent.configuration.positions, start.positions)
        np.testing.assert_array_equal(parent.configuration.diameters, start.diameters)
        assert (parent.temperature, parent.evidence.equilibrated) == (0.2, index % 2 == 0)
        assert (parent.evidence.energy, parent.evidence.energy_error) == (0.5, 0.01)
    with pytest.raises(DataFileError, match=r"parents \[4\] are in none of"):
        collect_parents(paths[:1], physics, (0, 4))


def test_glasses_carry_the_evidence_of_their_parents(monkeypatch):
    """Flag and numbers of every parent stand beside its glass; the quench starts where the parent was."""
    settings = campaign(parental_temperature=0.2).ensembles[0]
    physics, model = settings.physics(5), settings.parent_model()

    def stand_in(potential, preparation, configurations, temperature, identities, *, progress=None):
        assert (preparation.kind, temperature, len(set(identities))) == ("swap", 0.2, 2)
        marks = (
            Evidence(1.0, 0.1),
            Evidence(2.0, 0.2, equilibrated=False, reason="energy drifts by 9.0 standard errors"),
        )
        return [Parent(sample, temperature, mark) for sample, mark in zip(configurations, marks, strict=True)]

    monkeypatch.setattr(parents_module, "prepare", stand_in)
    columns = prepare_parents(model, physics, (3, 7))
    assert columns["equilibrated"].tolist() == [True, False]
    parents = stand_in(None, settings.preparation, [make_parent(model, physics, k) for k in (3, 7)], 0.2, ["a", "b"])
    glasses = make_glasses(model, physics, settings.treatments()[0], np.array([3, 7]), parents=parents)
    for name in ("equilibrated", "equilibration_reason", "parent_energy", "parent_energy_error", "parent_id"):
        np.testing.assert_array_equal(glasses[name], columns[name])
    np.testing.assert_array_equal(glasses["parent_positions"], columns["positions"])
    assert (glasses["force_evaluations"] >= glasses["steps"]).all()
