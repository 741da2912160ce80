"""Molecular dynamics against exact answers, another integrator, conservation laws, and itself in other batches."""

from dataclasses import replace

import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.sampling import Langevin, NoseHoover, _batch
from hessian_lab.sampling._batch import Dynamics, thermal_momenta
from hessian_lab.sampling._runs import relaxed
from hessian_lab.systems import Configuration, random_configuration


@pytest.fixture(scope="module")
def potential():
    return named_model("polydisperse").build()


@pytest.fixture(scope="module")
def liquid(potential):
    """Three samples of 80 particles with unequal masses and no overlaps."""
    rng = np.random.default_rng(7)
    model = named_model("polydisperse")
    samples = relaxed(potential, [random_configuration(model, 80, rng) for _ in range(3)])
    masses = rng.uniform(0.5, 2, 80)
    return [Configuration.create(s.positions, s.cell, diameters=s.diameters, masses=masses) for s in samples]


NAMES = ["first", "second", "third"]


def path(potential, thermostat, samples, names, steps=128, dt=0.1):
    """Positions at the end."""
    dynamics = Dynamics(potential, thermostat, dt, samples, names, 0.3)
    dynamics.advance(np.full(steps, 0.3))
    assert not dynamics.failed.any()
    return np.asarray(dynamics.positions)


def test_momenta_have_maxwells_distribution_at_rest(rng):
    """<p_i p_j> = T (m_i delta_ij - m_i m_j/M) per direction."""
    masses = np.array([1.0, 2.0, 5.0])
    sample = Configuration.create(rng.random((3, 3)) * 9, 9.0, masses=masses)
    momenta = np.array([thermal_momenta(sample, 0.7, f"{k}") for k in range(4000)])
    assert np.abs(momenta.sum(axis=1)).max() < 1e-12
    found = np.einsum("sia,sja->ij", momenta, momenta) / (3 * 4000)
    exact = 0.7 * (np.diag(masses) - np.outer(masses, masses) / masses.sum())
    error = np.sqrt((np.outer(np.diag(exact), np.diag(exact)) + exact**2) / (3 * 4000))
    assert (np.abs(found - exact) < 4.5 * error).all()


def test_a_step_is_velocity_verlet_in_float64(potential, liquid):
    """Without friction and noise, 64 steps agree with the same algorithm in numpy to rounding, not to float32."""
    dynamics = Dynamics(potential, Langevin(friction=1e-300), 0.1, liquid[:1], NAMES[:1], 0.3)
    dynamics.advance(np.full(64, 0.3))
    sample, dt = liquid[0], dynamics.dt
    momenta, masses = thermal_momenta(sample, 0.3, NAMES[0]), sample.masses[:, None]
    force = interacting_pairs(potential, sample).forces
    for _ in range(64):
        momenta = momenta + 0.5 * dt * force
        sample = sample.at(sample.positions + dt * momenta / masses)
        force = interacting_pairs(potential, sample).forces
        momenta = momenta + 0.5 * dt * force
    np.testing.assert_allclose(np.asarray(dynamics.positions)[0], sample.positions, atol=1e-11)


def test_the_nose_hoover_invariant_errs_as_the_square_of_the_step(potential, liquid):
    """Halved steps over the same time: the error falls by 4, down to 1e-9 of H'. In float32 it would stop at 1e-6."""
    worst = []
    for divisor in (1, 2, 4, 8):
        dynamics = Dynamics(potential, NoseHoover(), 0.04 / divisor, liquid[:1], NAMES[:1], 0.3)
        values = []
        for _ in range(20 * divisor):
            reading = dynamics.advance(np.full(4, 0.3))
            state = dynamics._lanes.state
            one = state.set(
                momentum=state.momentum[0],
                mass=state.mass[0],
                chain=replace(
                    state.chain,
                    momentum=state.chain.momentum[0],
                    position=state.chain.position[0],
                    mass=state.chain.mass[0],
                ),
            )
            values.append(float(NoseHoover().invariant(one, reading.potential[0], jnp.asarray(0.3))))
        worst.append(np.ptp(values[divisor - 1 :: divisor]))
    ratios = np.array(worst[:-1]) / worst[1:]
    np.testing.assert_allclose(ratios, 4, rtol=0.05)


@pytest.mark.parametrize("thermostat", [NoseHoover(), Langevin()], ids=lambda t: t.kind)
def test_a_glass_does_not_depend_on_its_batch(potential, liquid, thermostat):
    """Alone or third of three: the same path up to rounding, which chaos has not yet amplified beyond 1e-9."""
    together = path(potential, thermostat, liquid, NAMES)
    alone = path(potential, thermostat, liquid[2:], NAMES[2:])
    np.testing.assert_allclose(together[2], alone[0], atol=1e-9)
    assert np.abs(together[2] - together[1]).max() > 0.1


def test_overflowing_tables_and_no_tables_give_the_same_path(potential, liquid, monkeypatch):
    usual = path(potential, NoseHoover(), liquid, NAMES)
    widths = []
    widen = Dynamics._widen
    monkeypatch.setattr(Dynamics, "_widen", lambda self, columns: (widths.append(columns), widen(self, columns)))
    for capacity in (8, None):
        monkeypatch.setattr(_batch, "_first_capacity", lambda *_, width=capacity: width)
        np.testing.assert_allclose(path(potential, NoseHoover(), liquid, NAMES), usual, atol=1e-9)
    assert widths
    assert min(widths) > 8


def test_a_step_too_long_stops_its_glass_alone(potential, liquid):
    """The second glass has two particles on top of each other; the others go on as if it were not there."""
    broken = liquid[1].positions.copy()
    broken[1] = broken[0] + [0.05, 0, 0]
    dynamics = Dynamics(potential, Langevin(), 0.1, [liquid[0], liquid[1].at(broken), liquid[2]], NAMES, 0.3)
    dynamics.advance(np.full(128, 0.3))
    assert dynamics.failed.tolist() == [False, True, False]
    assert np.isfinite(np.asarray(dynamics.positions)).all()
    usual = path(potential, Langevin(), liquid, NAMES)
    np.testing.assert_allclose(np.asarray(dynamics.positions)[[0, 2]], usual[[0, 2]], atol=1e-9)
