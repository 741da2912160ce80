"""Hessians with a factor of the pre-stress part for each pair, against springs that are stretched accordingly."""

import numpy as np
import pytest
from hessian_cases import glass

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian
from hessian_lab.systems import minimum_image_host


def forces_of_springs(pairs, tension, stiffness, positions):
    """Of U = sum_p [tension_p (r - r_p) + stiffness_p (r - r_p)^2/2], r_p the distance in the glass."""
    sample = pairs.configuration
    apart = minimum_image_host(positions[pairs.first] - positions[pairs.second], sample.cell)
    r = np.linalg.norm(apart, axis=1)
    pull = ((tension + stiffness * (r - pairs.distance)) / r)[:, None] * apart
    force = np.zeros_like(positions)
    np.add.at(force, pairs.first, -pull)
    np.add.at(force, pairs.second, pull)
    return force


@pytest.mark.parametrize("dimension", [2, 3])
def test_factors_are_the_tensions_of_springs(dimension, rng):
    """Springs of the bonds' stiffness phi'' and a factor times their tension phi': central differences of forces."""
    pairs = glass(dimension, {2: 200, 3: 150}[dimension]).pairs
    factors = rng.normal(size=pairs.first.size)
    matrix = Hessian(pairs, prestress=factors).dense(mass_weighted=False)
    tension = factors * 2 * pairs.slope * pairs.distance
    stiffness = 2 * pairs.slope + 4 * pairs.squared_distance * pairs.curvature
    positions, step = pairs.configuration.positions, 1e-5
    for _ in range(3):
        way = rng.normal(size=positions.shape)
        ahead, behind = (
            forces_of_springs(pairs, tension, stiffness, positions + sign * step * way) for sign in (1, -1)
        )
        found = -(ahead - behind).reshape(-1) / (2 * step)
        expected = matrix @ way.reshape(-1)
        # The third differences are step^2 times the cube of the inverse distance; rounding is eps/step.
        assert np.abs(found - expected).max() < 1e-7 * np.abs(expected).max()


def test_dense_sparse_and_number_agree(rng):
    pairs = glass(3, 150).pairs
    factors = rng.uniform(-1, 2, pairs.first.size)
    made = Hessian(pairs, prestress=factors)
    scale = np.abs(made.dense()).max()
    assert np.abs(made.sparse().toarray() - made.dense()).max() < 1e-14 * scale
    assert np.array_equal(
        Hessian(pairs, prestress=np.full(pairs.first.size, 0.4)).dense(), Hessian(pairs, prestress=0.4).dense()
    )
    # Translations cost nothing whatever the factors are.
    assert np.abs(made.dense() @ made.trivial_modes).max() < 1e-12 * scale


@pytest.mark.parametrize("prestress", [np.ones(7), np.nan, np.ones((2, 2))])
def test_factors_that_fit_no_pairs_are_refused(prestress):
    with pytest.raises(InputError, match="argument prestress must"):
        Hessian(glass(2, 200).pairs, prestress=prestress)
