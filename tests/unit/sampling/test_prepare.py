"""The call that prepares parents: what it refuses, and that its parents are their own."""

from math import inf

import jax
import numpy as np
import pytest
from pydantic import ValidationError

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.sampling import Cooling, Hybrid, Linear, MolecularDynamics, Random, Swap, prepare
from hessian_lab.sampling._batch import in_groups
from hessian_lab.systems import Configuration, random_configuration

MODEL = named_model("polydisperse")
POTENTIAL = MODEL.build()


@pytest.fixture(scope="module")
def starts():
    return [random_configuration(MODEL, 80, np.random.default_rng(k)) for k in range(3)]


def test_random_parents_are_the_starts(starts):
    seen = []
    parents = prepare(POTENTIAL, Random(), starts, inf, ["a", "b", "c"], progress=seen.append)
    for parent, start in zip(parents, starts, strict=True):
        assert parent.configuration is start
        assert parent.temperature == inf
        assert parent.evidence.equilibrated
    assert sum(seen) == 3


def test_parents_of_dynamics_are_liquid_and_belong_to_their_identity(starts):
    """Energies between inherent structures and random points; the same parent from another batch and place."""
    settings = MolecularDynamics(time=3, thermostat="langevin", schedule=Linear(start=1.0, duration=1))
    parents = prepare(POTENTIAL, settings, starts, 0.3, ["a", "b", "c"], batch=3)
    energies = [interacting_pairs(POTENTIAL, p.configuration).total_energy / 80 for p in parents]
    assert all(0.4 < energy < 1.5 for energy in energies)
    for parent in parents:
        assert parent.temperature == 0.3
        assert not parent.evidence.equilibrated
        assert parent.evidence.reason
    (alone,) = prepare(POTENTIAL, settings.model_copy(update={"time": 0.2}), starts[1:2], 0.3, ["b"])
    (other,) = prepare(POTENTIAL, settings.model_copy(update={"time": 0.2}), starts[1:2], 0.3, ["c"])
    together = prepare(POTENTIAL, settings.model_copy(update={"time": 0.2}), starts[:2], 0.3, ["a", "b"], batch=2)[1]
    np.testing.assert_allclose(alone.configuration.positions, together.configuration.positions, atol=1e-8)
    assert np.abs(alone.configuration.positions - other.configuration.positions).max() > 0.01


def test_cooling_lags_behind_its_thermostat_by_the_rate_over_the_friction(starts):
    """In a harmonic solid dT/dt = -gamma (T - T_thermostat): at a steady rate the lag is rate/gamma = 0.01."""
    parents = prepare(POTENTIAL, Cooling(start=0.3, rate=0.02, hold=0.5, friction=2), starts, 0, ["a", "b", "c"])
    assert [parent.temperature for parent in parents] == [0, 0, 0]
    assert all("cooled" in parent.evidence.reason for parent in parents)
    hot = [parent.evidence.kinetic_temperature for parent in parents]
    # The mean of three samples scatters by sqrt(2/(3 x 79 x 3)) = 5 %; what is left to relax heats further.
    assert 0.8 < np.mean(hot) / 0.01 < 1.4
    with pytest.raises(ValidationError, match="friction"):
        Cooling(start=0.3, rate=1.0)


def test_more_than_memory_holds_is_halved_until_it_fits():
    done = []

    def work(group):
        if len(group) > 3:
            raise jax.errors.JaxRuntimeError("RESOURCE_EXHAUSTED: out of memory")
        done.extend(group)

    in_groups(11, 8, work)
    assert done == list(range(11))

    def broken(group):
        raise jax.errors.JaxRuntimeError("INTERNAL: something else")

    with pytest.raises(jax.errors.JaxRuntimeError, match="something else"):
        in_groups(3, 3, broken)


@pytest.mark.parametrize(
    ("settings", "temperature", "names", "message"),
    [
        (Random(), 0.1, "abc", "'random' must be inf"),
        (MolecularDynamics(), inf, "abc", "'md' must be finite and positive"),
        (MolecularDynamics(), -1.0, "abc", "'md' must be finite and positive"),
        (MolecularDynamics(), float("nan"), "abc", "'md' must be finite and positive"),
        (Swap(), 0.0, "abc", "'swap' must be finite and positive"),
        (Cooling(start=1, rate=0.1), 0.1, "abc", "'cooling' must be 0"),
        (Random(), inf, "ab", "2 for 3"),
        (Random(), inf, "aab", "holds a name twice"),
        (MolecularDynamics(schedule=Linear(start=0.1, duration=1)), 0.2, "abc", "start at or above"),
    ],
)
def test_what_does_not_go_together_is_refused(starts, settings, temperature, names, message):
    with pytest.raises(InputError, match=message):
        prepare(POTENTIAL, settings, starts, temperature, list(names))


def test_samples_that_cannot_be_swapped_are_refused(starts, rng):
    alike = Configuration.create(rng.random((80, 3)) * 4.3, 4.3)
    with pytest.raises(InputError, match="all particles are alike"):
        prepare(POTENTIAL, Swap(), [alike], 0.1, ["a"])
    one = starts[0]
    heavy = Configuration.create(one.positions, one.cell, diameters=one.diameters, masses=1 + one.diameters)
    with pytest.raises(InputError, match="equal masses"):
        prepare(POTENTIAL, Hybrid(), [heavy], 0.1, ["a"])
    with pytest.raises(InputError, match="too narrow"):
        prepare(POTENTIAL, Random(), [Configuration.create(rng.random((20, 3)) * 2, 2.0)], inf, ["a"])
    with pytest.raises(InputError, match="of 2 kinds"):
        prepare(POTENTIAL, Random(), [one, random_configuration(MODEL, 90, rng)], inf, ["a", "b"])
    with pytest.raises(InputError, match="argument batch"):
        prepare(POTENTIAL, Random(), starts, inf, list("abc"), batch=0)
