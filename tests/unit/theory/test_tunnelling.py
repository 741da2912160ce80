"""Standard tunnelling model: closed forms, independent quadratures and the known laws of its observables."""

import numpy as np
import pytest
from pydantic import ValidationError
from scipy.constants import Boltzmann, electron_volt, hbar
from scipy.integrate import dblquad, quad

from hessian_lab._core.errors import ComputationError, InputError
from hessian_lab.theory.tunnelling import (
    TUNNELLING_GLASSES,
    Tunnelling,
    fastest_rate,
    relaxation_kernel,
    relaxation_response,
    relaxed_systems,
    resonant_loss,
    resonant_shift,
)
from hessian_lab.theory.tunnelling._energies import over_energies

KILOHERTZ = 2e3 * np.pi


@pytest.fixture(scope="module")
def silica():
    """Vitreous silica of paper 002."""
    return Tunnelling()


@pytest.mark.parametrize("ratio", [1e-6, 1e-2, 0.7, 9.0, 150.0, 1e4])
def test_the_closed_integral_over_r(ratio):
    """Against quadrature in y, r = 1/cosh^2 y, where P/Delta_0 is flat."""

    def integrand(y, part):
        return getattr(np.tanh(y) ** 2 / (1 - 1j * ratio * np.cosh(y) ** 2), part)

    split = max(0.5, 0.5 * np.log(4 / ratio))
    expected = [
        sum(quad(integrand, *ends, args=(part,), limit=300)[0] for ends in ((0, split), (split, split + 20)))
        for part in ("real", "imag")
    ]
    kernel = complex(relaxation_kernel(np.array(ratio)))
    assert np.allclose([kernel.real, kernel.imag], expected, rtol=1e-8, atol=1e-14)


def test_limits_of_the_kernel():
    slow, fast = relaxation_kernel(np.array([1e-9, 1e7]))
    assert np.isclose(slow.imag, np.pi / 4, rtol=1e-6)
    assert np.isclose(slow.real, 0.5 * np.log(4e9) - 1, rtol=1e-7)
    assert np.isclose(fast.imag, 1 / 3e7, rtol=1e-6)


def test_the_response_is_the_double_integral_over_energy_and_r(silica):
    """scipy's dblquad over (x = E/2kT, s = sqrt(1 - r)) with its own integrand, where omega tau is of order 1."""
    temperature, omega = 0.03, KILOHERTZ * 10
    prefactor = silica.relaxation_prefactor()

    def loss(s, x):
        energy = 2 * Boltzmann * temperature * x
        tau = np.tanh(x) / (prefactor * energy**3 * (1 - s**2))
        return 2 / np.cosh(x) ** 2 * s**2 / (1 - s**2) * omega * tau / (1 + (omega * tau) ** 2)

    expected, _ = dblquad(loss, 1e-4, 20, 0, 1 - 1e-12, epsabs=1e-9, epsrel=1e-7)
    response = relaxation_response(np.array(temperature), np.array(omega), prefactor)
    assert np.isclose(response.imag, expected, rtol=1e-5)
    assert 0.1 < expected < 1.5


def test_the_rate_is_the_golden_rule():
    """Emission plus absorption of one phonon, from the strain of a phonon and the density of phonon states."""
    density, speed, coupling = 2200.0, 4000.0, 0.7 * electron_volt
    model = Tunnelling(
        density=density,
        longitudinal_speed=speed,
        transverse_speed=speed,
        longitudinal_coupling=coupling,
        transverse_coupling=coupling,
    )
    temperature, x = 0.2, 1.3
    energy = 2 * Boltzmann * temperature * x
    omega = energy / hbar
    states = 3 * omega**2 / (2 * np.pi**2 * speed**3) / hbar
    strain_squared = hbar * omega / (2 * density * speed**2)
    occupation = 1 / np.expm1(energy / (Boltzmann * temperature))
    golden = 2 * np.pi / hbar * coupling**2 * strain_squared * states * (2 * occupation + 1)
    assert np.isclose(fastest_rate(np.array(x), np.array(temperature), model.relaxation_prefactor()), golden)


def test_the_friction_has_its_plateau_and_its_cubic_foot(silica):
    """pi C/2 where omega tau << 1 for thermal systems; T^3 where omega tau >> 1."""
    plateau = silica.internal_friction(np.array([3.0, 10.0]), KILOHERTZ / 1000)
    assert np.allclose(plateau, np.pi / 2 * silica.strength(), rtol=2e-3)
    omega = 2e10 * np.pi
    cold = np.array([0.05, 0.1])
    relaxation = relaxation_response(cold, np.array(omega), silica.relaxation_prefactor()).imag
    assert np.isclose(relaxation[1] / relaxation[0], 8, rtol=1e-3)


def test_a_cold_wave_is_absorbed_resonantly(silica):
    omega = 2e9 * np.pi
    friction = silica.internal_friction(np.array([1e-3]), omega)
    assert np.allclose(friction, np.pi * silica.strength() * np.tanh(hbar * omega / (2e-3 * Boltzmann)), rtol=1e-4)


