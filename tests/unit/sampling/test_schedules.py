"""Annealing schedules: where they start and end, and what stays equal on the way."""

import numpy as np
import pytest
from pydantic import TypeAdapter, ValidationError

from hessian_lab.sampling import Constant, Exponential, Linear, Preparation, Stepwise

PROGRESS = np.linspace(0, 1, 1001)


@pytest.mark.parametrize("schedule", [Linear(start=2, duration=5), Exponential(start=2, duration=5)])
def test_continuous_schedules_fall_from_start_to_target(schedule):
    found = schedule.temperatures(0.1, PROGRESS)
    assert found[0] == 2
    assert found[-1] == pytest.approx(0.1, rel=1e-14)
    assert (np.diff(found) < 0).all()


def test_linear_has_equal_differences_and_exponential_equal_ratios():
    steps = np.diff(Linear(start=2, duration=5).temperatures(0.1, PROGRESS))
    np.testing.assert_allclose(steps, -1.9 / 1000, rtol=1e-10)
    values = Exponential(start=2, duration=5).temperatures(0.1, PROGRESS)
    np.testing.assert_allclose(values[1:] / values[:-1], 0.05 ** (1 / 1000), rtol=1e-12)


def test_stepwise_stands_still_on_equal_plateaus():
    progress = np.arange(1000) / 1000
    values, counts = np.unique(Stepwise(start=2, duration=5, steps=4).temperatures(0.125, progress), return_counts=True)
    np.testing.assert_allclose(values, [0.25, 0.5, 1, 2], rtol=1e-14)
    assert (counts == 250).all()


def test_constant_is_the_target_and_takes_no_time():
    assert (Constant().temperatures(0.3, PROGRESS) == 0.3).all()
    assert Constant().duration == 0


def test_a_table_is_the_settings_object():
    adapter = TypeAdapter(Preparation)
    table = {
        "kind": "md",
        "thermostat": "langevin",
        "time": 50,
        "schedule": {"kind": "stepwise", "start": 1.0, "duration": 20, "steps": 3},
    }
    settings = adapter.validate_python(table)
    assert settings.schedule == Stepwise(start=1.0, duration=20, steps=3)
    assert adapter.validate_python(settings.table()) == settings
    with pytest.raises(ValidationError, match="duration"):
        adapter.validate_python(table | {"schedule": {"kind": "linear", "start": 1.0, "duration": 0}})
