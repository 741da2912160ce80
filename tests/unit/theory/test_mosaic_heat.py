"""Heat capacity of the cells, of the Debye solid, and its dependence on time."""

from itertools import pairwise

import numpy as np
import pytest
from scipy.constants import hbar, k
from scipy.integrate import quad
from scipy.special import zeta

from hessian_lab._core.errors import InputError
from hessian_lab.theory.mosaic import (
    Modes,
    TunnellingHeatCapacity,
    cell_heat_capacity,
    conductivity_unit,
    debye_heat_capacity,
    mean_cell_heat_capacity,
    ripplon_modes,
    scaled_conductivity,
)
from hessian_lab.theory.mosaic._heat_capacity import experimental_factor, total_cell_heat_capacity
from hessian_lab.theory.mosaic._time_dependence import fastest_rate, relaxed_share

CELL = 200 ** (1 / 3)


def log_partition(beta, energy, modes):
    """ln Z of Eq. 35, written out."""
    product = np.prod((1 - np.exp(-beta * modes.frequencies)) ** -modes.weights)
    return np.log1p(np.exp(-beta * energy) * product)


@pytest.mark.parametrize("energy", [-0.3, 0.0, 0.2])
@pytest.mark.parametrize("temperature", [0.05, 0.2])
def test_cell_is_the_second_derivative_of_its_partition_function(energy, temperature):
    modes, beta, step = ripplon_modes(CELL), 1 / temperature, 1e-3 / temperature
    values = [log_partition(beta + d, energy, modes) for d in (-step, 0, step)]
    expected = beta**2 * (values[0] - 2 * values[1] + values[2]) / step**2
    assert float(cell_heat_capacity(energy, temperature, modes)) == pytest.approx(expected, rel=1e-4)


def test_cold_cell_is_a_two_level_system():
    energy, temperature = 0.01, 0.004
    schottky = (energy / temperature / (2 * np.cosh(energy / temperature / 2))) ** 2
    assert float(cell_heat_capacity(energy, temperature, ripplon_modes(CELL))) == pytest.approx(schottky, rel=1e-9)


def test_strongly_biased_cell_is_its_ripplons_or_nothing():
    modes, temperature = ripplon_modes(CELL), 0.1
    x = modes.frequencies / temperature
    einstein = (modes.weights * (x / 2 / np.sinh(x / 2)) ** 2).sum()
    assert float(cell_heat_capacity(-6.0, temperature, modes)) == pytest.approx(einstein, rel=1e-9)
    assert float(cell_heat_capacity(9.0, temperature, modes)) == pytest.approx(0, abs=1e-9)


@pytest.mark.parametrize(("sides", "slope"), [(1, np.pi**2 / 6), (2, np.pi**2 / 3)])
def test_mean_heat_capacity_starts_linear(sides, slope):
    temperature, ratio = 1e-5, 4.4
    value = float(mean_cell_heat_capacity(temperature, ripplon_modes(CELL), ratio, sides=sides))
    assert value * ratio / temperature == pytest.approx(slope, rel=1e-4)


@pytest.mark.parametrize("temperature", [0.02, 0.1, 0.3])
@pytest.mark.parametrize("sides", [1, 2])
def test_mean_agrees_with_plain_quadrature_over_the_bias(temperature, sides):
    modes, ratio = ripplon_modes(CELL), 2.5

    def integrand(energy):
        return float(cell_heat_capacity(energy, temperature, modes)) * np.exp(-abs(energy) / ratio) / ratio

    bump = temperature * float(modes.log_partition(1 / temperature))
    edges = np.unique([0.0, bump, bump + 40 * temperature, 100.0])
    if sides == 2:
        edges = np.concatenate([[-100.0, -40 * temperature], edges])
    expected = sum(quad(integrand, a, b, limit=400, epsrel=1e-9)[0] for a, b in pairwise(edges))
    value = float(mean_cell_heat_capacity(temperature, modes, ratio, sides=sides))
    assert value == pytest.approx(expected, rel=1e-7)


