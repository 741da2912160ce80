"""Eigen-solvers agree, count zero modes, catch what is wrong, and tell minima from saddles."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import ComputationError, InputError
from hessian_lab.hessian import Hessian, hessian, interacting_pairs
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import RESIDUAL, batched_spectra, confirm, spectrum, status_of_modes
from hessian_lab.spectrum import _spectrum as solvers
from hessian_lab.spectrum._full import DRIVERS, dense_device, orthogonality_of
from hessian_lab.spectrum._spectrum import RETRIES
from hessian_lab.systems import Configuration, random_configuration


@pytest.fixture(scope="module", params=[2, 3], ids=["2D", "3D"])
def glass(request):
    """A quenched polydisperse glass with unequal masses."""
    model = named_model("polydisperse", dimension=request.param)
    parent = random_configuration(model, 100, np.random.default_rng(4))
    result = quench(model.build(), Fire(), parent)
    assert result.status is Status.CONVERGED
    r = result.configuration
    masses = np.random.default_rng(1).uniform(0.5, 2, 100)
    heavy = Configuration.create(r.positions, r.cell, diameters=r.diameters, masses=masses)
    return hessian(model.build(), heavy)


def contact(positions, cell):
    return hessian(named_model("contact", dimension=2).build(), Configuration.create(positions, cell))


def test_the_solvers_agree(glass):
    """LAPACK in full and in part, the jax device, and shift-invert Lanczos: eigenvalues, and the spaces they span."""
    dim = glass.pairs.configuration.dimension
    full = spectrum(glass)
    assert full.complete
    assert full.zero_modes == dim
    assert full.negative_modes == 0
    assert confirm(full, 0) is Status.CONVERGED
    assert full.eigenvalues == pytest.approx(np.linalg.eigvalsh(glass.dense()), abs=1e-12 * full.largest)
    for found in (
        spectrum(glass, count=20, method="lapack"),
        spectrum(glass, method="device"),
        spectrum(glass, count=20, method="device"),
        spectrum(glass, count=20, method="sparse"),
    ):
        modes = found.eigenvalues.size
        assert found.eigenvalues[dim:20] == pytest.approx(full.eigenvalues[dim:20], rel=1e-9)
        assert found.eigenvalues == pytest.approx(full.eigenvalues[:modes], abs=1e-11 * full.largest)
        assert found.zero_modes == dim
        assert found.largest == pytest.approx(full.largest, rel=0.1)
        assert found.residual < RESIDUAL
        assert found.complete == (modes == full.size)
        # Overlap of the spaces below a gap: all singular values 1.
        overlap = np.linalg.svd(found.vectors[:, :20].T @ full.vectors[:, :20], compute_uv=False)
        assert overlap[:19] == pytest.approx(1, abs=1e-8)
        assert found.vectors.T @ found.vectors == pytest.approx(np.eye(modes), abs=1e-9)


def test_vectors_are_optional_and_come_as_modes(glass):
    dim = glass.pairs.configuration.dimension
    full = spectrum(glass)
    bare = spectrum(glass, vectors=False)
    assert bare.vectors is None
    assert bare.residual is None
    assert bare.eigenvalues == pytest.approx(full.eigenvalues, abs=1e-12 * full.largest)
    with pytest.raises(InputError, match="vectors=True"):
        bare.modes()
    modes = full.modes()
    assert modes.shape == (full.size, 100, dim)
    # Translations: displacement sqrt(m) in mass-weighted coordinates, the same for every particle once divided.
    moved = modes[:dim] / np.sqrt(glass.pairs.configuration.masses)[:, None]
    assert np.ptp(moved, axis=1).max() < 1e-6
    energy = np.einsum("kpd,kpd->k", (modes.reshape(full.size, -1) @ glass.dense()).reshape(modes.shape), modes)
    assert energy == pytest.approx(full.eigenvalues, abs=1e-11 * full.largest)


def test_frequencies_carry_the_sign_of_the_eigenvalue(glass):
    full = spectrum(glass, vectors=False)
    dim = glass.pairs.configuration.dimension
    assert (full.omega[:dim] == 0).all()
    assert full.omega[dim:] ** 2 == pytest.approx(full.eigenvalues[dim:], rel=1e-14)
    assert np.array_equal(full.positive_omega, full.omega[dim:])
    unstable = spectrum(contact(np.array([[0.0, 0.0], [0.9, 0.0]]), 4.0), vectors=False)
    assert unstable.omega[0] == pytest.approx(-np.sqrt(2 * 0.2 / 0.9), rel=1e-12)
    assert unstable.positive_omega == pytest.approx([2.0], rel=1e-12)


def test_a_saddle_is_recognised():
    """A straight chain of compressed discs across a periodic box is force-free and buckles: N - 1 negative modes."""
    positions = np.stack([0.95 * np.arange(6), np.zeros(6)], axis=1)
    chain = contact(positions, np.diag([6 * 0.95, 3.0]))
    assert chain.pairs.max_force < 1e-14
    found = spectrum(chain)
    assert found.negative_modes == 5
    assert found.zero_modes == 2
    assert confirm(found, 0) is Status.SADDLE
    lowest = spectrum(chain, count=3)
    assert confirm(lowest, 0) is Status.SADDLE
    assert not Status.SADDLE.failed


def test_a_saddle_of_two_wells():
    """Three Lennard-Jones particles in a line, the middle one in balance: unstable across, a saddle; the triangle is a
    minimum with its 3 rotations and 3 translations.
    """
    table = {"core": {"kind": "lennard-jones"}, "taper": "local:3:2.6", "cutoff": 3.0, "mixing": {"kind": "additive"}}
    potential = Potential(PotentialSettings.model_validate(table))
    r = 2 ** (1 / 6)
    triangle = Configuration.create(r * np.array([[0, 0, 0], [1, 0, 0], [0.5, np.sqrt(3) / 2, 0]]), 8.0)
    found = spectrum(hessian(potential, triangle))
    assert (found.zero_modes, found.negative_modes) == (6, 0)
    # Equilateral triangle of springs k: 3 k (breathing) and twice 3 k / 2.
    k = 72 / 2 ** (1 / 3)
    assert found.eigenvalues[6:] == pytest.approx([1.5 * k, 1.5 * k, 3 * k], rel=1e-12)
    assert confirm(found, 0) is Status.MARGINAL
    assert confirm(found, 1) is Status.CONVERGED
    # The collinear state: balanced where phi'(r) + phi'(2 r) = 0, by bisection.
    low, high = 1.0, r
    for _ in range(80):
        middle = 0.5 * (low + high)
        line = Configuration.create(middle * np.array([[0.0, 0, 0], [1, 0, 0], [2, 0, 0]]), 8.0)
        low, high = (middle, high) if interacting_pairs(potential, line).forces[0, 0] < 0 else (low, middle)
    stationary = hessian(potential, line)
    assert stationary.pairs.max_force < 1e-12
    bent = spectrum(stationary)
    assert bent.negative_modes == 2
    assert bent.zero_modes == 5
    assert confirm(bent, 0) is Status.SADDLE
    assert confirm(bent, 10) is Status.SADDLE


@pytest.mark.parametrize(
    ("negative", "zero", "dimension", "rattlers", "expected"),
    [
        (0, 3, 3, 0, Status.CONVERGED),
        (0, 2, 2, 0, Status.CONVERGED),
        (0, 9, 3, 2, Status.CONVERGED),
        (0, 4, 3, 0, Status.MARGINAL),
        (0, 7, 2, 2, Status.MARGINAL),
        (1, 3, 3, 0, Status.SADDLE),
        (2, 9, 3, 1, Status.SADDLE),
    ],
)
def test_counts_decide_the_status(negative, zero, dimension, rattlers, expected):
    assert status_of_modes(negative, zero, dimension, rattlers) is expected


@pytest.mark.parametrize("vectors", [True, False])
def test_a_corrupted_result_is_caught(glass, monkeypatch, vectors):
    """Vectors that are wrong by 1e-6 or not orthogonal, eigenvalues that do not sum up, NaN: all are caught."""
    honest = solvers.dense_lapack

    def spoilt(kind):
        def solver(matrix, count, wanted, below=None):
            values, columns = honest(matrix, count, wanted, below)
            values = values.copy()
            if columns is None:
                values[7] *= 1 + 1e-4
            elif kind == "copies":
                columns[:, 10], values[10] = columns[:, 9], values[9]
            else:
                columns[0, 5] += 1e-6
            return values, columns

        return solver

    for kind in ("copies", "wrong"):
        monkeypatch.setattr(solvers, "dense_lapack", spoilt(kind))
        with pytest.raises(ComputationError, match="residual"):
            spectrum(glass, method="lapack", vectors=vectors)
    nothing = np.full((glass.size, glass.size), np.nan) if vectors else None
    monkeypatch.setattr(solvers, "dense_lapack", lambda *_: (np.full(glass.size, np.nan), nothing))
    with pytest.raises(ComputationError, match="residual"):
        spectrum(glass, method="lapack", vectors=vectors)


def test_a_faulty_device_is_tried_again_and_then_replaced_by_the_host(glass, monkeypatch):
    """NaN without an error, as accelerators have returned it: another driver, then LAPACK; the method's name tells."""
    nothing = np.full((glass.size, glass.size), np.nan)
    honest, tried, working = solvers.dense_device, [], [""]

    def faulty(matrix, vectors, driver="default"):
        tried.append(driver)
        if driver == working[0]:
            return honest(matrix, vectors)
        return np.full(glass.size, np.nan), nothing

    monkeypatch.setattr(solvers, "dense_device", faulty)
    for driver, expected in (("jacobi", "device (jacobi)"), ("none", "lapack (the device failed its check)")):
        tried.clear()
        working[0] = driver
        found = spectrum(glass, method="device")
        assert tried == ["default", *RETRIES]
        assert found.method == expected
        assert found.eigenvalues == pytest.approx(np.linalg.eigvalsh(glass.dense()), abs=1e-12 * found.largest)


