"""The batched engine: the same glass in any batch and with any tables, labels conserved, blocks out of reach."""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab import InputError
from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.sampling import _swap
from hessian_lab.sampling._swap import (
    SwapMonteCarlo,
    advance,
    at_positions,
    at_temperatures,
    configurations_of,
    keys_of,
    start,
)
from hessian_lab.sampling._swap_moves import block_of
from hessian_lab.sampling._swap_plan import make_plan
from hessian_lab.sampling._swap_tables import members, reach_table
from hessian_lab.systems import Box, Configuration, cell_heights, random_configuration

MODEL = named_model("polydisperse")
POTENTIAL = MODEL.build()
SETTINGS = SwapMonteCarlo()
IDENTITIES = ["a", "b", "c"]


def lattice(model, per_axis, seed):
    """Particles of a model near a simple cubic lattice: no overlaps to begin with."""
    rng = np.random.default_rng(seed)
    sample = random_configuration(model, per_axis**model.dimension, rng)
    grid = np.stack(np.meshgrid(*[np.arange(per_axis)] * model.dimension, indexing="ij"), axis=-1)
    spacing = sample.cell[0, 0] / per_axis
    return sample.at(spacing * (grid.reshape(-1, model.dimension) + 0.1 * rng.random(sample.positions.shape)))


@pytest.fixture(scope="module")
def samples():
    return [lattice(MODEL, 6, seed) for seed in range(3)]


@pytest.fixture(scope="module")
def together(samples):
    """Three glasses at different temperatures, after a melt."""
    state = start(POTENTIAL, samples, np.array([0.1, 0.3, 2.0]), keys_of(IDENTITIES, "test"))
    return advance(POTENTIAL, SETTINGS, state, 30)


def test_this_size_is_cut_into_blocks_and_swaps_several_pairs(together):
    plan = _swap._plan(SETTINGS, together[0])
    assert plan.count > 1
    assert plan.swap_steps > 0


@pytest.mark.parametrize("batch", [1, 2])
def test_a_glass_is_the_same_in_any_batch(samples, together, batch):
    """The second of three, alone and beside the third: bit by bit."""
    few = slice(1, 1 + batch)
    state = start(POTENTIAL, samples[few], np.array([0.3, 2.0])[:batch], keys_of(IDENTITIES[few], "test"))
    apart, counts = advance(POTENTIAL, SETTINGS, state, 30)
    for name in ("positions", "diameters", "energy"):
        assert np.array_equal(getattr(apart, name)[0], getattr(together[0], name)[1])
    assert counts.accepted_swaps[0] == together[1].accepted_swaps[1]


def test_tables_decide_when_something_is_computed_and_not_what(samples, monkeypatch):
    """A thicker skin, and tables that are too narrow at first: the same attempts, accepted alike."""
    keys = keys_of(IDENTITIES[:1], "test")
    reference, counts = advance(POTENTIAL, SETTINGS, start(POTENTIAL, samples[:1], 0.3, keys), 20)
    narrow = _swap._with_columns(start(POTENTIAL, samples[:1], 0.3, keys), 8)
    monkeypatch.setattr(_swap, "SKIN", 0.9)
    thick = start(POTENTIAL, samples[:1], 0.3, keys)
    for state in (narrow, thick):
        other, others = advance(POTENTIAL, SETTINGS, state, 20)
        assert jax.tree.all(jax.tree.map(lambda a, b: bool(jnp.all(a == b)), counts, others))
        # The order of sums follows the tables, so that energies differ in their last bits; decisions do not.
        np.testing.assert_array_equal(other.positions, reference.positions)
        np.testing.assert_array_equal(other.diameters, reference.diameters)


def test_energy_and_labels_are_kept(samples, together):
    """The energy is the host's, from a list of its own; every glass has the diameters it started with."""
    state, counts = together
    for glass, sample, energy in zip(configurations_of(state, samples), samples, state.energy, strict=True):
        assert interacting_pairs(POTENTIAL, glass).total_energy == pytest.approx(float(energy), rel=1e-12)
        assert np.array_equal(np.sort(glass.diameters), np.sort(sample.diameters))
    held = np.take_along_axis(np.asarray(state.diameters), np.asarray(state.holder), axis=1)
    assert np.array_equal(held, state.rank_diameters)
    assert (np.asarray(counts.accepted_swaps) > 0).all()
    assert (np.asarray(counts.accepted_moves) < np.asarray(counts.moves)).all()
    # Sweeps and shares hold in the mean.
    attempts = np.asarray(counts.moves + counts.swaps)
    assert attempts == pytest.approx(30 * 216, rel=0.15)
    assert np.asarray(counts.swaps) / attempts == pytest.approx(0.2, abs=0.03)


def test_species_travel_with_their_diameters():
    """Kob-Andersen: both are one label."""
    model = named_model("kob-andersen", dimension=2)
    potential, sample = model.build(), lattice(model, 8, 0)
    state, counts = advance(potential, SETTINGS, start(potential, [sample], 1.0, keys_of(["a"], "test")), 20)
    assert int(counts.accepted_swaps[0]) > 0
    assert not np.array_equal(state.species[0], sample.species)
    assert np.array_equal(np.asarray(state.diameters[0] == 0.88), np.asarray(state.species[0] == 1))
    (glass,) = configurations_of(state, [sample])
    assert interacting_pairs(potential, glass).total_energy == pytest.approx(float(state.energy[0]), rel=1e-12)


