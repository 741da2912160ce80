"""Theories side by side: same numbers as alone, one unit, and a reason for every silence."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.theory import OBSERVABLES, THEORY_NAMES, compare, materials_of, observable_of, theory
from hessian_lab.theory._compare_figure import BEYOND
from hessian_lab.theory._glasses import PUBLISHED_GLASSES
from hessian_lab.theory.heterogeneous_elasticity import disorder_of_boson_peak

FEW = np.array([0.02, 0.3])


def _curve(comparison, name):
    return next(curve for curve in comparison.curves if curve.name == name)


def test_every_theory_has_a_curve_or_a_reason():
    """And the reason is that of the protocol: what is not predicted, or constants that no source gives."""
    for name in OBSERVABLES:
        wanted = observable_of(name)
        grid = FEW if wanted.grid == "temperature" else np.array([1e11, 3e11])
        result = compare("SiO2", name.replace("_", "-"), grid=grid)
        answered = {curve.name for curve in result.curves}
        assert answered | set(result.silent) == set(THEORY_NAMES)
        assert answered.isdisjoint(result.silent)
        for other in THEORY_NAMES:
            able = name in theory(other).predicts() and bool(materials_of(other))
            assert (other in answered) == able
            assert able or result.silent[other].startswith(("does not predict", "has the constants of no material"))
        for curve in result.curves:
            assert np.all(np.isfinite(curve.values))
            assert all(entry.source for entry in curve.parameters)


def test_heat_capacities_are_per_kilogram():
    """At 20 K the waves of 342 to 348 K make most of C: theories per volume and per mass come within their excess."""
    result = compare("SiO2", "heat_capacity", grid=np.array([0.1, 20.0]))
    density = PUBLISHED_GLASSES["SiO2"].density
    for name in ("heterogeneous-elasticity", "tunnelling", "universality", "mosaic"):
        alone = theory(name, "SiO2").heat_capacity(result.grid)
        assert _curve(result, name).values == pytest.approx(alone / density, rel=1e-12)
    waves = 12 * np.pi**4 / 5 * 8.314462618 / 0.060084 * (20 / 342) ** 3
    for name in ("internal-stress", "tunnelling"):
        assert _curve(result, name).values[1] == pytest.approx(waves, rel=0.1)


def test_a_material_that_a_theory_does_not_know_is_said():
    result = compare("B2O3", "heat-capacity", grid=FEW)
    assert [curve.name for curve in result.curves] == ["internal-stress"]
    assert "no source gives its constants of B2O3" in result.silent["tunnelling"]
    assert "E_0" in result.silent["spin-glass"]


def test_what_a_theory_refuses_is_missing_and_not_invented():
    """The mosaic's conductivity ends at half the Debye temperature, 171 K; below, nothing changes."""
    result = compare("SiO2", "thermal-conductivity", grid=np.array([1.0, 171.5]))
    curve = _curve(result, "mosaic")
    assert np.isnan(curve.values[1])
    assert "1 points without an answer" in curve.remark
    assert curve.values[0] == pytest.approx(theory("mosaic", "SiO2").thermal_conductivity(FEW[:1] * 50)[0], rel=1e-12)
    assert result.record()["theories"][-1]["values"][1] is None
    assert _curve(result, "tunnelling").within_range.tolist() == [True, False]


def test_the_wave_has_its_frequency():
    slow = compare("PMMA", "internal-friction", grid=FEW, omega=1e3)
    fast = compare("PMMA", "internal-friction", grid=FEW, omega=1e6)
    assert np.all(_curve(slow, "tunnelling").values > _curve(fast, "tunnelling").values)
    assert slow.record()["omega"] == 1e3
    assert compare("PMMA", "heat-capacity", grid=FEW).omega is None


def test_the_boson_peak_that_fixes_the_disorder_is_where_it_should_be():
    glass = theory("heterogeneous-elasticity", "PMMA")
    assert glass.boson_peak.omega / glass.omega_debye == pytest.approx(0.1, rel=1e-3)
    assert disorder_of_boson_peak(0.2) < disorder_of_boson_peak(0.1) < 0.25
    # hbar omega_D/k_B is the table's own Debye temperature.
    assert glass.omega_debye * 7.638e-12 == pytest.approx(PUBLISHED_GLASSES["PMMA"].debye_temperature, abs=0.6)


def test_a_curve_goes_on_grey_beyond_its_range():
    """The coloured line ends where the theory's range does, and a thin grey one starts there."""
    comparison = compare("SiO2", "heat-capacity", grid=np.geomspace(0.1, 300, 30))
    panel = comparison.figure().axes[0]
    grey = [line for line in panel.lines if line.get_color() == BEYOND and len(line.get_xdata())]
    coloured = [line for line in panel.lines if line.get_color() != BEYOND]
    assert len(grey) == len(coloured) == len(comparison.curves)
    assert any(not curve.within_range.all() for curve in comparison.curves)
    for curve, below, line in zip(comparison.curves, grey, coloured, strict=True):
        assert np.all(np.isnan(np.asarray(line.get_ydata())[~curve.within_range]))
        outside = np.isfinite(below.get_ydata())
        assert np.all(outside[~curve.within_range] == np.isfinite(curve.values[~curve.within_range]))
        # One point joins the two lines.
        assert np.sum(outside & curve.within_range) == (not curve.within_range.all())
        assert below.get_linewidth() < line.get_linewidth()


def test_the_figure_has_labels_with_units():
    panels = compare("SiO2", "heat-capacity", grid=np.geomspace(0.1, 5, 4)).figure().axes
    assert [axes.get_xlabel() for axes in panels] == ["temperature $T$  [K]"] * 2
    assert panels[0].get_ylabel() == "heat capacity $C$  [J/(K kg)]"
    assert panels[1].get_ylabel() == "$C/T^3$  [J/(K$^4$ kg)]"
    assert len(panels[0].get_legend().get_texts()) == 6
    single = compare("SiO2", "sound-speed-shift", grid=FEW).figure().axes
    assert len(single) == 1
    assert single[0].get_yscale() == "linear"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("gold", "heat-capacity"), "not known to any theory; known are SiO2"),
        (("SiO2", "colour"), "must be one of density-of-states, heat-capacity"),
    ],
)
def test_unknown_names_are_refused_with_the_known_ones(arguments, said):
    with pytest.raises(InputError, match=said):
        compare(*arguments)


def test_a_grid_must_be_above_zero():
    with pytest.raises(InputError, match="above 0, in K"):
        compare("SiO2", "heat-capacity", grid=np.array([0.0, 1.0]))
