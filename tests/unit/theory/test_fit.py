"""Fits of a measured heat capacity: parameters come back, intervals cover, bad files are named."""

import numpy as np
import pytest
from scipy import stats

from hessian_lab._core.errors import ComputationError, DataFileError, InputError
from hessian_lab.theory._fit import fit_theory
from hessian_lab.theory._measurements import Measurements, read_measurements
from hessian_lab.theory._protocol import Theory
from hessian_lab.theory.internal_stress import InternalStress
from hessian_lab.theory.soft_potential import SoftPotential

SILICA = InternalStress()
FREE = ("omega_0", "n_eta")
START = SILICA.model_copy(update={"omega_0": 2e10, "n_eta": 2e-27})
TEMPERATURE = np.geomspace(0.01, 0.6, 25)


def _table(rng, scatter, *, errors):
    exact = SILICA.heat_capacity(TEMPERATURE)
    heat = exact * (1 + scatter * rng.normal(size=exact.size))
    return Measurements(TEMPERATURE, heat, "kg", scatter * exact if errors else None)


@pytest.mark.parametrize("errors", [True, False])
def test_exact_data_give_the_parameters_back(rng, errors):
    fit = fit_theory(START, _table(rng, 1e-9, errors=errors), FREE)
    assert fit["omega_0"].value == pytest.approx(SILICA.omega_0, rel=1e-6)
    assert fit["n_eta"].value == pytest.approx(SILICA.n_eta, rel=1e-6)
    assert fit.theory.debye_temperature == SILICA.debye_temperature


@pytest.mark.parametrize("errors", [True, False])
def test_the_intervals_cover(rng, errors):
    """68 % intervals of 50 noisy tables hold the truth as often as they say; errors are the true scatter."""
    fits = [fit_theory(SILICA, _table(rng, 0.03, errors=errors), FREE, confidence=0.68) for _ in range(50)]
    for name, truth in (("omega_0", SILICA.omega_0), ("n_eta", SILICA.n_eta)):
        hits = sum(fit[name].low <= truth <= fit[name].high for fit in fits)
        assert abs(hits / 50 - 0.68) < 4 * np.sqrt(0.68 * 0.32 / 50)
        values = np.array([fit[name].value for fit in fits])
        assert np.mean([fit[name].standard_error for fit in fits]) == pytest.approx(values.std(), rel=0.4)
    assert fits[0].degrees_of_freedom == 23
    if errors:
        assert stats.kstest([fit.p_value for fit in fits], "uniform").pvalue > 1e-3


def test_the_interval_is_where_chi_squared_has_risen_by_its_quantile(rng):
    table = _table(rng, 0.05, errors=True)
    fit = fit_theory(START, table, FREE)
    for end in (fit["omega_0"].low, fit["omega_0"].high):
        held = fit_theory(fit.theory.model_copy(update={"omega_0": end}), table, ("n_eta",))
        assert held.sum_of_squares - fit.sum_of_squares == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-3)


def test_the_bootstrap_agrees_with_the_profile(rng):
    for errors in (True, False):
        fit = fit_theory(SILICA, _table(rng, 0.02, errors=errors), FREE, resamples=200)
        for entry in fit.parameters:
            width = entry.high - entry.low
            assert np.subtract(entry.bootstrap, (entry.low, entry.high)) == pytest.approx([0, 0], abs=0.3 * width)


def test_the_criterion_prefers_the_theory_that_made_the_data(rng):
    """A glass without a crossover (omega_0 held far away) against the true law, on the same table."""
    table = _table(rng, 0.02, errors=True)
    held = START.model_copy(update={"omega_0": 1e13})
    assert fit_theory(START, table, FREE).aic < fit_theory(held, table, ("n_eta",)).aic - 10
    nothing = fit_theory(START, table, (*FREE, "debye_temperature"))
    assert nothing.aic > fit_theory(START, table, FREE).aic - 8
    assert nothing["debye_temperature"].low < 342 < nothing["debye_temperature"].high


