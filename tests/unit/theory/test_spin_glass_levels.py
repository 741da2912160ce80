"""Single-site spectra against two independent bases: a finer one of the same kind, and one of oscillator functions."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab.theory.soft_potential import energy_levels
from hessian_lab.theory.spin_glass import Couplings, site_levels, solve_replica_symmetric

PAPER = Couplings(gamma=4.0)
QUARTIC = PAPER.quartic_stiffness


@pytest.fixture(scope="module")
def sites():
    """Fields from the symmetric double well over the last one to a steep single well, at the paper's stiffness."""
    stiffness = PAPER.quadratic / PAPER.gamma - solve_replica_symmetric(PAPER).response
    return np.array([0.0, 0.05, 0.3, 0.9, 1.0, 4.0, 12.0]), stiffness


def test_levels_do_not_move_in_a_finer_basis(sites):
    """No level up to the energy asked for changes by 1e-8 when the tolerance asks for a larger basis."""
    field, stiffness = sites
    usual = site_levels(field, stiffness, QUARTIC, 1.0, energy=4.0, tolerance=1e-8)
    finer = site_levels(field, stiffness, QUARTIC, 1.0, energy=8.0, tolerance=1e-11)
    assert finer.basis > usual.basis
    wanted = usual.excitation <= 4.0
    assert wanted.sum() > 20
    change = usual.excitation - finer.excitation[:, : usual.excitation.shape[1]]
    assert np.max(np.abs(change[wanted])) < 1e-8
    assert usual.ground == pytest.approx(finer.ground, abs=1e-8)


def test_levels_agree_with_oscillator_functions(sites):
    """v = s x turns the site into -d^2/dx^2 + D_1 x + D_2 x^2 + x^4 in units of W = hbar^2/(2 m s^2) = b s^4/4."""
    field, stiffness = sites
    quantum = 1.0
    length = (2 * quantum**2 / QUARTIC) ** (1 / 6)
    unit = quantum**2 / (2 * length**2)
    # The mirror image of a site, h and -h, has the same levels.
    asymmetry, curvature = field * length / unit, np.full(field.size, stiffness * length**2 / (2 * unit))
    expected = unit * energy_levels(asymmetry, curvature, basis=160)
    found = site_levels(field, stiffness, QUARTIC, quantum, energy=4.0)
    wanted = found.excitation <= 4.0
    change = found.excitation - expected[:, : found.excitation.shape[1]]
    assert np.max(np.abs(change[wanted])) < 1e-8
