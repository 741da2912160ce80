"""Figures of level repulsion and localisation show the numbers they are given, with their errors."""

import numpy as np
import pytest
from matplotlib.colors import to_hex

from hessian_lab import InputError
from hessian_lab.report import gap_ratio_sizes_figure, level_statistics_figure, localisation_figure
from hessian_lab.report._figures import _gap_ratio_sizes, _levels, _localisation
from hessian_lab.statistics import (
    ParticipationSample,
    Spectra,
    gap_ratio_of_sizes,
    level_statistics,
    participation_scaling,
    reference_level_statistics,
)

LENGTHS = np.array([1.0, 4.0])


@pytest.fixture
def rng():
    return np.random.default_rng(4)


def with_errors(axes, label):
    """Places, heights and half-lengths of the bars of the points of one legend entry."""
    bars = next(container for container in axes.containers if container.get_label() == label)
    x, y = bars.lines[0].get_data()
    half = [np.ptp(np.asarray(segment)[:, 1]) / 2 for segment in bars.lines[2][0].get_segments()]
    return np.asarray(x, dtype=float), np.asarray(y, dtype=float), np.array(half)


def test_level_statistics_stand_beside_random_matrices(rng):
    found = level_statistics(np.sort(rng.uniform(size=(8, 80)), axis=1), LENGTHS)
    reference = reference_level_statistics("goe", LENGTHS, size=80, matrices=8)
    drawing = _levels.draw({"a glass": found}, {"GOE, same size": reference})
    spacings, variance, rigidity = drawing.figure.axes
    for axes, values in ((variance, found.variance), (rigidity, found.rigidity)):
        x, y, half = with_errors(axes, "a glass")
        assert np.allclose(x, LENGTHS)
        assert np.allclose(y, values.value)
        assert np.allclose(half, values.standard_error)
    assert np.allclose(with_errors(variance, "GOE, same size")[1], reference.variance.value)
    assert np.allclose(with_errors(spacings, "a glass")[1], found.spacings.density)
    assert f"a glass: 8 glasses, {found.spacings.spacings} spacings" in drawing.caption
    assert "mean staircase of the other glasses" in drawing.caption
    assert all(axes.get_xlabel() and axes.get_ylabel() for axes in drawing.figure.axes)


def test_gap_ratios_against_size_have_references(rng):
    spectra = {n: Spectra.from_lists(rng.uniform(size=(8, 40)) ** 0.2) for n in (10, 20)}
    rows = gap_ratio_of_sizes(spectra, variable="omega", lowest=3, matrices=20, resamples=50)
    drawing = _gap_ratio_sizes.draw({"lowest three levels": rows})
    (axes,) = drawing.figure.axes
    x, y, half = with_errors(axes, "glasses")
    assert list(x) == [10, 20]
    assert np.allclose(y, [row.ratio.mean for row in rows])
    assert np.allclose(half, [row.ratio.standard_error for row in rows])
    lines = {line.get_label(): line for line in axes.lines}
    goe = next(entry.ratio.mean for entry in rows[0].references if entry.kind == "goe")
    assert lines[r"GOE, soft edge ($\lambda$)"].get_ydata()[0] == goe
    assert "N = 10: 8 glasses, 8 ratios" in drawing.caption
    assert axes.get_ylabel() == r"mean gap ratio in $\omega$"


def test_participation_falls_as_it_was_fitted(rng):
    samples = [
        ParticipationSample(n, rng.uniform(0.2, 1, (9, 4)), rng.uniform(8, 9, (9, 4)) / n, 1.0) for n in (30, 60, 90)
    ]
    fits = [participation_scaling(samples, (0.2, 0.8), scaled=scaled, resamples=20) for scaled in (False, True)]
    drawing = _localisation.draw(fits)
    assert [axes.get_title(loc="left") for axes in drawing.figure.axes] == [
        r"at fixed $\omega$",
        r"at fixed $\omega/\omega_{\mathrm{T1}}$",
    ]
    for axes, fit in zip(drawing.figure.axes, fits, strict=True):
        text = axes.get_legend().get_texts()[0].get_text()
        assert f"$a$ = {fit.a:.2f} ± {fit.standard_error:.2f}" in text
        line = next(
            entry
            for entry in axes.lines
            if to_hex(entry.get_color()) == _localisation.COLOURS[0].lower()
            and entry.get_linestyle() == "-"
            and len(entry.get_xdata()) == 2
        )
        assert np.allclose(line.get_ydata(), fit.prefactor * np.array([30.0, 90.0]) ** -fit.a)
    assert f"N = 30: {fits[0].points[0].modes} modes of 9 of 9 glasses" in drawing.caption


def test_the_public_functions_give_png_files(rng):
    found = level_statistics(np.sort(rng.uniform(size=(5, 40)), axis=1), LENGTHS)
    picture, caption = level_statistics_figure({"a": found})
    assert picture.startswith(b"\x89PNG")
    assert caption
    with pytest.raises(InputError, match="cases"):
        level_statistics_figure({})
    with pytest.raises(InputError, match="cases"):
        gap_ratio_sizes_figure({"lowest": []})
    with pytest.raises(InputError, match="scalings"):
        localisation_figure([participation_scaling([ParticipationSample(9, [[]], [[]])], (0.1, 0.2))])
