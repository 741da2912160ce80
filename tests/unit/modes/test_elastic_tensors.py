"""Elastic tensors of glasses under stress: against finite strains, and by the relations between the definitions."""

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, hessian, interacting_pairs
from hessian_lab.modes import ElasticTensors, elasticity, relaxed_shear_moduli, simple_shear_moduli
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration, random_configuration

STEP = 1e-5


def deformed(sample, gradient):
    """x -> F x, of positions and cell."""
    return Configuration.create(
        sample.positions @ gradient.T, sample.cell @ gradient.T, diameters=sample.diameters, masses=sample.masses
    )


def first_piola(stress, gradient):
    """P = J sigma F^-T, per volume of the undeformed box."""
    return np.linalg.det(gradient) * stress @ np.linalg.inv(gradient).T


class Glass:
    def __init__(self, dimension):
        self.potential = named_model("polydisperse", dimension=dimension).build()
        parent = random_configuration(
            named_model("polydisperse", dimension=dimension), 80, np.random.default_rng(3 + dimension)
        )
        result = quench(self.potential, Fire(), parent, tolerance=1e-13)
        assert result.status is Status.CONVERGED
        self.sample = result.configuration
        self.hessian = hessian(self.potential, self.sample)
        self.pairs = self.hessian.pairs
        self.elasticity = elasticity(self.hessian)
        self.scale = self.elasticity.relaxed.longitudinal_modulus

    def relax(self, sample):
        """Newton's method from a strain of 1e-5: the basin cannot be left, and only the forces decide the end."""
        for _ in range(6):
            pairs = interacting_pairs(self.potential, sample)
            if pairs.max_force < 1e-12 * pairs.force_scale:
                return sample
            push = np.linalg.pinv(Hessian(pairs).dense(mass_weighted=False), rcond=1e-10) @ pairs.forces.reshape(-1)
            sample = sample.at(sample.positions + push.reshape(sample.positions.shape))
        raise AssertionError(f"forces of {pairs.max_force} are left")

    def differences(self, quantity, gradients, *, relaxed):
        """(quantity(1 + h G) - quantity(1 - h G)) / 2h for each G."""
        eye = np.eye(self.sample.dimension)
        strains = [eye + sign * STEP * g for g in gradients for sign in (1, -1)]
        samples = [deformed(self.sample, strain) for strain in strains]
        samples = [self.relax(sample) for sample in samples] if relaxed else samples
        values = [
            quantity(interacting_pairs(self.potential, sample).stress, strain)
            for sample, strain in zip(samples, strains, strict=True)
        ]
        return [(up - down) / (2 * STEP) for up, down in zip(values[::2], values[1::2], strict=True)]


@pytest.fixture(scope="module", params=[2, 3], ids=["2D", "3D"])
def glass(request):
    return Glass(request.param)


def unit_strains(dim):
    found = np.zeros((dim, dim, dim, dim))
    for c in range(dim):
        for d in range(dim):
            found[c, d, c, d] = 1
    return found


def test_the_relaxed_tensor_is_the_slope_of_the_first_piola_stress(glass):
    """All d^4 constants: strain the cell, relax it again, difference the stress. Steps of 1e-5 leave errors of 1e-7."""
    dim = glass.sample.dimension
    gradients = unit_strains(dim).reshape(-1, dim, dim)
    slopes = glass.differences(first_piola, gradients, relaxed=True)
    found = np.moveaxis(np.array(slopes).reshape((dim,) * 4), (0, 1), (2, 3))
    assert np.abs(found - glass.elasticity.relaxed.piola).max() < 1e-6 * glass.scale


def test_the_affine_tensor_is_the_slope_without_relaxation(glass):
    """Here only rounding and the step's square are left."""
    dim = glass.sample.dimension
    gradients = unit_strains(dim).reshape(-1, dim, dim)
    slopes = glass.differences(first_piola, gradients, relaxed=False)
    found = np.moveaxis(np.array(slopes).reshape((dim,) * 4), (0, 1), (2, 3))
    assert np.abs(found - glass.elasticity.born.piola).max() < 1e-7 * glass.scale


def test_stress_strain_coefficients_are_the_slope_of_the_stress(glass):
    """Symmetric strains, Cauchy stress, particles relaxed: one uniaxial, one shear, one mixed."""
    dim, eye = glass.sample.dimension, np.eye(glass.sample.dimension)
    shear = np.outer(eye[0], eye[1]) + np.outer(eye[1], eye[0])
    mixed = np.arange(dim * dim, dtype=float).reshape(dim, dim)
    gradients = [np.outer(eye[1], eye[1]), 0.5 * shear, 0.1 * (mixed + mixed.T)]
    slopes = glass.differences(lambda stress, _: stress, gradients, relaxed=True)
    for gradient, slope in zip(gradients, slopes, strict=True):
        expected = np.einsum("abcd,cd->ab", glass.elasticity.relaxed.stress_strain, gradient)
        assert np.abs(slope - expected).max() < 1e-6 * glass.scale


