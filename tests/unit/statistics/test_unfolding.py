"""Unfolded levels have density one, do not depend on the variable, and keep or lose differences between glasses."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import (
    Spectra,
    number_variance,
    reference_levels,
    unfold_by_ensemble,
    unfold_by_polynomial,
    unfolded,
)


def brute_force(arrays, index):
    """Mean staircase of the other glasses, joined through the middles of its steps."""
    others = np.sort(np.concatenate([array for k, array in enumerate(arrays) if k != index]))
    return np.interp(arrays[index], others, np.arange(others.size) + 0.5) / (len(arrays) - 1)


def test_each_glass_is_unfolded_with_the_others(rng):
    arrays = [np.sort(rng.uniform(size=n) ** 0.2) for n in (12, 3, 0, 20, 7)]
    found = unfold_by_ensemble(arrays)
    for index, levels in enumerate(found.levels):
        assert np.allclose(levels, brute_force(arrays, index), rtol=1e-12)
    assert (found.low, found.high) == (0.0, 42 / 5)


def test_the_mean_density_is_one(rng):
    levels = list(reference_levels("goe", 100, 200, rng))
    for found in (unfold_by_ensemble(levels), unfold_by_polynomial(levels)):
        inner = found.part((0.2, 0.8))
        numbers = np.array([np.count_nonzero((x > inner[0]) & (x < inner[1])) for x in found.levels])
        error = numbers.std(ddof=1) / np.sqrt(len(found))
        assert abs(numbers.mean() - (inner[1] - inner[0])) < 4 * error + 0.02


def test_the_variable_does_not_matter(rng):
    """omega and lambda = omega^2 give the same x, but for the interpolation inside one pooled spacing."""
    omega = [np.sort(rng.uniform(1, 2, size=60)) for _ in range(40)]
    first, second = unfold_by_ensemble(omega), unfold_by_ensemble([array**2 for array in omega])
    deviation = np.concatenate(first.levels) - np.concatenate(second.levels)
    assert np.max(np.abs(deviation)) < 1 / 39


def test_glasses_that_differ_in_density_are_told_apart_by_the_ensemble_only(rng):
    """Levels stretched by a random factor: the number variance grows by about (delta rho/rho)^2 L^2, unless each glass
    is unfolded with its own polynomial."""
    spread = 0.05
    stretch = np.exp(spread * rng.normal(size=(150, 1)))
    levels = np.arange(1, 201) + rng.uniform(size=(150, 1))
    lengths, window = np.array([20.0]), (0.05, 0.35)
    stretched = list(levels * stretch)
    enlarged = number_variance(unfold_by_ensemble(stretched), lengths, window=window)
    own = number_variance(unfold_by_polynomial(stretched, degree=3), lengths, window=window)
    expected = (spread * lengths[0]) ** 2
    assert abs(enlarged.value[0] - expected) < 4 * enlarged.standard_error[0] + 0.25
    assert own.value[0] < 0.25 + 1e-3


def test_a_polynomial_staircase_is_unfolded_exactly():
    levels = np.sqrt(np.arange(1, 101) - 0.5)
    found = unfold_by_polynomial([levels] * 2, degree=2, levels=(0.2, 0.8))
    assert np.allclose(found.levels, np.arange(60) + 0.5, atol=1e-9)
    assert (found.low, found.high) == (0.0, 60.0)


def test_only_what_is_known_of_all_glasses_is_unfolded():
    spectra = Spectra.from_lists([[0.1, 0.2, 0.4], [0.15, 0.25]], 10, known_up_to=np.array([0.5, 0.3]))
    found = unfold_by_ensemble(spectra)
    assert [levels.size for levels in found.levels] == [2, 2]


def test_a_polynomial_that_falls_is_counted():
    """A dense group between sparse levels: a polynomial of degree 5 falls beside it."""
    bad = np.concatenate([np.linspace(0, 0.4, 6), np.linspace(0.5, 0.5001, 68), np.linspace(0.6, 1, 6)])
    good = np.linspace(0, 1, 80)
    found = unfold_by_polynomial([good, bad, good], degree=5, levels=(0.0, 1.0))
    assert (len(found), found.left_out) == (2, 1)
    with pytest.raises(InputError, match="none of 1"):
        unfold_by_polynomial([bad], degree=5, levels=(0.0, 1.0))


def test_what_cannot_be_unfolded_is_refused():
    with pytest.raises(InputError, match="two glasses"):
        unfold_by_ensemble([[1.0, 2.0]])
    with pytest.raises(InputError, match="ascending"):
        unfold_by_ensemble([[2.0, 1.0], [1.0, 2.0]])
    with pytest.raises(InputError, match="levels in the bulk"):
        unfold_by_polynomial([np.arange(20.0)])
    with pytest.raises(InputError, match="degree"):
        unfold_by_polynomial([np.arange(20.0)], degree=0)
    with pytest.raises(InputError, match="fractions"):
        unfold_by_polynomial([np.arange(200.0)], levels=(0.5, 0.5))
    with pytest.raises(InputError, match="window"):
        unfolded([np.arange(5.0)]).part((0.5, 1.5))
    with pytest.raises(InputError, match="no level"):
        unfolded([[]])