@pytest.mark.parametrize(("part", "slope"), [("resonant", 1.0), ("relaxation", -1.5), ("both", -0.5)])
def test_slopes_of_the_sound_speed(silica, part, slope):
    """+C, -(3/2) C, and their sum -C/2, per unit of ln T, where omega tau << 1."""
    low, high = silica.sound_speed_shift(np.array([3.0, 6.0]), KILOHERTZ, part)
    assert np.isclose((high - low) / np.log(2) / silica.strength(), slope, atol=2e-3)


def test_the_speed_first_rises(silica):
    """Below the regime of relaxation the slope is +C."""
    low, high = silica.sound_speed_shift(np.array([1e-3, 2e-3]), KILOHERTZ)
    assert np.isclose((high - low) / np.log(2) / silica.strength(), 1.0, rtol=1e-3)


@pytest.mark.parametrize("ratio", [0.01, 0.5, 3.0, 40.0])
def test_the_resonant_shift_is_a_principal_value(ratio):
    """P int (1 - tanh) E/(E^2 - w^2) dE in place of the digamma function."""
    temperature = 0.1
    omega = ratio * Boltzmann * temperature / hbar

    def smooth(e):
        return e * 2 / (1 + np.exp(e)) / (e + ratio)

    near, _ = quad(smooth, 0, 2 * ratio, weight="cauchy", wvar=ratio)
    far, _ = quad(lambda e: smooth(e) / (e - ratio), 2 * ratio, 2 * ratio + 60, limit=400)
    assert np.isclose(resonant_shift(np.array(omega), np.array(temperature)), near + far, rtol=1e-6)


def test_the_shift_starts_at_zero(silica):
    assert abs(resonant_shift(np.array(1e12), np.array(1e-4))) < 1e-7
    shift = resonant_shift(np.array([0.99e3, 1.01e3]) * 2 * np.pi * Boltzmann / hbar, np.array(1.0))
    assert np.isclose(shift[0] / shift[1], (1.01 / 0.99) ** 2, rtol=1e-3)


def test_kramers_and_kronig_tie_loss_to_speed():
    """The shift from T = 0 is the dispersion integral of the change of the loss: two functions, one response."""
    temperature, omega = 0.1, 4e10
    unit = Boltzmann * temperature / hbar

    def change(y):
        lost = resonant_loss(np.array(0.5), np.array(0.0)) - resonant_loss(np.array(y * unit), np.array(temperature))
        return lost * y / (y + omega / unit) / np.pi

    where = omega / unit
    near, _ = quad(change, 0, 2 * where, weight="cauchy", wvar=where)
    far, _ = quad(lambda y: change(y) / (y - where), 2 * where, 60, limit=400)
    assert np.isclose(resonant_shift(np.array(omega), np.array(temperature)), near + far, rtol=1e-6)


@pytest.mark.parametrize("ratio", [1e-5, 0.3, 7.0, 35.9, 36.1, 1e3, 1e9])
def test_systems_relaxed_after_a_time(ratio):
    split = max(0.5, 0.5 * np.log(4 * ratio))

    def relaxed(y):
        return -np.expm1(-ratio / np.cosh(y) ** 2)

    expected = quad(relaxed, 0, split, epsabs=1e-13)[0] + quad(relaxed, split, split + 20, epsabs=1e-13)[0]
    assert np.isclose(relaxed_systems(np.array(ratio)), expected, rtol=1e-9)


def test_the_heat_capacity_grows_as_the_logarithm_of_time(silica):
    """C(t2) - C(t1) = (pi^2/12) P k^2 T ln(t2/t1), and C/T gains (pi^2/12) P k^2 3 ln 2 when T doubles."""
    unit = np.pi**2 / 12 * silica.spectral_density * Boltzmann**2
    early, late = silica.heat_capacity_at(np.array(0.1), np.array([1.0, 100.0]))
    assert np.isclose((late - early) / 0.1, unit * np.log(100), rtol=1e-5)
    cold, warm = silica.heat_capacity_at(np.array([0.1, 0.2]), np.array(1.0)) / [0.1, 0.2]
    assert np.isclose(warm - cold, unit * 3 * np.log(2), rtol=1e-5)


def test_fast_measurements_see_no_tunnelling_systems(silica):
    early, slow = silica.heat_capacity_at(np.array(0.01), np.array([1e-12, 1.0]))
    assert early < 1e-8 * slow


def test_the_heat_capacity_with_phonons_is_a_line_and_a_cube(silica):
    """Debye's law for one branch speed: (2 pi^2/5) k (kT/hbar v)^3."""
    debye = silica.heat_capacity(np.array(2.0)) - silica.heat_capacity_at(np.array(2.0), np.array(1.0))
    speed = silica.transverse_speed
    assert np.isclose(debye, 2 * np.pi**2 / 5 * Boltzmann * (2 * Boltzmann / (hbar * speed)) ** 3)
    bare = silica.model_copy(update={"phonons": False})
    assert np.isclose(bare.heat_capacity(np.array(0.5)), silica.heat_capacity_at(np.array(0.5), np.array(1.0)))


