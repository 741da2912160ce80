"""Self-consistent Born approximation: exact limits of the scalar and of the vector form."""

import numpy as np
import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError
from scipy import constants, integrate

from hessian_lab._core.errors import InputError
from hessian_lab.theory.heterogeneous_elasticity import (
    HeterogeneousElasticity,
    critical_disorder,
    disorder_parameter,
    gap,
    scalar_density_of_states,
    scalar_self_energy,
    static_self_energy,
    vector_critical_disorder,
    vector_density_of_states,
    vector_self_energy,
    vector_static_self_energy,
)
from hessian_lab.theory.internal_stress import KELVIN

SILICA = {"form": "vector", "sound_velocity": 3750.0, "longitudinal_velocity": 5950.0}


@pytest.mark.parametrize("smallest", [0.0, 0.4])
def test_the_self_energy_solves_its_equation(smallest):
    """The right-hand side by direct quadrature, with the self-energy put in."""
    for omega in (0.05, 0.4, 1.1):
        sigma = complex(scalar_self_energy(np.array(omega), 0.2, smallest_wavenumber=smallest))

        def integrand(k, omega=omega, sigma=sigma):
            return 3 * 0.2 * k**4 / (-(omega**2) + k**2 * (1 - sigma))

        place = min(max(omega / np.sqrt(1 - sigma.real), smallest), 1)
        parts = [
            integrate.quad(lambda k, part=part: getattr(integrand(k), part), smallest, 1, points=[place], limit=500)[0]
            for part in ("real", "imag")
        ]
        assert complex(*parts) == pytest.approx(sigma, abs=1e-7)


def test_the_static_limit_and_the_instability():
    """Sigma_0 (1 - Sigma_0) = gamma, reached at low frequency; nothing beyond gamma_c = 1/4."""
    for gamma in (0.05, 0.2, 0.25):
        static = static_self_energy(gamma)
        assert static * (1 - static) == pytest.approx(gamma)
        assert scalar_self_energy(np.array(1e-6), gamma).real == pytest.approx(static, abs=2e-5)
    with pytest.raises(InputError, match="unstable"):
        static_self_energy(0.2501)
    assert critical_disorder(smallest_wavenumber=0.5) == pytest.approx(0.25 / 0.875)


@pytest.mark.parametrize("gamma", [0.0, 0.1, 0.24])
def test_the_modes_are_counted_and_start_as_debye_waves(gamma):
    """Sum rule 1; g = 3 omega^2/c^3 with the macroscopic velocity at low frequency."""
    omega = np.linspace(1e-4, 1.7, 4001)
    assert integrate.trapezoid(scalar_density_of_states(omega, gamma), omega) == pytest.approx(1, abs=2e-3)
    level = 3 / (1 - static_self_energy(gamma)) ** 1.5
    assert scalar_density_of_states(np.array(1e-4), gamma) / 1e-8 == pytest.approx(level, rel=1e-5)


def test_rayleigh_scattering_has_its_exact_coefficient():
    """Im Sigma = (3 pi gamma/2) omega^3/[D^(5/2) (1 - gamma/D^2)], D = 1 - Sigma_0: 1/l ~ omega^4."""
    gamma, omega = 0.2, np.array([1e-3, 2e-3])
    rest = 1 - static_self_energy(gamma)
    exact = 1.5 * np.pi * gamma * omega**3 / (rest**2.5 * (1 - gamma / rest**2))
    assert scalar_self_energy(omega, gamma).imag == pytest.approx(exact, rel=1e-3)
    theory = HeterogeneousElasticity(gamma=gamma)
    path = theory.mean_free_path(omega * theory.frequency_unit)
    assert path[0] / path[1] == pytest.approx(16, rel=1e-3)
    assert path[0] == pytest.approx(rest**1.5 / (omega[0] * exact[0]) / theory.debye_wavenumber, rel=1e-3)


def test_the_marginal_glass_has_slope_two():
    """With waves the prefactor is 6 sqrt(2) + 12 sqrt(6)/pi exactly; without them slope 2 remains."""
    value = scalar_density_of_states(np.array(1e-4), 0.25) / 1e-8
    assert value == pytest.approx(6 * np.sqrt(2) + 12 * np.sqrt(6) / np.pi, rel=1e-5)
    omega = np.array([1e-4, 1e-3])
    density = scalar_density_of_states(omega, critical_disorder(smallest_wavenumber=0.3), smallest_wavenumber=0.3)
    assert np.log10(density[1] / density[0]) == pytest.approx(2, abs=1e-4)