def test_data_that_do_not_bound_a_parameter_say_so():
    """At 20 K the waves hide the vortices: n_eta has an upper end and no lower one."""
    temperature = np.geomspace(20, 40, 12)
    heat = SILICA.heat_capacity(temperature)
    fit = fit_theory(SILICA, Measurements(temperature, heat, "kg", 0.01 * heat), ("n_eta",))
    assert fit["n_eta"].low < 0.01 * SILICA.n_eta
    assert 2 * SILICA.n_eta < fit["n_eta"].high < 100 * SILICA.n_eta
    assert fit["n_eta"].bounded_above
    assert not fit["n_eta"].determined
    assert fit["n_eta"].standard_error == np.inf


def test_a_flat_direction_has_the_bound_that_the_data_give():
    """C linear in T to the end of the table, omega_0 at infinity: no curvature there, but smaller values do not fit."""
    far = SILICA.model_copy(update={"omega_0": 1e18})
    temperature = np.geomspace(0.1, 1, 12)
    heat = far.heat_capacity(temperature)
    table = Measurements(temperature, heat, "kg", 0.03 * heat)
    entry = fit_theory(far, table, FREE)["omega_0"]
    assert not entry.determined
    assert not entry.bounded_above
    assert entry.standard_error == np.inf
    held = fit_theory(far.model_copy(update={"omega_0": entry.low}), table, ("n_eta",))
    assert held.sum_of_squares == pytest.approx(stats.chi2.ppf(0.95, 1), rel=1e-2)


def test_another_theory_in_another_unit():
    """Soft potentials speak of volumes; the table of kilograms is converted with the density."""
    truth = SoftPotential(crossover_temperature=3.0, soft_modes=1e23)
    temperature = np.geomspace(0.1, 5, 15)
    table = Measurements(temperature, truth.heat_capacity(temperature) / 2200, "kg")
    fit = fit_theory(SoftPotential(), table, ("crossover_temperature", "soft_modes"), density=2200)
    assert fit["crossover_temperature"].value == pytest.approx(3.0, rel=1e-5)
    assert fit["soft_modes"].value == pytest.approx(1e23, rel=1e-5)


def test_a_theory_that_does_not_fit_is_not_called_a_fit():
    """Soft potentials pushed against the end of their range of temperatures by a table of vortices."""
    temperature = np.geomspace(0.025, 1, 40)
    table = Measurements(temperature, SILICA.heat_capacity(temperature), "kg")
    with pytest.raises(ComputationError, match="edge of where theory soft-potential exists"):
        fit_theory(SoftPotential(), table, ("crossover_temperature", "soft_modes"), density=2200)


def test_what_cannot_be_fitted_is_refused(rng):
    table = _table(rng, 0.01, errors=True)
    with pytest.raises(InputError, match=r"omega_0, n_eta, debye_temperature, molar_mass\), but has 'gamma'"):
        fit_theory(SILICA, table, ("gamma",))
    with pytest.raises(InputError, match="each once"):
        fit_theory(SILICA, table, ("n_eta", "n_eta"))
    with pytest.raises(InputError, match="start away from 0"):
        fit_theory(SILICA.model_copy(update={"n_eta": 0.0}), table, FREE)
    with pytest.raises(InputError, match="more than 2 points"):
        fit_theory(SILICA, Measurements(TEMPERATURE[:2], TEMPERATURE[:2], "kg"), FREE)
    with pytest.raises(InputError, match="density must be given"):
        fit_theory(SoftPotential(), table, ("soft_modes",))

    class Silent(Theory):
        size: float = 1.0

    with pytest.raises(InputError, match="does not state its unit"):
        fit_theory(Silent(), table, ("size",))


