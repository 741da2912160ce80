"""Quantum mixing on one cell, and the attraction between cells."""

import numpy as np
import pytest
from scipy.integrate import dblquad, quad
from scipy.optimize import brentq
from scipy.special import exp1

from hessian_lab._core.errors import InputError
from hessian_lab.theory.mosaic import _casimir as casimir
from hessian_lab.theory.mosaic import _mixing as mixing
from hessian_lab.theory.mosaic import (
    breakdown_temperature,
    expansion_mixed,
    expansion_ripplons,
    feenberg_root,
    gruneisen_bound,
    gruneisen_mixed,
    gruneisen_ripplons,
    mixing_constant,
    renormalised_amplitude,
    ripplon_modes,
)
from hessian_lab.theory.mosaic._materials import bulk_modulus

CELL = 200 ** (1 / 3)
RATIO = 1500 / 342


@pytest.mark.parametrize("modes", [1, 2, 7, 96])
@pytest.mark.parametrize("strength", [1e-4, 0.1, 3.0])
def test_feenberg_root_is_the_lowest_eigenvalue_of_the_arrow_matrix(rng, modes, strength):
    """Exact, to 1e-12 of the matrix's size."""
    for _ in range(20):
        frequencies, amplitudes = rng.uniform(0.1, 1, modes), strength * rng.normal(size=modes)
        energy = rng.uniform(0, 2)
        matrix = mixing.arrow_matrix(energy, amplitudes, frequencies)
        root = feenberg_root(energy, amplitudes, frequencies)
        assert abs(root - np.linalg.eigvalsh(matrix)[0]) < 1e-12 * max(1, np.abs(matrix).sum(axis=1).max())


def test_feenberg_root_of_degenerate_ripplons_is_that_of_one():
    """2l+1 equal ripplons act as one with the summed square."""
    many = feenberg_root(0.1, np.full(5, 0.02), np.full(5, 0.15))
    assert many == pytest.approx(feenberg_root(0.1, np.array([0.02 * np.sqrt(5)]), np.array([0.15])), rel=1e-13)
    assert feenberg_root(0.1, np.zeros(3), np.ones(3)) == 0.1
    with pytest.raises(InputError):
        feenberg_root(-0.1, np.ones(1), np.ones(1))


def test_splittings_below_the_level_shift_vanish():
    """Sigma is the bare splitting whose root is zero; above it bare and effective splitting are inverse functions."""
    amplitudes, frequencies = np.array([0.1, 0.2]), np.array([0.5, 0.9])
    shift = mixing.level_shift(amplitudes, frequencies)
    assert feenberg_root(shift, amplitudes, frequencies) == pytest.approx(0, abs=1e-14)
    assert mixing.effective_splitting(0.9 * shift, amplitudes, frequencies) == 0
    effective = mixing.effective_splitting(0.3, amplitudes, frequencies)
    assert float(mixing.bare_splitting(effective, amplitudes, frequencies)) == pytest.approx(0.3, rel=1e-12)


def test_fast_systems_are_those_below_the_level_shift():
    """Sigma of Eq. 65 is that of Eq. 61 for ripplons whose amplitudes are all Delta."""
    modes, amplitude = ripplon_modes(5.8), 0.01
    frequencies = np.repeat(modes.frequencies, modes.weights.astype(int))
    shift = mixing.level_shift(np.full(96, amplitude), frequencies)
    assert mixing.fast_share(amplitude, mixing_constant(modes)) == pytest.approx(shift, rel=1e-12)


def test_weakly_mixed_amplitude_is_that_of_the_diagonalised_matrix():
    """Eq. 60 with its 1/2: the matrix element between state 0 and the dressed state, to second order."""
    frequencies, amplitudes = np.array([0.5, 0.8]), np.array([2e-3, 3e-3])
    _, vectors = np.linalg.eigh(mixing.arrow_matrix(0.0, amplitudes, frequencies))
    overlap = np.abs(vectors[0]).max()
    assert mixing.reduced_amplitude(1.0, amplitudes, frequencies) == pytest.approx(overlap, abs=2e-9)


