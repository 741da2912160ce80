"""The one call that prepares parents: any preparation, any number of samples."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import inf, isfinite
from typing import Any

import jax
import numpy as np

from .._core.errors import InputError
from .._core.precision import require_x64
from ..potentials import Potential
from ..systems import Configuration, check_minimum_image, is_orthogonal
from ._batch import in_groups
from ._evidence import FRAMES
from ._joint import JointMinimisation, minimise_jointly
from ._preparations import Cooling, Hybrid, MolecularDynamics, Swap
from ._protocol import Evidence, Parent
from ._runs import cool, equilibrate

Progress = Callable[[int], None]

SWAP_LANES = 8
"""Samples at a time on a core where there are swaps: five times as many attempts per second as with one."""

TEMPERATURES: dict[str, str] = {
    "random": "inf (an ideal gas)",
    "md": "finite and positive",
    "swap": "finite and positive",
    "hybrid": "finite and positive",
    "cooling": "0 (it ends there)",
    "joint-minimisation": "0 (it ends in a minimum)",
}
"""The parental temperature that each preparation leads to."""


def prepare(
    potential: Potential,
    preparation: Any,
    configurations: Sequence[Configuration],
    temperature: float,
    identities: Sequence[str],
    *,
    batch: int | None = None,
    progress: Progress | None = None,
) -> list[Parent]:
    """Make parents from random starts.

    Every sample has random numbers of its own, from its identity, and is never influenced by the others of its batch.

    Args:
        potential: the pair potential in which the parents are equilibrated.
        preparation: frozen settings of a preparation, such as `MolecularDynamics()`.
        configurations: random starts (`random_configuration`) of equal N, dimension and kind of cell.
        temperature: the parental temperature. Units of energy (k_B = 1). It must be what the preparation leads to:
            inf for `random`, 0 for `cooling` and `joint-minimisation`, finite and positive otherwise.
        identities: one name per sample; equal names give equal random numbers.
        batch: samples at a time; chosen for the device if not given, and halved when memory runs out.
        progress: called with the number of samples that have just been finished.

    Returns:
        One `Parent` per configuration, in their order, with its evidence of equilibrium.

    Raises:
        InputError: if an argument is not allowed, 64-bit floats are off, or a cell is too narrow. Before any work.
    """
    require_x64()
    samples, names = list(configurations), list(identities)
    _check(potential, preparation, samples, temperature, names, batch)
    parents: list[Parent | None] = [None] * len(samples)

    def work(group: range) -> None:
        chosen, named = [samples[k] for k in group], [names[k] for k in group]
        made = _make(potential, preparation, chosen, named, temperature)
        parents[group.start : group.stop] = made
        if progress:
            progress(len(made))

    if samples:
        in_groups(len(samples), batch or _default_batch(preparation, samples[0]), work)
    return [parent for parent in parents if parent is not None]


def _make(
    potential: Potential, preparation: Any, samples: list[Configuration], names: list[str], temperature: float
) -> list[Parent]:
    """Parents of one batch."""
    if isinstance(preparation, MolecularDynamics | Swap | Hybrid):
        return equilibrate(potential, preparation, samples, names, temperature)
    if isinstance(preparation, Cooling):
        return cool(potential, preparation, samples, names)
    if isinstance(preparation, JointMinimisation):
        return list(minimise_jointly(potential, preparation, samples, batch=len(samples)))
    evidence = Evidence(reason="random positions; not meant to be at equilibrium")
    return [Parent(sample, inf, evidence) for sample in samples]


def _default_batch(preparation: Any, sample: Configuration) -> int:
    """On a core one sample at a time, or a few with swaps; on an accelerator what a gigabyte of states can hold."""
    if jax.default_backend() == "cpu":
        return SWAP_LANES if isinstance(preparation, Swap | Hybrid) else 1
    states = 8 * (FRAMES + 16) * sample.positions.size
    return int(np.clip(min(4e8 / sample.particles**2, 1e9 / states), 16, 4096))


def _check(
    potential: Potential,
    preparation: Any,
    samples: list[Configuration],
    temperature: float,
    names: list[str],
    batch: int | None,
) -> None:
    """Refuse arguments that do not go together, before any work is done."""
    if len(names) != len(samples):
        raise InputError(
            f"argument identities must have one name per configuration, but has {len(names)} for {len(samples)}"
        )
    if len(set(names)) < len(names):
        raise InputError("argument identities holds a name twice; samples of one name would share random numbers")
    if batch is not None and batch < 1:
        raise InputError(f"argument batch must be at least 1, but got {batch!r}")
    kind = preparation.kind
    allowed = {"random": temperature == inf, "cooling": temperature == 0, "joint-minimisation": temperature == 0}
    if not allowed.get(kind, isfinite(temperature) and temperature > 0):
        raise InputError(
            f"argument temperature of preparation '{kind}' must be {TEMPERATURES[kind]}, but got {temperature!r}"
        )
    shapes = {(sample.positions.shape, is_orthogonal(sample.cell)) for sample in samples}
    if len(shapes) > 1:
        raise InputError(
            f"argument configurations holds samples of {len(shapes)} kinds (N, dimension, orthogonal cell or not): "
            f"{sorted(shapes)}; prepare each kind in a call of its own"
        )
    schedule = getattr(preparation, "schedule", None)
    if schedule is not None and schedule.duration > 0 and schedule.start < temperature:
        raise InputError(
            f"argument schedule must start at or above the parental temperature {temperature:g}, but starts at "
            f"{schedule.start:g}"
        )
    for sample in samples:
        check_minimum_image(sample, potential)
        if isinstance(preparation, Swap | Hybrid):
            _check_swaps(kind, sample)


def _check_swaps(kind: str, sample: Configuration) -> None:
    """Whether there is anything to swap, and whether it may be."""
    if np.ptp(sample.diameters) == 0 and np.ptp(sample.species) == 0:
        raise InputError(
            f"preparation '{kind}' swaps diameters or species, but all particles are alike; use preparation 'md'"
        )
    if kind == "hybrid" and np.ptp(sample.masses) > 0:
        raise InputError(
            "preparation 'hybrid' needs equal masses: a swap of unequal ones would change the kinetic energy; use "
            "preparation 'swap' or set masses to 1 (statics do not depend on them)"
        )
