"""The solvable spin-glass-like model against analytic limits, independent integrals and its own identities."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure
from scipy import constants
from scipy.integrate import quad
from scipy.special import gamma as gamma_function

from hessian_lab._core.errors import InputError
from hessian_lab.theory.spin_glass import (
    Couplings,
    SpinGlass,
    almeida_thouless_line,
    double_well_line,
    double_well_onset,
    double_wells,
    ergodic_edge,
    excitation_spectrum,
    field_density,
    glass_temperature,
    limiting_field,
    local_fields,
    one_step_free_energy,
    polarisation_line,
    simulate_minima,
    solve_one_step,
    solve_replica_symmetric,
    transition_temperature,
    tunnelling_plateau,
    well_distributions,
)
from hessian_lab.theory.spin_glass._quadrature import graded_gaussian
from hessian_lab.theory.spin_glass._site import site_averages

PAPER = Couplings(gamma=4.0)
QUARTIC = PAPER.quartic_stiffness


@pytest.fixture(scope="module")
def symmetric():
    return solve_replica_symmetric(PAPER)


@pytest.fixture(scope="module")
def broken():
    return solve_one_step(PAPER)


@pytest.fixture(scope="module")
def spectrum(symmetric):
    return excitation_spectrum(symmetric, 1.0, energy=4.0)


def stiffness_of(solution) -> float:
    return solution.model.quadratic / solution.model.gamma - solution.response


def over_displacements(solution, function) -> float:
    """Gaussian average over h at T = 0 with v as the variable: h(v) and dh/dv are polynomials, and nothing jumps."""
    k, q = stiffness_of(solution), solution.overlap
    edge = np.sqrt(max(-k, 0) / QUARTIC)

    def integrand(v):
        h, slope = v * (k + QUARTIC * v**2), k + 3 * QUARTIC * v**2
        return 2 * np.exp(-(h**2) / (2 * q)) / np.sqrt(2 * np.pi * q) * function(v, slope)

    return quad(integrand, edge, edge + 15, epsabs=1e-13, epsrel=1e-12, limit=400)[0]


def test_graded_quadrature_integrates_across_a_jump():
    """<sign(z - a)> is an error function; the plain Gaussian moments are 1, 3, 15."""
    z, weight = graded_gaussian(0.7)
    assert np.sum(weight * np.sign(z - 0.7)) == pytest.approx(-0.5160726955538, abs=1e-12)
    assert [np.sum(weight * z**n) for n in (0, 2, 4, 6)] == pytest.approx([1, 1, 3, 15], rel=1e-12)


def test_site_averages_are_derivatives_of_the_free_energy():
    """<v> = -dF/dh, chi = d<v>/dh; and F = -T ln of a Gamma function for the pure quartic."""
    field, step = np.array([-2.0, 0.01, 0.3, 5.0]), 1e-4
    low, here, high = (site_averages(field + d, -0.6, QUARTIC, 0.3) for d in (-step, 0.0, step))
    assert -(high.free_energy - low.free_energy) / (2 * step) == pytest.approx(here.displacement, rel=1e-6)
    assert (high.displacement - low.displacement) / (2 * step) == pytest.approx(here.susceptibility, rel=1e-5)
    quartic = float(site_averages(0.0, 0.0, 4.0, 1.0).free_energy)
    assert quartic == pytest.approx(-np.log(gamma_function(0.25) / 2), abs=1e-12)


def test_ground_state_is_the_cold_limit_of_a_site():
    """At low T the averages tend to the lowest minimum, on both sides of the jump."""
    field = np.array([-3.0, -0.2, 0.2, 3.0])
    cold, ground = site_averages(field, -0.6, QUARTIC, 1e-3), site_averages(field, -0.6, QUARTIC, 0.0)
    assert cold.displacement == pytest.approx(ground.displacement, abs=1e-3)
    assert ground.displacement * (-0.6 + QUARTIC * ground.displacement**2) == pytest.approx(field, abs=1e-12)
    assert np.all(np.sign(ground.displacement) == np.sign(field))


@pytest.mark.parametrize("coupling", [0.0, 1.4])
def test_ergodic_phase_at_zero_temperature_is_a_random_matrix(coupling):
    """C^2 - C/gamma + 1 = 0, the resolvent of the semicircle at 1/gamma."""
    found = solve_replica_symmetric(Couplings(gamma=0.4, mean_coupling=coupling))
    assert found.phase == "ergodic"
    assert found.response == pytest.approx(0.5, rel=1e-12)
    assert (found.overlap, found.free_energy) == (0.0, 0.0)


def test_edges_of_the_ergodic_phase_are_where_order_appears():
    """gamma = 1/2 for J_0 <= 1 and J_0/(1 + J_0^2) above: ergodic just below, ordered just above."""
    for coupling, name in ((0.0, "glass"), (0.9, "glass"), (1.5, "polarised")):
        edge = ergodic_edge(Couplings(mean_coupling=coupling))
        phases = [
            solve_replica_symmetric(Couplings(gamma=f * edge, mean_coupling=coupling)).phase for f in (0.99, 1.02)
        ]
        assert phases == ["ergodic", name]


def test_ground_state_solves_the_fixed_point_written_over_displacements(symmetric):
    """q and C (with its jump) from integrals over v instead of h."""
    assert over_displacements(symmetric, lambda v, slope: slope * v**2) == pytest.approx(symmetric.overlap, rel=1e-9)
    k = stiffness_of(symmetric)
    jump = 2 * np.sqrt(-k / QUARTIC) / np.sqrt(2 * np.pi * symmetric.overlap)
    assert over_displacements(symmetric, lambda v, slope: 1.0) + jump == pytest.approx(symmetric.response, rel=1e-9)


def test_ground_state_energy_obeys_the_virial_of_a_minimum(symmetric):
    """sum v dU/dv = 0 makes the energy -(a_4/24 gamma)<v^4>, and it equals the free energy."""
    fourth = over_displacements(symmetric, lambda v, slope: slope * v**4)
    assert symmetric.energy == pytest.approx(-QUARTIC / 4 * fourth, rel=1e-9)
    assert symmetric.free_energy == pytest.approx(symmetric.energy, rel=1e-10)


def test_zero_temperature_is_the_limit_of_low_temperatures(symmetric):
    """q and C approach their T = 0 values linearly: two temperatures extrapolate to them."""
    near, far = (solve_replica_symmetric(PAPER, t) for t in (0.06, 0.12))
    for name in ("overlap", "response"):
        exact = getattr(symmetric, name)
        assert 2 * getattr(near, name) - getattr(far, name) == pytest.approx(exact, rel=5e-5)
        assert abs(getattr(near, name) / exact - 1) > 1e-4


def test_energy_is_the_derivative_of_the_free_energy():
    """u = d(f/T)/d(1/T), with q and C free to follow."""
    t, step = 5.0, 0.01
    low, here, high = (solve_replica_symmetric(PAPER, x) for x in (t - step, t, t + step))
    slope = (high.free_energy / high.temperature - low.free_energy / low.temperature) / (2 * step)
    assert -(t**2) * slope == pytest.approx(here.energy, rel=1e-5)


def test_glass_temperature_from_a_direct_integral():
    """T_g = <v^2> in -v^2/2 + G/gamma; the ergodic phase ends there continuously."""
    found = glass_temperature(PAPER)

    def moment(power):
        return quad(lambda v: v**power * np.exp(-(-0.375 * v**2 + QUARTIC / 4 * v**4) / found), -40, 40, limit=400)[0]

    assert moment(2) / moment(0) == pytest.approx(found, rel=1e-9)
    assert solve_replica_symmetric(PAPER, 1.001 * found).phase == "ergodic"
    below = solve_replica_symmetric(PAPER, 0.99 * found)
    assert below.phase == "glass"
    assert 0 < below.overlap < 0.05 * found
    assert not below.is_stable


def test_glass_temperature_vanishes_at_gamma_one_half():
    """T_g falls to zero at gamma = 1/2 and grows linearly at large gamma; J_0 > 1 raises the transition."""
    assert glass_temperature(Couplings(gamma=0.5)) == 0.0
    assert 0 < glass_temperature(Couplings(gamma=0.505)) < 0.03
    slope = [glass_temperature(Couplings(gamma=g)) / g for g in (500.0, 1000.0)]
    assert slope[0] == pytest.approx(slope[1], rel=2e-3)
    polar = Couplings(gamma=4.0, mean_coupling=1.3)
    top = transition_temperature(polar)
    assert top > glass_temperature(polar)
    assert solve_replica_symmetric(polar, 0.99 * top).phase == "polarised"


def test_lines_of_the_phase_diagram_meet_their_conditions():
    """On each line the quantity that defines it takes its value; double wells end before stability returns."""
    gamma = 2.0
    at = Couplings(gamma=gamma, mean_coupling=almeida_thouless_line(Couplings(gamma=gamma)))
    wells = Couplings(gamma=gamma, mean_coupling=double_well_line(Couplings(gamma=gamma)))
    assert solve_replica_symmetric(at).stability == pytest.approx(1.0, abs=1e-6)
    assert solve_replica_symmetric(wells).response == pytest.approx(1 / gamma, abs=1e-7)
    edge = polarisation_line(Couplings(gamma=gamma))
    assert edge < wells.mean_coupling < at.mean_coupling
    phases = [solve_replica_symmetric(Couplings(gamma=gamma, mean_coupling=f * edge)).phase for f in (0.999, 1.01)]
    assert phases == ["glass", "polarised"]


def test_a_glass_without_double_wells_exists():
    """Between gamma = 1/2 and the onset there is a glass with C < 1/gamma, unstable like every glass here."""
    onset = double_well_onset(PAPER)
    assert 1.0 < onset < 1.2
    bare, deep = (solve_replica_symmetric(Couplings(gamma=f * onset)) for f in (0.99, 1.01))
    assert (bare.phase, bare.has_double_wells) == ("glass", False)
    assert deep.has_double_wells
    assert 1 < bare.stability < np.inf
    assert deep.stability == np.inf
    with pytest.raises(InputError, match="lower T"):
        double_well_line(Couplings(gamma=0.9 * onset))


def test_one_step_raises_the_free_energy_to_a_maximum(symmetric, broken):
    """f of one step lies above the symmetric one, and is stationary in m, q_1 and C."""
    assert broken.free_energy > symmetric.free_energy + 0.2
    point = np.array([broken.inner_overlap, broken.response, broken.breaking])
    for axis in range(3):
        shift = np.zeros(3)
        shift[axis] = 1e-3 * point[axis]
        low, high = (one_step_free_energy(PAPER, 0.0, 0.0, 0.0, *(point + s * shift)) for s in (-1, 1))
        assert abs(high - low) / 2e-3 < 1e-4 * abs(broken.free_energy)
    sides = [one_step_free_energy(PAPER, 0.0, 0.0, 0.0, *point[:2], f * point[2]) for f in (0.5, 2.0)]
    assert max(sides) < broken.free_energy


def test_equal_overlaps_recover_replica_symmetry(symmetric):
    """q_1 = q_0: the partitioning parameter drops out."""
    for solution in (symmetric, solve_replica_symmetric(PAPER, 5.0)):
        state = (0.0, solution.overlap, solution.overlap, solution.response)
        for breaking in (0.003, 0.05):
            value = one_step_free_energy(PAPER, solution.temperature, *state, breaking)
            assert value == pytest.approx(solution.free_energy, rel=1e-8)


def test_one_step_field_distribution_carries_its_own_order_parameters(broken):
    """The density is normalised, gives q_1 = <v^2>, is not Gaussian, and is depleted at h = 0."""
    z, _ = graded_gaussian(0.0, reach=12.0)
    scale = np.sqrt(broken.inner_overlap)
    weight = np.exp(z**2 / 2) * np.sqrt(2 * np.pi) * graded_gaussian(0.0, reach=12.0)[1] * scale
    density = field_density(broken, scale * z, np.array([stiffness_of(broken)]))[0]
    site = site_averages(scale * z, stiffness_of(broken), QUARTIC, 0.0)
    assert np.sum(weight * density) == pytest.approx(1.0, abs=1e-9)
    assert np.sum(weight * density * site.displacement**2) == pytest.approx(broken.inner_overlap, rel=1e-7)
    zero = field_density(broken, np.zeros(1), np.array([stiffness_of(broken)]))[0, 0]
    assert zero < 0.8 / np.sqrt(2 * np.pi * broken.symmetric.overlap)


def test_local_fields_balance_the_site_and_carry_the_energy(symmetric, broken):
    """l = G'(v)/gamma at every site; norms are 1; -<l v>/2 + <G>/gamma is the energy; there is a gap up to C v_0."""
    for solution in (symmetric, broken):
        found, stiffness = local_fields(solution), stiffness_of(solution)
        v = (found.neighbours - found.cavity) / solution.response
        assert found.neighbours == pytest.approx(v / PAPER.gamma + QUARTIC * v**3, rel=1e-9)
        assert np.trapezoid(found.cavity_density, found.cavity) == pytest.approx(1, abs=1e-6)
        assert np.trapezoid(found.neighbours_density, found.neighbours) == pytest.approx(1, abs=1e-5)
        energy = -found.neighbours * v / 2 + (v**2 / 2 + v**4 / 24) / PAPER.gamma
        mean = np.trapezoid(found.cavity_density * energy, found.cavity)
        assert mean == pytest.approx(solution.free_energy, rel=1e-5)
        assert found.neighbours[0] == pytest.approx(solution.response * np.sqrt(-stiffness / QUARTIC))
    with pytest.raises(InputError, match="without local disorder"):
        local_fields(solve_replica_symmetric(Couplings(gamma=1.0, quadratic_spread=2.0)))


