"""The energy of positions and diameters together, its generalised forces, and chunks of FIRE steps on it.

The settings and the driver are in `_joint`.
"""

from __future__ import annotations

from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from ..potentials import PairLaw
from ..quench import Fire
from ..systems import Box, PairData, device_table


class Glass(eqx.Module):
    """What stays fixed while one glass is minimised.

    Attributes:
        original: the diameters before. Units of length.
        species: numbered from 0.
        box: the cell.
    """

    original: Float[Array, " particles"]
    species: Int[Array, " particles"]
    box: Box


class AugmentedEnergy(eqx.Module):
    r"""Energy of the pairs plus the cost of every diameter that departs from its original.

    .. math:: \mathcal{U}(r, d) = \sum_{i<j} \phi(r_{ij}; \sigma(d_i, d_j))
              + \frac{k}{2} \sum_i (d_i - d_i^0)^2 (d_i^0/d_i)^p

    The coordinates of a particle are its position and, last, :math:`q_i = c u_i` with
    :math:`d_i = d_i^0 e^{u_i}`: a diameter stays positive however long a step is, and a cost of any stiffness keeps
    its digits, since :math:`d_i - d_i^0` is never formed. Where the mean diameter is conserved,
    :math:`d_i = d_i^0 e^{u_i} \sum_j d_j^0 / \sum_j d_j^0 e^{u_j}`. The length c gives a diameter the inertia that
    makes it about as fast as a position: :math:`c^2 \propto \bar d^2 (1 + k/\phi'')`, with phi'' of a stiff pair.

    Attributes:
        law: the pair law.
        stiffness: k. Units of energy/length^2.
        inertia: c over the mean diameter. Dimensionless.
        wall: p.
        conserve_mean: whether the mean diameter is conserved.
        mixing: the mixing rule.
    """

    law: PairLaw
    stiffness: Float[Array, ""]
    inertia: Float[Array, ""]
    wall: Float[Array, ""]
    conserve_mean: Bool[Array, ""]
    mixing: Any = eqx.field(static=True)

    def unit(self, glass: Glass) -> Float[Array, ""]:
        """c: change of the last coordinate per change of a diameter's logarithm. Units of length."""
        return self.inertia * jnp.mean(glass.original)

    def _growth(self, logarithm: Float[Array, " particles"], glass: Glass) -> Float[Array, " particles"]:
        """log(d/d0)."""
        share = glass.original / jnp.sum(glass.original)
        mean_growth = jnp.log1p(jnp.sum(share * jnp.expm1(logarithm)))
        return logarithm - jnp.where(self.conserve_mean, mean_growth, 0.0)

    def growth(self, coordinates: Float[Array, "particles dim_and_1"], glass: Glass) -> Float[Array, " particles"]:
        """log(d/d0) of every particle. Dimensionless."""
        return self._growth(coordinates[:, -1] / self.unit(glass), glass)

    def diameters(self, coordinates: Float[Array, "particles dim_and_1"], glass: Glass) -> Float[Array, " particles"]:
        """Diameters. Units of length."""
        return glass.original * jnp.exp(self.growth(coordinates, glass))

    def _costs(self, growth: Float[Array, " particles"], glass: Glass) -> Float[Array, " particles"]:
        # d - d0 = d0 (e^g - 1) and d0/d = e^-g, for p = 0 and p = 2 without a cancellation at small g.
        return 0.5 * self.stiffness * (glass.original * jnp.expm1(growth)) ** 2 * jnp.exp(-self.wall * growth)

    def cost(self, coordinates: Float[Array, "particles dim_and_1"], glass: Glass) -> Float[Array, ""]:
        """Cost of all diameters. Units of energy."""
        return jnp.sum(self._costs(self.growth(coordinates, glass), glass))

    def pairs(
        self,
        coordinates: Float[Array, "particles dim_and_1"],
        index: Int[Array, "particles columns"] | None,
        glass: Glass,
    ) -> tuple[Array, Array, Array, Array, Array]:
        """All pairs, row by row.

        Returns:
            Displacements and squared distances, the pair energies, their slopes by r^2, and by the row's own diameter.
        """
        diameters = self.diameters(coordinates, glass)[:, None]
        column: Any = (None, slice(None)) if index is None else index
        others, species = diameters[:, 0][column], glass.species[column]
        blank = jnp.zeros(others.shape)
        displacement, r2 = PairData(index, blank, blank).displacements(coordinates[:, :-1], glass.box)

        def energy(squared: Array, own: Array) -> Array:
            return self.law.energy(squared, *self.mixing.mix(own, others, glass.species[:, None], species))

        own = jnp.broadcast_to(diameters, r2.shape)
        one, zero = jnp.ones_like(r2), jnp.zeros_like(r2)
        value, by_distance = jax.jvp(energy, (r2, own), (one, zero))
        _, by_diameter = jax.jvp(energy, (r2, own), (zero, one))
        return displacement, r2, value, by_distance, by_diameter

    def energy(
        self,
        coordinates: Float[Array, "particles dim_and_1"],
        index: Int[Array, "particles columns"] | None,
        glass: Glass,
    ) -> Float[Array, ""]:
        """Energy of the pairs plus the cost. Units of energy."""
        return 0.5 * jnp.sum(self.pairs(coordinates, index, glass)[2]) + self.cost(coordinates, glass)

    def forces(
        self,
        coordinates: Float[Array, "particles dim_and_1"],
        index: Int[Array, "particles columns"] | None,
        glass: Glass,
    ) -> Float[Array, "particles dim_and_1"]:
        """Minus the gradient of the energy by the coordinates. Units of energy/length."""
        displacement, _, _, by_distance, by_diameter = self.pairs(coordinates, index, glass)
        on_positions = jnp.sum(-2.0 * by_distance[..., None] * displacement, axis=1)
        unit = self.unit(glass)
        growth, back = jax.vjp(lambda u: self._growth(u, glass), coordinates[:, -1] / unit)
        _, slope = jax.jvp(lambda g: self._costs(g, glass), (growth,), (jnp.ones_like(growth),))
        diameters = glass.original * jnp.exp(growth)
        (on_logarithms,) = back(-jnp.sum(by_diameter, axis=1) * diameters - slope)
        return jnp.concatenate([on_positions, on_logarithms[:, None] / unit], axis=1)


