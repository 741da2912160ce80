"""Density of scattering states, dressed ripplons, the plateau, and the appendices."""

from itertools import pairwise, product

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar

from hessian_lab._core.errors import InputError
from hessian_lab.theory.mosaic import (
    Modes,
    Plateau,
    count_levels,
    count_on_grid,
    cutoff_coefficient,
    dressed_modes,
    excited_scatterers,
    form_factor,
    ground_state_scatterers,
    rayleigh_path,
    ripplon_modes,
    scaled_conductivity,
)
from hessian_lab.theory.mosaic import _cutoff as cutoff
from hessian_lab.theory.mosaic import _dressing as dressing

CELL = 200 ** (1 / 3)
RATIO = 4.4
SADDLE = np.e / np.sqrt(2 * np.pi)


@pytest.fixture(scope="module")
def modes():
    return ripplon_modes(CELL, prefactor=1.34)


@pytest.fixture(scope="module")
def levels(modes):
    return count_levels(modes, 2.0)


def test_counting_agrees_with_writing_out_every_state():
    """Three oscillators, one pair of equal frequency: sums over all occupation numbers."""
    frequencies, ratio, top = (1.0, 1.0, np.sqrt(2)), 1.7, 6.0
    levels = count_levels(Modes(np.array([1.0, np.sqrt(2)]), np.array([2.0, 1.0])), top)
    states = [sum(n * w for n, w in zip(ns, frequencies, strict=True)) for ns in product(range(9), repeat=3)]
    states = np.array([e for e in states if e <= top])
    assert levels.multiplicities.sum() == len(states)
    for omega in (0.5, 1.3, 4.2):
        below = states[states <= omega]
        assert levels.scatterers(omega, ratio) == pytest.approx(np.exp((below - omega) / ratio).sum(), rel=1e-12)
        inside = states[(states >= omega) & (states <= omega + 1.5)]
        assert levels.cumulative(omega, 1.5, ratio) == pytest.approx(np.exp((omega - inside) / ratio).sum(), rel=1e-12)


def test_bins_agree_with_exact_levels(modes, levels):
    binned = count_on_grid(modes, 2.0, 2.5e-4)
    omega = np.array([0.2, 0.5, 0.9])
    assert binned.scatterers(omega, RATIO) == pytest.approx(levels.scatterers(omega, RATIO), rel=1e-3)


def test_excited_absorption_is_the_thermal_average_of_its_cumulative(modes):
    """rho_exc = int f dN_E, integrated by parts: int (-df/dE) N_E dE (Eqs. 42 and 43)."""
    levels, temperature, omega = count_levels(modes, 2.5), 0.02, 0.3
    energy = np.linspace(0, 2.2, 60001)
    slope = 0.5 / temperature / np.cosh(energy / (2 * temperature)) ** 2
    average = np.trapezoid(slope * levels.cumulative(omega, energy, RATIO), energy)
    assert levels.excited(omega, temperature, RATIO) == pytest.approx(average, rel=1e-3)


def test_only_the_two_level_system_scatters_below_the_lowest_ripplon(levels):
    assert levels.scatterers(0.14, RATIO) == pytest.approx(np.exp(-0.14 / RATIO), rel=1e-12)


def test_exact_counts_of_the_paper_parameters(levels):
    counted = levels.scatterers(np.array([0.25, 0.5, 0.8, 1.0]), RATIO)
    assert counted == pytest.approx([12.8, 200, 4276, 2.668e4], rel=2e-3)


def test_steepest_descent_meets_the_exact_count(modes, levels):
    """Within 25 % step by step and 5 % on average above 0.8 omega_D; the onset at omega_2 is smeared."""
    omega = np.linspace(0.3, 2.0, 500)
    ratio = ground_state_scatterers(omega, modes, RATIO).value / levels.scatterers(omega, RATIO)
    assert np.abs(np.log(ratio[omega > 0.8])).max() < 0.25
    assert np.log(ratio[omega > 0.8]).mean() == pytest.approx(0, abs=0.05)
    assert float(ground_state_scatterers(0.14, modes, RATIO).value) > 3 * levels.scatterers(0.14, RATIO)


@pytest.mark.parametrize(("omega", "energy"), [(0.05, 0.2), (0.1, 0.3), (0.3, 0.5), (0.5, 1.0), (1.0, 1.0)])
def test_excited_steepest_descent_meets_the_exact_count(modes, levels, omega, energy):
    value = float(excited_scatterers(omega, energy, modes, RATIO).value)
    assert value == pytest.approx(float(levels.cumulative(omega, energy, RATIO)), rel=0.13)


