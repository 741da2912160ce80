"""Displacements under forces agree with the sum over modes."""

import numpy as np
import pytest
from hessian_cases import case, exact

from hessian_lab._core.errors import ComputationError
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.spectrum import _response, linear_response
from hessian_lab.systems import Configuration


def by_modes(name, forces):
    values, vectors = exact(name)
    kept = values > 1e-9 * values[-1]
    return vectors[:, kept] @ ((vectors[:, kept].T @ forces) / values[kept, None])


@pytest.mark.parametrize("route", ["dense", "sparse", "cholmod", "minres"])
@pytest.mark.parametrize("name", ["2D", "3D"])
def test_the_response_is_the_sum_over_modes(name, route, rng, monkeypatch):
    if route == "cholmod":
        pytest.importorskip("cvxopt")
    monkeypatch.setattr(_response, "FILTER_SIZE", 0 if route == "minres" else 10**9)
    monkeypatch.setattr(_response, "dense_is_cheaper", lambda *_: route == "dense")
    monkeypatch.setattr(_response, "cholmod_package", lambda: "cvxopt" if route == "cholmod" else None)
    forces = rng.normal(size=(case(name).size, 3))
    expected = by_modes(name, forces)
    found = linear_response(case(name), forces)
    assert np.abs(found - expected).max() < 1e-8 * np.abs(expected).max()
    # No part along the translations comes out, whatever went in.
    assert np.abs(case(name).trivial_modes.T @ found).max() < 1e-10


def test_a_nearly_unstable_mode_carries_the_response(rng):
    values, vectors = exact("nearly unstable")
    found = linear_response(case("nearly unstable"), vectors[:, 3:4])
    assert found[:, 0] @ vectors[:, 3] == pytest.approx(1 / values[3], rel=1e-4)


def test_a_saddle_has_no_response(rng):
    with pytest.raises(ComputationError):
        linear_response(case("saddle"), rng.normal(size=(case("saddle").size, 1)))


def test_a_force_along_a_floppy_mode_is_refused():
    """Two discs in contact without pre-stress turn freely: a torque has no answer, a push along the bond has one."""
    positions = np.array([[1.0, 1.0], [1.95, 1.0]])
    sample = Configuration.create(positions, 4.0)
    pairs = interacting_pairs(named_model("contact", dimension=2).build(), sample)
    free = Hessian(pairs, prestress=0.0)
    bond, torque = np.array([[1.0, 0, -1, 0], [0, 1.0, 0, -1]])
    assert linear_response(free, bond[:, None])[0, 0] == pytest.approx(0.25, rel=1e-9)
    with pytest.raises(ComputationError, match="zero modes that carry the force"):
        linear_response(free, torque[:, None])
