"""Joint minimisation: forces against differences, the stiff limit, what it gains, and what is handed over."""

import equinox as eqx
import jax.numpy as jnp
import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab._core.errors import InputError
from hessian_lab.hessian import interacting_pairs
from hessian_lab.potentials import named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.sampling import JointMinimisation, minimise_jointly, prepare
from hessian_lab.sampling import _joint as joint
from hessian_lab.sampling._augmented import AugmentedEnergy, Glass, used_skin
from hessian_lab.sampling._joint import with_original_diameters
from hessian_lab.systems import Box, Configuration, PairData, device_table, random_configuration

PARTICLES = 128
GLASSES = 6


@pytest.fixture(scope="module")
def model():
    return named_model("polydisperse")


@pytest.fixture(scope="module")
def potential(model):
    return model.build()


@pytest.fixture(scope="module")
def starts(model):
    return [random_configuration(model, PARTICLES, np.random.default_rng([31, k])) for k in range(GLASSES)]


@pytest.fixture(scope="module")
def glasses(potential, starts):
    """Plain quenches of the same starts: the reference of energies, and mild starts."""
    return quench(potential, Fire(), starts)


@pytest.fixture(scope="module")
def frozen(potential, starts):
    """The protocol of the paper: free mean, p = 2, diameters as they are found."""
    settings = JointMinimisation(stiffness=30.0, wall=2, conserve_mean=False, diameters="frozen")
    return minimise_jointly(potential, settings, starts)


def with_diameters(sample, diameters):
    return Configuration.create(
        sample.positions, sample.cell, diameters=diameters, species=sample.species, masses=sample.masses
    )


def augmented(potential, settings, inertia=1.7):
    return AugmentedEnergy(
        potential.law,
        jnp.asarray(settings.stiffness),
        jnp.asarray(inertia),
        jnp.asarray(float(settings.wall)),
        jnp.asarray(settings.conserve_mean),
        potential.mixing,
    )


@eqx.filter_jit
def forces_of(energy, coordinates, index, glass):
    return energy.forces(jnp.asarray(coordinates), index, glass)


def fixed_part(sample):
    box = Box(jnp.asarray(sample.cell), jnp.asarray(np.linalg.inv(sample.cell)), True)
    return Glass(jnp.asarray(sample.diameters), jnp.asarray(sample.species), box)


def cost_of(settings, diameters, original):
    wall = (original / diameters) ** settings.wall
    return 0.5 * settings.stiffness * np.sum((diameters - original) ** 2 * wall)


def shaken_lattice(model, rng):
    """Random particles of a model near the points of a square or cubic lattice: large forces, no deep overlaps."""
    edge = {2: 9, 3: 5}[model.dimension]
    points = np.stack(np.meshgrid(*[np.arange(edge)] * model.dimension, indexing="ij"), axis=-1)
    points = points.reshape(-1, model.dimension) + rng.normal(scale=0.05, size=(edge**model.dimension, model.dimension))
    spacing = model.density ** (-1 / model.dimension)
    diameters, species = model.composition.draw(len(points), rng)
    return Configuration.create(points * spacing, edge * spacing, diameters=diameters, species=species)


CASES = {
    "non-additive, 3D": ("polydisperse", 3, {}),
    "additive, 3D": ("polydisperse", 3, {"mixing": {"kind": "additive"}}),
    "non-additive, 2D": ("polydisperse", 2, {}),
    "contacts, 2D": ("contact", 2, {}),
    "absolute cutoff, 3D": ("binary-r12", 3, {}),
}