def test_steepest_descent_limits(modes):
    """Acceptance 8: e/sqrt(2 pi) = 1.08 at omega = 0; the power at infinity is 95, not the printed 96."""
    assert float(ground_state_scatterers(1e-5, modes, RATIO).value) == pytest.approx(
        np.e / np.sqrt(2 * np.pi), rel=1e-4
    )
    assert pytest.approx(1.08, rel=0.01) == SADDLE
    high = np.array([1e4, 1.01e4])
    power = np.diff(np.log(ground_state_scatterers(high, modes, RATIO).value))[0] / np.log(1.01)
    assert 94.7 < power < 95


def test_exact_density_of_two_oscillators_grows_with_their_number_less_one():
    """The same count where it can be done: two oscillators, density ~ omega^(2-1) for omega >> T_g."""
    levels = count_levels(Modes(np.array([1.0, np.sqrt(2)]), np.ones(2)), 2000.0)
    first, second = (levels.scatterers(np.linspace(w, w + 40, 400), 5.0).mean() for w in (900.0, 1900.0))
    assert np.log(second / first) / np.log(1920 / 920) == pytest.approx(1, abs=0.02)


def test_counting_refuses_broadened_modes_and_uncounted_energies(levels):
    with pytest.raises(InputError, match="integer"):
        count_levels(Modes(np.array([0.3]), np.array([1.5])), 1.0)
    with pytest.raises(InputError, match="counted up to"):
        levels.scatterers(2.5, RATIO)


@pytest.mark.parametrize("y", [0.0, 0.2, 0.6, 0.95])
def test_sharp_dispersion_is_its_principal_value(y):
    expected = quad(lambda x: x**3, 0, 1, weight="cauchy", wvar=y)[0] if y else 1 / 3
    assert float(dressing.sharp_dispersion(y)) == pytest.approx(expected, rel=1e-9)


def test_dispersion_changes_sign_at_the_known_place():
    assert brentq(dressing.sharp_dispersion, 0.7, 0.98) == pytest.approx(0.899, abs=5e-4)


@pytest.mark.parametrize("y", [0.05, 0.5, 1.0, 1.2])
def test_smeared_dispersion_is_the_average_over_sharp_cutoffs(y):
    """x^3 h(x) is a Gaussian mixture of sharp cutoffs: PV = <s^3 PV_sharp(y/s)>."""
    width = 0.1

    def integrand(s):
        weight = np.exp(-0.5 * ((s - 1) / width) ** 2) / (np.sqrt(2 * np.pi) * width)
        return weight * s**3 * float(dressing.sharp_dispersion(y / s))

    pieces = np.unique([0.4, min(max(y, 0.4), 1.6), 1.6])
    expected = sum(quad(integrand, a, b, limit=300)[0] for a, b in pairwise(pieces))
    assert float(dressing.smeared_dispersion(y, width)) == pytest.approx(expected, rel=2e-5)


def test_dressing_loses_modes_and_lowers_the_rest(modes):
    """Eq. 55 keeps about a third of the 96 modes, and more is shifted for a higher T_g."""
    dressed = [dressed_modes(modes, r, 1.8 / CELL, 50.0) for r in (2.0, 5.0)]
    assert all(25 < d.count < 40 for d in dressed)
    first = [d.frequencies[(np.cumsum(d.weights) > 1).argmax()] for d in dressed]
    assert first[1] < first[0] < modes.frequencies[0]
    with pytest.raises(InputError, match="cutoff"):
        dressed_modes(modes, 5.0, 3.0 / CELL, 50.0)


def test_weak_coupling_restores_the_bare_ripplon():
    """k_B T_g << hbar omega_D: narrow, unshifted, and one of each."""
    bare = Modes(np.array([0.3]), np.array([7.0]))
    dressed = dressed_modes(bare, 0.01, 0.1, 50.0, panels=200)
    assert dressed.count == pytest.approx(7, rel=0.03)
    assert dressed.frequencies[dressed.weights.argmax()] == pytest.approx(0.3, abs=0.003)


def test_cold_conductivity_is_the_two_level_line(modes):
    """Below the ripplons rho is the 1.084 of the saddle point, so kappa/K = (150/1.084 + 1) 7.2123 t^2."""
    value = float(Plateau(modes, RATIO).scaled_conductivity(1e-3))
    assert value == pytest.approx(scaled_conductivity(1e-3, 150 / 1.0844 + 1), rel=0.03)


def test_hot_conductivity_is_the_line_of_localised_phonons(modes):
    """l = lambda once the ripplons scatter everything."""
    value = float(Plateau(modes, RATIO).scaled_conductivity(0.3))
    assert value == pytest.approx(scaled_conductivity(0.3, 1.0), rel=0.02)


def test_bare_plateau_of_the_paper_parameters(modes):
    value = Plateau(modes, RATIO).scaled_conductivity(np.array([0.01, 0.02, 0.04, 0.06, 0.1]))
    assert value == pytest.approx([0.0863, 0.217, 0.296, 0.224, 0.107], rel=0.02)