def test_drivers_that_a_device_lacks_are_passed_over(glass, monkeypatch):
    def lacking(matrix, vectors, driver="default"):
        if driver != "default":
            raise NotImplementedError(driver)
        return np.full(glass.size, np.nan), np.full((glass.size, glass.size), np.nan)

    monkeypatch.setattr(solvers, "dense_device", lacking)
    assert spectrum(glass, method="device").method == "lapack (the device failed its check)"


@pytest.mark.parametrize("driver", DRIVERS)
def test_every_driver_of_the_device_agrees(glass, driver):
    """Where it exists on this device at all."""
    try:
        values, columns = dense_device(glass.dense(), True, driver)
    except (NotImplementedError, ValueError):
        assert driver in ("jacobi", "qdwh")
        return
    expected = np.linalg.eigvalsh(glass.dense())
    assert values == pytest.approx(expected, abs=1e-11 * expected[-1])
    assert glass.dense() @ columns == pytest.approx(columns * values, abs=1e-10 * expected[-1])


def test_the_orthogonality_probe_sees_every_kind_of_fault(glass, rng):
    columns = np.linalg.eigh(glass.dense())[1]
    assert orthogonality_of(columns) < 1e-13
    scaled, copied, tilted = columns.copy(), columns.copy(), columns.copy()
    scaled[:, 150] *= 1 + 1e-6
    copied[:, 150] = copied[:, 149]
    tilted[:, 150] += 1e-6 * columns[:, 3]
    assert orthogonality_of(scaled) > 1e-8
    assert orthogonality_of(copied) > 1e-2
    assert orthogonality_of(tilted) > 1e-8
    assert orthogonality_of(np.full_like(columns, np.nan)) == np.inf


