"""Fills lanes with samples, advances them chunk by chunk, and takes out what is finished."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, cast

import jax
import jax.numpy as jnp
import numpy as np

from .._core.status import Status
from ..hessian import compilable
from ..potentials import Potential
from ..systems import (
    Configuration,
    boxes_of,
    candidate_pairs,
    cell_heights,
    rounded_columns,
    rounded_pairs,
    usual_columns,
    usual_pairs,
)
from ._chunk import Fixed, Lanes, advance, chosen, fixed, start, widened
from ._landscape import Diagnosis, Landscape, RelaxCell
from ._methods import QuenchMethod
from ._newton import DENSE, Polished, polish

FORCE_FLOOR = 1e-14
"""Forces below this are zero to rounding: the absolute floor of the tolerance. Units of energy/length."""

BALANCE = 1e-3
"""Contacts hold a packing if they cancel to this fraction of themselves; below the floor others only vanish."""

CHUNK = 64
"""Steps between two looks at the glasses by the host."""

LONG_CHUNK = 16
"""Chunks between two looks at a glass that is alone: no other waits for its lane."""

SKIN = 0.3
"""Safety layer of neighbour tables, in the model's unit of length."""

MARGIN = 1.15
"""Columns of the first tables over the mean number of neighbours of the largest particle."""

ALL_PAIRS_ON_ACCELERATOR = 640
"""Up to this N an accelerator is faster with all pairs than with tables."""

RETRY = 0.25
"""After a refused polish the next one waits until the largest force has fallen to this share."""


@dataclass(frozen=True)
class Quenched:
    """How one quench ended.

    Attributes:
        configuration: the final state; the inherent structure if `status` is CONVERGED. Its cell is the start's
            unless the cell was relaxed.
        status: how it ended. SADDLE and MARGINAL are for the spectrum to find.
        steps: of the method, each with one evaluation of the forces.
        newton_steps: of the polish; 0 where the method finished by itself.
        force_evaluations: all of them, refused polishes included.
        energy: total energy. Units of energy.
        max_force: largest force component, generalised forces on a free cell included. Units of energy/length.
        force_scale: mean over particles of the largest pair force on each; the tolerance is relative to it.
    """

    configuration: Configuration
    status: Status
    steps: int
    newton_steps: int
    force_evaluations: int
    energy: float
    max_force: float
    force_scale: float


