"""The methods themselves on forces that are known: springs, cubes, and JAX-MD's minimiser as it is."""

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hessian_lab import Status
from hessian_lab.potentials import named_model
from hessian_lab.quench import ConjugateGradient, Fire, JaxMdFire, Lbfgs, Method, SteepestDescent, quench
from hessian_lab.systems import random_configuration

STIFFNESS = np.array([[1.0, 3.0], [0.2, 9.0], [4.0, 0.5]])
START = np.array([[0.3, -0.5], [1.0, 0.2], [-0.7, 0.4]])


def harmonic(positions):
    """Force of independent springs, one per coordinate."""
    return -jnp.asarray(STIFFNESS) * positions


def states(method, start, force, steps, time=0.3):
    """The states after each evaluation, stacked."""

    def step(state, _):
        state = method.tell(state, force(state.coordinates), time)
        return state, state

    @jax.jit
    def path(start):
        # JAX-MD's state begins with Python numbers: one step makes arrays of them.
        first = method.tell(method.start(start, jnp.asarray(time)), force(start), time)
        return jax.lax.scan(step, first, length=steps)[1]

    return jax.tree.map(np.asarray, path(jnp.asarray(start)))


def trajectory(method, amplitude, steps=150):
    """Coordinates asked for under the harmonic force, in units of the amplitude they started from."""
    return states(method, amplitude * START, harmonic, steps).coordinates / amplitude


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


@pytest.mark.parametrize(("method", "steps"), [(Lbfgs(largest_step=10), 40), (ConjugateGradient(largest_step=10), 200)])
def test_quadratic_wells_end_in_few_evaluations(method, steps):
    """Six springs: the memory spans the space, so the minimum is found superlinearly, at any amplitude."""
    for amplitude in (1.0, 2.0**-40):
        assert np.abs(trajectory(method, amplitude, steps=steps)[-1]).max() < 1e-12


def test_conjugate_gradient_finds_the_zeros_of_its_line_searches():
    """On springs a secant is exact: a search takes two evaluations, and successive directions are conjugate."""
    seen = states(ConjugateGradient(largest_step=10, accuracy=1e-9), START, harmonic, 24)
    began = np.flatnonzero((seen.tries[1:] == 1) & (seen.tries[:-1] >= 1)) + 1
    directions = seen.direction[began]
    assert len(began) >= 6
    gaps = np.diff(began)
    assert gaps.max() <= 3
    for one, other in itertools.pairwise(directions[:6]):
        overlap = np.sum(one * STIFFNESS * other)
        assert abs(overlap) < 1e-5 * np.sqrt(np.sum(one**2 * STIFFNESS) * np.sum(other**2 * STIFFNESS))


@pytest.mark.parametrize("accuracy", [1e-2, 1e-3, 1e-4])
def test_steepest_descent_stays_on_the_path(accuracy):
    """Springs: x(t) = x(0) exp(-k t). All accepted points keep to it, errors adding up over some tens of steps."""
    seen = states(SteepestDescent(accuracy=accuracy), START, harmonic, 400)
    exact = START * np.exp(-STIFFNESS * seen.elapsed[:, None, None])
    error = np.linalg.norm(seen.base - exact, axis=-1).max()
    assert error < 3 * accuracy
    assert seen.elapsed[-1] > 10 / STIFFNESS.max()


def test_steepest_descent_is_of_second_order():
    """With the tolerance a thousand times smaller, steps are ten times shorter: e ~ h^3 per step."""
    steps = []
    for accuracy in (1e-3, 1e-6, 1e-9):
        seen = states(SteepestDescent(accuracy=accuracy), START, harmonic, 3000)
        steps.append(seen.step[np.argmax(seen.elapsed > 0.5)])
    assert 7 < steps[0] / steps[1] < 14
    assert 7 < steps[1] / steps[2] < 14


def test_steepest_descent_is_stable_where_euler_is_not():
    """A spring 10^4 times as stiff: steps far beyond 2/k, and nothing grows."""
    stiffness = jnp.asarray([[1e4, 1.0], [1.0, 2.0]])
    start = np.array([[1e-3, 1.0], [0.5, 0.5]])
    seen = states(SteepestDescent(), start, lambda r: -stiffness * r, 4000, time=0.01)
    assert seen.step.max() > 100 * 2 / 1e4
    assert seen.radius[-1] == pytest.approx(1e4, rel=0.02)
    exact = start * np.exp(-np.asarray(stiffness) * seen.elapsed[:, None, None])
    assert np.abs(seen.base - exact).max() < 5e-3


