"""Quenches: they arrive, at minima, whatever the batch; and every failure has its own status."""

import jax
import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, compilable, interacting_pairs
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.quench import ConjugateGradient, Fire, Lbfgs, quench
from hessian_lab.quench._driver import Driver
from hessian_lab.spectrum import confirm, spectrum
from hessian_lab.systems import Configuration, random_configuration

GLASSES = 64


def parents(model, particles, count, seed=0):
    return [random_configuration(model, particles, np.random.default_rng(seed + k)) for k in range(count)]


@pytest.fixture(scope="module")
def model():
    return named_model("polydisperse")


@pytest.fixture(scope="module")
def potential(model):
    return model.build()


@pytest.fixture(scope="module")
def starts(model):
    return parents(model, 256, GLASSES)


@pytest.fixture(scope="module")
def glasses(potential, starts):
    """Infinite-temperature parents, one lane: the reference for everything below."""
    return quench(potential, Fire(), starts, batch=1)


@pytest.fixture(scope="module")
def pairs(potential, glasses):
    return [interacting_pairs(potential, glass.configuration) for glass in glasses]


def test_every_random_start_reaches_the_tolerance(glasses, pairs):
    """64 of 64, with forces and their scale computed again, pair by pair, by the Hessian's own code."""
    assert [glass.status for glass in glasses] == [Status.CONVERGED] * GLASSES
    for glass, independent in zip(glasses, pairs, strict=True):
        # 1e-13: the rounding of a sum of forces.
        assert independent.max_force < (1e-10 + 1e-13) * independent.force_scale
        assert glass.max_force == pytest.approx(independent.max_force, abs=1e-13 * independent.force_scale)
        assert glass.force_scale == pytest.approx(independent.force_scale, rel=1e-10)
        assert glass.energy == pytest.approx(independent.total_energy, rel=1e-12)
        assert 64 < glass.steps < 10_000
        assert glass.force_evaluations == glass.steps
        assert glass.newton_steps == 0


def test_the_glasses_are_minima_with_three_zero_modes(pairs):
    """Exactly d zero modes, the rest positive; no glass of these 64 is a saddle, marginal, or holds rattlers."""
    for independent in pairs:
        found = spectrum(Hessian(independent), vectors=False)
        assert found.zero_modes == 3
        assert found.negative_modes == 0
        assert (found.positive_omega > 0.05).all()
        assert confirm(found, independent.rattlers().size) is Status.CONVERGED


def test_a_quench_goes_downhill_and_keeps_the_sample(potential, starts, glasses):
    for start, glass in zip(starts[:8], glasses, strict=False):
        assert glass.energy < interacting_pairs(potential, start).total_energy
        assert np.array_equal(glass.configuration.diameters, start.diameters)
        assert np.array_equal(glass.configuration.cell, start.cell)
        reduced = glass.configuration.positions @ np.linalg.inv(start.cell)
        assert reduced.min() > -1e-12
        assert reduced.max() < 1 + 1e-12
    energies = [glass.energy for glass in glasses]
    assert len(set(energies)) == GLASSES
    # Inherent structures of random parents, N = 256: e = 0.31 with a spread of a few per cent.
    assert 0.2 < np.mean(energies) / 256 < 0.45


def test_the_result_does_not_depend_on_the_batch(potential, starts, glasses, pairs):
    """Six glasses through four lanes, so that two of them enter as refills: the same minima.

    The steps may differ by a few: wider neighbour tables add the same terms in another order.
    """
    batched = quench(potential, Fire(), starts[:6], batch=4)
    for one, other, before in zip(glasses[:6], batched, pairs[:6], strict=True):
        assert other.energy == pytest.approx(one.energy, rel=1e-12)
        assert other.status is one.status
        after = interacting_pairs(potential, other.configuration)
        expected = spectrum(Hessian(before), vectors=False).eigenvalues
        found = spectrum(Hessian(after), vectors=False).eigenvalues
        assert np.abs(found[:3]).max() < 1e-10 * expected[-1]
        assert found[3:] == pytest.approx(expected[3:], rel=1e-8)


@pytest.mark.parametrize("method", [Fire(), Lbfgs(), ConjugateGradient()])
def test_lanes_change_no_bit(method):
    """Chaotic paths from random points: alone and in three lanes with refills, equal to the last bit on a core."""
    model = named_model("polydisperse")
    potential = model.build()
    starts = [random_configuration(model, 100, np.random.default_rng([13, k])) for k in range(8)]
    if not compilable(potential.law):
        pytest.skip("other tables add in an order that depends on their width")
    alone, together = quench(potential, method, starts, batch=1), quench(potential, method, starts, batch=3)
    assert [glass.energy for glass in together] == [glass.energy for glass in alone]
    assert [glass.steps for glass in together] == [glass.steps for glass in alone]