def test_the_next_call_goes_on_where_the_last_one_ended(samples):
    """Random numbers are not used twice, and a state is not changed by what is computed from it."""
    state = start(POTENTIAL, samples[:1], 0.3, keys_of(IDENTITIES[:1], "test"))
    first, _ = advance(POTENTIAL, SETTINGS, state, 1)
    again, _ = advance(POTENTIAL, SETTINGS, state, 1)
    second, _ = advance(POTENTIAL, SETTINGS, at_temperatures(first, 0.3), 1)
    assert np.array_equal(first.positions, again.positions)
    step = np.asarray(first.positions - state.positions)
    assert not np.array_equal(step, np.asarray(second.positions - first.positions))
    assert int(second.rounds[0]) == 2 * int(first.rounds[0])


def test_positions_of_molecular_dynamics_are_taken_over(samples, rng):
    """Energy and tables belong to the new positions."""
    state = start(POTENTIAL, samples, 0.3, keys_of(IDENTITIES, "test"))
    moved = np.asarray(state.positions) + 0.02 * rng.normal(size=state.positions.shape)
    state, _ = advance(POTENTIAL, SwapMonteCarlo(swap_fraction=1), at_positions(POTENTIAL, state, moved), 1)
    assert np.array_equal(state.positions, moved)
    (glass, *_) = configurations_of(state, samples)
    assert interacting_pairs(POTENTIAL, glass).total_energy == pytest.approx(float(state.energy[0]), rel=1e-12)


@pytest.mark.parametrize("shear", [0.0, 0.3])
@pytest.mark.parametrize("particles", [100, 1100])
def test_the_table_holds_exactly_the_pairs_within_the_radius(rng, shear, particles):
    """Against all pairs in numpy; N is no multiple of the word's length."""
    edge = particles ** (1 / 3)
    cell = edge * np.eye(3)
    cell[1, 0] = shear * edge
    reduced = rng.random((particles, 3))
    # Also far outside the cell, as unwrapped positions are.
    positions = (reduced + rng.integers(-3, 4, size=reduced.shape)) @ cell
    box = Box(jnp.asarray(cell), jnp.asarray(np.linalg.inv(cell)), shear == 0)
    index, most = reach_table(jnp.asarray(positions), box, jnp.asarray(1.3), 48)
    apart = reduced[:, None] - reduced[None, :]
    apart = (apart - np.rint(apart)) @ cell
    near = (apart**2).sum(axis=-1) < 1.3**2
    np.fill_diagonal(near, False)
    assert int(most) == near.sum(axis=1).max() <= 48
    for row, (listed, expected) in enumerate(zip(np.asarray(index), near, strict=True)):
        real = listed[listed != row]
        assert np.array_equal(np.sort(real), np.flatnonzero(expected))


def test_members_are_listed_block_by_block(rng):
    """All of them, or the first few where a list is full."""
    block = rng.integers(0, 6, size=70)
    listed, number = members(jnp.asarray(block), 5, 70)
    short, few = members(jnp.asarray(block), 5, 3)
    for k in range(5):
        expected = np.flatnonzero(block == k)
        assert np.array_equal(np.sort(listed[k, : number[k]]), expected)
        assert (np.asarray(listed[k, number[k] :]) == 70).all()
        assert int(few[k]) == min(3, expected.size)
        assert set(np.asarray(short[k, : few[k]])) <= set(expected)


@pytest.mark.parametrize("shear", [0.0, 0.4])
def test_particles_of_two_blocks_are_out_of_reach(rng, shear):
    """Random points in a cube and in a sheared cell: no pair from different blocks within the reach."""
    cell = np.diag([9.0, 8.0, 10.0])
    cell[1, 0] = shear * 9.0
    reach = 2.0
    plan = make_plan(216, cell_heights(cell), reach, 0.1, 0.2)
    assert plan.count > 1
    box = Box(jnp.asarray(cell), jnp.asarray(np.linalg.inv(cell)), shear == 0)
    points = rng.random((2000, 3)) @ cell
    corner = rng.random(3)
    block = np.asarray(block_of(jnp.asarray(points), jnp.asarray(corner), box, plan))
    inside = block < plan.count
    assert set(block[inside]) == set(range(plan.count))
    assert inside.mean() == pytest.approx(np.prod(plan.shares), abs=4 * 0.5 / 2000**0.5)
    points, block = points[inside], block[inside]
    reduced = (points[:, None] - points[None, :]) @ np.linalg.inv(cell)
    distance = np.linalg.norm((reduced - np.rint(reduced)) @ cell, axis=-1)
    assert distance[block[:, None] != block[None, :]].min() >= reach


def test_what_cannot_work_is_refused(samples):
    keys = keys_of(IDENTITIES, "test")
    state = start(POTENTIAL, samples, 0.3, keys)
    with pytest.raises(InputError, match="temperatures"):
        start(POTENTIAL, samples, -1.0, keys)
    with pytest.raises(InputError, match="keys"):
        start(POTENTIAL, samples, 1.0, keys[:2])
    with pytest.raises(InputError, match="reach"):
        start(POTENTIAL, samples, 1.0, keys, reach=1.0)
    with pytest.raises(InputError, match="different N"):
        start(POTENTIAL, [samples[0], lattice(MODEL, 7, 0), samples[1]], 1.0, keys)
    with pytest.raises(InputError, match="sweeps"):
        advance(POTENTIAL, SETTINGS, state, 0)
    with pytest.raises(InputError, match="positions"):
        at_positions(POTENTIAL, state, state.positions[:1])
    overlap = samples[0].positions.copy()
    overlap[1] = overlap[0]
    with pytest.raises(InputError, match="overlap"):
        start(POTENTIAL, [samples[0].at(overlap)], 1.0, keys[:1])
    equal = Configuration.create(samples[0].positions, samples[0].cell)
    with pytest.raises(InputError, match="swap_fraction"):
        advance(POTENTIAL, SETTINGS, start(POTENTIAL, [equal], 1.0, keys[:1]), 1)
