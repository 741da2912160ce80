"""Winding-number defects: fields whose zeros are known, and the densities of random waves."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import winding_defects, winding_defects_on_grid
from hessian_lab.modes._triangulation import periodic_triangulation

CELLS = {
    "square": np.eye(2) * 10,
    "sheared": np.array([[10.0, 0.0], [4.0, 9.0]]),
    "far sheared": np.array([[10.0, 0.0], [33.0, 8.0]]),
    "left-handed": np.array([[0.0, 9.0], [11.0, 1.0]]),
}
OFFSET = np.array([0.137, 0.291])


@pytest.fixture
def rng():
    return np.random.default_rng(11)


def lattice_field(fraction):
    """Zeros at OFFSET + (0 or 1/2, 0 or 1/2) of the cell, two of each charge."""
    return np.sin(2 * np.pi * (fraction - OFFSET))


def grid(side):
    return np.stack(np.meshgrid(*[np.arange(side) / side] * 2, indexing="ij"), axis=-1)


def random_waves(rng, fraction, square, longitudinal=0.0):
    """Gaussian superposition of the plane waves with |n|^2 = square, transverse and longitudinal."""
    reach = int(np.sqrt(square))
    field = np.zeros(fraction.shape)
    for a in range(-reach, reach + 1):
        for b in range(-reach, reach + 1):
            if a * a + b * b == square and (a, b) > (0, 0):
                phase = 2 * np.pi * (fraction @ np.array([a, b]))
                for direction, weight in (((-b, a), 1 - longitudinal), ((a, b), longitudinal)):
                    first, second = rng.normal(size=2) * np.sqrt(weight)
                    wave = first * np.cos(phase) + second * np.sin(phase)
                    field += wave[..., None] * np.array(direction)
    return field


def compare_with_lattice(defects, cell, tolerance):
    """Every zero of the lattice is found once, with its charge, within the tolerance (a length)."""
    assert len(defects) == 4
    found = (defects.positions @ np.linalg.inv(cell) - OFFSET + 0.25) % 1 - 0.25
    which = np.round(found * 2).astype(int)
    assert {tuple(row) for row in which} == {(0, 0), (0, 1), (1, 0), (1, 1)}
    assert np.abs((found - which / 2) @ cell).max() < tolerance
    handed = int(np.sign(np.linalg.det(cell)))
    assert np.array_equal(defects.charges, handed * (-1) ** which.sum(axis=1))


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_lattice_of_vortices_on_a_grid(cell):
    """Positions to half a mesh cell (in fact far better)."""
    defects = winding_defects_on_grid(lattice_field(grid(32)), cell)
    compare_with_lattice(defects, cell, 0.5 * np.linalg.norm(cell, axis=1).min() / 32)


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_a_lattice_of_vortices_on_particles(rng, cell):
    """Particles anywhere, also outside the cell: positions to half the distance between particles."""
    fraction = rng.uniform(-1, 2, size=(3000, 2))
    defects = winding_defects(lattice_field(fraction), fraction @ cell, cell)
    compare_with_lattice(defects, cell, 0.5 * np.sqrt(abs(np.linalg.det(cell)) / 3000))


def test_the_corners_surround_the_defect_counter_clockwise(rng):
    positions = rng.uniform(0, 10, size=(300, 2))
    defects = winding_defects(rng.normal(size=(300, 2)), positions, np.eye(2) * 10)
    assert len(defects) > 50
    away = positions[defects.corners] - defects.positions[:, None]
    away -= 10 * np.round(away / 10)
    onward = np.roll(away, -1, axis=1)
    assert np.all(away[..., 0] * onward[..., 1] > away[..., 1] * onward[..., 0] - 1e-9)


@pytest.mark.parametrize("name", ["square", "sheared", "far sheared"])
def test_charges_cancel_on_the_torus(rng, name):
    for _ in range(70):
        positions = rng.uniform(size=(60, 2)) @ CELLS[name]
        defects = winding_defects(rng.normal(size=(60, 2)), positions, CELLS[name])
        assert defects.total_charge == 0
        assert defects.positive == defects.negative > 0
        assert set(defects.charges) == {-1, 1}


def test_turning_and_reflecting_the_vectors(rng):
    """A constant turn of all vectors leaves every charge; mirroring the vectors alone reverses it; mirroring space too
    restores it."""
    cell = CELLS["sheared"]
    positions, field = rng.uniform(size=(200, 2)) @ cell, rng.normal(size=(200, 2))
    turn = np.array([[np.cos(1.1), np.sin(1.1)], [-np.sin(1.1), np.cos(1.1)]])
    mirror = np.diag([-1.0, 1.0])
    plain = winding_defects(field, positions, cell)
    turned = winding_defects(field @ turn, positions, cell)
    assert np.array_equal(plain.charges, turned.charges)
    assert np.allclose(plain.positions, turned.positions)
    mirrored = winding_defects(field @ mirror, positions, cell)
    assert np.array_equal(plain.charges, -mirrored.charges)
    both = winding_defects(field @ mirror, positions @ mirror, cell @ mirror)
    name = {tuple(sorted(row)): charge for row, charge in zip(plain.corners, plain.charges, strict=True)}
    assert name == {tuple(sorted(row)): charge for row, charge in zip(both.corners, both.charges, strict=True)}


def test_the_lowest_transverse_shell_has_exactly_four_zeros(rng):
    for _ in range(40):
        defects = winding_defects_on_grid(random_waves(rng, grid(24) + 0.0123, 1), np.eye(2))
        assert (defects.positive, defects.negative) == (2, 2)
    fraction = rng.uniform(size=(2500, 2))
    assert len(winding_defects(random_waves(rng, fraction, 1), fraction, np.eye(2))) == 4


@pytest.mark.parametrize("square", [50, 65])
def test_random_transverse_waves_have_their_density(rng, square):
    """1.15 k^2/(4 pi): zeros are the critical points of a random wave, whose isotropic density is 2/sqrt(3)."""
    counts = [len(winding_defects_on_grid(random_waves(rng, grid(128), square), np.eye(2))) for _ in range(40)]
    density = np.mean(counts) / (np.pi * square)
    assert abs(density / 1.15 - 1) < 0.03
    assert abs(density / (2 / np.sqrt(3)) - 1) < 0.03


def fractions_of_vortices(square, isotropic=False):
    r"""Mean rotation fraction at the extrema of a random stream function, and the share above 0.95.

    With a = \nabla^2 \psi and the shears b, c the fraction is a^2/(a^2 + b^2 + c^2), the density of extrema is weighted
    by |det| = (a^2 - b^2 - c^2)/4 > 0, and b and c have the variances (1 +- <cos 4 theta>)/2 of a's.
    """
    reach = np.arange(-int(square**0.5), int(square**0.5) + 1)
    n = np.stack(np.meshgrid(reach, reach), axis=-1).reshape(-1, 2)
    n = n[np.sum(n**2, axis=1) == square]
    order = 0.0 if isotropic else np.mean(np.cos(4 * np.arctan2(n[:, 1], n[:, 0])))
    random = np.random.default_rng(3).normal(size=(3, 1_000_000))
    a2, s2 = random[0] ** 2, (1 + order) / 2 * random[1] ** 2 + (1 - order) / 2 * random[2] ** 2
    weight, fraction = np.maximum(a2 - s2, 0), a2 / (a2 + s2)
    return np.average(fraction, weights=weight), np.average(fraction > 0.95, weights=weight)


def test_the_null_of_rotation_at_vortices():
    """Isotropic random transverse waves: 0.853 at vortices, 23.5 % of them above 0.95; to 5 errors of the sampling."""
    mean, high = fractions_of_vortices(1, isotropic=True)
    assert abs(mean - 0.85294) < 1.5e-3
    assert abs(high - 0.23536) < 6e-3


@pytest.mark.parametrize("square", [25, 50, 65])
def test_vortices_of_random_transverse_waves_turn_as_they_must(rng, square):
    """All defects of charge +1, means over fields within 5 standard errors: high fractions are no evidence."""
    means, high = [], []
    for _ in range(60):
        defects = winding_defects_on_grid(random_waves(rng, grid(96), square), np.eye(2))
        fraction = defects.rotation_fraction[defects.charges > 0]
        assert (defects.rotation_fraction[defects.charges < 0] <= 0.5 + 0.05).all()
        means.append(fraction.mean())
        high.append(np.mean(fraction > 0.95))
    for found, known in zip((means, high), fractions_of_vortices(square), strict=True):
        error = np.std(found, ddof=1) / np.sqrt(len(found))
        assert error < 0.03
        assert abs(np.mean(found) - known) < 5 * error + 0.005


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_gradients_at_the_zeros_are_those_of_the_field(cell, rng):
    """d_b u_a of the lattice of vortices in any cell, on a grid and on particles; strength and fraction follow."""
    fraction = rng.uniform(size=(6000, 2))
    on_particles = winding_defects(lattice_field(fraction), fraction @ cell, cell)
    on_grid = winding_defects_on_grid(lattice_field(grid(64)), cell)
    inverse = np.linalg.inv(cell)
    for defects, error in ((on_grid, 0.02), (on_particles, 0.08)):
        at = defects.positions @ inverse
        slopes = 2 * np.pi * np.cos(2 * np.pi * np.round(2 * (at - OFFSET)) / 2)
        # u_a = sin 2 pi (s_a - offset) with s = r h^-1, so d_b u_a = slope_a (h^-1)_ba.
        known = slopes[:, :, None] * inverse.T
        assert np.abs(defects.gradients - known).max() < error * np.abs(known).max()
        np.testing.assert_allclose(defects.strength, np.sqrt(np.abs(np.linalg.det(known))), rtol=2 * error)
        skew = 0.5 * (known - known.mT)
        share = np.sum(skew**2, axis=(1, 2)) / np.sum(known**2, axis=(1, 2))
        np.testing.assert_allclose(defects.rotation_fraction, share, atol=2 * error)


def test_two_crossed_waves_turn_purely_at_two_zeros_and_shear_at_two():
    """u = (sin y, -sin x): fraction exactly 1 at vortices and 0 at saddles, up to the mesh."""
    phase = 2 * np.pi * (grid(65) + 0.0123)
    field = np.stack([np.sin(phase[..., 1]), -np.sin(phase[..., 0])], axis=2)
    defects = winding_defects_on_grid(field, np.eye(2))
    assert (defects.positive, defects.negative) == (2, 2)
    np.testing.assert_allclose(defects.rotation_fraction, defects.charges > 0, atol=1e-4)


def test_charges_cancel_for_a_thousand_random_modes(rng):
    """One triangulation of random particles, 1000 Gaussian fields."""
    positions = rng.uniform(size=(60, 2)) @ CELLS["sheared"]
    for _ in range(1000):
        defects = winding_defects(rng.normal(size=(60, 2)), positions, CELLS["sheared"])
        assert defects.total_charge == 0
        assert defects.positive > 0


def test_mixed_waves_have_fewer(rng):
    """Transverse and longitudinal waves mixed equally: k^2/(4 pi), that of two independent Gaussian components."""
    fields = [random_waves(rng, grid(128), 65, longitudinal=0.5) for _ in range(40)]
    density = np.mean([winding_defects_on_grid(field, np.eye(2)).density for field in fields]) / (np.pi * 65)
    assert abs(density - 1) < 0.03


def test_particles_and_grid_see_the_same_zeros(rng):
    """Two crossed pairs of waves, |n|^2 = 4: always 16 zeros, far apart, so that no mesh can miss a close pair."""
    state = rng.bit_generator.state
    coarse = winding_defects_on_grid(random_waves(rng, grid(64) + 0.0031, 4), np.eye(2))
    rng.bit_generator.state = state
    fraction = np.random.default_rng(1).uniform(size=(6000, 2))
    fine = winding_defects(random_waves(rng, fraction, 4), fraction, np.eye(2))
    assert len(coarse) == len(fine) == 16
    apart = coarse.positions[:, None] + 0.0031 - fine.positions
    distance = np.linalg.norm(apart - np.round(apart), axis=2)
    nearest = distance.argmin(axis=1)
    assert distance.min(axis=1).max() < 0.02
    assert np.array_equal(coarse.charges, fine.charges[nearest])


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
@pytest.mark.parametrize("number", [1, 2, 5, 40])
def test_the_triangles_tile_the_torus(rng, cell, number):
    """2 N triangles whose areas add up to the cell; no other particle image inside a circumcircle (Delaunay)."""
    mesh = periodic_triangulation(rng.uniform(size=(number, 2)) @ cell, cell)
    assert len(mesh.corners) == 2 * number
    first, second = mesh.points[:, 1] - mesh.points[:, 0], mesh.points[:, 2] - mesh.points[:, 0]
    doubled = first[:, 0] * second[:, 1] - first[:, 1] * second[:, 0]
    assert np.all(doubled > 0)
    assert np.isclose(doubled.sum() / 2, abs(np.linalg.det(cell)))
    shifts = np.stack(np.meshgrid(*[np.arange(-6, 7)] * 2), axis=-1).reshape(-1, 1, 2)
    # Every particle is a corner of some triangle, so the corners and their images are all the particles there are.
    images = (mesh.points.reshape(-1, 2) + shifts @ cell).reshape(-1, 2)
    equations = np.stack([first, second], axis=1)
    right = 0.5 * np.sum(equations**2, axis=2)
    center = np.linalg.solve(equations, right[..., None])[..., 0]
    radius = np.linalg.norm(center, axis=1)
    nearest = [np.linalg.norm(images - point, axis=1).min() for point in mesh.points[:, 0] + center]
    assert np.all(np.array(nearest) > radius * (1 - 1e-6))


def test_a_crystal_is_triangulated_although_its_squares_are_degenerate():
    side = np.arange(6.0)
    positions = np.stack(np.meshgrid(side, side), axis=-1).reshape(-1, 2)
    mesh = periodic_triangulation(positions, np.eye(2) * 6)
    edges = mesh.points[:, 1:] - mesh.points[:, :1]
    assert len(mesh.corners) == 72
    assert np.allclose(np.linalg.det(edges), 1)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"field": np.zeros((5, 2))}, "zero vector"),
        ({"field": np.ones((4, 2))}, "one 2-vector"),
        ({"cell": np.ones((2, 2))}, "area"),
        ({"positions": np.full((5, 2), 0.25)}, "one place"),
    ],
)
def test_what_has_no_winding_number_is_refused(rng, change, message):
    arguments = {"field": np.ones((5, 2)), "positions": rng.uniform(size=(5, 2)), "cell": np.eye(2)} | change
    with pytest.raises(InputError, match=message):
        winding_defects(**arguments)


def test_a_grid_with_a_zero_on_it_is_refused():
    with pytest.raises(InputError, match="zero vector"):
        winding_defects_on_grid(np.sin(2 * np.pi * grid(8)), np.eye(2))
    with pytest.raises(InputError, match="nx, ny >= 3"):
        winding_defects_on_grid(np.ones((2, 8, 2)), np.eye(2))
