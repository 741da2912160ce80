"""The table of modes of many small glasses at once, on the device, from all pairs."""

from __future__ import annotations

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jax.scipy.linalg import solve_triangular
from jaxtyping import Array, Float, Int

from .._core.mode_columns import MODE_COLUMNS, SIGNIFICANT
from ..potentials import PairLaw
from ..systems import Configuration, minimum_image
from ._local_fits import RADIUS
from ._phonons import MANY
from ._plane_waves import POLARISATIONS, polarisation_vectors, wave_limits
from ._shells import wave_shells
from ._surrogate_test import LEAST_ASYMMETRY, LEAST_FRACTION, MEDIANS

CORE_NUMBERS = ("particle", "particle_fraction", "fraction", "strength", "asymmetry", "correlation")
"""What is found of the core of each field, in the order of the table's columns."""

POLAR_STEPS = 12
"""Newton-Schulz steps to the orthogonal factor of a block that is nearly orthogonal."""


class WaveTable(eqx.Module):
    """The plane waves of one cell, as columns of cosines and sines.

    Attributes:
        vectors: k of each polarised wave, shape (waves, dim). Units of 1/length.
        directions: its polarisation, shape (waves, dim).
        block: number of the block of each column, two columns (cosine and sine) a wave, shape (columns,).
        blocks: their number.
        named: columns of the waves that the order parameter counts.
    """

    vectors: Float[Array, "waves dim"]
    directions: Float[Array, "waves dim"]
    block: Int[Array, " columns"]
    blocks: int = eqx.field(static=True)
    named: int = eqx.field(static=True)


def wave_table(configuration: Configuration, *, whole: bool) -> WaveTable:
    """The plane waves of a cell that `ModeAnalysis` takes, in the order of `plane_waves`.

    Args:
        configuration: whose cell it is.
        whole: all up to the Debye wave number, as for surrogates.
    """
    highest, ordered = wave_limits(configuration, whole=whole)
    vectors: list[np.ndarray] = []
    directions: list[np.ndarray] = []
    block: list[np.ndarray] = []
    named = 0
    for shell in wave_shells(configuration.cell, highest=highest):
        for polarisation in POLARISATIONS:
            unit = polarisation_vectors(shell.vectors, polarisation)
            vectors.append(np.repeat(shell.vectors, unit.shape[1], axis=0))
            directions.append(unit.reshape(-1, unit.shape[2]))
            number = 2 * len(vectors[-1])
            block += [np.full(number, len(block))]
            named += number if shell.wavenumber <= ordered else 0
    return WaveTable(
        jnp.asarray(np.concatenate(vectors)),
        jnp.asarray(np.concatenate(directions)),
        jnp.asarray(np.concatenate(block)),
        len(block),
        named,
    )


class _Geometry(eqx.Module):
    """What the pairs of one glass give.

    Attributes:
        operator: gradients from displacements, shape (particles, dim, particles). Units of 1/length.
        region: 1 where a particle is in another's fit, itself included, shape (particles, particles).
        stress_part: pre-stress part of the mass-weighted Hessian, shape (size, size). Units of 1/time^2.
        deviatoric: ranks of the particles' deviatoric stress, centred, shape (particles,).
    """

    operator: Array
    region: Array
    stress_part: Array
    deviatoric: Array


def _geometry(law: PairLaw, positions: Array, sigma: Array, epsilon: Array, root: Array, cell: Array) -> _Geometry:
    particles, dim = positions.shape
    own = jnp.eye(particles, dtype=bool)
    apart = minimum_image(positions[:, None] - positions[None, :], cell)
    squared = jnp.where(own, 0.0, jnp.sum(apart**2, axis=-1))
    volume = jnp.abs(jnp.linalg.det(cell))
    radius = RADIUS * (volume / particles) ** (1 / dim)
    region = (squared < radius**2).astype(positions.dtype)
    number = jnp.sum(region, axis=1)
    # From a particle to its neighbours.
    away = -apart * region[..., None]
    away = (away - (jnp.sum(away, axis=1) / number[:, None])[:, None]) * region[..., None]
    inertia = jnp.einsum("ija,ijb->iab", away, away)
    fitted = (number > dim + 1) & (jnp.linalg.eigvalsh(inertia)[:, 0] > 1e-3 * radius**2)
    inverse = jnp.linalg.inv(jnp.where(fitted[:, None, None], inertia, jnp.eye(dim)))
    operator = jnp.where(fitted[:, None, None], jnp.einsum("iab,ijb->iaj", inverse, away), 0.0)
    # A particle does not interact with itself: its own entry is put beyond every reach.
    _, slope, _ = law.derivatives(jnp.where(own, 1e12, squared), sigma, epsilon)
    unit = apart / jnp.sqrt(jnp.where(own, 1.0, squared))[..., None]
    across = 2 * slope[..., None, None] * (jnp.eye(dim) - unit[..., :, None] * unit[..., None, :])
    matrix = jnp.where(own[..., None, None], jnp.sum(across, axis=1)[:, None], -across)
    matrix = matrix / (root[:, None] * root[None, :])[..., None, None]
    tensor = jnp.einsum("ij,ija,ijb->iab", slope, apart, apart) / (volume / particles)
    traceless = tensor - jnp.trace(tensor, axis1=1, axis2=2)[:, None, None] / dim * jnp.eye(dim)
    return _Geometry(
        operator,
        region,
        matrix.transpose(0, 2, 1, 3).reshape(particles * dim, -1),
        # Particles without a fit are left out of correlations by the host alone: no number is given here.
        jnp.where(fitted.all(), _centred_ranks(jnp.sqrt(0.5 * jnp.sum(traceless**2, axis=(1, 2)))), jnp.nan),
    )


