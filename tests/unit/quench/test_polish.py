"""Newton steps end a quench in the minimum that the method was falling into, or are refused."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.quench import ConjugateGradient, Fire, Lbfgs, polish, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.statistics import configuration_distance
from hessian_lab.systems import Configuration, random_configuration

TOLERANCE, FLOOR = 1e-10, 1e-14


@pytest.fixture(scope="module", params=["polydisperse", "kob-andersen"])
def system(request):
    """A potential, four hot starts, and their minima without any Newton step."""
    model = named_model(request.param)
    potential = model.build()
    starts = [random_configuration(model, 200, np.random.default_rng([3, k])) for k in range(4)]
    return potential, starts, quench(potential, Fire(), starts)


def distance(one, other):
    """Root mean square distance per particle, without the common translation."""
    found = configuration_distance(
        one.configuration.positions[None], other.configuration.positions[None], one.configuration.cell[None]
    )
    return float(found[0])


def test_the_polish_changes_no_minimum(system):
    """The same energies to rounding and the same places to 1e-7, after fewer steps of the method."""
    potential, starts, plain = system
    polished = quench(potential, Fire(polish=1e-3), starts)
    for one, other in zip(plain, polished, strict=True):
        assert other.status is one.status is Status.CONVERGED
        assert other.energy == pytest.approx(one.energy, rel=1e-12)
        assert distance(one, other) < 1e-7
        assert one.newton_steps == 0 < other.newton_steps <= 8
        assert other.steps < one.steps
        assert other.force_evaluations < one.force_evaluations


def test_newton_steps_converge_quadratically_near_a_minimum(system):
    """Shaken by 1e-4: three evaluations or four to the tolerance, where a gradient method needs hundreds."""
    potential, _, plain = system
    glass = plain[0].configuration
    kick = 1e-4 * np.random.default_rng(1).normal(size=glass.positions.shape)
    found = polish(potential, glass.at(glass.positions + kick), TOLERANCE, FLOOR)
    assert found.reason == ""
    assert found.evaluations <= 5
    assert found.pairs.max_force <= TOLERANCE * found.pairs.force_scale
    assert found.pairs.total_energy == pytest.approx(plain[0].energy, rel=1e-12)


def test_hot_starts_are_refused(system):
    """Random particles: no basin is near."""
    potential, starts, _ = system
    for start in starts:
        found = polish(potential, start, TOLERANCE, FLOOR)
        assert found.pairs is None
        assert "positive definite" in found.reason or "fall" in found.reason or "carried" in found.reason


def test_saddles_are_refused():
    """A square of Lennard-Jones particles that rests on a saddle: Newton would stay there, the polish says no."""
    table = {"core": {"kind": "lennard-jones"}, "taper": "local:2:2.0", "cutoff": 2.5, "mixing": {"kind": "additive"}}
    law = Potential(PotentialSettings.model_validate(table))

    def square(edge):
        corners = 10 + 0.5 * edge * np.array([[1, 1, 0], [1, -1, 0], [-1, -1, 0], [-1, 1, 0]])
        return Configuration.create(corners, 20.0)

    from scipy.optimize import brentq

    edge = brentq(lambda e: interacting_pairs(law, square(e)).forces[0, 0], 1.05, 1.3, xtol=1e-14)
    kicked = square(edge)
    kicked = kicked.at(kicked.positions + 1e-5 * np.random.default_rng(0).normal(size=(4, 3)))
    modes = spectrum(Hessian(interacting_pairs(law, square(edge))), vectors=False)
    assert modes.eigenvalues[0] < -1
    found = polish(law, kicked, TOLERANCE, FLOOR)
    assert found.pairs is None
    assert "positive definite" in found.reason


def test_a_refused_polish_costs_the_glass_nothing():
    """Newton steps tried at once: all are refused until a basin is near, and the glass is that of a patient method."""
    model = named_model("polydisperse")
    potential = model.build()
    starts = [random_configuration(model, 100, np.random.default_rng([5, k])) for k in range(4)]
    for one, other in zip(quench(potential, Fire(polish=0.9), starts), quench(potential, Fire(), starts), strict=True):
        assert one.status is Status.CONVERGED
        assert one.energy == pytest.approx(other.energy, rel=1e-12)
        # Some were refused: their evaluations are in the bill.
        assert one.force_evaluations > one.steps + one.newton_steps + 1


@pytest.mark.parametrize("method", [Fire(polish=1e-3), Fire(), Lbfgs(), ConjugateGradient()])
def test_methods_agree_on_the_minimum_from_a_mild_start(system, method):
    """Shaken by 0.5 per cent of a diameter: every method falls back to where the glass was."""
    potential, _, plain = system
    shaken = [
        glass.configuration.at(
            glass.configuration.positions
            + 0.005 * np.random.default_rng([7, k]).normal(size=glass.configuration.positions.shape)
        )
        for k, glass in enumerate(plain)
    ]
    for one, other in zip(plain, quench(potential, method, shaken), strict=True):
        assert other.status is Status.CONVERGED
        assert other.energy == pytest.approx(one.energy, rel=1e-12)
        assert distance(one, other) < 1e-6


def test_too_many_particles_are_refused():
    model = named_model("polydisperse")
    large = random_configuration(model, 2600, np.random.default_rng(0))
    with pytest.raises(InputError, match="2600 particles; a polish takes 2500"):
        polish(model.build(), large, TOLERANCE, FLOOR)


def test_the_polished_hessian_is_positive_definite(system):
    """d zero modes and nothing negative, also where Newton ended the quench."""
    potential, starts, _ = system
    glass = quench(potential, Lbfgs(polish=1e-3), starts[0])
    assert glass.newton_steps > 0
    found = spectrum(Hessian(interacting_pairs(potential, glass.configuration)), vectors=False)
    assert found.zero_modes == 3
    assert found.negative_modes == 0