def test_one_step_needs_an_instability():
    """A stable polarised phase has no broken solution."""
    with pytest.raises(InputError, match="it is stable"):
        solve_one_step(Couplings(gamma=1.0, mean_coupling=2.0))


def test_double_well_geometry_against_the_cubic():
    """Minima, barrier and asymmetry from numerical roots; dDelta/dh = d; nothing beyond h_c."""
    k, field = -0.6, 0.5
    roots = np.sort(np.roots([QUARTIC, 0, k, -field]).real)

    def potential(v):
        return -field * v + k / 2 * v**2 + QUARTIC / 4 * v**4

    wells = double_wells(np.array([field]), k, QUARTIC, 0.7)
    assert wells.distance[0] == pytest.approx(roots[2] - roots[0], rel=1e-12)
    assert wells.asymmetry[0] == pytest.approx(potential(roots[0]) - potential(roots[2]), rel=1e-12)
    assert wells.barrier[0] == pytest.approx(potential(roots[1]) - potential(roots[0]), rel=1e-12)
    near, far = (double_wells(np.array([field + s * 1e-5]), k, QUARTIC, 0.7) for s in (-1, 1))
    assert (far.asymmetry - near.asymmetry) / 2e-5 == pytest.approx(wells.distance, rel=1e-8)
    assert (far.exponent - near.exponent) / 2e-5 == pytest.approx(wells.exponent_slope, rel=1e-7)
    floor, turn = potential(roots[0]), -roots[0] - np.sqrt(-2 * roots[0] ** 2 - 2 * k / QUARTIC)
    phase = quad(lambda v: np.sqrt(2 * max(potential(v) - floor, 0.0)) / 0.7, roots[0], turn, epsrel=1e-10)[0]
    assert wells.semiclassical[0] == pytest.approx(phase, rel=1e-7)
    with pytest.raises(InputError, match="two wells"):
        double_wells(np.array([1.01 * limiting_field(k, QUARTIC)]), k, QUARTIC, 0.7)


