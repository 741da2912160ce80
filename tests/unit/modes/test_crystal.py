"""The perfect FCC crystal: spectrum and moduli against lattice sums written out wave vector by wave vector."""

from itertools import product

import numpy as np
import pytest

from hessian_lab.hessian import hessian, interacting_pairs
from hessian_lab.modes import elasticity, first_transverse_frequency, relaxed_shear_moduli, simple_shear_moduli
from hessian_lab.modes._shells import wave_shells
from hessian_lab.potentials import Potential, PotentialSettings
from hessian_lab.spectrum import spectrum
from hessian_lab.systems import Configuration

BASIS = 0.5 * np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
ZERO_PRESSURE = np.sqrt(2) * 2 ** (1 / 6)


def lennard_jones(taper, cutoff):
    table = {"core": {"kind": "lennard-jones"}, "taper": taper, "cutoff": cutoff, "mixing": {"kind": "additive"}}
    return Potential(PotentialSettings.model_validate(table))


def force_shifted(r, cutoff):
    """phi' and phi'' of the force-shifted Lennard-Jones law, in closed form."""
    slope = 4 * (-12 * r**-13 + 6 * r**-7) - 4 * (-12 * cutoff**-13 + 6 * cutoff**-7)
    return slope, 4 * (156 * r**-14 - 42 * r**-8)


def crystal(a, cells=4, mass=1.0):
    corners = np.array(list(product(range(cells), repeat=3)))
    positions = (corners[:, None] + BASIS).reshape(-1, 3) * a
    return Configuration.create(positions, cells * a, masses=np.full(len(positions), mass))


def lattice_vectors(a, reach):
    """All FCC vectors 0 < |R| < reach."""
    numbers = np.array(list(product(range(-6, 7), repeat=3)))
    vectors = 0.5 * a * numbers[numbers.sum(axis=1) % 2 == 0]
    length = np.linalg.norm(vectors, axis=1)
    return vectors[(length > 0) & (length < reach)]


def dynamical_matrices(wave_vectors, a, reach, derivatives):
    """D(k) = sum_R (1 - cos k.R) [phi'' n n^T + (phi'/r)(1 - n n^T)]."""
    vectors = lattice_vectors(a, reach)
    r = np.linalg.norm(vectors, axis=1)
    slope, curvature = derivatives(r)
    n = vectors / r[:, None]
    outer = n[:, :, None] * n[:, None, :]
    blocks = curvature[:, None, None] * outer + (slope / r)[:, None, None] * (np.eye(3) - outer)
    return np.einsum("kr,rab->kab", 1 - np.cos(wave_vectors @ vectors.T), blocks)


def box_wave_vectors(a, cells=4):
    """The 4 cells^3 wave vectors of the box: 2 pi n/(cells a), modulo the reciprocal lattice of FCC (all h, k, l odd or
    all even).
    """
    numbers = np.array(list(product(range(2 * cells), repeat=3)))
    # (h, k, l) = (1, 1, 1) and (2, 0, 0) are reciprocal vectors: one octant of numbers covers each class twice.
    seen, chosen = set(), []
    for n in numbers:
        images = [tuple((n + cells * np.array(g)) % (2 * cells)) for g in ((0, 0, 0), (1, 1, 1))]
        key = min(images)
        if key not in seen:
            seen.add(key)
            chosen.append(n)
    return 2 * np.pi / (cells * a) * np.array(chosen)


@pytest.mark.parametrize(("a", "mass"), [(1.55, 1.0), (1.5, 1.7), (1.62, 1.0)])
def test_the_whole_spectrum_is_the_lattice_sum(a, mass):
    """768 eigenvalues at 256 wave vectors, five shells inside the cutoff; compressed, expanded, and of another mass."""
    cutoff = 2.5
    sample = crystal(a, mass=mass)
    pairs = interacting_pairs(lennard_jones("force-shift", cutoff), sample)
    assert np.abs(pairs.forces).max() < 1e-12
    assert pairs.contacts.tolist() == [len(lattice_vectors(a, cutoff))] * 256
    wave_vectors = box_wave_vectors(a)
    assert len(wave_vectors) == 256
    matrices = dynamical_matrices(wave_vectors, a, cutoff, lambda r: force_shifted(r, cutoff)) / mass
    expected = np.sort(np.linalg.eigvalsh(matrices).reshape(-1))
    found = spectrum(hessian(lennard_jones("force-shift", cutoff), sample))
    assert np.abs(found.eigenvalues - expected).max() < 1e-9 * expected[-1]
    assert found.zero_modes == 3
    assert found.residual < 1e-12
    # Forty-eight-fold symmetry of the cube: levels come in few different values.
    assert np.unique(np.round(found.eigenvalues, 6)).size < 100