@pytest.mark.parametrize("conserve_mean", [False, True], ids=["free mean", "conserved mean"])
@pytest.mark.parametrize("case", CASES)
def test_forces_are_the_gradient_of_an_energy_computed_pair_by_pair(case, conserve_mean, rng):
    """Central differences along random directions of positions and of diameters, with the energy from the Hessian's
    own pairs, and the diameters and their cost written out in numpy.
    """
    name, dimension, options = CASES[case]
    model = named_model(name, dimension=dimension, **options)
    potential = model.build()
    sample = shaken_lattice(model, rng)
    settings = JointMinimisation(stiffness=37.0, wall=2, conserve_mean=conserve_mean)
    energy, glass = augmented(potential, settings), fixed_part(sample)
    unit = 1.7 * sample.diameters.mean()
    coordinates = np.column_stack([sample.positions, unit * rng.normal(scale=0.03, size=sample.particles)])

    def reference(moved):
        diameters = sample.diameters * np.exp(moved[:, -1] / unit)
        if conserve_mean:
            diameters = diameters * sample.diameters.sum() / diameters.sum()
        pairs = interacting_pairs(potential, with_diameters(sample.at(moved[:, :-1]), diameters))
        return pairs.total_energy + cost_of(settings, diameters, sample.diameters)

    assert float(energy.energy(jnp.asarray(coordinates), None, glass)) == pytest.approx(
        reference(coordinates), rel=1e-12
    )
    forces = np.asarray(forces_of(energy, coordinates, None, glass))
    step = 1e-5
    for columns in (slice(None, -1), slice(-1, None)):
        direction = np.zeros_like(coordinates)
        direction[:, columns] = rng.normal(size=direction[:, columns].shape)
        ahead, behind = (reference(coordinates + sign * step * direction) for sign in (1, -1))
        difference = (ahead - behind) / (2 * step)
        assert -np.sum(forces * direction) == pytest.approx(difference, rel=1e-6, abs=1e-6 * np.abs(forces).max())


@pytest.mark.parametrize("moving", [1.0, 0.0], ids=["moves and growth", "growth alone"])
def test_tables_hold_every_pair_until_their_skin_is_used_up(potential, glasses, rng, moving):
    """Changes that use up just less than the skin: forces through the old table are those of all pairs."""
    sample = glasses[0].configuration
    energy, glass = augmented(potential, JointMinimisation(conserve_mean=False)), fixed_part(sample)
    start = np.column_stack([sample.positions, np.zeros(PARTICLES)])
    i, j = np.indices((PARTICLES, PARTICLES))
    sigma, epsilon = potential.mixing.parameters(sample.diameters, sample.species, i, j)
    everyone = PairData(None, jnp.asarray(sigma), jnp.asarray(epsilon))
    table, found = device_table(
        potential.law, jnp.asarray(sample.positions), everyone, glass.box, jnp.asarray(joint.SKIN), 72
    )
    assert int(found) <= 72
    direction = np.column_stack([moving * rng.normal(size=sample.positions.shape), np.ones(PARTICLES)])

    def used(scale):
        moved = jnp.asarray(start + scale * direction)
        return float(used_skin(energy, moved, jnp.asarray(sample.positions), glass.original, glass))

    low, high = 0.0, 1.0
    for _ in range(50):
        middle = (low + high) / 2
        low, high = (middle, high) if used(middle) < joint.SKIN else (low, middle)
    coordinates = jnp.asarray(start + low * direction)
    grown = np.asarray(energy.diameters(coordinates, glass)) / sample.diameters
    assert grown.max() > 1.01
    through_table, of_all = (
        forces_of(energy, coordinates, table.index, glass),
        forces_of(energy, coordinates, None, glass),
    )
    assert np.asarray(through_table) == pytest.approx(np.asarray(of_all), rel=1e-11, abs=1e-11)
    # The skin is needed: pairs interact now that did not when the table was made.
    bare, _ = device_table(potential.law, jnp.asarray(sample.positions), everyone, glass.box, jnp.asarray(0.0), 72)
    assert np.abs(np.asarray(forces_of(energy, coordinates, bare.index, glass) - of_all)).max() > 1e-6


