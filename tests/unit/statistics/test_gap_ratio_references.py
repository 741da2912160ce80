"""Gap ratios of the lowest levels, of matrices and of spectra made from them."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import (
    Spectra,
    gap_ratio,
    gap_ratio_of_levels,
    gap_ratio_of_sizes,
    reference_gap_ratios,
    reference_levels,
)


def dense(rng, kind, size, excess, count):
    """Eigenvalues of whole matrices, ascending."""
    matrices = rng.normal(size=(count, size, size + excess))
    if kind == "goe":
        return np.linalg.eigvalsh(matrices + matrices.transpose(0, 2, 1))
    return np.linalg.svd(matrices, compute_uv=False)[:, ::-1] ** 2


def test_the_lowest_three_levels_are_those_of_dense_matrices(rng):
    found = reference_gap_ratios(3, size=20, matrices=3000, excesses=(0, 3), seed=5)
    assert len(found) == 7
    for entry in found[:-2]:
        levels = dense(rng, entry.kind, 20, entry.excess, 3000)
        values = np.sqrt(levels) if entry.ratio.variable == "omega" else levels
        expected = gap_ratio_of_levels(values, variable=entry.ratio.variable, lowest=3)
        error = np.hypot(expected.standard_error, entry.ratio.standard_error)
        assert abs(entry.ratio.mean - expected.mean) < 4 * error
        assert entry.ratio.ratios == 3000


def test_independent_triples_have_an_exact_value():
    """g ~ omega^4: the two lower of three levels are two ordered uniform numbers, in units of the third."""
    grid = (np.arange(2000) + 0.5) / 2000
    second = grid[:, None] ** 0.5
    first = second * grid[None, :]
    found = reference_gap_ratios(3, size=30, matrices=6000, excesses=(), seed=2)[-2:]
    for entry, power in zip(found, (0.4, 0.2), strict=True):
        gaps = np.stack([second**power - first**power, 1 - second**power + 0 * first])
        expected = np.mean(gaps.min(axis=0) / gaps.max(axis=0))
        assert entry.kind == "poisson"
        assert abs(entry.ratio.mean - expected) < 4 * entry.ratio.standard_error


def test_levels_below_a_frequency(rng):
    """By hand: three levels below 1 have one ratio, two have none and are counted, and lambda is cut at the square."""
    spectra = Spectra.from_lists([[0.2, 0.4, 0.8, 1.2], [0.5, 0.9, 1.1], [1.5], [0.1, 0.2, 0.3, 0.7]], 10)
    found = gap_ratio(spectra, variable="omega", below=1.0)
    assert np.isclose(found.mean, np.mean([1 / 2, (1 + 1 / 4) / 2]))
    assert (found.glasses, found.ratios, found.too_few) == (2, 3, 2)
    squared = gap_ratio(spectra, variable="lambda", below=1.0)
    assert (squared.glasses, squared.ratios, squared.too_few) == (2, 3, 2)


def test_a_level_at_the_edge_does_not_count():
    assert gap_ratio_of_levels([[1.0, 2.0, 3.0]], variable="x", below=3.0).too_few == 1
    assert gap_ratio_of_levels([[1.0, 2.0, 3.0]], variable="x", below=3.1).too_few == 0


def test_a_window_of_matched_mean_number():
    """Independent levels: half the matrices' windows are short, and what is left is the Poisson value."""
    found = {
        (entry.kind, entry.ratio.variable): entry
        for entry in reference_gap_ratios(3, size=30, matrices=1500, mean_below=3.0, excesses=(0,), seed=3)
    }
    short = found["poisson", "omega"].ratio
    # Fewer than three levels of a Poisson number of mean 3.
    expected = 1500 * np.exp(-3) * (1 + 3 + 4.5)
    assert abs(short.too_few - expected) < 4 * np.sqrt(expected)
    assert found["wishart", "omega"].ratio.too_few < short.too_few
    assert found["goe", "lambda"].mean_below == 3.0
    assert found["wishart", "omega"].ratio.too_few == found["wishart", "lambda"].ratio.too_few


def test_glasses_made_of_matrices_agree_with_their_references(rng):
    sizes = {
        particles: Spectra.from_lists(
            np.sqrt(reference_levels("wishart", 2 * particles, 500, rng, lowest=8)), 2 * particles
        )
        for particles in (20, 10)
    }
    rows = gap_ratio_of_sizes(sizes, variable="omega", lowest=3, matrices=500)
    assert [row.particles for row in rows] == [10, 20]
    for row in rows:
        square = next(entry.ratio for entry in row.references if entry.name == "Wishart, square")
        assert abs(row.ratio.mean - square.mean) < 4 * np.hypot(row.ratio.standard_error, square.standard_error)
        assert {entry.ratio.variable for entry in row.references if entry.kind != "goe"} == {"omega"}
        assert row.mean_levels == 3.0


def test_windows_of_sizes_have_their_own_references(rng):
    sizes = {particles: Spectra.from_lists(rng.uniform(size=(300, 60)) ** 0.2) for particles in (21, 31)}
    below = {21: 0.6, 31: 0.7}
    rows = gap_ratio_of_sizes(sizes, variable="omega", below=below, matrices=300)
    for row in rows:
        assert row.below == below[row.particles]
        expected = 60 * row.below**5
        assert abs(row.mean_levels - expected) < 4 * np.sqrt(expected / 300)
        independent = next(entry.ratio for entry in row.references if entry.kind == "poisson")
        assert abs(row.ratio.mean - independent.mean) < 4 * np.hypot(
            row.ratio.standard_error, independent.standard_error
        )
    assert gap_ratio_of_sizes(sizes, variable="omega", lowest=3, matrices=0)[0].references == ()


def test_what_has_no_reference_is_refused():
    spectra = Spectra.from_lists([[0.1, 0.2, 0.3, 0.4]] * 6, 100, known_up_to=0.5)
    with pytest.raises(InputError, match="too small"):
        reference_gap_ratios(3, size=10, matrices=5, mean_below=5.0)
    with pytest.raises(InputError, match="mean_below"):
        reference_gap_ratios(3, size=10, matrices=5, mean_below=0.0)
    with pytest.raises(InputError, match="exactly one"):
        gap_ratio_of_sizes({10: spectra}, variable="omega")
    with pytest.raises(InputError, match="one frequency for each N"):
        gap_ratio_of_sizes({10: spectra}, variable="omega", below={12: 0.3})
    with pytest.raises(InputError, match="below reaches up to"):
        gap_ratio(spectra, variable="omega", below=0.6)
    with pytest.raises(InputError, match="positive frequency"):
        gap_ratio(spectra, variable="lambda", below=-0.3)
    with pytest.raises(InputError, match="finite"):
        gap_ratio_of_levels([[1.0, 2.0]], variable="x", below=np.inf)