@pytest.mark.parametrize("smallest", [0.2, 0.6])
def test_the_gap_closes_as_a_square_root(smallest):
    """omega_gap^2 -> (gamma_c - gamma)(1 - m^3)/[6 gamma (1 - m)]; no modes below it, modes above."""
    critical = critical_disorder(smallest_wavenumber=smallest)
    for distance in (1e-6, 1e-4):
        place = gap(critical - distance, smallest_wavenumber=smallest)
        law = distance * (1 - smallest**3) / (6 * critical * (1 - smallest))
        assert place**2 == pytest.approx(law, rel=30 * distance + 1e-4 if smallest > 0.5 else 0.02)
    place = gap(0.9 * critical, smallest_wavenumber=smallest)
    below, above = scalar_density_of_states(
        place * np.array([0.995, 1.005]), 0.9 * critical, smallest_wavenumber=smallest
    )
    assert below < 1e-10
    assert above > 1e-3
    assert gap(critical, smallest_wavenumber=smallest) < 1e-5


def test_a_single_wave_number_gives_a_semicircle():
    """With only k = k_D left, (1 - Sigma)(1 - Sigma - omega^2) closes: g is a semicircle in omega^2."""
    share, smallest = 0.2, 0.9999
    omega = np.linspace(0.4, 1.3, 13)
    inside = np.maximum(4 * share - (1 - omega**2) ** 2, 0)
    exact = omega / np.pi * np.sqrt(inside) / share
    density = scalar_density_of_states(omega, share / (1 - smallest**3), smallest_wavenumber=smallest)
    assert density == pytest.approx(exact, abs=2e-3)


def test_the_boson_peak_moves_down_as_the_glass_softens():
    """And grows over Debye; it is a maximum of g/omega^2."""
    peaks = [HeterogeneousElasticity(gamma=gamma).boson_peak for gamma in (0.2, 0.24, 0.249)]
    assert peaks[0].omega > peaks[1].omega > peaks[2].omega
    assert 1 < peaks[0].over_debye < peaks[1].over_debye < peaks[2].over_debye < 2.103
    theory = HeterogeneousElasticity(gamma=0.24)
    around = theory.boson_peak.omega * np.array([0.99, 1.0, 1.01])
    reduced = theory.density_of_states(around) / around**2
    assert reduced[1] >= reduced.max() * (1 - 1e-9)
    assert np.isnan(HeterogeneousElasticity(gamma=0.25).boson_peak.omega)


def test_the_vector_form_is_exact_to_second_order():
    """mu - 6 (K + 2 mu) <delta mu^2>/[5 mu (3 K + 4 mu)]: the known second order of a random elastic medium."""
    for bulk in (0.5, 3.0, 1e9):
        value = vector_static_self_energy(1e-6, bulk) / 1e-6
        assert value == pytest.approx(6 * (bulk + 2) / (5 * (3 * bulk + 4)), rel=1e-5)


def test_an_incompressible_medium_is_the_scalar_one():
    """K -> infinity: only the transverse waves scatter, with 2/5 of the disorder; gamma_c = 5/8."""
    assert vector_critical_disorder(1e12) == pytest.approx((0.625, 0.5), rel=1e-6)
    omega = np.array([0.05, 0.3, 0.9])
    assert vector_self_energy(omega, 0.5, 1e12) == pytest.approx(scalar_self_energy(omega, 0.2), abs=1e-9)


@pytest.mark.parametrize("bulk", [0.7, 3.0])
def test_the_vector_modes_are_counted_and_start_as_debye_waves(bulk):
    gamma = 0.9 * vector_critical_disorder(bulk)[0]
    omega = np.linspace(1e-4, 1.8 * np.sqrt(bulk + 4 / 3), 4001)
    density = vector_density_of_states(omega, gamma, bulk)
    assert integrate.trapezoid(density, omega) == pytest.approx(1, abs=2e-3)
    rest = 1 - vector_static_self_energy(gamma, bulk)
    level = (bulk + 4 / 3 * rest) ** -1.5 + 2 * rest**-1.5
    assert density[0] / omega[0] ** 2 == pytest.approx(level, rel=1e-4)


def test_the_macroscopic_velocities_come_out_as_they_go_in():
    """The bare modulus is chosen so that the static self-energy gives back v_T and v_L."""
    theory = HeterogeneousElasticity(gamma=0.4, **SILICA)
    static = vector_static_self_energy(0.4, theory.bulk_modulus)
    assert 1 - static == pytest.approx(theory.stiffness, rel=1e-10)
    ratio = (theory.bulk_modulus + 4 / 3 * (1 - static)) / (1 - static)
    assert np.sqrt(ratio) == pytest.approx(5950 / 3750)
    omega = 1e-4 * theory.omega_debye
    assert theory.density_of_states(omega) == pytest.approx(3 * omega**2 / theory.omega_debye**3, rel=1e-4)


