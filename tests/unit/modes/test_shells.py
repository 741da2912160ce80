"""Shells of wave vectors: the cube's known sequence, any cell against brute force."""

from itertools import product

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import wave_shells

CELLS = {
    "sheared 2D": np.array([[10.0, 0.0], [4.0, 9.0]]),
    "far sheared 2D": np.array([[10.0, 0.0], [33.0, 8.0]]),
    "left-handed 2D": np.array([[0.0, 9.0], [11.0, 1.0]]),
    "hexagonal": np.array([[1.0, 0.0], [0.5, np.sqrt(3) / 2]]) * 7,
    "rectangular": np.diag([5.0, 11.0, 7.0]),
    "sheared 3D": np.array([[6.0, 0.0, 0.0], [1.3, 7.0, 0.0], [-2.0, 0.9, 5.0]]),
}


def brute_force(cell, highest, reach):
    """|k| of all wave vectors up to a length, each of +k and -k once, without this package's bound on the integers."""
    reciprocal = 2 * np.pi * np.linalg.inv(cell).T
    integers = np.array(list(product(range(-reach, reach + 1), repeat=len(cell))))
    length = np.linalg.norm(integers @ reciprocal, axis=1)
    return np.sort(length[(length > 0) & (length <= highest * (1 + 1e-12))])[::2]


def test_shells_of_a_cube():
    """|n|^2 are the sums of three squares; 12, 24, 16, ... transverse and half as many longitudinal standing waves."""
    shells = wave_shells(np.eye(3) * 4.2, shells=9)
    assert [shell.squared_index for shell in shells] == [1, 2, 3, 4, 5, 6, 8, 9, 10]
    assert [shell.number for shell in shells] == list(range(1, 10))
    vectors = [6, 12, 8, 6, 24, 24, 12, 30, 24]
    assert [shell.degeneracy("transverse") for shell in shells] == [2 * number for number in vectors]
    assert [shell.degeneracy("longitudinal") for shell in shells] == vectors
    for shell in shells:
        np.testing.assert_allclose(shell.wavenumber, 2 * np.pi / 4.2 * np.sqrt(shell.squared_index), rtol=1e-14)


def test_shells_of_a_square():
    shells = wave_shells(np.eye(2) * 3, shells=7)
    assert [shell.squared_index for shell in shells] == [1, 2, 4, 5, 8, 9, 10]
    assert [shell.degeneracy("transverse") for shell in shells] == [4, 4, 4, 8, 4, 4, 8]
    assert [shell.degeneracy("longitudinal") for shell in shells] == [4, 4, 4, 8, 4, 4, 8]


@pytest.mark.parametrize("cell", CELLS.values(), ids=CELLS.keys())
def test_any_cell_against_brute_force(cell):
    """Every wave vector once, in shells of one length, and waves of the cell: exp(i k . a) = 1 for its vectors a."""
    highest = 3.4 * 2 * np.pi / np.linalg.norm(cell, axis=1).min()
    shells = wave_shells(cell, highest=highest)
    known = brute_force(cell, highest, 40 if len(cell) == 2 else 12)
    found = np.concatenate([np.linalg.norm(shell.vectors, axis=1) for shell in shells])
    np.testing.assert_allclose(np.sort(found), known, rtol=1e-12)
    wavenumbers = np.array([shell.wavenumber for shell in shells])
    assert (np.diff(wavenumbers) > 1e-9 * wavenumbers[1:]).all()
    for shell in shells:
        np.testing.assert_allclose(np.linalg.norm(shell.vectors, axis=1), shell.wavenumber, rtol=1e-9)
        np.testing.assert_allclose(shell.vectors @ cell.T, 2 * np.pi * shell.indices, atol=1e-10)
        both = {tuple(row) for row in shell.indices} | {tuple(-row) for row in shell.indices}
        assert len(both) == 2 * len(shell.indices)


def test_the_number_of_shells_and_the_largest_wave_number_agree():
    for cell in CELLS.values():
        some = wave_shells(cell, shells=6)
        same = wave_shells(cell, highest=some[-1].wavenumber)
        assert len(same) == 6
        for one, other in zip(some, same, strict=True):
            np.testing.assert_array_equal(one.indices, other.indices)


def test_a_hexagonal_cell_has_six_shortest_vectors():
    shell = wave_shells(CELLS["hexagonal"], shells=1)[0]
    assert len(shell.vectors) == 3
    assert shell.degeneracy("transverse") == 6


def test_a_strain_splits_the_first_shell():
    """Three lengths in a box of three edges, however small the strain beyond rounding."""
    for strain in (1e-2, 1e-5):
        shells = wave_shells(np.diag([1.0, 1 + strain, 1 + 2 * strain]) * 5, shells=3)
        assert [len(shell.vectors) for shell in shells] == [1, 1, 1]
    assert len(wave_shells(np.diag([1.0, 1 + 1e-14, 1 - 1e-14]) * 5, shells=1)[0].vectors) == 3


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({}, "exactly one"),
        ({"shells": 1, "highest": 1.0}, "exactly one"),
        ({"shells": 0}, "at least 1"),
        ({"highest": -1.0}, "above 0"),
        ({"highest": np.nan}, "above 0"),
        ({"highest": 0.5}, "below the shortest wave vector"),
    ],
)
def test_what_names_no_shells_is_refused(arguments, said):
    with pytest.raises(InputError, match=said):
        wave_shells(np.eye(3) * 10, **arguments)
