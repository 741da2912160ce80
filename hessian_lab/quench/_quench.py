"""The one driver: any method, any number of glasses, statuses instead of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, overload

import jax
import jax.numpy as jnp
import numpy as np

from .._core.errors import InputError
from .._core.precision import require_x64
from .._core.status import Status
from ..hessian import Diagnosis
from ..potentials import Potential
from ..systems import Box, Configuration, PairData, check_minimum_image, is_orthogonal
from ._chunk import Lanes, advance, start, widened

FORCE_FLOOR = 1e-14
"""Forces below this are zero to rounding: the absolute floor of the tolerance. Units of energy/length."""

BALANCE = 1e-3
"""Contacts hold a packing if they cancel to this fraction of themselves; below the floor others only vanish."""

CHUNK = 64
"""Steps between two looks at a glass. Fixed: where a glass stops depends on it."""

SKIN = 0.3
"""Safety layer of neighbour tables, in the model's unit of length; wider where a method makes longer moves."""

ALL_PAIRS_ON_ACCELERATOR = 640
"""Up to this N an accelerator is faster with all pairs than with tables."""


@dataclass(frozen=True)
class Quenched:
    """How one quench ended.

    Attributes:
        configuration: the final state; the inherent structure if `status` is CONVERGED.
        status: how it ended. SADDLE and MARGINAL are for the spectrum to find.
        steps: steps taken, each with one evaluation of the force.
        energy: total energy. Units of energy.
        max_force: largest force component. Units of energy/length.
        force_scale: mean over particles of the largest pair force on each; the tolerance is relative to it.
    """

    configuration: Configuration
    status: Status
    steps: int
    energy: float
    max_force: float
    force_scale: float


