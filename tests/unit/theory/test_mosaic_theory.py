"""The theory under the common protocol: SI, headlines, documentation, figures."""

from pathlib import Path

import numpy as np
import pytest
from matplotlib.figure import Figure
from pydantic import ValidationError
from scipy.constants import hbar, k
from scipy.integrate import quad

from hessian_lab._core.errors import InputError
from hessian_lab.theory.mosaic import (
    PMMA,
    Mosaic,
    conductivity_unit,
    debye_heat_capacity,
    path_over_wavelength,
    two_level_heat_capacity,
)

PAGE = Path(__file__).parents[3] / "docs" / "theory" / "mosaic.md"
SILICA = Mosaic()


def test_predicts_what_the_paper_computes_and_says_no_to_the_rest():
    assert SILICA.predicts() == ("density_of_states", "heat_capacity", "thermal_conductivity", "mean_free_path")
    with pytest.raises(InputError, match="internal friction"):
        SILICA.internal_friction(np.array([1.0]), 1e6)


def test_boson_peak_of_silica_is_the_published_frequency():
    """1 THz, 51 K."""
    assert SILICA.boson_peak / (2 * np.pi * 1e12) == pytest.approx(1, rel=0.1)
    assert hbar * SILICA.boson_peak / k == pytest.approx(51, rel=0.02)


def test_elastic_part_of_the_density_of_states_gives_the_debye_heat_capacity():
    """C(T) from g(omega) with the Bose kernel: 3 modes a bead, against the closed Debye function and 234 t^3."""
    rigid = Mosaic(size_ratio=1e6)
    edge = rigid.debye_frequency
    for temperature in (3.42, 34.2, 342.0):

        def integrand(omega, thermal=k * temperature / hbar):
            x = omega / thermal
            return float(rigid.density_of_states(omega)) * x**2 * np.exp(-x) / np.expm1(-x) ** 2

        value = 3 * quad(lambda u: integrand(u * edge) * edge, 1e-9, 1, points=[temperature / 342 * 4], limit=300)[0]
        assert value == pytest.approx(float(debye_heat_capacity(temperature / 342)), rel=1e-6)


def test_cold_transitions_in_the_density_of_states_give_the_linear_heat_capacity():
    """3 (xi/a)^3 (g - g_Debye) is one transition per cell: with the Schottky kernel (pi^2/6) T/T_g of a cell."""
    temperature, edge = 0.05, SILICA.debye_frequency
    thermal = k * temperature / hbar

    def integrand(x):
        omega = x * thermal
        cells = float(SILICA.density_of_states(omega)) - 3 * omega**2 / edge**3
        return cells * thermal * (x / (2 * np.cosh(x / 2))) ** 2

    value, _ = quad(integrand, 0, 60)
    assert 3 * SILICA.mosaic_ratio**3 * value == pytest.approx(np.pi**2 / 6 * temperature / 1500, rel=1e-3)


def test_density_of_states_steps_at_the_lowest_ripplon():
    below, above = SILICA.density_of_states(SILICA.boson_peak * np.array([1 - 1e-9, 1 + 1e-9]))
    step = 5 / (3 * SILICA.mosaic_ratio**3 * SILICA.energy_ratio * SILICA.debye_frequency)
    assert above - below == pytest.approx(step, rel=1e-6)
    with pytest.raises(InputError):
        SILICA.density_of_states(np.array([-1.0]))


def test_heat_capacity_starts_with_both_signs_of_the_bias():
    expected = two_level_heat_capacity(1e-3, SILICA.two_level_density, sides=2)
    assert float(SILICA.heat_capacity(1e-3)) == pytest.approx(expected, rel=1e-4)


def test_hot_cells_carry_their_ripplons_twice():
    """n(epsilon) of Eq. 34 has norm 2: at T_g the excess is 192 classical oscillators a cell, beside 3 a bead."""
    heat = float(SILICA.heat_capacity(1500.0)) / (k / SILICA.bead**3)
    assert heat == pytest.approx(3 + 2 * 96 / SILICA.mosaic_ratio**3, rel=0.005)


