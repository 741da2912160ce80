"""Stiffness and pre-stress parts of modes, modes followed in the pre-stress, and small stresses taken away."""

from dataclasses import replace

import numpy as np
import pytest
from hessian_cases import crystal, glass
from scipy.linalg import eigh

from hessian_lab._core.errors import InputError
from hessian_lab.hessian import Hessian, hessian
from hessian_lab.modes import (
    follow_prestress,
    pair_stresses,
    prestress_split,
    remove_small_stresses,
    stress_of_frequency,
)
from hessian_lab.potentials import Potential, PotentialSettings
from hessian_lab.spectrum import spectrum


@pytest.fixture(scope="module", params=[2, 3])
def small(request):
    """A repulsive glass with unequal masses, and its full spectrum."""
    made = glass(request.param, {2: 200, 3: 150}[request.param])
    return made, spectrum(made)


def test_parts_add_up_to_the_eigenvalue(small):
    """Against dense quadratic forms with both matrices apart; bonds add up to modes."""
    made, found = small
    split = prestress_split(made, found.modes(), per_pair=True)
    stiff = Hessian(made.pairs, prestress=0.0).dense()
    stress = made.dense() - stiff
    scale = found.largest
    assert np.abs(split.eigenvalues - found.eigenvalues).max() < 1e-12 * scale
    for part, matrix, bonds in (
        (split.stiffness, stiff, split.stiffness_of_pairs),
        (split.stress, stress, split.stress_of_pairs),
    ):
        assert np.abs(part - np.einsum("ik,ij,jk->k", found.vectors, matrix, found.vectors)).max() < 1e-12 * scale
        assert np.allclose(bonds.sum(axis=1), part, rtol=1e-12, atol=1e-13 * scale)
    # The norm does not matter, and a chunk holds fewer modes than there are.
    assert np.allclose(prestress_split(made, -3 * found.modes()).stress, split.stress, rtol=1e-12, atol=1e-15 * scale)


def test_chunks_do_not_change_the_numbers(small, monkeypatch):
    made, found = small
    whole = prestress_split(made, found.modes())
    monkeypatch.setattr("hessian_lab.modes._prestress.CHUNK_BYTES", 3 * 8 * made.pairs.displacement.size)
    parts = prestress_split(made, found.modes())
    assert np.allclose(parts.stiffness, whole.stiffness, rtol=1e-13, atol=1e-13)
    assert np.allclose(parts.stress, whole.stress, rtol=1e-13, atol=1e-13)


def test_the_derivative_is_that_of_the_eigenvalues(small):
    """Richardson's central differences of simple eigenvalues of dense matrices, to 1e-6."""
    made, found = small
    stiff = Hessian(made.pairs, prestress=0.0).dense()
    stress = made.dense() - stiff
    lowest = slice(found.zero_modes, found.zero_modes + 12)
    step = 1e-4

    def values(delta):
        return eigh(stiff + (1 - delta) * stress, eigvals_only=True)[lowest]

    near, far = ((values(k * step) - values(-k * step)) / (2 * k * step) for k in (1, 2))
    split = prestress_split(made, found.modes()[lowest])
    assert np.allclose((4 * near - far) / 3, split.derivative, rtol=1e-6)
    assert np.allclose(split.log_derivative, split.derivative / found.eigenvalues[lowest], rtol=1e-9)


def test_every_mode_of_a_repulsive_glass_stiffens_with_less_prestress(small):
    """H_stress <= 0: the derivative is never negative; GHET's -1 is of the other sign. Translations have none."""
    made, found = small
    split = prestress_split(made, found.modes())
    assert np.all(split.stress <= 0)
    assert np.isnan(split.log_derivative[found.zero]).all()
    assert np.all(split.log_derivative[~found.zero] > 0)


def test_a_mode_whose_restoring_force_is_tension_has_ghets_value():
    """Zero stiffness, all bonds turned to tension: lambda = psi^T H_stress psi, and d ln lambda/d delta = -1."""
    pairs = glass(2, 200).pairs
    loose = replace(pairs, slope=np.abs(pairs.slope), curvature=-np.abs(pairs.slope) / (2 * pairs.squared_distance))
    made = Hessian(loose)
    found = spectrum(made)
    split = prestress_split(made, found.modes()[~found.zero])
    assert np.abs(split.stiffness).max() < 1e-12 * split.stress.max()
    assert np.allclose(split.log_derivative, -1, rtol=1e-9)