def test_no_prestress_where_every_bond_is_at_its_minimum():
    """a = sqrt(2) 2^(1/6) with the cutoff between the shells: phi' vanishes on every bond, and so does H_stress."""
    potential = lennard_jones("local:3:1.2", 1.45)
    sample = crystal(ZERO_PRESSURE)
    pairs = interacting_pairs(potential, sample)
    assert (pairs.contacts == 12).all()
    whole = hessian(potential, sample).dense()
    stiff = hessian(potential, sample, prestress=0.0).dense()
    assert np.abs(whole - stiff).max() < 1e-12 * np.abs(whole).max()
    assert abs(pairs.pressure) < 1e-12
    assert pairs.total_energy == pytest.approx(-6 * 256, rel=1e-12)
    # Nearest-neighbour FCC: lambda at the zone boundary X is 8 phi'' along and 4 phi'' across.
    stiffness = 72 / 2 ** (1 / 3)
    values = spectrum(hessian(potential, sample), vectors=False).eigenvalues
    assert values[-1] == pytest.approx(8 * stiffness, rel=1e-11)


def test_stresses_of_longer_cutoffs_only_cancel_in_the_sum():
    """At zero pressure with five shells the bonds are stressed one by one: the pre-stress part is not zero."""
    potential = lennard_jones("force-shift", 2.5)
    low, high = 1.5, 1.62
    for _ in range(60):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if interacting_pairs(potential, crystal(middle)).pressure > 0 else (low, middle)
    sample = crystal(low)
    assert abs(interacting_pairs(potential, sample).pressure) < 1e-9
    whole = hessian(potential, sample).dense()
    stiff = hessian(potential, sample, prestress=0.0).dense()
    assert np.abs(whole - stiff).max() > 0.02 * np.abs(whole).max()


@pytest.mark.parametrize("a", [1.5, 1.62])
def test_moduli_of_the_stressed_crystal_carry_its_transverse_waves(a):
    """mu_xy = rho c_T^2 of the wave along [100], from D(k)/k^2 as k -> 0, under pressure and under tension."""
    cutoff, mass = 2.5, 1.7
    potential = lennard_jones("force-shift", cutoff)
    sample = crystal(a, mass=mass)
    pairs = interacting_pairs(potential, sample)
    assert abs(pairs.pressure) > 2
    matrix = hessian(potential, sample)
    moduli = simple_shear_moduli(pairs, spectrum(matrix))
    k = 1e-3
    wave = dynamical_matrices(np.array([[k, 0, 0]]), a, cutoff, lambda r: force_shifted(r, cutoff))[0] / k**2
    # Wave along x, displacement along y: the shear u_y = gamma x.
    expected = wave[1, 1] * 4 / a**3
    assert moduli.relaxed == pytest.approx(np.full(6, expected), rel=1e-6)
    # Every atom is a centre of inversion: nothing to relax.
    assert moduli.born == pytest.approx(moduli.relaxed, rel=1e-9)
    assert relaxed_shear_moduli(matrix).relaxed == pytest.approx(moduli.relaxed, rel=1e-9)
    # The first transverse frequency of an elastic continuum is that of the crystal up to dispersion, (k a)^2/24.
    omega = first_transverse_frequency(moduli.mean, sample.mass_density, sample.volume, 3)
    first = 2 * np.pi / (4 * a)
    exact = dynamical_matrices(np.array([[first, 0, 0]]), a, cutoff, lambda r: force_shifted(r, cutoff))[0] / mass
    assert omega == pytest.approx(np.sqrt(exact[1, 1]), rel=0.06)
    assert np.isnan(first_transverse_frequency(-0.1, 1.0, 1.0, 3))