def test_cold_conductivity_in_si():
    """kappa = 7.2123 (l/lambda) k_B^3 T^2/(pi hbar^2 c_s), l/lambda of Eq. 20 over the 1.084 of the method."""
    unit = conductivity_unit(342.0, 4100.0)
    expected = 7.2123 * (path_over_wavelength(SILICA.mosaic_ratio) / 1.0844 + 1) * unit * (0.1 / 342) ** 2
    assert float(SILICA.thermal_conductivity(0.1)) == pytest.approx(expected, rel=0.02)
    measured = Mosaic(tunnelling_path=150.0)
    assert float(measured.thermal_conductivity(0.1) / SILICA.thermal_conductivity(0.1)) == pytest.approx(2.37, rel=0.02)


def test_exact_count_starts_from_eq_20_and_ends_at_one_wavelength():
    """kappa and l(omega) of the exact count have no 1.084 at the cold end."""
    exact = Mosaic(scattering="exact_count")
    cold = 7.2123 * (path_over_wavelength(exact.mosaic_ratio) + 1) * conductivity_unit(342.0, 4100.0) * (0.1 / 342) ** 2
    assert float(exact.thermal_conductivity(0.1)) == pytest.approx(cold, rel=2e-3)
    omega = exact.debye_frequency * np.array([1e-3, 0.5])
    ratio = exact.mean_free_path(omega) * omega / (2 * np.pi * 4100.0)
    assert ratio == pytest.approx([path_over_wavelength(exact.mosaic_ratio) + 1, 1], rel=2e-3)
    with pytest.raises(InputError, match="Debye frequency"):
        SILICA.mean_free_path(np.array([2 * SILICA.debye_frequency]))
    with pytest.raises(InputError, match="exclude"):
        Mosaic(scattering="exact_count", cutoff=1.8).thermal_conductivity(1.0)


def test_dressed_ripplons_lower_the_plateau():
    temperature = np.array([10.0])
    dressed = Mosaic(cutoff=1.8).thermal_conductivity(temperature)
    assert np.all(dressed < SILICA.thermal_conductivity(temperature))


def test_faster_quench_has_more_two_level_systems_and_a_higher_boson_peak():
    quick = Mosaic(log10_quench_time=6.0)
    assert quick.boson_peak > 2 * SILICA.boson_peak
    assert quick.two_level_density / SILICA.two_level_density == pytest.approx((17 / 6) ** 2, rel=1e-9)


def test_settings_are_checked_and_reported():
    with pytest.raises(ValidationError):
        Mosaic(density=-1.0)
    with pytest.raises(InputError, match="temperature"):
        SILICA.heat_capacity(np.array([0.0]))
    pmma = Mosaic.of(PMMA, log10_quench_time=16.0)
    assert pmma.parameters()[0].value == 374.0
    assert all(p.unit and p.about for p in pmma.parameters())


def test_every_headline_that_does_not_follow_is_documented():
    """The list of discrepancies on the page is the list of the code, with both numbers."""
    page = PAGE.read_text()
    for headline in SILICA.headlines():
        if headline.follows is False:
            assert f"| {headline.name} |" in page, headline.name


def test_headlines_keep_what_follows_apart_from_what_does_not():
    headlines = SILICA.headlines()
    assert len({h.name for h in headlines}) == len(headlines) > 60
    assert sum(h.follows is True for h in headlines) >= 40
    assert all(h.source for h in headlines)
    failing = {h.name for h in headlines if h.follows is False}
    assert {"strain at T_g, SiO2", "fastest relaxation time, silica", "largest c from Eqs. 14 and 21"} <= failing
    assert "mean free path over wavelength" not in failing


@pytest.mark.parametrize("name", sorted(SILICA.figures()))
def test_figures_are_drawn_with_named_axes(name):
    figure = SILICA.figures()[name]()
    assert isinstance(figure, Figure)
    for axes in figure.axes:
        assert axes.get_ylabel()
    assert figure.axes[0].get_xlabel()
    assert figure.axes[0].get_legend() or name == "figure_18"
    figure.canvas.draw()
