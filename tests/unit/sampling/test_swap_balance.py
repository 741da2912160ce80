"""Swap Monte Carlo samples the Boltzmann distribution: tiny systems whose averages are known exactly."""

from __future__ import annotations

from itertools import permutations

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab import ComputationError
from hessian_lab.potentials import named_model
from hessian_lab.sampling import _swap
from hessian_lab.sampling._swap import SwapMonteCarlo, advance, at_temperatures, keys_of, start
from hessian_lab.sampling._swap_plan import Plan
from hessian_lab.systems import Configuration

GLASSES = 256
EDGE, TEMPERATURE = 6.4, 0.5
MIXTURE = named_model("kob-andersen", dimension=2, cutoff=1.6).build()
SPECIES = np.array([0, 0, 1], dtype=np.int32)
MOVES = SwapMonteCarlo(swap_fraction=0, largest_move=1.0)
BOTH = SwapMonteCarlo(swap_fraction=0.2, largest_move=1.0)


@pytest.fixture(autouse=True)
def _all_pairs_listed(monkeypatch):
    """Tables of three particles hold all pairs whatever the skin; with a wide one they are made once."""
    monkeypatch.setattr(_swap, "SKIN", 100.0)


def blocks(share=1 - 2 * 1.6 / EDGE, swaps=0):
    """Four blocks in two dimensions: three particles alone would be moved one by one."""
    return Plan((2, 2), (share, share), 3, 16, swaps, 2, 16 * 0.5 + swaps)


def averages(potential, settings, state, calls, sweeps, skipped):
    """Mean energy of every glass over many calls."""
    total = 0.0
    for call in range(calls):
        state, _ = advance(potential, settings, state, sweeps)
        total = total + np.asarray(state.energy) * (call >= skipped)
    return total / (calls - skipped), state


def deviation(sampled, exact):
    """Of the mean over glasses from the exact value, in standard errors."""
    return (sampled.mean() - exact) / (sampled.std(ddof=1) / np.sqrt(sampled.size))


def exact_three_body_energy(temperature, points=512):
    """<U> of two A and one B in a periodic square: the sum over two relative positions is a convolution."""
    x = np.arange(points) * EDGE / points
    x = np.minimum(x, EDGE - x)
    r2 = x[:, None] ** 2 + x[None, :] ** 2
    r2[0, 0] = 1e-4
    u, f = {}, {}
    for name, (i, j) in {"aa": (0, 0), "ab": (0, 1)}.items():
        sigma, epsilon = MIXTURE.mixing.sigma[i][j], MIXTURE.mixing.epsilon[i][j]
        u[name] = np.asarray(MIXTURE.law.energy(r2, sigma, epsilon))
        f[name] = np.exp(-u[name] / temperature)
    uf = {name: u[name] * f[name] for name in u}

    def integral(first, second, third):
        """Sum over r and s of first(r) second(s) third(r - s)."""
        inner = np.fft.irfft2(np.fft.rfft2(second) * np.fft.rfft2(third), s=third.shape)
        return np.sum(first * inner)

    # A at the origin, A at r, B at s.
    z = integral(f["aa"], f["ab"], f["ab"])
    return (integral(uf["aa"], f["ab"], f["ab"]) + 2 * integral(f["aa"], uf["ab"], f["ab"])) / z


def three_bodies(settings_temperature=TEMPERATURE):
    rng = np.random.default_rng(1)
    samples = [Configuration.create(EDGE * rng.random((3, 2)), EDGE, species=SPECIES) for _ in range(GLASSES)]
    keys = keys_of([f"glass {k}" for k in range(GLASSES)], "three bodies")
    return start(MIXTURE, samples, settings_temperature, keys)


@pytest.mark.parametrize(("settings", "swaps", "cut"), [(MOVES, 0, False), (MOVES, 0, True), (BOTH, 2, True)])
def test_three_attracting_particles_have_their_exact_mean_energy(monkeypatch, settings, swaps, cut):
    """One by one, in blocks, and with swaps of species."""
    if cut:
        monkeypatch.setattr(_swap, "make_plan", lambda *_: blocks(swaps=swaps))
    sampled, _ = averages(MIXTURE, settings, three_bodies(), 120, 16, 20)
    assert abs(deviation(sampled, exact_three_body_energy(TEMPERATURE))) < 4


