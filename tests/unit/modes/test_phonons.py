"""Phonon content: exact on a crystal, complete on glasses, calibrated on noise and waves."""

import numpy as np
import pytest
from hessian_cases import crystal, glass

from hessian_lab._core.errors import InputError
from hessian_lab.modes import debye_wavenumber, gaussian_modes, phonon_content, plane_waves, shell_splitting


@pytest.fixture(scope="module")
def ordered():
    """FCC: configuration, plane waves up to completeness, and all modes."""
    hessian = crystal(3)
    sample = hessian.pairs.configuration
    values, vectors = np.linalg.eigh(hessian.dense())
    waves = plane_waves(sample, highest=1.5 * debye_wavenumber(sample))
    return hessian, waves, values, vectors.T.reshape(-1, sample.particles, 3)


def test_all_waves_of_a_crystal_are_all_its_displacements(ordered):
    """Every mode: shells, polarisations and translation add up to 1, and nothing remains."""
    _, waves, _, modes = ordered
    assert waves.complete
    content = phonon_content(modes, waves)
    total = content.transverse.sum(axis=1) + content.longitudinal.sum(axis=1) + content.translation
    np.testing.assert_allclose(total, 1, atol=1e-10)
    assert content.remainder.max() < 1e-10
    assert np.sum(content.translation > 0.5) == 3


def test_modes_of_a_crystal_along_100_are_on_their_own_shell(ordered):
    """Waves along [100] are eigenvectors of the FCC Hessian; their eigenvalues' modes score 1 there and 0 elsewhere."""
    hessian, waves, values, modes = ordered
    matrix = hessian.dense()
    for polarisation, degeneracy in (("transverse", 12), ("longitudinal", 6)):
        columns = waves.raw[:, waves.block(1, polarisation)]
        assert columns.shape[1] == degeneracy
        level = np.einsum("na,na->a", columns, matrix @ columns)
        np.testing.assert_allclose(level, level[0], rtol=1e-10)
        np.testing.assert_allclose(matrix @ columns, columns * level, atol=1e-9 * level[0])
        own = np.flatnonzero(np.abs(values - level[0]) < 1e-7 * level[0])
        assert own.size == degeneracy
        content = phonon_content(modes[own], waves)
        here = getattr(content, polarisation)
        np.testing.assert_allclose(here[:, 0], 1, atol=1e-9)
        other = content.longitudinal if polarisation == "transverse" else content.transverse
        assert other.max() < 1e-9
        assert here[:, 1:].max() < 1e-9
        np.testing.assert_allclose(content.first_shell(polarisation).sum(axis=1), here[:, 0], atol=1e-12)
        assert (content.order_parameter() >= 0).all()


def test_one_wave_of_a_crystal_is_one_wave(ordered):
    """A plane wave has order parameter 1, one wave takes part, and its structure is size/number on its own shell."""
    _, waves, _, _ = ordered
    size, dim = waves.raw.shape[0], 3
    wave = waves.raw[:, waves.block(1, "transverse")][:, :1].T.reshape(1, -1, dim)
    content = phonon_content(wave, waves)
    np.testing.assert_allclose(content.order_parameter(), 1, atol=1e-10)
    np.testing.assert_allclose(content.participation_of_waves, 1, atol=1e-9)
    structure = content.structure("transverse")[0]
    assert abs(structure[0] - size / 12) < 1e-9 * size
    assert structure[1:4].max() < 1e-12 * size


@pytest.mark.parametrize("dim", [2, 3])
@pytest.mark.parametrize("share", [0.5, 1.0])
def test_weights_of_a_glass_add_up(dim, share):
    """Unequal masses, all modes: orthonormal weights and remainder give 1; raw sums do not, by more than a percent."""
    hessian = glass(dim, 100)
    sample = hessian.pairs.configuration
    waves = plane_waves(sample, highest=share * debye_wavenumber(sample))
    content = phonon_content(np.linalg.eigh(hessian.dense())[1].T.reshape(-1, 100, dim), waves)
    within = content.transverse.sum(axis=1) + content.longitudinal.sum(axis=1)
    assert (within < 1 + 1e-10).all()
    np.testing.assert_allclose(within + content.translation + content.remainder, 1, atol=1e-10)
    np.testing.assert_allclose(content.translation[:dim], 1, atol=1e-10)
    assert content.translation[dim:].max() < 1e-10
    # Orthonormal modes: each column of the basis is shared out among them.
    spread = content.transverse.sum(axis=0) + content.longitudinal.sum(axis=0)
    np.testing.assert_allclose(spread, waves.rank.reshape(-1, 2).sum(axis=1), atol=1e-8)
    raw = content.raw_transverse.sum(axis=1) + content.raw_longitudinal.sum(axis=1)
    if share == 1.0:
        assert raw[dim:].std() > 0.01
        assert (raw > 1).any()


