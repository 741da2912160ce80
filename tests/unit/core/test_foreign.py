"""Numba functions inside compiled programs: lanes, shared arguments, and what happens where they cannot be had."""

import itertools
import threading
from concurrent.futures import ThreadPoolExecutor

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core import foreign
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration

pytestmark = pytest.mark.skipif(not foreign.available(), reason="foreign functions are for CPUs")

names = (f"test_{number}" for number in itertools.count())


@pytest.fixture
def weighted_sum():
    """x, w -> x + w row by row, and the sum of all of it."""
    lines = [
        "def kernel(x, weights, shifted, total):",
        "    total[0] = 0.0",
        "    for i in range(x.shape[0]):",
        "        for a in range(x.shape[1]):",
        "            shifted[i, a] = x[i, a] + weights[i]",
        "            total[0] += shifted[i, a]",
    ]
    name = next(names)
    real = np.float64
    foreign.register(name, lines, [(real, 2), (np.int32, 1)], [(real, 2), (real, 1)])

    def call(x, weights):
        results = [jax.ShapeDtypeStruct(x.shape, real), jax.ShapeDtypeStruct((1,), real)]
        return foreign.call(name, results, x, weights)

    return call


def test_a_call_in_compiled_code(weighted_sum, rng):
    x, weights = rng.normal(size=(5, 3)), np.arange(5, dtype=np.int32)
    shifted, total = jax.jit(weighted_sum)(x, weights)
    assert np.array_equal(shifted, x + weights[:, None])
    assert total[0] == pytest.approx((x + weights[:, None]).sum(), rel=1e-14)


def test_lanes_of_lanes(weighted_sum, rng):
    x, weights = rng.normal(size=(2, 3, 5, 3)), np.arange(10, dtype=np.int32).reshape(2, 5)
    shifted, total = jax.jit(jax.vmap(jax.vmap(weighted_sum, in_axes=(0, None))))(x, weights)
    assert np.array_equal(shifted, x + weights[:, None, :, None])
    assert np.allclose(total[..., 0], shifted.sum(axis=(2, 3)), rtol=1e-13)


def test_threads_may_register_the_same_function(weighted_sum):
    """Compilation lets other threads in between the question whether a name is taken and its registration."""
    together = threading.Barrier(4)

    def work(_):
        together.wait()
        lines = ["def nothing(x, y):", "    y[0] = x[0]"]
        foreign.register("test_threads", lines, [(np.float64, 1)], [(np.float64, 1)])

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(work, range(4))) == [None] * 4


@pytest.mark.parametrize("lanes", [1, 4])
def test_lanes_have_their_own_arguments_or_share_one(weighted_sum, rng, lanes):
    x, weights = rng.normal(size=(lanes, 5, 3)), np.arange(5 * lanes, dtype=np.int32).reshape(lanes, 5)
    shifted, total = jax.jit(jax.vmap(weighted_sum))(x, weights)
    assert np.array_equal(shifted, x + weights[..., None])
    assert total.shape == (lanes, 1)
    shared, _ = jax.jit(jax.vmap(weighted_sum, in_axes=(0, None)))(x, weights[0])
    assert np.array_equal(shared, x + weights[0][:, None])


def test_a_loop_calls_it_again_and_again(weighted_sum):
    """1000 calls inside a while loop: x grows by the weights every time."""
    weights = np.array([1, 2], np.int32)
    loop = jax.jit(lambda x: jax.lax.fori_loop(0, 1000, lambda _, x: weighted_sum(x, weights)[0], x))
    assert np.array_equal(loop(jnp.zeros((2, 3))), [[1000.0] * 3, [2000.0] * 3])


def test_an_unknown_interface_is_not_used_and_quenches_go_on_without(monkeypatch):
    """With another version of the interface the tables of jax take over: the same minimum by another route."""
    model = named_model("polydisperse")
    start = random_configuration(model, 100, np.random.default_rng(5))
    compiled = quench(model.build(), Fire(), start)
    foreign.available.cache_clear()
    monkeypatch.setattr(foreign, "_interface", lambda: (1, 0))
    try:
        assert not foreign.available()
        plain = quench(model.build(), Fire(), start)
    finally:
        foreign.available.cache_clear()
    assert plain.status is compiled.status is Status.CONVERGED
    assert plain.energy == pytest.approx(compiled.energy, rel=1e-12)
    assert plain.force_scale == pytest.approx(compiled.force_scale, rel=1e-9)
