"""Figures: labelled with units, showing what is there, and silent about what is not."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest

from hessian_lab.report._figures import FAMILIES, Drawing, Omitted, _mode, _windows
from hessian_lab.report._figures._style import styled
from hessian_lab.report._series import COLOURS, LowMode, collect
from hessian_lab.systems import Configuration

DRAW = {family.name: family.draw for family in FAMILIES}
FREQUENCY_FAMILIES = ("cumulative", "density", "participation")

OF_MODES = ("census", "cores", "prestress", "mode", "mode-spectrum")
"""These need a table of modes, or an eigenvector."""


def vortex(cells=8):
    """u = (-sin y, sin x): two vortices and two saddles on the torus, at known places."""
    side = 2 * np.pi
    x, y = np.meshgrid((np.arange(cells) + 0.37) * side / cells, (np.arange(cells) + 0.21) * side / cells)
    positions = np.stack([x.ravel(), y.ravel()], axis=1)
    field = np.stack([-np.sin(positions[:, 1]), np.sin(positions[:, 0])], axis=1)
    sample = Configuration.create(positions, side)
    return LowMode(3, 0.4, 0.3, 0.35, field, sample, np.linspace(0.4, 3, 126), 126, 0.8)


@pytest.fixture(scope="module")
def ensemble(make_group):
    """s = 4 for two tapers, with vectors for the figure of a mode."""
    groups = [make_group(4.0, 150, m, seed=3, modes=30) for m in (1, "inf")]
    return collect(groups, resamples=100)[0]


@pytest.fixture(scope="module")
def flat_ensemble(make_group):
    (found,) = collect([make_group(3.0, 20, 2, dimension=2)], resamples=50)
    return found


def labelled(axes, which):
    siblings = getattr(axes, f"get_shared_{which}_axes")().get_siblings(axes)
    return any(getattr(sibling, f"get_{which}label")() for sibling in siblings)


@pytest.mark.parametrize("name", [family.name for family in FAMILIES if family.name not in OF_MODES])
def test_every_axis_has_a_label(ensemble, name):
    drawing = DRAW[name](ensemble)
    assert isinstance(drawing, Drawing)
    for axes in drawing.figure.axes:
        assert labelled(axes, "x")
        assert labelled(axes, "y")
        if name in FREQUENCY_FAMILIES:
            labels = [sibling.get_xlabel() for sibling in axes.get_shared_x_axes().get_siblings(axes)]
            assert any(r"(\epsilon/m)^{1/2}/\ell" in text for text in labels)


def test_colours_belong_to_the_order_of_the_taper(ensemble, make_group):
    """m = inf alone looks as it does beside m = 1."""
    alone = collect([make_group(4.0, 20, "inf")], resamples=50)[0]
    assert alone.series[0].colour == ensemble.series[1].colour == COLOURS["inf"]
    assert len(set(COLOURS.values())) == len(COLOURS)


def test_the_reduced_curve_is_flat_in_the_panel_of_its_own_exponent(ensemble):
    """F = omega^5: level for s = 4 below omega_T1, falling for 5, rising for 2."""
    panels = DRAW["reduced"](ensemble).figure.axes
    slopes = []
    for axes in panels:
        x, y = next(line for line in axes.lines if len(line.get_xdata()) > 10).get_data()
        inside = (x > 0.4) & (x < 0.95)
        slopes.append(np.polyfit(np.log(x[inside]), np.log(y[inside]), 1)[0])
    np.testing.assert_allclose(slopes, [2, 1, 0, -1], atol=0.35)


def test_curves_start_where_ten_modes_are_seen(ensemble):
    entry = ensemble.series[0]
    x = next(line for line in DRAW["reduced"](ensemble).figure.axes[0].lines if len(line.get_xdata()) > 10).get_xdata()
    assert np.count_nonzero(entry.spectra.omega <= x[0] * entry.omega_t1 * (1 + 1e-9)) >= 10


def test_the_window_figure_shows_the_predictions_that_apply(ensemble, make_group):
    """Random parents: lines at 2 and 4 only. Stable ones: 3 + 2/m of each taper and 4."""
    assert horizontal(DRAW["exponent"](ensemble).figure.axes[0]) == {2.0, 4.0}
    stable = [make_group(4.0, 150, m, seed=3, modes=30, temperature=0.07) for m in (1, "inf")]
    drawing = _windows.draw(collect(stable, resamples=100)[0])
    assert horizontal(drawing.figure.axes[0]) == {5.0, 3.0, 4.0}


def horizontal(axes):
    """Heights of the lines that cross the whole axes."""
    transform = axes.get_yaxis_transform(which="grid")
    return {float(line.get_ydata()[0]) for line in axes.lines if line.get_transform() == transform}


def test_window_points_are_those_of_the_table(ensemble):
    axes = DRAW["exponent"](ensemble).figure.axes[0]
    for entry, container in zip(ensemble.series, axes.containers, strict=True):
        expected = [row["s"] for row in entry.row["s_of_window"] if row["s"] is not None]
        np.testing.assert_array_equal(container.lines[0].get_ydata(), expected)


def test_yardsticks_of_participation_follow_the_dimension(ensemble, flat_ensemble):
    three, two = (DRAW["participation"](item).figure.axes[0] for item in (ensemble, flat_ensemble))
    assert horizontal(three) == {2 / 3, 3 / 5}
    assert horizontal(two) == {2 / 3, 2 / 4}


def test_gap_ratios_stand_beside_their_own_references(ensemble):
    bulk, edge = DRAW["gap-ratio"](ensemble).figure.axes
    assert sorted(horizontal(bulk)) == pytest.approx([2 * np.log(2) - 1, 0.5307])
    assert 0.5307 not in horizontal(edge)
    assert {0.5278, 0.3737} <= horizontal(edge)


def test_defects_of_a_known_field_are_marked(flat_ensemble):
    """Two vortices, two saddles, total charge zero; the caption warns that they are no evidence."""
    entry = flat_ensemble.series[0]
    with_mode = type(flat_ensemble)(flat_ensemble.title, flat_ensemble.slug, (replace_mode(entry, vortex()),), (), ())
    drawing = _mode.draw(with_mode)
    axes = drawing.figure.axes[0]
    marked = {line.get_label(): len(line.get_xdata()) for line in axes.lines if not line.get_label().startswith("_")}
    assert marked == {"vortex, source or sink (+1)": 2, "antivortex or saddle (−1)": 2}
    assert "2 of charge +1, 2 of charge −1, total charge 0" in drawing.caption
    assert "their existence is no evidence" in drawing.caption
    title = drawing.figure.get_suptitle()
    assert "0.400" in title
    assert "0.30" in title


def replace_mode(entry, mode):
    return replace(entry, mode=mode)


def test_a_rattler_does_not_spoil_the_figure_of_a_mode(flat_ensemble):
    """A particle without motion has no direction: it is left out of the defects."""
    mode = vortex()
    mode.displacement[5] = 0
    entry = replace_mode(flat_ensemble.series[0], mode)
    drawing = _mode.draw(type(flat_ensemble)("t", "s", (entry,), (), ()))
    assert "total charge 0" in drawing.caption


@pytest.mark.parametrize("case", ["one glass", "two glasses", "one mode", "failed", "half failed", "unstable", "cut"])
def test_small_and_failed_groups_draw_or_say_why(make_group, case):
    """No warning, no exception: matplotlib's complaints about empty logarithmic axes are errors here."""
    groups = [make_group(3.0, {"one glass": 1, "two glasses": 2}.get(case, 12), m, seed=m) for m in (1, 2)]
    for group in groups:
        if case == "one mode":
            group.columns["omega"][:, 4:] = 0
            group.columns["participation"][:, 4:] = np.nan
            group.columns["omega"][:, 3] = 0.3
            group.columns["rattlers"][:] = 38
        if case == "unstable":
            group.columns["shear_modulus"][:] *= -1
        if case == "cut":
            group.columns["omega"] = group.columns["omega"][:, :20]
            group.columns["participation"] = group.columns["participation"][:, :20]
            group.columns["known_up_to"] = group.columns["omega"][:, -1]
    if case == "failed":
        groups = [make_group(3.0, 3, m, failed=True) for m in (1, 2)]
    if case == "half failed":
        groups[0] = make_group(3.0, 12, 1, failed=True)
    (ensemble,) = collect(groups, resamples=50)
    for family in FAMILIES:
        drawing = family.draw(ensemble)
        if isinstance(drawing, Omitted):
            assert drawing.reason
            continue
        assert case != "failed"
        with styled():
            drawing.figure.savefig(BytesIO(), format="png", dpi=30)
        assert "nan" not in drawing.caption
