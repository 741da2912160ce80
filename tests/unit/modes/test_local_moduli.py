"""Local shear moduli of cells: they add up to the box, relax their own particles, and follow the glass."""

import numpy as np
import pytest
from hessian_cases import glass

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, interacting_pairs
from hessian_lab.modes import cell_moduli, elasticity_of, strain_response
from hessian_lab.potentials import named_model
from hessian_lab.systems import Configuration


@pytest.fixture(scope="module", params=[(2, 200), (3, 150)], ids=["2D", "3D"])
def response(request):
    return strain_response(glass(*request.param))


def test_cells_add_up_to_the_box(response):
    """Relaxed together their mean is the modulus, exactly; held apart they lie between it and the affine one."""
    found = elasticity_of(response)
    whole, affine = found.relaxed.shear_modulus, found.born.shear_modulus
    for cells in (1, 2, 3):
        assert cell_moduli(response, cells, surroundings="relaxed").mean() == pytest.approx(whole, rel=1e-8)
    held = [cell_moduli(response, cells).mean() for cells in (1, 2, 3)]
    assert held[0] == pytest.approx(whole, rel=1e-8)
    assert whole < held[1] < held[2] < affine


def test_held_cells_relax_their_own_particles_only(response):
    """One cell by hand: the affine half shares less the best that its particles can do."""
    configuration, shears = response.pairs.configuration, response.shears
    dim = configuration.dimension
    inside = np.all(np.mod(configuration.positions @ np.linalg.inv(configuration.cell), 1) < 0.5, axis=1)
    ends = inside[response.pairs.first].astype(float) + inside[response.pairs.second]
    rows = np.repeat(inside, dim)
    forces = response.forces[rows][:, shears]
    block = Hessian(response.pairs).dense(mass_weighted=False)[np.ix_(rows, rows)]
    gain = np.einsum("ik,ik->k", forces, np.linalg.solve(block, forces))
    expected = (ends @ response.affine[:, shears] / 2 - gain).mean() / (configuration.volume / 2**dim)
    assert cell_moduli(response, 2)[0] == pytest.approx(expected, rel=1e-9)


def test_cells_follow_a_shift_of_the_glass(response):
    """Moved by half the box, the same cells come in another order."""
    s = response.pairs.configuration
    moved = Configuration.create(s.positions + np.diag(s.cell) / 2, s.cell, diameters=s.diameters, masses=s.masses)
    potential = named_model("polydisperse", dimension=s.dimension).build()
    shifted = strain_response(Hessian(interacting_pairs(potential, moved)))
    assert np.sort(cell_moduli(shifted, 2)) == pytest.approx(np.sort(cell_moduli(response, 2)), rel=1e-8)


def test_what_is_refused(response):
    with pytest.raises(InputError, match="at least 1"):
        cell_moduli(response, 0)
    shears = strain_response(Hessian(response.pairs), strains=[(0, 1), (1, 0)])
    with pytest.raises(InputError, match="must hold all"):
        elasticity_of(shears)