def test_no_reach_grows_by_more_than_the_skin_that_counts_as_used(potential, rng):
    """Diameters up to 4, where the non-additivity beats the mean of the two: half of them grow, half shrink."""
    worst = 0.0
    for _ in range(50):
        old = rng.uniform(0.5, 4.0, size=64)
        new = old + 0.01 * rng.choice([-1, 1], size=64)
        glass = Glass(jnp.asarray(old), jnp.zeros(64, jnp.int32), Box(jnp.eye(3), jnp.eye(3), True))
        energy = augmented(potential, JointMinimisation(conserve_mean=False))
        coordinates = jnp.asarray(np.column_stack([np.zeros((64, 3)), 1.7 * old.mean() * np.log(new / old)]))
        used = float(used_skin(energy, coordinates, jnp.zeros((64, 3)), glass.original, glass))
        before, after = (potential.reach(potential.mixing.mix(d[:, None], d, 0, 0)[0]) for d in (old, new))
        worst = max(worst, (after - before).max() / used)
    assert 0.9 < worst <= 1


@pytest.mark.parametrize("conserve_mean", [False, True], ids=["free mean", "conserved mean"])
def test_stiff_diameters_leave_the_plain_minimum_to_first_order(potential, glasses, conserve_mean):
    """For k to infinity U(k) = U_0 - sum (g_i - g)^2 / 2k: g_i the force on a diameter, g its mean where that of the
    diameters is conserved, 0 else. The next order is smaller by phi''/k.
    """
    k = 1e8
    settings = JointMinimisation(stiffness=k, conserve_mean=conserve_mean, diameters="frozen")
    plain = glasses[:2]
    stiff = minimise_jointly(potential, settings, [glass.configuration for glass in plain])
    free = augmented(potential, JointMinimisation(conserve_mean=False))
    for before, after in zip(plain, stiff, strict=True):
        assert after.status is Status.CONVERGED
        sample, glass = before.configuration, fixed_part(before.configuration)
        coordinates = jnp.asarray(np.column_stack([sample.positions, np.zeros(PARTICLES)]))
        on_logarithms = np.asarray(forces_of(free, coordinates, None, glass))[:, -1] * 1.7 * sample.diameters.mean()
        force = on_logarithms / sample.diameters
        gain = np.sum((force - conserve_mean * force.mean()) ** 2) / (2 * k)
        found = before.energy - PARTICLES * (after.energy + after.cost)
        assert found == pytest.approx(gain, rel=1e-4, abs=1e-12 * before.energy)
        assert gain > 1e-8 * before.energy
        assert after.configuration.diameters == pytest.approx(sample.diameters, abs=1e-6)


def test_joint_glasses_lie_far_below_plain_ones_of_the_same_diameters(potential, starts, glasses):
    """The same set of diameters and the same quench; the mean gain over ten of its standard errors, and over 10 %."""
    parents = minimise_jointly(potential, JointMinimisation(), starts)
    results = quench(potential, Fire(), [parent.configuration for parent in parents])
    gains = []
    for start, parent, before, after in zip(starts, parents, glasses, results, strict=True):
        assert parent.status is Status.CONVERGED
        assert parent.evidence.equilibrated
        assert "not an equilibrium state" in parent.evidence.reason
        assert parent.temperature == 0
        assert np.array_equal(np.sort(parent.configuration.diameters), np.sort(start.diameters))
        assert after.status is Status.CONVERGED
        gains.append((before.energy - after.energy) / PARTICLES)
    gains = np.array(gains)
    assert gains.mean() > 10 * gains.std(ddof=1) / np.sqrt(GLASSES)
    assert gains.mean() > 0.1 * np.mean([glass.energy for glass in glasses]) / PARTICLES


def test_frozen_diameters_are_at_a_minimum_below_random_parents_of_their_own(potential, starts, frozen):
    """Not the pressure alone: random positions with the very same, smaller, diameters end higher."""
    results = quench(potential, Fire(), [parent.configuration for parent in frozen])
    for parent, result in zip(frozen, results, strict=True):
        assert parent.status is Status.CONVERGED
        assert result.steps <= 128
        assert result.energy == pytest.approx(PARTICLES * parent.energy, rel=1e-10)
    others = [
        with_diameters(other, np.random.default_rng([32, k]).permutation(parent.configuration.diameters))
        for k, (other, parent) in enumerate(zip(np.roll(np.array(starts, dtype=object), 1), frozen, strict=True))
    ]
    random_parents = quench(potential, Fire(), others)
    gain = np.array([(b.energy - a.energy) / PARTICLES for a, b in zip(results, random_parents, strict=True)])
    assert gain.mean() > 3 * gain.std(ddof=1) / np.sqrt(GLASSES)


