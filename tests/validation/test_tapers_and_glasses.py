"""What a taper does to a glass: pressures and moduli of the specification, and why a quench needs m >= 1."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.modes import simple_shear_moduli
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import random_configuration

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def glasses(name, count, particles=256, **options):
    model = named_model(name, **options)
    starts = [random_configuration(model, particles, np.random.default_rng([7, k])) for k in range(count)]
    return model.build(), quench(model.build(), Fire(), starts)


def pressure_and_modulus(taper, count=32):
    potential, results = glasses("polydisperse", count, taper=taper)
    assert all(result.status is Status.CONVERGED for result in results)
    pressures, moduli = [], []
    for result in results:
        pairs = interacting_pairs(potential, result.configuration)
        pressures.append(pairs.pressure)
        moduli.append(simple_shear_moduli(pairs, spectrum(Hessian(pairs))).mean)
    return np.array(pressures), np.array(moduli)


@pytest.mark.parametrize(("m", "pressure", "modulus"), [(1, 3.9, 4.2), (2, 2.6, 3.3), (3, 1.5, 2.2)])
def test_the_even_polynomial_changes_the_whole_glass(m, pressure, modulus):
    """Pressure 3.9 / 2.6 / 1.5 and shear modulus 4.2 / 3.3 / 2.2 at x_c = 1.25: a digit and three standard errors."""
    found, shear = pressure_and_modulus(f"polynomial:{m}")
    assert abs(found.mean() - pressure) < 0.05 + 3 * found.std() / np.sqrt(found.size)
    assert abs(shear.mean() - modulus) < 0.05 + 3 * shear.std() / np.sqrt(shear.size)


def test_local_tapers_leave_the_glass_as_it_is():
    """x_1 = 1.4, x_c = 1.75: pressure 5.16 for m = 2 and for m = inf alike."""
    two, infinite = (pressure_and_modulus(f"local:{m}")[0] for m in (2, "inf"))
    for found in (two, infinite):
        assert abs(found.mean() - 5.16) < 0.005 + 3 * found.std() / np.sqrt(found.size)
    assert abs(two.mean() - infinite.mean()) < 0.01


def test_every_quench_on_a_jumping_force_is_pinned():
    """m = 0: 46 of 46 in the specification."""
    model = named_model("polydisperse", taper="polynomial:0")
    starts = [random_configuration(model, 256, np.random.default_rng([3, k])) for k in range(46)]
    results = quench(model.build(), Fire(), starts, max_steps=3000)
    assert [result.status for result in results] == [Status.PINNED_AT_CUTOFF] * 46


def test_jamming_lies_between_its_neighbours():
    """Harmonic spheres, N = 256: unjammed at 0.58, all jammed at 0.68 (random close packing near 0.64)."""
    _, loose = glasses("contact", 8, packing_fraction=0.58)
    assert all(result.status is Status.UNJAMMED for result in loose)
    potential, dense = glasses("contact", 8, packing_fraction=0.68)
    for result in dense:
        assert result.status is Status.CONVERGED
        pairs = interacting_pairs(potential, result.configuration)
        rigid = 256 - pairs.rattlers().size
        # Above jamming: more contacts than the isostatic 2 d per rigid particle, and the modulus positive.
        assert 2 * pairs.first.size / rigid > 6
        assert pairs.pressure > 0
