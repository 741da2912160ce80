"""Ultrastable glasses: positions and diameters minimised together. The energy itself is in `_augmented`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Any, Literal

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from pydantic import Field, model_validator

from .._core.errors import InputError
from .._core.precision import require_x64
from .._core.settings import Settings
from .._core.status import Status
from ..potentials import Potential
from ..quench import Fire
from ..systems import (
    Box,
    Configuration,
    cell_heights,
    check_minimum_image,
    is_orthogonal,
    largest_pair_reach,
    rounded_columns,
    usual_columns,
)
from ._augmented import (
    AugmentedEnergy,
    Glass,
    JointDiagnosis,
    JointLanes,
    advance_jointly,
    chosen,
    start_jointly,
    widened,
)
from ._protocol import Evidence, Parent

CHUNK = 64
"""Steps between two looks at a glass. Fixed: where a glass stops depends on it."""

SKIN = 0.3
"""Safety layer of neighbour tables, in the model's unit of length."""

MARGIN = 1.3
"""Columns of the first tables over the mean number of neighbours of the largest particle."""

FORCE_FLOOR = 1e-14
"""Forces below this are zero to rounding. Units of energy/length."""

HEAVY = 3.0
"""Squared inertia of a diameter, in units that make it as fast as a stiff pair. At 1 all diameters swing in step near
FIRE's largest time step, and stiff costs take ten times as many steps; between 3 and 30 it makes no difference."""

ALL_PAIRS_ON_ACCELERATOR = 640
"""Up to this N an accelerator is faster with all pairs than with tables."""

NO_EQUILIBRIUM = "a minimum over positions and diameters together, not an equilibrium state"


class JointMinimisation(Settings):
    r"""Instantaneous quench of positions and diameters together, at a cost for every changed diameter.

    .. math:: \mathcal{U}(r, d) = \sum_{i<j} \phi(r_{ij}; \sigma(d_i, d_j))
              + \frac{k}{2} \sum_i (d_i - d_i^0)^2 (d_i^0/d_i)^p

    Misfits that a quench of the positions alone leaves behind are taken up by the diameters: the softer they are (small
    k), the more stable the glass and the further its diameters depart from the original ones. Afterwards the diameters
    are parameters again. Two ways of handing over:

    `original`: the set of original diameters is dealt out again in the order of the new ones: the particle with the
    n-th smallest diameter gets the n-th smallest original one (with its species and mass). All glasses of an ensemble
    keep one distribution of diameters, so that they compare cleanly with other preparations; still to be quenched.
    More `rounds` of minimising and dealing out reach lower.

    `frozen`: with the diameters that the minimisation found. The positions are then at a minimum of their own energy,
    the glass of Kapteijns et al. (theirs is `conserve_mean = false`, `wall = 2`); every glass has diameters of its own.

    In a repulsive system all diameters shrink under the pressure, which lowers the energy without any order;
    `conserve_mean` takes this part out. Then a soft cost lets a few diameters grow at the expense of the others, and
    with p >= 2, where the cost of a growing diameter stays finite, without bound: such a sample is handed over
    unchanged, with a flag. p = 2 is there for the shrinking ones, which it keeps from vanishing.

    The references write radii: their stiffness is four times the k of diameters.

    References: Kapteijns, Ji, Brito, Wyart and Lerner, Phys. Rev. E 99, 012106 (2019); Brito, Lerner and Wyart, Phys.
    Rev. X 8, 031050 (2018); steps: see `Fire`.
    """

    kind: Literal["joint-minimisation"] = "joint-minimisation"
    stiffness: Annotated[float, Field(gt=0, allow_inf_nan=False, description="k, energy/length^2")] = 10.0
    wall: Annotated[int, Field(ge=0, description="p; 0 is the harmonic cost")] = 0
    conserve_mean: Annotated[bool, Field(description="keep the mean diameter while minimising")] = True
    diameters: Annotated[
        Literal["original", "frozen"], Field(description="what is handed over: the original set, or the new ones")
    ] = "original"
    rounds: Annotated[int, Field(ge=1, description="minimisations, the original set dealt out after each")] = 1
    fire: Fire = Fire()
    tolerance: Annotated[float, Field(gt=0, lt=1, description="largest force over the mean largest pair force")] = 1e-10
    max_steps: Annotated[int, Field(ge=1, description="step limit per glass and round")] = 100_000

    @model_validator(mode="after")
    def _rounds_need_the_original_set(self) -> JointMinimisation:
        if self.rounds > 1 and self.diameters == "frozen":
            raise ValueError(
                f"rounds = {self.rounds} needs diameters = 'original': new diameters that became the original ones of "
                "the next round would drift at no cost"
            )
        return self