def test_what_is_reported_describes_the_minimum(potential, starts, frozen):
    settings = JointMinimisation(stiffness=30.0, wall=2)
    for start, parent in zip(starts, frozen, strict=True):
        diameters = parent.configuration.diameters
        assert parent.cost == pytest.approx(cost_of(settings, diameters, start.diameters) / PARTICLES, rel=1e-10)
        pairs = interacting_pairs(potential, parent.configuration)
        assert parent.energy == pytest.approx(pairs.total_energy / PARTICLES, rel=1e-12)
        assert pairs.max_force <= parent.max_force * (1 + 1e-3) + 1e-13
        assert parent.max_force < 1e-10 * pairs.force_scale
        assert parent.mean_diameter == pytest.approx(diameters.mean(), rel=1e-12)
        assert parent.polydispersity == pytest.approx(diameters.std() / diameters.mean(), rel=1e-12)
        # Pressure shrinks the particles of a repulsive glass.
        assert parent.mean_diameter < start.diameters.mean() - 0.02


def test_a_conserved_mean_is_conserved(potential, starts):
    parents = minimise_jointly(potential, JointMinimisation(stiffness=100.0, diameters="frozen"), starts[:2])
    for start, parent in zip(starts, parents, strict=False):
        assert parent.configuration.diameters.mean() == pytest.approx(start.diameters.mean(), rel=1e-13)
        assert np.ptp(parent.configuration.diameters / start.diameters) > 0.05


def test_the_result_does_not_depend_on_batch_or_tables(potential, glasses, monkeypatch):
    """Five mild starts through one lane; through three lanes, so that two enter as refills; with tables that are too
    narrow at first; and with all pairs.
    """
    mild = [glass.configuration for glass in glasses[:5]]
    settings, seen = JointMinimisation(stiffness=300.0, diameters="frozen"), []
    reference = minimise_jointly(potential, settings, mild, batch=1, progress=seen.append)
    assert sum(seen) == 5
    several = minimise_jointly(potential, settings, mild, batch=3)
    with monkeypatch.context() as patch:
        patch.setattr(joint._Driver, "_first_columns", lambda self, sample: 8)
        overflowing = minimise_jointly(potential, settings, mild[:2], batch=1)
    with monkeypatch.context() as patch:
        patch.setattr(joint._Driver, "_first_columns", lambda self, sample: None)
        all_pairs = minimise_jointly(potential, settings, mild[:2], batch=1)
    for other in (several, overflowing, all_pairs):
        for one, two in zip(reference, other, strict=False):
            assert two.status is Status.CONVERGED
            assert two.steps == one.steps
            assert two.energy == pytest.approx(one.energy, rel=1e-11)
            assert two.configuration.diameters == pytest.approx(one.configuration.diameters, abs=1e-8)


def test_original_diameters_are_dealt_out_by_rank():
    """With the species and masses that belong to them."""
    original = Configuration.create(
        np.arange(8.0).reshape(4, 2), 10.0, diameters=[1.4, 1.0, 1.2, 1.0], species=[1, 0, 2, 0], masses=[4.0, 1, 3, 2]
    )
    new = with_diameters(original.at(original.positions + 0.5), [0.9, 1.1, 0.8, 1.3])
    dealt = with_original_diameters(new, original)
    assert dealt.diameters.tolist() == [1.0, 1.2, 1.0, 1.4]
    assert dealt.species.tolist() == [0, 2, 0, 1]
    assert dealt.masses.tolist() == [2.0, 3.0, 1.0, 4.0]
    assert np.array_equal(dealt.positions, new.positions)
    assert with_original_diameters(original, original).masses.tolist() == original.masses.tolist()


