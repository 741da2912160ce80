"""Configurations and starting states: smallest boxes, compositions, and the checks that protect the minimum image."""

import numpy as np
import pytest

from hessian_lab._core.errors import InputError
from hessian_lab.potentials import named_model
from hessian_lab.systems import (
    Configuration,
    cell_heights,
    check_minimum_image,
    largest_pair_reach,
    random_configuration,
)


@pytest.mark.parametrize(
    ("name", "options", "smallest"),
    [
        ("polydisperse", {}, 66),
        ("binary-r10", {}, 59),
        ("binary-r12", {}, 64),
        ("kob-andersen", {}, 150),
        ("polydisperse", {"taper": "local:2"}, 179),
        ("polydisperse", {"taper": "local:inf"}, 179),
    ],
)
def test_smallest_boxes_of_the_specification(name, options, smallest, rng):
    """One particle fewer is refused by name; the smallest number itself passes the check of the sample."""
    model = named_model(name, **options)
    with pytest.raises(
        InputError, match=rf"particles must be at least {smallest} for model {name}.*got {smallest - 1}"
    ):
        random_configuration(model, smallest - 1, rng)
    sample = random_configuration(model, smallest, rng)
    assert sample.particles == smallest
    reach = check_minimum_image(sample, model.build())
    # 150 particles at density 1.2 fill a cube of edge exactly 5, up to the rounding of a cube root.
    assert 2 * reach <= sample.cell[0, 0] * (1 + 1e-15)
    assert sample.density == pytest.approx(model.density, rel=1e-14)


def test_a_narrow_cell_names_the_smallest_number(rng):
    """Also where only one height of a sheared cell is too small."""
    model = named_model("kob-andersen")
    sample = random_configuration(model, 150, rng)
    narrow = Configuration.create(sample.positions * 0.99, sample.cell * 0.99, species=sample.species)
    with pytest.raises(
        InputError, match=r"smallest height 4\.95.*below twice the largest interaction distance 2\.5"
    ) as caught:
        check_minimum_image(narrow, model.build())
    smallest = int(str(caught.value).split("N >= ")[1].split()[0])
    assert smallest == np.ceil(150 / 4.95**3 * 5**3)
    sheared = np.array([[5.01, 0, 0], [4.0, 5.01, 0], [0, 0, 5.01]])
    with pytest.raises(InputError, match="too narrow"):
        check_minimum_image(Configuration.create(sample.positions, sheared, species=sample.species), model.build())


def test_heights_of_a_sheared_cell():
    """Volume over the area of the face: a tilted cube of edge L, shear g has heights L/sqrt(1+g^2), L, L."""
    shear = 0.75
    cell = 3.0 * np.array([[1, 0, 0], [shear, 1, 0], [0, 0, 1]])
    assert cell_heights(cell) == pytest.approx([3 / np.sqrt(1 + shear**2), 3, 3], rel=1e-14)
    turned, _ = np.linalg.qr(np.random.default_rng(1).normal(size=(3, 3)))
    assert cell_heights(cell @ turned) == pytest.approx(cell_heights(cell), rel=1e-13)


def test_the_largest_reach_is_found_among_all_pairs(rng):
    for name in ("polydisperse", "binary-r12", "kob-andersen"):
        model = named_model(name)
        potential = model.build()
        sample = random_configuration(model, 300, rng)
        i, j = np.triu_indices(300)
        sigma, _ = potential.mixing.parameters(sample.diameters, sample.species, i, j)
        assert largest_pair_reach(sample, potential) == pytest.approx(potential.reach(sigma).max(), rel=1e-14)


def test_diameters_of_the_polydisperse_model(rng):
    """P(d) ~ d^-3, ratio 2.219, mean 1: d_min 0.725327, d_max 1.609500, polydispersity 22.89 %."""
    composition = named_model("polydisperse").composition
    assert composition.smallest == pytest.approx(0.725327, abs=5e-7)
    assert composition.largest_diameter() == pytest.approx(1.6095, abs=5e-6)
    diameters, species = composition.draw(20000, rng)
    assert not species.any()
    assert diameters.mean() == pytest.approx(1, abs=1e-6)
    assert diameters.std() / diameters.mean() == pytest.approx(0.2289, abs=5e-5)
    # d^-2 is uniform where P(d) ~ d^-3; every quantile is there once.
    quantile = np.sort((diameters**-2.0 - 1.6095**-2) / (0.725327**-2 - 1.6095**-2))
    assert np.abs(quantile - (np.arange(20000) + 0.5) / 20000).max() < 1e-5
    # The order is random: diameters carry no information on the position in the list.
    assert abs(np.corrcoef(np.arange(20000), diameters)[0, 1]) < 4 / np.sqrt(20000)


def test_independent_diameters_fluctuate_and_stratified_ones_do_not(rng):
    stratified = named_model("polydisperse").composition
    independent = stratified.model_copy(update={"stratified": False})
    for composition, spread in ((stratified, 0.0), (independent, 0.2289 / np.sqrt(100))):
        means = [composition.draw(100, rng)[0].mean() for _ in range(400)]
        assert np.std(means) == pytest.approx(spread, rel=0.15, abs=1e-12)


