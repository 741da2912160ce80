"""Forces and energies through half tables: loops over pairs, compiled for the CPU from the pair law's own code."""

from __future__ import annotations

from functools import cache
from hashlib import sha256

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._core import foreign
from ..potentials import PairLaw, ScalarLaw, law_parameters, scalar_law
from ..systems import Box, HalfTable, cell_lines, minimum_image_lines

FREEDOM = frozenset({"contract", "arcp", "nsz", "reassoc"})
"""What the compiler may do to the law's own operations: fuse products with sums, share reciprocals, reorder sums. It
must not assume that numbers are finite."""


def compilable(law: PairLaw) -> bool:
    """Whether `compiled_forces` knows this form of law here: on a CPU, with numba, and all its operations known."""
    return foreign.available() and scalar_law(law) is not None


@cache
def _looper(code: ScalarLaw, dimension: int, orthogonal: bool, whole: bool) -> str:
    """Name of the foreign function that loops over pairs; `whole`: energies and pair forces too."""
    axes = range(dimension)
    pair = [
        "sigma, epsilon = sigmas[p], epsilons[p]",
        *code.lines,
        f"pull = -2.0 * {code.slope}",
    ]
    if whole:
        pair += [
            f"energy += {code.energy}",
            "size = abs(pull) * np.sqrt(r2)",
            "peak[i], peak[j] = max(peak[i], size), max(peak[j], size)",
        ]
    pair += [f"d{a} *= pull" for a in axes]
    pair += [f"f{a} += d{a}" for a in axes]
    pair += [f"force[j, {a}] -= d{a}" for a in axes]
    lines = [
        "def loop(x, start, other, sigmas, epsilons, reach2, cell, inverse, parameters, force, largest"
        + (", total, peak):" if whole else "):"),
        "    particles = x.shape[0]",
        *(f"    {line}" for line in cell_lines(dimension, orthogonal)),
        *(f"    p{k} = parameters[{k}]" for k in range(code.parameters)),
        "    energy = 0.0",
        "    for i in range(particles):",
        # A coordinate that is not a number is a force that is none; it may have no pairs.
        *(f"        force[i, {a}] = 0.0 * x[i, {a}]" for a in axes),
        *["        peak[i] = 0.0"] * whole,
        "    for i in range(particles):",
        *(f"        x{a}, f{a} = x[i, {a}], 0.0" for a in axes),
        # Unsigned indices: the compiler then knows that none is negative.
        "        for p in range(np.uint32(start[i]), np.uint32(start[i + 1])):",
        "            j = np.uint32(other[p])",
        *(f"            d{a} = x{a} - x[j, {a}]" for a in axes),
        *(f"            {line}" for line in minimum_image_lines(dimension, orthogonal)),
        f"            r2 = {' + '.join(f'd{a} * d{a}' for a in axes)}",
        "            if not r2 >= reach2[p]:",
        *(f"                {line}" for line in pair),
        *(f"        force[i, {a}] += f{a}" for a in axes),
        *["    total[0] = energy"] * whole,
        "    most, sound = 0.0, 0.0",
        "    for i in range(particles):",
        *(f"        most = max(most, abs(force[i, {a}]))" for a in axes),
        # Zero, unless something is infinite or no number.
        *(f"        sound += 0.0 * force[i, {a}]" for a in axes),
        "    largest[0] = most + sound",
    ]
    name = "hessian_lab_pairs_" + sha256("\n".join(lines).encode()).hexdigest()[:16]
    real, integer = np.float64, np.int32
    foreign.register(
        name,
        lines,
        [(real, 2), (integer, 1), (integer, 1), (real, 1), (real, 1), (real, 1), (real, 2), (real, 2), (real, 1)],
        [(real, 2), (real, 1)] + [(real, 1), (real, 1)] * whole,
        FREEDOM,
    )
    return name


def _call(law: PairLaw, positions: Array, table: HalfTable, box: Box, whole: bool) -> tuple[Array, ...]:
    code = scalar_law(law)
    assert code is not None
    particles, dimension = positions.shape
    name = _looper(code, dimension, box.orthogonal, whole)
    shapes = [positions.shape, (1,), *[(1,), (particles,)] * whole]
    results = [jax.ShapeDtypeStruct(shape, jnp.float64) for shape in shapes]
    columns = (table.start, table.other, table.sigma, table.epsilon, table.reach2)
    return foreign.call(name, results, positions, *columns, box.cell, box.inverse, law_parameters(law))


def compiled_forces(
    law: PairLaw, positions: Float[Array, "particles dim"], table: HalfTable, box: Box
) -> tuple[Float[Array, "particles dim"], Float[Array, ""]]:
    """Force on every particle and the largest component of all, through a half table. Units of energy/length."""
    force, largest = _call(law, positions, table, box, False)
    return force, largest[0]


def compiled_energy(
    law: PairLaw, positions: Float[Array, "particles dim"], table: HalfTable, box: Box
) -> tuple[Float[Array, "particles dim"], Float[Array, ""], Float[Array, " particles"]]:
    """Forces, total energy, and the largest pair force |phi'| on every particle, through a half table."""
    force, _, energy, peak = _call(law, positions, table, box, True)
    return force, energy[0], peak
