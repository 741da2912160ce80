"""The detector of vortex cores judged both ways on several hundred real modes: physics.md's acceptance.

Rates are of `SurrogateTest.rotating` at share 0.5, size (V/N)^(1/d), N = 256, on modes below 0.9 omega_T1. The rates
themselves, against share and size, are in the documentation.
"""

from functools import cache

import numpy as np
import pytest
from detector_cases import NULLS, implanted, low_modes, null_fields

from hessian_lab import Status
from hessian_lab.hessian import hessian
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration

pytestmark = pytest.mark.slow

GLASSES = {2: 180, 3: 30}


@cache
def cases(dim):
    """Glasses from random parents, with the modes that are judged: about 370 in each dimension."""
    model = named_model("polydisperse", dimension=dim)
    parents = [random_configuration(model, 256, np.random.default_rng(1000 + k)) for k in range(GLASSES[dim])]
    quenched = [r for r in quench(model.build(), Fire(), parents) if r.status is Status.CONVERGED]
    return low_modes([hessian(model.build(), result.configuration) for result in quenched])


def rate(dim, make):
    """Share of `rotating` fields, and its standard error from the scatter of the glasses."""
    marks, numbers = [], []
    for place, case in enumerate(cases(dim)):
        rng = np.random.default_rng([11, dim, place])
        found = case.judged(make(case, rng), rng).rotating
        marks.append(found.sum())
        numbers.append(found.size)
    marks, numbers = np.array(marks), np.array(numbers)
    assert numbers.sum() > 300
    share = marks.sum() / numbers.sum()
    return share, np.sqrt(np.sum((marks - share * numbers) ** 2)) / numbers.sum()


@pytest.mark.parametrize("dim", [2, 3])
def test_rotation_cores_are_found(dim):
    """At least 90 %, as measured, without a margin for chance."""
    share, error = rate(dim, lambda case, rng: implanted(case, "rotation", rng))
    assert error < 0.02
    assert share >= 0.9


@pytest.mark.parametrize("kind", NULLS)
@pytest.mark.parametrize("dim", [2, 3])
def test_nulls_are_not(dim, kind):
    """At most 5 %, as measured; two standard errors more would be chance."""
    share, error = rate(dim, lambda case, rng: null_fields(case, kind, rng))
    assert error < 0.02
    assert share <= 0.05 + 2 * error


@pytest.mark.parametrize("dim", [2, 3])
def test_detection_grows_with_the_share_of_the_core(dim):
    """From the rate of the modes themselves at share 0 up to nearly all at 0.7."""
    shares = [rate(dim, lambda case, rng, s=s: implanted(case, "rotation", rng, share=s))[0] for s in (0.1, 0.3, 0.7)]
    assert shares[0] < 0.2 < shares[1] < 0.9 < 0.97 < shares[2]
