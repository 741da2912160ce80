"""The analysis of one glass: when it may be read, what it forgets, and that its table is what its parts say."""

from functools import cache

import numpy as np
import pytest
from hessian_cases import glass, with_rattlers

from hessian_lab._core.errors import InputError
from hessian_lab._core.mode_columns import MODE_COLUMNS, SURROGATE_COLUMNS
from hessian_lab.hessian import hessian as hessian_of
from hessian_lab.modes import ModeAnalysis, participation_ratio, phonon_content, plane_waves, prestress_split
from hessian_lab.potentials import named_model
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration

LAZY = ("participation", "waves", "phonons", "prestress", "stresses", "fits", "test", "cores", "stress_correlation")


@cache
def parts(dim, seed=4):
    hessian = glass(dim, 100, seed)
    return hessian, spectrum(hessian, method="lapack")


@cache
def low_edge(dim, modes=8):
    """A frequency between two modes, with some of them below."""
    omega = parts(dim)[1].positive_omega
    return float(0.5 * (omega[modes - 1] + omega[modes]))


def analysed(dim, **options):
    return ModeAnalysis(**({"omega_max": low_edge(dim), "surrogates": 19} | options)).compute(*parts(dim))


@pytest.mark.parametrize("name", [*LAZY, "modes", "omega", "indices", "elasticity", "displacements", "hessian"])
def test_nothing_can_be_read_before_compute(name):
    with pytest.raises(InputError, match="call compute"):
        getattr(ModeAnalysis(surrogates=19), name)


@pytest.mark.parametrize("name", ["table", "vortices", "defects", "circulation", "profile", "plot", "splitting"])
def test_nothing_can_be_asked_before_compute(name):
    with pytest.raises(InputError, match="call compute"):
        getattr(ModeAnalysis(), name)()


def test_its_repr_makes_it_again():
    for analysis in (ModeAnalysis(), ModeAnalysis(omega_max=0.5, shells=3, radius=1.7, surrogates=25, seed="abc")):
        again = eval(repr(analysis))
        assert repr(again) == repr(analysis)
        assert vars(again) == vars(analysis)


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("surrogates", [0, 19])
def test_the_table_is_what_its_parts_say(dim, surrogates):
    """All columns, one row a mode, each against the function that computes it."""
    analysis = analysed(dim, surrogates=surrogates)
    table = analysis.table()
    assert list(table.columns) == [*MODE_COLUMNS, *(SURROGATE_COLUMNS if surrogates else ())]
    assert len(table) == 8
    hessian, found = parts(dim)
    modes = found.modes()[dim : dim + 8]
    sample = hessian.pairs.configuration
    np.testing.assert_allclose(table["mode_omega"], found.omega[dim : dim + 8])
    np.testing.assert_allclose(table["mode_participation"], participation_ratio(modes))
    np.testing.assert_allclose(table["prestress_response"], prestress_split(hessian, modes).log_derivative)
    # The first shell is orthonormalised before the others: no later shell changes it.
    content = phonon_content(modes, plane_waves(sample, shells=1))
    np.testing.assert_allclose(table["transverse_weight"], content.transverse[:, 0], atol=1e-10)
    np.testing.assert_allclose(table["longitudinal_weight"], content.longitudinal[:, 0], atol=1e-10)
    rows = table.rows()
    assert [row["mode_omega"] for row in rows] == list(table["mode_omega"])
    assert set(rows[0]) == set(table.columns)
    if surrogates:
        assert set(np.unique(table["rotating"])) <= {0.0, 1.0}
        for name in ("p_strength", "p_fraction", "p_correlation"):
            np.testing.assert_allclose(table[name] * 20, np.round(table[name] * 20), atol=1e-12)


def test_surrogates_change_nothing_of_the_modes():
    """What is said of the modes themselves is the same with and without surrogates, but for waves above the cutoff."""
    plain, tested = analysed(2, surrogates=0).table(), analysed(2).table()
    for name in MODE_COLUMNS:
        np.testing.assert_allclose(plain[name], tested[name], atol=1e-9, err_msg=name)


def test_the_order_of_reading_does_not_matter(rng):
    """Every number of the table after its parts were read in any order."""
    known = analysed(2).table()
    for _ in range(3):
        analysis = analysed(2)
        for name in rng.permutation(LAZY):
            getattr(analysis, name)
        for name, column in analysis.table().columns.items():
            np.testing.assert_array_equal(column, known[name], err_msg=name)


def test_the_seed_names_the_surrogates():
    """Another seed, other surrogates, the same modes; more modes leave the lower ones' surrogates."""
    one, same, other = (analysed(2, seed=seed).table() for seed in ("a", "a", "b"))
    np.testing.assert_array_equal(one["surrogate_strength"], same["surrogate_strength"])
    assert (one["surrogate_strength"] != other["surrogate_strength"]).all()
    np.testing.assert_array_equal(one["core_strength"], other["core_strength"])
    fewer = analysed(2, seed="a", omega_max=low_edge(2, 3)).table()
    np.testing.assert_allclose(fewer["surrogate_strength"], one["surrogate_strength"][:3], rtol=1e-9)


