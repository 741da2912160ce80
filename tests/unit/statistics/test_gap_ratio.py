"""Level repulsion: matrices and point processes whose gap ratio is known."""

import numpy as np
import pytest
from scipy.linalg import eigh_tridiagonal

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import GOE_GAP_RATIO, POISSON_GAP_RATIO, Spectra, gap_ratio, gap_ratio_of_levels


def goe(rng, size):
    """Spectrum of a GOE matrix from its tridiagonal form (Dumitriu and Edelman 2002, beta = 1)."""
    return eigh_tridiagonal(
        rng.normal(size=size) * np.sqrt(2), np.sqrt(rng.chisquare(np.arange(size - 1, 0, -1))), True
    )


def test_the_bulk_of_goe_matrices(rng):
    fit = gap_ratio_of_levels([goe(rng, 200) for _ in range(1500)], variable="energy", levels=(0.2, 0.8))
    assert abs(fit.mean - GOE_GAP_RATIO) < 0.002
    assert fit.glasses == 1500
    assert fit.ratios == 1500 * 118
    assert abs(fit.mean - GOE_GAP_RATIO) < 4 * fit.standard_error
    assert fit.variable == "energy"


def test_dense_goe_matrices_agree(rng):
    matrices = rng.normal(size=(150, 80, 80))
    levels = np.linalg.eigvalsh(matrices + matrices.transpose(0, 2, 1))
    fit = gap_ratio_of_levels(levels, variable="energy", levels=slice(10, 70))
    assert abs(fit.mean - GOE_GAP_RATIO) < 4 * fit.standard_error
    assert fit.standard_error < 0.005


def test_independent_levels(rng):
    spectra = Spectra.from_lists(rng.uniform(0.1, 1.0, size=(500, 400)))
    fit = gap_ratio(spectra, variable="omega", levels=slice(None))
    assert abs(fit.mean - POISSON_GAP_RATIO) < 0.002
    assert abs(fit.mean - POISSON_GAP_RATIO) < 4 * fit.standard_error
    assert np.isclose(POISSON_GAP_RATIO, 0.386294, atol=1e-6)


def test_at_a_hard_edge_the_variable_decides(rng):
    """Three lowest levels of square Wishart matrices: 0.420 in lambda, 0.528 in omega."""
    singular = np.linalg.svd(rng.normal(size=(6000, 24, 24)), compute_uv=False)
    spectra = Spectra.from_lists(singular)
    in_lambda = gap_ratio(spectra, variable="lambda", lowest=3)
    in_omega = gap_ratio(spectra, variable="omega", lowest=3)
    assert abs(in_lambda.mean - 0.420) < 4 * in_lambda.standard_error
    assert abs(in_omega.mean - 0.528) < 4 * in_omega.standard_error
    assert in_lambda.ratios == 6000
    assert in_lambda.standard_error < 0.005


def test_independent_lowest_levels_of_a_steep_spectrum(rng):
    """g ~ omega^4: 0.374 in omega and 0.383 in lambda, neither of which is Poisson's bulk value."""
    spectra = Spectra.from_lists(rng.uniform(size=(10000, 200)) ** 0.2)
    for variable, expected in (("omega", 0.374), ("lambda", 0.383)):
        fit = gap_ratio(spectra, variable=variable, lowest=3)
        assert abs(fit.mean - expected) < 4 * fit.standard_error


def test_equidistant_levels_have_ratio_one_and_their_squares_less():
    spectra = Spectra.from_lists([np.arange(1.0, 6.0)] * 6)
    assert np.isclose(gap_ratio(spectra, variable="omega", levels=slice(None)).mean, 1)
    squares = gap_ratio(spectra, variable="lambda", levels=slice(None))
    assert np.isclose(squares.mean, np.mean([3 / 5, 5 / 7, 7 / 9]))


def test_glasses_weigh_alike_and_short_ones_are_left_out():
    """Ratios 1/2 (thrice) and 1 (once) average to 3/4; a glass of two levels has none."""
    many = np.cumsum([1, 1, 2, 1, 2.0])
    fit = gap_ratio_of_levels([many, [1, 2, 3.0], [1, 5.0]], variable="omega", levels=slice(None))
    assert np.isclose(fit.mean, 3 / 4)
    assert (fit.glasses, fit.ratios) == (2, 4)
    assert "errors need" in fit.reason
    assert np.isnan(fit.standard_error)


def test_degenerate_levels_are_counted_not_averaged():
    fit = gap_ratio_of_levels([[1, 1, 1, 2.0]] * 6, variable="omega", levels=slice(None))
    assert fit.degenerate == 6
    assert fit.mean == 0


def test_the_interval_covers(rng):
    fits = [
        gap_ratio(Spectra.from_lists(rng.uniform(size=(12, 30))), variable="omega", levels=slice(None), seed=i)
        for i in range(200)
    ]
    inside = np.mean([fit.low <= POISSON_GAP_RATIO <= fit.high for fit in fits])
    assert abs(inside - 0.95) < 4 * np.sqrt(0.95 * 0.05 / 200)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"variable": "k", "lowest": 3}, "variable"),
        ({"variable": "omega"}, "exactly one"),
        ({"variable": "omega", "lowest": 3, "levels": slice(None)}, "exactly one"),
        ({"variable": "omega", "lowest": 2}, "at least 3"),
        ({"variable": "omega", "lowest": 5}, "4 known levels"),
        ({"variable": "omega", "levels": (0.2, 0.8)}, "fractions"),
    ],
)
def test_what_has_no_gap_ratio_is_refused(options, message):
    spectra = Spectra.from_lists([[0.1, 0.2, 0.3, 0.4]] * 3, 100, known_up_to=0.5)
    with pytest.raises(InputError, match=message):
        gap_ratio(spectra, **options)


def test_unsorted_levels_are_refused():
    with pytest.raises(InputError, match="ascend"):
        gap_ratio_of_levels([[3.0, 1.0, 2.0]], variable="lambda", lowest=3)
