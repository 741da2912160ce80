"""Shear moduli of glasses: against finite strains with the particles relaxed, and the identities of stressed solids."""

import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import InputError
from hessian_lab.hessian import hessian, interacting_pairs
from hessian_lab.modes import (
    batched_affine,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
    first_transverse_frequency,
    participation_ratio,
    relaxed_shear_moduli,
    simple_shear_moduli,
)
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration, random_configuration


class Glass:
    def __init__(self, dimension):
        model = named_model("polydisperse", dimension=dimension)
        self.potential = model.build()
        result = quench(
            self.potential, Fire(), random_configuration(model, 100, np.random.default_rng(2)), tolerance=1e-13
        )
        assert result.status is Status.CONVERGED
        r = result.configuration
        self.sample = Configuration.create(
            r.positions, r.cell, diameters=r.diameters, masses=np.random.default_rng(3).uniform(0.5, 2, 100)
        )
        self.hessian = hessian(self.potential, self.sample)
        self.pairs = self.hessian.pairs
        self.spectrum = spectrum(self.hessian)
        self.moduli = simple_shear_moduli(self.pairs, self.spectrum)


@pytest.fixture(scope="module", params=[2, 3], ids=["2D", "3D"])
def glass(request):
    return Glass(request.param)


def strained(sample, a, b, gamma):
    """x_a += gamma x_b, of positions and cell."""
    strain = np.eye(sample.dimension)
    strain[a, b] += gamma
    return Configuration.create(
        sample.positions @ strain.T, sample.cell @ strain.T, diameters=sample.diameters, masses=sample.masses
    )


def test_moduli_are_second_differences_of_the_relaxed_energy(glass):
    """Strain by gamma, quench in the sheared cell, and difference the energies: mu V to 1e-4, with Richardson."""
    for plane in (0, len(glass.moduli.planes) - 1):
        a, b = glass.moduli.planes[plane]
        step = 4e-4
        gammas = step * np.array([-2, -1, 1, 2])
        samples = [strained(glass.sample, a, b, gamma) for gamma in gammas]
        results = quench(glass.potential, Fire(), samples, tolerance=1e-13, batch=1)
        energies = [result.energy for result in results]
        # The quench reports converged samples; the rest energy is that of the glass itself.
        assert all(result.status is Status.CONVERGED for result in results)
        rest = glass.pairs.total_energy
        narrow = (energies[1] + energies[2] - 2 * rest) / step**2
        wide = (energies[0] + energies[3] - 2 * rest) / (2 * step) ** 2
        found = (4 * narrow - wide) / 3 / glass.sample.volume
        assert found == pytest.approx(glass.moduli.relaxed[plane], rel=1e-4)


def test_born_moduli_are_second_differences_of_the_unrelaxed_energy(glass):
    for plane, (a, b) in enumerate(glass.moduli.planes):
        step = 2e-4
        energy = {
            k: interacting_pairs(glass.potential, strained(glass.sample, a, b, k * step)).total_energy
            for k in (-2, -1, 0, 1, 2)
        }
        narrow = (energy[1] + energy[-1] - 2 * energy[0]) / step**2
        wide = (energy[2] + energy[-2] - 2 * energy[0]) / (2 * step) ** 2
        found = (4 * narrow - wide) / 3 / glass.sample.volume
        assert found == pytest.approx(glass.moduli.born[plane], rel=1e-5)


def test_relaxation_softens(glass):
    assert (glass.moduli.relaxed < glass.moduli.born).all()
    assert (glass.moduli.relaxed > 0).all()
    assert glass.moduli.mean == pytest.approx(glass.moduli.relaxed.mean(), rel=1e-15)
    dim = glass.sample.dimension
    assert len(set(glass.moduli.planes)) == dim * (dim - 1)


