"""Every solver of lowest modes agrees with LAPACK, misses nothing, and says what it did."""

import numpy as np
import pytest
from hessian_cases import NAMES, assert_the_same, case, exact, glass

from hessian_lab import Status
from hessian_lab._core.errors import ComputationError, InputError
from hessian_lab.hessian import Hessian
from hessian_lab.spectrum import ACCURACIES, RESIDUAL, confirm, spectrum
from hessian_lab.spectrum import _lowest as search
from hessian_lab.spectrum._choice import SMALL, SPARSE_SIZE, choose
from hessian_lab.spectrum._factors import NotPositiveError, dense_factor, inertia, superlu_factor

SOLVERS = ("lanczos", "sparse", "cholmod", "chebyshev", "device")


def solve(hessian, solver, **settings):
    if solver == "cholmod":
        pytest.importorskip("cvxopt")
    return spectrum(hessian, method=solver, **settings)


@pytest.mark.parametrize("accuracy", ["accurate", "fast"])
@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("solver", SOLVERS)
def test_every_solver_agrees_with_lapack(solver, name, accuracy):
    values, vectors = exact(name)
    found = solve(case(name), solver, count=32, accuracy=accuracy, prove=True)
    assert found.eigenvalues.size == 32
    assert not found.method.startswith("lapack")
    assert_the_same(found, values, vectors, fast=accuracy == "fast")
    assert found.residual <= ACCURACIES[accuracy].accepted
    assert found.accuracy == accuracy
    assert found.largest == pytest.approx(values[-1], rel=0.1)
    # What is proved is true: everything below the level was handed out.
    assert found.complete_below > values[31] - 1e-6 * values[-1]
    assert (values < found.complete_below).sum() <= 32 or found.complete_below == pytest.approx(values[32])


@pytest.mark.parametrize("name", ["2D", "nearly unstable", "rattlers", "saddle"])
def test_fast_and_accurate_find_the_same_status(name):
    expected = spectrum(case(name), method="lapack")
    rattlers = case(name).pairs.rattlers().size if name == "rattlers" else 0
    for accuracy in ACCURACIES:
        found = spectrum(case(name), count=60, method="lanczos", accuracy=accuracy)
        assert found.zero_modes == int(expected.zero[:60].sum())
        assert found.negative_modes == min(60, expected.negative_modes)
        assert confirm(found, rattlers) is confirm(expected, rattlers)
    assert (confirm(expected, rattlers) is Status.SADDLE) == (name == "saddle")


@pytest.mark.parametrize("solver", ["lanczos", "sparse", "chebyshev", "lapack", "device"])
@pytest.mark.parametrize("rank", [1, 20, 75])
def test_all_modes_below_a_frequency(solver, rank):
    """As many as LAPACK counts, however many that is."""
    values, vectors = exact("3D")
    omega = np.sqrt(0.5 * (values[rank + 2] + values[rank + 3]))
    found = spectrum(case("3D"), omega_max=omega, method=solver)
    assert found.eigenvalues.size == rank + 3
    assert found.eigenvalues == pytest.approx(values[: rank + 3], abs=1e-13 * values[-1])
    assert found.complete_below == pytest.approx(omega**2)
    assert_the_same(found, values, vectors)


def test_a_frequency_below_all_modes_leaves_the_translations():
    found = spectrum(case("3D"), omega_max=1e-3, method="lanczos")
    assert found.eigenvalues.size == found.zero_modes == 3


@pytest.mark.parametrize("count", [1, 2, 3, 4, 100])
def test_few_and_many_modes(count):
    values, _ = exact("3D")
    for solver in ("lanczos", "sparse"):
        found = spectrum(case("3D"), count=count, method=solver)
        assert found.eigenvalues == pytest.approx(values[:count], abs=1e-13 * values[-1])


def test_a_saddle_is_seen_although_only_one_mode_is_asked_for():
    values, _ = exact("saddle")
    found = spectrum(case("saddle"), count=1, method="lanczos")
    assert found.eigenvalues[0] == pytest.approx(values[0], rel=1e-10)
    assert confirm(found, 0) is Status.SADDLE