def test_printed_tunnelling_exponent_is_that_of_parabolas():
    """The quartic barrier has 2/3 d sqrt(2mV)/hbar, the printed formula 1/2."""
    wells = double_wells(np.zeros(1), -0.6, QUARTIC, 1.0)
    assert wells.semiclassical[0] / wells.exponent[0] == pytest.approx(4 / 3, rel=1e-9)


def test_distributions_hold_every_double_well_once(symmetric):
    """The densities integrate to the share of sites with |h| < h_c, and P(Delta) is flat to 15 per cent."""
    found = well_distributions(symmetric, 1.0)
    wells = found.wells
    limit = limiting_field(stiffness_of(symmetric), QUARTIC)
    share = quad(lambda h: 2 * np.exp(-(h**2) / (2 * symmetric.overlap)), 0, limit)[0]
    assert found.fraction == pytest.approx(share / np.sqrt(2 * np.pi * symmetric.overlap), rel=1e-10)
    assert np.trapezoid(found.asymmetry_density, wells.asymmetry) == pytest.approx(found.fraction, rel=1e-4)
    assert -np.trapezoid(found.exponent_density, wells.exponent) == pytest.approx(found.fraction, rel=1e-3)
    assert found.asymmetry_density.max() / found.asymmetry_density.min() < 1.15
    assert found.asymmetry_density[0] == pytest.approx(tunnelling_plateau(symmetric), rel=1e-5)


