"""The entropic droplet, the random-energy landscape, and the bridge from a quench time."""

import numpy as np
import pytest
from scipy.constants import k
from scipy.integrate import quad
from scipy.optimize import brentq, minimize_scalar

from hessian_lab._core.errors import InputError
from hessian_lab.theory.mosaic import (
    Droplet,
    fragility,
    predict_from_quench,
    relaxation_time_at_freezing,
    size_ratio,
    two_level_density,
    two_level_heat_capacity,
)
from hessian_lab.theory.mosaic import _droplet as droplets
from hessian_lab.theory.mosaic import _tunnelling as tunnelling


def test_laboratory_glass_has_the_published_mosaic():
    """Acceptance 1: s_c = 0.82, F = 39, N* = 190, xi/a = 5.8, D times the jump = 32, each to 1 %."""
    droplet = Droplet()
    computed = [
        droplet.configurational_entropy,
        droplet.barrier,
        droplet.cooperative_size,
        droplet.size_ratio,
        droplet.fragility_product,
    ]
    assert computed == pytest.approx([0.82, 39, 190, 5.8, 32], rel=0.01)


@pytest.mark.parametrize("log10_time", [5, 9, 17])
def test_barrier_and_zero_of_the_profile_are_where_the_closed_forms_say(log10_time):
    droplet = Droplet(log10_time * np.log(10), 0.12)
    top = minimize_scalar(lambda n: -droplet.free_energy(n), bounds=(0.1, droplet.cooperative_size), method="bounded")
    assert top.x == pytest.approx(droplet.critical_size, rel=1e-4)
    assert -top.fun == pytest.approx(droplet.log_time, rel=1e-9)
    zero = brentq(droplet.free_energy, 1.5 * top.x, 10 * top.x)
    assert zero == pytest.approx(droplet.cooperative_size, rel=1e-9)
    assert size_ratio(droplet.log_time, 0.12) == pytest.approx(zero ** (1 / 3), rel=1e-9)


def test_colder_liquid_relaxes_by_the_vogel_fulcher_law_near_the_ideal_glass():
    """gamma ~ T_K and s_c = jump (T - T_K)/T_K make F/k_B T the law with D = gamma^2/(4 jump) as T -> T_K."""
    droplet, jump, gap = Droplet(), 1.7, 1e-7
    barrier = droplet.mismatch**2 / (4 * jump * gap * (1 + gap)) / (1 + gap)
    assert droplets.vogel_fulcher(1 + gap, fragility(jump), 1.0) == pytest.approx(barrier, rel=1e-6)


def test_fragility_index_is_the_slope_of_the_vogel_fulcher_law():
    strength, log_time = 10.0, droplets.LABORATORY_LOG_TIME
    divergence = log_time / (log_time + strength)
    step = 1e-6
    cold, warm = (droplets.vogel_fulcher(t, strength, divergence) for t in (1 / (1 + step), 1 / (1 - step)))
    assert (cold - warm) / (2 * step * np.log(10)) == pytest.approx(droplets.fragility_index(strength), rel=1e-6)


@pytest.mark.parametrize("jump", [0.3, 3.0])
def test_spread_of_barriers_follows_from_entropy_fluctuations_exactly(jump):
    spread = droplets.barrier_spread_from_fluctuations(Droplet(), jump)
    assert spread == pytest.approx(droplets.barrier_spread(fragility(jump)), rel=1e-12)


def test_frozen_glass_ages_with_twice_the_barrier_as_activation_energy():
    """Eq. 5 with a constant wall energy: d(F/T)/d(1/T) = 2 F at T_g, so m x = 34 and not the printed 19."""
    droplet, step = Droplet(), 1e-5
    cold = droplet.ageing_barrier(1 - step, 2.0) / (1 - step)
    slope = (cold - droplet.ageing_barrier(1.0, 2.0)) / (1 / (1 - step) - 1)
    assert slope == pytest.approx(2 * droplet.barrier, rel=1e-3)
    assert droplets.nmt_log_rate(1.0, 39.0, 0.3) == pytest.approx(-39.0)
    assert droplets.nmt_log_rate(0.9, 39.0, 0.3) < droplets.nmt_log_rate(0.9, 39.0, 0.1)


def test_quantum_barrier_has_the_published_transition_state():
    """Acceptance 2: 14 beads, 26 T_g s_c, 18, share 3e-7 within 30 %."""
    droplet = Droplet()
    entropy = droplet.configurational_entropy
    assert tunnelling.transition_size(droplet) == pytest.approx(14, rel=0.03)
    assert tunnelling.highest_barrier(droplet) / entropy == pytest.approx(26, rel=0.01)
    assert tunnelling.extra_beads(droplet) == pytest.approx(18, rel=0.03)
    assert np.exp(tunnelling.log_zero_barrier_share(droplet)) == pytest.approx(3e-7, rel=0.3)


