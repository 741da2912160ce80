"""Tables of modes from the device's batches beside those of the host."""

import numpy as np
import pytest

from hessian_lab._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from hessian_lab.campaign import Wanted
from hessian_lab.campaign._analysis import analyse_on_host
from hessian_lab.campaign._device_analysis import analyse_on_device
from hessian_lab.modes import wave_table
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import Configuration, random_configuration

SMALL = 34

MEASURED = [name for name in SURROGATE_COLUMNS if name != "rotating"]


@pytest.fixture(scope="module")
def glasses():
    """Two-dimensional glasses with unequal masses."""
    model = named_model("polydisperse", dimension=2)
    masses = np.random.default_rng(2).uniform(0.5, 2, 110)
    found = []
    for seed in range(4):
        parent = random_configuration(model, 110, np.random.default_rng(seed))
        parent = Configuration.create(parent.positions, parent.cell, diameters=parent.diameters, masses=masses)
        found.append(quench(model.build(), Fire(), parent).configuration)
    return model.build(), found


@pytest.fixture(scope="module")
def both(glasses):
    """Analyses by both routes, with surrogates."""
    potential, samples = glasses
    wanted = Wanted(table=True, surrogates=19)
    device = analyse_on_device(potential, samples, wanted, "abcd", width=4)
    return device, [
        analyse_on_host(potential, sample, wanted, seed) for sample, seed in zip(samples, "abcd", strict=True)
    ]


def test_what_is_not_random_agrees(both):
    """Every column but the surrogates', to the accuracy of the eigenvectors."""
    for seen, known in zip(*both, strict=True):
        assert len(seen.table) == len(known.table) > 3
        assert set(seen.table.columns) == set(known.table.columns) == {*MODE_COLUMNS, *SURROGATE_COLUMNS}
        for name in MODE_COLUMNS:
            np.testing.assert_allclose(seen.table[name], known.table[name], rtol=1e-5, atol=1e-8, err_msg=name)


@pytest.mark.parametrize("name", MEASURED)
def test_surrogates_of_both_routes_are_of_one_kind(both, name):
    """Their random numbers differ: paired differences average to zero within four standard errors."""
    pairs = zip(*both, strict=True)
    difference = np.concatenate([seen.table[name] - known.table[name] for seen, known in pairs])
    assert difference.size > 20
    assert np.any(difference != 0)
    assert abs(difference.mean()) < 4 * difference.std(ddof=1) / np.sqrt(difference.size)


def test_the_device_repeats_itself_by_the_seed(glasses, both):
    """The same seeds give the same table in another place of another batch; other seeds do not."""
    potential, samples = glasses
    again = analyse_on_device(potential, samples[::-1], Wanted(table=True, surrogates=19), "dcba", width=4)[::-1]
    other = analyse_on_device(potential, samples, Wanted(table=True, surrogates=19), "wxyz", width=4)
    for seen, repeated, different in zip(both[0], again, other, strict=True):
        np.testing.assert_allclose(seen.table["surrogate_strength"], repeated.table["surrogate_strength"], rtol=1e-6)
        assert np.all(seen.table["surrogate_strength"] != different.table["surrogate_strength"])


def test_dependent_waves_are_left_to_the_host():
    """In this small box the waves up to the Debye wave number are more than its modes: the host makes the table."""
    model = named_model("polydisperse", dimension=2)
    parent = random_configuration(model, SMALL, np.random.default_rng(1))
    assert wave_table(parent, whole=True).block.size + 2 > 2 * SMALL
    sample = quench(model.build(), Fire(), parent).configuration
    wanted = Wanted(table=True, surrogates=19)
    (seen,) = analyse_on_device(model.build(), [sample], wanted, ["s"], width=1)
    known = analyse_on_host(model.build(), sample, wanted, "s")
    for name in SURROGATE_COLUMNS:
        np.testing.assert_array_equal(seen.table[name], known.table[name])