def test_rounds_are_repeated_calls(potential, glasses):
    mild = [glasses[0].configuration]
    once = JointMinimisation(stiffness=100.0)
    first = minimise_jointly(potential, once, mild)[0]
    second = minimise_jointly(potential, once, [first.configuration])[0]
    both = minimise_jointly(potential, once.model_copy(update={"rounds": 2}), mild)[0]
    assert both.steps == first.steps + second.steps
    assert both.energy == second.energy < first.energy


def test_prepare_makes_the_same_parents(potential, glasses):
    mild = [glasses[0].configuration]
    settings = JointMinimisation(stiffness=300.0)
    prepared = prepare(potential, settings, mild, 0.0, ["a"])[0]
    assert prepared.energy == minimise_jointly(potential, settings, mild)[0].energy
    with pytest.raises(InputError, match="temperature of preparation 'joint-minimisation' must be 0"):
        prepare(potential, settings, mild, 0.1, ["a"])


def test_failures_are_flagged_and_harm_nobody(potential, glasses, monkeypatch):
    """Coinciding particles, a step limit, and diameters that grow without bound (p = 2, soft, conserved mean)."""
    healthy = glasses[1].configuration
    positions = glasses[0].configuration.positions.copy()
    positions[7] = positions[11]
    broken = glasses[0].configuration.at(positions)
    settings = JointMinimisation(stiffness=300.0)
    alone = minimise_jointly(potential, settings, [healthy])[0]
    bad, good, _ = minimise_jointly(potential, settings, [broken, healthy, healthy], batch=3)
    assert bad.status is Status.NOT_FINITE
    assert not bad.evidence.equilibrated
    assert np.array_equal(bad.configuration.positions, broken.positions)
    assert good.energy == pytest.approx(alone.energy, rel=1e-11)
    short = minimise_jointly(potential, JointMinimisation(max_steps=64), [healthy])[0]
    assert short.status is Status.MAX_STEPS
    assert not short.evidence.equilibrated
    assert "not converged after 64 steps" in short.evidence.reason
    monkeypatch.setattr(joint._Driver, "_first_columns", lambda self, sample: None)
    runaway = JointMinimisation(stiffness=3.0, wall=2, diameters="frozen")
    giant = minimise_jointly(potential, runaway, [healthy])[0]
    assert not giant.evidence.equilibrated
    assert "too large for the cell" in giant.evidence.reason
    assert np.array_equal(giant.configuration.diameters, healthy.diameters)


def test_settings_are_their_table():
    settings = JointMinimisation(stiffness=25.0, rounds=3, fire=Fire(largest_step=0.05))
    assert JointMinimisation.model_validate(settings.table()) == settings
    with pytest.raises(ValueError, match="rounds = 2 needs diameters = 'original'"):
        JointMinimisation(rounds=2, diameters="frozen")
    for bad in ({"stiffness": 0.0}, {"stiffness": float("inf")}, {"tolerance": 2.0}, {"rounds": 0}, {"wall": -1}):
        with pytest.raises(ValueError, match=next(iter(bad))):
            JointMinimisation(**bad)


def test_bad_input_is_named(potential, starts):
    table = named_model("kob-andersen")
    sample = random_configuration(table, 256, np.random.default_rng(0))
    with pytest.raises(InputError, match=r"mixing rule species-table.*use a model with mixing additive"):
        minimise_jointly(table.build(), JointMinimisation(), [sample])
    jumping = named_model("polydisperse", taper="polynomial:0")
    with pytest.raises(InputError, match="order m >= 1"):
        minimise_jointly(jumping.build(), JointMinimisation(), starts[:1])
    with pytest.raises(InputError, match="argument batch must be at least 1, but got 0"):
        minimise_jointly(potential, JointMinimisation(), starts, batch=0)
    other = random_configuration(named_model("polydisperse"), 100, np.random.default_rng(0))
    with pytest.raises(InputError, match="samples of 2 kinds"):
        minimise_jointly(potential, JointMinimisation(), [starts[0], other])
    with pytest.raises(InputError, match="too narrow"):
        minimise_jointly(potential, JointMinimisation(), [with_diameters(starts[0], 3 * starts[0].diameters)])
    assert minimise_jointly(potential, JointMinimisation(), []) == []