def test_one_sample_in_one_result_out(potential, starts, glasses):
    seen = []
    single = quench(potential, Fire(), starts[0], progress=seen.append)
    assert single.energy == glasses[0].energy
    assert seen == [1]
    assert quench(potential, Fire(), []) == []


def test_a_minimum_stays_where_it_is(potential, glasses):
    again = quench(potential, Fire(), glasses[3].configuration)
    assert again.status is Status.CONVERGED
    assert again.steps == 64
    moved = again.configuration.positions - glasses[3].configuration.positions
    edge = again.configuration.cell[0, 0]
    moved -= edge * np.rint(moved / edge)
    assert np.abs(moved).max() < 1e-7
    assert again.energy == pytest.approx(glasses[3].energy, rel=1e-13)


def test_a_sheared_cell(potential, glasses):
    """A glass strained by a quarter relaxes in its sheared cell; turned as a whole it is the same minimum."""
    glass = glasses[0].configuration
    edge = glass.cell[0, 0]
    cell = glass.cell.copy()
    cell[1, 0] = 0.25 * edge
    strained = Configuration.create(
        glass.positions @ np.linalg.inv(glass.cell) @ cell, cell, diameters=glass.diameters, species=glass.species
    )
    relaxed = quench(potential, Fire(), strained)
    assert relaxed.status is Status.CONVERGED
    independent = interacting_pairs(potential, relaxed.configuration)
    assert independent.max_force < 1e-10 * independent.force_scale
    found = spectrum(Hessian(independent), vectors=False)
    assert confirm(found, 0) is Status.CONVERGED
    assert found.zero_modes == 3
    turn, _ = np.linalg.qr(np.random.default_rng(5).normal(size=(3, 3)))
    r = relaxed.configuration
    turned = Configuration.create(r.positions @ turn, r.cell @ turn, diameters=r.diameters, species=r.species)
    again = quench(potential, Fire(), turned)
    assert again.status is Status.CONVERGED
    assert again.energy == pytest.approx(relaxed.energy, rel=1e-12)


def test_few_steps_end_as_max_steps(potential, starts):
    """The step limit is looked at every 64 steps; a looser tolerance needs fewer of them."""
    result = quench(potential, Fire(), starts[0], max_steps=128, batch=1)
    assert result.status is Status.MAX_STEPS
    assert result.steps == 128
    assert result.max_force > 1e-10 * result.force_scale
    assert interacting_pairs(potential, result.configuration).max_force == pytest.approx(result.max_force, rel=1e-10)
    loose = quench(potential, Fire(), starts[0], tolerance=1e-3, batch=1)
    assert loose.status is Status.CONVERGED
    assert loose.max_force <= 1e-3 * loose.force_scale


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("alpha", [2.0, 2.5])
def test_loose_packings_are_unjammed(dimension, alpha):
    """Packing fraction 0.3: no contact is left, and the energy is exactly zero."""
    options = {"packing_fraction": 0.3, "core": {"kind": "contact", "alpha": alpha}}
    model = named_model("contact", dimension=dimension, **options)
    results = quench(model.build(), Fire(), parents(model, 64, 4))
    assert [result.status for result in results] == [Status.UNJAMMED] * 4
    for result in results:
        assert result.energy < 1e-20
        assert interacting_pairs(model.build(), result.configuration).total_energy < 1e-20


def test_packings_near_jamming_do_not_pass_for_solids():
    """2D, fraction 0.8 (jamming 0.84): overlaps fade until forces are below the floor, but never balance."""
    model = named_model("contact", dimension=2, packing_fraction=0.8)
    results = quench(model.build(), Fire(), parents(model, 64, 8), max_steps=20_000)
    assert {result.status for result in results} <= {Status.UNJAMMED, Status.MAX_STEPS}
    assert sum(result.status is Status.UNJAMMED for result in results) >= 4
    assert all(result.energy < 1e-15 for result in results)


def test_dense_packings_converge_and_their_rattlers_explain_every_zero_mode():
    """2D, fraction 0.90: jammed, with d zero modes and d for every rattler, less one for each wall that it grazes: a
    harmonic contact is stiff at any overlap.
    """
    model = named_model("contact", dimension=2)
    results = quench(model.build(), Fire(), parents(model, 64, 8))
    rattlers = 0
    for result in results:
        assert result.status is Status.CONVERGED
        independent = interacting_pairs(model.build(), result.configuration)
        loose = independent.rattlers()
        rattlers += loose.size
        found = spectrum(Hessian(independent), vectors=False)
        assert found.zero_modes == 2 + np.maximum(2 - independent.contacts[loose], 0).sum()
        assert confirm(found, loose.size) is Status.CONVERGED
        assert independent.pressure > 0
    assert rattlers > 0