def test_the_bulk_modulus_is_the_slope_of_the_pressure(glass):
    """Compress and quench again: K = -V dP/dV, under a pressure that is not small."""
    dim = glass.sample.dimension
    (slope,) = glass.differences(lambda stress, _: -np.trace(stress) / dim, [np.eye(dim)], relaxed=True)
    assert glass.elasticity.relaxed.bulk_modulus == pytest.approx(-slope / dim, rel=1e-6)
    assert glass.elasticity.relaxed.pressure > 0.02 * glass.scale
    # Without the correction for the pressure it would be off by (d - 1) P/d.
    assert glass.elasticity.relaxed.pressure == pytest.approx(glass.pairs.pressure, rel=1e-12)


def test_energy_under_symmetric_strains_has_the_symmetric_tensor(glass):
    """Second differences of the energy under F = 1 + h e, affine: e D e."""
    dim = glass.sample.dimension
    rng = np.random.default_rng(1)
    strain = rng.normal(size=(dim, dim))
    strain = 0.1 * (strain + strain.T)
    energy = {}
    for k in (-2, -1, 0, 1, 2):
        sample = deformed(glass.sample, np.eye(dim) + k * 1e-3 * strain)
        energy[k] = interacting_pairs(glass.potential, sample).total_energy
    narrow = (energy[1] + energy[-1] - 2 * energy[0]) / 1e-6
    wide = (energy[2] + energy[-2] - 2 * energy[0]) / 4e-6
    expected = np.einsum("ab,abcd,cd", strain, glass.elasticity.born.symmetric_strain, strain)
    assert (4 * narrow - wide) / 3 / glass.sample.volume == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize("part", ["born", "relaxed"])
def test_symmetries_of_the_definitions(glass, part):
    """Up to rounding for the affine part; for the relaxed one up to the forces that the quench left."""
    tensors = getattr(glass.elasticity, part)
    limit = 1e-13 if part == "born" else 1e-10
    for symmetric in (tensors.green_lagrange, tensors.symmetric_strain):
        assert np.abs(symmetric - symmetric.transpose(1, 0, 2, 3)).max() < limit * glass.scale
        assert np.abs(symmetric - symmetric.transpose(0, 1, 3, 2)).max() < limit * glass.scale
        assert np.abs(symmetric - symmetric.transpose(2, 3, 0, 1)).max() < limit * glass.scale
    birch, stress = tensors.stress_strain, tensors.stress
    assert np.abs(birch - birch.transpose(1, 0, 2, 3)).max() < limit * glass.scale
    assert np.abs(birch - birch.transpose(0, 1, 3, 2)).max() < limit * glass.scale
    # Its asymmetry is that of the stress: B_abcd - B_cdab = delta_ab sigma_cd - sigma_ab delta_cd.
    uneven = np.einsum("ab,cd->abcd", np.eye(len(stress)), stress)
    expected = uneven - uneven.transpose(2, 3, 0, 1)
    assert np.abs(birch - birch.transpose(2, 3, 0, 1) - expected).max() < limit * glass.scale
    assert np.abs(expected).max() > 1e-3
    # Exchanging the gradient's direction with the polarisation turns the stress.
    piola = tensors.piola
    assert piola[0, 1, 0, 1] - piola[0, 1, 1, 0] == pytest.approx(stress[1, 1], abs=limit * glass.scale)
    assert np.abs(piola - piola.transpose(1, 0, 2, 3)).max() > 0.02 * glass.scale


def test_shears_differ_by_the_pressure():
    """In an isotropic medium under P: A_xyxy = B_xyxy = C_xyxy - P and D_xyxy = C_xyxy - P/2."""
    eye, pressure = np.eye(3), 2.4
    lagrange = 5 * np.einsum("ab,cd->abcd", eye, eye)
    lagrange = lagrange + 6.1 * (np.einsum("ac,bd->abcd", eye, eye) + np.einsum("ad,bc->abcd", eye, eye))
    stress = -pressure * eye
    tensors = ElasticTensors(lagrange + np.einsum("ac,bd->abcd", eye, stress), stress)
    assert tensors.green_lagrange[0, 1, 0, 1] == pytest.approx(6.1)
    assert tensors.symmetric_strain[0, 1, 0, 1] == pytest.approx(4.9)
    assert tensors.piola[0, 1, 0, 1] == pytest.approx(3.7)
    assert tensors.stress_strain[0, 1, 0, 1] == pytest.approx(3.7)
    assert tensors.shear_modulus == pytest.approx(tensors.isotropic_shear_modulus) == pytest.approx(3.7)
    # An isotropic medium's stress under strain has two constants, lambda = C_xxyy + P and mu.
    first, shear = 5 + pressure, 3.7
    assert tensors.bulk_modulus == pytest.approx(first + 2 * shear / 3)
    assert tensors.longitudinal_modulus == pytest.approx(first + 2 * shear)
    assert tensors.isotropic_longitudinal_modulus == pytest.approx(first + 2 * shear)
    assert tensors.poisson_ratio == pytest.approx(first / (2 * (first + shear)))


