"""What each side predicts, and for which glasses it does not."""

from __future__ import annotations

from math import inf

import pytest

from hessian_lab.claims import lerner_exponent, schirmacher_exponent


@pytest.mark.parametrize(("order", "s"), [(1, 5), (2, 4), (3, 11 / 3), (4, 3.5), (5, 3.4), (7, 3 + 2 / 7), (inf, 3)])
def test_stable_repulsive_glasses_follow_the_taper(order, s):
    """The table of the claims: 5, 4, 3.667, 3.5, 3.4, 3.286, 3."""
    found = schirmacher_exponent("polydisperse", 3, order, repulsive=True, parental_temperature=0.07)
    assert found.s == pytest.approx(s)


@pytest.mark.parametrize("order", [1, 2, 3, inf])
def test_random_parents_are_marginal_whatever_the_taper(order):
    """Claim (i): never 3 + 2/m beside glasses from random parents."""
    assert schirmacher_exponent("polydisperse", 3, order, repulsive=True, parental_temperature=inf).s == 2.0


def test_no_number_comes_with_a_reason():
    """Intermediate parents, unknown models and attractive potentials: None, and why."""
    cases = [("polydisperse", 3, True, 0.15), ("contact", 3, True, 0.01), ("kob-andersen", 3, False, 0.3)]
    for model, dimension, repulsive, temperature in cases:
        found = schirmacher_exponent(model, dimension, 2, repulsive=repulsive, parental_temperature=temperature)
        assert found.s is None
        assert found.reason
    assert lerner_exponent().s == 4.0
