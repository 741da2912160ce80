"""Lowest modes of a batch on the jax device: agree with LAPACK, prove completeness, and leave saddles to the host."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hessian_cases import EPS, assert_the_same, glass

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian
from hessian_lab.spectrum import ACCURACIES, CHOLESKY, Spectrum, batched_lowest
from hessian_lab.spectrum._batched_lowest import _proved, blocked_cholesky, solve, succeeded, vendor_cholesky


@pytest.fixture(scope="module")
def batch():
    """Five glasses, and the third of them with too much pre-stress."""
    hessians = [glass(3, 150, seed) for seed in range(5)]
    hessians[2] = Hessian(hessians[2].pairs, prestress=3.0)
    matrices = np.stack([hessian.dense() for hessian in hessians])
    return matrices, np.stack([hessian.trivial_modes for hessian in hessians])


def one(found, k):
    return Spectrum(
        np.asarray(found.eigenvalues[k]), np.asarray(found.vectors[k]), 3, 450, float(found.largest[k]), "", 0.0
    )


@pytest.mark.parametrize("cholesky", CHOLESKY)
@pytest.mark.parametrize("accuracy", ["fast", "accurate"])
def test_a_batch_agrees_with_lapack(batch, accuracy, cholesky):
    matrices, zeros = batch
    found = batched_lowest(matrices, zeros, count=32, accuracy=accuracy, cholesky=cholesky)
    for k in (0, 1, 3, 4):
        values, vectors = np.linalg.eigh(matrices[k])
        assert_the_same(one(found, k), values, vectors, fast=accuracy == "fast")
        assert float(found.residual[k]) <= ACCURACIES[accuracy].accepted
        assert float(found.complete_below[k]) > values[31]
        assert (values < float(found.complete_below[k])).sum() <= 32 or float(found.complete_below[k]) == pytest.approx(
            values[32], rel=1e-9
        )
    assert not float(found.residual[2]) <= ACCURACIES[accuracy].accepted
    assert not np.isfinite(float(found.complete_below[2]))


def test_without_a_proof_no_level_is_given(batch):
    matrices, zeros = batch
    found = batched_lowest(matrices[:2], zeros[:2], count=20, prove=False)
    assert np.isnan(np.asarray(found.complete_below)).all()
    assert (np.asarray(found.residual) < 100 * EPS).all()


def test_a_missed_mode_is_caught(batch):
    """Each of the lowest modes is left out of what is to be proved complete."""
    matrices, zeros = batch[0][:1], batch[1][:1]
    values, vectors = np.linalg.eigh(matrices[0])
    values, vectors = values[3:43], vectors[:, 3:43]
    proof = jax.jit(_proved, static_argnames=("wanted", "factorise"))

    def level(kept):
        found = jnp.asarray(values[kept])[None], jnp.asarray(vectors[:, kept])[None]
        largest = jnp.asarray([np.linalg.eigvalsh(matrices[0])[-1]])
        return float(proof(matrices, zeros, *found, wanted=32, largest=largest, factorise=blocked_cholesky)[0])

    assert values[31] < level(np.arange(40)) < values[39]
    for missed in range(32):
        assert np.isnan(level(np.delete(np.arange(40), missed)))


@pytest.mark.parametrize("factorise", [blocked_cholesky, vendor_cholesky])
@pytest.mark.parametrize("size", [1, 7, 64, 130, 300])
def test_factorisations_solve_and_see_negative_pivots(factorise, size, rng):
    root = rng.normal(size=(2, size, size))
    positive = root @ root.transpose(0, 2, 1) + size * np.eye(size)
    right = rng.normal(size=(2, size, 3))
    for width in (None, 32):
        panels = factorise(jnp.asarray(positive), width)
        assert np.asarray(succeeded(panels)).all()
        answer = np.asarray(solve(panels, jnp.asarray(right)))
        assert answer == pytest.approx(np.linalg.solve(positive, right), rel=1e-9, abs=1e-12)
        positive[1] -= 2 * np.linalg.eigvalsh(positive[1])[0] * np.eye(size)
        # The smallest eigenvalue is now as far below zero as it was above.
        assert np.asarray(succeeded(factorise(jnp.asarray(positive), width))).tolist() == [True, False]
        positive[1] = positive[0]
        right[1] = right[0]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 200}, "argument count = 200 is not possible: .* use batched_spectra"),
        ({"count": 0}, "argument count must be at least 1, but got 0"),
        ({"count": 20, "accuracy": "good"}, "argument accuracy must be one of fast, accurate, but got 'good'"),
        ({"count": 20, "cholesky": "mine"}, "argument cholesky must be one of blocked, vendor, but got 'mine'"),
    ],
)
def test_impossible_requests_are_named(batch, settings, message):
    matrices, zeros = batch
    with pytest.raises(InputError, match=message):
        batched_lowest(matrices, zeros, **settings)


@pytest.mark.gpu
@pytest.mark.parametrize("cholesky", CHOLESKY)
@pytest.mark.parametrize("accuracy", ["fast", "accurate"])
def test_an_accelerator_agrees_with_lapack(accuracy, cholesky):
    hessian = glass(3, 500)
    values, vectors = np.linalg.eigh(hessian.dense())
    matrices = jnp.asarray(np.stack([hessian.dense()] * 8))
    found = batched_lowest(
        matrices, np.stack([hessian.trivial_modes] * 8), count=32, accuracy=accuracy, cholesky=cholesky
    )
    for k in range(8):
        assert_the_same(one(found, k), values, vectors, fast=accuracy == "fast")
