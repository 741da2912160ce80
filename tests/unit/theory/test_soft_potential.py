"""Soft potentials: exact levels, the plane of potentials, and the laws of the heat capacity."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError
from scipy import constants
from scipy.linalg import eigh_tridiagonal

from hessian_lab._core.errors import InputError
from hessian_lab.theory.internal_stress import KELVIN, einstein
from hessian_lab.theory.soft_potential import (
    SoftPotential,
    boson_peak_energy,
    curvature_of_exponent,
    deepest_minimum,
    energy_levels,
    harmonic_energy,
    heat_of_levels,
    minimum_of_reduced_heat,
    plane,
    universal_heat_capacity,
    vibrational_density,
)

EXPONENT = 17.0


def test_a_stiff_potential_has_the_levels_of_an_oscillator():
    """D_2 = 10^4: quanta of 2 sqrt(D_2), with the first-order shift of x^4, 3 n (n + 1)/(2 D_2)."""
    levels = energy_levels(np.zeros(1), np.array([1e4]))[0, :5]
    n = np.arange(5)
    assert levels == pytest.approx(200 * n + 1.5 * n * (n + 1) / 1e4, abs=1e-6)


def test_the_quartic_potential_has_its_known_levels():
    """Hioe and Montroll (1975): 1.0603620905, 3.7996730298, 7.4556979380, 11.6447455114."""
    known = np.array([1.0603620905, 3.7996730298, 7.4556979380, 11.6447455114])
    levels = energy_levels(np.zeros(1), np.zeros(1))[0, :4]
    assert levels == pytest.approx(known - known[0], abs=1e-8)


def test_levels_agree_with_a_grid():
    """An asymmetric double well by finite differences on a line."""
    x, spacing = np.linspace(-6, 6, 6001, retstep=True)
    for asymmetry, curvature in ((0.7, -6.0), (-12.0, 3.0), (40.0, -8.0)):
        potential = asymmetry * x + curvature * x**2 + x**4
        hops = np.full(x.size - 1, -1 / spacing**2)
        grid = eigh_tridiagonal(potential + 2 / spacing**2, hops, select="i", select_range=(0, 3), eigvals_only=True)
        levels = energy_levels(np.array([asymmetry]), np.array([curvature]))[0, :4]
        assert levels == pytest.approx(grid - grid[0], rel=1e-4)
        assert np.allclose(levels, energy_levels(np.array([-asymmetry]), np.array([curvature]))[0, :4], atol=1e-9)


@pytest.mark.parametrize("exponent", [10.0, 17.0])
def test_the_tunnel_splitting_is_that_of_an_instanton(exponent):
    """2 omega sqrt(6 lambda/pi) exp(-lambda) [1 - (71/72)/lambda], omega = 2 sqrt(2 |D_2|)."""
    depth = curvature_of_exponent(exponent)
    splitting = energy_levels(np.zeros(1), np.array([depth]))[0, 1]
    omega = 2 * np.sqrt(-2 * depth)
    instanton = 2 * omega * np.sqrt(6 * exponent / np.pi) * np.exp(-exponent) * (1 - 71 / 72 / exponent)
    assert splitting == pytest.approx(instanton, rel=0.01)


def test_the_deepest_minimum_is_the_deepest(rng):
    asymmetry, curvature = rng.uniform(0, 30, 50), rng.uniform(-12, 12, 50)
    place = deepest_minimum(asymmetry, curvature)
    x = np.linspace(-6, 6, 20001)[:, None]
    lowest = (asymmetry * x + curvature * x**2 + x**4).min(axis=0)
    assert asymmetry * place + curvature * place**2 + place**4 == pytest.approx(lowest, abs=1e-4)
    assert np.all(place <= 0)


def test_the_vibrations_are_counted_as_e_to_the_fourth(rng):
    """Harmonic energies of potentials drawn evenly from the plane: n(E) = E^4/8, so E^5/40 below E."""
    area = 40 * 24.0
    asymmetry, curvature = rng.uniform(0, 20, 400_000), rng.uniform(-12, 12, 400_000)
    energy = harmonic_energy(asymmetry, curvature)
    # Up to 6 all potentials with this energy lie inside: |D_1| <= 0.0481 E^3, -E^2/8 <= D_2 <= E^2/4.
    for top in (4.0, 6.0):
        share = np.mean(energy < top)
        assert share * area == pytest.approx(top**5 / 40, abs=4 * area * np.sqrt(share / energy.size))


def test_the_plane_has_the_area_that_belongs_to_it():
    """Weights of the quadrature: the potentials below E = 16 that are not frozen."""
    systems = plane(EXPONENT)
    energy = np.linspace(0, 16, 200_001)
    with np.errstate(divide="ignore"):
        active = np.sqrt(np.minimum((2 - 8 * systems.lowest_curvature / energy**2) / 3, 1.0))
    expected = np.trapezoid(energy**4 / 8 * active, energy)
    assert systems.weights.sum() == pytest.approx(expected, rel=2e-5)
    assert harmonic_energy(systems.asymmetry, systems.curvature).max() < 16 * (1 + 1e-9)


def test_heat_of_levels_knows_an_oscillator_and_two_levels():
    oscillator = heat_of_levels(np.arange(200.0)[None], 0.7)[0]
    assert oscillator == pytest.approx(float(einstein(np.array(1 / 0.7))), rel=1e-10)
    two = heat_of_levels(np.array([[0.0, 2.0]]), 0.5)[0]
    assert two == pytest.approx(4 * np.exp(4) * 4 / (np.exp(4) + 1) ** 2)


def test_the_heat_capacity_grows_like_t_to_the_fifth_above_w():
    """90 zeta(6) = 2 pi^6/21 of the vibrations' E^4/8; the anharmonic rest falls off."""
    ratio = np.array([2.0, 5.0, 20.0])
    share = universal_heat_capacity(ratio, exponent=EXPONENT) / (2 * np.pi**6 / 21 * ratio**5)
    assert share[0] == pytest.approx(1, abs=0.03)
    assert share[1:] == pytest.approx(1, abs=1e-3)


