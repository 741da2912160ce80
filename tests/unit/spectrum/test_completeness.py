"""The proof that no mode is missing succeeds where none is, and catches every one that is left out."""

import numpy as np
import pytest
from hessian_cases import case, exact

from hessian_lab.spectrum import _lowest as search
from hessian_lab.spectrum import spectrum
from hessian_lab.spectrum._completeness import level_above, none_missing_dense, none_missing_sparse

NAMES = ("2D", "3D", "nearly unstable", "rattlers", "saddle")
FOUND = 35


def cut(values):
    """A level in a gap just above mode 35, away from both ends."""
    number = FOUND - 1 + int(np.argmax(np.diff(values[FOUND - 1 : FOUND + 8])))
    return number + 1, values[number] + 0.25 * (values[number + 1] - values[number])


@pytest.mark.parametrize("name", NAMES)
def test_nothing_missing_is_proved(name):
    values, vectors = exact(name)
    found, level = cut(values)
    assert none_missing_dense(case(name).sparse(), values[:found], vectors[:, :found], level)
    assert none_missing_sparse(case(name).sparse(), found, level, np.abs(values - level).min())


@pytest.mark.parametrize("name", NAMES)
def test_every_missed_mode_is_caught(name):
    """One after the other of all modes below the level is left out: 35 or more of as many are caught."""
    matrix = case(name).sparse()
    values, vectors = exact(name)
    found, level = cut(values)
    for missed in range(found):
        rest = np.delete(np.arange(found), missed)
        assert not none_missing_dense(matrix, values[rest], vectors[:, rest], level)
        assert not none_missing_sparse(matrix, found - 1, level, np.abs(values - level).min())


def test_a_mode_that_is_there_twice_hides_no_other():
    """A copy in the place of a neighbour: as many vectors, one mode less."""
    matrix = case("3D").sparse()
    values, vectors = exact("3D")
    found, level = cut(values)
    vectors = vectors[:, :found].copy()
    vectors[:, 20] = vectors[:, 19]
    assert not none_missing_dense(matrix, values[:found], vectors, level)


def test_inexact_vectors_prove_as_well_or_not_at_all(rng):
    """The proof needs no exact vectors; hopeless ones make it fail, never succeed wrongly."""
    matrix = case("3D").sparse()
    values, vectors = exact("3D")
    found, level = cut(values)
    for noise, proved in ((1e-7, True), (20.0, False)):
        rough = np.linalg.qr(vectors[:, :found] + noise * rng.normal(size=(len(vectors), found)) / 20)[0]
        assert none_missing_dense(matrix, values[:found], rough, level) is proved


def test_a_level_just_above_the_next_mode_is_refused():
    """To within the rounding of the factorisation: lambda_next (1 + 1e-9) is refused, lambda_next (1 - 1e-9) proved."""
    matrix = case("3D").sparse()
    values, vectors = exact("3D")
    found, _ = cut(values)
    following = values[found]
    assert none_missing_dense(matrix, values[:found], vectors[:, :found], following * (1 - 1e-9))
    assert not none_missing_dense(matrix, values[:found], vectors[:, :found], following * (1 + 1e-9))


@pytest.mark.parametrize("name", ["3D", "crystal", "rattlers"])
@pytest.mark.parametrize("solver", ["lanczos", "sparse"])
def test_the_search_finds_what_its_first_attempt_misses(name, solver, monkeypatch):
    """The first Krylov space is robbed of three modes: without the proof they are missed, with it none is."""
    honest = search._KrylovSearch.converge

    def robbed(self, wanted):
        pairs = honest(self, wanted + 3)
        rest = np.delete(np.arange(pairs.values.size), [2, 11, 12])
        return search.RitzPairs(pairs.values[rest], pairs.vectors[:, rest], pairs.images[:, rest])

    monkeypatch.setattr(search._KrylovSearch, "converge", robbed)
    values, _ = exact(name)
    proved, trusting = (spectrum(case(name), count=60, method=solver, prove=prove) for prove in (True, False))
    assert np.abs(proved.eigenvalues - values[:60]).max() < 1e-12 * values[-1]
    assert not proved.method.startswith("lapack")
    assert trusting.complete_below is None
    assert np.abs(trusting.eigenvalues - values[:60]).max() > 1e-4 * values[-1]


def test_the_level_lies_in_the_widest_known_gap():
    values = np.array([0.0, 1.0, 2.0, 2.5, 4.5, 9.0])
    exactly = np.zeros(6)
    assert level_above(values, exactly, 2, 1e-9) == pytest.approx(4.5 + 0.25 * 4.5)
    assert level_above(values, np.array([0, 0, 0, 0, 1.0, 1.0]), 2, 1e-9) == pytest.approx(2.5 + 0.25 * 2.0)
    assert level_above(values, np.array([0, 0.5, 0, 0, 0, 0]), 2, 1e-9) is None
    assert level_above(np.ones(6), exactly, 2, 1e-9) is None
    assert level_above(values, exactly, 6, 1e-9) is None