def test_asymmetry_and_exponent_are_perfectly_correlated(symmetric):
    """Both follow |h| monotonically: Delta up, lambda down to zero; counted from the stable minimum, up by 3/2."""
    deep = well_distributions(symmetric, 1.0).wells
    assert np.all(np.diff(deep.asymmetry) > 0)
    assert np.all(np.diff(deep.exponent) < 0)
    assert deep.exponent[-1] < 1e-5 * deep.exponent[0]
    high = well_distributions(symmetric, 1.0, barrier="stable").wells
    assert high.exponent[-1] / high.exponent[0] == pytest.approx(1.5, abs=1e-3)


def test_density_of_states_is_flat_below_the_first_intra_well_level(symmetric, spectrum):
    """2 P(0)/d, raised by zero-point motion; nothing below Delta_0; a steep rise at the intra-well level."""
    flat = spectrum.density_of_states(np.array([0.01, 0.1, 0.5, 0.8]))
    assert np.ptp(flat) < 3e-3 * flat[0]
    assert 1.0 < flat[0] / tunnelling_plateau(symmetric) < 1.1
    splitting = spectrum.excitation[0, 0, 1]
    below, near = spectrum.density_of_states(splitting * np.array([0.9, 2.0]))
    assert below == 0.0
    assert near / flat[0] == pytest.approx(2 / np.sqrt(3), rel=0.02)
    assert spectrum.density_of_states(np.array([1.2]))[0] > 20 * flat[0]