def test_a_wrong_acceptance_rule_fails_the_same_test():
    """Metropolis with a factor of 1.2 in the exponent, judged by the same four standard errors."""
    state = at_temperatures(three_bodies(), TEMPERATURE / 1.2)
    sampled, _ = averages(MIXTURE, MOVES, state, 120, 16, 20)
    assert abs(deviation(sampled, exact_three_body_energy(TEMPERATURE))) > 4


def test_blocks_that_touch_are_found_out(monkeypatch):
    """Without the gap two particles that interact move at once, and the sum of their energies is wrong."""
    monkeypatch.setattr(_swap, "make_plan", lambda *_: blocks(share=1.0))
    with pytest.raises(ComputationError, match="summed over its moves"):
        averages(MIXTURE, MOVES, three_bodies(), 10, 16, 0)


POLYDISPERSE = named_model("polydisperse", dimension=2).build()
DIAMETERS = np.array([0.75, 0.9, 1.0, 1.1, 1.35, 1.6])
# Three pairs at short distances, out of one another's reach.
SITES = np.array([[1.0, 1.0], [1.75, 1.0], [6.0, 6.0], [6.0, 6.95], [10.0, 2.0], [10.6, 2.9]])


def permuted_energies():
    """Energy of every assignment of the diameters to the sites."""
    labels = np.array(list(permutations(DIAMETERS)))
    energy = np.zeros(len(labels))
    for i, j in ((0, 1), (2, 3), (4, 5)):
        sigma, epsilon = POLYDISPERSE.mixing.mix(labels[:, i], labels[:, j], None, None)
        energy += np.asarray(POLYDISPERSE.law.energy(np.sum((SITES[i] - SITES[j]) ** 2), sigma, epsilon))
    return energy


def fixed_sites(temperature):
    sample = Configuration.create(SITES, 12.0, diameters=DIAMETERS)
    keys = keys_of([f"glass {k}" for k in range(GLASSES)], "fixed sites")
    return start(POLYDISPERSE, [sample] * GLASSES, temperature, keys)


@pytest.mark.parametrize("largest_difference", [2.0, 0.26])
def test_swaps_at_fixed_sites_visit_every_assignment_by_its_weight(largest_difference):
    """720 assignments, enumerated: mean energy and the mean weight of the lowest one, positions untouched.

    With the smaller limit the labels have between one and four partners: the choice stays symmetric.
    """
    temperature = 4.0
    energies = permuted_energies()
    weights = np.exp(-(energies - energies.min()) / temperature)
    weights /= weights.sum()
    settings = SwapMonteCarlo(swap_fraction=1, largest_difference=largest_difference)
    assert _swap._plan(settings, fixed_sites(temperature)).pairs > 1
    sampled, state = averages(POLYDISPERSE, settings, fixed_sites(temperature), 220, 8, 20)
    assert abs(deviation(sampled, weights @ energies)) < 4
    hotter = np.exp(-(energies - energies.min()) / (1.05 * temperature))
    assert abs(deviation(sampled, hotter @ energies / hotter.sum())) > 4
    assert np.array_equal(state.positions, np.broadcast_to(SITES, state.positions.shape))
    assert np.array_equal(np.sort(state.diameters, axis=1), np.broadcast_to(DIAMETERS, (GLASSES, 6)))


def test_pairs_that_meet_are_found_out():
    """Pairs kept although they share particles or neighbours change energies that were taken as independent."""
    state = fixed_sites(4.0)
    rules = _swap._rules(POLYDISPERSE, SwapMonteCarlo(swap_fraction=1), state)
    # The table keeps its radius, reach + skin; only the rule that drops pairs loses its reach.
    careless = eqx.tree_at(lambda r: (r.reach, r.skin), rules, (jnp.zeros_like(rules.reach), rules.reach + rules.skin))
    with pytest.raises(ComputationError, match="summed over its moves"):
        _swap._advance(careless, state, 64)