def _centred_ranks(values: Array) -> Array:
    ranks = jnp.argsort(jnp.argsort(values, axis=0), axis=0).astype(values.dtype)
    return ranks - ranks.mean(axis=0)


def _cores(found: _Geometry, displacements: Array) -> dict[str, Array]:
    """What `find_cores` finds; displacements of shape (particles, dim, fields)."""
    particles, dim, fields = displacements.shape
    flat = found.operator.reshape(-1, particles) @ displacements.reshape(particles, -1)
    gradient = flat.reshape(particles, dim, dim, fields).transpose(0, 2, 1, 3)
    turned = 0.25 * jnp.sum((gradient - gradient.transpose(0, 2, 1, 3)) ** 2, axis=(1, 2))
    sheared = jnp.maximum(jnp.sum(gradient**2, axis=(1, 2)) - turned, 0.0)
    rotation, strain = found.region @ turned, found.region @ sheared
    core, most = jnp.argmax(rotation, axis=0), jnp.argmax(turned, axis=0)

    def at(values: Array, where: Array) -> Array:
        return jnp.take_along_axis(values, where[None], axis=0)[0]

    total = turned + sheared
    ranks = _centred_ranks(turned)
    scale = jnp.linalg.norm(ranks, axis=0) * jnp.linalg.norm(found.deviatoric)
    return {
        "particle": core.astype(displacements.dtype),
        "particle_fraction": at(turned / total, most),
        "fraction": at(rotation / (rotation + strain), core),
        "strength": at(rotation, core) / jnp.sum(found.region, axis=1)[core] / jnp.mean(total, axis=0),
        "asymmetry": at(rotation, core) / jnp.max(strain, axis=0),
        "correlation": found.deviatoric @ ranks / scale,
    }


def _basis(waves: WaveTable, positions: Array, root: Array) -> tuple[Array, Array, Array]:
    """Translations, orthonormal waves block by block, and the triangle that made them."""
    dim = positions.shape[1]
    translations = jnp.kron(root[:, None], jnp.eye(dim)) / jnp.linalg.norm(root)
    phase = positions @ waves.vectors.T
    both = jnp.stack([jnp.cos(phase), jnp.sin(phase)], axis=2) * root[:, None, None]
    raw = jnp.einsum("ikt,ka->iakt", both, waves.directions).reshape(positions.size, -1)
    columns = jnp.concatenate([translations, raw / jnp.linalg.norm(raw, axis=0)], axis=1)
    triangle = jnp.linalg.cholesky(columns.T @ columns)
    return translations, solve_triangular(triangle, columns.T, lower=True).T[:, dim:], triangle[dim:, dim:].T


def _orthogonal_factor(block: Array) -> Array:
    """U of the polar decomposition of a matrix near to an orthogonal one, by products only."""
    scaled = block / jnp.sqrt(jnp.linalg.norm(block, ord=1) * jnp.linalg.norm(block, ord=jnp.inf))

    def step(_: int, x: Array) -> Array:
        return 1.5 * x - 0.5 * x @ (x.T @ x)

    return jax.lax.fori_loop(0, POLAR_STEPS, step, scaled)