def test_a_crystal_with_bonds_at_their_minimum_has_no_prestress_part():
    """FCC at a = sqrt(2) 2^(1/6) with the cutoff between the first and the second shell."""
    table = {"core": {"kind": "lennard-jones"}, "taper": "local:3:1.2", "cutoff": 1.45, "mixing": {"kind": "additive"}}
    made = hessian(Potential(PotentialSettings.model_validate(table)), crystal().pairs.configuration)
    split = prestress_split(made, np.random.default_rng(1).normal(size=(20, 256, 3)))
    assert np.abs(split.stress).max() < 1e-13 * split.stiffness.min()


def test_followed_modes_keep_their_shape_and_count_the_instability(small):
    """Eigenvalues are among those of LAPACK at every delta; at small steps the differences are the derivative."""
    made, _ = small
    deltas = np.array([-1.5, -1.0, -0.5, -0.2, -1e-3, 1e-3, 0.2, 0.5, 1.0])
    found = follow_prestress(made, deltas, 6)
    assert found.deltas.tolist() == sorted([*deltas, 0.0])
    for k, delta in enumerate(found.deltas):
        exact = np.linalg.eigvalsh(Hessian(made.pairs, prestress=1 - delta).dense())
        top = exact[-1]
        assert found.negative[k] == np.sum(exact < -1e-10 * top)
        others = exact[np.abs(exact) > 1e-10 * top]
        assert np.abs(found.eigenvalues[k] - others[found.rank[k]]).max() < 1e-9 * top
        assert np.unique(found.rank[k]).size == 6
    # More pre-stress makes a saddle in the end, less never does.
    assert found.negative[0] > 0
    assert np.all(found.negative[found.start :] == 0)
    assert np.all(np.diff(found.negative) <= 0)
    slope = (found.eigenvalues[found.start + 1] - found.eigenvalues[found.start - 1]) / 2e-3
    assert np.allclose(found.difference[found.start], slope, rtol=1e-9)
    sure = ~found.avoided_crossing[found.start - 1 : found.start + 2].any(axis=0)
    assert sure.sum() >= 4
    assert np.allclose(slope[sure], found.split.derivative[sure], rtol=1e-3)
    assert np.all(found.overlap[found.start] == 1)
    assert np.all(found.overlap + found.second_overlap <= 1 + 1e-12)
    assert np.all(found.doubtful[0] >= found.doubtful[1])
    # Steps as large as the stress itself mix the modes.
    assert found.avoided_crossing.any()


def test_modes_that_cross_are_followed_through():
    """Two dimers that do not see each other: the stretch of one at 2 phi'' = 3 stays, the swing of the other, at
    2 (1 - delta) tension = 4 (1 - delta), passes it at delta = 1/4 with full overlap.
    """
    pairs = glass(2, 200).pairs
    ends = {pairs.first[0], pairs.second[0]}
    apart = [k for k in range(pairs.first.size) if not ends & {pairs.first[k], pairs.second[k]}]
    chosen = np.array([0, apart[0]])
    tension, stiffness = np.array([10.0, 2.0]), np.array([1.5, 50.0])
    names = ("first", "second", "displacement", "sigma", "energy")
    few = replace(
        pairs,
        configuration=replace(pairs.configuration, masses=np.ones(200)),
        **{name: getattr(pairs, name)[chosen] for name in names},
        slope=tension / 2,
        curvature=(stiffness - tension) / (4 * pairs.squared_distance[chosen]),
    )
    found = follow_prestress(Hessian(few), [0.1, 0.2, 0.3, 0.4], 2, extra=1)
    assert found.eigenvalues[:, 0] == pytest.approx([3.0] * 5, rel=1e-9)
    assert found.eigenvalues[:, 1] == pytest.approx(4 * (1 - found.deltas), rel=1e-9)
    assert found.overlap == pytest.approx(np.ones((5, 2)), abs=1e-9)
    assert found.rank.tolist() == [[0, 1]] * 3 + [[1, 0]] * 2
    assert found.crossed.tolist() == [[False, False]] * 3 + [[True, True]] + [[False, False]]
    assert not found.doubtful.any()
    assert not found.avoided_crossing.any()
    # The swing is all pre-stress: GHET's -1. The stretch has none.
    assert found.split.log_derivative == pytest.approx([0.0, -1.0], abs=1e-12)