@pytest.mark.parametrize(
    ("name", "dimension", "particles", "counts"),
    [
        ("kob-andersen", 3, 256, (205, 51)),
        ("kob-andersen", 3, 500, (400, 100)),
        ("kob-andersen", 2, 100, (65, 35)),
        ("binary-r10", 3, 257, (128, 129)),
        ("binary-r12", 3, 256, (128, 128)),
        ("contact", 2, 64, (32, 32)),
    ],
)
def test_compositions_count_their_particles(name, dimension, particles, counts, rng):
    """Counts are the rounded fractions, sum to N, and diameters follow the species; N odd rounds half to even."""
    model = named_model(name, dimension=dimension)
    sample = random_configuration(model, particles, rng)
    assert tuple(np.bincount(sample.species)) == counts
    assert (sample.diameters == np.array(model.composition.diameters)[sample.species]).all()
    assert (sample.masses == 1).all()


@pytest.mark.parametrize(("dimension", "fraction"), [(2, 0.9), (3, 0.7), (3, 0.64)])
def test_packing_fractions_are_those_of_balls(dimension, fraction, rng):
    options = {} if fraction in (0.9, 0.7) else {"packing_fraction": fraction}
    sample = random_configuration(named_model("contact", dimension=dimension, **options), 200, rng)
    volume = {2: np.pi / 4, 3: np.pi / 6}[dimension] * np.sum(sample.diameters**dimension)
    assert volume / sample.volume == pytest.approx(fraction, rel=1e-12)


def test_random_positions_are_an_ideal_gas(rng):
    """Uniform in the box: mean 1/2 and variance 1/12 in reduced coordinates, and the same generator, the same glass."""
    model = named_model("polydisperse")
    sample = random_configuration(model, 4000, np.random.default_rng(5))
    reduced = sample.positions / sample.cell[0, 0]
    assert reduced.min() >= 0
    assert reduced.max() < 1
    assert np.abs(reduced.mean(0) - 0.5).max() < 4 * np.sqrt(1 / 12 / 4000)
    assert np.abs(reduced.var(0) - 1 / 12).max() < 4 * np.sqrt(1 / 180 / 4000)
    again = random_configuration(model, 4000, np.random.default_rng(5))
    assert np.array_equal(sample.positions, again.positions)
    assert np.array_equal(sample.diameters, again.diameters)


def test_wrapping_moves_by_whole_cell_vectors(rng):
    cell = np.array([[4.0, 0, 0], [1.3, 3.7, 0], [-0.4, 0.9, 5.0]])
    sample = Configuration.create(rng.normal(scale=20, size=(50, 3)), cell)
    wrapped = sample.wrapped()
    moved = (wrapped.positions - sample.positions) @ np.linalg.inv(cell)
    assert np.abs(moved - np.rint(moved)).max() < 1e-12
    reduced = wrapped.positions @ np.linalg.inv(cell)
    assert reduced.min() > -1e-12
    assert reduced.max() < 1 + 1e-12
    assert np.abs(np.rint(moved)).max() >= 2


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"positions": np.zeros((4, 4))}, r"argument positions must have shape"),
        ({"positions": np.full((4, 3), np.nan)}, r"finite"),
        ({"cell": np.eye(2)}, r"argument cell must have shape \(3, 3\)"),
        ({"cell": np.ones((3, 3))}, r"no volume"),
        ({"masses": [1, 1, 0, 1]}, r"argument masses must be finite and positive, but holds 0"),
        ({"diameters": [1, 1, -1, 1]}, r"argument diameters must be finite and positive, but holds -1"),
        ({"species": [0, 0, -1, 0]}, r"argument species"),
        ({"masses": [1, 1]}, r"argument masses must have shape \(4,\)"),
    ],
)
def test_impossible_samples_are_refused(arguments, message):
    complete = {"positions": np.zeros((4, 3)), "cell": 10.0, **arguments}
    with pytest.raises(InputError, match=message):
        Configuration.create(complete.pop("positions"), complete.pop("cell"), **complete)


def test_a_species_that_the_model_does_not_know_is_named(rng):
    sample = random_configuration(named_model("kob-andersen"), 150, rng)
    stranger = Configuration.create(sample.positions, sample.cell, species=np.where(sample.species, 2, 0))
    with pytest.raises(InputError, match="species holds the index 2, but the model's table has 2 species"):
        check_minimum_image(stranger, named_model("kob-andersen").build())


def test_the_largest_reach_is_found_where_diameters_and_species_differ(rng):
    """Seventy large particles of the species that reaches less far hide no pair of the other one."""
    model = named_model("kob-andersen")
    species = np.repeat([0, 1], [130, 70]).astype(np.int32)
    diameters = np.concatenate([np.linspace(0.5, 0.9, 130), np.linspace(1.0, 1.2, 70)])
    sample = Configuration(rng.random((200, 3)) * 4.7, diameters, species, np.ones(200), 4.7 * np.eye(3))
    assert largest_pair_reach(sample, model.build()) == pytest.approx(2.5, rel=1e-12)
    with pytest.raises(InputError, match="too narrow"):
        check_minimum_image(sample, model.build())
