"""Repeat study: intervals of fits to synthetic tables hold the truth as often as they say, and AICc finds the maker."""

import numpy as np
import pytest

from hessian_lab.theory import Measurements, fit_theories, fit_theory, theory
from hessian_lab.theory.internal_stress import InternalStress
from hessian_lab.theory.soft_potential import SoftPotential

pytestmark = pytest.mark.slow

COLD = np.geomspace(0.03, 1.0, 25)
TABLES = 200
LEVEL = 0.95

CASES = {
    "internal-stress": (InternalStress.of("suprasil"), "heat_capacity", "kg", COLD),
    "tunnelling": (theory("tunnelling", "SiO2"), "heat_capacity", "m^3", COLD),
    "tunnelling-conductivity": (theory("tunnelling", "SiO2"), "thermal_conductivity", None, COLD),
    "universality-conductivity": (theory("universality", "SiO2"), "thermal_conductivity", None, COLD[:12]),
    "soft-potential": (SoftPotential(), "heat_capacity", "m^3", np.geomspace(0.1, 10, 25)),
}


@pytest.mark.parametrize("errors", [True, False])
@pytest.mark.parametrize("case", CASES)
def test_intervals_cover_at_their_level(case, errors):
    """The number of hits among 200 tables is binomial; 4 of its standard deviations are allowed."""
    truth, observable, amount, temperature = CASES[case]
    exact = getattr(truth, observable)(temperature)
    rng = np.random.default_rng(20261121)
    names = truth.free_parameters[observable]
    hits = dict.fromkeys(names, 0)
    for _ in range(TABLES):
        noisy = exact * (1 + 0.03 * rng.normal(size=exact.size))
        table = Measurements(temperature, noisy, amount, 0.03 * exact if errors else None)
        found = fit_theory(truth, table, names, confidence=LEVEL)
        for name in names:
            hits[name] += found[name].low <= getattr(truth, name) <= found[name].high
    allowed = 4 * np.sqrt(LEVEL * (1 - LEVEL) / TABLES)
    for name in names:
        assert abs(hits[name] / TABLES - LEVEL) < allowed, (name, hits[name])


@pytest.mark.parametrize("maker", ["internal-stress", "tunnelling"])
def test_the_criterion_finds_the_maker(maker):
    """Two theories on 50 tables each, errors of 3 % on 25 temperatures: the maker always has the lowest AICc.

    (Tunnelling systems and those of Carruzzo and Yu could not be told apart so: their C(T) differ by less.)
    """
    rivals = [InternalStress.of("suprasil"), theory("tunnelling", "SiO2")]
    truth = next(rival for rival in rivals if rival.name == maker)
    exact = truth.heat_capacity(COLD) / (truth.density if maker == "tunnelling" else 1)
    rng = np.random.default_rng(7)
    for _ in range(50):
        table = Measurements(COLD, exact * (1 + 0.03 * rng.normal(size=25)), "kg", 0.03 * exact)
        assert next(iter(fit_theories(rivals, table).fits)) == maker
