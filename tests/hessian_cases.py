"""Hessians on which every solver is tried, and what an answer has to be."""

from functools import cache
from itertools import product

import numpy as np

from hessian_lab import Status
from hessian_lab.hessian import Hessian, hessian, interacting_pairs
from hessian_lab.potentials import Potential, PotentialSettings, named_model
from hessian_lab.quench import Fire, quench
from hessian_lab.systems import Configuration, random_configuration

EPS = np.finfo(float).eps

NAMES = ("2D", "3D", "nearly unstable", "rattlers", "crystal", "saddle")


@cache
def glass(dimension, particles, seed=4):
    """A quenched polydisperse glass with unequal masses."""
    model = named_model("polydisperse", dimension=dimension)
    parent = random_configuration(model, particles, np.random.default_rng(seed))
    result = quench(model.build(), Fire(), parent)
    assert result.status is Status.CONVERGED
    r = result.configuration
    masses = np.random.default_rng(1).uniform(0.5, 2, particles)
    return hessian(model.build(), Configuration.create(r.positions, r.cell, diameters=r.diameters, masses=masses))


@cache
def nearly_unstable(particles=120, target=1e-6):
    """More pre-stress than the glass has, until its lowest mode is at 1e-6 of the unit of stiffness."""
    pairs = glass(3, particles).pairs
    low, high = 1.0, 4.0
    for _ in range(60):
        middle = 0.5 * (low + high)
        lowest = np.linalg.eigvalsh(Hessian(pairs, prestress=middle).dense())
        above = lowest[0] > -1e-9 and lowest[3] > target
        low, high = (middle, high) if above else (low, middle)
    found = Hessian(pairs, prestress=low)
    assert 0.5 * target < np.linalg.eigvalsh(found.dense())[3] < 2 * target
    return found


@cache
def with_rattlers():
    """Contact discs at 0.86: some particles touch nothing, some lie in a corner."""
    model = named_model("contact", dimension=2, packing_fraction=0.88)
    for seed in range(20):
        parent = random_configuration(model, 150, np.random.default_rng(seed))
        result = quench(model.build(), Fire(), parent, max_steps=40_000)
        if result.status is not Status.CONVERGED:
            continue
        pairs = interacting_pairs(model.build(), result.configuration)
        if (pairs.contacts == 0).sum() >= 2:
            return Hessian(pairs)
    raise AssertionError("no packing with rattlers")


@cache
def crystal(cells=4):
    """FCC with Lennard-Jones forces: modes in stars of up to 48, of which no starting block of 8 can tell all."""
    table = {"core": {"kind": "lennard-jones"}, "taper": "local:3:1.3", "cutoff": 1.6, "mixing": {"kind": "additive"}}
    corners = np.array(list(product(range(cells), repeat=3)))
    basis = 0.5 * np.array([[0, 0, 0], [0, 1, 1], [1, 0, 1], [1, 1, 0]])
    a = np.sqrt(2) * 2 ** (1 / 6)
    positions = (corners[:, None] + basis).reshape(-1, 3) * a
    return hessian(Potential(PotentialSettings.model_validate(table)), Configuration.create(positions, cells * a))


@cache
def saddle():
    """Three times the pre-stress of a glass: several negative modes."""
    return Hessian(glass(3, 150).pairs, prestress=3.0)


@cache
def case(name):
    return {
        "2D": lambda: glass(2, 200),
        "3D": lambda: glass(3, 150),
        "nearly unstable": nearly_unstable,
        "rattlers": with_rattlers,
        "crystal": crystal,
        "saddle": saddle,
    }[name]()


@cache
def exact(name):
    """LAPACK's full spectrum, without this package."""
    return np.linalg.eigh(case(name).dense())


def sine_of_angle(vectors, reference):
    """Sine of the largest principal angle between two spaces of equal dimension."""
    return np.linalg.norm(vectors - reference @ (reference.T @ vectors), 2)


def assert_the_same(found, values, vectors, *, fast=False):
    """None missed; eigenvalues to 1e-10 of themselves and 100 eps of the largest; spaces, cut at every gap, to
    100 eps lambda_max/gap (accurate) or 1e-5 (fast).
    """
    count = found.eigenvalues.size
    top = np.abs(values).max()
    bound = 1e-10 * np.abs(values[:count]) + 100 * EPS * top
    assert (np.abs(found.eigenvalues - values[:count]) <= bound).all()
    assert np.abs(found.vectors.T @ found.vectors - np.eye(count)).max() < 1e-12
    cuts = 0
    for cut in range(1, count + 1):
        gap = values[cut] - values[cut - 1]
        if gap < 1e-5 * top:
            continue
        cuts += 1
        limit = 1e-5 if fast else 100 * EPS * top / gap
        assert sine_of_angle(found.vectors[:, :cut], vectors[:, :cut]) <= limit
    assert cuts > 0
