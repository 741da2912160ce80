"""Circulation round an axis: rigid rotation, point vortices, and shear that has none."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import circulation, elastic_core
from hessian_lab.systems import Configuration

EDGES = np.linspace(0, 8, 5)


def box(dim, seed=1):
    rng = np.random.default_rng(seed)
    side = 30 if dim == 2 else 20
    return Configuration.create(
        rng.uniform(0, side, ((8000 if dim == 3 else 2000), dim)), side, diameters=np.ones(8000 if dim == 3 else 2000)
    )


def test_rigid_rotation_in_the_plane():
    """2 pi r^2 eta exactly, with r the mean radius of the ring; the sense is the sign."""
    sample, eta = box(2), -0.7
    apart = sample.positions - 15
    field = eta * np.stack([-apart[:, 1], apart[:, 0]], axis=1)
    found = circulation(field, sample, np.full(2, 15.0), edges=EDGES)
    np.testing.assert_allclose(found.circulation, 2 * np.pi * found.radius**2 * eta, rtol=1e-12)
    assert (found.particles > 20).all()
    assert (np.diff(found.radius) > 0).all()


def test_rigid_rotation_about_any_axis():
    """omega x r about omega: 2 pi r^2 |omega|, also with motion along the axis; about the opposite axis, less."""
    sample = box(3)
    spin = np.array([0.2, -0.5, 0.3])
    field = np.cross(spin, sample.positions - 10) + 3.0 * spin
    found = circulation(field, sample, np.full(3, 10.0), 7 * spin, edges=EDGES)
    np.testing.assert_allclose(found.circulation, 2 * np.pi * found.radius**2 * np.linalg.norm(spin), rtol=1e-10)
    back = circulation(field, sample, np.full(3, 10.0), -spin, edges=EDGES)
    np.testing.assert_allclose(back.circulation, -found.circulation, rtol=1e-10)
    slab = circulation(field, sample, np.full(3, 10.0), spin, edges=EDGES, height=4.0)
    assert (slab.particles > 3 * found.particles).all()


def test_a_core_has_constant_circulation_outside(rng):
    """2D, u ~ 1/x: Gamma(r) = Gamma_inf (1 - (epsilon^2/R^2)^2), R^2 = r^2 + epsilon^2, to 5 % in every ring."""
    sample = box(2)
    field = elastic_core(sample, "rotation", np.full(2, 15.0), 0.8, rng)
    found = circulation(field, sample, np.full(2, 15.0), edges=np.linspace(0, 10, 41))
    full = found.particles >= 5
    assert full.sum() > 30
    known = 1 - (0.64 / (found.radius[full] ** 2 + 0.64)) ** 2
    ratio = found.circulation[full] / known
    # The radius of a ring is a mean, and the ring 0.25 wide: at the innermost ones that is percents.
    assert np.abs(ratio / np.median(ratio) - 1).max() < 0.05
    # One sense, and the strength that the far field has: |u| r 2 pi.
    apart = sample.positions - 15
    far = np.abs(np.linalg.norm(apart, axis=1) - 8) < 0.5
    speed = np.mean(np.linalg.norm(field[far], axis=1) * np.linalg.norm(apart[far], axis=1))
    assert abs(abs(np.median(ratio)) / (2 * np.pi * speed) - 1) < 0.05


def test_pure_shear_does_not_circulate():
    """Within 5 standard errors of the ring's scatter."""
    sample = box(2)
    apart = sample.positions - 15
    found = circulation(apart[:, ::-1], sample, np.full(2, 15.0), edges=EDGES)
    assert (np.abs(found.circulation) < 5 * found.error).all()


def test_the_wrap_does_not_matter():
    sample = box(2)
    apart = sample.positions - 15
    field = np.stack([-apart[:, 1], apart[:, 0]], axis=1)
    one = circulation(field, sample, np.full(2, 15.0), edges=EDGES)
    moved = sample.at((sample.positions + np.array([11, -40])) % 30)
    other = circulation(field, moved, np.array([26.0, -25.0]), edges=EDGES)
    np.testing.assert_allclose(one.circulation, other.circulation, rtol=1e-9)


def test_rings_without_particles_are_not_numbers():
    sample = Configuration.create(np.array([[1.0, 1.0], [4.0, 4.0]]), 20.0, diameters=np.ones(2))
    found = circulation(np.ones((2, 2)), sample, np.ones(2), edges=np.array([0.0, 1.0, 2.0]))
    np.testing.assert_array_equal(found.particles, [1, 0])
    assert np.isnan(found.circulation).all()


@pytest.mark.parametrize(
    ("dim", "change", "said"),
    [
        (3, {}, "argument axis"),
        (3, {"axis": np.zeros(3)}, "argument axis"),
        (2, {"edges": np.array([0.0, 15.1])}, "half the height"),
        (2, {"edges": np.array([2.0, 1.0])}, "ascend"),
        (2, {"edges": np.array([-1.0, 1.0])}, "from 0 or more"),
    ],
)
def test_what_has_no_rings_is_refused(dim, change, said):
    sample = box(dim)
    arguments = {"edges": EDGES} | change
    with pytest.raises(InputError, match=said):
        circulation(sample.positions, sample, np.zeros(dim), **arguments)