@pytest.mark.parametrize("window", [None, 1.0])
def test_plateau_of_the_exact_count_agrees_with_plain_quadrature(modes, window):
    levels, t = count_on_grid(modes, 3.0, 1e-3), 0.02
    x = np.linspace(0.02, 25, 800)
    if window is None:
        excited = np.array([levels.excited(w, t, RATIO) for w in x * t])
    else:
        excited = np.array([float(levels.cumulative(w, window * t, RATIO)) for w in x * t])
    total = levels.scatterers(x * t, RATIO) + excited
    weight = x**3 * np.exp(-x) / np.expm1(-x) ** 2
    expected = t**2 * np.trapezoid(weight * (150 / total + 1), x)
    counted = Plateau(modes, RATIO, levels=levels, window=window)
    assert float(counted.scaled_conductivity(t)) == pytest.approx(expected, rel=0.01)


def test_steepest_descent_puts_the_plateau_too_low(modes):
    """It smears the onset of the ripplons: two thirds of the exact conductivity at 0.02 T_D, nine tenths at 0.08."""
    levels, temperature = count_on_grid(modes, 4.0, 1e-3), np.array([0.02, 0.08])
    exact = Plateau(modes, RATIO, levels=levels).scaled_conductivity(temperature)
    share = Plateau(modes, RATIO).scaled_conductivity(temperature) / exact
    assert share == pytest.approx([0.67, 0.93], abs=0.03)


@pytest.mark.parametrize("window", [None, 1.0])
def test_glasses_with_a_higher_transition_have_lower_plateaus(modes, window):
    """The trend of Figs. 19 and 20: T_g/omega_D = 2, 5 at 0.03 T_D, and the plateau moves to lower T."""
    temperature = np.array([0.01, 0.03])
    soft, hard = (
        Plateau(dressed_modes(modes, r, 1.8 / CELL, 50.0), r, window=window).scaled_conductivity(temperature)
        for r in (2.0, 5.0)
    )
    assert np.all(hard < soft)
    assert hard[1] / hard[0] < soft[1] / soft[0]


def test_conductivity_is_refused_where_it_is_not_computed(modes):
    with pytest.raises(InputError, match="temperature"):
        Plateau(modes, RATIO).scaled_conductivity(0.7)


def test_form_factor_has_its_known_zeros_and_maxima():
    bounds = ((1.5, 3), (5, 7), (8.5, 9.9))
    zeros = [minimize_scalar(form_factor, bounds=b, method="bounded", options={"xatol": 1e-7}).x for b in bounds]
    assert zeros == pytest.approx([2.0816, 5.9404, 9.2058], abs=1e-4)
    assert float(form_factor(1e-8)) == pytest.approx(1 / 9, rel=1e-9)
    tops = [minimize_scalar(lambda x: -form_factor(x), bounds=b, method="bounded") for b in ((3, 5), (6.5, 8.5))]
    assert [t.x for t in tops] == pytest.approx([3.87, 7.44], abs=0.01)
    assert [-t.fun for t in tops] == pytest.approx([0.0618, 0.0177], abs=1e-4)


def test_published_cutoff():
    """Acceptance 9: kR = 6 is 2.5 (a/xi) omega_D to 2 %; kR = omega/(0.4 (a/xi) omega_D) to 5 %."""
    assert cutoff_coefficient() == pytest.approx(2.5, rel=0.02)
    assert 1 / cutoff.reduced_wave_number(1.0, 1.0) == pytest.approx(0.4, rel=0.05)


def test_quadratic_coupling_equals_the_linear_one_at_its_frequency():
    """sqrt(N) a^3 d_L k/4 = a^2 sqrt(N^(2/3)) (a/xi) d_L, in units a = d_L = 1."""
    size = 5.8
    wave = cutoff.quadratic_coupling_frequency(size) * (6 * np.pi**2) ** (1 / 3)
    assert np.sqrt(size**3) * wave / 4 == pytest.approx(np.sqrt(size**2) / size, rel=1e-12)


@pytest.mark.parametrize(("strength", "path"), [(10, 3.6e4), (30, 2.1e4), (50, 1.6e4), (100, 1.14e4)])
def test_elastic_scattering_is_weak(strength, path):
    """l/lambda above 1e4 at 10^-1.5 omega_D for any fragility, even with omega_2 = omega."""
    value = float(rayleigh_path(10**-1.5, 5.8, RATIO, strength, orders=(2, 2), at_resonance=True))
    assert value == pytest.approx(path, rel=0.03)
    assert value < float(rayleigh_path(10**-1.5, 5.8, RATIO, strength))


def test_elastic_scattering_needs_a_fragility():
    with pytest.raises(InputError, match="fragility"):
        rayleigh_path(0.03, 5.8, RATIO, 0.0)
