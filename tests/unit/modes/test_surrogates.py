"""The test by surrogates: uniform p under its null, and the detector of vortex cores judged both ways."""

from functools import cache

import numpy as np
import pytest
from detector_cases import NULLS, implanted, low_modes, null_fields
from hessian_cases import glass
from scipy.stats import binom, kstest

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian
from hessian_lab.modes import (
    find_cores,
    local_fits,
    participation_ratio,
    particle_stresses,
    plane_waves,
    prestress_split,
    random_phase_surrogates,
    surrogate_test,
)


@cache
def cases(dim):
    """Glasses of 256 particles: in boxes of 100 a core of radius 1 fills the box, and a third of them is missed."""
    return low_modes([glass(dim, 256, seed) for seed in (range(4, 24) if dim == 2 else range(4, 7))])


def parts(dim):
    hessian = glass(dim, 100)
    sample = hessian.pairs.configuration
    return hessian, local_fits(sample), plane_waves(sample)


def test_p_is_uniform_where_modes_are_surrogates():
    """400 surrogates of one mode as modes: (1 + n)/20 with n uniform on 0..19, for strength, fraction, correlation.

    Kolmogorov-Smirnov after spreading each p over its step, at 1e-3.
    """
    hessian, fits, waves = parts(2)
    mode = np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, 2)[2:3]
    rng = np.random.default_rng(8)
    fields = random_phase_surrogates(mode, waves, 400, rng)[0]
    found = surrogate_test(fields, hessian, fits, waves, rng, surrogates=19)
    for p in (found.p_strength, found.p_fraction, found.p_correlation):
        assert 1 / 20 <= p.min() <= p.max() <= 1
        assert kstest(p - rng.uniform(0, 1 / 20, p.size), "uniform").pvalue > 1e-3
    assert 0 <= found.rotating.mean() <= 0.05 + 3 * np.sqrt(0.05 * 0.95 / 400)


def test_the_numbers_are_those_of_the_surrogates():
    """Ranks and medians against the same surrogates by hand; a test of one mode is the first of a test of two."""
    hessian, fits, waves = parts(3)
    modes = np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, 3)[3:5]
    one, two = (
        surrogate_test(modes[:number], hessian, fits, waves, np.random.default_rng(1), surrogates=25)
        for number in (1, 2)
    )
    fields = random_phase_surrogates(modes[:1], waves, 25, np.random.default_rng(1))[0]
    root = np.sqrt(hessian.pairs.configuration.masses)[:, None]
    gradients = fits.gradients(fields / root)
    cores = find_cores(gradients, fits)
    linked = gradients.correlation_with(particle_stresses(hessian.pairs).deviatoric)
    split = prestress_split(hessian, fields)
    level = prestress_split(hessian, modes[:1]).eigenvalues[0]
    known = {
        "p_strength": (1 + np.sum(cores.strength >= one.cores.strength[0])) / 26,
        "p_fraction": (1 + np.sum(cores.fraction >= one.cores.fraction[0])) / 26,
        "p_correlation": (1 + np.sum(linked >= one.stress_correlation[0])) / 26,
        "surrogate_strength": np.median(cores.strength),
        "surrogate_fraction": np.median(cores.fraction),
        "surrogate_particle_fraction": np.median(cores.particle_fraction),
        "surrogate_asymmetry": np.median(cores.asymmetry),
        "surrogate_correlation": np.median(linked),
        "surrogate_participation": np.median(participation_ratio(fields)),
        "surrogate_prestress": np.median(-split.stress / level),
    }
    for name, value in known.items():
        np.testing.assert_allclose(getattr(one, name)[0], value, rtol=1e-9, err_msg=name)
        np.testing.assert_allclose(getattr(one, name)[0], getattr(two, name)[0], rtol=1e-9)
    again = surrogate_test(modes[:1], hessian, fits, waves, np.random.default_rng(1), surrogates=25)
    assert again.p_strength[0] == one.p_strength[0]


def test_the_gradients_are_of_displacements_not_of_modes():
    """A displacement that is a rotation core has its fraction whatever the masses are."""
    case = cases(2)[0]
    rng = np.random.default_rng(2)
    mode = implanted(case, "rotation", rng, share=1.0)[:1]
    found = surrogate_test(mode, case.hessian, case.fits, case.waves, rng, surrogates=19)
    moves = mode / np.sqrt(case.sample.masses)[:, None]
    assert found.cores.fraction[0] == find_cores(case.fits.gradients(moves), case.fits).fraction[0]
    assert found.cores.fraction[0] != find_cores(case.fits.gradients(mode), case.fits).fraction[0]


def test_a_glass_without_stress_gives_no_evidence():
    """Stresses that do not vary have no correlation: NaN, and a p of 1, not of 1/(1 + surrogates)."""
    hessian, fits, waves = parts(2)
    from dataclasses import replace

    still = replace(hessian.pairs, slope=np.zeros_like(hessian.pairs.slope))
    modes = np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, 2)[2:4]
    found = surrogate_test(modes, Hessian(still), fits, waves, np.random.default_rng(0), surrogates=19)
    assert np.isnan(found.stress_correlation).all()
    np.testing.assert_array_equal(found.p_correlation, 1.0)


def test_no_modes_and_too_few_surrogates():
    hessian, fits, waves = parts(2)
    found = surrogate_test(np.zeros((0, 100, 2)), hessian, fits, waves, np.random.default_rng(0))
    assert found.rotating.shape == found.p_strength.shape == (0,)
    with pytest.raises(InputError, match="at least 19"):
        surrogate_test(np.zeros((0, 100, 2)), hessian, fits, waves, np.random.default_rng(0), surrogates=18)


def verdicts(dim, make, rounds, surrogates=39):
    """Whether each of many fields is `rotating`."""
    rng = np.random.default_rng([3, dim])
    found = [
        case.judged(make(case, rng), rng, surrogates=surrogates).rotating for _ in range(rounds) for case in cases(dim)
    ]
    return np.concatenate(found)


@pytest.mark.parametrize(("dim", "rounds"), [(2, 2), (3, 1)])
def test_implanted_rotation_cores_are_found(dim, rounds):
    """Share 0.5, size 1: 90 % of them. About 40 to 60 cases: the rate may lie below 0.9 by binomial chance, at 1e-3."""
    found = verdicts(dim, lambda case, rng: implanted(case, "rotation", rng), rounds)
    assert 30 <= found.size <= 120
    assert binom.cdf(found.sum(), found.size, 0.9) > 1e-3


@pytest.mark.parametrize("kind", NULLS)
@pytest.mark.parametrize(("dim", "rounds"), [(2, 2), (3, 1)])
def test_nulls_are_not(dim, rounds, kind):
    """5 % of them: the rate may lie above by binomial chance, at 1e-3."""
    found = verdicts(dim, lambda case, rng: null_fields(case, kind, rng), rounds)
    assert 30 <= found.size <= 120
    assert binom.sf(found.sum() - 1, found.size, 0.05) > 1e-3
