"""Forces and energies through half tables against those from all pairs."""

import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab._core import foreign
from hessian_lab.hessian import compilable, forces, forces_and_energy, interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.systems import (
    Box,
    Configuration,
    PairData,
    cell_heights,
    check_minimum_image,
    device_table,
    half_table_within,
    is_orthogonal,
    listed_radius2,
    minimum_image_host,
    pair_parameters,
    random_configuration,
    rounded_pairs,
    usual_pairs,
)

pytestmark = pytest.mark.skipif(not foreign.available(), reason="foreign functions are for CPUs")

SKIN = 0.3


def everyone_of(potential, sample):
    """Parameters of all pairs."""
    mixed = potential.mixing.mix(sample.diameters[:, None], sample.diameters, sample.species[:, None], sample.species)
    return PairData(None, *(jnp.asarray(entry) for entry in mixed))


def box_of(sample):
    return Box(jnp.asarray(sample.cell), jnp.asarray(np.linalg.inv(sample.cell)), is_orthogonal(sample.cell))


def table_of(potential, sample, capacity=None):
    everyone = everyone_of(potential, sample)
    radius2 = listed_radius2(potential.law, everyone, SKIN)
    particles = sample.particles
    capacity = capacity or particles * (particles - 1) // 2
    pairs = pair_parameters(potential.law, everyone)
    return half_table_within(jnp.asarray(sample.positions), pairs, radius2, box_of(sample), capacity)


def sheared(sample, strain):
    """The sample in a cell that is no cuboid."""
    deformation = np.eye(sample.dimension)
    deformation[0, 1] = strain
    return Configuration(
        sample.positions @ deformation, sample.diameters, sample.species, sample.masses, sample.cell @ deformation
    )


def spread(model, particles, rng):
    """Random points without the worst overlaps: a jittered lattice."""
    sample = random_configuration(model, particles, rng)
    dim = sample.dimension
    side = int(np.ceil(particles ** (1 / dim)))
    grid = np.stack(np.meshgrid(*[np.arange(side)] * dim, indexing="ij"), axis=-1).reshape(-1, dim)[:particles]
    reduced = (grid + 0.3 * rng.random(grid.shape)) / side
    # Far outside the cell too: the nearest image is found from anywhere.
    return sample.at((reduced + rng.integers(-3, 4, size=grid.shape)) @ sample.cell)


@pytest.mark.parametrize("strain", [0.0, 0.2])
@pytest.mark.parametrize(
    ("name", "dimension", "particles"),
    [("polydisperse", 3, 200), ("polydisperse", 2, 150), ("kob-andersen", 3, 400), ("contact", 3, 130)],
)
def test_all_pairs_and_half_tables_agree(name, dimension, particles, strain, rng):
    """Forces, energy and the largest pair forces, in cuboids and sheared cells, in 2D and 3D."""
    model = named_model(name, dimension=dimension)
    potential = model.build()
    assert compilable(potential.law)
    sample = sheared(spread(model, particles, rng), strain)
    x, box = jnp.asarray(sample.positions), box_of(sample)
    table, count = table_of(potential, sample)
    direct = forces_and_energy(potential.law, x, everyone_of(potential, sample), box)
    listed = forces_and_energy(potential.law, x, table, box)
    size = float(jnp.abs(direct[0]).max())
    assert size > 0
    for one, other in zip(direct, listed, strict=True):
        assert np.allclose(one, other, rtol=1e-12, atol=1e-13 * size)
    assert np.allclose(forces(potential.law, x, table, box), direct[0], rtol=1e-12, atol=1e-13 * size)
    # Each pair once, i < j, in ascending order, and none within the radius is missing.
    radius2 = np.asarray(listed_radius2(potential.law, everyone_of(potential, sample), SKIN))
    _, r2 = everyone_of(potential, sample).displacements(x, box)
    i, j = np.nonzero(np.triu(np.asarray(r2) < radius2, k=1))
    start = np.asarray(table.start)
    assert count == len(i) == start[-1]
    assert np.array_equal(np.repeat(np.arange(particles), np.diff(start)), i)
    assert np.array_equal(np.asarray(table.other)[:count], j)


