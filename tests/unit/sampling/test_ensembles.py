"""Systems whose canonical averages are known: free particles, a bound pair, a harmonic solid."""

import numpy as np
import pytest

from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.sampling import Langevin, NoseHoover
from hessian_lab.sampling._batch import Dynamics
from hessian_lab.sampling._runs import relaxed
from hessian_lab.systems import Configuration, random_configuration

GAMMA, TEMPERATURE = 0.5, 0.7


def free_particles(rng, samples=40, particles=60):
    """Contact spheres too far apart to meet, with masses 1 and 3."""
    masses = np.resize([1.0, 3.0], particles)
    sites = np.stack(np.meshgrid(*[100.0 * np.arange(4)] * 3), axis=-1).reshape(-1, 3)[:particles]
    return [Configuration.create(sites + rng.random((particles, 3)), 400.0, masses=masses) for _ in range(samples)]


def test_free_particles_diffuse_as_langevin_says(rng):
    r"""Mean squared displacements from the start, relative to the centre of mass:

    .. math:: \langle \Delta x_i^2 \rangle = \frac{2 T}{m_i \gamma^2} (\gamma t - 1 + e^{-\gamma t}) (1 - m_i/M)

    The splitting is exact for free flight up to (gamma dt)^2/12 = 2e-5, far below the errors here.
    """
    samples = free_particles(rng)
    dynamics = Dynamics(
        named_model("contact").build(),
        Langevin(friction=GAMMA),
        0.05,
        samples,
        [str(k) for k in range(40)],
        TEMPERATURE,
    )
    start = np.asarray(dynamics.positions)
    for _ in range(3):
        reading = dynamics.advance(np.full(64, TEMPERATURE))
    moved = np.asarray(dynamics.positions) - start
    masses, time = samples[0].masses, dynamics.dt * dynamics.steps
    exact = (
        2 * TEMPERATURE / (masses * GAMMA**2) * (GAMMA * time - 1 + np.exp(-GAMMA * time)) * (1 - masses / masses.sum())
    )
    score = moved**2 / exact[None, :, None]
    for mass in (1.0, 3.0):
        part = score[:, masses == mass]
        assert abs(part.mean() - 1) < 4 * np.sqrt(2 / part.size)
    # The centre of mass stays where it was.
    drift = np.einsum("i,sia->sa", masses, moved) / masses.sum()
    assert np.abs(drift).max() < 1e-10
    freedom = 3 * 59
    hot = 2 * np.asarray(reading.kinetic) / freedom / TEMPERATURE
    assert abs(hot.mean() - 1) < 4 * np.sqrt(2 / freedom / hot.size)


def test_a_bound_pair_holds_half_a_temperature_of_energy(rng):
    """Two Lennard-Jones particles at T = 1e-3: the bond has one harmonic degree of freedom, <U - U_0> = T/2.

    The splitting has exact averages of position for harmonic forces, whatever the step.
    """
    potential = named_model("kob-andersen").build()
    pairs, temperature = 256, 1e-3
    start = np.array([[4.0, 4, 4], [4 + 2 ** (1 / 6), 4, 4]])
    lowest = quench(potential, Fire(), Configuration.create(start, 8.0))
    names = [f"pair {k}" for k in range(pairs)]
    dynamics = Dynamics(potential, Langevin(friction=2.0), 0.3, [lowest.configuration] * pairs, names, temperature)
    dynamics.advance(np.full(640, temperature))
    energies = []
    for _ in range(10):
        reading = dynamics.advance(np.full(640, temperature))
        energies.append(np.asarray(reading.potential) - lowest.energy)
    means = np.mean(energies, axis=0)
    # Anharmonicity and the centrifugal pull change the mean by some T^2/epsilon, a share of about T.
    assert abs(means.mean() - temperature / 2) < 4 * means.std() / np.sqrt(pairs) + 10 * temperature**2


@pytest.mark.parametrize("thermostat", [NoseHoover(), Langevin()], ids=lambda t: t.kind)
def test_a_cold_solid_obeys_equipartition(thermostat):
    """At T = 1e-5 a glass is harmonic: <U - U_0> = <K> = 3 (N - 1) T/2, with N - 1 since nothing moves as a whole."""
    model, temperature = named_model("polydisperse"), 1e-5
    potential = model.build()
    lowest = quench(potential, Fire(), random_configuration(model, 80, np.random.default_rng(5)))
    names = [f"solid {k}" for k in range(4)]
    dynamics = Dynamics(potential, thermostat, 0.1, [lowest.configuration] * 4, names, 2 * temperature)
    expected = 1.5 * 79 * temperature
    readings = []
    for number in range(40):
        reading = dynamics.advance(np.full(256, temperature))
        if number >= 8:
            readings.append([np.asarray(reading.potential) - lowest.energy, np.asarray(reading.kinetic)])
    for part in np.mean(readings, axis=0) / expected:
        # One look scatters by sqrt(2/(3 (N - 1))) = 0.09; four standard errors of 4 x 32 looks, of which up to 2.25
        # in a row may be correlated.
        assert abs(part.mean() - 1) < 4 * 0.09 * np.sqrt(2.25 / (4 * 32))
    assert not dynamics.failed.any()


def test_the_virial_pressure_is_the_slope_of_the_energy_by_the_volume():
    """P = -dU/dV at fixed reduced coordinates, on a liquid, by a central difference with one extrapolation."""
    model = named_model("polydisperse")
    potential = model.build()
    (start,) = relaxed(potential, [random_configuration(model, 80, np.random.default_rng(11))])
    dynamics = Dynamics(potential, Langevin(), 0.1, [start], ["liquid"], 0.3)
    for _ in range(4):
        dynamics.advance(np.full(256, 0.3))
    liquid = start.at(np.asarray(dynamics.positions)[0]).wrapped()

    def energy(strain):
        larger = Configuration.create(
            liquid.positions * (1 + strain), liquid.cell * (1 + strain), diameters=liquid.diameters
        )
        return interacting_pairs(potential, larger).total_energy

    def slope(h):
        return (energy(h) - energy(-h)) / (2 * h)

    found = -(4 * slope(1e-4) - slope(2e-4)) / 3 / (3 * liquid.volume)
    assert interacting_pairs(potential, liquid).pressure == pytest.approx(found, rel=1e-8)