class Driver:
    """The lanes, the samples that wait for one, and the results."""

    def __init__(
        self,
        potential: Potential,
        method: QuenchMethod,
        samples: list[Configuration],
        *,
        tolerance: float,
        max_steps: int,
        reach: float,
        relax_cell: RelaxCell = "none",
        target_pressure: float = 0.0,
        progress: Callable[[int], None] | None = None,
    ) -> None:
        self.potential, self.method, self.samples = potential, method, samples
        self.tolerance, self.max_steps, self.progress = tolerance, max_steps, progress
        self.results: list[Quenched | None] = [None] * len(samples)
        self.landscape = Landscape(potential.law, jnp.asarray(float(target_pressure)), relax_cell)
        self.time = np.float64(potential.stiff_time())
        self.reach = reach
        self.skin = np.float64(SKIN)
        particles = samples[0].particles
        self.all_pairs = jax.default_backend() != "cpu" and particles <= ALL_PAIRS_ON_ACCELERATOR
        self.half = jax.default_backend() == "cpu" and not self.landscape.free and compilable(potential.law)
        self.capacity = self._usual_capacity()
        # Newton works at fixed cells; a free cell is finished by its method.
        self.polishing = method.polish > 0 and not self.landscape.free and particles <= DENSE
        self.polish_below = np.full(len(samples), method.polish if self.polishing else 0.0)
        self.extra_evaluations = np.zeros(len(samples), dtype=np.int64)
        self.taken = 0

    def _usual_capacity(self) -> int | None:
        """Of the first tables; None where all pairs are taken."""
        if self.all_pairs:
            return None
        sample = self.samples[0]
        if not self.half:
            return usual_columns(sample, self.potential, SKIN, MARGIN)
        radius2 = self._fixed([sample]).radius2
        assert radius2 is not None
        return usual_pairs(np.asarray(radius2[0]), sample.density, sample.dimension)

    def _fixed(self, samples: list[Configuration]) -> Fixed:
        """What does not change while these samples are quenched."""
        diameters = jnp.asarray(np.stack([sample.diameters for sample in samples]))
        species = jnp.asarray(np.stack([sample.species for sample in samples]))
        listed = "all" if self.all_pairs else "half" if self.half else "full"
        law, mixing = self.potential.law, self.potential.mixing
        return fixed(law, mixing, diameters, species, boxes_of(samples), self.skin, listed)

    def run(self, width: int) -> None:
        """Quench every sample that has no result yet, `width` at a time."""
        waiting = [number for number, result in enumerate(self.results) if result is None]
        width = min(width, len(waiting))
        occupants = np.array(waiting[:width])
        waiting = waiting[width:]
        lanes, constants = self.open(occupants)
        target = np.full(width, FORCE_FLOOR)
        while (occupants >= 0).any():
            lanes, diagnosis = self.advance(lanes, constants, target, self._length(target))
            target = self._harvest(lanes, diagnosis, occupants, target)
            lanes = replace(lanes, arrived=cast(Any, occupants < 0))
            free = np.flatnonzero(occupants < 0)
            # Few refills at a time would cost a launch each: wait for an eighth of the lanes.
            if waiting and free.size >= max(1, width // 8):
                slots, group = free[: len(waiting)], waiting[: free.size]
                waiting = waiting[free.size :]
                # The group is padded to the full width, so that only one shape is compiled; slot -1 is dropped.
                padded = np.concatenate([group, np.full(width - len(group), group[-1])])
                goal = np.concatenate([slots, np.full(width - len(group), width)])
                opened = self.open(padded)
                # All lanes at once: nothing of the old ones is kept.
                whole = len(group) == width
                lanes, constants = opened if whole else _replace((lanes, constants), jnp.asarray(goal), opened)
                occupants[slots] = group
                target[slots] = FORCE_FLOOR

    def _length(self, target: np.ndarray) -> int:
        """Steps until the next look. The first one is early: it tells the scale of the forces, and so the target."""
        if target.size > 1 or target[0] == FORCE_FLOOR:
            return CHUNK
        left = -(-(self.max_steps - self.taken) // CHUNK)
        return CHUNK * max(1, min(left, LONG_CHUNK))

    def open(self, numbers: np.ndarray) -> tuple[Lanes, Fixed]:
        """Lanes for some samples."""
        samples = [self.samples[number] for number in numbers]
        positions = jnp.asarray(np.stack([sample.positions for sample in samples]))
        lanes = start(self.landscape, self.method, positions, self.time, self.capacity, self.half)
        return lanes, self._fixed(samples)

    def advance(self, lanes: Lanes, constants: Fixed, target: np.ndarray, length: int) -> tuple[Lanes, Diagnosis]:
        """One chunk, repeated with wider tables for the lanes whose tables were too narrow."""
        before = lanes
        # Plain numpy numbers: jit takes them over faster than jnp.asarray does.
        step = (constants, self.time, self.skin, np.float64(self.reach + SKIN), target, np.int32(length))
        lanes, diagnosis = advance(self.landscape, self.method, before, *step)
        while self.capacity is not None and (largest := int(lanes.listed.max())) > self.capacity:
            assert lanes.tables is not None
            assert before.tables is not None
            narrow = lanes.listed > self.capacity
            # Wider tables hold the same sums; the last bit of one can change with the order of the additions.
            rounded = rounded_pairs if self.half else rounded_columns
            self.capacity = rounded(largest, self.samples[0].particles)
            before = replace(before, tables=widened(before.tables, self.capacity))
            kept = replace(lanes, tables=widened(lanes.tables, self.capacity)), diagnosis
            again = advance(self.landscape, self.method, before, *step)
            lanes, diagnosis = chosen(narrow, again, kept)
        return lanes, diagnosis

    def _harvest(self, lanes: Lanes, diagnosis: Diagnosis, occupants: np.ndarray, target: np.ndarray) -> np.ndarray:
        """Record and release the lanes that are finished; the targets of the others."""
        seen = jax.device_get((diagnosis, lanes.steps))
        energy, force, scale, finite = seen[0].energy, seen[0].max_force, seen[0].force_scale, seen[0].finite
        steps = seen[1]
        self.taken = int(steps[0])
        tolerance = np.maximum(self.tolerance * scale, FORCE_FLOOR)
        target = tolerance.copy()
        finished = 0
        for lane in np.flatnonzero(occupants >= 0):
            number = int(occupants[lane])
            end = (int(steps[lane]), float(energy[lane]), float(force[lane]), float(scale[lane]))
            if not finite[lane]:
                self.results[number] = self._result(number, self.samples[number], Status.NOT_FINITE, *end)
            elif force[lane] <= tolerance[lane] or steps[lane] >= self.max_steps:
                sample = self._sample(number, np.asarray(lanes.point)[lane])
                self.results[number] = self._result(number, sample, self._status(sample, *end[2:]), *end)
            elif self.polishing:
                below = self.polish_below[number] * scale[lane]
                if force[lane] <= below:
                    below = self._try_polish(number, self._sample(number, np.asarray(lanes.point)[lane]), *end)
                target[lane] = max(tolerance[lane], below)
            if self.results[number] is not None:
                occupants[lane] = -1
                finished += 1
        if finished and self.progress:
            self.progress(finished)
        return np.where(np.isfinite(target), target, FORCE_FLOOR)

    def _try_polish(
        self, number: int, sample: Configuration, steps: int, energy: float, force: float, scale: float
    ) -> float:
        """Finish a sample by Newton steps; after a refusal, the force at which to try again."""
        found: Polished = polish(self.potential, sample, self.tolerance, FORCE_FLOOR)
        self.extra_evaluations[number] += found.evaluations
        if found.pairs is None:
            self.polish_below[number] = RETRY * force / scale
            return RETRY * force
        end = found.pairs
        status = self._status(end.configuration, end.max_force, end.force_scale)
        self.results[number] = replace(
            self._result(
                number,
                end.configuration.wrapped(),
                status,
                steps,
                end.total_energy,
                end.max_force,
                end.force_scale,
            ),
            newton_steps=found.evaluations - 1,
        )
        return 0.0

    def _sample(self, number: int, point: np.ndarray) -> Configuration:
        """The configuration at a point of the landscape."""
        sample = self.samples[number]
        if not self.landscape.free:
            return sample.at(point).wrapped()
        positions, strain = self.landscape.split(jnp.asarray(point))
        deformation = np.asarray(self.landscape.deformation(strain))
        return Configuration(
            np.asarray(positions) @ deformation,
            sample.diameters,
            sample.species,
            sample.masses,
            sample.cell @ deformation,
        ).wrapped()

    def _result(
        self,
        number: int,
        sample: Configuration,
        status: Status,
        steps: int,
        energy: float,
        force: float,
        scale: float,
    ) -> Quenched:
        total = steps + int(self.extra_evaluations[number])
        return Quenched(sample, status, steps, 0, total, energy, force, scale)

    def _status(self, sample: Configuration, force: float, scale: float) -> Status:
        """What a finished glass is, as far as its forces tell."""
        if cell_heights(sample.cell).min() < 2 * self.reach * (1 - 1e-12):
            return Status.NARROW_CELL
        if force <= max(self.tolerance * scale, FORCE_FLOOR):
            balanced = force <= BALANCE * scale and scale > 0
            # Attraction holds particles together without any force between them.
            return Status.UNJAMMED if self.potential.repulsive and not balanced else Status.CONVERGED
        return Status.PINNED_AT_CUTOFF if self._pinned(sample) else Status.MAX_STEPS

    def _pinned(self, configuration: Configuration) -> bool:
        """Whether a law whose force jumps holds pairs within 1e-6 of the jump."""
        if self.potential.order >= 1:
            return False
        first, second, displacement = candidate_pairs(configuration, self.reach * (1 + 1e-6))
        sigma, _ = self.potential.mixing.parameters(configuration.diameters, configuration.species, first, second)
        distance = np.linalg.norm(displacement, axis=1)
        return bool((np.abs(distance / self.potential.reach(sigma) - 1) < 1e-6).any())


@jax.jit
def _replace(whole: Any, slots: Any, parts: Any) -> Any:
    """Put new entries into some lanes of a batch; slots beyond the last lane are dropped."""
    return jax.tree.map(lambda leaf, part: leaf.at[slots].set(part, mode="drop"), whole, parts)