def test_bump_of_silica():
    """Regression of the paper's parameters: the dip and the bump of C/T^3, which only both signs of epsilon make."""
    modes = ripplon_modes(CELL, prefactor=1.34)
    temperature = np.array([0.0115, 0.036])
    dip, peak = total_cell_heat_capacity(temperature, modes, 4.4, CELL) / temperature**3
    assert (dip, peak) == pytest.approx((5.38e4, 9.13e4), rel=2e-3)
    one_sided = float(mean_cell_heat_capacity(0.03, modes, 4.4, sides=1)) / 0.03**3
    assert one_sided < 1e3
    scan = np.linspace(0.02, 0.06, 41)
    curve = total_cell_heat_capacity(scan, modes, 4.4, CELL) / scan**3
    assert scan[curve.argmax()] * 342 == pytest.approx(12.3, abs=0.5)


def test_debye_limits():
    """Acceptance 8: 12 pi^4/5 = 234 below, 3 k_B with its first correction above, 4.6e4 in a cell to 2 %."""
    assert float(debye_heat_capacity(1e-3)) / 1e-9 == pytest.approx(12 * np.pi**4 / 5, rel=1e-9)
    assert 12 * np.pi**4 / 5 == pytest.approx(234, rel=0.002)
    assert 200 * float(debye_heat_capacity(1e-3)) / 1e-9 == pytest.approx(4.6e4, rel=0.02)
    assert float(debye_heat_capacity(20.0)) == pytest.approx(3 * (1 - 1 / (20 * 400)), rel=1e-6)


def test_experimental_axis_is_the_unit_of_a_cell():
    """C/T^3 of a Debye solid in J/(kg K^4), times the factor of Fig. 15, is the theory's Debye level."""
    density, speed, debye = 2200.0, 4100.0, 342.0
    bead = speed / (k * debye / hbar) * (6 * np.pi**2) ** (1 / 3)
    measured = k * 12 * np.pi**4 / 5 / debye**3 / (density * bead**3)
    factor = experimental_factor(density, speed, CELL)
    assert factor * measured == pytest.approx(200 * 12 * np.pi**4 / 5, rel=1e-9)
    assert factor * 1e3 == pytest.approx(5.80e10, rel=2e-3)


def test_scaled_conductivity_has_its_exact_coefficient():
    """6 zeta(3) q t^2: 1082 for l/lambda = 150; a function of frequency does as well as a number."""
    assert float(scaled_conductivity(1e-3, 150.0)) * 1e6 == pytest.approx(150 * 6 * zeta(3), rel=1e-9)
    assert float(scaled_conductivity(1e-3, lambda w: 150.0)) * 1e6 == pytest.approx(1081.85, rel=1e-5)
    assert conductivity_unit(342.0, 4100.0) == pytest.approx(2.149, rel=1e-3)


def test_hot_conductivity_saturates_at_dulong_and_petit():
    """kappa/K = q/2 when all modes are classical: t^2 int_0^{1/t} x dx."""
    assert float(scaled_conductivity(50.0, 3.0)) == pytest.approx(1.5, rel=1e-4)


def test_relaxed_share_without_exponent_is_elementary():
    logs = np.array([-1.0, 0.0, 1e-3, 0.5, 3.0, 25.0])
    assert relaxed_share(logs, 0.0) == pytest.approx(np.arccosh(np.exp(np.maximum(logs, 0) / 2)), rel=1e-9)


def test_heat_capacity_at_long_times_has_the_published_powers():
    """Acceptance 10: C ~ t^(c/2) T^(1+c/2)."""
    capacity, step = TunnellingHeatCapacity(exponent=0.1), np.array([0.99, 1.01])
    span = np.log(step[1] / step[0])
    in_time = np.diff(np.log(capacity(1e-3, 1e60 * step)))[0] / span
    in_temperature = 1 + np.diff(np.log(capacity(1e-3 * step, 1e60)))[0] / span
    assert (in_time, in_temperature) == pytest.approx((0.05, 1.05), abs=2e-4)


