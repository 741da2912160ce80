"""Figures that cost seconds, and the soft-potential heat capacity on a finer basis and quadrature."""

import numpy as np
import pytest
from matplotlib.figure import Figure

from hessian_lab.theory.heterogeneous_elasticity import HeterogeneousElasticity
from hessian_lab.theory.soft_potential import SoftPotential, energy_levels, heat_of_levels, plane

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("theory", "name"), [(HeterogeneousElasticity(), "boson-peak"), (SoftPotential(), "heat-capacity")]
)
def test_the_figures_are_drawn(theory, name):
    figure = theory.figures()[name]()
    assert isinstance(figure, Figure)
    assert all(axes.get_xlabel() and axes.lines for axes in figure.axes)


def test_the_exact_levels_are_converged():
    """Twice the basis changes the sum over all exact potentials by less than 1e-9, up to k_B T = 3 W."""
    systems = plane(22.0)
    levels = energy_levels(systems.asymmetry, systems.curvature, basis=128)
    for ratio in (1e-3, 0.1, 1.0, 3.0):
        fine = systems.weights @ heat_of_levels(levels, ratio)
        assert systems.weights @ heat_of_levels(systems.levels, ratio) == pytest.approx(fine, rel=1e-9)


def test_the_heat_capacity_does_not_depend_on_the_nodes():
    for ratio in np.geomspace(1e-3, 50, 12):
        fine = plane(22.0, 12).heat_capacity(ratio)
        assert plane(22.0).heat_capacity(ratio) == pytest.approx(fine, rel=3e-4)
