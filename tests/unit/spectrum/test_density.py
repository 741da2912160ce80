"""Densities of states from moments agree with the exact spectrum within the errors that they state."""

import numpy as np
import pytest
from hessian_cases import case, exact, glass

from hessian_lab._core.errors import InputError
from hessian_lab.spectrum import density_of_states, spectrum
from hessian_lab.spectrum._density import jackson


def exact_density(hessian, edges):
    omega = spectrum(hessian, vectors=False).omega
    return np.histogram(omega, edges)[0] / hessian.size / np.diff(edges)


@pytest.mark.parametrize(
    "settings", [{}, {"product": "matrix-free"}, {"method": "lanczos"}], ids=["kpm", "matrix-free", "lanczos"]
)
def test_the_density_agrees_with_the_spectrum_within_its_errors(settings):
    """Deviations over stated errors have a mean square near 1: the errors are neither boasts nor alarms."""
    scores = []
    for seed in range(4):
        hessian = glass(3, 150, seed)
        found = density_of_states(hessian, edges=15, vectors=32, seed=seed, **settings)
        scores.append((found.density - exact_density(hessian, found.edges)) / np.maximum(found.error, 1e-12))
        assert found.density.sum() * (found.edges[1] - found.edges[0]) == pytest.approx(1, abs=5e-3)
        assert (found.density > -5 * found.error).all()
    scores = np.concatenate(scores)
    # 60 values: the mean square of normal deviates lies within 0.5 and 1.7 but for one case in 10^4.
    assert 0.4 < np.mean(scores**2) < 1.8
    assert np.abs(scores).max() < 4.5


def test_both_products_give_the_same_moments():
    hessian = case("2D")
    sparse, free = (density_of_states(hessian, edges=10, product=p) for p in ("sparse", "matrix-free"))
    assert free.density == pytest.approx(sparse.density, abs=1e-8)
    assert (sparse.product, free.product) == ("sparse", "matrix-free")


def test_errors_fall_with_more_vectors_and_more_moments():
    hessian = case("3D")
    few, many = (density_of_states(hessian, edges=15, vectors=k) for k in (8, 128))
    # Four times as many vectors halve the error.
    ratio = np.sqrt(np.mean(few.statistical**2) / np.mean(many.statistical**2))
    assert ratio == pytest.approx(4, rel=0.3)
    coarse, fine = (density_of_states(hessian, edges=15, vectors=4, moments=m) for m in (64, 2048))
    assert np.mean(fine.truncation**2) < 0.1 * np.mean(coarse.truncation**2)
    assert fine.resolution == pytest.approx(coarse.resolution / 32)


def test_zero_modes_are_counted_exactly():
    """Translations, and rattlers that touch nothing, are known: the bin at zero has no noise from them."""
    hessian = case("rattlers")
    zeros = hessian.trivial_modes.shape[1]
    values, _ = exact("rattlers")
    edges = np.array([0.0, 0.02, np.sqrt(values[-1]) * 1.01])
    found = density_of_states(hessian, edges=edges, vectors=16, moments=4096)
    low = int((values < 0.02**2).sum())
    assert zeros <= low
    assert found.density[0] * 0.02 * hessian.size == pytest.approx(
        low, abs=0.3 + 4 * 0.02 * hessian.size * found.error[0]
    )


def test_negative_modes_stand_at_negative_frequencies():
    hessian = case("saddle")
    values, _ = exact("saddle")
    found = density_of_states(hessian, edges=12, vectors=64)
    assert found.bounds[0] < values[0]
    assert found.edges[0] < 0
    negative = float(found.density[found.edges[1:] <= 0].sum() * (found.edges[1] - found.edges[0]))
    expected = (np.sign(values) * np.sqrt(np.abs(values)) < found.edges[found.edges <= 0].max()).mean()
    assert negative == pytest.approx(expected, abs=0.02)
    lanczos = density_of_states(hessian, edges=found.edges, vectors=64, method="lanczos")
    assert lanczos.density == pytest.approx(found.density, abs=5 * np.hypot(found.error, lanczos.error).max())


def test_jacksons_kernel_is_positive_and_of_the_stated_width():
    """sum g_m cos(m phi) >= 0, g_0 = 1, and a variance of (pi/M)^2 (Weisse et al., eq. 74)."""
    number = 200
    kernel = jackson(number)
    phi = np.linspace(-np.pi, np.pi, 20001)
    shape = kernel[0] + 2 * (kernel[1:] * np.cos(np.outer(phi, np.arange(1, number)))).sum(axis=1)
    assert kernel[0] == pytest.approx(1)
    assert shape.min() > -1e-10
    near = np.abs(phi) < 0.2
    variance = np.sum(shape[near] * phi[near] ** 2) / np.sum(shape[near])
    assert variance == pytest.approx((np.pi / number) ** 2, rel=0.05)


def test_the_reduced_density_shows_a_boson_peak():
    """g/omega^2 of the exact spectrum and of the moments, and its error."""
    hessian = glass(3, 150)
    found = density_of_states(hessian, edges=np.linspace(0.5, 8, 9), vectors=64)
    reduced, error = found.reduced(3)
    assert reduced == pytest.approx(found.density / found.centres**2)
    assert error == pytest.approx(found.error / found.centres**2)
    assert (error > 0).all()


def test_progress_is_shown():
    seen = []
    density_of_states(case("2D"), vectors=20, moments=64, progress=lambda done, all_: seen.append((done, all_)))
    assert seen == [(8, 20), (16, 20), (20, 20)]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"vectors": 1}, "argument vectors must be at least 2, .* but got 1"),
        ({"moments": 3}, "argument moments must be at least 8, but got 3"),
        ({"method": "magic"}, "argument method must be one of kpm, lanczos, but got 'magic'"),
        ({"product": "dense"}, "argument product must be one of auto, sparse, matrix-free, but got 'dense'"),
        ({"method": "lanczos", "moments": 1000}, "argument moments must be at most 398 Lanczos steps"),
        ({"edges": 0}, "argument edges must be at least 1 bin"),
        ({"edges": [1.0, 1.0]}, "argument edges must be an ascending list"),
        ({"method": "lanczos", "product": "sparse"}, "product = sparse does not go with method lanczos"),
    ],
)
def test_bad_arguments_are_named(settings, message):
    with pytest.raises(InputError, match=message):
        density_of_states(case("2D"), **settings)
