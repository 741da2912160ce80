"""Decorrelation times against processes whose times are known."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.stats import chi

from hessian_lab.benchmarks._decorrelation import remembered
from hessian_lab.benchmarks._starts import Starts
from hessian_lab.sampling._overlap import OVERLAP_RADIUS

GLASSES, PARTICLES, EDGE = 4, 200, 50.0


class Walk:
    """Energies that forget by a factor `memory` a sweep, particles that walk freely; 10 % more attempts than asked."""

    def __init__(self, memory, step, rng):
        self.memory, self.step, self.rng = memory, step, rng
        self.energy = rng.normal(size=GLASSES)
        self.place = np.zeros((GLASSES, PARTICLES, 3))
        self.attempts = 0

    def advance(self, sweeps):
        kept = self.memory**sweeps
        self.energy = kept * self.energy + np.sqrt(1 - kept**2) * self.rng.normal(size=GLASSES)
        self.place = self.place + self.step * np.sqrt(sweeps) * self.rng.normal(size=self.place.shape)
        self.attempts += round(1.1 * GLASSES * PARTICLES * sweeps)

    def energies(self):
        return self.energy

    def positions(self):
        return self.place

    def counts(self):
        return np.array([self.attempts, 0, 0, 0])


@pytest.fixture
def starts():
    shape = (GLASSES, PARTICLES)
    nothing = np.full(GLASSES, np.nan)
    return Starts(np.zeros((*shape, 3)), np.full(shape, 1.2), np.zeros(shape, int), EDGE, nothing)


def test_known_times_are_found_in_sweeps_of_attempts(starts, rng):
    """tau = (1 + rho)/(1 - rho)/2 looks for the energy; Q = P(|x| < a) of a Gaussian of variance s^2 t."""
    every, looks, memory, step = 2, 4000, 0.96, 0.006
    found = remembered(Walk(memory, step, rng), starts, {"settle": 10, "looks": looks, "every": every})
    rho = memory**every
    energy_time = 1.1 * every * 0.5 * (1 + rho) / (1 - rho)
    assert found.energy_error < 0.15 * energy_time
    assert abs(found.energy_time - energy_time) < 4 * found.energy_error
    # Q = 1/e where a / (s sqrt(t)) is that quantile.
    radius = OVERLAP_RADIUS * 1.2
    overlap_time = 1.1 * (radius / (step * chi(3).ppf(np.exp(-1)))) ** 2
    assert found.facts["overlap_time_resolved"]
    # Interpolated between lags that are a factor of 2^(1/4) apart: exact to second order in that.
    assert found.overlap_time == pytest.approx(overlap_time, rel=0.05)


@pytest.mark.parametrize(("step", "resolved"), [(0.5, True), (0.006, False)])
def test_the_energy_is_resolved_where_the_structure_is(starts, rng, step, resolved):
    """The same fast energy over particles that forget their places in 1 or in 2300 of 8800 sweeps."""
    found = remembered(Walk(0.96, step, rng), starts, {"settle": 10, "looks": 4000, "every": 2})
    assert found.facts["overlap_time_resolved"]
    assert found.facts["energy_time_resolved"] == resolved


def test_what_is_not_resolved_is_said(starts, rng):
    """Hardly anything moves: the mean of the longest lags is a lower bound."""
    found = remembered(Walk(0.9999, 1e-4, rng), starts, {"settle": 1, "looks": 100, "every": 1})
    assert not found.facts["overlap_time_resolved"]
    assert 110 / 2**0.25 < found.overlap_time < 110
    assert not found.facts["energy_time_resolved"]