def rotation(dim, rng):
    found, _ = np.linalg.qr(rng.normal(size=(dim, dim)))
    found[0] *= np.sign(np.linalg.det(found))
    return found


def test_tensors_turn_with_the_glass(glass, rng):
    turn = rotation(glass.sample.dimension, rng)
    turned = elasticity(hessian(glass.potential, deformed(glass.sample, turn)))
    expected = np.einsum("ae,bf,cg,dh,efgh->abcd", turn, turn, turn, turn, glass.elasticity.relaxed.piola)
    assert np.abs(turned.relaxed.piola - expected).max() < 1e-8 * glass.scale
    assert turned.relaxed.stress == pytest.approx(turn @ glass.pairs.stress @ turn.T, abs=1e-10)
    for name in ("isotropic_shear_modulus", "isotropic_longitudinal_modulus", "bulk_modulus", "poisson_ratio"):
        assert getattr(turned.relaxed, name) == pytest.approx(getattr(glass.elasticity.relaxed, name), rel=1e-8)
    # The moduli along the axes do change.
    assert abs(turned.relaxed.shear_modulus / glass.elasticity.relaxed.shear_modulus - 1) > 1e-3


def test_isotropic_averages_are_averages_over_directions(glass, rng):
    """Four standard errors of a Monte Carlo average over orthonormal pairs."""
    tensors, dim = glass.elasticity.relaxed, glass.sample.dimension
    frames = np.linalg.qr(rng.normal(size=(20_000, dim, 2)))[0]
    along, across = frames[:, :, 0], frames[:, :, 1]
    shears = np.einsum("abcd,ka,kb,kc,kd->k", tensors.piola, across, along, across, along, optimize=True)
    stretches = np.einsum("abcd,ka,kb,kc,kd->k", tensors.piola, along, along, along, along, optimize=True)
    for sample, mean in (
        (shears, tensors.isotropic_shear_modulus),
        (stretches, tensors.isotropic_longitudinal_modulus),
    ):
        assert abs(sample.mean() - mean) < 4 * sample.std() / np.sqrt(len(sample))


def test_two_isotropic_moduli_make_the_third(glass):
    """M = K + 2 (d - 1)/d mu holds for the averages of any glass under any stress, to rounding."""
    dim = glass.sample.dimension
    for tensors in (glass.elasticity.relaxed, glass.elasticity.born):
        expected = tensors.bulk_modulus + 2 * (dim - 1) / dim * tensors.isotropic_shear_modulus
        assert tensors.isotropic_longitudinal_modulus == pytest.approx(expected, rel=1e-13)


def test_spectrum_and_solution_agree(glass):
    modes = spectrum(glass.hessian)
    by_modes = elasticity(glass.hessian, spectrum=modes)
    assert by_modes.relaxed.piola == pytest.approx(glass.elasticity.relaxed.piola, abs=1e-8 * glass.scale)
    moduli = simple_shear_moduli(glass.pairs, modes)
    assert [by_modes.relaxed.piola[a, b, a, b] for a, b in moduli.planes] == pytest.approx(moduli.relaxed, rel=1e-10)
    assert [by_modes.born.piola[a, b, a, b] for a, b in moduli.planes] == pytest.approx(moduli.born, rel=1e-12)
    assert by_modes.relaxed.shear_modulus == pytest.approx(moduli.mean, rel=1e-12)


def test_what_is_no_minimum_is_refused(glass, rng):
    s = glass.sample
    shaken = s.at(s.positions + rng.normal(scale=0.01, size=s.positions.shape))
    with pytest.raises(InputError, match="must be of a minimum"):
        elasticity(hessian(glass.potential, shaken))
    half = Hessian(glass.pairs, prestress=0.5)
    for refused in (elasticity, relaxed_shear_moduli, lambda matrix: elasticity(matrix, spectrum=spectrum(matrix))):
        with pytest.raises(InputError, match="whole pre-stress"):
            refused(half)
    far = Configuration.create(np.eye(s.dimension)[:2] * 3.0, 8.0)
    with pytest.raises(InputError, match="do not touch"):
        elasticity(hessian(glass.potential, far))