def test_batched_spectra_agree_with_one_by_one(glass, rng):
    """Two matrices at once; their residuals and zero modes; and NaN stays visible."""
    one = glass.dense()
    other = Hessian(glass.pairs, prestress=0.5).dense()
    found = batched_spectra(np.stack([one, other]))
    for k, matrix in enumerate((one, other)):
        expected = np.linalg.eigvalsh(matrix)
        assert np.asarray(found.eigenvalues[k]) == pytest.approx(expected, abs=1e-11 * expected[-1])
        assert int(found.zero[k].sum()) == glass.pairs.configuration.dimension
        vectors = np.asarray(found.vectors[k])
        assert matrix @ vectors == pytest.approx(vectors * expected, abs=1e-10 * expected[-1])
    assert (np.asarray(found.residual) < 1e-12).all()
    broken = batched_spectra(np.stack([one, np.full_like(one, np.nan)]))
    assert np.asarray(broken.residual)[0] < 1e-12
    assert not np.asarray(broken.residual)[1] <= RESIDUAL


@pytest.mark.gpu
def test_the_accelerator_agrees_with_lapack(glass):
    found = spectrum(glass, method="device")
    assert found.method == "device"
    assert found.eigenvalues == pytest.approx(np.linalg.eigvalsh(glass.dense()), abs=1e-11 * found.largest)
