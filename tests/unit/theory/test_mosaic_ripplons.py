"""Vibrations of the wall, the coupling to phonons, and the top of the barrier."""

import numpy as np
import pytest
from scipy.constants import eV, hbar, k
from scipy.integrate import quad

from hessian_lab._core.errors import ComputationError, InputError
from hessian_lab.theory.mosaic import (
    SILICA,
    Droplet,
    amplitude_density,
    barrier_top_coefficient,
    crossover_temperature,
    path_over_wavelength,
    phonon_coupling,
    resonant_path,
    ripplon_frequency,
    ripplon_modes,
    shell_frequencies,
    tunnelling_amplitude,
    tunnelling_exponent,
    wall_mass,
)
from hessian_lab.theory.mosaic import _coupling as coupling
from hessian_lab.theory.mosaic import _ripplons as ripplons
from hessian_lab.theory.mosaic._hollow_sphere import cot_alpha, shell_side
from hessian_lab.theory.mosaic._materials import bead_spacing, debye_frequency
from hessian_lab.theory.mosaic._tunnelling import highest_barrier, transition_size, typical_barrier

CELL = 200 ** (1 / 3)


def test_published_ripplon_spectrum():
    """Acceptance 4: 1.34, 0.15 omega_D, 51 K and 1 THz in silica, last order 9..10, 96 modes."""
    assert ripplons.ripplon_prefactor() == pytest.approx(1.34, rel=0.005)
    lowest = float(ripplon_frequency(2, 5.8))
    assert lowest == pytest.approx(0.15, rel=0.01)
    assert lowest * 342 == pytest.approx(51, rel=0.02)
    assert lowest * debye_frequency(342) / (2 * np.pi) == pytest.approx(1e12, rel=0.1)
    assert 9 <= ripplons.highest_order(CELL) <= 10
    assert ripplon_modes(CELL).count == 96


def test_spectrum_from_wall_tension_and_mass_is_the_closed_form():
    """Eq. 32 with sigma, rho_W and R in SI, k_B T_g = rho c_s^2 a^3 (d_L/a)^2, against Eq. 33."""
    density, speed, bead, lindemann, size = 2200.0, 4100.0, 3.5e-10, 0.11, 5.1
    energy = density * speed**2 * bead**3 * lindemann**2
    radius = ripplons.SPHERE * size * bead
    tension = ripplons.surface_tension(energy, bead, radius, lindemann)
    wall = ripplons.wall_density(density, bead, lindemann)
    orders = np.arange(2, 10)
    direct = ripplons.ripplon_frequency_from_wall(orders, tension, wall, radius)
    debye = speed * (6 * np.pi**2) ** (1 / 3) / bead
    assert direct / debye == pytest.approx(ripplon_frequency(orders, size, lindemann), rel=1e-12)


def test_wall_energy_of_a_sphere_is_the_mismatch_energy_of_its_beads():
    """4 pi R^2 sigma(R) = gamma sqrt(N) for R = a (3N/4 pi)^(1/3)."""
    for beads in (1.0, 30.0, 190.0):
        radius = (3 * beads / (4 * np.pi)) ** (1 / 3)
        energy = 4 * np.pi * radius**2 * ripplons.surface_tension(1.0, 1.0, radius)
        assert energy == pytest.approx(Droplet().mismatch * np.sqrt(beads), rel=1e-12)


def test_light_gas_leaves_the_free_wall():
    """Eq. 30 tends to Eq. 31 as the gas gets light."""
    for order in (2, 3, 6):
        roots = shell_frequencies(order, mass=1e6, tension=1e5)
        assert roots[0] ** 2 == pytest.approx((order - 1) * (order + 2) * 0.1, rel=1e-5)


def test_incompressible_gas_adds_its_mass_to_the_wall():
    """omega^2 = (l-1)(l+2) sigma / [R^2 (rho_W + rho_g R/l)] when sound is fast."""
    for order in (2, 5):
        roots = shell_frequencies(order, mass=0.7, tension=1e-6)
        expected = (order - 1) * (order + 2) * 1e-6 / (0.7 + 1 / order)
        assert roots[0] ** 2 == pytest.approx(expected, rel=3e-4)


def test_roots_solve_the_printed_equation():
    roots = shell_frequencies(2, mass=2.0, tension=3.0, highest=12)
    assert len(roots) == 4
    assert cot_alpha(2, roots) == pytest.approx(shell_side(2, roots, mass=2.0, tension=3.0), abs=1e-9)
    assert float(cot_alpha(3, 1e-4)) == pytest.approx(-1 / 3, rel=1e-6)


def test_published_mean_free_path():
    """Acceptance 5: l/lambda between 60 and 72 for (xi/a)^3 = 200."""
    assert 60 <= path_over_wavelength(CELL) <= 72
    assert coupling.constant_of_path(path_over_wavelength(CELL)) == pytest.approx(1 / 200, rel=1e-12)