def test_renormalised_amplitude_solves_its_equation():
    bare, strength = np.array([1e-3, 0.1, 1.0, 30.0]), 229.0
    value = renormalised_amplitude(bare, strength)
    assert value == pytest.approx(bare * np.exp(-strength / 2 * value**2), rel=1e-12)
    assert value[0] == pytest.approx(bare[0], rel=2e-4)


def test_mixing_constants_of_the_ripplons():
    """B = sum omega_D/omega_i is "several hundreds"; the sum of squares that Eq. 62 needs is three times it."""
    modes = ripplon_modes(5.8, prefactor=1.34)
    assert mixing_constant(modes) == pytest.approx(229.3, rel=1e-3)
    assert mixing_constant(modes, power=2) == pytest.approx(705, rel=0.01)
    assert 256 <= mixing_constant(ripplon_modes(5.8, highest=10, prefactor=1.34)) <= 259


@pytest.mark.parametrize("exponent", [0.01, 0.1, 0.5, 0.99])
def test_published_range_of_the_amplitude_integral(exponent):
    """Acceptance 9: between 1 and pi/2."""
    value = mixing.amplitude_integral(exponent)
    assert 1 < value < np.pi / 2
    expected = quad(lambda s: np.sin(s) ** (1 - exponent), np.arcsin(0.2), np.pi / 2)[0]
    assert mixing.amplitude_integral(exponent, 0.2) == pytest.approx(expected, rel=1e-9)


def test_normalisation_gives_one_system_per_cell():
    """int d Delta int d epsilon n(epsilon, Delta) = 1/xi^3 with the 2-c that the printed A_1 lacks."""
    exponent, strength, lowest, highest = 0.1, 150.0, 1e-6, 0.8
    factor = mixing.normalisation(exponent, strength, RATIO, lowest, highest)

    def integrand(logarithm):
        amplitude = np.exp(logarithm)
        return factor * (highest / amplitude) ** exponent * (strength * amplitude**2 / RATIO + 1)

    value, _ = quad(integrand, np.log(lowest), np.log(highest), limit=200)
    assert value == pytest.approx(1, rel=1e-8)


def test_conductivity_exponents():
    """Acceptance 10: 2 + c without mixing; with B = 50..300 the published sub-quadratic laws."""
    assert float(mixing.conductivity_exponent(1e-3, 0.1, 0.0)) == pytest.approx(2.1, abs=1e-6)
    temperature = np.geomspace(10**-3.5, 1e-2, 11)
    means = [mixing.conductivity_exponent(temperature, 0.1, b).mean() for b in (50, 100, 200, 300)]
    assert means == pytest.approx([1.85, 1.75, 1.63, 1.55], abs=0.012)


def second_order(first, second, operators, beta):
    """Second-order free energy of J A (x) B by exact diagonalisation, with the fourth order removed."""

    def free_energy(coupling):
        identity = [np.eye(len(first)), np.eye(len(second))]
        matrix = np.kron(np.diag(first), identity[1]) + np.kron(identity[0], np.diag(second))
        matrix = matrix + coupling * np.kron(*operators)
        levels = np.linalg.eigvalsh(matrix)
        return -np.log(np.exp(-beta * levels).sum()) / beta

    half, full = (free_energy(j) - free_energy(0.0) for j in (0.01, 0.02))
    return (16 * half - full) / 12 / 0.01**2


def hop(low, high, size):
    matrix = np.zeros((size, size))
    matrix[low, high] = matrix[high, low] = 1
    return matrix


@pytest.mark.parametrize("beta", [0.5, 3.0])
@pytest.mark.parametrize("ripplons", [(1.0, 1.6), (1.2, 1.2)])
def test_pair_of_ripplons_agrees_with_exact_diagonalisation(beta, ripplons):
    energies = (0.4, 0.9)
    cells = [np.array([0, e, e + w]) for e, w in zip(energies, ripplons, strict=True)]
    exact = second_order(*cells, (hop(1, 2, 3), hop(1, 2, 3)), beta)
    assert casimir.pair_energy_ripplons(1.0, energies, ripplons, beta) == pytest.approx(exact, rel=2e-5)


