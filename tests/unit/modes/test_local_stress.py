"""Local stresses: of pairs against the stress tensor, of the tapered shell against the bare core, of particles."""

import numpy as np
import pytest
from hessian_cases import glass

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import interacting_pairs
from hessian_lab.modes import (
    pair_stress,
    pair_stresses,
    particle_stresses,
    stress_of_frequency,
    tapered_pairs,
    vortex_inertia,
)
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.systems import Configuration, random_configuration


def evaluated(name, dimension, rng, taper=None):
    """Pairs of a random configuration of a named model, pushed apart a little, and the potential."""
    model = named_model(name, dimension=dimension, **({} if taper is None else {"taper": taper}))
    sample = random_configuration(model, 300, rng)
    return interacting_pairs(model.build(), sample), model.build()


def test_pair_stress_is_the_force_times_the_distance():
    assert pair_stress(np.array([2.0, 1.0]), np.array([-3.0, 0.5]), 4.0).tolist() == [1.5, 0.125]
    assert pair_stress(np.array([2.0, 1.0]), np.array([-3.0, 0.5]), 4.0, signed=True).tolist() == [-1.5, 0.125]
    with pytest.raises(InputError, match="argument volume"):
        pair_stress(np.ones(1), np.ones(1), 0.0)


@pytest.mark.parametrize("dimension", [2, 3])
def test_signed_stresses_sum_to_the_trace_of_the_stress_tensor(dimension, rng):
    """sum sigma_ij = N tr(sigma); Kob-Andersen pairs have both signs, polydisperse ones repel."""
    pairs, _ = evaluated("kob-andersen", dimension, rng)
    signed = pair_stresses(pairs, signed=True)
    assert (signed > 0).any()
    assert (signed < 0).any()
    assert signed.sum() == pytest.approx(pairs.configuration.particles * np.trace(pairs.stress), rel=1e-12)
    assert np.array_equal(np.abs(signed), pair_stresses(pairs))
    repulsive = glass(dimension, {2: 200, 3: 150}[dimension]).pairs
    assert np.array_equal(pair_stresses(repulsive), -pair_stresses(repulsive, signed=True))


@pytest.mark.parametrize("taper", ["local:2:1.3", "local:inf", "local:1:1.35"])
def test_core_pairs_feel_the_bare_core_and_tapered_pairs_do_not(taper):
    """Against the same pairs under the core alone, cut where the taper ends."""
    core, mixing = {"kind": "inverse-power", "n": 12}, {"kind": "additive"}
    settings = {"core": core, "taper": taper, "cutoff": 1.6, "mixing": mixing}
    potential, bare = (
        Potential(PotentialSettings.model_validate(settings | change)) for change in ({}, {"taper": "none"})
    )
    random = np.random.default_rng(3)
    sample = Configuration.create(random.uniform(0, 6, (150, 3)), 6.0, diameters=random.uniform(0.8, 1.2, 150))
    pairs, alone = interacting_pairs(potential, sample), interacting_pairs(bare, sample)
    onset = {"local:inf": 0.8 * 1.6}.get(taper, float(taper.rsplit(":")[-1]))
    shell = tapered_pairs(potential, pairs)
    assert np.array_equal(shell, pairs.distance / pairs.sigma > onset)
    assert 0.1 < shell.mean() < 0.9
    stress, expected = pair_stresses(pairs), pair_stresses(alone)
    assert np.allclose(stress[~shell], expected[~shell], rtol=1e-13)
    # The taper takes over as t^3 behind the onset, or more slowly.
    far = pairs.distance / pairs.sigma > onset + 0.1 * (1.6 - onset)
    assert np.all(np.abs(stress[far] / expected[far] - 1) > 1e-4)
    assert not tapered_pairs(bare, alone).any()


def test_the_cubic_tail_begins_at_its_join_and_others_have_no_shell(rng):
    pairs, potential = evaluated("binary-r12", 3, rng)
    assert np.array_equal(tapered_pairs(potential, pairs), pairs.distance > np.sqrt(3))
    assert tapered_pairs(potential, pairs).any()
    contacts, law = evaluated("contact", 3, rng)
    assert not tapered_pairs(law, contacts).any()
    for name, taper in (("polydisperse", "polynomial:2"), ("kob-andersen", "force-shift")):
        everywhere, shifted = evaluated(name, 3, rng, taper)
        with pytest.raises(InputError, match="no tapered shell"):
            tapered_pairs(shifted, everywhere)


@pytest.mark.parametrize("dimension", [2, 3])
def test_particle_stresses_sum_to_the_stress_tensor(dimension, rng):
    """sum Omega_i sigma_i = V sigma, for equal shares of the volume and for others."""
    pairs, _ = evaluated("kob-andersen", dimension, rng)
    sample = pairs.configuration
    shares = rng.dirichlet(np.ones(sample.particles)) * sample.volume
    for volumes in (None, shares):
        found = particle_stresses(pairs, volumes=volumes)
        total = np.einsum("i,iab->ab", found.volumes, found.tensors)
        assert np.allclose(total, sample.volume * pairs.stress, rtol=1e-11, atol=1e-11 * np.abs(total).max())
        assert np.sum(found.volumes * found.pressure) == pytest.approx(sample.volume * pairs.pressure, rel=1e-11)
    with pytest.raises(InputError, match="argument volumes"):
        particle_stresses(pairs, volumes=shares[:-1])


def test_one_pair_has_the_stress_of_a_rod():
    """Along x, tension t r^2/(2 Omega) for each end: pressure -1/3 and sqrt(J2) 1/sqrt(3) of it."""
    potential = named_model("kob-andersen").build()
    sample = Configuration.create(np.array([[0.0, 0, 0], [1.3, 0, 0]]), 8.0, species=np.array([0, 0]))
    pairs = interacting_pairs(potential, sample)
    found = particle_stresses(pairs)
    pull = pair_stresses(pairs, signed=True)[0] / 2
    assert pull > 0
    assert np.allclose(found.tensors, np.diag([pull, 0, 0]), atol=1e-15)
    assert found.pressure == pytest.approx([-pull / 3] * 2)
    assert found.deviatoric == pytest.approx([pull / np.sqrt(3)] * 2)


@pytest.mark.parametrize("dimension", [2, 3])
def test_the_stress_of_a_frequency_has_the_inertia_of_one_particle(dimension):
    pairs = glass(dimension, {2: 200, 3: 150}[dimension]).pairs
    sample = pairs.configuration
    width = (sample.volume / sample.particles) ** (1 / dimension)
    zeta = sample.masses.sum() / sample.volume * width**2 / 4
    assert stress_of_frequency(pairs, np.array([0.5, 2.0])) == pytest.approx([0.25 * zeta, 4 * zeta])
    assert vortex_inertia(1.0, 1.0) == 0.25
