"""Several theories on one table: the one that made the data wins, and nothing depends on units."""

import json

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.theory import Measurements, fit_theories, fit_theory, theory
from hessian_lab.theory._model_choice import predictions
from hessian_lab.theory.internal_stress import InternalStress
from hessian_lab.theory.tunnelling import Tunnelling

SILICA = theory("tunnelling", "SiO2")
VORTICES = InternalStress.of("suprasil")
COLD = np.geomspace(0.03, 1.0, 25)


def _conductivity(rng, scatter, *, errors=True):
    exact = SILICA.thermal_conductivity(COLD)
    noisy = exact * (1 + scatter * rng.normal(size=exact.size))
    return Measurements(COLD, noisy, None, scatter * exact if errors else None)


def test_conductivities_give_the_parameters_back(rng):
    """kappa ~ 1/P-bar: from a start three times off."""
    start = SILICA.model_copy(update={"spectral_density": 3 * SILICA.spectral_density})
    found = fit_theory(start, _conductivity(rng, 1e-9), ("spectral_density",))
    assert found["spectral_density"].value == pytest.approx(SILICA.spectral_density, rel=1e-7)
    noisy = fit_theory(start, _conductivity(rng, 0.03), ("spectral_density",))
    # kappa is one power of P-bar, so the relative error is that of the mean of 25 points.
    relative = noisy["spectral_density"].standard_error / noisy["spectral_density"].value
    assert relative == pytest.approx(0.03 / 5, rel=0.05)


def test_the_theory_that_made_the_data_wins(rng):
    """Vortices against tunnelling systems, either way round, on the same temperatures with errors of 3 %."""
    start = [VORTICES, SILICA]
    for truth, scale in ((VORTICES, 1.0), (SILICA, 1 / SILICA.density)):
        exact = scale * truth.heat_capacity(COLD)
        table = Measurements(COLD, exact * (1 + 0.03 * rng.normal(size=25)), "kg", 0.03 * exact)
        choice = fit_theories(start, table)
        assert next(iter(choice.fits)) == truth.name
        assert choice.weights[truth.name] > 0.999
        assert choice.fits[truth.name].describes_table
        assert choice.verdict == ""


def test_weights_come_with_a_warning_where_nothing_fits(rng):
    """The loser of the table above, alone: weight 1, and it does not describe it. Without errors nothing tells."""
    exact = VORTICES.heat_capacity(COLD)
    noisy = exact * (1 + 0.03 * rng.normal(size=25))
    alone = fit_theories([SILICA], Measurements(COLD, noisy, "kg", 0.03 * exact))
    assert alone.weights == {"tunnelling": 1.0}
    assert alone.fits["tunnelling"].p_value < 1e-12
    assert alone.record()["verdict"].startswith("no theory of these describes the table within its errors (chi^2/dof ")
    assert "or more" not in alone.verdict
    blind = fit_theories([SILICA], Measurements(COLD, noisy, "kg"))
    assert blind.fits["tunnelling"].describes_table is None
    assert blind.verdict.startswith("the table has no errors")


def test_the_criterion_does_not_depend_on_the_unit_of_the_theory(rng):
    """The same law per kilogram and per cubic metre: equal criteria, with and without errors."""

    class PerVolume(InternalStress):
        name = "per-volume"
        heat_capacity_unit = "J/(K m^3)"

        def heat_capacity(self, temperature):
            return 2200 * super().heat_capacity(temperature)

    exact = VORTICES.heat_capacity(COLD)
    for error in (0.03 * exact, None):
        table = Measurements(COLD, exact * (1 + 0.03 * rng.normal(size=25)), "kg", error)
        choice = fit_theories([VORTICES, PerVolume(**VORTICES.model_dump())], table, density=2200)
        one, other = choice.fits.values()
        assert one.aic == pytest.approx(other.aic, abs=1e-6)
        assert choice.weights["per-volume"] == pytest.approx(0.5, abs=1e-6)


def test_the_correction_for_few_points(rng):
    """Hurvich and Tsai: + 2 k (k + 1)/(n - k - 1), the scatter counted where it is estimated."""
    exact = VORTICES.heat_capacity(COLD[:8])
    for error, count in ((0.03 * exact, 2), (None, 3)):
        table = Measurements(COLD[:8], exact * (1 + 0.03 * rng.normal(size=8)), "kg", error)
        found = fit_theory(VORTICES, table, ("omega_0", "n_eta"))
        assert found.aicc - found.aic == pytest.approx(2 * count * (count + 1) / (8 - count - 1))


def test_what_cannot_be_fitted_has_a_reason(rng):
    choice = fit_theories([SILICA, VORTICES], _conductivity(rng, 0.02))
    assert list(choice.fits) == ["tunnelling"]
    assert "does not predict the thermal conductivity" in choice.failed["internal-stress"]
    with pytest.raises(InputError, match="each once"):
        fit_theories([SILICA, Tunnelling()], _conductivity(rng, 0.02))
    with pytest.raises(InputError, match="not fitted: mosaic"):
        fit_theories([SILICA], _conductivity(rng, 0.02), free={"mosaic": ["density"]})


def test_the_record_holds_data_intervals_and_provenance(rng):
    choice = fit_theories([SILICA, VORTICES], _conductivity(rng, 0.02, errors=False))
    record = json.loads(json.dumps(choice.record(), allow_nan=False))
    (entry,) = record["theories"]
    (parameter,) = entry["parameters"]
    assert parameter["low"] < parameter["value"] < parameter["high"]
    assert parameter["unit"] == "1/(J m^3)"
    assert {fixed["name"] for fixed in entry["fixed"]} >= {"density", "transverse_coupling"}
    assert record["data"]["unit"] == "W/(m K)"
    assert record["provenance"]["code_version"]
    assert np.exp(entry["residuals"]) * record["data"]["value"] == pytest.approx(
        predictions(choice.fits["tunnelling"], COLD)
    )


def test_the_figure_shows_data_and_residuals(rng):
    figure = fit_theories([SILICA, theory("universality", "SiO2")], _conductivity(rng, 0.02)).figure()
    main, first, second = figure.axes
    assert main.get_ylabel() == r"thermal conductivity $\kappa$  [W/(m K)]"
    assert first.get_title(loc="left") == "tunnelling"
    assert first.get_title(loc="right") == "residuals (theory - data)/error"
    assert np.abs(first.lines[1].get_ydata()).max() < np.abs(second.lines[1].get_ydata()).max()
