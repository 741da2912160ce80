"""Shards are whole or absent, and say where they come from."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab import ComputationError, DataFileError
from hessian_lab.records import list_shards, load_run, read_shard, remove_leftovers, write_shard

ENSEMBLE = {"model": "m", "dimension": 3, "particles": 2, "parental_temperature": "inf"}
TREATMENT = {"taper": "local:inf", "order": "inf", "method": {"kind": "fire"}}


def put(run, name, indices, treatment=TREATMENT):
    columns = {
        "index": np.array(indices),
        "parent_id": np.array([f"p{k}" for k in indices]),
        "glass_id": np.array([f"{treatment['taper']}-{k}" for k in indices]),
        "status": np.ones(len(indices), np.int8),
        "masses": np.ones((len(indices), 2)),
        "cell": np.stack([np.eye(3) * 2] * len(indices)),
        "omega": np.arange(6.0) + np.array(indices)[:, None] / 7,
    }
    write_shard(run / "shards" / name, columns, ENSEMBLE, treatment, {"code_version": "test"}, partial=True)


def test_groups_join_shards_in_the_order_of_the_index(tmp_path):
    """Blocks written in any order come back sorted, float64 to the last bit."""
    put(tmp_path, "b.h5", [5, 3])
    put(tmp_path, "a.h5", [4, 0])
    (group,) = load_run(tmp_path)
    np.testing.assert_array_equal(group["index"], [0, 3, 4, 5])
    np.testing.assert_array_equal(group["omega"][:, 0], np.array([0, 3, 4, 5]) / 7)
    assert (group.m, group.quench, group.volume, group.mass_density) == (
        "inf",
        "fire",
        pytest.approx(8),
        pytest.approx(0.25),
    )


def test_a_glass_in_two_shards_is_an_error(tmp_path):
    """Twice the same glass would count twice in every error bar."""
    put(tmp_path, "a.h5", [0, 1])
    put(tmp_path, "b.h5", [1, 2])
    with pytest.raises(DataFileError, match=r"local:inf-1 appears in more than one shard.*a\.h5.*b\.h5"):
        load_run(tmp_path)


def test_a_failed_write_leaves_nothing_behind(tmp_path, monkeypatch):
    """No space: an error that says so, the finished shard untouched, no temporary file."""
    put(tmp_path, "a.h5", [0])
    content = (tmp_path / "shards" / "a.h5").read_bytes()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ComputationError, match="No space left"):
        put(tmp_path, "a.h5", [0, 1])
    assert (tmp_path / "shards" / "a.h5").read_bytes() == content
    assert [path.name for path in (tmp_path / "shards").iterdir()] == ["a.h5"]


def test_leftovers_of_a_kill_are_no_shards(tmp_path):
    """A temporary file is neither read nor kept."""
    put(tmp_path, "a.h5", [0])
    (tmp_path / "shards" / ".b.h5.123.part").write_bytes(b"half")
    assert len(list_shards(tmp_path)) == 1
    assert remove_leftovers(tmp_path) == 1
    assert [path.name for path in (tmp_path / "shards").iterdir()] == ["a.h5"]


def test_strangers_are_refused_by_name(tmp_path):
    """No HDF5, an unknown schema, an empty folder."""
    import h5py

    with pytest.raises(DataFileError, match="hessian-lab run"):
        load_run(tmp_path)
    (tmp_path / "shards").mkdir()
    path = tmp_path / "shards" / "a.h5"
    path.write_text("not HDF5")
    with pytest.raises(DataFileError, match=r"a\.h5.*delete it"):
        read_shard(path)
    with h5py.File(path, "w") as file:
        file.attrs["schema"] = 99
    with pytest.raises(DataFileError, match="schema 99"):
        read_shard(path)
