"""The one driver: any method, any number of glasses, statuses instead of exceptions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, get_args, overload

import jax
import numpy as np

from .._core.errors import InputError
from .._core.precision import require_x64
from ..potentials import Potential
from ..systems import Configuration, check_minimum_image, is_orthogonal
from ._driver import Driver, Quenched
from ._landscape import RelaxCell


@overload
def quench(
    potential: Potential,
    method: Any,
    configuration: Configuration,
    *,
    tolerance: float = ...,
    max_steps: int = ...,
    relax_cell: RelaxCell = ...,
    target_pressure: float = ...,
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
    relax_cell: RelaxCell = ...,
    target_pressure: float = ...,
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
    relax_cell: RelaxCell = "none",
    target_pressure: float = 0.0,
    batch: int | None = None,
    progress: Callable[[int], None] | None = None,
) -> Quenched | list[Quenched]:
    r"""Minimise the energy of one glass or many.

    A glass is converged when the largest component of any force is below
    :math:`\max(\mathrm{tolerance} \cdot \langle \max_j |\phi'_{ij}| \rangle_i, 10^{-14})`. Where the method's `polish`
    is not 0, as for steepest descent, Newton steps end a quench at a fixed cell once the forces are below it; they are
    refused where they would leave the basin, and the method goes on (`hessian_lab.quench.polish`).

    Many glasses share the device in lanes; a finished one is replaced by the next, and none waits for another.
    A lane never reads its neighbours. With the compiled loops of one CPU the result does not depend on `batch`, to the
    last bit; with jax's tables (free cells, accelerators, laws that cannot be translated) the order of sums follows
    the width of the tables, and the last bits with it.

    Args:
        potential: the pair potential.
        method: frozen settings of a method, such as `Fire()`.
        configuration: one sample or a sequence of samples with equal N.
        tolerance: relative tolerance of the force. Dimensionless.
        max_steps: step limit per glass, rounded up to whole chunks of 64.
        relax_cell: what is relaxed beside the particles: "none", "pressure" (the volume), "shear" (the shape at fixed
            volume) or "both". The cell never turns.
        target_pressure: pressure of a cell whose volume is relaxed. Units of energy/length^d.
        batch: lanes; chosen for the device if not given, and halved when memory runs out.
        progress: called with the number of glasses that have just finished.

    Returns:
        One `Quenched`, or one per sample in their order. A glass that fails has a status that says so.

    Raises:
        InputError: if an argument is not allowed, 64-bit floats are off, or a cell is too narrow.

    Reference: each method's own docstring; minima at constant pressure, Parrinello & Rahman, J. Appl. Phys. 52, 7182
    (1981), Eq. 2.7, without the kinetic terms.
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
    _check_cell(relax_cell, target_pressure)
    shapes = {(sample.positions.shape, is_orthogonal(sample.cell)) for sample in samples}
    if len(shapes) > 1:
        raise InputError(
            f"argument configuration holds samples of {len(shapes)} kinds (N, dimension, orthogonal cell or not): "
            f"{sorted(shapes)}; quench each kind in a call of its own"
        )
    reach = max(check_minimum_image(sample, potential) for sample in samples)
    driver = Driver(
        potential,
        method,
        samples,
        reach=reach,
        tolerance=tolerance,
        max_steps=max_steps,
        relax_cell=relax_cell,
        target_pressure=target_pressure,
        progress=progress,
    )
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


def _check_cell(relax_cell: str, target_pressure: float) -> None:
    """The cell's relaxation is a known one, and a pressure is given only where it acts."""
    if relax_cell not in get_args(RelaxCell):
        raise InputError(f"argument relax_cell must be one of {', '.join(get_args(RelaxCell))}, but got {relax_cell!r}")
    if not np.isfinite(target_pressure):
        raise InputError(f"argument target_pressure must be a finite number, but got {target_pressure!r}")
    if target_pressure and relax_cell not in ("pressure", "both"):
        raise InputError(
            f"argument target_pressure = {target_pressure!r} has no effect with relax_cell = {relax_cell!r}; "
            'use "pressure" or "both", or leave it out'
        )


def _default_batch(particles: int) -> int:
    """Lanes that keep the device busy: one on a core (more would wait for one another), thousands on an accelerator."""
    if jax.default_backend() == "cpu":
        return 1
    return int(np.clip(4e8 / particles**2, 64, 4096))