def test_a_failed_factorisation_is_the_saddle_detector():
    stable, unstable = case("3D"), case("saddle")
    for hessian, expected in ((stable, False), (unstable, True)):
        failed = []
        for factorise in (
            lambda m, z: dense_factor(m, z, 1e-9, np.float64),
            lambda m, z: dense_factor(m, z, 1e-3, np.float32),
            lambda m, z: superlu_factor(m, 1e-7),
        ):
            try:
                factorise(hessian.sparse(), hessian.trivial_modes)
                failed.append(False)
            except NotPositiveError:
                failed.append(True)
        assert failed == [expected] * 3


def test_factors_solve(rng):
    """(H + shift) x = b, for a right side without translations."""
    hessian = case("2D")
    matrix, zeros = hessian.sparse(), hessian.trivial_modes
    right = rng.normal(size=(hessian.size, 5))
    right -= zeros @ (zeros.T @ right)
    shifted = hessian.dense() + 1e-3 * np.eye(hessian.size)
    exact_answer = np.linalg.solve(shifted, right)
    for factor, error in (
        (dense_factor(matrix, zeros, 1e-3, np.float64), 1e-10),
        (dense_factor(matrix, zeros, 1e-3, np.float32), 1e-2),
        (superlu_factor(matrix, 1e-3), 1e-10),
    ):
        answer = factor.solve(right)
        assert np.abs(answer - exact_answer).max() < error * np.abs(exact_answer).max()


@pytest.mark.parametrize("name", ["2D", "3D", "rattlers", "saddle"])
def test_inertia_counts_eigenvalues(name, rng):
    values, _ = exact(name)
    for _ in range(20):
        number = rng.integers(case(name).trivial_modes.shape[1] + 5, values.size - 1)
        level = values[number] + rng.uniform(0.2, 0.8) * (values[number + 1] - values[number])
        assert inertia(case(name).sparse(), level, np.abs(values - level).min()) == number + 1


def test_a_count_too_close_to_an_eigenvalue_is_refused():
    """A level on top of an eigenvalue: the perturbation by rounding is larger than the distance."""
    values, _ = exact("3D")
    with pytest.raises(ComputationError, match="perturbed the matrix"):
        inertia(case("3D").sparse(), values[40], 1e-14)


def test_a_solver_that_does_not_converge_is_replaced_by_lapack(monkeypatch):
    def broken(*_args, **_settings):
        raise ComputationError("broken on purpose")

    monkeypatch.setattr("hessian_lab.spectrum._spectrum.lowest_modes", broken)
    values, vectors = exact("2D")
    found = spectrum(case("2D"), count=20, method="sparse")
    assert found.method == "lapack (sparse failed: broken on purpose)"
    assert_the_same(found, values, vectors)


def test_a_corrupted_result_is_refused(monkeypatch):
    """Vectors that are not orthogonal, and eigenvalues that do not fit them."""
    honest = search.lowest_modes

    def with_copies(*arguments, **settings):
        found = honest(*arguments, **settings)
        found.vectors[:, 10] = found.vectors[:, 9]
        return found

    monkeypatch.setattr("hessian_lab.spectrum._spectrum.lowest_modes", with_copies)
    with pytest.raises(ComputationError, match="orthogonal"):
        spectrum(case("2D"), count=20, method="sparse")


def test_without_vectors():
    values, _ = exact("2D")
    found = spectrum(case("2D"), count=20, method="lanczos", vectors=False)
    assert (found.vectors, found.residual, found.orthogonality) == (None, None, None)
    assert found.eigenvalues == pytest.approx(values[:20], abs=1e-13 * values[-1])


def test_the_same_matrix_gives_the_same_modes():
    first, second = (spectrum(case("3D"), count=20, method="lanczos") for _ in range(2))
    assert np.array_equal(first.vectors, second.vectors)


def test_known_zero_modes_cost_nothing():
    """Translations of what touches something, and every direction of what touches nothing, orthonormal."""
    for name in ("2D", "rattlers"):
        hessian = case(name)
        zeros = hessian.trivial_modes
        alone = int((hessian.pairs.contacts == 0).sum())
        assert zeros.shape[1] == hessian.pairs.configuration.dimension * (1 + alone)
        assert zeros.T @ zeros == pytest.approx(np.eye(zeros.shape[1]), abs=1e-14)
        assert np.abs(hessian.sparse() @ zeros).max() < 1e-12 * np.abs(hessian.dense()).max()
    assert alone >= 2