def test_the_conductivity_is_quadratic(silica):
    """k^3 T^2/(2 pi hbar^2 v C) when resonant scattering rules; relaxation lowers it by a few per cent at 2 K."""
    temperature = np.array([0.01, 0.1, 2.0])
    ideal = Boltzmann**3 / (2 * np.pi * hbar**2 * silica.transverse_speed * silica.strength())
    conductivity = silica.thermal_conductivity(temperature) / temperature**2 / ideal
    assert np.allclose(conductivity[:2], 1, rtol=2e-3)
    assert 0.95 < conductivity[2] < 0.99


def test_the_conductivity_sums_the_branches():
    """Two thirds of the weight is transverse: kappa is the sum of v/(P gamma^2)."""
    model = Tunnelling(longitudinal_speed=6000, transverse_speed=3800, longitudinal_coupling=1.6e-19)
    branches = sum(
        count / (speed * model.strength(wave))
        for wave, speed, count in (("longitudinal", 6000, 1), ("transverse", 3800, 2))
    )
    ideal = Boltzmann**3 * 0.02**2 / (6 * np.pi * hbar**2) * branches
    assert np.isclose(model.thermal_conductivity(np.array(0.02)), ideal, rtol=1e-3)


def test_mean_free_path_in_wavelengths(silica):
    """1/(2 pi^2 C) = 175 for C = 2.9e-4, at any frequency; a warm glass has fewer scatterers in resonance."""
    omega = np.array([1e10, 1e12])
    wavelength = 2 * np.pi * silica.transverse_speed / omega
    assert np.allclose(silica.mean_free_path(omega) / wavelength, 1 / (2 * np.pi**2 * 2.9e-4))
    assert np.isclose(silica.wavelengths(), 174.69, atol=0.01)
    assert silica.mean_free_path(np.array(1e10), 1.0) > 3 * silica.mean_free_path(np.array(1e10))


def test_the_mean_free_path_is_the_friction(silica):
    omega, temperature = 3e9, np.array([0.1, 0.7])
    expected = silica.transverse_speed / (omega * silica.internal_friction(temperature, omega))
    assert np.allclose(silica.mean_free_path(np.array(omega), temperature), expected)


def test_the_branch_is_chosen_by_the_wave():
    model = Tunnelling(longitudinal_coupling=2.0e-19, transverse_coupling=1.0e-19, wave="longitudinal")
    assert np.isclose(model.strength(), 4 * model.strength("transverse"))
    hot = model.internal_friction(np.array([20.0]), 1.0)
    assert np.allclose(hot, np.pi / 2 * model.strength("longitudinal"), rtol=1e-3)


def test_glasses_of_the_table():
    """The coupling is defined by the measured C and P-bar; for silica it lies in the quoted 0.65 to 1 eV."""
    for glass in TUNNELLING_GLASSES.values():
        assert np.isclose(Tunnelling.of(glass).strength(), glass.strength)
    assert 0.65 < TUNNELLING_GLASSES["SiO2"].coupling / electron_volt < 1.0


def test_what_the_model_does_not_predict(silica):
    with pytest.raises(InputError, match="does not predict the density of states"):
        silica.density_of_states(np.array([1.0]))
    assert "internal_friction" in silica.predicts()


@pytest.mark.parametrize(
    ("method", "arguments", "name"),
    [
        ("heat_capacity", (np.array([0.1, -1.0]),), "temperature"),
        ("thermal_conductivity", (np.array(np.nan),), "temperature"),
        ("internal_friction", (np.array(0.1), 0.0), "omega"),
        ("mean_free_path", (np.array(0.0),), "omega"),
        ("mean_free_path", (np.array(1.0), -1.0), "temperature"),
        ("heat_capacity_at", (np.array(1.0), np.array(0.0)), "time"),
    ],
)
def test_bad_arguments_are_named(silica, method, arguments, name):
    with pytest.raises(InputError, match=f"argument {name} must be"):
        getattr(silica, method)(*arguments)


@pytest.mark.parametrize("value", [0.0, -1.0, np.nan, np.inf])
def test_bad_parameters_are_refused(value):
    with pytest.raises(ValidationError, match="density"):
        Tunnelling(density=value)


def test_a_quadrature_that_cannot_converge_says_so():
    with pytest.raises(ComputationError, match="did not converge"):
        over_energies(lambda x: np.exp(-((x - 1) ** 2) * 1e6), "spike")


def test_headlines_and_figures(silica):
    """Every verdict that is given is that the relation follows; every figure has named axes and a curve."""
    lines = {line.name: line for line in silica.headlines()}
    assert {line.follows for line in lines.values()} == {True, None}
    assert np.isclose(lines["d(dv/v)/d ln T / C, relaxation regime, net"].computed, -0.5, atol=0.01)
    assert {parameter.name for parameter in silica.parameters()} >= {"density", "spectral_density"}
    for figure in (silica.figures()[name]() for name in ("heat_capacity", "internal_friction", "sound_speed_shift")):
        axes = figure.axes[0]
        assert axes.get_xlabel()
        assert axes.get_ylabel()
        assert len(axes.lines) >= 4
        assert axes.get_legend() is not None
