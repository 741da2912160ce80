"""Periodic space and neighbours, against explicit images, JAX-MD, and brute force."""

from itertools import product

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab.systems import (
    Configuration,
    candidate_pairs,
    cell_heights,
    is_orthogonal,
    minimum_image,
    minimum_image_host,
    neighbour_table,
)

CELLS = {
    "cube": 5.0 * np.eye(3),
    "brick": np.diag([4.0, 5.5, 7.0]),
    "sheared": np.array([[5.0, 0, 0], [2.1, 5.2, 0], [-1.7, 1.9, 6.0]]),
    "turned": np.array([[4.6, 1.2, -0.8], [-1.4, 5.1, 0.9], [0.7, -1.1, 5.5]]),
    "square": 6.0 * np.eye(2),
    "rhomb": np.array([[6.0, 0.0], [2.9, 5.0]]),
}


def nearest_by_images(displacement, cell):
    shifts = np.array(list(product((-2, -1, 0, 1, 2), repeat=len(cell)))) @ cell
    images = displacement[:, None] + shifts
    return images[np.arange(len(images)), np.argmin(np.linalg.norm(images, axis=-1), axis=1)]


@pytest.mark.parametrize("name", list(CELLS))
def test_the_minimum_image_is_the_shortest_one_where_it_matters(name, rng):
    """Below half the smallest height it is the nearest of all images; host and jax agree everywhere."""
    cell = CELLS[name]
    displacement = rng.uniform(-1, 1, (4000, len(cell))) @ cell
    found = minimum_image_host(displacement, cell)
    assert np.asarray(minimum_image(jnp.asarray(displacement), jnp.asarray(cell))) == pytest.approx(found, abs=1e-12)
    shortest = nearest_by_images(displacement, cell)
    near = np.linalg.norm(shortest, axis=1) < cell_heights(cell).min() / 2
    assert 0.1 < near.mean() < 0.9
    assert found[near] == pytest.approx(shortest[near], abs=1e-12)
    far = np.linalg.norm(found[~near], axis=1)
    assert (far >= cell_heights(cell).min() / 2 - 1e-12).all()


@pytest.mark.parametrize("name", ["cube", "sheared", "turned", "rhomb"])
def test_the_minimum_image_is_that_of_jax_md(name, rng):
    """`jax_md.space.periodic_general` has cell vectors in columns and fractional coordinates."""
    from jax_md import space

    cell = CELLS[name]
    fractional = jnp.asarray(rng.uniform(size=(200, len(cell))))
    displacement_fn, _ = space.periodic_general(jnp.asarray(cell.T), fractional_coordinates=True)
    theirs = jax.vmap(displacement_fn)(fractional[:100], fractional[100:])
    ours = minimum_image((fractional[:100] - fractional[100:]) @ cell, jnp.asarray(cell))
    assert np.asarray(ours) == pytest.approx(np.asarray(theirs), abs=1e-12)
    assert np.abs(np.asarray(theirs) - np.asarray((fractional[:100] - fractional[100:]) @ cell)).max() > 1


@pytest.mark.parametrize("name", list(CELLS))
def test_candidate_pairs_of_many_particles_equal_brute_force(name, rng):
    """The k-d tree (N > 600) finds the pairs that explicit images find: orthogonal and sheared cells, 2D and 3D."""
    cell = CELLS[name]
    particles, radius = 640, 0.499 * cell_heights(cell).min()
    # Some outside the cell, one on a face and one at the origin: the wrapping inside must be right.
    reduced = rng.uniform(-1.5, 1.5, (particles, len(cell)))
    reduced[0], reduced[1], reduced[2] = 0.0, 1.0, -1e-17
    sample = Configuration.create(reduced @ cell, cell)
    i, j, displacement = candidate_pairs(sample, radius)
    k, m = np.triu_indices(particles, 1)
    # Every pair by the minimum image, which is tested above against explicit images.
    exact = minimum_image_host(sample.positions[k] - sample.positions[m], cell)
    near = np.linalg.norm(exact, axis=1) < radius
    assert np.array_equal(i, k[near])
    assert np.array_equal(j, m[near])
    assert displacement == pytest.approx(exact[near], abs=1e-12)
    assert near.sum() > particles


def test_candidate_pairs_of_few_particles_equal_explicit_images(rng):
    cell = CELLS["sheared"]
    sample = Configuration.create(rng.uniform(size=(40, 3)) @ cell, cell)
    i, j, displacement = candidate_pairs(sample, 2.0)
    k, m = np.triu_indices(40, 1)
    exact = nearest_by_images(sample.positions[k] - sample.positions[m], cell)
    near = np.linalg.norm(exact, axis=1) < 2.0
    assert np.array_equal(np.stack([i, j]), np.stack([k[near], m[near]]))
    assert displacement == pytest.approx(exact[near], abs=1e-12)


def test_neighbour_tables_hold_every_neighbour_once(rng):
    """Rows ascending and padded with their own index; the count tells when the capacity is too small."""
    sample = Configuration.create(rng.uniform(size=(80, 3)) * 5, 5.0)
    i, j, _ = candidate_pairs(sample, 1.4)
    table, largest = neighbour_table(i, j, 80)
    neighbours = [sorted({*j[i == row], *i[j == row]}) for row in range(80)]
    assert largest == max(map(len, neighbours)) == table.shape[1]
    for row, expected in enumerate(neighbours):
        assert table[row].tolist() == expected + [row] * (largest - len(expected))
    cut, told = neighbour_table(i, j, 80, capacity=largest - 2)
    assert told == largest
    assert np.array_equal(cut, table[:, : largest - 2])
    wide, _ = neighbour_table(i, j, 80, capacity=largest + 3)
    assert np.array_equal(wide[:, :largest], table)
    assert (wide[:, largest:] == np.arange(80)[:, None]).all()


def test_orthogonal_cells_are_recognised():
    assert is_orthogonal(CELLS["brick"])
    assert not is_orthogonal(CELLS["sheared"])
    assert not is_orthogonal(np.array([[1.0, 1e-300], [0.0, 1.0]]))
