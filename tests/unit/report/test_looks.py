"""Looks of treatments, legends that fit, and flags: what a campaign with many treatments of one order needs."""

from __future__ import annotations

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex
from matplotlib.text import Text

from hessian_lab.report._figures import FAMILIES, OVERVIEW
from hessian_lab.report._figures._style import OPEN_POINTS, styled
from hessian_lab.report._series import COLOURS, collect, systems

DRAW = {family.name: family.draw for family in (*FAMILIES, *OVERVIEW)}
METHODS = ("fire", "lbfgs", "steepest-descent")
GLASSES = 12


def treated(group, method, relax_cell="none", *, energy=1.0, flagged=0):
    """The group under another method, with `flagged` of its parents not at equilibrium; energies scatter by 1 %."""
    columns = dict(group.columns)
    scatter = np.random.default_rng(5).standard_normal(group.glasses)
    columns["energy"] = energy * group.ensemble["particles"] * (1 + 0.01 * scatter)
    columns["equilibrated"] = np.arange(group.glasses) >= flagged
    columns["equilibration_reason"] = np.where(columns["equilibrated"], b"", b"the energy drifts").astype("S20")
    treatment = group.treatment | {"method": {"kind": method, "dt_max": 1}, "relax_cell": relax_cell}
    return replace(group, treatment=treatment, columns=columns)


@pytest.fixture(scope="module")
def run(make_group):
    """Two tapers of order 2, three methods, with and without relaxed cells, from hot parents and flagged cold ones."""
    groups = []
    for (temperature, flagged, trend), (kind, energy), method, relax_cell in product(
        (("inf", 0, 1.02), (0.3, 5, 1.0)), (("polynomial", 0.3), ("local", 0.8)), METHODS, ("none", "shear")
    ):
        group = make_group(3.0, GLASSES, 2, seed=4, modes=20, kind=kind, temperature=temperature)
        groups.append(treated(group, method, relax_cell, energy=energy * trend, flagged=flagged))
    return collect(groups, placed=groups, resamples=50)


@pytest.fixture(scope="module")
def usual(make_group):
    """One order a taper: m = 1, 2, 3, infinity."""
    return collect([make_group(3.0, GLASSES, m, seed=4) for m in (1, 2, 3, "inf")], resamples=50)[0]


@pytest.fixture(scope="module")
def drawn(run):
    """Every figure of the hot ensemble, of the cold one, and of both together, by family."""
    hot, cold = ({family.name: family.draw(entry) for family in FAMILIES} for entry in run)
    return hot, cold, {family.name: family.draw(systems(run)[0]) for family in OVERVIEW}


def laid_out(figure):
    """A renderer, after the layout is made."""
    with styled():
        figure.draw_without_rendering()
    return FigureCanvasAgg(figure).get_renderer()


def test_treatments_of_one_order_have_looks_of_their_own(run):
    """12 pairs of colour and dashes, 12 pairs of colour and marker, the same at every temperature."""
    hot, cold = run
    assert len({(entry.colour, entry.dashes) for entry in hot.series}) == 12
    assert len({(entry.colour, entry.marker) for entry in hot.series}) == 12
    assert len({entry.colour for entry in hot.series}) == 8
    looks = [{entry.name: (entry.colour, entry.dashes, entry.marker) for entry in one.series} for one in (hot, cold)]
    assert looks[0] == looks[1]


def test_orders_that_differ_keep_the_colours_of_the_orders(usual):
    assert [entry.colour for entry in usual.series] == [COLOURS[m] for m in ("1", "2", "3", "inf")]
    assert {entry.dashes for entry in usual.series} == {"-"}


def assert_legend_fits(drawing):
    """Inside the figure, above all panels; no panel has a legend of its own."""
    figure = drawing.figure
    renderer = laid_out(figure)
    assert not any(axes.get_legend() for axes in figure.axes)
    (legend,) = figure.legends
    box = legend.get_window_extent(renderer)
    assert box.x0 >= 0
    assert box.x1 <= figure.bbox.width
    assert box.y1 <= figure.bbox.height
    assert box.y0 >= max(axes.get_window_extent().y1 for axes in figure.axes if axes.get_visible())


@pytest.mark.parametrize("name", ["exponent", "reduced", "cumulative", "density", *(f.name for f in OVERVIEW)])
def test_legends_of_twelve_treatments_fit(drawn, name):
    assert_legend_fits((drawn[1] | drawn[2])[name])


