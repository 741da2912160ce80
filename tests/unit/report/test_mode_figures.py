"""Figures of modes: what is drawn is the table of modes and the mode, and what is missing is said."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from figure_texts import assert_apart
from matplotlib.collections import PathCollection
from mpl_toolkits.mplot3d.art3d import Line3DCollection

from hessian_lab._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from hessian_lab.claims import listed_modes
from hessian_lab.report import make_report
from hessian_lab.report._figures import FAMILIES, Omitted, _mode_prestress
from hessian_lab.report._figures._style import styled
from hessian_lab.report._format import with_error
from hessian_lab.report._series import LowMode, collect
from hessian_lab.report._tables import vortices_table
from hessian_lab.statistics import pooled_mean
from hessian_lab.systems import Configuration

DRAW = {family.name: family.draw for family in FAMILIES}
EDGE = 2 * np.pi / 40 ** (1 / 3)


def with_table(group, seed=0, *, heavy=0.0):
    """Twenty modes a glass up to 1.5 omega_T1, the last ones missing in some; `heavy` of them above 0.5 in weight."""
    random = np.random.default_rng(seed)
    shape = group.glasses, 20
    columns = {name: random.uniform(0.2, 0.9, shape) for name in (*MODE_COLUMNS, *SURROGATE_COLUMNS)}
    columns["mode_omega"] = np.sort(random.uniform(0.2, 1.5, shape), axis=1) * EDGE
    columns["rotating"] = (random.random(shape) < 0.1).astype(float)
    columns["core_asymmetry"] = random.lognormal(0.0, 0.3, shape)
    columns["surrogate_asymmetry"] = random.lognormal(0.0, 0.1, shape)
    columns["transverse_weight"] = np.where(random.random(shape) < heavy, 0.7, random.uniform(0, 0.4, shape))
    columns["prestress_response"] = random.lognormal(1.0, 0.5, shape)
    columns["surrogate_prestress"] = random.lognormal(0.8, 0.5, shape)
    there = np.arange(20) < random.integers(14, 21, group.glasses)[:, None]
    listed = {name: np.where(there, array, np.nan) for name, array in columns.items()}
    return replace(group, columns=group.columns | listed)


@pytest.fixture(scope="module")
def ensemble(make_group):
    groups = [with_table(make_group(3.0, 15, m, seed=m), seed=m) for m in (1, 2, 3)]
    return collect(groups, resamples=50)[0]


def drawn(figure):
    with styled():
        figure.savefig(BytesIO(), format="png", dpi=30)
    return figure


def clouds(axes):
    return [part for part in axes.collections if isinstance(part, PathCollection)]


def test_the_census_draws_every_mode_of_the_table(ensemble):
    """One point a mode in its colour, one ring a rotating mode, and both counts in the caption."""
    drawing = DRAW["census"](ensemble)
    panels = [axes for axes in drawn(drawing.figure).axes if clouds(axes)]
    for axes, entry in zip(panels, ensemble.series, strict=True):
        modes = listed_modes(entry.group)
        points, rings = clouds(axes)
        expected = np.stack([modes["mode_omega"] / entry.omega_t1, modes["mode_participation"]], axis=1)
        np.testing.assert_allclose(points.get_offsets(), expected)
        np.testing.assert_array_equal(points.get_array(), modes["core_fraction"])
        np.testing.assert_allclose(rings.get_offsets(), expected[modes["rotating"] == 1])
        count = int(modes["rotating"].sum())
        assert f"{count} of {len(modes)} modes of 15 glasses are ringed" in drawing.caption
        assert f"at most {0.05 * len(modes):.1f} would be" in drawing.caption
        assert {0.9, 1.0} <= {float(line.get_xdata()[0]) for line in axes.lines if len(line.get_xdata()) == 2}
    (bar,) = (axes for axes in drawing.figure.axes if "rotation fraction" in axes.get_ylabel())
    usual = np.median(np.concatenate([listed_modes(e.group)["surrogate_fraction"] for e in ensemble.series]))
    assert any(np.allclose(line.get_ydata(), usual) for line in bar.lines)


def test_the_band_of_the_census_is_that_of_the_surrogates(ensemble):
    """Uniform between 0.2 and 0.9: the median of the running medians is 0.55, to 4 sigma of a mean over 250 modes."""
    axes = DRAW["census"](ensemble).figure.axes[0]
    (line,) = (line for line in axes.lines if len(line.get_xdata()) > 2)
    assert np.mean(line.get_ydata()) == pytest.approx(0.55, abs=4 * 0.35 / np.sqrt(250))


def test_curves_of_the_cores_are_those_of_the_low_modes(ensemble):
    drawing = DRAW["cores"](ensemble)
    left, right = drawn(drawing.figure).axes
    for axes, names, least in (
        (left, ("surrogate_asymmetry", "core_asymmetry"), 1.2),
        (right, ("surrogate_fraction", "core_fraction"), 0.6),
    ):
        curves = iter(line for line in axes.lines if len(line.get_xdata()) > 2)
        for entry in ensemble.series:
            low = listed_modes(entry.group).low
            for name in names:
                x, y = next(curves).get_data()
                np.testing.assert_array_equal(x, np.sort(low[name]))
                np.testing.assert_allclose(y, np.arange(1, len(low) + 1) / len(low))
        assert next(curves, None) is None
        assert any(list(line.get_xdata()) == [least, least] for line in axes.lines)
    low = listed_modes(ensemble.series[0].group).low
    share = with_error(*(100 * x for x in pooled_mean((low["core_asymmetry"] >= 1.2).astype(float), low.counts)))
    assert f"asymmetry of at least 1.2: {share} %" in drawing.caption


@pytest.mark.parametrize("name", ["census", "cores", "prestress", "mode-spectrum"])
def test_texts_keep_apart(ensemble, name):
    assert_apart(DRAW[name](with_mode(ensemble, eddy())).figure)


def medians(axes):
    return [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "^"]


@pytest.mark.parametrize("heavy", [0.0, 0.3])
def test_classes_of_the_prestress_figure(make_group, heavy):
    """Low modes, phonons by weight (or the twelve heaviest where none is above 1/2), surrogates of the low modes."""
    (ensemble,) = collect(
        [with_table(make_group(3.0, 15, m, seed=m), seed=m, heavy=heavy) for m in (1, 2)], resamples=50
    )
    drawing = DRAW["prestress"](ensemble)
    for axes, entry in zip(drawn(drawing.figure).axes, ensemble.series, strict=True):
        modes = listed_modes(entry.group)
        chosen = np.zeros(len(modes), dtype=bool)
        for glass in range(modes.glasses):
            own = np.flatnonzero((modes.glass == glass) & (modes.scaled >= 0.9))
            weight = modes["transverse_weight"][own]
            chosen[own[weight > 0.5] if heavy else own[np.argsort(-weight)[:12]]] = True
        expected = [
            np.median(modes.low["prestress_response"]),
            np.median(modes["prestress_response"][chosen]),
            np.median(modes.low["surrogate_prestress"]),
        ]
        np.testing.assert_allclose(medians(axes), expected)
        assert f"transverse phonons {np.median(modes['prestress_response'][chosen]):.2f}"[:-1] in drawing.caption
    assert ("a weight above 0.5" in drawing.caption) is bool(heavy)


def test_the_first_shell_has_twelve_transverse_waves():
    assert _mode_prestress.first_shell(3) == 12
    assert _mode_prestress.first_shell(2) == 4


AXIS = np.array([0.6, 0.0, 0.8])


def eddy(particles=500, edge=8.0, width=1.5):
    """A Gaussian vortex about a known axis at the middle of a random configuration."""
    random = np.random.default_rng(5)
    positions = random.uniform(0, edge, (particles, 3))
    apart = positions - 0.5 * edge
    field = np.cross(AXIS, apart) * np.exp(-np.sum(apart**2, axis=1) / (2 * width**2))[:, None]
    size = np.sum(field**2, axis=1)
    ratio = float(size.sum() ** 2 / np.sum(size**2) / particles)
    levels = np.sort(random.uniform(0.4, 9, 3 * particles - 3))
    return LowMode(
        4, float(levels[0]), ratio, 0.5, field, Configuration.create(positions, edge), levels, levels.size, 1.1
    )


def with_mode(ensemble, mode):
    return replace(ensemble, series=(replace(ensemble.series[0], mode=mode), *ensemble.series[1:]))


def test_a_mode_in_space_shows_its_core_and_axis(ensemble):
    """The axis of the vortex to 10 degrees, N e arrows in black, and rotation that falls outwards in the slab."""
    mode = eddy()
    drawing = DRAW["mode"](with_mode(ensemble, mode))
    space, slab, bar = drawn(drawing.figure).findobj(lambda part: hasattr(part, "get_xlabel"))
    axis = next(line for line in space.lines if line.get_linewidth() > 1.5)
    ends = np.array(axis.get_data_3d())
    direction = ends[:, 1] - ends[:, 0]
    assert direction @ AXIS / np.linalg.norm(direction) > np.cos(np.radians(10))
    weak, strong = (part for part in space.collections if isinstance(part, Line3DCollection))
    black = round(mode.participation * 500)
    # A shaft and two strokes of the head for each arrow.
    assert len(weak._segments3d) == 3 * (500 - black)
    assert len(strong._segments3d) == 3 * black
    assert f"the {black} that move most" in drawing.caption
    points = clouds(slab)[0]
    place = np.linalg.norm(points.get_offsets(), axis=1)
    # Rotation falls from that of the core outwards and turns round where the vortex ends.
    assert points.get_array()[np.argmin(place)] == pytest.approx(1)
    assert np.mean(points.get_array()[place < 1]) > 0.5 > np.mean(points.get_array()[place > 3])
    assert "units of the core's" in bar.get_xlabel()
    for letter in "xyz":
        assert r"\ell" in getattr(space, f"get_{letter}label")()


def test_a_rattler_does_not_spoil_a_mode_in_space(ensemble):
    mode = eddy()
    mode.displacement[7] = 0
    assert "nan" not in DRAW["mode"](with_mode(ensemble, mode)).caption


def test_the_spectrum_of_the_glass_holds_all_its_modes(ensemble):
    """Area 1, the drawn mode, omega_T1 of the ensemble and of the glass, and the next shells of a cube."""
    mode = eddy()
    drawing = DRAW["mode-spectrum"](with_mode(ensemble, mode))
    whole, low = drawn(drawing.figure).axes
    bars = whole.patches[0].get_data()
    assert np.sum(bars.values * np.diff(bars.edges)) == pytest.approx(1)
    omega_t1 = ensemble.series[0].omega_t1
    places = {line.get_label(): float(line.get_xdata()[0]) for line in low.lines}
    assert places["the drawn mode"] == mode.omega
    assert places[r"$\omega_{\mathrm{T1}}$ of the ensemble"] == omega_t1
    assert places[r"$\omega_{\mathrm{T1}}$ of this glass"] == 1.1
    vertical = [float(line.get_xdata()[0]) for line in low.lines if len(line.get_xdata()) == 2]
    for factor in np.sqrt([2, 3, 4]):
        assert any(place == pytest.approx(factor * omega_t1) for place in vertical)
    ticks = next(line.get_xdata() for line in low.lines if line.get_marker() == "|")
    np.testing.assert_array_equal(ticks, mode.spectrum[mode.spectrum < low.get_xlim()[1]])
    assert f"{(mode.spectrum < omega_t1).sum()} modes of this glass lie below" in drawing.caption


def test_an_unstable_glass_and_a_partial_spectrum_say_so(ensemble):
    mode = replace(eddy(), omega_t1=float("nan"))
    mode = replace(mode, spectrum=mode.spectrum[:100])
    drawing = DRAW["mode-spectrum"](with_mode(ensemble, mode))
    bars = drawn(drawing.figure).axes[0].patches[0].get_data()
    assert np.sum(bars.values * np.diff(bars.edges)) == pytest.approx(100 / 1497)
    assert "the 100 listed of its 1497 modes" in drawing.caption
    assert "not positive" in drawing.caption


def test_what_is_missing_is_said(make_group):
    """No table, no surrogates, no low mode, no modulus, no vector: a reason each, in words that name the remedy."""
    group = with_table(make_group(3.0, 15, 2))
    bare = replace(group, columns={name: x for name, x in group.columns.items() if name not in SURROGATE_COLUMNS})
    high = replace(group, columns=group.columns | {"mode_omega": group["mode_omega"] + 2 * EDGE})
    soft = replace(group, columns=group.columns | {"shear_modulus": -group["shear_modulus"]})
    dead = with_table(make_group(3.0, 3, 2, failed=True))
    cases = [(make_group(3.0, 15, 2), "mode_table"), (bare, "surrogates"), (soft, "omega_T1"), (dead, "confirmed")]
    for case, word in cases:
        (ensemble,) = collect([case], resamples=50)
        for name in ("census", "cores", "prestress"):
            found = DRAW[name](ensemble)
            assert isinstance(found, Omitted)
            assert word in found.reason
        for name in ("mode", "mode-spectrum"):
            assert "eigenvectors = 1" in DRAW[name](ensemble).reason
    (ensemble,) = collect([high], resamples=50)
    assert "0.9" in DRAW["cores"](ensemble).reason
    assert "fewer than 20" in DRAW["prestress"](ensemble).reason


def test_the_page_has_vortices_and_a_mode_in_space(make_group, write_run, tmp_path):
    """Through the disk: rows of the table as numbers, the lowest stored vector as a figure in 3D."""
    group = with_table(make_group(3.0, 15, 2, vectors=True))
    text = make_report(write_run(tmp_path, [group]), resamples=50).read_text(encoding="utf-8")
    (ensemble,) = collect([group], resamples=50)
    row = ensemble.series[0].vortices
    for name in ("rotating_share", "core_asymmetry", "surrogate_prestress"):
        assert with_error(row[name], row[f"{name}_error"]) in vortices_table([ensemble])
        assert with_error(row[name], row[f"{name}_error"]) in text
    names = {path.name.split("tinf-")[1] for path in (tmp_path / "figures").iterdir()}
    assert {f"{name}.png" for name in ("census", "cores", "prestress", "mode", "mode-spectrum")} <= names
    (plain,) = collect([make_group(3.0, 5, 2)], resamples=50)
    assert "mode_table = true" in vortices_table([plain])