def test_logarithm_of_the_standard_tunnelling_model_without_exponent():
    """c = 0: dC/d ln t = pi^2/12 k_B^2 T P, long after tau_min."""
    capacity = TunnellingHeatCapacity(exponent=0.0)
    slope = (capacity(1e-3, 1e9) - capacity(1e-3, 1e6)) / np.log(1e3)
    assert slope == pytest.approx(np.pi**2 / 12, rel=1e-5)


@pytest.mark.parametrize("thermal", [False, True])
def test_time_dependent_heat_capacity_agrees_with_plain_quadrature(thermal):
    capacity = TunnellingHeatCapacity(exponent=0.1, mixing=50.0, thermal=thermal)
    temperature, time = 2e-4, 1e-5

    def log_time(x):
        value = np.log(time / 2.0e-6) + 3 * np.log(x * temperature / 5.7e-4)
        return value - np.log(np.tanh(x / 2)) if thermal else value

    def integrand(x):
        inner = log_time(x)
        if inner <= 0:
            return 0.0
        share = quad(lambda s: np.exp(0.05 * s * s) * s / np.sqrt(-np.expm1(-s * s)), 0, np.sqrt(inner))[0]
        energy = x * temperature
        return (x / (2 * np.cosh(x / 2))) ** 2 * energy**-0.1 * (50 * energy + share)

    edge = next(x for x in np.linspace(0.1, 20, 20000) if log_time(x) > 0)
    expected = quad(integrand, edge, 60, limit=300)[0]
    assert float(capacity(temperature, time)) == pytest.approx(expected, rel=2e-3)


def test_short_measurements_see_an_apparent_gap():
    """After 10 us the heat capacity falls faster than T^2 between 1e-4 and 3e-4 T_D; after hours it does not."""
    capacity = TunnellingHeatCapacity(exponent=0.1)
    ends = np.array([1e-4, 3e-4])
    slopes = [1 + np.diff(np.log(capacity(ends, t)))[0] / np.log(3) for t in (1e-5, 3.6e4)]
    assert slopes[0] == pytest.approx(2.38, abs=0.05)
    assert slopes[1] == pytest.approx(1.11, abs=0.02)


def test_fastest_time_of_silica_is_half_the_printed_one():
    """2.0 us is printed; Eqs. 18 and 25 give 0.97 us, and 0.45 us with the hyperbolic cotangent."""
    ratio = 1500 / 342
    assert 1 / fastest_rate(5.7e-4, ratio, 342.0) == pytest.approx(0.97e-6, rel=5e-3)
    assert 1 / fastest_rate(5.7e-4, ratio, 342.0, thermal=5.7e-4) == pytest.approx(0.45e-6, rel=5e-3)
    density, speed, bead = 2200.0, 4100.0, 4100.0 / (k * 342 / hbar) * (6 * np.pi**2) ** (1 / 3)
    square, energy = density * speed**2 * bead**3 * k * 1500, 5.7e-4 * k * 342
    direct = 3 * square * energy**3 / (2 * np.pi * density * speed**5 * hbar**4)
    assert fastest_rate(5.7e-4, ratio, 342.0) == pytest.approx(direct, rel=1e-12)


def test_negative_exponents_are_refused():
    with pytest.raises(InputError):
        TunnellingHeatCapacity(exponent=-0.1)


def test_sums_over_modes_are_derivatives_of_the_log_partition_function():
    modes, s, step = Modes(np.array([0.3, 0.7]), np.array([2.0, 1.5])), 1.3, 1e-4
    chain = (modes.log_partition, modes.energy, modes.variance, modes.third, modes.fourth)
    signs = (-1, -1, 1, 1)
    for lower, upper, sign in zip(chain, chain[1:], signs, strict=False):
        slope = (float(lower(s + step)) - float(lower(s - step))) / (2 * step)
        assert float(upper(s)) == pytest.approx(sign * slope, rel=1e-6)