def _one(
    law: PairLaw,
    waves: WaveTable,
    surrogates: int,
    positions: Array,
    sigma: Array,
    epsilon: Array,
    root: Array,
    cell: Array,
    eigenvalues: Array,
    vectors: Array,
    key: Array,
) -> dict[str, Array]:
    particles, dim = positions.shape
    geometry = _geometry(law, positions, sigma, epsilon, root, cell)
    translations, basis, triangle = _basis(waves, positions, root)
    overlap = basis.T @ vectors
    shares = jax.ops.segment_sum(overlap**2, waves.block, waves.blocks)
    # Inside its block each wave is changed as little as possible; the factors of all blocks at once.
    ordered = waves.block[: waves.named]
    inside = jnp.where(ordered[:, None] == ordered[None], triangle[: waves.named, : waves.named], 0.0)
    named = _orthogonal_factor(inside).T @ overlap[: waves.named]
    pairs = named[::2] ** 2 + named[1::2] ** 2
    size = particles * dim - dim
    order = (
        jnp.sum(jnp.where(pairs >= MANY / size, pairs, 0.0), axis=0)
        if size > MANY
        else jnp.full(pairs.shape[1], jnp.nan)
    )
    cores = _cores(geometry, vectors.reshape(particles, dim, -1) / root[:, None, None])
    weight = jnp.sum(vectors.reshape(particles, dim, -1) ** 2, axis=1)
    values = (
        jnp.sqrt(jnp.maximum(eigenvalues, 0.0)),
        jnp.sum(weight, axis=0) ** 2 / (particles * jnp.sum(weight**2, axis=0)),
        -jnp.sum(vectors * (geometry.stress_part @ vectors), axis=0) / eigenvalues,
        shares[0], shares[1], order,
        *(cores[name] for name in CORE_NUMBERS),
    )  # fmt: skip
    columns = dict(zip(MODE_COLUMNS, values, strict=True))
    if not surrogates:
        return columns
    draw = partial(_surrogates, geometry, waves, (translations, basis), root, surrogates)
    keys = jax.random.split(key, vectors.shape[1])
    own = jnp.stack([cores["strength"], cores["fraction"], cores["correlation"]], axis=1)
    reached, medians = jax.lax.map(draw, (keys, shares.T, own, eigenvalues))
    p = (1 + reached) / (1 + surrogates)
    columns |= dict(zip(("p_strength", "p_fraction", "p_correlation"), p.T, strict=True))
    columns |= dict(zip(MEDIANS, medians.T, strict=True))
    rotating = (p[:, 0] <= SIGNIFICANT) & (cores["fraction"] >= LEAST_FRACTION)
    columns["rotating"] = (rotating & (cores["asymmetry"] >= LEAST_ASYMMETRY)).astype(positions.dtype)
    return columns


def _surrogates(
    geometry: _Geometry,
    waves: WaveTable,
    basis: tuple[Array, Array],
    root: Array,
    number: int,
    mode: tuple[Array, Array, Array, Array],
) -> tuple[Array, Array]:
    """Surrogates of one mode: how many reach its three numbers, and medians of theirs."""
    key, shares, own, eigenvalue = mode
    translations, columns = basis
    first, second = jax.random.split(key)
    random = jax.random.normal(first, (columns.shape[1], number), dtype=columns.dtype)
    length = jax.ops.segment_sum(random**2, waves.block, waves.blocks)
    parts = random * jnp.sqrt(shares[:, None] / length)[waves.block]
    rest = jax.random.normal(second, (columns.shape[0], number), dtype=columns.dtype)
    for spanned in (translations, columns):
        rest = rest - spanned @ (spanned.T @ rest)
    outside = jnp.sqrt(jnp.maximum(1.0 - jnp.sum(shares), 0.0))
    fields = columns @ parts + outside * rest / jnp.linalg.norm(rest, axis=0)
    fields = fields / jnp.linalg.norm(fields, axis=0)
    particles = root.shape[0]
    shaped = fields.reshape(particles, -1, number)
    found = _cores(geometry, shaped / root[:, None, None])
    weight = jnp.sum(shaped**2, axis=1)
    participation = 1 / (particles * jnp.sum(weight**2, axis=0))
    prestress = -jnp.sum(fields * (geometry.stress_part @ fields), axis=0) / eigenvalue
    reached = jnp.stack(
        [jnp.sum(~(found[name] < own[k])) for k, name in enumerate(("strength", "fraction", "correlation"))]
    )
    numbers = (
        *(found[name] for name in ("strength", "fraction", "particle_fraction", "asymmetry", "correlation")),
        participation, prestress,
    )  # fmt: skip
    return reached, jnp.median(jnp.stack(numbers), axis=1)


@partial(jax.jit, static_argnames="surrogates")
def batched_mode_table(
    law: PairLaw,
    waves: WaveTable,
    positions: Float[Array, "batch particles dim"],
    sigma: Float[Array, "batch particles particles"],
    epsilon: Float[Array, "batch particles particles"],
    root_masses: Float[Array, "batch particles"],
    cell: Float[Array, "batch dim dim"],
    eigenvalues: Float[Array, "batch modes"],
    vectors: Float[Array, "batch size modes"],
    seeds: Int[Array, " batch"],
    *,
    surrogates: int = 0,
) -> dict[str, Float[Array, "batch modes"]]:
    """The columns of `ModeAnalysis.table` for the modes of a batch, one cell for all.

    Memory grows as batch (d N)^2. Columns of modes that are not above zero mean nothing. Random numbers of surrogates
    are the device's own: their p agrees with the host's within the scatter of the draws.

    Args:
        law: the pair law.
        waves: of the cell, from `wave_table`; up to the Debye wave number where surrogates are made.
        positions: units of length.
        sigma: pair diameters (the diagonal is not used). Units of length.
        epsilon: pair energies.
        root_masses: sqrt(m).
        cell: rows are the cell vectors.
        eigenvalues: of the modes. Units of 1/time^2.
        vectors: of the modes, mass-weighted, in columns.
        seeds: of the surrogates, one a glass.
        surrogates: of each mode.
    """
    one = partial(_one, law, waves, surrogates)
    keys = jax.vmap(jax.random.key)(seeds)
    return jax.vmap(one)(positions, sigma, epsilon, root_masses, cell, eigenvalues, vectors, keys)