@pytest.mark.parametrize("beta", [0.5, 3.0])
def test_mixed_pair_agrees_with_exact_diagonalisation(beta):
    exact = second_order(np.array([0, 0.4, 1.6]), np.array([0, 0.7]), (hop(1, 2, 3), hop(0, 1, 2)), beta)
    assert casimir.pair_energy_mixed(1.0, (0.4, 0.7), 1.2, beta) == pytest.approx(exact, rel=2e-5)


def test_printed_flip_flop_alone_gives_much_less_when_cold():
    """Eq. 72 has no |2 2><3 3| term: the ground state of the active pair is then not lowered."""
    beta, cell = 6.0, np.array([0, 0.1, 1.1])
    up = np.zeros((3, 3))
    up[2, 1] = 1

    def free_energy(coupling):
        flips = np.kron(up, up.T)
        matrix = np.kron(np.diag(cell), np.eye(3)) + np.kron(np.eye(3), np.diag(cell)) + coupling * (flips + flips.T)
        return -np.log(np.exp(-beta * np.linalg.eigvalsh(matrix)).sum()) / beta

    flip_flop = (free_energy(0.01) - free_energy(0.0)) / 0.01**2
    both = casimir.pair_energy_ripplons(1.0, (0.1, 0.1), (1.0, 1.0), beta)
    assert both < 0
    assert 0 < flip_flop / both < 0.2


def test_orientations_average_to_two_thirds(rng):
    """<[g_i.g_j - 3 (g_i.r)(g_j.r)]^2>, two random directions and r along z."""
    g = rng.normal(size=(2, 200_000, 3))
    g /= np.linalg.norm(g, axis=-1, keepdims=True)
    squares = ((g[0] * g[1]).sum(axis=-1) - 3 * g[0, :, 2] * g[1, :, 2]) ** 2
    assert abs(squares.mean() - casimir.ORIENTATIONS) < 4 * squares.std() / np.sqrt(len(squares))


def test_pair_sum_reproduces_the_printed_prefactor():
    """(2/3)(3/4pi)^2 J^2 from r = xi (3/4pi)^(1/3), concentration T ln 2/(T_g xi^3), the paper's mode sum."""
    active, _ = quad(lambda x: 1 / (1 + np.exp(x)), 0, 60)
    pairs, _ = quad(lambda r: 4 * np.pi * r**2 * r**-6, (3 / (4 * np.pi)) ** (1 / 3), np.inf)
    coupling = 2 / 3 * (3 / (4 * np.pi)) ** 2 * CELL**-6
    energy = active**2 * pairs * coupling * casimir.mode_double_sum(CELL)
    printed = 0.75 * np.log(2) ** 2 * np.pi**2 * CELL**-1.75
    assert energy == pytest.approx(printed, rel=1e-9)
    assert casimir.ripplon_ripplon_coefficient(CELL) / 2 == pytest.approx(printed, rel=1e-9)


def test_double_sum_is_smaller_than_printed():
    """Direct: half of it; the paper's own continuum, to its own last order, has 1.22 for 1.5."""
    modes = ripplon_modes(5.8, prefactor=1.34)
    direct = sum(
        v * w / (x + y)
        for v, x in zip(modes.weights, modes.frequencies, strict=True)
        for w, y in zip(modes.weights, modes.frequencies, strict=True)
    )
    assert direct == pytest.approx(9.93e3, rel=1e-3)
    assert casimir.mode_double_sum(5.8) == pytest.approx(1.95e4, rel=2e-3)
    value, _ = dblquad(lambda x, y: 4 * x * y / (1.34 / 2 * (x + y)), 0, 1, 0, 1)
    assert value == pytest.approx(16 / 3 * (1 - np.log(2)) / 1.34, rel=1e-6)
    assert casimir.ripplon_ripplon_coefficient(CELL, prefactor="direct_sum") == pytest.approx(0.161, abs=1e-3)
    assert casimir.ripplon_ripplon_coefficient(CELL) == pytest.approx(0.323, abs=1e-3)