def test_typical_energies_are_the_zeros_of_the_random_energy_spectra():
    """The lower edges of Eqs. 9 and 12 lie at E_GS and V, with the slopes 1/T_g and 1/(sqrt 2 T_g)."""
    droplet = Droplet()
    for beads in (5.0, tunnelling.transition_size(droplet), 150.0):
        for spectrum, edge, slope in (
            (tunnelling.log_states, tunnelling.ground_state, 1.0),
            (tunnelling.log_barriers, tunnelling.typical_barrier, 2**-0.5),
        ):
            energy = float(edge(beads, droplet))
            assert float(spectrum(energy, beads, droplet)) == pytest.approx(0, abs=1e-9)
            ahead = float(spectrum(energy + 1e-4, beads, droplet))
            assert ahead == pytest.approx(1e-4 * slope, rel=1e-3)


def test_gaussian_has_fewer_zero_barriers_than_its_tangent():
    """Equation 14 continues a tangent: at V = 0 it exceeds Eq. 12 by two orders of magnitude."""
    droplet = Droplet()
    tangent = tunnelling.log_zero_barrier_share(droplet)
    gaussian = tunnelling.log_zero_barrier_share(droplet, gaussian=True)
    assert np.exp(tangent - gaussian) == pytest.approx(133, rel=0.01)


def test_silica_has_the_published_density_of_two_level_systems():
    """Acceptance 3."""
    assert two_level_density(1500, 20e-10) == pytest.approx(6e45, rel=0.02)


def test_flat_two_level_systems_give_the_linear_heat_capacity():
    density, temperature = 6e45, 0.3
    value, _ = quad(lambda x: (x / (2 * np.cosh(x / 2))) ** 2, 0, 80)
    expected = k**2 * temperature * density * value
    assert two_level_heat_capacity(temperature, density) == pytest.approx(expected, rel=1e-10)


def test_density_of_transitions_has_norm_one_on_each_side():
    for low, high in ((0, 60), (-60, 0)):
        value, _ = quad(lambda e: float(tunnelling.transition_density(e, 2.0)), 2 * low, 2 * high)
        assert value == pytest.approx(1, rel=1e-8)


def test_faster_quenches_make_smaller_cells_and_higher_boson_peaks():
    """The sweep of log10(tau/tau_0) = 4..17, and omega_2 between 0.31 and 0.50 omega_D for molecular dynamics."""
    times = [4, 5, 6, 7, 9, 12, 15, 17]
    predicted = [predict_from_quench(10.0**t, 1.0, 1.0) for t in times]
    sizes = [2.195, 2.547, 2.876, 3.187, 3.769, 4.565, 5.298, 5.759]
    entropies = [3.485, 2.788, 2.323, 1.991, 1.549, 1.162, 0.929, 0.820]
    assert [p.size_ratio for p in predicted] == pytest.approx(sizes, abs=6e-4)
    assert [p.configurational_entropy for p in predicted] == pytest.approx(entropies, abs=6e-4)
    assert predicted[0].boson_peak == pytest.approx(0.50, abs=0.01)
    assert predicted[3].boson_peak == pytest.approx(0.315, abs=0.01)
    assert [p.in_range for p in predicted] == [False] * 6 + [True] * 2
    peaks = np.array([p.boson_peak for p in predicted])
    assert np.allclose(peaks * np.array(times) ** (5 / 6), peaks[0] * 4 ** (5 / 6))


def test_freezing_time_satisfies_its_own_condition():
    """A Vogel-Fulcher liquid leaves equilibrium where tau changes by itself during itself: |d tau/dT| q = 1."""
    rate, transition, index = 1e-5, 0.4, 60.0
    time = relaxation_time_at_freezing(rate, transition, index)
    step = 1e-6
    changed = time * 10 ** (index * (transition / (transition * (1 - step)) - 1))
    assert (changed - time) / (transition * step) * rate == pytest.approx(1, rel=1e-3)


@pytest.mark.parametrize(
    "call",
    [
        lambda: Droplet(-1.0),
        lambda: Droplet(39.0, 0.4),
        lambda: predict_from_quench(1.0, 2.0, 1.0),
        lambda: predict_from_quench(2.0, 1.0, 0.0),
        lambda: relaxation_time_at_freezing(0.0, 1.0, 1.0),
        lambda: Droplet().ageing_barrier(1.2, 1.0),
    ],
)
def test_impossible_glasses_are_refused(call):
    with pytest.raises(InputError):
        call()