@pytest.mark.parametrize("name", ["exponent", "reduced", "cumulative", "density", "gap-ratio"])
def test_legends_of_four_tapers_are_one_row_in_full_size(usual, name):
    drawing = DRAW[name](usual)
    assert_legend_fits(drawing)
    texts = drawing.figure.legends[0].get_texts()
    assert {text.get_fontsize() for text in texts} == {8.5}
    assert len({round(text.get_window_extent().y0) for text in texts}) == 1


def test_titles_of_panels_do_not_run_into_each_other(drawn):
    figure = drawn[0]["participation"].figure
    renderer = laid_out(figure)
    titles = [
        next(text for text in axes.findobj(Text) if text.get_text() == axes.get_title(loc="left"))
        for axes in figure.axes
    ]
    boxes = [title.get_window_extent(renderer) for title in titles]
    for left, right in zip(boxes[::2], boxes[1::2], strict=True):
        assert left.x1 < right.x0
        assert right.x1 <= figure.bbox.width


def test_gap_ratios_stand_over_names_where_orders_repeat(run, drawn, usual):
    lower = drawn[0]["gap-ratio"].figure.axes[1]
    names = [tick.get_text().replace("\n", " ").replace("$m$", "m") for tick in lower.get_xticklabels()]
    assert names == [entry.name for entry in run[0].series]
    assert lower.get_xlabel() == "treatment"
    axes = DRAW["gap-ratio"](usual).figure.axes[1]
    assert [tick.get_text() for tick in axes.get_xticklabels()] == ["1", "2", "3", "∞"]


def test_a_legend_has_no_error_bars_where_there_are_none(make_group):
    (single,) = collect([make_group(3.0, 1, m, seed=4) for m in (1, 2)], resamples=50)
    for axes in DRAW["gap-ratio"](single).figure.axes:
        assert not any(container.has_yerr for container in axes.containers)


@pytest.mark.parametrize("name", ["gap-ratio", "exponent"])
def test_points_of_flagged_parents_are_open(drawn, name):
    hot, cold = (figures[name] for figures in drawn[:2])
    for drawing, face in ((hot, None), (cold, "#ffffff")):
        for container in drawing.figure.axes[0].containers:
            line = container.lines[0]
            assert to_hex(line.get_markerfacecolor()) == (face or to_hex(line.get_color()))
    assert OPEN_POINTS in cold.caption
    assert OPEN_POINTS not in hot.caption


@pytest.mark.parametrize("name", ["cumulative", "density", "reduced", "participation", "gap-ratio", "exponent"])
def test_captions_count_flagged_parents(drawn, name):
    hot, cold = (figures[name].caption for figures in drawn[:2])
    assert f"5 of {GLASSES} parents flagged as not at equilibrium" in cold
    assert "flagged" not in hot


def test_tapers_whose_energies_are_far_apart_have_panels_of_their_own(drawn):
    """0.3 and 0.8 at a trend of 2 %: two panels with six treatments each."""
    drawing = drawn[2]["inherent-energy"]
    assert [axes.get_title(loc="left") for axes in drawing.figure.axes] == ["polynomial:2", "local:2"]
    for axes, energy in zip(drawing.figure.axes, (0.3, 0.8), strict=True):
        assert len(axes.get_legend_handles_labels()[0]) == 6
        np.testing.assert_allclose(axes.get_ylim(), energy, rtol=0.1)
    assert "One panel a taper" in drawing.caption


def test_tapers_whose_energies_are_close_share_a_panel(make_group):
    groups = [
        treated(make_group(3.0, GLASSES, m, seed=4, temperature=temperature), "fire", energy=energy)
        for temperature, trend in (("inf", 1.2), (0.3, 1.0))
        for m, energy in ((1, 0.5 * trend), (2, 0.52 * trend))
    ]
    drawing = DRAW["inherent-energy"](systems(collect(groups, resamples=50))[0])
    (axes,) = drawing.figure.axes
    assert len(axes.get_legend_handles_labels()[0]) == 2


def test_distances_begin_at_the_share_of_common_minima(drawn):
    """All methods end in the same minimum here: every curve is level at 100 %, inside the frame, with its own width."""
    axes = drawn[2]["distances"].figure.axes[0]
    assert len(axes.lines) == 6
    for line in axes.lines:
        np.testing.assert_array_equal(line.get_ydata(), 1.0)
        assert line.get_xdata()[0] > axes.get_xlim()[0]
    assert axes.get_ylim()[1] > 1.0
    widths = {line.get_color(): line.get_linewidth() for line in axes.lines}
    assert len(set(widths.values())) == 3
    assert [line.get_linewidth() for line in axes.lines] == sorted(widths[line.get_color()] for line in axes.lines)[
        ::-1
    ]