class JointDiagnosis(eqx.Module):
    """What the driver wants to know of a glass at the end of a chunk.

    `max_force` is the largest component of any force, or force on a diameter's logarithm over the mean diameter;
    `reach` the largest distance at which any pair interacts.
    """

    energy: Float[Array, ""]
    cost: Float[Array, ""]
    max_force: Float[Array, ""]
    force_scale: Float[Array, ""]
    diameters: Float[Array, " particles"]


def diagnose_jointly(
    energy: AugmentedEnergy,
    coordinates: Float[Array, "particles dim_and_1"],
    forces: Float[Array, "particles dim_and_1"],
    index: Int[Array, "particles columns"] | None,
    glass: Glass,
) -> JointDiagnosis:
    """Energy, cost, largest generalised force, and the mean over particles of the largest pair force on each."""
    _, r2, value, slope, _ = energy.pairs(coordinates, index, glass)
    cost = energy.cost(coordinates, glass)
    pair_force = jnp.where(slope == 0, 0.0, 2.0 * jnp.abs(slope) * jnp.sqrt(r2))
    # In units of the mean diameter, whatever the inertia.
    in_lengths = forces.at[:, -1].multiply(energy.inertia)
    return JointDiagnosis(
        0.5 * jnp.sum(value) + cost,
        cost,
        jnp.max(jnp.abs(in_lengths)),
        jnp.mean(jnp.max(pair_force, axis=1)),
        energy.diameters(coordinates, glass),
    )


class JointLanes(eqx.Module):
    """A batch of glasses in work.

    Attributes:
        state: FIRE's state of each glass.
        steps: steps taken.
        coordinates: those of the last step's forces. Units of length.
        forces: the generalised forces there. Units of energy/length.
        index: neighbour tables; None where all pairs are taken.
        origin: positions at which each table was made. Units of length.
        sizes: diameters at which it was made. Units of length.
        stale: whether a lane needs a new table before its next step.
    """

    state: Any
    steps: Int[Array, " batch"]
    coordinates: Float[Array, "batch particles dim_and_1"]
    forces: Float[Array, "batch particles dim_and_1"]
    index: Int[Array, "batch particles columns"] | None
    origin: Float[Array, "batch particles dim"]
    sizes: Float[Array, "batch particles"]
    stale: Bool[Array, " batch"]


