"""The compiled peer is the same physics as the package: energy, forces, minimum, modes, modulus."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.modes import simple_shear_moduli
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration, random_configuration

numba_glass = pytest.importorskip("hessian_lab.benchmarks._peers.numba_glass", exc_type=ImportError)
numba_swap = pytest.importorskip("hessian_lab.benchmarks._peers.numba_swap", exc_type=ImportError)

MODEL = named_model("polydisperse")


@pytest.fixture(scope="module")
def minimum():
    sample = random_configuration(MODEL, 80, np.random.default_rng(3))
    return quench(MODEL.build(), Fire(), sample).configuration


def test_energy_and_forces_are_ours(minimum, rng):
    """Two programs, one potential: equal away from the minimum."""
    sample = minimum.at(minimum.positions + 0.05 * rng.normal(size=minimum.positions.shape)).wrapped()
    pairs = interacting_pairs(MODEL.build(), sample)
    space, edge = numba_glass.Workspace(80), sample.cell[0, 0]
    force = np.zeros_like(sample.positions)
    numba_glass.build_list(sample.positions, sample.diameters, edge, *space.list)
    numba_glass.forces(sample.positions, edge, *space.list, force)
    assert numba_glass.energy(sample.positions, edge, *space.list) == pytest.approx(pairs.total_energy, rel=1e-12)
    np.testing.assert_allclose(force, pairs.forces, rtol=1e-9, atol=1e-10 * pairs.force_scale)


def test_it_falls_back_into_our_minimum_with_our_modes_and_modulus(minimum, rng):
    """From a small displacement: the same energy, lowest eigenvalues and shear modulus."""
    pairs = interacting_pairs(MODEL.build(), minimum)
    modes = spectrum(Hessian(pairs))
    start = minimum.positions + 1e-4 * rng.normal(size=minimum.positions.shape)
    found = numba_glass.glass(
        start, minimum.diameters, minimum.cell[0, 0], 1e-10 * pairs.force_scale, numba_glass.Workspace(80), 20
    )
    assert found.max_force <= 1e-10 * pairs.force_scale
    assert found.energy == pytest.approx(pairs.total_energy, rel=1e-12)
    np.testing.assert_allclose(found.eigenvalues[3:], modes.eigenvalues[3:23], rtol=1e-6)
    assert found.shear_modulus == pytest.approx(simple_shear_moduli(pairs, modes).mean, rel=1e-6)


def test_swap_walker_keeps_the_energy_and_the_diameters_of_its_glass(minimum):
    """The energy summed over the attempts is ours at the positions reached; diameters have changed hands."""
    walker = numba_swap.Walker(minimum.positions, minimum.diameters, minimum.cell[0, 0], 0.3, number=1)
    assert walker.energy == pytest.approx(interacting_pairs(MODEL.build(), minimum).total_energy, rel=1e-12)
    walker.advance(50)
    moves, accepted_moves, swaps, accepted_swaps = walker.counts
    assert moves + swaps == 50 * 80
    assert 0 < accepted_moves < moves
    assert 0 < accepted_swaps < swaps
    reached = Configuration.create(walker.positions, minimum.cell, diameters=walker.diameters)
    assert walker.energy == pytest.approx(interacting_pairs(MODEL.build(), reached).total_energy, rel=1e-10)
    assert not np.array_equal(walker.diameters, minimum.diameters)
    assert np.array_equal(np.sort(walker.diameters), np.sort(minimum.diameters))
