"""Waves of elastic media whose answers are known on paper."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.modes import ElasticTensors, debye_frequency, elastic_waves, sound_speed
from hessian_lab.modes._shells import wave_shells


def isotropic(dim, first, shear, *, stress=None):
    """A medium whose stress under strain has the constants lambda and mu."""
    eye = np.eye(dim)
    tensor = first * np.einsum("ab,cd->abcd", eye, eye)
    tensor = tensor + shear * (np.einsum("ac,bd->abcd", eye, eye) + np.einsum("ad,bc->abcd", eye, eye))
    return ElasticTensors(tensor, np.zeros((dim, dim)) if stress is None else stress)


@pytest.mark.parametrize("dim", [2, 3])
def test_an_isotropic_medium_has_two_speeds(dim):
    """omega = c k with rho c_T^2 = mu and rho c_L^2 = lambda + 2 mu, whatever the direction."""
    tensors = isotropic(dim, 3.0, 2.0)
    for shell in wave_shells(5.0 * np.eye(dim), shells=4):
        waves = elastic_waves(tensors, 0.5, shell)
        assert waves.of("transverse") == pytest.approx(2.0 * shell.wavenumber, rel=1e-12)
        assert waves.of("longitudinal") == pytest.approx(np.sqrt(14) * shell.wavenumber, rel=1e-12)
        assert waves.of("transverse").size * 2 == shell.degeneracy("transverse")
        assert waves.longitudinal_share[:, -1] == pytest.approx(np.ones(len(shell.vectors)))
        assert waves.longitudinal_share[:, 0] == pytest.approx(np.zeros(len(shell.vectors)), abs=1e-12)
        assert waves.splitting("transverse") == pytest.approx(0, abs=1e-12)
    d, bulk = dim, 3 + 4 / dim
    assert tensors.bulk_modulus == pytest.approx(bulk)
    assert tensors.poisson_ratio == pytest.approx(3 / ((d - 1) * 3 + 4))


def test_a_soft_plane_splits_the_first_shell():
    """Displacements along x with gradients along y are softer: only that wave of the square slows down."""
    tensor = isotropic(2, 3.0, 2.0).piola.copy()
    tensor[0, 1, 0, 1] = 0.5
    (first,) = wave_shells(2 * np.pi * np.eye(2), shells=1)
    waves = elastic_waves(ElasticTensors(tensor, np.zeros((2, 2))), 1.0, first)
    found = {tuple(n): omega for n, omega in zip(first.indices.tolist(), waves.of("transverse")[:, 0], strict=True)}
    assert found[1, 0] == pytest.approx(np.sqrt(2))
    assert found[0, 1] == pytest.approx(np.sqrt(0.5))
    assert waves.mean("transverse") == pytest.approx(np.sqrt(1.25))
    assert waves.splitting("transverse") == pytest.approx(np.sqrt(0.5) / np.sqrt(1.25))


def test_unstable_media_carry_no_shear_wave():
    tensors = isotropic(3, 3.0, -0.1)
    (first,) = wave_shells(np.eye(3), shells=1)
    waves = elastic_waves(tensors, 1.0, first)
    assert np.isnan(waves.of("transverse")).all()
    assert (waves.squared[:, :2] < 0).all()
    assert np.isfinite(waves.of("longitudinal")).all()
    assert np.isnan(waves.mean("transverse"))
    assert np.isnan(waves.splitting("transverse"))
    assert np.isnan(tensors.poisson_ratio)
    assert np.isnan(sound_speed(-0.1, 1.0))
    with pytest.raises(InputError, match="of 3 dimensions, but they are of 2"):
        elastic_waves(tensors, 1.0, wave_shells(np.eye(2), shells=1)[0])


@pytest.mark.parametrize("dim", [2, 3])
def test_below_the_debye_frequency_lie_d_n_waves(dim):
    """Count the waves of a box of 64000 particles, up to the roughness of the ball of lattice points."""
    particles, density, transverse, longitudinal = 64_000, 1.3, 1.5, 3.0
    edge = (particles / density) ** (1 / dim)
    debye = debye_frequency(density, transverse, longitudinal, dimension=dim)
    reach = int(np.ceil(debye / transverse * edge / (2 * np.pi)))
    axes = np.meshgrid(*[np.arange(-reach, reach + 1)] * dim, indexing="ij")
    wavenumbers = 2 * np.pi / edge * np.sqrt(sum(axis.astype(float) ** 2 for axis in axes)).reshape(-1)
    count = (dim - 1) * np.sum(wavenumbers * transverse < debye) + np.sum(wavenumbers * longitudinal < debye)
    # A ball of radius R holds its volume of lattice points up to a part of its surface, N^(1 - 1/d).
    surface = particles ** (1 - 1 / dim)
    assert abs(count - dim * particles) < surface


def test_debye_frequencies_in_closed_form():
    assert debye_frequency(1.2, 3.0, 3.0) == pytest.approx(3.0 * (6 * np.pi**2 * 1.2) ** (1 / 3))
    expected = (18 * np.pi**2 * 1.2) ** (1 / 3) * (2 / 8 + 1 / 64) ** (-1 / 3)
    assert debye_frequency(1.2, 2.0, 4.0) == pytest.approx(expected)
    assert debye_frequency(1.2, 2.0, 4.0, dimension=2) == pytest.approx(np.sqrt(8 * np.pi * 1.2 / (1 / 4 + 1 / 16)))
    assert np.isnan(debye_frequency(1.2, float("nan"), 4.0))