def test_density_of_states_counts_the_levels(spectrum):
    """Its integral is the mean number of levels below an energy, taken from the sampled sites."""
    energy = np.linspace(0.2, 2.0, 4001)
    counted = np.trapezoid(spectrum.density_of_states(energy), energy)
    between = (spectrum.excitation > 0.2) & (spectrum.excitation <= 2.0)
    assert counted == pytest.approx(np.sum(spectrum.weight * between.sum(axis=-1)), rel=0.02)


def test_heat_capacity_is_linear_with_the_coefficient_of_two_level_systems(spectrum):
    """C = (pi^2/6) g T between Delta_0 and the intra-well level; exponentially small below Delta_0."""
    temperature = np.geomspace(3e-3, 3e-2, 9)
    flat = spectrum.density_of_states(np.array([0.1]))[0]
    assert spectrum.heat_capacity(temperature) == pytest.approx(np.pi**2 / 6 * flat * temperature, rel=2e-3)
    cold = spectrum.excitation[0, 0, 1] / 40
    assert spectrum.heat_capacity(np.array([cold]))[0] < 1e-6 * flat * cold


def test_breaking_lifts_the_lower_cutoff(broken, spectrum):
    """The smaller C of one step makes shallower wells, hence a larger Delta_0 and a smaller plateau."""
    second = excitation_spectrum(broken, 1.0, energy=2.0)
    assert second.weight.sum() == pytest.approx(1.0, abs=1e-6)
    assert second.excitation[0, 0, 1] > 30 * spectrum.excitation[0, 0, 1]
    assert tunnelling_plateau(broken) < tunnelling_plateau(broken.symmetric)