@pytest.mark.parametrize(
    ("header", "factor", "amount"),
    [
        ("T [K], C [J/(kg K)], error [J/(kg K)]", 1.0, "kg"),
        ("T [K], C [erg/(g K)], error [erg/(g K)]", 1e-4, "kg"),
        ("temperature [mK], heat capacity [mJ mol^-1 K^-1], error [J/(K mol)]", 1e-3, "mol"),
        ("T [K], C [J/K/cm^3], error [J cm^-3 K^-1]", 1e6, "m^3"),
        ("T [K], kappa [mW/(cm K)], error [mW cm^-1 K^-1]", 0.1, None),
    ],
)
def test_tables_are_read_in_their_units(tmp_path, header, factor, amount):
    path = tmp_path / "table.csv"
    path.write_text(f"# measured\n{header}\n\n100, 2, 0.1\n200, 3, 0.2\n", encoding="utf-8")
    table = read_measurements(path)
    assert table.amount == amount
    assert table.value == pytest.approx(factor * np.array([2, 3]))
    assert table.temperature == pytest.approx(np.array([100, 200]) * (1e-3 if "mK" in header else 1))
    assert table.error is not None
    scale = 1.0 if amount == "mol" else factor
    assert table.error == pytest.approx(scale * np.array([0.1, 0.2]))


def test_amounts_are_converted():
    table = Measurements(np.array([1.0]), np.array([6.0]), "mol", np.array([0.6]))
    assert table.per("kg", molar_mass=0.06).value[0] == pytest.approx(100)
    assert table.per("m^3", molar_mass=0.06, density=2200).error[0] == pytest.approx(22000)
    with pytest.raises(InputError, match="molar_mass must be given"):
        table.per("kg")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "is empty"),
        ("T [K], C [J/(kg K)]\n1, 2\n", "at least two lines"),
        ("T, C\n1, 2\n2, 3\n", "line 1, column 1: the header must be"),
        ("T [K], C [furlong]\n1, 2\n2, 3\n", "line 1, column 2: unit 'furlong'"),
        ("T [C], C [J/(kg K)]\n1, 2\n2, 3\n", "unit of T must be K or mK"),
        ("T [K], T [K]\n1, 2\n2, 3\n", "a second column T"),
        ("T [K], error [J/(kg K)]\n1, 2\n2, 3\n", "must have a column T .unit. and one of C"),
        ("T [K], C [J/(kg K)], error [J/(mol K)]\n1, 2, 1\n2, 3, 1\n", "C is per kg, but its error is per mol"),
        ("T [K], kappa [W/(m K)], error [J/(kg K)]\n1, 2, 1\n2, 3, 1\n", "kappa is a conductivity, but its error"),
        ("T [K], kappa [J/(kg K)]\n1, 2\n2, 3\n", "not known for kappa; write it as W"),
        ("T [K], C [J/(kg K)], kappa [W/(m K)]\n1, 2, 1\n2, 3, 1\n", "one of C .unit. and kappa"),
        ("T [K], C [J/(kg K)]\n# a remark\n1, 2\n2, x\n", r"line 4, column 2 \(C\): 'x' is not a number; write one"),
        ("T [K], C [J/(kg K)]\n1, 2\n-2, 3\n", r"line 3, column 1 \(T\): must be finite and above 0"),
        ("T [K], C [J/(kg K)]\n1, nan\n2, 3\n", r"line 2, column 2 \(C\): must be finite"),
        ("T [K], C [J/(kg K)]\n1, 2\n2\n", "line 3: has 1 columns, but the header has 2"),
    ],
)
def test_a_bad_file_is_named_with_line_and_column(tmp_path, text, said):
    path = tmp_path / "bad.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=said):
        read_measurements(path)


def test_a_missing_or_binary_file_is_a_data_error(tmp_path):
    with pytest.raises(DataFileError, match="cannot be read"):
        read_measurements(tmp_path / "none.csv")
    (tmp_path / "binary.csv").write_bytes(b"\xff\xfe\x00\x01")
    with pytest.raises(DataFileError, match="cannot be read"):
        read_measurements(tmp_path / "binary.csv")