def chosen(which: Bool[Array, " batch"], new: Any, old: Any) -> Any:
    """Lane by lane, the new or the old of two trees."""
    return jax.tree.map(lambda a, b: jnp.where(which.reshape((-1,) + (1,) * (a.ndim - 1)), a, b), new, old)


@partial(jax.jit, static_argnames=("fire", "columns"))
def start_jointly(
    fire: Fire,
    positions: Float[Array, "batch particles dim"],
    glasses: Glass,
    time: Float[Array, ""],
    columns: int | None,
) -> JointLanes:
    """Lanes at rest with the original diameters, with tables still to be made."""
    batch, particles, _ = positions.shape
    coordinates = jnp.concatenate([positions, jnp.zeros((batch, particles, 1))], axis=2)
    own = jnp.arange(particles, dtype=jnp.int32)[None, :, None]
    return JointLanes(
        jax.vmap(lambda row: fire.start(row, time))(coordinates),
        jnp.zeros(batch, jnp.int64),
        coordinates,
        jnp.zeros_like(coordinates),
        None if columns is None else jnp.broadcast_to(own, (batch, particles, columns)),
        positions,
        glasses.original,
        jnp.ones(batch, bool),
    )


def widened(index: Int[Array, "batch particles columns"], columns: int) -> Int[Array, "batch particles wider"]:
    """Tables with more columns, filled with the row's own number: entries that are no pairs."""
    batch, particles, width = index.shape
    own = jnp.arange(particles, dtype=jnp.int32)[None, :, None]
    return jnp.concatenate([index, jnp.broadcast_to(own, (batch, particles, columns - width))], axis=2)


def used_skin(
    energy: AugmentedEnergy,
    coordinates: Float[Array, "particles dim_and_1"],
    origin: Float[Array, "particles dim"],
    sizes: Float[Array, " particles"],
    glass: Glass,
) -> Float[Array, ""]:
    r"""How much of its skin a table has used up. Units of length.

    Two particles come nearer by at most twice the longest move. With
    :math:`\sigma = \frac{d_i + d_j}{2} (1 - \eta |d_i - d_j|)`, the sum of the slopes by both diameters,
    :math:`|\partial_i \sigma| + |\partial_j \sigma|`, is the larger of :math:`|1 - \eta |d_i - d_j||` and
    :math:`\eta (d_i + d_j)`. So if no diameter has changed by more than delta, no pair diameter has grown by more than
    :math:`\delta \max(1, 2 \eta d_{max})`, and no reach by more than :math:`r_c/\sigma` times that.

    Args:
        energy: the augmented energy.
        coordinates: as they are now.
        origin: positions at which the table was made. Units of length.
        sizes: diameters at which it was made. Units of length.
        glass: what stays fixed.
    """
    diameters = energy.diameters(coordinates, glass)
    moved = jnp.sqrt(jnp.max(jnp.sum((coordinates[:, :-1] - origin) ** 2, axis=1)))
    largest = jnp.maximum(jnp.max(diameters), jnp.max(sizes))
    smallest = jnp.minimum(jnp.min(diameters), jnp.min(sizes))
    steepest = jnp.maximum(1.0, 2 * getattr(energy.mixing, "nonadditivity", 0.0) * largest)
    growth = steepest * jnp.max(jnp.abs(diameters - sizes))
    # A cutoff in units of sigma gives the same ratio at any sigma; an absolute one the largest at the smallest.
    return 2 * moved + growth * energy.law.reach(smallest) / smallest