def test_removing_every_stress_is_no_prestress(small):
    made, found = small
    stresses = pair_stresses(made.pairs)
    removal = remove_small_stresses(made, [0.0, np.inf], 5)
    exact = np.linalg.eigvalsh(Hessian(made.pairs, prestress=0.0).dense())
    lowest = exact[exact > 1e-10 * exact[-1]][:5]
    assert removal.pairs_touched.tolist() == [0, stresses.size]
    for part in (removal.removed, removal.control, removal.control_of_equal_stress):
        assert np.allclose(part.lowest[0], removal.reference, rtol=1e-8)
        assert np.abs(part.shift[0]).max() < 1e-8
        assert part.overlap[0] == pytest.approx(np.ones(5), abs=1e-8)
        assert np.allclose(part.lowest[1], lowest, rtol=1e-8)
        assert part.stress_share.tolist() == [0, pytest.approx(1)]
    assert np.allclose(removal.reference, found.eigenvalues[~found.zero][:5], rtol=1e-8)


def test_few_stresses_shift_the_modes_by_first_order(small):
    """A cut through zeta omega^2; taking repulsion away stiffens, by first order where it is little."""
    made, found = small
    omega = found.positive_omega[:8]
    stresses = pair_stresses(made.pairs)
    cuts = np.quantile(stresses, [0.003, 0.01])
    removal = remove_small_stresses(made, cuts, 4)
    for part in (removal.removed, removal.control):
        assert np.all(part.first_order >= 0)
        assert np.all(part.lowest >= removal.reference * (1 - 1e-9))
        assert np.all(part.negative == 0)
    small_shift = removal.removed.first_order < 1e-2
    assert small_shift.any()
    # The second order is of the square of the first over the relative gaps between levels.
    assert np.allclose(
        removal.removed.shift[small_shift], removal.removed.first_order[small_shift], rtol=0.2, atol=1e-9
    )
    assert np.all(removal.control.stress_share > removal.removed.stress_share)
    alike = remove_small_stresses(made, np.quantile(stresses, [0.2, 0.5]), 4)
    one_pair = stresses.max() / stresses.sum()
    assert np.all(np.abs(alike.control_of_equal_stress.stress_share - alike.removed.stress_share) < one_pair)
    through = remove_small_stresses(made, stress_of_frequency(made.pairs, omega[[0, -1]]), 4)
    assert through.pairs_touched.tolist() == [
        int(np.sum(stresses < level)) for level in stress_of_frequency(made.pairs, omega[[0, -1]])
    ]


def test_the_control_depends_on_its_seed_only(small):
    made, _ = small
    cuts = np.quantile(pair_stresses(made.pairs), [0.1, 0.3])
    one, again, other = (remove_small_stresses(made, cuts, 3, seed=seed) for seed in (1, 1, 2))
    assert np.array_equal(one.control.shift, again.control.shift)
    assert not np.array_equal(one.control.shift, other.control.shift)
    assert np.array_equal(one.removed.shift, other.removed.shift)
    # Nested: a larger cut takes more stress.
    assert one.control.stress_share[0] < one.control.stress_share[1]
    # A draw from all pairs takes stress in proportion, to a few standard deviations of the draw.
    share = one.pairs_touched / one.pairs
    assert one.control.stress_share == pytest.approx(share, abs=0.1)


def test_bad_input_is_refused(small):
    made, _ = small
    with pytest.raises(InputError, match="argument deltas"):
        follow_prestress(made, [0.0], 3)
    with pytest.raises(InputError, match="argument count"):
        follow_prestress(made, [0.1], made.size)
    with pytest.raises(InputError, match="argument cuts"):
        remove_small_stresses(made, [-1.0], 3)
    with pytest.raises(InputError, match="argument modes"):
        prestress_split(made, np.ones((3, 2)))
