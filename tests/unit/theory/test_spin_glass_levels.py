"""Single-site spectra: known levels and limits, a finer basis of the same kind, and one of oscillator functions."""

from __future__ import annotations

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.theory.soft_potential import energy_levels
from hessian_lab.theory.spin_glass import Couplings, double_wells, site_levels, solve_replica_symmetric

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


def test_levels_of_the_harmonic_oscillator():
    """A steep single well: E_n = (n + 1/2) hbar omega - h^2/2k."""
    found = site_levels(np.array([0.0, 1.3]), 4.0, 1e-12, 0.5, energy=5.2)
    assert found.excitation[:, :6] == pytest.approx(np.tile(np.arange(6.0), (2, 1)), abs=1e-8)
    assert found.ground == pytest.approx([0.5, 0.5 - 1.3**2 / 8], abs=1e-8)
    assert found.displacement[:, :6] == pytest.approx(np.tile([[0.0], [1.3 / 4]], 6), abs=1e-8)


def test_levels_of_the_pure_quartic():
    """p^2 + x^4 has the ground state 1.06036209048418 and the next levels 3.79967303, 7.45569794."""
    found = site_levels(np.zeros(1), 0.0, 2.0, 1.0, energy=4.0)
    levels = 2 * (found.ground[0] + found.excitation[0, :3])
    assert levels == pytest.approx([1.060362090484, 3.799673029801, 7.455697937987], abs=1e-8)
    assert found.error < 1e-8


@pytest.mark.parametrize("quantum", [0.8, 0.5])
def test_tunnel_splitting_is_that_of_the_instanton(quantum):
    """2 hbar omega sqrt(6 S/pi) exp(-S) (1 - 71 g/12 - 6299 g^2/288), g = 1/(6S): the semiclassical limit to 1e-3."""
    k = -0.634
    action = float(double_wells(np.zeros(1), k, QUARTIC, quantum).semiclassical[0])
    found = site_levels(np.zeros(1), k, QUARTIC, quantum, energy=1.0, tolerance=1e-10)
    g = 1 / (6 * action)
    series = 1 - 71 * g / 12 - 6299 * g**2 / 288
    leading = 2 * quantum * np.sqrt(-2 * k) * np.sqrt(6 * action / np.pi) * np.exp(-action)
    assert found.excitation[0, 1] / leading == pytest.approx(series, rel=1e-3)


def test_levels_follow_hellmann_and_feynman():
    """-dE/dh is the mean displacement, for deep and for tilted double wells."""
    field, step = np.array([0.02, 0.4, 3.0]), 1e-4
    low, here, high = (site_levels(field + d, -0.6, QUARTIC, 1.0, energy=3.0) for d in (-step, 0.0, step))
    count = min(found.excitation.shape[1] for found in (low, here, high))
    slope = -(high.ground - low.ground) / (2 * step)
    assert slope == pytest.approx(here.displacement[:, 0], rel=1e-4)
    rise = (high.excitation - low.excitation)[:, 1:count] / (2 * step)
    assert rise == pytest.approx((here.displacement[:, :1] - here.displacement)[:, 1:count], rel=2e-3, abs=1e-3)


def test_levels_refuse_what_makes_no_sense():
    """hbar must be positive."""
    with pytest.raises(InputError, match="quantum must be > 0"):
        site_levels(np.zeros(1), 1.0, 1.0, 0.0, energy=1.0)


def test_a_site_does_not_depend_on_its_company():
    """Sites have bases of their own size: alone or among wider and narrower ones, the levels are the same."""
    field, stiffness = np.array([0.0, 0.3, 2.0, 0.1]), np.array([-3.0, -0.5, 4.0, 60.0])
    together = site_levels(field, stiffness, 0.5, 0.3, energy=2.0)
    for index in range(field.size):
        alone = site_levels(field[index : index + 1], stiffness[index : index + 1], 0.5, 0.3, energy=2.0)
        wanted = np.sum(alone.excitation[0] <= 2.0)
        assert together.excitation[index, :wanted] == pytest.approx(alone.excitation[0, :wanted], abs=2e-9)
        assert abs(alone.ground[0] - together.ground[index]) < 2e-9
    assert np.all(np.isfinite(together.excitation))