@partial(jax.jit, static_argnames=("fire",))
def advance_jointly(
    energy: AugmentedEnergy,
    fire: Fire,
    lanes: JointLanes,
    glasses: Glass,
    goal: Int[Array, " batch"],
    time: Float[Array, ""],
    skin: Float[Array, ""],
) -> tuple[JointLanes, JointDiagnosis, Int[Array, " batch"]]:
    """Take FIRE steps in every lane until its goal.

    A lane that has used up the skin of its neighbour table waits for a new one before its forces are computed: no
    force ever comes from an incomplete table, and no lane reads another.

    Args:
        energy: the augmented energy.
        fire: the minimiser's settings.
        lanes: states and tables.
        glasses: what stays fixed.
        goal: number of steps at which each lane stops.
        time: the potential's stiff time.
        skin: safety layer of the tables. Units of length.

    Returns:
        The lanes, their diagnosis at the last step's forces, and the largest number of neighbours met in each. A lane
        in which that exceeds the columns of the tables has not reached its goal: come back with wider tables.
    """
    count = lanes.steps.shape[0]

    def step(lanes: JointLanes) -> JointLanes:
        forces = jax.vmap(energy.forces)(lanes.state.coordinates, lanes.index, glasses)
        told = jax.vmap(lambda state, force: fire.tell(state, force, time))(lanes.state, forces)
        running = (lanes.steps < goal) & ~lanes.stale
        taken = running
        if lanes.index is not None:
            used = jax.vmap(partial(used_skin, energy))(lanes.state.coordinates, lanes.origin, lanes.sizes, glasses)
            # Written so that a state that is not finite goes on, and ends at the next look.
            taken = running & ~(used > skin)
        return JointLanes(
            chosen(taken, told, lanes.state),
            lanes.steps + taken,
            chosen(taken, lanes.state.coordinates, lanes.coordinates),
            chosen(taken, forces, lanes.forces),
            lanes.index,
            lanes.origin,
            lanes.sizes,
            lanes.stale | (running & ~taken),
        )

    def renew(lanes: JointLanes) -> tuple[JointLanes, Array]:
        """New tables for the stale lanes; the others keep theirs, so that their sums keep their order."""
        assert lanes.index is not None
        columns = lanes.index.shape[-1]

        def table(coordinates: Array, glass: Glass) -> tuple[Array, Array, Array]:
            diameters, species = energy.diameters(coordinates, glass), glass.species
            sigma, epsilon = energy.mixing.mix(diameters[:, None], diameters, species[:, None], species)
            everyone = PairData(None, sigma, epsilon)
            data, found = device_table(energy.law, coordinates[:, :-1], everyone, glass.box, skin, columns)
            assert data.index is not None
            return data.index, diameters, found

        fresh, sizes, neighbours = jax.vmap(table)(lanes.state.coordinates, glasses)
        neighbours = jnp.where(lanes.stale, neighbours, 0)
        fits = lanes.stale & (neighbours <= columns)
        renewed = eqx.tree_at(
            lambda old: (old.index, old.origin, old.sizes, old.stale),
            lanes,
            (
                chosen(fits, fresh, lanes.index),
                chosen(fits, lanes.state.coordinates[..., :-1], lanes.origin),
                chosen(fits, sizes, lanes.sizes),
                lanes.stale & ~fits,
            ),
        )
        return renewed, neighbours

    def steps(lanes: JointLanes) -> JointLanes:
        return jax.lax.while_loop(lambda inner: jnp.any((inner.steps < goal) & ~inner.stale), step, lanes)

    idle = jnp.zeros(count, jnp.int32)

    def leg(carry: tuple[JointLanes, Array]) -> tuple[JointLanes, Array]:
        lanes, found = carry
        lanes, neighbours = jax.lax.cond(jnp.any(lanes.stale), renew, lambda kept: (kept, idle), lanes)
        return steps(lanes), jnp.maximum(found, neighbours)

    found = idle
    if lanes.index is None:
        lanes = steps(eqx.tree_at(lambda old: old.stale, lanes, jnp.zeros(count, bool)))
    else:
        columns = lanes.index.shape[-1]
        lanes, found = jax.lax.while_loop(
            lambda carry: jnp.any((carry[0].steps < goal) & (carry[1] <= columns)), leg, (lanes, found)
        )
    diagnosis = jax.vmap(partial(diagnose_jointly, energy))(lanes.coordinates, lanes.forces, lanes.index, glasses)
    return lanes, diagnosis, found
