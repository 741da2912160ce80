"""P(sigma): laws that are known come back within their errors over glasses, and parts add up."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.potentials import Potential, PotentialSettings, radial_derivatives
from hessian_lab.statistics import (
    MeasuredStresses,
    expected_exponent,
    local_slope,
    small_stress_exponents,
    split_stresses,
    stress_distribution,
)


def test_measured_stresses_recover_their_density(rng):
    """A power law comes back within its counting error; nothing is claimed below the smallest stress."""
    measured = MeasuredStresses.from_sample(2.0 * rng.uniform(size=200_000) ** 3, bins_per_decade=20, lowest=1e-4)
    exact = np.diff((measured.edges / 2.0) ** (1 / 3)) / np.diff(measured.edges)
    pull = (measured.density - exact)[:-1] / measured.standard_error[:-1]
    assert abs(pull.mean()) < 0.6
    assert 0.7 < pull.std() < 1.3
    assert np.isnan(measured(np.array(1e-5)))
    assert measured(np.array(3.0)) == 0
    assert measured(measured.centres) == pytest.approx(measured.density)
    with pytest.raises(InputError, match="absolute value"):
        MeasuredStresses.from_sample(np.array([-1.0, 1.0]))


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_power_law_comes_back_at_every_share(order, rng):
    """sigma = u^m has x = -1 + 1/m; the error of independent stresses is (x + 1)/sqrt(n)."""
    stresses = [rng.random(5000) ** order for _ in range(40)]
    found = small_stress_exponents(stresses)
    assert np.all(np.abs(found.exponents - expected_exponent(order)) < 4 * found.errors)
    assert np.allclose(found.counts, found.shares * 200_000, atol=1)
    # The jackknife over 40 glasses knows its error to 1/sqrt(80).
    assert np.allclose(found.errors, 1 / order / np.sqrt(found.counts), rtol=4 / np.sqrt(80))
    slope = local_slope(stresses)
    pull = (slope.slope - expected_exponent(order)) / slope.error
    known = np.isfinite(pull) & (slope.sigma > 1e-3**order)
    assert np.all(np.abs(pull[known]) < 5)
    assert np.allclose(slope.s_eff[known], 3 + 2 / order, atol=5 * slope.s_eff_error[known].max())
    whole = stress_distribution(stresses)
    assert whole.exponent == found.exponents[3]
    assert whole.exponent_error == found.errors[3]
    # As a function, between its bins: the law itself, and nothing outside.
    middle = whole.density.centres[-15]
    assert whole(middle) == pytest.approx(middle ** (1 / order - 1) / order, rel=0.1)
    assert whole(2.0) == whole(0.0) == 0


def test_errors_are_those_of_glasses_not_of_pairs(rng):
    """Every stress four times over in its glass: twice the error of independent stresses."""
    stresses = [np.repeat(rng.random(2500), 4) for _ in range(60)]
    found = small_stress_exponents(stresses, (0.05, 0.1))
    assert np.allclose(found.errors, 2 / np.sqrt(found.counts), rtol=4 / np.sqrt(120))
    sparse = stress_distribution(stresses)
    filled = sparse.density.counts > 100
    assert np.median(sparse.error[filled] / sparse.density.standard_error[filled]) == pytest.approx(2, abs=0.4)


@pytest.mark.parametrize("order", [1, 2, 3])
def test_a_taper_of_order_m_makes_its_power_where_g_is_flat(order, rng):
    """Distances uniform in the last 2 % before the cutoff of a local taper; phi' from the package's own law."""
    settings = {
        "core": {"kind": "inverse-power", "n": 12},
        "taper": f"local:{order}:1.0",
        "cutoff": 1.25,
        "mixing": {"kind": "additive"},
    }
    law = Potential(PotentialSettings.model_validate(settings)).law
    r = rng.uniform(0.98 * 1.25, 1.25, (30, 4000))
    stresses = list(np.abs(r * radial_derivatives(law, r, 1.0, 1.0)[1]))
    found = small_stress_exponents(stresses, (0.02, 0.05))
    # Corrections to the power are of the order of the distance to the cutoff, 1e-3 of it.
    assert np.all(np.abs(found.exponents - expected_exponent(order)) < 4 * found.errors + 2e-3)
    assert np.all(found.errors < 0.04)


def test_a_taper_of_infinite_order_has_no_power_above_minus_one(rng):
    """P = 1/(sigma ln^2 sigma), drawn as exp(-1/u): the slope -1 + 2/ln(1/sigma) and s_eff = 3 + 4/ln(1/sigma)."""
    stresses = [np.exp(-1 / rng.random(20_000)) for _ in range(40)]
    slope = local_slope(stresses)
    known = np.isfinite(slope.error) & (slope.sigma < 0.05) & (slope.sigma > 1e-6)
    assert known.sum() > 10
    logarithm = np.log(1 / slope.sigma[known])
    # The slope bends within a bin of a quarter of a decade by a few per cent of what it adds to -1.
    assert np.all(np.abs(slope.slope[known] + 1 - 2 / logarithm) < 5 * slope.error[known] + 0.04 / logarithm)
    assert np.all(np.abs(slope.s_eff[known] - 3 - 4 / logarithm) < 5 * slope.s_eff_error[known] + 0.08 / logarithm)
    assert expected_exponent(np.inf) == -1
    # Nearer to -1 the smaller the stresses, and never a power that a finite order could claim.
    scan = small_stress_exponents(stresses, (0.01, 0.02, 0.05, 0.1))
    assert np.all(np.diff(scan.exponents) > 0)
    assert np.all(scan.exponents > -1)
    assert np.all(scan.exponents < expected_exponent(20))


def test_core_and_tapered_pairs_add_up(rng):
    stresses = [rng.random(3000) ** 2 for _ in range(10)]
    masks = [(part < 0.01) | (rng.random(part.size) < 0.2) for part in stresses]
    whole, split = stress_distribution(stresses), split_stresses(stresses, masks)
    assert np.array_equal(split.core.edges, whole.density.edges)
    assert np.array_equal(split.core.counts + split.tapered.counts, whole.density.counts)
    assert np.allclose(split.core.density + split.tapered.density, whole.density.density)
    small = whole.density.edges[1:] < 0.01
    assert np.nanmin(split.tapered_share[small]) == 1
    large = whole.density.edges[:-1] > 0.02
    number = whole.density.counts[large]
    assert np.all(np.abs(split.tapered_share[large] - 0.2) < 5 * np.sqrt(0.16 / number))
    counted = split.tapered.counts > 200
    assert np.median(split.tapered_error[counted] / split.tapered.standard_error[counted]) == pytest.approx(1, abs=0.3)


def test_bad_input_is_refused(rng):
    part = rng.random(100)
    with pytest.raises(InputError, match="at least 2 glasses"):
        small_stress_exponents([part])
    with pytest.raises(InputError, match="argument shares"):
        small_stress_exponents([part, part], (0.0, 0.5))
    with pytest.raises(InputError, match="absolute value"):
        stress_distribution([part, -part])
    with pytest.raises(InputError, match="argument tapered"):
        split_stresses([part, part], [part > 0, np.ones(3, bool)])
    with pytest.raises(InputError, match="argument order"):
        expected_exponent(0)
    # Too few stresses say nothing.
    assert np.isnan(small_stress_exponents([part, part], (0.01,)).exponents[0])