def test_exchanging_displacement_and_gradient_brings_the_stress(glass):
    """Huang's relation: mu_ab - mu_ba = sigma_bb - sigma_aa, for the relaxed moduli too: the two shears differ by a
    rotation, under which a force-free solid only turns its stress.
    """
    stress = glass.pairs.stress
    by_plane = dict(zip(glass.moduli.planes, zip(glass.moduli.born, glass.moduli.relaxed, strict=True), strict=True))
    largest = 0.0
    for a, b in glass.moduli.planes:
        expected = stress[b, b] - stress[a, a]
        largest = max(largest, abs(expected))
        for part in (0, 1):
            assert by_plane[a, b][part] - by_plane[b, a][part] == pytest.approx(expected, abs=1e-8)
    assert largest > 1e-3


def test_moduli_do_not_depend_on_masses(glass):
    """Statics: equal masses give the same moduli from another spectrum."""
    s = glass.sample
    equal = hessian(glass.potential, Configuration.create(s.positions, s.cell, diameters=s.diameters))
    found = simple_shear_moduli(equal.pairs, spectrum(equal))
    assert found.relaxed == pytest.approx(glass.moduli.relaxed, rel=1e-9)


def test_moduli_without_a_spectrum(glass):
    found = relaxed_shear_moduli(glass.hessian)
    assert found.planes == glass.moduli.planes
    assert found.born == pytest.approx(glass.moduli.born, rel=1e-13)
    assert found.relaxed == pytest.approx(glass.moduli.relaxed, rel=1e-8)


def test_incomplete_spectra_are_refused(glass):
    for partial in (spectrum(glass.hessian, count=30), spectrum(glass.hessian, vectors=False)):
        with pytest.raises(InputError, match="spectrum must be complete and have vectors"):
            simple_shear_moduli(glass.pairs, partial)


def test_batched_observables_are_those_of_the_host(glass):
    """Two glasses at once, with different masses, against `Pairs`, `simple_shear_moduli` and `participation_ratio`."""
    s = glass.sample
    other = hessian(glass.potential, Configuration.create(s.positions, s.cell, diameters=s.diameters))
    both = [(glass.hessian, glass.spectrum), (other, spectrum(other))]
    i, j = np.indices((s.particles,) * 2)
    sigma, epsilon = glass.potential.mixing.parameters(s.diameters, s.species, i, j)

    def stack(arrays):
        return jnp.asarray(np.stack(arrays))

    root_masses = stack([np.sqrt(matrix.pairs.configuration.masses) for matrix, _ in both])
    found = batched_affine(
        glass.potential.law,
        stack([s.positions] * 2),
        stack([sigma] * 2),
        stack([epsilon] * 2),
        root_masses,
        stack([s.cell] * 2),
    )
    vectors = stack([modes.vectors for _, modes in both])
    response = batched_response(
        stack([modes.eigenvalues for _, modes in both]), vectors, stack([modes.zero for _, modes in both]), found.forces
    )
    relaxed = batched_relaxed_moduli(found, response)
    participation = batched_participation(vectors, root_masses)
    for k, (matrix, modes) in enumerate(both):
        moduli = simple_shear_moduli(matrix.pairs, modes)
        assert np.asarray(found.stress[k]) == pytest.approx(matrix.pairs.stress, abs=1e-12)
        assert np.asarray(found.born[k]) == pytest.approx(moduli.born, rel=1e-11)
        assert np.asarray(relaxed[k]) == pytest.approx(moduli.relaxed, rel=1e-9)
        assert np.asarray(participation[k]) == pytest.approx(participation_ratio(modes.modes()), rel=1e-10)
        assert np.array_equal(np.asarray(found.contacts[k]), matrix.pairs.contacts)


@pytest.mark.parametrize("dimension", [2, 3])
def test_first_transverse_frequency(dimension):
    """omega = k c_T with k = 2 pi / L; not a number where no wave runs."""
    found = first_transverse_frequency(3.2, 0.8, 5.0**dimension, dimension)
    assert found == pytest.approx(2 * np.pi / 5 * 2, rel=1e-14)
    assert np.isnan(first_transverse_frequency(0.0, 1.0, 125.0, dimension))