@dataclass(frozen=True)
class JointlyMinimised(Parent):
    """A parent made by joint minimisation. All numbers describe the (last) minimum, before the hand-over.

    Attributes:
        status: CONVERGED, MAX_STEPS or NOT_FINITE.
        steps: steps taken in all rounds, each with one evaluation of the forces.
        energy: of the pairs, per particle. Units of energy.
        cost: of the diameters, per particle. Units of energy.
        max_force: largest component of any force, or of any force on a diameter's logarithm over the mean diameter.
            Units of energy/length.
        mean_diameter: of the minimum. Units of length.
        polydispersity: standard deviation over mean of the minimum's diameters.
    """

    status: Status
    steps: int
    energy: float
    cost: float
    max_force: float
    mean_diameter: float
    polydispersity: float


def minimise_jointly(
    potential: Potential,
    settings: JointMinimisation,
    configurations: Sequence[Configuration],
    *,
    batch: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> list[JointlyMinimised]:
    r"""Minimise the energy of samples over their positions and diameters together.

    A glass is converged when no generalised force exceeds
    :math:`\max(\mathrm{tolerance} \cdot \langle \max_j |\phi'_{ij}| \rangle_i, 10^{-14})`, looked at every 64 steps.
    Many glasses share the device in lanes, a finished one is replaced by the next; no lane reads another.

    Args:
        potential: a pair potential whose mixing rule is made from diameters.
        settings: stiffness, hand-over and minimiser.
        configurations: samples of equal N, such as random ones or parents of a liquid. Their diameters are the
            original ones.
        batch: lanes; chosen for the device if not given, and halved when memory runs out.
        progress: called with the number of glasses that have just finished.

    Returns:
        One parent per sample in their order, at temperature 0. A sample that fails is handed over unchanged
        (NOT_FINITE, or diameters that outgrew the cell) or as far as it came (MAX_STEPS), with a flag and the reason in
        its evidence.

    Raises:
        InputError: if the diameters of the model come from a table of species, its force jumps at the cutoff, an
            argument is not allowed, 64-bit floats are off, or a cell is too narrow.

    References: as of `JointMinimisation`.
    """
    require_x64()
    potential.require_continuous_force()
    if potential.mixing.kind == "species-table":
        raise InputError(
            "argument potential has the mixing rule species-table, whose pair diameters do not follow from a "
            "diameter per particle, so there is none to minimise over; use a model with mixing additive or "
            "non-additive (polydisperse, binary-r12, contact), or prepare this one by swap Monte Carlo or cooling"
        )
    samples = list(configurations)
    if batch is not None and batch < 1:
        raise InputError(f"argument batch must be at least 1, but got {batch!r}")
    if not samples:
        return []
    shapes = {(sample.positions.shape, is_orthogonal(sample.cell)) for sample in samples}
    if len(shapes) > 1:
        raise InputError(
            f"argument configurations holds samples of {len(shapes)} kinds (N, dimension, orthogonal cell or not): "
            f"{sorted(shapes)}; minimise each kind in a call of its own"
        )
    for sample in samples:
        check_minimum_image(sample, potential)
    parents = _minimise(potential, settings, samples, batch, progress if settings.rounds == 1 else None)
    for number in range(2, settings.rounds + 1):
        steps = [parent.steps for parent in parents]
        samples = [parent.configuration for parent in parents]
        parents = _minimise(potential, settings, samples, batch, progress if settings.rounds == number else None)
        parents = [replace(parent, steps=parent.steps + n) for parent, n in zip(parents, steps, strict=True)]
    return parents


def _minimise(
    potential: Potential,
    settings: JointMinimisation,
    samples: list[Configuration],
    batch: int | None,
    progress: Callable[[int], None] | None,
) -> list[JointlyMinimised]:
    """One round of all samples, in fewer lanes where memory runs out."""
    driver = _Driver(potential, settings, samples, progress)
    lanes = min(batch or _default_batch(samples[0].particles), len(samples))
    while True:
        try:
            driver.run(lanes)
            return [result for result in driver.results if result is not None]
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or lanes == 1:
                raise
            lanes = (lanes + 1) // 2


def with_original_diameters(configuration: Configuration, original: Configuration) -> Configuration:
    """Deal out the original diameters, with species and masses, in the order of the new ones.

    Args:
        configuration: positions and new diameters.
        original: the sample whose set of diameters is kept.
    """
    rank = np.empty(original.particles, dtype=int)
    rank[np.argsort(configuration.diameters, kind="stable")] = np.argsort(original.diameters, kind="stable")
    return Configuration.create(
        configuration.positions,
        configuration.cell,
        diameters=original.diameters[rank],
        species=original.species[rank],
        masses=original.masses[rank],
    )


def _default_batch(particles: int) -> int:
    """Lanes that keep the device busy: one on a core, thousands on an accelerator."""
    if jax.default_backend() == "cpu":
        return 1
    return int(np.clip(2e8 / particles**2, 64, 2048))


class _Driver:
    """Fills lanes with samples, advances them chunk by chunk, and takes out what is finished."""

    def __init__(
        self,
        potential: Potential,
        settings: JointMinimisation,
        samples: list[Configuration],
        progress: Callable[[int], None] | None,
    ) -> None:
        self.potential, self.settings, self.samples, self.progress = potential, settings, samples, progress
        self.results: list[JointlyMinimised | None] = [None] * len(samples)
        time = potential.stiff_time()
        self.time = jnp.asarray(time)
        self.energy = AugmentedEnergy(
            potential.law,
            jnp.asarray(settings.stiffness),
            jnp.sqrt(HEAVY * (1 + settings.stiffness * time**2)),
            jnp.asarray(float(settings.wall)),
            jnp.asarray(settings.conserve_mean),
            potential.mixing,
        )
        small = jax.default_backend() != "cpu" and samples[0].particles <= ALL_PAIRS_ON_ACCELERATOR
        self.columns = None if small else self._first_columns(samples[0])

    def _first_columns(self, sample: Configuration) -> int:
        """Columns that usually suffice; a table that overflows is made again with more."""
        return usual_columns(sample, self.potential, SKIN, MARGIN)

    def run(self, width: int) -> None:
        """Minimise every sample that has no result yet, `width` at a time."""
        waiting = [number for number, result in enumerate(self.results) if result is None]
        occupants = np.array(waiting[:width])
        waiting = waiting[width:]
        glasses, lanes = self._open(occupants)
        while (occupants >= 0).any():
            lanes, diagnosis = self._advance(lanes, glasses, occupants >= 0)
            free = self._harvest(lanes, diagnosis, occupants)
            refilled = free[: len(waiting)]
            if refilled.size:
                occupants[refilled], waiting = waiting[: refilled.size], waiting[refilled.size :]
                which = jnp.asarray(np.isin(np.arange(occupants.size), refilled))
                fresh = self._open(np.maximum(occupants, 0))
                glasses, lanes = (chosen(which, new, old) for new, old in zip(fresh, (glasses, lanes), strict=True))

    def _open(self, occupants: np.ndarray) -> tuple[Glass, JointLanes]:
        samples = [self.samples[number] for number in occupants]
        cells = np.stack([sample.cell for sample in samples])
        glasses = Glass(
            jnp.asarray(np.stack([sample.diameters for sample in samples])),
            jnp.asarray(np.stack([sample.species for sample in samples])),
            Box(jnp.asarray(cells), jnp.asarray(np.linalg.inv(cells)), is_orthogonal(cells[0])),
        )
        positions = jnp.asarray(np.stack([sample.positions for sample in samples]))
        return glasses, start_jointly(self.settings.fire, positions, glasses, self.time, self.columns)

    def _advance(self, lanes: JointLanes, glasses: Glass, busy: np.ndarray) -> tuple[JointLanes, JointDiagnosis]:
        goal = lanes.steps + jnp.asarray(CHUNK * busy)
        while True:
            lanes, diagnosis, found = advance_jointly(
                self.energy, self.settings.fire, lanes, glasses, goal, self.time, jnp.asarray(SKIN)
            )
            largest = int(found.max())
            if self.columns is None or largest <= self.columns:
                return lanes, diagnosis
            assert lanes.index is not None
            # By a quarter at least: growing diameters gather ever more neighbours, and every width is compiled.
            self.columns = rounded_columns(max(largest, 5 * self.columns // 4), self.samples[0].particles)
            lanes = eqx.tree_at(lambda old: old.index, lanes, widened(lanes.index, self.columns))

    def _harvest(self, lanes: JointLanes, diagnosis: JointDiagnosis, occupants: np.ndarray) -> np.ndarray:
        """Record the lanes that are finished and return those that are free."""
        seen: Any = jax.tree.map(np.asarray, diagnosis)
        steps = np.asarray(lanes.steps)
        finite = np.isfinite(seen.energy) & np.isfinite(seen.max_force)
        still = seen.max_force <= np.maximum(self.settings.tolerance * seen.force_scale, FORCE_FLOOR)
        done = (still | ~finite | (steps >= self.settings.max_steps)) & (occupants >= 0)
        finished = np.flatnonzero(done)
        positions = np.asarray(lanes.coordinates[finished, :, :-1]) if finished.size else ()
        for lane, position in zip(finished, positions, strict=True):
            status = Status.CONVERGED if still[lane] else Status.MAX_STEPS if finite[lane] else Status.NOT_FINITE
            one = jax.tree.map(lambda column, lane=lane: column[lane], seen)
            number = int(occupants[lane])
            self.results[number] = self._parent(self.samples[number], position, one, status, int(steps[lane]))
            occupants[lane] = -1
        if finished.size and self.progress:
            self.progress(finished.size)
        return np.flatnonzero(occupants < 0)

    def _parent(
        self, original: Configuration, positions: np.ndarray, seen: JointDiagnosis, status: Status, steps: int
    ) -> JointlyMinimised:
        """What is handed over, with what speaks against it."""
        diameters = np.asarray(seen.diameters)
        found, reason = original, NO_EQUILIBRIUM
        if status is Status.NOT_FINITE:
            reason = "energy or forces became infinite; the sample is unchanged"
        else:
            found = eqx.tree_at(lambda sample: sample.diameters, original.at(positions).wrapped(), diameters)
            if 2 * largest_pair_reach(found, self.potential) > cell_heights(found.cell).min():
                found = original
                reason = (
                    f"a diameter grew to {diameters.max():.3g}, too large for the cell; the sample is unchanged (use a "
                    "stiffer cost, wall = 0, or more particles)"
                )
            elif status is Status.MAX_STEPS:
                reason = f"{NO_EQUILIBRIUM}; not converged after {steps} steps"
        if self.settings.diameters == "original":
            found = with_original_diameters(found, original)
        mean = float(diameters.mean())
        return JointlyMinimised(
            configuration=found,
            temperature=0.0,
            evidence=Evidence(equilibrated=reason == NO_EQUILIBRIUM, reason=reason),
            status=status,
            steps=steps,
            energy=float(seen.energy - seen.cost) / original.particles,
            cost=float(seen.cost) / original.particles,
            max_force=float(seen.max_force),
            mean_diameter=mean,
            polydispersity=float(diameters.std()) / mean,
        )