def test_a_second_glass_makes_it_forget_the_first():
    """Everything lazy is computed anew: the numbers are those of an analysis that only saw the second glass."""
    analysis = analysed(2)
    analysis.table()
    assert analysis.elasticity is not None
    other = parts(2, 5)
    fresh = ModeAnalysis(omega_max=low_edge(2), surrogates=19).compute(*other)
    analysis.compute(*other)
    for name, column in fresh.table().columns.items():
        np.testing.assert_array_equal(analysis.table()[name], column, err_msg=name)
    np.testing.assert_array_equal(analysis.elasticity.relaxed.stress, fresh.elasticity.relaxed.stress)


def test_one_mode_is_enough():
    analysis = analysed(3, omega_max=low_edge(3, 1))
    assert len(analysis.table()) == 1
    assert analysis.profile().amplitude.size == 12


def test_modes_are_those_above_zero_below_the_edge():
    """All without an edge, translations left out; the frequencies ascend."""
    analysis = ModeAnalysis().compute(*parts(3))
    assert analysis.omega.size == 297
    assert (np.diff(analysis.omega) >= 0).all()
    np.testing.assert_array_equal(analysis.indices, np.arange(3, 300))
    masses = parts(3)[0].pairs.configuration.masses
    np.testing.assert_allclose(analysis.displacements * np.sqrt(masses)[:, None], analysis.modes)
    assert analysis.splitting().modes.size == 12


@pytest.mark.parametrize("dim", [2, 3])
def test_plots_return_their_axes(dim):
    from matplotlib.figure import Figure

    analysis = analysed(dim)
    axes = analysis.plot(1)
    assert axes.get_xlabel()
    assert f"{analysis.omega[1]:.4g}" in axes.get_title(loc="left")
    given = Figure().subplots()
    assert analysis.plot(0, ax=given) is given
    assert given.collections


def test_what_only_the_plane_has():
    """Winding defects cancel in 2D and are refused in 3D; circulation and vortices are there in both."""
    assert analysed(2).defects(0).total_charge == 0
    with pytest.raises(InputError, match="two-dimensional"):
        analysed(3).defects(0)
    for dim in (2, 3):
        analysis = analysed(dim)
        assert analysis.circulation(1).radius.size == 8
        assert (analysis.vortices(1).strength >= 1).all()
        core = analysis.cores.particle[1]
        strongest = analysis.vortices(1).particles
        assert core in strongest or analysis.cores.strength[1] < 1


def test_rattlers_are_in_no_core():
    """Contact discs: the fits leave rattlers out, and no mode has its core there."""
    hessian = with_rattlers()
    loose = hessian.pairs.rattlers()
    analysis = ModeAnalysis().compute(hessian, spectrum(hessian, method="lapack"))
    assert not analysis.fits.fitted[loose].any()
    assert not np.isin(analysis.cores.particle, loose).any()
    assert np.isfinite(analysis.stress_correlation).all()


@pytest.mark.parametrize("cell", [np.array([[6.0, 0.0], [2.8, 5.0]]), np.array([[0.0, 5.6], [5.6, 0.0]])])
def test_small_sheared_and_left_handed_boxes_have_a_first_shell(cell):
    """Below N = 12 in 2D half the Debye wave number lies below the first shell, whose length the heights of the cell
    set."""
    fraction = (np.stack(np.meshgrid(*[np.arange(3)] * 2), axis=-1).reshape(-1, 2) + 0.5) / 3
    sample = Configuration.create(fraction @ cell, cell, diameters=np.full(9, 1.7), masses=np.linspace(1, 2, 9))
    hessian = hessian_of(named_model("polydisperse", dimension=2).build(), sample)
    found = spectrum(hessian, method="lapack")
    analysis = ModeAnalysis(radius=2.25).compute(hessian, found)
    assert analysis.waves.shells[0].number == 1
    content = analysis.phonons
    total = content.transverse.sum(axis=1) + content.longitudinal.sum(axis=1) + content.translation + content.remainder
    np.testing.assert_allclose(total, 1, atol=1e-10)


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"omega_max": 0.0}, "omega_max must be above 0"),
        ({"omega_max": np.nan}, "omega_max must be above 0"),
        ({"surrogates": 5}, "0 or at least 19"),
        ({"surrogates": -1}, "0 or at least 19"),
    ],
)
def test_impossible_parameters_are_refused(options, said):
    with pytest.raises(InputError, match=said):
        ModeAnalysis(**options)


def test_what_does_not_fit_is_refused():
    hessian, found = parts(2)
    with pytest.raises(InputError, match="leaves no mode"):
        ModeAnalysis(omega_max=1e-9).compute(hessian, found)
    with pytest.raises(InputError, match="200 coordinates, but argument hessian 300"):
        ModeAnalysis().compute(parts(3)[0], found)
    with pytest.raises(InputError, match="at least 19"):
        _ = ModeAnalysis().compute(hessian, found).test