@overload
def quench(
    potential: Potential,
    method: Any,
    configuration: Configuration,
    *,
    tolerance: float = ...,
    max_steps: int = ...,
    batch: int | None = ...,
    progress: Callable[[int], None] | None = ...,
) -> Quenched: ...
@overload
def quench(
    potential: Potential,
    method: Any,
    configuration: Sequence[Configuration],
    *,
    tolerance: float = ...,
    max_steps: int = ...,
    batch: int | None = ...,
    progress: Callable[[int], None] | None = ...,
) -> list[Quenched]: ...
def quench(
    potential: Potential,
    method: Any,
    configuration: Configuration | Sequence[Configuration],
    *,
    tolerance: float = 1e-10,
    max_steps: int = 100_000,
    batch: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Quenched | list[Quenched]:
    r"""Minimise the energy of one glass or many.

    A glass is converged when the largest component of any force is below
    :math:`\max(\mathrm{tolerance} \cdot \langle \max_j |\phi'_{ij}| \rangle_i, 10^{-14})`. Looked at every 64 steps.
    Many glasses share the device in lanes; a finished one is replaced by the next, and none waits for another.
    A lane never reads its neighbours: the result does not depend on `batch`, up to the last bits of sums whose order
    follows the width of the neighbour tables (minima were the same in 200 of 200 quenches with batch 1 and 16).

    Args:
        potential: the pair potential.
        method: frozen settings of a method, such as `Fire()`.
        configuration: one sample or a sequence of samples with equal N.
        tolerance: relative tolerance of the force. Dimensionless.
        max_steps: step limit per glass.
        batch: lanes; chosen for the device if not given, and halved when memory runs out.
        progress: called with the number of glasses that have just finished.

    Returns:
        One `Quenched`, or one per sample in their order. A glass that fails has a status that says so.

    Raises:
        InputError: if an argument is not allowed, 64-bit floats are off, or a cell is too narrow.

    Reference: tolerance and statuses as in the specification; FIRE as referenced in its own docstring.
    """
    require_x64()
    samples = [configuration] if isinstance(configuration, Configuration) else list(configuration)
    if not samples:
        return []
    if not 0 < tolerance < 1:
        raise InputError(f"argument tolerance must lie between 0 and 1, but got {tolerance!r}; 1e-10 is usual")
    if max_steps < 1:
        raise InputError(f"argument max_steps must be at least 1, but got {max_steps!r}")
    if batch is not None and batch < 1:
        raise InputError(f"argument batch must be at least 1, but got {batch!r}")
    shapes = {(sample.positions.shape, is_orthogonal(sample.cell)) for sample in samples}
    if len(shapes) > 1:
        raise InputError(
            f"argument configuration holds samples of {len(shapes)} kinds (N, dimension, orthogonal cell or not): "
            f"{sorted(shapes)}; quench each kind in a call of its own"
        )
    for sample in samples:
        check_minimum_image(sample, potential)
    driver = _Driver(potential, method, samples, tolerance, max_steps, progress)
    lanes = min(batch or _default_batch(samples[0].particles), len(samples))
    while True:
        try:
            driver.run(lanes)
            break
        except jax.errors.JaxRuntimeError as error:
            if "RESOURCE_EXHAUSTED" not in str(error) or lanes == 1:
                raise
            lanes = (lanes + 1) // 2
    results = [result for result in driver.results if result is not None]
    return results[0] if isinstance(configuration, Configuration) else results


def _default_batch(particles: int) -> int:
    """Lanes that keep the device busy: one on a core (more would wait for one another), thousands on an accelerator."""
    if jax.default_backend() == "cpu":
        return 1
    return int(np.clip(4e8 / particles**2, 64, 4096))


class _Driver:
    """Fills lanes with samples, advances them chunk by chunk, and takes out what is finished."""

    def __init__(
        self,
        potential: Potential,
        method: Any,
        samples: list[Configuration],
        tolerance: float,
        max_steps: int,
        progress: Callable[[int], None] | None,
    ) -> None:
        self.potential, self.method, self.samples = potential, method, samples
        self.tolerance, self.max_steps, self.progress = tolerance, max_steps, progress
        self.results: list[Quenched | None] = [None] * len(samples)
        self.time = jnp.asarray(potential.stiff_time())
        particles = samples[0].particles
        on_accelerator = jax.default_backend() != "cpu"
        bounded = bool(np.isfinite(method.longest_move))
        self.all_pairs = not bounded or (on_accelerator and particles <= ALL_PAIRS_ON_ACCELERATOR)
        self.skin = max(SKIN, 2.05 * method.longest_move) if bounded else SKIN
        self.capacity = self._first_capacity(samples[0])

    def _first_capacity(self, sample: Configuration) -> int | None:
        """Columns that usually suffice: a sixth more than the mean number of neighbours of the best connected."""
        if self.all_pairs:
            return None
        i, j = np.indices((sample.particles,) * 2)
        sigma, _ = self.potential.mixing.parameters(sample.diameters, sample.species, i, j)
        reach = self.potential.reach(sigma) + self.skin
        ball = {2: np.pi, 3: 4 * np.pi / 3}[sample.dimension]
        neighbours = sample.density * ball * np.mean(reach**sample.dimension, axis=1).max()
        return min(_rounded(max(1, int(1.15 * neighbours))), _rounded(sample.particles))

    def run(self, width: int) -> None:
        """Quench every sample that has no result yet, `width` at a time."""
        waiting = [number for number, result in enumerate(self.results) if result is None]
        width = min(width, len(waiting))
        occupants = np.array(waiting[:width])
        waiting = waiting[width:]
        lanes, everyone, boxes = self._open(occupants)
        while (occupants >= 0).any():
            lanes, diagnosis = self._advance(lanes, everyone, boxes)
            self._harvest(lanes, diagnosis, occupants)
            free = np.flatnonzero(occupants < 0)
            # Few refills at a time would cost a launch each: wait for an eighth of the lanes.
            if waiting and free.size >= max(1, width // 8):
                slots, group = free[: len(waiting)], waiting[: free.size]
                waiting = waiting[free.size :]
                # The group is padded to the full width, so that only one shape is compiled; slot -1 is dropped.
                padded = np.concatenate([group, np.full(width - len(group), group[-1])])
                target = np.concatenate([slots, np.full(width - len(group), width)])
                lanes, everyone, boxes = _replace((lanes, everyone, boxes), jnp.asarray(target), self._open(padded))
                occupants[slots] = group

    def _open(self, numbers: np.ndarray) -> tuple[Lanes, PairData, Box]:
        """Lanes at rest for some samples."""
        samples = [self.samples[number] for number in numbers]
        positions = jnp.asarray(np.stack([sample.positions for sample in samples]))
        i, j = np.indices((samples[0].particles,) * 2)
        tables = [self.potential.mixing.parameters(s.diameters, s.species, i, j) for s in samples]
        everyone = PairData(
            None, jnp.asarray(np.stack([sigma for sigma, _ in tables])), jnp.asarray(np.stack([e for _, e in tables]))
        )
        cells = np.stack([sample.cell for sample in samples])
        boxes = Box(jnp.asarray(cells), jnp.asarray(np.linalg.inv(cells)), is_orthogonal(cells[0]))
        lanes = start(self.potential.law, self.method, positions, everyone, boxes, self.time, self.capacity)
        return lanes, everyone, boxes

    def _advance(self, lanes: Lanes, everyone: PairData, boxes: Box) -> tuple[Lanes, Diagnosis]:
        while True:
            lanes, diagnosis, found = advance(
                self.potential.law, self.method, lanes, everyone, boxes, self.time, self.skin, CHUNK
            )
            largest = int(found.max())
            if self.capacity is None or largest <= self.capacity:
                return lanes, diagnosis
            assert lanes.tables is not None
            # Wider tables hold the same sums; the last bit of one can change with the order of the additions.
            self.capacity = min(_rounded(largest), _rounded(everyone.sigma.shape[-1]))
            lanes = replace(lanes, tables=widened(lanes.tables, self.capacity))

    def _harvest(self, lanes: Lanes, diagnosis: Diagnosis, occupants: np.ndarray) -> None:
        """Record and release the lanes that are finished."""
        energy, force = np.asarray(diagnosis.energy), np.asarray(diagnosis.max_force)
        scale, finite = np.asarray(diagnosis.force_scale), np.asarray(diagnosis.finite)
        steps = np.asarray(lanes.steps)
        done = (force <= np.maximum(self.tolerance * scale, FORCE_FLOOR)) | ~finite | (steps >= self.max_steps)
        finished = np.flatnonzero(done & (occupants >= 0))
        if not finished.size:
            return
        positions = np.asarray(lanes.state.positions[finished])
        for lane, position in zip(finished, positions, strict=True):
            number = int(occupants[lane])
            sample = self.samples[number]
            if not finite[lane]:
                status, last = Status.NOT_FINITE, sample
            else:
                status, last = Status.MAX_STEPS, sample.at(position).wrapped()
                if force[lane] <= max(self.tolerance * scale[lane], FORCE_FLOOR):
                    balanced = force[lane] <= BALANCE * scale[lane] and scale[lane] > 0
                    # Attraction holds particles together without any force between them.
                    status = Status.UNJAMMED if self.potential.repulsive and not balanced else Status.CONVERGED
                elif self._pinned(last):
                    status = Status.PINNED_AT_CUTOFF
            self.results[number] = Quenched(
                last, status, int(steps[lane]), float(energy[lane]), float(force[lane]), float(scale[lane])
            )
            occupants[lane] = -1
        if self.progress:
            self.progress(finished.size)

    def _pinned(self, configuration: Configuration) -> bool:
        """Whether a law whose force jumps holds pairs within 1e-6 of the jump."""
        if self.potential.order >= 1:
            return False
        i, j = np.triu_indices(configuration.particles, 1)
        sigma, _ = self.potential.mixing.parameters(configuration.diameters, configuration.species, i, j)
        displacement = configuration.positions[i] - configuration.positions[j]
        reduced = displacement @ np.linalg.inv(configuration.cell)
        distance = np.linalg.norm((reduced - np.rint(reduced)) @ configuration.cell, axis=1)
        return bool((np.abs(distance / self.potential.reach(sigma) - 1) < 1e-6).any())


def _rounded(columns: int) -> int:
    """Table width: few different ones, multiples of the vector length."""
    return -(-columns // 8) * 8


@jax.jit
def _replace(whole: Any, slots: Any, parts: Any) -> Any:
    """Put new entries into some lanes of a batch; slots beyond the last lane are dropped."""
    return jax.tree.map(lambda leaf, part: leaf.at[slots].set(part, mode="drop"), whole, parts)
