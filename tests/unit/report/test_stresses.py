"""Figures of stresses and of the answer to pre-stress: what is drawn is what was given, and texts keep apart."""

import numpy as np
import pytest
from figure_texts import assert_apart

from hessian_lab._core.errors import InputError
from hessian_lab.report import ModeClass, StressCase, prestress_figure, stress_figure
from hessian_lab.report._figures import _prestress, _stress_distribution
from hessian_lab.statistics import stress_distribution

ORDERS = (1, 2, 3, 4, np.inf)


@pytest.fixture(scope="module")
def cases():
    """Power laws of the orders, and the logarithmic law of infinite order."""
    random = np.random.default_rng(2)
    samples = [[np.exp(-1 / u) if np.isinf(order) else u**order for u in random.random((12, 3000))] for order in ORDERS]
    return [
        StressCase(f"local:{order:g}", order, stress_distribution(sample), 0.3)
        for order, sample in zip(ORDERS, samples, strict=True)
    ]


@pytest.fixture(scope="module")
def classes():
    random = np.random.default_rng(3)
    return [
        ModeClass(name, random.lognormal(mean, 0.5, 300), 12)
        for name, mean in (("below 0.9 ω_T1", 2.0), ("waves", 1.0), ("surrogates", 0.5))
    ]


def test_exponents_lie_on_their_levels(cases):
    """The dashed level of each order, and the scan of each taper as it was measured."""
    drawing = _stress_distribution.draw(cases)
    left, right = drawing.figure.axes
    levels = {round(float(line.get_ydata()[0]), 9) for line in right.lines if len(set(line.get_ydata())) == 1}
    assert {0.0, -0.5, round(-2 / 3, 9), -0.75, -1.0} <= levels
    drawn = [container.lines[0].get_ydata() for container in right.containers]
    assert all(np.array_equal(y, case.found.small.exponents) for y, case in zip(drawn, cases, strict=True))
    curves = {line.get_label(): line for line in left.lines if not line.get_label().startswith("_")}
    for case in cases:
        seen = case.found.density.counts > 1
        assert np.array_equal(curves[case.name].get_ydata(), case.found.density.density[seen])
    assert "12" in drawing.caption
    assert_apart(drawing.figure)


def test_shares_of_a_class_sum_to_one_and_medians_are_marked(classes):
    drawing = _prestress.draw(classes)
    axes = drawing.figure.axes[0]
    outlines = [patch for patch in axes.patches if not patch.get_fill()]
    assert [patch.get_data().values.sum() for patch in outlines] == pytest.approx([1.0] * 3)
    marks = [float(line.get_xdata()[0]) for line in axes.lines if line.get_marker() == "^"]
    assert marks == pytest.approx([np.median(entry.values) for entry in classes])
    assert axes.get_xlim()[0] < -1
    assert any(float(line.get_xdata()[0]) == -1 for line in axes.lines)
    assert_apart(drawing.figure)


def test_the_scale_of_the_axis_has_an_inverse():
    values = np.array([-30.0, -1.0, -0.2, 0.0, 0.5, 1.0, 1.001, 400.0])
    assert _prestress._from_scale(_prestress._to_scale(values)) == pytest.approx(values, rel=1e-12)


def test_png_files_and_refusals(cases, classes):
    for made in (stress_figure(cases), prestress_figure(classes)):
        assert made[0].startswith(b"\x89PNG")
    with pytest.raises(InputError, match="argument cases"):
        stress_figure([])
    with pytest.raises(InputError, match="argument classes"):
        prestress_figure([])
    with pytest.raises(InputError, match="3 finite values"):
        prestress_figure([ModeClass("few", np.array([1.0, 2.0, 3.0, np.nan]), 1)])