def test_deeper_double_wells_add_a_linear_heat_capacity():
    r"""Delta C = t (pi^2/3) int dD_2/(asymmetry per D_1): only wells between two exponents, all faster than t."""
    ratio = 2e-3
    added = plane(24.0).heat_capacity(ratio) - plane(EXPONENT).heat_capacity(ratio)
    depth = np.linspace(-curvature_of_exponent(EXPONENT), -curvature_of_exponent(24.0), 2001)
    # Distance of the wells sqrt(2 depth), less the anharmonic shift of the zero-point motion in each.
    distance = np.sqrt(2 * depth) * (1 - 3 / np.sqrt(8) / depth**1.5)
    assert added == pytest.approx(ratio * np.pi**2 / 3 * np.trapezoid(1 / distance, depth), rel=2e-3)
    exponents = [
        np.log(plane(limit).heat_capacity(0.02) / plane(limit).heat_capacity(0.01)) / np.log(2)
        for limit in (12.0, 24.0)
    ]
    assert 1 < exponents[1] < exponents[0] < 1.35


def test_the_quadrature_is_converged():
    for ratio in (1e-3, 0.03, 0.4, 2.0):
        fine = plane(EXPONENT, 8).heat_capacity(ratio)
        assert plane(EXPONENT).heat_capacity(ratio) == pytest.approx(fine, rel=3e-4)


def test_the_minimum_depends_on_w_alone():
    """C/T^3 of two glasses with other waves and numbers of soft modes: the same k_B T/W, 0.54 to 0.61."""
    place = minimum_of_reduced_heat(EXPONENT)
    assert place == pytest.approx(1 / 1.75, abs=0.01)
    for theory in (SoftPotential(), SoftPotential(soft_modes=3e22, debye_temperature=150.0)):
        around = place * theory.crossover_temperature * np.array([0.97, 1.0, 1.03])
        reduced = theory.heat_capacity(around) / around**3
        assert reduced[1] < min(reduced[0], reduced[2])


def test_a_cutoff_of_the_asymmetries_makes_the_boson_peak():
    """n(E): E^4/8 below, ~ E above with (3 sqrt(pi)/4)/q; the peak of n/E^2 scales as A^(-1/6)."""
    cutoff = 1e-4
    place = boson_peak_energy(cutoff)
    assert place == pytest.approx(2.65 * cutoff ** (-1 / 6), rel=1e-3)
    energy = place * np.array([0.95, 1.0, 1.05])
    reduced = vibrational_density(energy, cutoff) / energy**2
    assert reduced[1] > max(reduced[0], reduced[2])
    assert vibrational_density(np.array(1.0), cutoff) == pytest.approx(1 / 8, rel=1e-5)
    high = 300.0
    law = high**4 / 8 * 3 * np.sqrt(np.pi) / 4 / (np.sqrt(cutoff) * high**3 / 8)
    assert vibrational_density(np.array(high), cutoff) == pytest.approx(law, rel=1e-3)
    theory = SoftPotential(asymmetry_cutoff=cutoff)
    assert theory.boson_peak * KELVIN == pytest.approx(place * theory.crossover_temperature)


def test_the_units_of_the_theory():
    """g integrates to heat: vibrations far above W, summed as oscillators, give the excess heat capacity."""
    theory = SoftPotential()
    temperature = 8 * theory.crossover_temperature
    omega = np.linspace(0, 60 * temperature / KELVIN, 20001)[1:]
    density = theory.excess_density_of_states(omega)
    modes = 3 * theory.number_density * np.trapezoid(density * einstein(KELVIN * omega / temperature), omega)
    assert theory.excess_heat_capacity(np.array(temperature)) == pytest.approx(constants.k * modes, rel=2e-3)
    assert theory.predicts() == ("density_of_states", "heat_capacity")
    assert {entry.name for entry in theory.parameters()} == set(SoftPotential.model_fields)


def test_what_is_out_of_range_is_refused():
    with pytest.raises(InputError, match="k_B T/W must lie"):
        SoftPotential().heat_capacity(np.array([1e-3]))
    with pytest.raises(ValidationError, match="tunnelling_exponent"):
        SoftPotential(tunnelling_exponent=40.0)
    with pytest.raises(InputError, match="between 4 and 28"):
        plane(2.0)


def test_headlines_and_figures():
    for entry in SoftPotential().headlines():
        assert entry.computed is not None
        if entry.printed is not None:
            assert (abs(entry.computed / entry.printed - 1) < 0.01) == entry.follows, entry.name
    figure = SoftPotential().figures()["excitations"]()
    assert isinstance(figure, Figure)
    assert figure.axes[0].get_xlabel()