def test_thermal_phonon_goes_the_published_number_of_wavelengths():
    """Eq. 19 at hbar omega = k_B T is Eq. 20, whatever the temperature."""
    for temperature in (0.01, 1.0):
        omega = k * temperature / hbar
        path = resonant_path(omega, temperature, 4100.0, CELL)
        assert path * omega / (2 * np.pi * 4100.0) == pytest.approx(path_over_wavelength(CELL), rel=1e-12)


def test_cold_two_level_systems_absorb_most():
    """tanh(hbar omega/2kT): saturated at low temperature, l ~ T above."""
    cold, warm, hot = resonant_path(1e9, np.array([1e-6, 1.0, 2.0]), 4100.0, CELL)
    assert cold == pytest.approx(4100 * 200 * 3 / (np.pi * 1e9), rel=1e-9)
    assert hot / warm == pytest.approx(2, rel=1e-4)


def test_silica_couples_by_an_electronvolt():
    g = phonon_coupling(SILICA.density, SILICA.sound_speed, 3.5e-10, 1500.0)
    assert g / eV == pytest.approx(1.13, abs=0.01)
    assert coupling.cohesion_energy(2200.0, 4100.0, 3.5e-10) / eV == pytest.approx(10, rel=0.02)
    # P g^2 / rho c_s^2 = (a/xi)^3 whatever the material is.
    density = 1 / (k * 1500 * (20e-10) ** 3)
    assert density * g**2 / (2200 * 4100**2) == pytest.approx((3.5 / 20) ** 3, rel=1e-12)


def test_neighbouring_cells_couple_weakly():
    """J = T_g (a/xi)^3: the share of cells in the number of beads, 0.5 % of T_g."""
    assert coupling.dipolar_coupling(CELL, 1500.0) == pytest.approx(1500 / 200, rel=1e-12)


def test_strain_of_silica_is_twice_the_printed_one():
    """Footnote 5 prints 0.05; its own inputs give 0.11."""
    bead = bead_spacing(4100.0, 342.0)
    assert bead == pytest.approx(3.57e-10, rel=1e-3)
    assert coupling.strain_at_freezing(2200.0, 4100.0, bead, 1500.0) == pytest.approx(0.111, abs=5e-4)


def test_published_wall_mass_and_barrier_top():
    """Acceptance 7: a third of a bead, 1.6 (a/xi) omega_D to 6 %, c < 0.1 in the printed form."""
    assert wall_mass(5.8) == pytest.approx(1 / 3, rel=0.02)
    assert barrier_top_coefficient(Droplet()) == pytest.approx(1.6, rel=0.06)
    assert all(tunnelling_exponent(r, 5.8, printed=True) < 0.1 for r in (2, 2.5, 3.5, 4.4, 5))


def test_barrier_top_is_the_curvature_of_the_barrier_along_the_radius():
    """Finite differences of V(N(r)) over M_W = (xi/a)^2 k_B T_g/c_s^2, with c_s = omega_D a/(6 pi^2)^(1/3)."""
    droplet = Droplet()
    radius = (3 * transition_size(droplet) / (4 * np.pi)) ** (1 / 3)
    step = 1e-4
    values = [float(typical_barrier(4 * np.pi / 3 * (radius + d) ** 3, droplet)) for d in (-step, 0, step)]
    curvature = (values[0] - 2 * values[1] + values[2]) / step**2
    assert values[1] == pytest.approx(highest_barrier(droplet), rel=1e-9)
    frequency = np.sqrt(-curvature) / (6 * np.pi**2) ** (1 / 3)
    assert barrier_top_coefficient(droplet) == pytest.approx(frequency, rel=1e-5)
    assert crossover_temperature(5.8) * 342 == pytest.approx(9.4, abs=0.05)


def test_exponent_of_amplitudes_comes_with_the_pi_of_the_tunnelling_exponent():
    """Barriers distributed as exp(V/sqrt(2)), transformed through exp(-pi V/top), have the slope -1-c."""
    top = 0.28 / 4.4
    exponent = tunnelling_exponent(4.4, 1.0, 0.28)
    barriers = np.array([0.3, 0.4])
    amplitudes = tunnelling_amplitude(barriers, top)
    density = np.exp(barriers / np.sqrt(2)) / (np.pi / top * amplitudes)
    assert np.diff(np.log(density))[0] / np.diff(np.log(amplitudes))[0] == pytest.approx(-1 - exponent, rel=1e-9)
    assert tunnelling_exponent(4.4, 1.0, 0.28, printed=True) == pytest.approx(np.pi * exponent)


@pytest.mark.parametrize("exponent", [0.0, 0.05, 0.1])
def test_amplitude_density_is_normalised(exponent):
    value, _ = quad(lambda x: float(amplitude_density(np.exp(x), exponent, 1e-6)) * np.exp(x), np.log(1e-6), 0)
    assert value == pytest.approx(1, rel=1e-6)


def test_wrong_orders_are_refused():
    with pytest.raises(InputError):
        ripplon_modes(5.8, highest=1)
    with pytest.raises(InputError):
        shell_frequencies(1, mass=1.0, tension=1.0)
    with pytest.raises(ComputationError):
        shell_frequencies(2, mass=1.0, tension=50.0, highest=0.5)