def test_lbfgs_goes_back_where_it_overshoots():
    """A constant pull towards a steep wall: the force behind it turns round, and the search returns to its zero."""

    def wall(r):
        return 1.0 - 1e4 * jnp.maximum(r - 0.02, 0.0)

    seen = states(Lbfgs(), np.full((1, 2), -1.0), wall, 120)
    assert seen.coordinates[-1] == pytest.approx(0.02 + 1e-4, abs=1e-6)
    assert (seen.fraction < 1).any()


def test_jax_md_fire_is_damped_dynamics_at_small_forces():
    """A constant 1e-6 under the root of |F|: far below |F| = 1e-3 the velocities are only damped, and slowly arrive."""
    method = JaxMdFire(dt_start=0.06, dt_max=0.3)
    large, small = trajectory(method, 1.0), trajectory(method, 2.0**-40)
    assert np.abs(large - small).max() > 0.01
    assert np.abs(small[-1]).max() > 3 * np.abs(large[-1]).max()


def test_jax_md_fire_is_what_jax_md_computes():
    """Asking and telling changes nothing: the same positions as JAX-MD's own loop, to the last bit."""
    from jax_md import minimize, space

    init, apply = minimize.fire_descent(lambda r, **_: harmonic(r), space.free()[1], dt_start=0.06, dt_max=0.3)
    state = init(jnp.asarray(START))
    theirs = []
    for _ in range(30):
        state = jax.jit(apply)(state)
        theirs.append(np.asarray(state.position))
    ours = states(JaxMdFire(dt_start=0.06, dt_max=0.3), START, harmonic, 29).coordinates
    assert np.abs(ours - np.array(theirs)[1:]).max() < 1e-12


def test_jax_md_fire_keeps_its_parameters_in_half_precision():
    """0.01 and 0.04 become float16; ours stay float64."""
    start = jnp.zeros((2, 3)) + 0.1
    theirs = JaxMdFire(dt_start=0.01).start(start, jnp.ones(())).inner
    assert theirs.dt.dtype == jnp.float16
    assert float(theirs.dt) != 0.01
    assert float(theirs.dt) == pytest.approx(0.01, rel=1e-3)
    ours = Fire(dt_start=0.01).start(start, jnp.ones(()))
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
    assert theirs.status.failed
    assert quench(potential, Fire(), start, max_steps=2000).status is Status.CONVERGED


def test_particles_that_were_thrown_away_are_no_minimum():
    """Kob-Andersen: thrown farther than float64 can tell distances, particles feel no force, and nothing converged."""
    model = named_model("kob-andersen")
    start = random_configuration(model, 200, np.random.default_rng([17, 0]))
    assert quench(model.build(), JaxMdFire(), start, max_steps=2000).status is Status.NOT_FINITE


@pytest.mark.parametrize(
    "method", [Fire(largest_step=0.05), Lbfgs(largest_step=0.05), ConjugateGradient(largest_step=0.05)]
)
def test_the_cap_holds_where_forces_are_astronomical(method):
    """A force of 1e160 moves the fastest particle by exactly the cap: in proportion, or row by row in L-BFGS."""
    start = jnp.zeros((2, 3))
    pull = jnp.asarray([[3e160, 4e160, 0.0], [0.0, 0.0, 1e160]])
    state = method.tell(method.start(start, jnp.ones(())), pull, 1.0)
    moved = np.asarray(state.coordinates)
    assert np.linalg.norm(moved[0]) == pytest.approx(0.05, rel=1e-12)
    assert moved[1] == pytest.approx([0, 0, 0.05 if method.kind == "lbfgs" else 0.01], rel=1e-12)


@pytest.mark.parametrize("method", [Fire(), Lbfgs(), ConjugateGradient(), SteepestDescent()])
def test_methods_rest_where_there_is_no_force(method):
    """No direction can be made of a zero force: nothing moves, nothing becomes NaN."""
    state = method.start(jnp.ones((3, 2)), jnp.ones(()))
    for _ in range(20):
        state = method.tell(state, jnp.zeros((3, 2)), 1.0)
    assert np.array_equal(np.asarray(state.coordinates), np.ones((3, 2)))


def test_methods_are_their_tables():
    adapter = TypeAdapter(Method)
    assert adapter.validate_python({"kind": "fire", "dt_max": 0.5}) == Fire(dt_max=0.5)
    for method in (Fire(), JaxMdFire(), Lbfgs(memory=3), ConjugateGradient(), SteepestDescent(accuracy=1e-4)):
        assert adapter.validate_python(method.table()) == method
    assert hash(Fire()) == hash(Fire(dt_start=0.2))
    for bad in (
        {"kind": "fire", "shrink": 1.0},
        {"kind": "fire", "dt": 1.0},
        {"kind": "bfgs"},
        {"kind": "lbfgs", "memory": 0},
    ):
        with pytest.raises(ValidationError):
            adapter.validate_python(bad)
