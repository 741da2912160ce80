"""Pair correlation, overlap and decorrelation time where the answer is known."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.sampling import decorrelation_time, overlap, overlap_function, pair_correlation
from hessian_lab.systems import Configuration


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("shear", [0.0, 0.3])
def test_the_ideal_gas_has_no_correlations(rng, dim, shear):
    cell = 6.0 * np.eye(dim)
    cell[1, 0] = 6 * shear
    samples = [Configuration.create(rng.random((60, dim)) @ cell, cell) for _ in range(300)]
    found = pair_correlation(samples, width=0.2)
    assert found.r[-1] <= 3
    scores = (found.value - 1) / found.error
    # The first shells hold less than a pair per sample and are not normal.
    assert np.abs(scores[3:]).max() < 4.5
    # Without the factor (N - 1)/N all shells would be low together, by 1/60.
    pairs = 300 * 60 * 59 / 2 * (found.r / 6) ** dim
    assert abs(np.average(found.value, weights=pairs) - 1) < 4 / np.sqrt(pairs[-1])


def test_a_square_lattice_has_its_shells():
    points = np.stack(np.meshgrid(np.arange(8.0), np.arange(8.0)), axis=-1).reshape(-1, 2)
    found = pair_correlation(Configuration.create(points, 8.0), width=0.1)
    shells = {k for k in range(found.r.size) if found.value[k] > 0}
    distances = np.sqrt([1, 2, 4, 5, 8, 9, 10, 13])
    assert shells == {int(d / 0.1 + 1e-9) for d in distances}
    # Four neighbours at distance 1: N 4/2 pairs in the shell from 1.0 to 1.1.
    ideal = 64 * 63 / 2 * np.pi * (1.1**2 - 1) / 64
    assert found.value[10] == pytest.approx(64 * 2 / ideal, rel=1e-12)
    assert np.isnan(found.error).all()


def test_overlap_counts_particles_that_stayed(rng):
    cell = 5.0 * np.eye(3)
    before = rng.random((100, 3)) * 5
    after = before.copy()
    after[:30, 0] += 0.31
    # Through the boundary and back by a whole cell: not moved.
    after[50:60] += cell[1]
    assert overlap(before, after, cell, 0.3) == 0.7
    assert overlap(before, after, cell, 0.32) == 1


def test_overlap_of_independent_jumps_decays_exponentially(rng):
    """Each particle is thrown to a random place at the rate 1: Q(t) = exp(-t), and its time is 1."""
    times = 0.05 * np.arange(101)
    cell, particles = 20 * np.eye(3), 4000
    frames = [rng.random((particles, 3)) * 20]
    for _ in times[1:]:
        thrown = rng.random(particles) < 1 - np.exp(-0.05)
        frames.append(np.where(thrown[:, None], rng.random((particles, 3)) * 20, frames[-1]))
    lags, values = overlap_function(times, np.array(frames), cell, 0.3)
    early = lags < 2
    # Bins are wide by 2^(1/4): the mean over a bin is exp(-mean lag) to 0.2 %.
    np.testing.assert_allclose(values[early], np.exp(-lags[early]), atol=4 * 0.5 / np.sqrt(particles))
    time, decayed = decorrelation_time(lags, values)
    assert decayed
    assert time == pytest.approx(1, abs=0.05)


def test_a_frozen_sample_gives_a_lower_bound(rng):
    frames = np.repeat(rng.random((1, 50, 2)), 9, axis=0)
    lags, values = overlap_function(np.arange(9.0), frames, np.eye(2), 0.3)
    assert decorrelation_time(lags, values) == (lags[-1], False)
    assert (values == 1).all()


def test_distances_that_do_not_fit_are_refused(rng):
    sample = Configuration.create(rng.random((20, 3)) * 4, 4.0)
    with pytest.raises(InputError, match="half the cell"):
        pair_correlation(sample, largest=2.5)
    with pytest.raises(InputError, match="argument width"):
        pair_correlation(sample, width=0)
    with pytest.raises(InputError, match="at least one sample"):
        pair_correlation([])
    with pytest.raises(InputError, match="ascending times"):
        overlap_function(np.array([0.0, 0.0]), np.zeros((2, 3, 2)), np.eye(2), 0.3)
