"""The methods themselves: our FIRE in float64, and JAX-MD's as it is."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hessian_lab import Status
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, JaxMdFire, Method, quench
from hessian_lab.systems import random_configuration

STIFFNESS = np.array([[1.0, 3.0], [0.2, 9.0], [4.0, 0.5]])


def harmonic(positions):
    """Force of independent springs, one per coordinate."""
    return -jnp.asarray(STIFFNESS) * positions


def trajectory(method, amplitude, steps=150, time=0.3):
    """Positions under the harmonic force, in units of the amplitude they started from."""

    def step(state, _):
        state = method.apply(state, harmonic, time)
        return state, state.positions

    @jax.jit
    def path(start):
        # JAX-MD's state begins with Python numbers: one step makes arrays of them.
        first = method.apply(method.init(start, harmonic(start), time), harmonic, time)
        return jax.lax.scan(step, first, length=steps)[1]

    return np.asarray(path(amplitude * jnp.asarray([[0.3, -0.5], [1.0, 0.2], [-0.7, 0.4]]))) / amplitude


@pytest.fixture(scope="module")
def potential():
    return named_model("polydisperse").build()


@pytest.fixture(scope="module")
def minima(potential):
    model = named_model("polydisperse")
    return quench(potential, Fire(), [random_configuration(model, 100, np.random.default_rng(k)) for k in range(4)])


@pytest.fixture(scope="module")
def shaken(minima):
    rng = np.random.default_rng(0)
    return [
        glass.configuration.at(glass.configuration.positions + rng.normal(scale=0.02, size=(100, 3)))
        for glass in minima
    ]


def test_fire_is_the_same_at_every_amplitude():
    """In a harmonic well FIRE knows no scale: a start 2^-40 as far away follows the same path, to the last bit."""
    assert np.array_equal(trajectory(Fire(largest_step=1e6), 1.0), trajectory(Fire(largest_step=1e6), 2.0**-40))
    assert np.abs(trajectory(Fire(), 0.1, steps=600)[-1]).max() < 1e-9


def test_jax_md_fire_is_damped_dynamics_at_small_forces():
    """A constant 1e-6 under the root of |F|: far below |F| = 1e-3 the velocities are only damped, and slowly arrive."""
    method = JaxMdFire(dt_start=0.06, dt_max=0.3)
    large, small = trajectory(method, 1.0), trajectory(method, 2.0**-40)
    assert np.abs(large - small).max() > 0.01
    assert np.abs(small[-1]).max() > 3 * np.abs(large[-1]).max()


def test_jax_md_fire_keeps_its_parameters_in_half_precision():
    """0.01 and 0.04 become float16; ours stay float64."""
    start = jnp.zeros((2, 3)) + 0.1
    theirs = JaxMdFire(dt_start=0.01).init(start, start, 1.0).inner
    assert theirs.dt.dtype == jnp.float16
    assert float(theirs.dt) != 0.01
    assert float(theirs.dt) == pytest.approx(0.01, rel=1e-3)
    ours = Fire(dt_start=0.01).init(start, start, 1.0)
    assert ours.dt.dtype == ours.mixing.dtype == jnp.float64
    assert float(ours.dt) == 0.01


def test_jax_md_fire_finds_the_same_minima_with_more_steps(potential, minima, shaken):
    """From a mild start, to 1e-12 of the pair forces: the same energies, and many more steps than ours."""
    ours = quench(potential, Fire(), shaken, tolerance=1e-12)
    theirs = quench(potential, JaxMdFire(), shaken, tolerance=1e-12, max_steps=20_000)
    for glass, one, other in zip(minima, ours, theirs, strict=True):
        assert one.status is other.status is Status.CONVERGED
        assert one.energy == pytest.approx(glass.energy, rel=1e-13)
        assert other.energy == pytest.approx(glass.energy, rel=1e-13)
        assert other.steps > 1.4 * one.steps


def test_jax_md_fire_at_equal_effort_is_less_accurate(potential, shaken):
    """After 448 steps ours is at 1e-11 of the pair forces; theirs is orders of magnitude away."""
    ours = quench(potential, Fire(), shaken, tolerance=1e-16, max_steps=448)
    theirs = quench(potential, JaxMdFire(), shaken, tolerance=1e-16, max_steps=448)
    accuracy = [[r.max_force / r.force_scale for r in results] for results in (ours, theirs)]
    assert max(accuracy[0]) < 1e-11
    assert min(accuracy[1]) > 100 * max(accuracy[0])


def test_jax_md_fire_does_not_survive_overlaps(potential):
    """Random positions: forces of 1e14 and no cap on the displacement. Ours needs about a thousand steps."""
    start = random_configuration(named_model("polydisperse"), 100, np.random.default_rng(0))
    theirs = quench(potential, JaxMdFire(), start, max_steps=2000)
    assert theirs.status in (Status.MAX_STEPS, Status.NOT_FINITE)
    assert quench(potential, Fire(), start, max_steps=2000).status is Status.CONVERGED


def test_the_cap_holds_where_forces_are_astronomical():
    """A force of 1e160 moves the fastest particle by exactly the cap, the others in proportion."""
    method = Fire(largest_step=0.05)
    start = jnp.zeros((2, 3))
    pull = jnp.asarray([[3e160, 4e160, 0.0], [0.0, 0.0, 1e160]])
    state = method.apply(method.init(start, pull, 1.0), lambda _: pull, 1.0)
    moved = np.asarray(state.positions)
    assert np.linalg.norm(moved[0]) == pytest.approx(0.05, rel=1e-12)
    assert moved[1] == pytest.approx([0, 0, 0.01], rel=1e-12)
    assert method.longest_move >= 0.05


def test_fire_rests_where_there_is_no_force():
    """No direction can be made of a zero force: nothing moves, nothing becomes NaN."""
    method = Fire()
    state = method.init(jnp.ones((3, 2)), jnp.zeros((3, 2)), 1.0)
    for _ in range(3):
        state = method.apply(state, jnp.zeros_like, 1.0)
    assert np.array_equal(np.asarray(state.positions), np.ones((3, 2)))
    assert not np.asarray(state.velocities).any()


def test_methods_are_their_tables():
    adapter = TypeAdapter(Method)
    assert adapter.validate_python({"kind": "fire", "dt_max": 0.5}) == Fire(dt_max=0.5)
    assert adapter.validate_python(JaxMdFire().table()) == JaxMdFire()
    assert hash(Fire()) == hash(Fire(dt_start=0.2))
    for bad in ({"kind": "fire", "shrink": 1.0}, {"kind": "fire", "dt": 1.0}, {"kind": "bfgs"}):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)
