"""A thousand quenches from infinite temperature: all arrive, nearly all at minima, whatever the batch."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import confirm, spectrum
from hessian_lab.systems import random_configuration

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

QUENCHES = 1000


@pytest.fixture(scope="module")
def model():
    return named_model("polydisperse")


@pytest.fixture(scope="module")
def starts(model):
    return [random_configuration(model, 256, np.random.default_rng([2025, k])) for k in range(QUENCHES)]


@pytest.fixture(scope="module")
def glasses(model, starts):
    return quench(model.build(), Fire(), starts, batch=1)


def test_a_thousand_of_a_thousand_reach_the_tolerance(model, glasses):
    potential = model.build()
    assert [glass.status for glass in glasses] == [Status.CONVERGED] * QUENCHES
    outcomes = []
    for glass in glasses:
        pairs = interacting_pairs(potential, glass.configuration)
        assert pairs.max_force < 1e-10 * pairs.force_scale
        found = spectrum(Hessian(pairs), vectors=False)
        rattlers = pairs.rattlers().size
        status = confirm(found, rattlers)
        outcomes.append((status, rattlers > 0))
        if status is Status.CONVERGED and not rattlers:
            assert found.zero_modes == 3
            assert found.negative_modes == 0
    others = {name: sum(status is name for status, _ in outcomes) for name in (Status.SADDLE, Status.MARGINAL)}
    others["rattlers"] = sum(loose for _, loose in outcomes)
    print({str(key): value for key, value in others.items()})
    assert sum(status is not Status.CONVERGED or loose for status, loose in outcomes) <= QUENCHES // 100


def test_two_hundred_minima_do_not_depend_on_the_batch(model, starts, glasses):
    """Sixteen lanes with refills: the energies to 1e-12, glass by glass."""
    batched = quench(model.build(), Fire(), starts[:200], batch=16)
    ratio = np.array([one.energy / other.energy for one, other in zip(batched, glasses, strict=False)])
    assert ratio.size == 200
    assert np.abs(ratio - 1).max() < 1e-12