def test_a_jumping_force_pins_pairs_at_the_cutoff(potential):
    """m = 0 through the library: minima sit on the jump of the force, and the status says so."""
    jumping = Potential(PotentialSettings.model_validate({**potential.settings.table(), "taper": "polynomial:0"}))
    model = named_model("polydisperse", taper="polynomial:0")
    results = quench(jumping, Fire(), parents(model, 100, 4), max_steps=3000)
    assert [result.status for result in results] == [Status.PINNED_AT_CUTOFF] * 4
    for result in results:
        assert result.max_force > 1e-3 * result.force_scale


def test_coinciding_particles_are_not_finite(potential, starts, glasses):
    """Two particles at one point feel an infinite force without a direction; their neighbours in the batch go on."""
    positions = starts[1].positions.copy()
    positions[7] = positions[11]
    broken, healthy = quench(potential, Fire(), [starts[1].at(positions), starts[0]], batch=1)
    assert broken.status is Status.NOT_FINITE
    assert broken.status.failed
    assert healthy.status is Status.CONVERGED
    assert healthy.energy == pytest.approx(glasses[0].energy, rel=1e-12)


def test_few_particles_in_a_large_box():
    """A dilute sample has no neighbours at first sight; a pair still finds the minimum of its attraction."""
    table = {"core": {"kind": "lennard-jones"}, "taper": "local:2:2.0", "cutoff": 2.5, "mixing": {"kind": "additive"}}
    law = Potential(PotentialSettings.model_validate(table))
    sample = Configuration.create([[1.0, 1, 1], [2.3, 1, 1], [20, 20, 20]], 40.0)
    result = quench(law, Fire(), sample)
    assert result.status is Status.CONVERGED
    assert result.energy == pytest.approx(-1, rel=1e-12)
    assert np.ptp(result.configuration.positions[:2, 0]) == pytest.approx(2 ** (1 / 6), rel=1e-9)


@pytest.mark.parametrize(
    ("options", "name"),
    [
        ({"tolerance": 0.0}, "tolerance"),
        ({"tolerance": 1.5}, "tolerance"),
        ({"tolerance": float("nan")}, "tolerance"),
        ({"max_steps": 0}, "max_steps"),
        ({"batch": 0}, "batch"),
    ],
)
def test_bad_arguments_are_named(potential, starts, options, name):
    value = options[name]
    with pytest.raises(InputError, match=rf"argument {name} must .* but got {value!r}"):
        quench(potential, Fire(), starts[:1], **options)


def test_samples_of_different_kinds_are_refused(potential, model, starts):
    with pytest.raises(InputError, match="argument configuration holds samples of 2 kinds"):
        quench(potential, Fire(), [starts[0], random_configuration(model, 100, np.random.default_rng(0))])
    cell = starts[0].cell.copy()
    cell[1, 0] = 0.5
    sheared = Configuration.create(starts[0].positions, cell, diameters=starts[0].diameters)
    with pytest.raises(InputError, match="orthogonal cell or not"):
        quench(potential, Fire(), [starts[0], sheared])


def test_narrow_cells_are_refused(potential, starts):
    narrow = Configuration.create(starts[0].positions, 3.9, diameters=starts[0].diameters)
    with pytest.raises(InputError, match="too narrow"):
        quench(potential, Fire(), [narrow])


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"relax_cell": "volume"}, "argument relax_cell must be one of none, pressure, shear, both, but got 'volume'"),
        ({"target_pressure": 1.0}, r"target_pressure = 1.0 has no effect with relax_cell = 'none'"),
        ({"target_pressure": 1.0, "relax_cell": "shear"}, "has no effect"),
        ({"target_pressure": float("inf"), "relax_cell": "both"}, "target_pressure must be a finite number"),
    ],
)
def test_bad_cells_are_named(potential, starts, options, message):
    with pytest.raises(InputError, match=message):
        quench(potential, Fire(), starts[:1], **options)


def test_a_full_memory_halves_the_batch_and_loses_nothing(potential, starts, glasses, monkeypatch):
    """Six glasses in lanes of four on a device that holds two: halved once, and every glass is the usual one."""
    widths = []

    def small_device(driver, lanes, fixed, target, length, advance=Driver.advance):
        widths.append(len(target))
        if len(target) > 2:
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: Out of memory allocating 1 bytes.")
        return advance(driver, lanes, fixed, target, length)

    monkeypatch.setattr(Driver, "advance", small_device)
    results = quench(potential, Fire(), starts[:6], batch=4)
    assert widths[:2] == [4, 2]
    assert max(widths[1:]) == 2
    for one, other in zip(glasses[:6], results, strict=True):
        assert other.energy == pytest.approx(one.energy, rel=1e-12)
    monkeypatch.setattr(Driver, "advance", lambda *_: (_ for _ in ()).throw(jax.errors.JaxRuntimeError("INTERNAL: x")))
    with pytest.raises(jax.errors.JaxRuntimeError, match="INTERNAL"):
        quench(potential, Fire(), starts[:2], batch=2)
