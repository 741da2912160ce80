"""The ragged set: it keeps each glass's modes apart, and refuses what is no spectrum."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import Spectra, exponent_in_window


def test_modes_stay_with_their_glass():
    spectra = Spectra.from_lists([[0.3, 0.1], [], [0.2]], 6, known_up_to=0.5)
    assert spectra.glasses == len(spectra) == 3
    assert [list(omega) for omega in spectra] == [[0.1, 0.3], [], [0.2]]
    assert list(spectra.glass_index) == [0, 0, 2]
    assert list(spectra.counts) == [2, 0, 1]
    assert list(spectra.modes_per_glass) == [6, 6, 6]
    assert "glasses=3" in repr(spectra)


def test_complete_spectra_count_their_own_modes():
    spectra = Spectra.from_lists([[0.1, 0.3], [0.2]])
    assert list(spectra.modes_per_glass) == [2, 1]
    assert list(spectra.lowest) == [0.1, 0.2]
    assert np.all(np.isinf(spectra.known_up_to))


@pytest.mark.parametrize("mask", [np.array([True, False, True]), np.array([0, 2])])
def test_selected_glasses_keep_everything_that_is_theirs(mask):
    spectra = Spectra.from_lists([[0.1, 0.3], [0.2], [0.4]], [5, 6, 7], known_up_to=[1, 2, 3])
    chosen = spectra.select(mask)
    assert [list(omega) for omega in chosen] == [[0.1, 0.3], [0.4]]
    assert list(chosen.modes_per_glass) == [5, 7]
    assert list(chosen.known_up_to) == [1, 3]


@pytest.mark.parametrize(
    ("lists", "options", "message"),
    [
        ([[0.0, 0.1]], {}, "zero modes"),
        ([[-0.1, 0.1]], {}, "positive"),
        ([[np.nan]], {}, "positive"),
        ([], {}, "empty"),
        ([[0.1, 0.9]], {"known_up_to": 0.5}, "known_up_to"),
        ([[0.1, 0.9]], {"modes_per_glass": 1}, "modes_per_glass"),
        ([[0.1, 0.9]], {"modes_per_glass": [3, 3]}, "shape"),
    ],
)
def test_what_is_no_spectrum_is_refused(lists, options, message):
    with pytest.raises(InputError, match=message):
        Spectra.from_lists(lists, **options)


def test_unsorted_flat_arrays_are_refused():
    with pytest.raises(InputError, match="ascend"):
        Spectra(np.array([0.2, 0.1]), np.array([0, 2]), None, np.array([np.inf]))


def test_a_window_beyond_the_known_modes_is_refused(rng, power_law):
    spectra = power_law(rng, 20, 5, 4)
    with pytest.raises(InputError, match="known up to 1 only"):
        exponent_in_window(spectra, 1.01)
    assert exponent_in_window(spectra, 1.0).modes == spectra.omega.size


def test_the_lowest_mode_of_an_empty_glass_is_refused():
    with pytest.raises(InputError, match="glass 1"):
        _ = Spectra.from_lists([[0.1], []], known_up_to=0.2).lowest