@pytest.mark.parametrize(("dimension", "strain"), [(2, 0.5), (3, 0.5), (3, 0.9)])
def test_no_pair_is_lost_in_narrow_sheared_cells(dimension, strain, rng):
    """The smallest cells that are allowed: tables reach further than half their height, where rounding reduced
    coordinates no longer finds the shortest image. Every pair that a move within the skin brings into reach is there;
    the shortest images are searched for by hand."""
    model = named_model("kob-andersen", dimension=dimension)
    potential = model.build()
    particles = int(1.01 * model.smallest_number() * (1 + strain**2) ** (dimension / 2)) + 1
    sample = sheared(random_configuration(model, particles, rng), strain)
    check_minimum_image(sample, potential)
    half, _ = table_of(potential, sample)
    everyone, box = everyone_of(potential, sample), box_of(sample)
    full, _ = device_table(potential.law, jnp.asarray(sample.positions), everyone, box, SKIN, particles)
    listed = np.zeros((2, particles, particles), bool)
    listed[0, np.repeat(np.arange(particles), np.diff(half.start)), np.asarray(half.other)[: half.start[-1]]] = True
    np.put_along_axis(listed[1], np.asarray(full.index), True, axis=1)
    images = np.stack(np.meshgrid(*[[-1, 0, 1]] * dimension, indexing="ij"), axis=-1).reshape(-1, dimension)
    reach = np.triu(np.asarray(potential.law.reach(everyone.sigma)), k=1)
    met = 0
    for _ in range(10):
        move = rng.normal(size=sample.positions.shape)
        moved = sample.positions + 0.499 * SKIN * move / np.linalg.norm(move, axis=1)[:, None]
        apart = minimum_image_host(moved[:, None] - moved, sample.cell)
        distance = np.min([np.linalg.norm(apart + image @ sample.cell, axis=2) for image in images], axis=0)
        near = distance < reach
        met += int((near & (distance > 0.4 * cell_heights(sample.cell).min())).sum())
        assert not (near & ~listed).any()
    assert met > 0


def test_sums_do_not_depend_on_the_capacity(rng):
    """The order of the pairs is that of the particles, whatever room there is: equal to the last bit."""
    model = named_model("polydisperse")
    potential, sample = model.build(), spread(model, 200, rng)
    x, box = jnp.asarray(sample.positions), box_of(sample)
    wide, count = table_of(potential, sample)
    tight, _ = table_of(potential, sample, int(count))
    assert np.array_equal(forces(potential.law, x, wide, box), forces(potential.law, x, tight, box))


def test_a_table_that_is_too_short_says_how_many_pairs_there_are(rng):
    """It holds what fits, and no row ends beyond its capacity."""
    model = named_model("polydisperse")
    potential, sample = model.build(), spread(model, 200, rng)
    _, count = table_of(potential, sample)
    short, again = table_of(potential, sample, int(count) // 2)
    assert again == count
    assert int(short.start.max()) == int(count) // 2


def test_the_usual_capacity_holds_a_gas_and_no_more_than_all_pairs(rng):
    """An ideal gas has the mean number of pairs, with a spread of a few per cent at N = 500."""
    model = named_model("polydisperse")
    potential, sample = model.build(), random_configuration(model, 500, rng)
    radius2 = np.asarray(listed_radius2(potential.law, everyone_of(potential, sample), SKIN))
    capacity = usual_pairs(radius2, sample.density, 3)
    _, count = table_of(potential, sample, capacity)
    assert 0.8 * capacity - 1024 < count <= capacity
    assert rounded_pairs(10**9, 50) == 50 * 49 // 2
    assert rounded_pairs(1025, 500) == 2048


def test_a_coordinate_that_is_no_number_is_never_at_rest(rng):
    """It has no neighbours, so only the force itself can tell: it is no number either. The others keep theirs."""
    model = named_model("polydisperse")
    potential, sample = model.build(), spread(model, 200, rng)
    positions = sample.positions.copy()
    positions[7, 1] = np.nan
    x, box = jnp.asarray(positions), box_of(sample)
    everyone = everyone_of(potential, sample)
    radius2 = listed_radius2(potential.law, everyone, SKIN)
    table, _ = half_table_within(x, pair_parameters(potential.law, everyone), radius2, box, 4096)
    force = np.asarray(forces(potential.law, x, table, box))
    assert np.isnan(force[7, 1])
    assert np.isfinite(np.delete(force, 7, axis=0)).all()
    # With the table of before, the pairs that it still has tell their partners.
    before, _ = table_of(potential, sample)
    partners = set(np.asarray(before.other)[before.start[7] : before.start[8]].tolist())
    spoilt = set(np.flatnonzero(np.isnan(np.asarray(forces(potential.law, x, before, box))).any(axis=1)).tolist())
    assert partners | {7} <= spoilt


def test_the_table_gives_what_the_hessian_s_pairs_give(rng):
    """Another route through the host's pair search, with its own evaluation of the law."""
    model = named_model("kob-andersen")
    potential, sample = model.build(), spread(model, 400, rng)
    pairs = interacting_pairs(potential, sample)
    table, _ = table_of(potential, sample)
    force, energy, _ = forces_and_energy(potential.law, jnp.asarray(sample.positions), table, box_of(sample))
    assert float(energy) == pytest.approx(pairs.total_energy, rel=1e-12)
    assert np.allclose(force, pairs.forces, rtol=1e-11, atol=1e-12 * np.abs(pairs.forces).max())
