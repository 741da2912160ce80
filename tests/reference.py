"""Formulas written a second time, from the papers and by other means, for tests to compare the package with.

Nothing here uses the package's own potentials: pair energies are closed forms of r, periodic sums run over explicit
images instead of a minimum image.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import product
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax.experimental.jet import jet


def taylor_derivatives(function: Callable[[Any], Any], r: float, order: int) -> np.ndarray:
    """f, f', ..., f^(order) at r, by one propagation of Taylor series (nested derivatives would cost 2^order)."""
    series = [jnp.asarray(1.0)] + [jnp.asarray(0.0)] * (order - 1)
    value, rest = jet(function, (jnp.asarray(r),), (series,))
    return np.array([float(value), *(float(entry) for entry in rest)])


def inverse_power_derivatives(n: float, x: float, order: int) -> np.ndarray:
    """Derivatives 0..order of x^-n: (-1)^k n (n+1) ... (n+k-1) x^-(n+k)."""
    rising = np.cumprod([1.0, *(n + k for k in range(order))])
    return np.array([(-1) ** k * rising[k] * x ** -(n + k) for k in range(order + 1)])


def core_derivatives(core: dict[str, Any], x: float, order: int) -> np.ndarray:
    """Derivatives 0..order of an untapered core law at x."""
    if core["kind"] == "lennard-jones":
        return 4 * (inverse_power_derivatives(12, x, order) - inverse_power_derivatives(6, x, order))
    return inverse_power_derivatives(core["n"], x, order)


def polydisperse(r, di, dj, *_):
    """x^-12 with the three coefficients of the m = 2 polynomial at 1.25, non-additive by 0.2."""
    x = r / (0.5 * (di + dj) * (1 - 0.2 * jnp.abs(di - dj)))
    energy = x**-12.0 - 1.924145348608 + 2.11106232533 * x**2 - 0.5910974510924 * x**4
    return jnp.where(x < 1.25, energy, 0.0)


def binary_r10(r, di, dj, a, b):
    """x^-10 with the four coefficients of the m = 3 polynomial at 1.48; sizes 1, 1.18, 1.4."""
    x = r / jnp.array([[1.0, 1.18], [1.18, 1.4]])[a, b]
    energy = x**-10.0 - 1.110633766251 + 1.26761523723 * x**2 - 0.4960406072849 * x**4 + 0.06605118264157 * x**6
    return jnp.where(x < 1.48, energy, 0.0)


def binary_r12(r, di, dj, *_):
    """Grigera-Parisi: r_c = sqrt(3), a = 15 r_c/13, B = 26 sigma^12 r_c^-14/(a - r_c), constant -5/13."""
    sigma12, join = (0.5 * (di + dj)) ** 12, 3**0.5
    end = 15 * join / 13
    inner = sigma12 * (r**-12.0 - 5 / 13 * join**-12)
    tail = 26 * sigma12 * join**-14 / (end - join) * (end - r) ** 3
    return jnp.where(r < join, inner, jnp.where(r < end, tail, 0.0))


def kob_andersen(r, di, dj, a, b):
    """Lennard-Jones with epsilon 1/1.5/0.5, sigma 1/0.8/0.88, force-shifted at 2.5 sigma."""
    sigma = jnp.array([[1.0, 0.8], [0.8, 0.88]])[a, b]
    epsilon = jnp.array([[1.0, 1.5], [1.5, 0.5]])[a, b]
    x, c = r / sigma, 2.5
    at_cutoff, slope = 4 * (c**-12 - c**-6), 4 * (-12 * c**-13 + 6 * c**-7)
    energy = 4 * epsilon * (x**-12.0 - x**-6.0) - epsilon * (at_cutoff + (x - c) * slope)
    return jnp.where(x < c, energy, 0.0)


def harmonic_contact(r, di, dj, *_):
    """(1 - x)^2 below contact."""
    return jnp.maximum(1 - r / (0.5 * (di + dj)), 0.0) ** 2


PAIR_ENERGIES: dict[str, Callable[..., Any]] = {
    "polydisperse": polydisperse,
    "binary-r10": binary_r10,
    "binary-r12": binary_r12,
    "kob-andersen": kob_andersen,
    "contact": harmonic_contact,
}


def image_sum(pair_energy: Callable[..., Any], configuration: Any) -> Callable[[Any, Any], Any]:
    """Total energy as a function of (positions, cell): every pair i < j, every image next to the home cell.

    Positions must lie inside the cell. Pairs that no image brings near are counted at zero energy.
    """
    particles, dim = configuration.positions.shape
    i, j = np.triu_indices(particles, 1)
    shifts = np.array(list(product((-1, 0, 1), repeat=dim)), dtype=float)
    d, species = jnp.asarray(configuration.diameters), jnp.asarray(configuration.species)

    def energy(positions, cell):
        displacement = (positions[i] - positions[j])[:, None] + (shifts @ cell)[None]
        r = jnp.sqrt(jnp.sum(displacement**2, axis=-1))
        arguments = (d[i, None], d[j, None], species[i, None], species[j, None])
        return jnp.sum(pair_energy(r, *arguments))

    return energy


def oracle(pair_energy: Callable[..., Any], configuration: Any) -> dict[str, np.ndarray]:
    """Energy, forces, Hessian (d N, d N; not mass-weighted) and dU/d(cell) by automatic differentiation."""
    energy = image_sum(pair_energy, configuration)
    size = configuration.positions.size

    @jax.jit
    def everything(positions, cell):
        return (
            energy(positions, cell),
            jax.grad(energy, argnums=(0, 1))(positions, cell),
            jax.hessian(energy)(positions, cell),
        )

    value, (slope, strain), curvature = everything(configuration.positions, configuration.cell)
    return {
        "energy": float(value),
        "forces": -np.asarray(slope),
        "cell_slope": np.asarray(strain),
        "hessian": np.asarray(curvature).reshape(size, size),
    }


def compact_cluster(model: Any, side: float, per_edge: int, shear: float, rng: np.random.Generator) -> Any:
    """A jittered lattice of spacing 1 round the corner of a large cell, so that most pairs meet across a boundary."""
    from hessian_lab.systems import Configuration

    dim = model.dimension
    lattice = np.array(list(product(range(per_edge), repeat=dim)), dtype=float)
    positions = lattice - (per_edge - 1) / 2 + rng.uniform(-0.06, 0.06, lattice.shape)
    cell = side * np.eye(dim)
    cell[1, 0] = shear * side
    if dim == 3:
        cell[2, 0], cell[2, 1] = -0.5 * shear * side, 0.7 * shear * side
    diameters, species = model.composition.draw(len(positions), rng)
    masses = rng.uniform(0.5, 3.0, len(positions))
    return Configuration.create(positions, cell, diameters=diameters, species=species, masses=masses).wrapped()
