"""Solvers against LAPACK at N = 1000 in two and three dimensions, and densities of states at N = 2000."""

import numpy as np
import pytest
from hessian_cases import assert_the_same, crystal, glass, nearly_unstable

from hessian_lab.hessian import Hessian, hessian
from hessian_lab.potentials import named_model
from hessian_lab.quench import Lbfgs, quench
from hessian_lab.spectrum import density_of_states, spectrum
from hessian_lab.systems import random_configuration

pytestmark = pytest.mark.slow

SOLVERS = ("lanczos", "sparse", "cholmod", "chebyshev", "device")


def kob_andersen():
    """Long-ranged forces: 200 entries a row."""
    model = named_model("kob-andersen")
    parent = random_configuration(model, 1000, np.random.default_rng(1))
    return hessian(model.build(), quench(model.build(), Lbfgs(), parent).configuration)


CASES = {
    "2D": lambda: glass(2, 1000),
    "3D": lambda: glass(3, 1000),
    "Kob-Andersen": kob_andersen,
    "nearly unstable": lambda: nearly_unstable(500),
    "crystal": lambda: crystal(6),
    "saddle": lambda: Hessian(glass(3, 1000).pairs, prestress=2.0),
}


@pytest.mark.parametrize("name", CASES)
def test_every_solver_agrees_with_lapack_at_large_n(name):
    """None missed, with LAPACK's full spectrum as the judge."""
    case = CASES[name]()
    values, vectors = np.linalg.eigh(case.dense())
    for solver in SOLVERS:
        if solver == "cholmod":
            pytest.importorskip("cvxopt")
        for accuracy in ("accurate", "fast"):
            found = spectrum(case, count=32, method=solver, accuracy=accuracy, prove=True)
            assert not found.method.startswith("lapack")
            assert_the_same(found, values, vectors, fast=accuracy == "fast")
            assert found.complete_below >= values[31] * (1 - 1e-6) - 1e-6


def test_densities_at_n_2000_agree_with_the_exact_spectrum_within_their_errors():
    model = named_model("polydisperse")
    parent = random_configuration(model, 2000, np.random.default_rng(0))
    case = hessian(model.build(), quench(model.build(), Lbfgs(), parent).configuration)
    omega = spectrum(case, vectors=False).omega
    for method in ("kpm", "lanczos"):
        found = density_of_states(case, edges=40, vectors=32, method=method)
        exact = np.histogram(omega, found.edges)[0] / omega.size / np.diff(found.edges)
        score = (found.density - exact) / found.error
        assert np.mean(score**2) < 2
        assert np.abs(score).max() < 4.5
