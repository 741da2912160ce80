"""Energy, forces, stress and Hessians of every named model against jax's own derivatives of an energy summed another
way: closed forms in r and explicit images (see `reference`), in sheared cells and with unequal masses.
"""

import jax.numpy as jnp
import numpy as np
import pytest
from reference import PAIR_ENERGIES, compact_cluster, image_sum, oracle

from hessian_lab.hessian import batched_hessians, hessian, interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.systems import Configuration

CASES = [(name, dimension) for name in PAIR_ENERGIES for dimension in (2, 3)]


def agree(found, expected, relative=1e-9):
    """To 1e-9 of the largest entry."""
    expected = np.asarray(expected)
    assert np.abs(np.asarray(found) - expected).max() <= relative * np.abs(expected).max()
    assert np.abs(expected).max() > 0.1


class Case:
    """A sample across the corner of a sheared cell, what the package says of it, and what the oracle says."""

    def __init__(self, name, dimension):
        rng = np.random.default_rng(sum(map(ord, name)) + dimension)
        self.model = named_model(name, dimension=dimension)
        self.potential = self.model.build()
        side = 2.5 * self.model.largest_reach()
        self.sample = compact_cluster(self.model, side, 4 if dimension == 2 else 3, 0.45, rng)
        self.pairs = interacting_pairs(self.potential, self.sample)
        self.hessian = hessian(self.potential, self.sample)
        self.truth = oracle(PAIR_ENERGIES[name], self.sample)

    @property
    def root(self):
        return np.sqrt(np.repeat(self.sample.masses, self.sample.dimension))


@pytest.fixture(scope="module", params=CASES, ids=lambda case: f"{case[0]}-{case[1]}d")
def case(request):
    return Case(*request.param)


def test_energy_and_forces(case):
    agree([case.pairs.total_energy], [case.truth["energy"]])
    agree(case.pairs.forces, case.truth["forces"])
    assert case.pairs.max_force == pytest.approx(np.abs(case.truth["forces"]).max(), rel=1e-9)
    assert np.abs(case.pairs.forces.sum(axis=0)).max() < 1e-12 * case.pairs.max_force
    # Many pairs of the cluster meet across a boundary: the images matter.
    plain = case.sample.positions[case.pairs.first] - case.sample.positions[case.pairs.second]
    assert (np.abs(case.pairs.displacement - plain).max(axis=1) > 1).mean() > 0.2


def test_dense_hessian(case):
    """Unweighted, and weighted by both masses of each block."""
    agree(case.hessian.dense(mass_weighted=False), case.truth["hessian"])
    weighted = case.hessian.dense()
    agree(weighted, case.truth["hessian"] / case.root[:, None] / case.root)
    assert np.array_equal(weighted, weighted.T)


def test_sparse_hessian(case):
    agree(case.hessian.sparse(mass_weighted=False).toarray(), case.truth["hessian"])
    weighted = case.hessian.sparse()
    agree(weighted.toarray(), case.truth["hessian"] / case.root[:, None] / case.root)
    # Blocks of pairs beyond the reach are not stored.
    stored = case.sample.dimension**2 * (2 * case.pairs.first.size + case.sample.particles)
    assert weighted.nnz <= stored


def test_batched_hessians(case):
    """Two glasses at once, the second one mirrored and with other masses."""
    sample = case.sample
    i, j = np.indices((sample.particles,) * 2)
    sigma, epsilon = case.potential.mixing.parameters(sample.diameters, sample.species, i, j)
    mirror = np.array([-1.0] + [1.0] * (sample.dimension - 1))
    found = batched_hessians(
        case.potential.law,
        jnp.asarray(np.stack([sample.positions, sample.positions * mirror])),
        jnp.asarray(np.stack([sigma, sigma])),
        jnp.asarray(np.stack([epsilon, epsilon])),
        jnp.asarray(np.stack([np.sqrt(sample.masses), np.ones(sample.particles)])),
        jnp.asarray(np.stack([sample.cell, sample.cell * mirror])),
    )
    agree(found[0], case.truth["hessian"] / case.root[:, None] / case.root)
    flip = np.tile(mirror, sample.particles)
    agree(found[1], case.truth["hessian"] * flip[:, None] * flip)


