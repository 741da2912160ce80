"""Participation ratios that scale with a known exponent."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.statistics import ParticipationSample, participation_scaling

SIZES = (200, 400, 800, 1600)


def synthetic(rng, particles, a, glasses=60, spread=0.3, common=0.0, depends=0.0):
    """e = 4 N^-a, log-normal about it, times (omega L)^depends with L = N^(1/3); `common` is shared inside a glass."""
    frequencies, ratios = [], []
    for _ in range(glasses):
        omega = np.sort(rng.uniform(0.1, 2.0, size=rng.poisson(12)))
        noise = common * rng.normal() + spread * rng.normal(size=omega.size)
        frequencies.append(omega)
        scale = (omega * particles ** (1 / 3)) ** depends
        ratios.append(np.minimum(4.0 * particles**-a * scale * np.exp(noise - (spread**2 + common**2) / 2), 1))
    return ParticipationSample(particles, frequencies, ratios, omega_t1=8 * particles ** (-1 / 3), known_up_to=2.0)


@pytest.mark.parametrize("a", [0.6, 1.0])
@pytest.mark.parametrize("statistic", ["mean", "median"])
def test_a_known_exponent_is_recovered(rng, a, statistic):
    samples = [synthetic(rng, particles, a, spread=0.2) for particles in SIZES]
    found = participation_scaling(samples, (0.5, 1.5), statistic=statistic, resamples=200)
    assert abs(found.a - a) < 4 * found.standard_error
    assert found.standard_error < 0.03
    assert found.degrees_of_freedom == 2
    assert found.p_value > 1e-4
    assert [point.particles for point in found.points] == list(SIZES)


def test_extended_modes_have_exponent_zero(rng):
    samples = [
        ParticipationSample(n, rng.uniform(0.5, 1.5, size=(40, 6)), rng.normal(0.6, 0.03, size=(40, 6))) for n in SIZES
    ]
    found = participation_scaling(samples, (0.0, 2.0))
    assert abs(found.a) < 4 * found.standard_error
    assert found.prefactor == pytest.approx(0.6, rel=0.1)


def test_the_scaled_window_follows_the_phonons(rng):
    """e = 4 N^-a omega L: at fixed omega e ~ N^(-a + 1/3), at fixed omega/omega_T1 e ~ N^-a."""
    samples = [synthetic(rng, n, 0.9, glasses=400, spread=0.1, depends=1.0) for n in SIZES[:3]]
    # Narrow windows: the mean of omega inside them is the same for all sizes.
    fixed = participation_scaling(samples, (0.8, 0.9), resamples=50)
    scaled = participation_scaling(samples, (0.8, 0.9), scaled=True, resamples=50)
    assert abs(fixed.a - (0.9 - 1 / 3)) < 4 * fixed.standard_error
    assert abs(scaled.a - 0.9) < 4 * scaled.standard_error
    assert scaled.points[0].low == pytest.approx(0.8 * 8 * 200 ** (-1 / 3))


def test_the_mean_is_over_modes_and_its_error_over_glasses():
    """By hand: sums 0.3, 0.5, 0.1, 0.2, 0.4 and numbers 2, 2, 1, 1, 1."""
    ratios = [[0.1, 0.2], [0.2, 0.3], [0.1], [0.2], [0.4]]
    sample = ParticipationSample(10, [np.full(len(array), 0.5) for array in ratios], ratios)
    point = participation_scaling([sample], (0.0, 1.0)).points[0]
    sums, numbers = np.array([0.3, 0.5, 0.1, 0.2, 0.4]), np.array([2, 2, 1, 1, 1])
    left = np.array([np.delete(sums, k).sum() / np.delete(numbers, k).sum() for k in range(5)])
    assert point.mean == pytest.approx(1.5 / 7)
    assert point.mean_error == pytest.approx(np.sqrt(4 / 5 * np.sum((left - left.mean()) ** 2)))
    assert point.median == 0.2
    assert (point.modes, point.glasses, point.glasses_in_all) == (7, 5, 5)


def test_modes_of_one_glass_do_not_count_as_many(rng):
    """Ten copies of every mode leave mean, median and their errors alone."""
    once = synthetic(rng, 400, 0.8, glasses=80)
    often = ParticipationSample(
        400, *([np.repeat(x, 10) for x in arrays] for arrays in (once.frequencies, once.participation))
    )
    first, second = (participation_scaling([sample], (0.0, 2.0)).points[0] for sample in (once, often))
    assert second.modes == 10 * first.modes
    for name in ("mean", "mean_error", "median", "median_error"):
        assert getattr(second, name) == pytest.approx(getattr(first, name), rel=0.02)


def test_errors_cover(rng):
    """68 % of the exponents lie within one standard error, also where modes of a glass are correlated."""
    hits = []
    for seed in range(150):
        samples = [synthetic(rng, n, 0.7, glasses=30, spread=0.3, common=0.2) for n in (400, 800, 1600)]
        found = participation_scaling(samples, (0.1, 2.0), resamples=2, seed=seed)
        hits.append(abs(found.a - 0.7) < found.standard_error)
    # At 30 glasses Student's t takes one per cent from the normal coverage.
    assert abs(np.mean(hits) - 0.675) < 4 * np.sqrt(0.675 * 0.325 / 150)


def test_the_error_of_the_median_covers(rng):
    hits = []
    for seed in range(150):
        point = participation_scaling([synthetic(rng, 400, 0.7, glasses=40)], (0.0, 2.0), resamples=60, seed=seed)
        truth = 4 * 400**-0.7 * np.exp(-(0.3**2) / 2)
        hits.append(abs(point.points[0].median - truth) < point.points[0].median_error)
    assert abs(np.mean(hits) - 0.675) < 4 * np.sqrt(0.675 * 0.325 / 150)


def test_what_is_missing_says_why(rng):
    empty = ParticipationSample(100, [[]] * 6, [[]] * 6, omega_t1=1.0)
    few = ParticipationSample(150, [[0.5]] * 3, [[0.2]] * 3, omega_t1=1.0)
    samples = [empty, few, *(synthetic(rng, n, 0.8) for n in (400, 800))]
    found = participation_scaling(samples, (0.2, 1.0))
    assert found.points[0].reason == "no mode in the window"
    assert found.points[1].mean == pytest.approx(0.2)
    assert np.isnan(found.points[1].mean_error)
    assert "N = 100: no mode in the window; N = 150: 3 glasses" in found.reason
    assert (found.degrees_of_freedom, np.isnan(found.p_value)) == (0, True)
    assert np.isfinite(found.a)
    alone = participation_scaling([empty, few], (0.2, 1.0))
    assert np.isnan(alone.a)
    assert "two sizes" in alone.reason
    unknown = ParticipationSample(150, [[0.5]] * 8, [[0.2]] * 8)
    assert participation_scaling([unknown], (0.2, 1.0), scaled=True).points[0].reason == "omega_T1 is not determined"


def test_what_is_no_sample_is_refused(rng):
    with pytest.raises(InputError, match="as many arrays"):
        ParticipationSample(10, [[0.5]], [])
    with pytest.raises(InputError, match="glass 0"):
        ParticipationSample(10, [[0.5, 0.6]], [[0.2]])
    with pytest.raises(InputError, match="glass 0"):
        ParticipationSample(10, [[0.5]], [[1.2]])
    sample = synthetic(rng, 400, 0.8)
    with pytest.raises(InputError, match="known up to 2"):
        participation_scaling([sample], (0.5, 2.5))
    with pytest.raises(InputError, match="window"):
        participation_scaling([sample], (0.5, 0.5))
    with pytest.raises(InputError, match="statistic"):
        participation_scaling([sample], (0.5, 1.0), statistic="mode")
    with pytest.raises(InputError, match="one for each size"):
        participation_scaling([sample, sample], (0.5, 1.0))
