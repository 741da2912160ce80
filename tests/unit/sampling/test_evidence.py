"""Evidence of equilibrium from runs made up by hand: what passes, and which reason is given for what does not."""

from dataclasses import replace

import numpy as np
import pytest

from hessian_lab.sampling import Trace, judge
from hessian_lab.sampling._evidence import frame_numbers
from hessian_lab.systems import Configuration

PARTICLES, LOOKS = 200, 640


@pytest.fixture
def sample(rng):
    return Configuration.create(rng.random((PARTICLES, 3)) * 6, 6.0)


@pytest.fixture
def good(rng):
    """An ideal gas thrown anew between any two states, and independent energies."""
    numbers = frame_numbers(LOOKS)
    frames = rng.random((len(numbers), PARTICLES, 3)) * 6
    return Trace(rng.normal(-5, 0.1, LOOKS), 640.0, np.array(numbers, dtype=float), frames)


def test_a_run_at_equilibrium_passes(sample, good):
    found = judge(sample, good)
    assert found.equilibrated
    assert found.reason == ""
    assert abs(found.energy + 5) < 4 * found.energy_error
    assert found.energy_error == pytest.approx(0.1 / np.sqrt(LOOKS / 2), rel=0.3)
    assert found.overlap_decayed
    assert found.overlap_time < 1


def test_a_drifting_energy_is_flagged(sample, good):
    found = judge(sample, replace(good, energies=good.energies + np.linspace(0, 0.4, LOOKS)))
    assert not found.equilibrated
    assert found.energy_drift > 4
    assert "energy drifts" in found.reason


def test_a_changing_structure_is_flagged(sample, good):
    """In the last quarter every other particle sits beside the one before it."""
    frames = good.frames.copy()
    late = good.frame_times > 480
    frames[late, 1::2] = frames[late, ::2] + [0.95, 0, 0]
    found = judge(sample, replace(good, frames=frames))
    assert not found.equilibrated
    assert "g(r)" in found.reason


def test_particles_that_stay_are_flagged_with_a_lower_bound(sample, good, rng):
    frames = sample.positions + 0.05 * rng.normal(size=good.frames.shape)
    found = judge(sample, replace(good, frames=frames))
    assert not found.equilibrated
    assert not found.overlap_decayed
    assert found.overlap_time >= 0.25 * good.run_time
    assert "overlap still 1.00" in found.reason


def test_a_run_of_few_decorrelation_times_is_flagged(sample, good, rng):
    """Random walks with a decorrelation time of an eighth of the run."""
    steps = rng.normal(size=good.frames.shape) * np.sqrt(np.diff(good.frame_times, prepend=0))[:, None, None]
    found = judge(sample, replace(good, frames=sample.positions + 0.02 * np.cumsum(steps, axis=0)))
    assert found.overlap_decayed
    assert not found.equilibrated
    assert "decorrelation times" in found.reason


def test_false_alarms_are_rare(sample, rng):
    """Two tests at 1e-3 each: 30 runs at equilibrium raise 0.06 alarms on average, three or more once in 3e4 times."""
    numbers = np.array(frame_numbers(64))
    alarms = 0
    for _ in range(30):
        frames = rng.random((numbers.size, PARTICLES, 3)) * 6
        alarms += not judge(sample, Trace(rng.normal(size=64), 64.0, numbers.astype(float), frames)).equilibrated
    assert alarms <= 2


def test_short_and_failed_runs_are_not_at_equilibrium(sample, good):
    short = judge(sample, replace(good, energies=good.energies[:10]))
    assert not short.equilibrated
    assert "too short" in short.reason
    failed = judge(sample, replace(good, failure="it blew up"))
    assert not failed.equilibrated
    assert failed.reason == "it blew up"
