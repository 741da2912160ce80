"""Ensembles of glasses: means, errors, unstable members, and the fluctuations of local moduli."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab._core.jackknife import jackknife, jackknife_of_mean
from hessian_lab.modes import Elasticity, ElasticTensors, debye_frequency, ensemble_elasticity, modulus_fluctuations


def medium(shear, first, *, dim=3, pressure=0.0, edge=6.0, particles=200):
    """A glass that is isotropic by itself, with the wave modulus mu and lambda under a pressure."""
    eye = np.eye(dim)
    lagrange = (first - pressure) * np.einsum("ab,cd->abcd", eye, eye)
    crossed = np.einsum("ac,bd->abcd", eye, eye) + np.einsum("ad,bc->abcd", eye, eye)
    lagrange = lagrange + (shear + pressure) * crossed
    stress = -pressure * eye
    tensors = ElasticTensors(lagrange + np.einsum("ac,bd->abcd", eye, stress), stress)
    return Elasticity(tensors, tensors, particles, particles / edge**dim, edge * eye)


def bootstrap(statistic, samples, rng, resamples=4000):
    count = len(samples)
    return np.std([statistic(samples[rng.integers(count, size=count)]) for _ in range(resamples)], axis=0)


def test_errors_are_those_of_a_bootstrap(rng):
    """Speeds and frequencies from 60 glasses: both errors to 15 %, three of their own statistical errors."""
    shears, firsts = rng.normal(3, 0.8, 60), rng.normal(15, 1.0, 60)
    found = ensemble_elasticity([medium(mu, first, pressure=2.4) for mu, first in zip(shears, firsts, strict=True)])
    rows = np.stack([shears, firsts], axis=1)
    density = 200 / 216

    def statistic(chosen):
        mu, first = chosen.mean(axis=0)
        transverse, longitudinal = np.sqrt(mu / density), np.sqrt((first + 2 * mu) / density)
        return np.array(
            [
                mu,
                first + 2 * mu,
                first + 2 * mu / 3,
                transverse,
                longitudinal,
                debye_frequency(density, transverse, longitudinal),
                2 * np.pi / 6 * transverse,
                2 * np.pi / 6 * longitudinal,
            ]
        )

    names = ("shear_modulus", "longitudinal_modulus", "bulk_modulus", "transverse_speed", "longitudinal_speed")
    names += ("debye_frequency", "first_transverse_frequency", "first_longitudinal_frequency")
    estimates = [getattr(found, name) for name in names]
    assert [entry.value for entry in estimates] == pytest.approx(statistic(rows), rel=1e-12)
    assert [entry.error for entry in estimates] == pytest.approx(bootstrap(statistic, rows, rng), rel=0.15)
    assert found.shear_modulus.error == pytest.approx(shears.std(ddof=1) / np.sqrt(60), rel=1e-10)
    assert found.isotropic_shear_modulus.value == pytest.approx(found.shear_modulus.value, rel=1e-12)


def test_both_jackknives_agree_and_are_exact_for_means(rng):
    rows = rng.normal(size=(30, 2)) + 4
    for function in (lambda mean: mean[0] / mean[1], lambda mean: np.sqrt(mean)):
        whole = jackknife(lambda samples, function=function: function(samples.mean(axis=0)), rows)
        quick = jackknife_of_mean(function, rows)
        assert quick[0] == pytest.approx(whole[0], rel=1e-13)
        assert quick[1] == pytest.approx(whole[1], rel=1e-10)
    _, error = jackknife(lambda samples: samples.mean(axis=0), rows)
    assert error == pytest.approx(rows.std(axis=0, ddof=1) / np.sqrt(30), rel=1e-12)


@pytest.mark.parametrize("dim", [2, 3])
def test_unstable_glasses_are_counted_and_kept(dim):
    glasses = [medium(mu, 10.0, dim=dim) for mu in (3.0, -0.5, 2.0, 0.0)]
    assert [glass.stable for glass in glasses] == [True, False, True, False]
    assert np.isnan(glasses[1].first_transverse_frequency)
    assert np.isnan(glasses[1].debye_frequency)
    assert np.isfinite(glasses[1].first_longitudinal_frequency)
    found = ensemble_elasticity(glasses)
    assert (found.glasses, found.unstable) == (4, 2)
    assert found.shear_modulus.value == pytest.approx(4.5 / 4)
    density = 200 / 6**dim
    assert found.first_transverse_frequency.value == pytest.approx(2 * np.pi / 6 * np.sqrt(4.5 / 4 / density))
    assert np.isfinite(found.first_transverse_frequency.error)
    # Where even the mean is unstable there is no wave, and no exception either.
    soft = ensemble_elasticity([medium(mu, 10.0, dim=dim) for mu in (-3.0, 1.0)])
    assert np.isnan(soft.transverse_speed.value)
    assert np.isnan(soft.debye_frequency.value)
    assert soft.shear_modulus.value == pytest.approx(-1)


def test_unequal_ensembles_are_refused():
    with pytest.raises(InputError, match="at least 2"):
        ensemble_elasticity([medium(1.0, 1.0)])
    with pytest.raises(InputError, match="one N and dimension"):
        ensemble_elasticity([medium(1.0, 1.0), medium(1.0, 1.0, particles=100)])


@pytest.mark.parametrize(("dim", "glasses"), [(2, 300), (3, 100)])
def test_white_noise_falls_with_the_volume_of_the_cells(dim, glasses, rng):
    """Independent unit cells of relative variance 1/25: at the edge w it is w^-d/25; errors by counting, 2/n."""
    moduli = 5 + rng.normal(size=(glasses, *[6] * dim))

    def averaged(k):
        shape = [glasses, *[size for _ in range(dim) for size in (k, 6 // k)]]
        return moduli.reshape(shape).mean(axis=tuple(range(2, 2 * dim + 1, 2))).reshape(glasses, -1)

    counts = (2, 3, 6)
    found = modulus_fluctuations([averaged(k) for k in counts], counts, volume=6.0**dim, dimension=dim)
    assert found.length == pytest.approx([3, 2, 1])
    expected = found.length ** -float(dim) / 25
    assert (np.abs(found.relative_variance - expected) < 4 * found.relative_variance_error).all()
    assert found.relative_variance_error / expected == pytest.approx(
        np.sqrt(2 / (glasses * np.array(counts) ** dim)), rel=0.3
    )
    assert found.mean == pytest.approx(np.full(3, moduli.mean()), rel=1e-12)
    # The mean's error is that of all unit cells, at every length.
    assert found.mean_error == pytest.approx(np.full(3, 1 / np.sqrt(glasses * 6**dim)), rel=0.3)


def test_cells_of_one_glass_are_not_independent(rng):
    """Glasses that differ as wholes: the error knows that there are 20 of them, not 160 cells."""
    offsets = rng.normal(size=(20, 1))
    found = modulus_fluctuations([5 + np.repeat(offsets, 8, axis=1)], (2,), volume=1.0)
    assert found.mean_error[0] == pytest.approx(offsets.std(ddof=1) / np.sqrt(20), rel=1e-10)
    with pytest.raises(InputError, match="at least 3 glasses"):
        modulus_fluctuations([np.ones((2, 8))], (2,), volume=1.0)
    with pytest.raises(InputError, match=r"shape \(glasses, 4\)"):
        modulus_fluctuations([np.ones((5, 8))], (2,), volume=1.0, dimension=2)