def test_the_choice_follows_size_entries_and_device(monkeypatch):
    monkeypatch.setattr("hessian_lab.spectrum._choice.cholmod_package", lambda: None)
    short, long = 34, 196
    assert choose(200, 200 * short, 20, "accurate", False) == "lapack"
    assert choose(1500, 1500 * short, 1500, "accurate", False) == "lapack"
    assert choose(1500, 1500 * short, 1500, "accurate", True) == "device"
    assert choose(1500, 1500 * long, 32, "accurate", False) == "lapack"
    assert choose(3000, 3000 * long, 32, "accurate", False) == "lanczos"
    assert choose(1500, 1500 * long, 32, "fast", False) == "lanczos"
    assert choose(1500, 1500 * short, 32, "fast", False) == "lanczos"
    assert choose(1500, 1500 * short, 32, "accurate", False) == "sparse"
    assert choose(2 * SPARSE_SIZE, 2 * SPARSE_SIZE * short, 32, "fast", False) == "sparse"
    assert choose(300_000, 300_000 * short, 32, "fast", False) == "chebyshev"
    assert choose(1500, 1500 * short, 32, "fast", True) == "device"
    monkeypatch.setattr("hessian_lab.spectrum._choice.cholmod_package", lambda: "cvxopt")
    assert choose(1500, 1500 * short, 32, "accurate", False) == "cholmod"
    monkeypatch.setattr("hessian_lab.spectrum._choice.memory_left", lambda: 1e7)
    assert choose(6000, 6000 * long, 32, "fast", False) == "chebyshev"


def test_auto_records_what_it_took(monkeypatch):
    hessian = glass(3, 150)
    assert spectrum(hessian, count=20).method == "lapack"
    monkeypatch.setattr("hessian_lab.spectrum._choice.SMALL", dict.fromkeys(SMALL, 100))
    found = spectrum(hessian, count=20)
    assert found.method.split(",")[0] in ("sparse Cholesky", "sparse L D L^T")
    assert found.residual < RESIDUAL
    assert np.isfinite(found.complete_below)


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"count": 0}, "argument count must lie between 1 and d N = 400, but got 0"),
        ({"count": 2.5}, "argument count must be a whole number, but got 2.5"),
        ({"omega_max": "1"}, "argument omega_max must be a number, but got '1'"),
        ({"count": 10_000}, "argument count must lie between 1 and d N = 400, but got 10000"),
        ({"count": 5, "omega_max": 1.0}, "exclude each other"),
        ({"omega_max": -1.0}, "argument omega_max must be positive, but got -1.0"),
        ({"omega_max": float("nan")}, "argument omega_max must be positive"),
        ({"method": "magic"}, "argument method must be one of auto, lapack, .*, but got 'magic'"),
        ({"accuracy": "great", "count": 5}, "argument accuracy must be one of fast, accurate, but got 'great'"),
        ({"method": "sparse"}, "method sparse finds the lowest modes only"),
        ({"method": "chebyshev", "count": 399}, "method chebyshev finds the lowest modes only"),
    ],
)
def test_impossible_requests_are_named(settings, message):
    with pytest.raises(InputError, match=message):
        spectrum(case("2D"), **settings)


def test_cholmod_that_is_not_there_is_named(monkeypatch):
    monkeypatch.setattr("hessian_lab.spectrum._spectrum.cholmod_package", lambda: None)
    with pytest.raises(InputError, match=r"pip install 'hessian-lab\[cholmod\]'"):
        spectrum(case("2D"), count=5, method="cholmod")


def test_strong_prestress_far_below_zero():
    """Ten times the pre-stress: many deep negative modes, whatever the shift has to be."""
    hessian = Hessian(glass(3, 150).pairs, prestress=10.0)
    values, vectors = np.linalg.eigh(hessian.dense())
    assert values[20] < -1e-2 * values[-1]
    for solver in ("lanczos", "sparse", "chebyshev"):
        assert_the_same(spectrum(hessian, count=20, method=solver), values, vectors)
