"""The words follow the numbers, and claim no more than the intervals allow."""

from __future__ import annotations

from dataclasses import replace

import pytest

from hessian_lab.report import verdict
from hessian_lab.report._series import collect


def words(groups, resamples=200):
    (ensemble,) = collect(groups, resamples=resamples)
    return verdict(ensemble)


@pytest.fixture(scope="module")
def alike(make_group):
    """Two tapers, s = 4 for both, from many glasses."""
    groups = [make_group(4.0, 1500, m, seed=seed, modes=50) for m, seed in ((1, 3), (3, 4))]
    (ensemble,) = collect(groups, resamples=200)
    return ensemble


def test_equal_exponents_do_not_differ_and_do_not_drift(alike):
    found = verdict(alike)
    assert "the tapers do not differ by more than 0.5" in found.headline
    assert "tapers differ." not in found.text
    assert "drifts" not in found.text
    assert "constant within 0.5 in the windows from" in found.headline
    assert "whether it is below them is not known" in found.headline
    assert "holds 4 (Lerner & Bouchbinder), excludes 2 (Schirmacher et al.)" in found.text


def test_a_few_glasses_decide_nothing(make_group):
    """The same exponents from 30 glasses: no difference is seen, none is excluded, and no drift either."""
    found = words([make_group(4.0, 30, m, seed=m, modes=20) for m in (1, 3)])
    assert "No verdict on the asymptotic exponent" in found.headline
    assert "sizeable ones are not excluded" in found.headline
    assert "do not differ" not in found.text
    assert "A drift is neither shown nor excluded" in found.text


def test_different_exponents_differ(make_group):
    found = words([make_group(2.0, 300, 1, seed=1), make_group(4.0, 300, 3, seed=2, modes=25)])
    assert "At W = 0.5 ω_T1 the tapers differ." in found.headline
    assert "m = 1 (local) minus m = 3 (local): −" in found.text
    assert "not yet a difference of the asymptotic exponents" in found.text


def test_a_drifting_exponent_gives_no_verdict(make_group, bent_law):
    """s = 6 in narrow windows, about 1 in wide ones: the number at 0.5 is not asymptotic, and the page says so."""
    found = words([make_group(bent_law, 400, m, seed=seed, modes=40) for seed, m in enumerate((2, "inf"))])
    assert found.headline.startswith("No verdict on the asymptotic exponent: s(W) still drifts with the window.")
    assert "for or against either side" in found.text


def test_the_prediction_for_stable_glasses_never_stands_beside_random_parents(alike):
    text = verdict(alike).text
    assert "3 + 2/m" not in text
    assert "3+2/m" not in text
    assert "3.67" not in text
    assert "Taper dependence" not in text
    assert "predict s = 2 and Lerner & Bouchbinder s = 4, both whatever the taper" in text


def test_stable_glasses_get_the_predictions_of_their_taper(make_group):
    """T = 0.07 < T_MCT: 3 + 2/m is 5 and 3.67, the predicted difference 1.33; both sides of it are named."""
    found = words([make_group(4.0, 200, m, seed=m, temperature=0.07, modes=30) for m in (1, 3)])
    assert "Schirmacher et al. predict s = 5 for m = 1 (local) and 3.67 for m = 3 (local)" in found.text
    assert "m = 1 (local) minus m = 3 (local): 1.33 predicted" in found.text
    assert "random" not in found.text.lower()


def test_parents_in_between_get_a_reason_instead_of_a_number(make_group):
    found = words([make_group(3.0, 100, 2, temperature=0.15)])
    assert "Schirmacher et al. give no number for this case" in found.text
    assert "predict s = 4" in found.text


def test_a_single_exclusion_among_many_is_a_hint_only(alike):
    """One of six intervals misses zero by a little, as chance does once in four such tables."""
    base = alike.differences[0]
    rows = tuple(base | {"difference": x, "low": x - 0.4, "high": x + 0.4} for x in (0.42, 0.1, 0.0, -0.1, 0.2, 0.3))
    found = verdict(replace(alike, differences=rows, names=alike.names * 6))
    assert "hinted at, not established" in found.headline
    assert "No difference is established." in found.text
    lone = verdict(replace(alike, differences=rows[:1], names=alike.names))
    assert "the tapers differ." in lone.headline


@pytest.mark.parametrize(
    ("low", "high", "said"),
    [
        (1.5, 4.5, "holds both 2 (Schirmacher et al.) and 4 (Lerner & Bouchbinder): it does not decide"),
        (1.5, 3.5, "holds 2 (Schirmacher et al.), excludes 4 (Lerner & Bouchbinder)"),
        (2.5, 3.5, "between 2 (Schirmacher et al.) and 4 (Lerner & Bouchbinder): it holds neither"),
        (4.5, 5.5, "above 2 (Schirmacher et al.) and 4 (Lerner & Bouchbinder)"),
        (0.5, 1.5, "below 2 (Schirmacher et al.) and 4 (Lerner & Bouchbinder)"),
    ],
)
def test_what_an_interval_holds(alike, low, high, said):
    entry = alike.series[0]
    row = entry.row | {"s": (low + high) / 2, "s_low": low, "s_high": high}
    assert said in verdict(replace(alike, series=(replace(entry, row=row),), differences=(), names=())).text


def test_a_curve_that_is_no_power_law_is_named(make_group):
    """Modes in a narrow peak below 0.5 omega_T1: the test rejects a single power law."""
    found = words([make_group(lambda rng, n: 0.35 + 0.02 * rng.random(n), 60)])
    assert "do not follow a single power law for m = 2 (local) (p < 0.001)" in found.text


def test_confounders_carry_their_numbers(make_group):
    groups = [make_group(3.0, 60, m, seed=m, kind="polynomial") for m in (1, 2)]
    groups[0].columns["shear_modulus"][:3] = -0.2
    groups[1].columns["status"][:2] = 3
    text = "\n".join(words(groups).confounders)
    assert "N = 40 only" in text
    assert "Random parents" in text
    assert "Residual shear stress (root mean square 0.0" in text
    assert "Even polynomial tapers change the whole potential" in text
    assert "3 glasses have a shear modulus that is not positive" in text
    assert "2 of 120 quenches are no confirmed minima" in text


def test_nothing_converged_gives_no_verdict_but_reasons(make_group):
    found = words([make_group(3.0, 5, m, failed=True) for m in (1, 2)])
    assert found.headline == "No verdict: no glass is a confirmed minimum."
    assert "m = 1 (local): undetermined (" in found.text
    assert "Without a determined s(0.5 ω_T1) neither is tested" in found.text