def test_stiffness_and_prestress_parts_sum_to_the_hessian(case):
    """H(delta) = H_stiff + (1 - delta) H_stress; H_stress from the forces alone, <= 0 for a repulsive model."""
    whole = case.hessian.dense(mass_weighted=False)
    stiff = hessian(case.potential, case.sample, prestress=0.0).dense(mass_weighted=False)
    half = hessian(case.potential, case.sample, prestress=0.5).dense(mass_weighted=False)
    agree(half, 0.5 * (whole + stiff), 1e-13)
    stress = whole - stiff
    dim, pairs = case.sample.dimension, case.pairs
    expected = np.zeros_like(whole).reshape(case.sample.particles, dim, case.sample.particles, dim)
    for k, (i, j) in enumerate(zip(pairs.first, pairs.second, strict=True)):
        n = pairs.displacement[k] / pairs.distance[k]
        block = 2 * pairs.slope[k] * (np.eye(dim) - np.outer(n, n))
        for a, b, sign in ((i, i, 1), (j, j, 1), (i, j, -1), (j, i, -1)):
            expected[a, :, b, :] += sign * block
    agree(stress, expected.reshape(whole.shape), 1e-12)
    if case.potential.repulsive:
        assert np.linalg.eigvalsh(stress).max() < 1e-12 * np.abs(stress).max()


def test_translations_cost_nothing(case):
    """In mass-weighted coordinates a translation is sqrt(m_i) along one axis."""
    matrix = case.hessian.dense()
    for axis in range(case.sample.dimension):
        shift = np.zeros((case.sample.particles, case.sample.dimension))
        shift[:, axis] = 1
        assert np.abs(matrix @ (shift.reshape(-1) * case.root)).max() < 1e-12 * np.abs(matrix).max()


def test_stress_is_the_strain_derivative_of_the_energy(case):
    """sigma_ab = (1/V) dU/d strain_ab for r -> (1 + strain) r, by central differences with the independent energy."""
    energy = image_sum(PAIR_ENERGIES[case.model.name], case.sample)
    dim, step = case.sample.dimension, 1e-5
    found = np.zeros((dim, dim))
    for a in range(dim):
        for b in range(dim):
            values = []
            for sign in (1, -1):
                strain = np.eye(dim)
                strain[a, b] += sign * step
                values.append(float(energy(case.sample.positions @ strain.T, case.sample.cell @ strain.T)))
            found[a, b] = (values[0] - values[1]) / (2 * step) / case.sample.volume
    assert np.abs(case.pairs.stress - found).max() < 1e-6 * np.abs(found).max()
    assert np.allclose(case.pairs.stress, case.pairs.stress.T, rtol=0, atol=1e-15)


def test_pressure_is_minus_the_volume_derivative(case):
    """P = -dU/dV at fixed shape; from the exact derivative with respect to positions and cell."""
    sample, truth = case.sample, case.truth
    # d/dV of a uniform dilation: r -> r (1 + e), V -> V (1 + e)^d.
    dilation = -np.sum(truth["forces"] * sample.positions) + np.sum(truth["cell_slope"] * sample.cell)
    assert case.pairs.pressure == pytest.approx(-dilation / (sample.dimension * sample.volume), rel=1e-9)


def test_a_rotation_turns_forces_stress_and_hessian():
    """Turned cell and positions: F -> F R, sigma -> R^T sigma R; energy and spectrum unchanged."""
    case = Case("kob-andersen", 3)
    turn, _ = np.linalg.qr(np.random.default_rng(3).normal(size=(3, 3)))
    sample = case.sample
    turned = Configuration.create(
        sample.positions @ turn,
        sample.cell @ turn,
        diameters=sample.diameters,
        species=sample.species,
        masses=sample.masses,
    )
    pairs = interacting_pairs(case.potential, turned)
    assert pairs.total_energy == pytest.approx(case.pairs.total_energy, rel=1e-12)
    agree(pairs.forces, case.pairs.forces @ turn, 1e-11)
    agree(pairs.stress, turn.T @ case.pairs.stress @ turn, 1e-11)
    one, other = (np.linalg.eigvalsh(hessian(case.potential, s).dense()) for s in (sample, turned))
    agree(one, other, 1e-12)


def test_numbering_does_not_matter(rng):
    """A permutation of the particles permutes forces and blocks."""
    case = Case("polydisperse", 3)
    order = rng.permutation(case.sample.particles)
    s = case.sample
    shuffled = Configuration.create(
        s.positions[order], s.cell, diameters=s.diameters[order], species=s.species[order], masses=s.masses[order]
    )
    agree(interacting_pairs(case.potential, shuffled).forces, case.pairs.forces[order], 1e-12)
    blocks = case.hessian.dense().reshape(s.particles, 3, s.particles, 3)
    agree(hessian(case.potential, shuffled).dense().reshape(blocks.shape), blocks[order][:, :, order], 1e-12)
