"""Hessians with an answer on paper (two bodies, chains), by finite differences, and through JAX-MD."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from reference import compact_cluster

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, hessian, interacting_pairs
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.systems import Configuration


def lennard_jones():
    """Local taper above 2: the first shell feels the bare law."""
    return Potential(
        PotentialSettings.model_validate(
            {
                "core": {"kind": "lennard-jones"},
                "taper": "local:3:2.0",
                "cutoff": 2.5,
                "mixing": {"kind": "additive"},
            }
        )
    )


@pytest.mark.parametrize("dimension", [2, 3])
def test_two_bodies_of_masses_one_and_two(dimension):
    """A pair at the minimum of its law vibrates at omega^2 = k (1/m_1 + 1/m_2), k = 72/2^(1/3): the peer that divides
    diagonal blocks by sqrt(m_i m_j) gets 1.414 instead of 1.5.
    """
    distance, k = 2 ** (1 / 6), 72 / 2 ** (1 / 3)
    direction = np.array([0.6, 0.8, 0.0][:dimension])
    positions = np.stack([np.full(dimension, 0.1), np.full(dimension, 0.1) - distance * direction])
    sample = Configuration.create(positions, 6.0, masses=[1.0, 2.0])
    matrix = hessian(lennard_jones(), sample)
    values = np.linalg.eigvalsh(matrix.dense())
    assert values[-1] == pytest.approx(1.5 * k, rel=1e-12)
    assert np.abs(values[:-1]).max() < 1e-12 * k
    assert np.linalg.eigvalsh(matrix.sparse().toarray()) == pytest.approx(values, abs=1e-11 * k)
    # The mode: displacements inversely proportional to the masses, along the pair.
    _, vectors = np.linalg.eigh(matrix.dense())
    displacement = vectors[:, -1].reshape(2, dimension) / np.sqrt([[1.0], [2.0]])
    assert displacement[0] == pytest.approx(-2 * displacement[1], abs=1e-12)
    assert abs(abs(displacement[0] @ direction) / np.linalg.norm(displacement[0]) - 1) < 1e-12


def test_a_stretched_pair_has_a_transverse_mode():
    """Away from the minimum the pre-stress gives d - 1 modes omega^2 = (phi'/r)(1/m_1 + 1/m_2)."""
    r, masses = 1.3, (1.0, 2.0)
    slope = 4 * (-12 * r**-13 + 6 * r**-7)
    curvature = 4 * (12 * 13 * r**-14 - 6 * 7 * r**-8)
    sample = Configuration.create([[0.1, 0, 0], [0.1 - r, 0, 0]], 6.0, masses=masses)
    values = np.linalg.eigvalsh(hessian(lennard_jones(), sample).dense())
    expected = np.sort(1.5 * np.array([curvature, slope / r, slope / r, 0, 0, 0]))
    assert values == pytest.approx(expected, abs=1e-12 * np.abs(expected).max())
    relaxed = np.linalg.eigvalsh(hessian(lennard_jones(), sample, prestress=0.0).dense())
    assert relaxed == pytest.approx(np.sort([1.5 * curvature, 0, 0, 0, 0, 0]), abs=1e-12 * abs(curvature))


@pytest.mark.parametrize("name", ["polydisperse", "kob-andersen", "contact"])
def test_finite_differences_of_the_forces(name, rng):
    """Mass-weighted Hessian = -dF_i/dr_j / sqrt(m_i m_j), by Richardson's central differences of our forces."""
    model = named_model(name)
    potential = model.build()
    sample = compact_cluster(model, 2.5 * model.largest_reach(), 2, 0.4, rng)
    root = np.sqrt(np.repeat(sample.masses, 3))
    matrix = hessian(potential, sample).dense()

    def column(number, step):
        shift = np.zeros(sample.positions.size)
        shift[number] = step
        shift = shift.reshape(sample.positions.shape)
        up, down = (interacting_pairs(potential, sample.at(sample.positions + s * shift)).forces for s in (1, -1))
        return -(up - down).reshape(-1) / (2 * step)

    for number in (0, 7, sample.positions.size - 1):
        found = (4 * column(number, 1e-4) - column(number, 2e-4)) / 3 / root / root[number]
        assert np.abs(found - matrix[number]).max() < 1e-8 * np.abs(matrix).max()


def test_a_ring_of_springs():
    """Harmonic contacts at x = 1 - delta round a periodic square: lambda(k) of the chain, along and across it."""
    cells, gap = 6, 0.05
    spacing = 1 - gap
    line = np.arange(cells) * spacing
    sample = Configuration.create(np.stack([line, np.zeros(cells)], axis=1), np.diag([cells * spacing, 3.0]))
    matrix = hessian(named_model("contact", dimension=2).build(), sample)
    k = 2 * np.pi * np.arange(cells) / cells
    wave = 2 * (1 - np.cos(k))
    stretch, push = 2.0, -2 * gap / spacing
    expected = np.sort(np.concatenate([stretch * wave, push * wave]))
    assert np.linalg.eigvalsh(matrix.dense()) == pytest.approx(expected, abs=1e-13)


@pytest.mark.filterwarnings("ignore:scatter inputs have incompatible types:FutureWarning")
def test_energy_and_forces_through_jax_md(rng):
    """The law is a plain function: `jax_md.smap` over all pairs and over a list gives our energy and forces."""
    from jax_md import partition, smap, space

    model = named_model("kob-andersen", dimension=2)
    potential = model.build()
    sample = compact_cluster(model, 14.0, 10, 0.0, rng)
    pairs = interacting_pairs(potential, sample)
    displacement, _ = space.periodic(jnp.asarray(np.diag(sample.cell)))
    table_sigma, table_epsilon = (jnp.asarray(getattr(potential.mixing, name)) for name in ("sigma", "epsilon"))
    positions, species = jnp.asarray(sample.positions), jnp.asarray(sample.species)

    def distance(a, b, **_):
        return jnp.sum(displacement(a, b) ** 2)

    def energy(r2, sigma, epsilon, **_):
        # JAX-MD evaluates a particle with itself and masks the result: keep it away from r = 0.
        return potential.law.energy(jnp.where(r2 > 0, r2, 1e6), sigma, epsilon)

    total = smap.pair(energy, distance, species=2, sigma=table_sigma, epsilon=table_epsilon)
    assert float(total(positions, species)) == pytest.approx(pairs.total_energy, rel=1e-12)
    force = -np.asarray(jax.grad(total)(positions, species))
    assert np.abs(force - pairs.forces).max() < 1e-12 * pairs.max_force

    box = jnp.asarray(np.diag(sample.cell))
    neighbour_fn = partition.neighbor_list(displacement, box, 2.5, dr_threshold=0.3, disable_cell_list=True)
    neighbours = neighbour_fn.allocate(positions)
    assert not bool(neighbours.did_buffer_overflow)
    through_list = smap.pair_neighbor_list(
        lambda r, sigma, epsilon, **_: energy(r**2, sigma, epsilon),
        space.metric(displacement),
        species=species,
        sigma=table_sigma,
        epsilon=table_epsilon,
    )
    assert float(through_list(positions, neighbours)) == pytest.approx(pairs.total_energy, rel=1e-12)
    force = -np.asarray(jax.grad(through_list)(positions, neighbours))
    assert np.abs(force - pairs.forces).max() < 1e-12 * pairs.max_force


def test_pairs_of_many_particles_and_their_sparse_hessian(rng):
    """N = 700 goes through the k-d tree: same energy as the sum over all pairs by the law, sparse = dense."""
    model = named_model("polydisperse", dimension=2)
    potential = model.build()
    sample = compact_cluster(model, 30.0, 27, 0.3, rng)
    assert sample.particles == 729
    pairs = interacting_pairs(potential, sample)
    i, j = np.triu_indices(729, 1)
    displacement = sample.positions[i] - sample.positions[j]
    displacement -= np.rint(displacement @ np.linalg.inv(sample.cell)) @ sample.cell
    sigma, epsilon = potential.mixing.parameters(sample.diameters, sample.species, i, j)
    energy = np.asarray(potential.law.energy(np.sum(displacement**2, axis=1), sigma, epsilon))
    assert pairs.total_energy == pytest.approx(energy.sum(), rel=1e-12)
    assert pairs.first.size == (np.sum(displacement**2, axis=1) < potential.reach(sigma) ** 2).sum()
    matrix = Hessian(pairs)
    vector = rng.normal(size=matrix.size)
    assert matrix.sparse() @ vector == pytest.approx(matrix.dense() @ vector, rel=1e-10, abs=1e-10)


def test_scales_and_counts_of_a_small_packing():
    """Three harmonic discs in a row, overlaps 0.1 and 0.2: force scale, contacts, and who rattles."""
    sample = Configuration.create([[0.0, 0], [0.9, 0], [1.7, 0], [0.5, 2.5]], 6.0)
    pairs = interacting_pairs(named_model("contact", dimension=2).build(), sample)
    assert pairs.contacts.tolist() == [1, 2, 1, 0]
    assert pairs.force_scale == pytest.approx((0.2 + 0.4 + 0.4 + 0) / 4, rel=1e-12)
    assert pairs.forces[:, 0] == pytest.approx([-0.2, -0.2, 0.4, 0], abs=1e-14)
    assert pairs.max_force == pytest.approx(0.4, rel=1e-12)
    assert pairs.rattlers().tolist() == [0, 1, 2, 3]


def test_rattlers_are_found_recursively():
    """A triangular lattice of discs with one vacancy holds itself; a loose disc in the hole is a rattler, and a chain
    of two discs in a larger hole falls apart one after the other.
    """
    a, rows, columns = 0.95, 8, 8
    points = np.array([[x + 0.5 * (y % 2), y * np.sqrt(3) / 2] for y in range(rows) for x in range(columns)]) * a
    cell = np.diag([columns * a, rows * a * np.sqrt(3) / 2])
    potential = named_model("contact", dimension=2).build()
    full = interacting_pairs(potential, Configuration.create(points, cell))
    assert (full.contacts == 6).all()
    assert full.rattlers().size == 0

    # A small disc in place of number 27 touches one neighbour only.
    small = np.ones(64)
    small[27] = 0.5
    moved = points.copy()
    moved[27, 0] += 0.21
    pairs = interacting_pairs(potential, Configuration.create(moved, cell, diameters=small))
    assert 1 <= pairs.contacts[27] <= 2
    assert pairs.rattlers().tolist() == [27]

    # Two small discs that touch each other and one cage wall each: first one end goes, then the other.
    keep = np.delete(np.arange(64), [27, 28])
    first, second = points[27] + [-0.24, 0], points[28] + [0.24, 0]
    bridge = np.concatenate([points[keep], [first, second]])
    sizes = np.append(np.ones(62), [0.5, 0.5])
    pairs = interacting_pairs(potential, Configuration.create(bridge, cell, diameters=sizes))
    assert pairs.contacts[62:].max() <= 2
    assert pairs.rattlers().tolist() == [62, 63]


def test_a_rattler_can_free_its_neighbour():
    """A disc between two cage walls and a smaller disc, which itself has one wall only: the smaller one goes first, and
    the other, with its three contacts, after it.
    """
    a, rows, columns = 0.95, 8, 8
    points = np.array([[x + 0.5 * (y % 2), y * np.sqrt(3) / 2] for y in range(rows) for x in range(columns)]) * a
    cell = np.diag([columns * a, rows * a * np.sqrt(3) / 2])
    outward = np.array([-np.sqrt(3) / 2, 0.5])
    held = points[27] + 0.15 * outward
    loose = held - 0.55 * outward
    packing = np.concatenate([np.delete(points, [27, 28], axis=0), [held, loose]])
    sizes = np.append(np.ones(62), [0.7, 0.5])
    pairs = interacting_pairs(
        named_model("contact", dimension=2).build(), Configuration.create(packing, cell, diameters=sizes)
    )
    assert pairs.contacts[62:].tolist() == [3, 2]
    assert pairs.contacts[:62].min() >= 4
    assert pairs.rattlers().tolist() == [62, 63]


@pytest.mark.parametrize(
    ("towards", "contacts", "rattlers"),
    [((1, 1, 1), 3, [0]), ((1, 0, 0), 4, [])],
    ids=["triangle", "square"],
)
def test_three_contacts_do_not_hold_a_sphere_in_three_dimensions(towards, contacts, rattlers):
    """A small sphere in a vacancy of an FCC packing, pushed to a triangle or to a square of the cage's twelve."""
    edge = 0.95 * np.sqrt(2)
    basis = np.array([[0, 0, 0], [0.5, 0.5, 0], [0.5, 0, 0.5], [0, 0.5, 0.5]])
    corners = np.stack(np.meshgrid(*[np.arange(3)] * 3, indexing="ij"), axis=-1).reshape(-1, 1, 3)
    points = (corners + basis).reshape(-1, 3) * edge
    points[0] += 0.2 * np.array(towards) / np.linalg.norm(towards)
    sizes = np.ones(len(points))
    sizes[0] = 0.68
    pairs = interacting_pairs(named_model("contact").build(), Configuration.create(points, 3 * edge, diameters=sizes))
    assert pairs.contacts[0] == contacts
    assert pairs.contacts[1:].min() >= 11
    assert pairs.rattlers().tolist() == rattlers


def test_dense_matrices_of_huge_samples_are_refused():
    sample = Configuration.create(np.zeros((6001, 2)) + np.arange(6001)[:, None] * [2.0, 0.0], np.diag([12002.0, 9.0]))
    with pytest.raises(InputError, match="6001 particles, but dense Hessians are made up to 6000; use the sparse one"):
        hessian(named_model("contact", dimension=2).build(), sample).dense()


def test_a_cell_narrower_than_two_reaches_is_refused():
    """matscipy's issue 38: a pair would meet twice through the boundary."""
    sample = Configuration.create([[0.0, 0, 0], [1, 1, 1]], 4.9)
    with pytest.raises(InputError, match="pairs would meet twice through the boundary"):
        interacting_pairs(lennard_jones(), sample)