def test_mixed_coefficients():
    """Printed 1.12e-3 and directly 1.87e-3; the mean of 1/(omega + epsilon) is an exponential integral."""
    assert casimir.ripplon_two_level_coefficient(CELL, RATIO) == pytest.approx(1.12e-3, rel=5e-3)
    direct = casimir.ripplon_two_level_coefficient(CELL, RATIO, prefactor="direct_sum")
    assert direct == pytest.approx(1.87e-3, rel=5e-3)
    omega = 0.15
    mean, _ = quad(lambda e: np.exp(-e / RATIO) / RATIO / (omega + e), 0, 200)
    exact = np.exp(omega / RATIO) * exp1(omega / RATIO) / RATIO
    assert mean == pytest.approx(exact, rel=1e-9)
    assert (np.log(RATIO / omega) - np.euler_gamma) / RATIO == pytest.approx(exact, rel=0.05)
    with pytest.raises(InputError, match="prefactor"):
        casimir.mode_double_sum(CELL, prefactor="guess")


def test_published_gruneisen_parameters():
    """Acceptance 6."""
    rr = gruneisen_ripplons(CELL, 1500 / 350)
    assert rr == pytest.approx(-3, rel=0.1)
    assert gruneisen_mixed(CELL, 1500 / 350, 1 / 1500) / rr == pytest.approx(1.2, rel=0.05)
    assert gruneisen_bound() == pytest.approx(8, rel=0.07)
    assert breakdown_temperature(CELL, RATIO) == pytest.approx(1.36e-3, rel=0.01)


def test_gruneisen_parameter_is_the_expansion_over_the_heat_capacity():
    """gamma = alpha_V K / c_V with c_V = k_B^2 T P-bar, in SI."""
    k, modulus, domain = 1.380649e-23, bulk_modulus(2200.0, 4100.0), 20e-10
    capacity = k / (1500 * domain**3)
    ratio = expansion_ripplons(1.0, CELL, domain, 350.0, modulus) * modulus / capacity
    assert ratio == pytest.approx(gruneisen_ripplons(CELL, 1500 / 350), rel=1e-9)
    mixed = expansion_mixed(CELL, 1500 / 350, domain, modulus) * modulus / capacity
    assert mixed == pytest.approx(gruneisen_mixed(CELL, 1500 / 350, 1 / 1500), rel=1e-9)


def test_expansion_of_silica_is_a_fifth_of_the_printed_one():
    """Printed -0.4e-9/K; Eq. 75 at the paper's own inputs gives -0.9e-10."""
    linear = expansion_ripplons(1.0, CELL, 20e-10, 342.0, bulk_modulus(2200.0, 4100.0)) / 3
    assert linear == pytest.approx(-0.88e-10, rel=0.01)


def test_breakdown_is_where_the_free_energies_meet():
    """|F_rT| = 0.5 T (a/xi)^4 ln[...] against (pi^2/12) T^2/T_g."""
    coefficient = casimir.ripplon_two_level_coefficient(CELL, RATIO)
    crossing = brentq(lambda t: coefficient * t - np.pi**2 / 12 * t**2, 1e-5, 1)
    assert breakdown_temperature(CELL, RATIO) == pytest.approx(crossing, rel=1e-9)


def test_two_level_attraction_weakens_with_temperature():
    """B(t) = 1 - (pi t)^2 ln(1/t)/3: the printed sign is wrong."""
    for temperature, tolerance in ((0.003, 0.03), (0.0003, 0.02)):
        drop = 1 - casimir.two_level_bracket(temperature)
        assert drop / ((np.pi * temperature) ** 2 * np.log(1 / temperature) / 3) == pytest.approx(1, abs=tolerance)


def test_two_level_bracket_agrees_with_plain_quadrature():
    temperature = 0.3

    def integrand(y, x):
        return np.exp(-x - y) * float(casimir.exchange_kernel(x, y, 1 / temperature))

    value = 2 * dblquad(integrand, 0, 40, 0, lambda x: x, epsabs=1e-7)[0]
    assert casimir.two_level_bracket(temperature) == pytest.approx(value, rel=1e-5)