def test_mass_weights_belong_to_the_waves():
    """A displacement wave with unequal masses is on its shell only if sqrt(m) multiplies it."""
    sample = glass(3, 100).pairs.configuration
    waves = plane_waves(sample, shells=3)
    vector = waves.shells[0].vectors[0]
    moves = np.cos(sample.positions @ vector)[:, None] * np.cross(vector, [0.3, 0.5, 0.7])
    shares = []
    for factor in (np.sqrt(sample.masses)[:, None], 1.0):
        mode = moves * factor
        mode /= np.linalg.norm(mode)
        content = phonon_content(mode[None], waves)
        shares.append(content.transverse[0, 0] + content.translation[0])
    assert abs(shares[0] - 1) < 1e-12
    assert shares[1] < 0.98


@pytest.mark.parametrize("dim", [2, 3])
def test_white_noise_has_structure_one_and_no_order(dim, rng):
    """Random unit vectors: every raw wave has weight 1/size; means over vectors within 5 standard errors."""
    sample = glass(dim, 100).pairs.configuration
    waves = plane_waves(sample, shells=6)
    fields = rng.normal(size=(1500, sample.positions.size))
    fields /= np.linalg.norm(fields, axis=1, keepdims=True)
    content = phonon_content(fields.reshape(1500, -1, dim), waves)
    for polarisation in ("transverse", "longitudinal"):
        structure = content.structure(polarisation)
        error = structure.std(axis=0, ddof=1) / np.sqrt(1500)
        assert (error < 0.03).all()
        assert (np.abs(structure.mean(axis=0) - 1) < 5 * error).all()
    assert content.order_parameter().max() == 0
    assert gaussian_modes(sample, 2, rng).shape == (2, 100, dim)


def test_the_order_parameter_is_one_wave_by_one_wave(rng):
    """Half of a mode on one wave, half in noise: only the wave counts; a threshold of 0 counts all there is."""
    sample = glass(3, 100).pairs.configuration
    waves = plane_waves(sample, shells=3)
    wave = waves.basis[:, 0]
    noise = rng.normal(size=wave.size)
    noise -= waves.independent @ (waves.independent.T @ noise)
    noise -= waves.translations @ (waves.translations.T @ noise)
    mode = np.sqrt(0.6) * wave + np.sqrt(0.4) * noise / np.linalg.norm(noise)
    content = phonon_content(mode.reshape(1, -1, 3), waves)
    np.testing.assert_allclose(content.order_parameter(), 0.6, rtol=1e-12)
    np.testing.assert_allclose(content.order_parameter(0), 0.6, rtol=1e-12)
    np.testing.assert_allclose(content.remainder, 0.4, rtol=1e-12)
    with pytest.raises(InputError, match="must be below 297"):
        content.order_parameter(297)


def test_shells_of_a_crystal_are_not_split_and_of_a_glass_are(ordered):
    """The 12 modes of the first shell: all its weight and no width in FCC; in a glass they differ and share it out."""
    _, waves, values, modes = ordered
    omega = np.sqrt(np.maximum(values, 0))
    perfect = shell_splitting(phonon_content(modes, waves), omega)
    assert perfect.modes.size == 12
    assert abs(perfect.carried - 1) < 1e-9
    assert perfect.relative_width < 1e-9
    hessian = glass(3, 100)
    values, vectors = np.linalg.eigh(hessian.dense())
    content = phonon_content(vectors.T.reshape(-1, 100, 3)[3:], plane_waves(hessian.pairs.configuration, shells=2))
    split = shell_splitting(content, np.sqrt(values[3:]))
    assert 0.1 < split.carried < 0.95
    assert split.relative_width > 0.02
    assert 0 < split.smallest_gap < 1
    assert (np.diff(split.omega) >= 0).all()
    np.testing.assert_allclose(split.omega, np.sqrt(values[3:])[split.modes])
    with pytest.raises(InputError, match="from 1 to 2"):
        shell_splitting(content, np.sqrt(values[3:]), 0)
    with pytest.raises(InputError, match="at least 12"):
        shell_splitting(content, np.sqrt(values[3:])[:-1])


def test_no_mode_and_one_mode():
    """Rows go in and come out one by one; an empty list is no error."""
    waves = plane_waves(glass(2, 100).pairs.configuration, shells=2)
    modes = np.linalg.eigh(glass(2, 100).dense())[1].T.reshape(-1, 100, 2)
    empty, one, many = (phonon_content(modes[:number], waves) for number in (0, 1, 5))
    assert empty.transverse.shape == (0, 2)
    assert empty.order_parameter().shape == (0,)
    np.testing.assert_allclose(one.transverse, many.transverse[:1], atol=1e-15)


def test_what_is_no_mode_is_refused():
    waves = plane_waves(glass(2, 100).pairs.configuration, shells=2)
    for modes, said in (
        (np.ones((1, 100, 2)), "normalised"),
        (np.full((1, 100, 2), np.nan), "normalised"),
        (np.ones((1, 99, 2)), "198 components"),
    ):
        with pytest.raises(InputError, match=said):
            phonon_content(modes, waves)