@pytest.mark.parametrize("theory", [HeterogeneousElasticity(), HeterogeneousElasticity(gamma=0.45, **SILICA)])
def test_the_heat_capacity_joins_debye_and_dulong_petit(theory):
    """T^3 of the macroscopic moduli at the bottom, a maximum of C/T^3, 3 k_B a unit at the top."""
    debye = theory.omega_debye * KELVIN
    temperature = debye * np.array([1e-4, 0.03, 20.0])
    law = 4 * np.pi**4 / 5 * constants.k * theory.modes_per_volume * (temperature / debye) ** 3
    heat = theory.heat_capacity(temperature)
    assert heat[0] == pytest.approx(law[0], rel=2e-4)
    assert heat[1] > 1.1 * law[1]
    assert heat[2] == pytest.approx(constants.k * theory.modes_per_volume, rel=2e-3)


def test_the_disorder_of_independent_cells_does_not_depend_on_their_size(rng):
    """Averaging 2^3 cells into one divides the variance by 8 and multiplies the volume by 8."""
    cells = 5.0 + rng.normal(size=(60, 60, 60))
    wavenumber = (6 * np.pi**2) ** (1 / 3)
    fine = disorder_parameter(cells, length=1.0, debye_wavenumber=wavenumber)
    coarse = cells.reshape(30, 2, 30, 2, 30, 2).mean(axis=(1, 3, 5))
    wide = disorder_parameter(coarse, length=2.0, debye_wavenumber=wavenumber)
    assert fine.scalar == pytest.approx(1 / 25 / 3, abs=5 * fine.scalar_error)
    assert abs(fine.scalar - wide.scalar) < 4 * wide.scalar_error
    assert fine.vector == pytest.approx(3 * fine.scalar)
    assert fine.scalar_error == pytest.approx(fine.scalar * np.sqrt(2 / cells.size), rel=0.05)


def test_the_scalar_disorder_is_that_of_a_random_conductor(rng):
    """Effective conductance of a resistor network with weak disorder: <s> - var/(3 <s>), which fixes the third."""
    size, strength = 12, 0.3
    bonds = [1 + strength * rng.choice([-1.0, 1.0], size=(size, size, size)) for _ in range(3)]

    # One unit of field along x; the potential relaxes: conjugate gradients on the periodic network.
    def divergence(field):
        return sum(bonds[a] * field[a] - np.roll(bonds[a] * field[a], 1, axis=a) for a in range(3))

    def gradient(potential):
        return [np.roll(potential, -1, axis=a) - potential for a in range(3)]

    right = divergence([np.ones((size,) * 3), np.zeros((size,) * 3), np.zeros((size,) * 3)])
    potential, residual = np.zeros_like(right), right.copy()
    direction, norm = residual.copy(), np.vdot(right, right)
    for _ in range(200):
        image = -divergence(gradient(direction))
        step = norm / np.vdot(direction, image)
        potential, residual = potential + step * direction, residual - step * image
        last, norm = norm, np.vdot(residual, residual)
        direction = residual + norm / last * direction
        if norm < 1e-24:
            break
    current = bonds[0] * (1 + gradient(potential)[0])
    predicted = 3 * disorder_parameter(bonds[0], length=1.0, debye_wavenumber=(6 * np.pi**2) ** (1 / 3)).scalar / 3
    softening = 1 - current.mean() / bonds[0].mean()
    assert softening == pytest.approx(predicted, rel=0.1)


def test_headlines_and_errors():
    for entry in HeterogeneousElasticity().headlines():
        assert entry.computed is not None
        if entry.printed is not None:
            assert entry.computed == pytest.approx(entry.printed, rel=1e-3)
            assert entry.follows
    with pytest.raises(ValidationError, match="unstable"):
        HeterogeneousElasticity(gamma=0.3)
    with pytest.raises(ValidationError, match="longitudinal_velocity"):
        HeterogeneousElasticity(form="vector")
    with pytest.raises(InputError, match="infinite medium"):
        gap(0.1, smallest_wavenumber=0.0)
    with pytest.raises(InputError, match=r"\[0, 1\)"):
        critical_disorder(smallest_wavenumber=1.0)
    with pytest.raises(InputError, match="mean above 0"):
        disorder_parameter(np.array([-1.0, 0.5]), length=1.0, debye_wavenumber=1.0)


def test_the_gap_figure_is_drawn():
    """The other figure costs seconds and is drawn in tests/validation."""
    figure = HeterogeneousElasticity().figures()["gap"]()
    assert isinstance(figure, Figure)
    assert all(axes.get_xlabel() for axes in figure.axes)