def test_ensembles_that_have_no_symmetric_fields_are_refused():
    """Polarised and ergodic systems have other ensembles or none."""
    with pytest.raises(InputError, match="symmetric about 0"):
        excitation_spectrum(solve_replica_symmetric(Couplings(gamma=4.0, mean_coupling=1.5)), 1.0, energy=1.0)
    with pytest.raises(InputError, match="no effective fields"):
        excitation_spectrum(solve_replica_symmetric(Couplings(gamma=0.3)), 1.0, energy=1.0)


def test_local_disorder_solves_the_same_equations():
    """With a_2 random, q and C average over a_2 too: checked with a plain grid over a_2 and h."""
    model = Couplings(gamma=1.0, quadratic_spread=1.0)
    found = solve_replica_symmetric(model)
    normal = np.linspace(-7, 7, 1401)
    weight = np.exp(-(normal**2) / 2)
    weight /= weight.sum()
    stiffness = (1.0 + normal[:, None]) - found.response
    v = site_averages(np.sqrt(found.overlap) * (normal + 1e-9), stiffness, model.quartic_stiffness, 0.0).displacement
    both = weight[:, None] * weight
    assert np.sum(both * v**2) == pytest.approx(found.overlap, rel=1e-4)
    assert np.sum(both * normal * v) / np.sqrt(found.overlap) == pytest.approx(found.response, rel=1e-4)


def test_theory_speaks_si(spectrum):
    """Frequencies, temperatures and heat capacities scale with E_0, hbar and m; lengths follow from hbar."""
    theory = SpinGlass()
    energy = np.array([0.05, 0.3])
    omega = energy * constants.k * 10.0 / constants.hbar
    reduced = spectrum.density_of_states(energy)
    assert theory.density_of_states(omega) * theory.frequency_unit == pytest.approx(reduced, rel=1e-3)
    per_site = spectrum.heat_capacity(np.array([0.02]))[0]
    assert theory.heat_capacity(np.array([0.2]))[0] == pytest.approx(3 * constants.k / theory.mass * per_site, rel=1e-6)
    momentum = np.sqrt(theory.mass * constants.k * theory.energy_unit)
    assert theory.length_unit * momentum == pytest.approx(constants.hbar, rel=1e-12)
    assert theory.glass_temperature() == pytest.approx(10 * glass_temperature(PAPER), rel=1e-10)


def test_theory_says_what_it_does_not_predict():
    """The paper leaves dynamics to later work."""
    theory = SpinGlass(replica_breaking=1)
    assert theory.predicts() == ("density_of_states", "heat_capacity")
    with pytest.raises(InputError, match="does not predict the thermal conductivity"):
        theory.thermal_conductivity(np.array([1.0]))
    assert {p.name for p in theory.parameters()} == set(SpinGlass.model_fields)
    assert SpinGlass(**theory.table()) == theory


def test_figures_are_drawn_with_named_axes():
    """The quick ones; the others are drawn by the validation suite."""
    figures = SpinGlass().figures()
    assert set(figures) == {"fig1a", "fig1b", "fig2", "fig3a", "fig3b", "fig4a", "fig4b", "local-fields"}
    for name in ("fig2", "fig3a"):
        figure = figures[name]()
        assert isinstance(figure, Figure)
        for axes in figure.axes:
            assert axes.get_xlabel()
            assert axes.get_ylabel()
            assert axes.get_legend() is not None


def test_simulated_minima_are_minima_in_the_ergodic_phase(rng):
    """All starts fall to v = 0, and the mean susceptibility is the resolvent of the semicircle."""
    minima = simulate_minima(Couplings(gamma=0.4), 300, 3, rng)
    assert np.max(np.abs(minima.displacement)) < 1e-5
    assert minima.susceptibility(0).mean() == pytest.approx(0.5, abs=0.01)


def test_simulated_glass_obeys_the_virial_and_force_balance(rng):
    """At every minimum the force vanishes and the energy is -(a_4/24 gamma)<v^4>."""
    minima = simulate_minima(PAPER, 200, 4, rng)
    v = minima.displacement
    force = (v + v**3 / 6) / 4 - v @ minima.couplings
    assert np.max(np.abs(force)) < 1e-7
    assert minima.energy == pytest.approx(-(v**4).mean(axis=1) / 96, rel=1e-8)
    assert np.ptp(minima.energy) > 1e-3
