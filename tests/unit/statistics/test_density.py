"""Cumulative and plain density of states: normalised, with errors over glasses."""

import numpy as np
import pytest
from scipy import stats

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import Spectra, cumulative_dos, density_of_states, reduced_cumulative_dos


def complete(rng, glasses, modes, s, copies=1):
    """Complete spectra with F(omega) = omega^(s + 1) up to 1."""
    return Spectra.from_lists(np.repeat(rng.uniform(size=(glasses, modes // copies)) ** (1 / (s + 1)), copies, axis=1))


def test_the_band_holds_the_true_curve(rng):
    """F = omega^5: each point covered in 95 % of the ensembles, also where hardly a mode is seen."""
    grid = np.array([0.3, 0.4, 0.5, 0.6, 0.8, 0.95])
    fits = [cumulative_dos(complete(rng, 60, 30, 4), grid, seed=seed, resamples=300) for seed in range(150)]
    inside = np.mean([(fit.low <= grid**5) & (grid**5 <= fit.high) for fit in fits], axis=0)
    assert np.all(inside > 0.95 - 4 * np.sqrt(0.95 * 0.05 / 150))
    mean = np.mean([fit.value for fit in fits], axis=0)
    assert np.all(np.abs(mean - grid**5) < 4 * np.std([fit.value for fit in fits], axis=0) / np.sqrt(150) + 1e-12)


def test_counts_and_values_are_those_of_a_hand_count():
    spectra = Spectra.from_lists([[0.1, 0.2, 0.5], [0.2, 0.9]], [4, 2], known_up_to=1.0)
    fit = cumulative_dos(spectra, [0.15, 0.2, 1.0])
    assert list(fit.counts) == [1, 3, 5]
    assert np.allclose(fit.value, [(1 / 4 + 0) / 2, (2 / 4 + 1 / 2) / 2, (3 / 4 + 1) / 2])


def test_no_mode_seen_is_not_no_mode():
    """Below every mode the upper end is Poisson's: -ln(0.025) modes in all."""
    spectra = Spectra.from_lists([[0.5, 0.6]] * 50, 2)
    fit = cumulative_dos(spectra, [0.1])
    assert fit.value[0] == fit.low[0] == 0
    assert np.isclose(fit.high[0], -np.log(0.025) / 100)
    assert np.isclose(fit.high[0], stats.chi2.ppf(0.975, 2) / 200)


def test_modes_in_pairs_widen_the_error_by_sqrt_2(rng):
    single = cumulative_dos(complete(rng, 2000, 40, 2), [0.6])
    double = cumulative_dos(complete(rng, 2000, 40, 2, copies=2), [0.6])
    assert abs(double.standard_error[0] / single.standard_error[0] - np.sqrt(2)) < 0.1
    expected = np.sqrt(0.6**3 * (1 - 0.6**3) / 80000)
    assert abs(single.standard_error[0] / expected - 1) < 0.1


def test_the_reduced_curve_is_flat_for_its_own_exponent(rng):
    grid = np.linspace(0.4, 0.9, 6)
    reduced = reduced_cumulative_dos(cumulative_dos(complete(rng, 400, 200, 4), grid), (3, 4, 5))
    assert np.all(np.abs(reduced.value[1] - 1) < 5 * reduced.standard_error[1])
    assert reduced.value[0, -1] > 2 * reduced.value[0, 0]
    assert reduced.value[2, 0] > 2 * reduced.value[2, -1]
    assert np.all((reduced.low < reduced.value) & (reduced.value < reduced.high))


def test_the_density_is_normalised_and_right(rng):
    """g = 5 omega^4, integral one."""
    edges = np.linspace(0, 1, 11)
    fit = density_of_states(complete(rng, 300, 100, 4), edges)
    assert np.isclose(np.sum(fit.value * np.diff(edges)), 1)
    expected = np.diff(edges**5) / np.diff(edges)
    good = fit.counts > 50
    assert good.sum() >= 6
    assert np.all(np.abs(fit.value - expected)[good] < 4.5 * fit.standard_error[good])
    assert np.all((fit.low <= expected * 1.3) & (expected * 0.7 <= fit.high))


def test_one_glass_has_no_error():
    fit = cumulative_dos(Spectra.from_lists([[0.1, 0.5]]), [0.2])
    assert fit.value[0] == 0.5
    assert np.isnan([fit.standard_error[0], fit.low[0], fit.high[0]]).all()


def test_what_is_not_known_is_refused():
    truncated = Spectra.from_lists([[0.1], [0.2]], known_up_to=[0.3, 0.4])
    with pytest.raises(InputError, match="modes_per_glass"):
        cumulative_dos(truncated, [0.2])
    known = Spectra.from_lists([[0.1], [0.2]], 6, known_up_to=[0.3, 0.4])
    with pytest.raises(InputError, match="glass 0 are known up to"):
        density_of_states(known, [0.0, 0.35])
    with pytest.raises(InputError, match="ascending"):
        cumulative_dos(known, [0.2, 0.1])
    with pytest.raises(InputError, match="above -1"):
        reduced_cumulative_dos(cumulative_dos(known, [0.2]), (-1.0,))
