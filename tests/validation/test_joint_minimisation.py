"""Jointly minimised glasses are stiffer than glasses from random parents: fewer soft modes, larger shear modulus."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.modes import simple_shear_moduli
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.sampling import JointMinimisation, minimise_jointly
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration, random_configuration

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]

PARTICLES = 256
GLASSES = 32
SOFT = 1.0
"""Frequency below which modes are counted: near half of the first transverse phonons' of these glasses."""


@pytest.fixture(scope="module")
def potential():
    return named_model("polydisperse").build()


@pytest.fixture(scope="module")
def starts():
    model = named_model("polydisperse")
    return [random_configuration(model, PARTICLES, np.random.default_rng([41, k])) for k in range(GLASSES)]


def measured(potential, samples):
    """Energy per particle, number of modes below SOFT, lowest frequency and shear modulus of the quenched samples."""
    rows = []
    for result in quench(potential, Fire(), samples):
        assert result.status is Status.CONVERGED
        pairs = interacting_pairs(potential, result.configuration)
        found = spectrum(Hessian(pairs))
        omega = found.positive_omega
        modulus = simple_shear_moduli(pairs, found).mean
        rows.append((result.energy / PARTICLES, np.sum(omega < SOFT), omega.min(), modulus))
    return np.array(rows).T


@pytest.fixture(scope="module")
def random_glasses(potential, starts):
    return measured(potential, starts)


def significance(higher, lower):
    """Mean difference in its standard errors, over pairs of glasses."""
    difference = higher - lower
    return difference.mean() / (difference.std(ddof=1) / np.sqrt(difference.size))


def report(name, rows):
    errors = rows.std(axis=1, ddof=1) / np.sqrt(rows.shape[1])
    numbers = ", ".join(
        f"{what} {mean:.4g}({error:.2g})"
        for what, mean, error in zip(("e", "soft modes", "lowest omega", "mu"), rows.mean(axis=1), errors, strict=True)
    )
    print(f"{name}: {numbers}")


def test_with_one_set_of_diameters(potential, starts, random_glasses):
    """Same diameters, same quench: lower energy, fewer soft modes, higher lowest frequency, stiffer, each by more than
    four standard errors; and three rounds reach lower than one.
    """
    report("random", random_glasses)
    glasses = []
    for rounds in (1, 3):
        parents = minimise_jointly(potential, JointMinimisation(rounds=rounds), starts)
        assert all(parent.status is Status.CONVERGED for parent in parents)
        glasses.append(measured(potential, [parent.configuration for parent in parents]))
        report(f"joint, {rounds} rounds", glasses[-1])
    energy, soft, lowest, modulus = glasses[0]
    assert significance(random_glasses[0], energy) > 4
    assert significance(random_glasses[1], soft) > 4
    assert significance(lowest, random_glasses[2]) > 4
    assert significance(modulus, random_glasses[3]) > 4
    assert significance(energy, glasses[1][0]) > 4


@pytest.mark.parametrize("stiffness", [30.0, 100.0])
def test_with_frozen_diameters(potential, starts, stiffness):
    """Against random parents of the very diameters that each minimisation found, dealt out at random."""
    settings = JointMinimisation(stiffness=stiffness, diameters="frozen")
    parents = minimise_jointly(potential, settings, starts)
    assert all(parent.status is Status.CONVERGED for parent in parents)
    joint = measured(potential, [parent.configuration for parent in parents])
    others = []
    for k, parent in enumerate(parents):
        diameters = np.random.default_rng([42, k]).permutation(parent.configuration.diameters)
        start = starts[(k + 1) % GLASSES]
        others.append(Configuration.create(start.positions, start.cell, diameters=diameters))
    plain = measured(potential, others)
    report(f"frozen, k = {stiffness:g}", joint)
    report("random, same diameters", plain)
    print("polydispersity", np.mean([parent.polydispersity for parent in parents]))
    assert significance(plain[0], joint[0]) > 4
    assert significance(plain[1], joint[1]) > 4
    assert significance(joint[2], plain[2]) > 4
    assert significance(joint[3], plain[3]) > 4