@pytest.mark.parametrize("a", [1.5, 1.62])
@pytest.mark.parametrize("direction", [(1, 0, 0), (1, 1, 0), (1, 1, 1), (1, 2, -3)])
def test_the_acoustic_tensor_is_the_long_wave_limit_of_the_lattice(a, direction):
    """rho c^2 and polarisations of all three waves, under pressure and under tension: k_b k_d A_abcd = rho D(k)."""
    cutoff, k = 2.5, 1e-3
    found = elasticity(hessian(lennard_jones("force-shift", cutoff), crystal(a)))
    assert abs(found.relaxed.pressure) > 2
    unit = np.array(direction) / np.linalg.norm(direction)
    wave = dynamical_matrices(k * unit[None], a, cutoff, lambda r: force_shifted(r, cutoff))[0] / k**2
    expected = wave * 4 / a**3
    tensor = found.relaxed.acoustic_tensor(unit[None])[0]
    # Dispersion, (k a)^2/24 and with the longer bonds a few times that, and rounding, 1e-16/(k a)^2.
    assert tensor == pytest.approx(expected, abs=3e-6 * np.abs(expected).max())
    # With the Green-Lagrange constants in place of A, the stress would be missing: off by P.
    wrong = np.einsum("abcd,b,d->ac", found.relaxed.green_lagrange, unit, unit)
    assert np.diag(wrong - tensor) == pytest.approx(np.full(3, found.relaxed.pressure), rel=1e-9)


def test_plane_waves_of_growing_boxes_are_those_of_the_continuum():
    """First three shells, k along [100], [110] and [111]: dispersion, of either sign, falls as 1/L^2."""
    a, cutoff, mass = 1.5, 2.5, 1.7
    found = elasticity(hessian(lennard_jones("force-shift", cutoff), crystal(a, mass=mass)))
    errors = []
    for cells in (16, 32, 64):
        shells = wave_shells(cells * a * np.eye(3), shells=3)
        assert [shell.squared_index for shell in shells] == [1, 2, 3]
        deviations = []
        for shell, waves in zip(shells, found.wave_frequencies(shells), strict=True):
            matrices = dynamical_matrices(shell.vectors, a, cutoff, lambda r: force_shifted(r, cutoff)) / mass
            exact = np.sqrt(np.linalg.eigvalsh(matrices))
            deviations.append((np.sort(waves.frequencies, axis=1) / exact - 1).max(axis=0))
            # By symmetry these directions carry pure waves.
            assert waves.longitudinal_share[:, -1] == pytest.approx(np.ones(len(shell.vectors)), abs=1e-9)
        errors.append(np.array(deviations))
    assert np.abs(errors[0]).max() < 0.01
    assert errors[0] / errors[1] == pytest.approx(np.full((3, 3), 4.0), rel=0.1)
    assert errors[1] / errors[2] == pytest.approx(np.full((3, 3), 4.0), rel=0.03)


def test_the_box_of_a_crystal_has_the_waves_of_its_shells():
    """The lowest 24 modes: the soft [110] waves of the second shell under the transverse ones of the first."""
    a, cutoff = 1.5, 2.5
    matrix = hessian(lennard_jones("force-shift", cutoff), crystal(a))
    first, second = elasticity(matrix).wave_frequencies(2)
    assert first.shell.degeneracy("transverse") == 12
    assert first.splitting("transverse") == pytest.approx(0, abs=1e-9)
    assert second.splitting("transverse") > 0.3
    lowest = np.sqrt(spectrum(matrix, vectors=False).eigenvalues[3:28])
    assert np.ptp(lowest[:12]) < 1e-9
    assert np.ptp(lowest[12:24]) < 1e-9
    assert lowest[24] > 1.1 * lowest[23]
    # Four cells an edge: dispersion of a few per cent.
    assert second.frequencies[:, 0] == pytest.approx(lowest[0], rel=0.05)
    assert first.of("transverse") == pytest.approx(lowest[12], rel=0.05)


def test_a_cubic_crystal_has_three_constants_and_a_stress():
    """C11, C12 and C44 by the lattice sum 4 phi'' R_a R_b R_c R_d, and Cauchy's relation C12 = C44."""
    a, cutoff = 1.5, 2.5
    found = elasticity(hessian(lennard_jones("force-shift", cutoff), crystal(a))).relaxed
    vectors = lattice_vectors(a, cutoff)
    r = np.linalg.norm(vectors, axis=1)
    slope, second = force_shifted(r, cutoff)
    # Two bonds share each pair energy, four atoms a cell.
    weights = (second - slope / r) / r**2 * 0.5 * 4 / a**3
    expected = np.einsum("r,ra,rb,rc,rd->abcd", weights, vectors, vectors, vectors, vectors)
    assert found.green_lagrange == pytest.approx(expected, abs=1e-10 * expected.max())
    assert expected[0, 0, 1, 1] == pytest.approx(expected[0, 1, 0, 1], rel=1e-12)
    # K = (C11 + 2 C12 + P)/3 of a cubic crystal under pressure.
    bulk = (expected[0, 0, 0, 0] + 2 * expected[0, 0, 1, 1] + found.pressure) / 3
    assert found.bulk_modulus == pytest.approx(bulk, rel=1e-10)
