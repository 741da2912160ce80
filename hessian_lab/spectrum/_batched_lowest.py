"""The lowest modes of many small glasses at once on the device: no diagonalisation of the whole, one factorisation.

The same route as on the host: Cholesky in matrix products, block Lanczos on the inverse, Rayleigh-Ritz in float64, and
the proof that nothing is missing. Shapes are fixed: what does not converge in the given steps is the host's to finish.
"""

from __future__ import annotations

from functools import partial

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Bool, Float

from .._core.errors import InputError
from ._lowest import ACCURACIES, BLOCK

CHOLESKY = ("blocked", "vendor")
"""Factorisations: our right-looking one in matrix products, or the device library's own."""

Panels = list[tuple[Array, Array]]


class BatchedLowest(eqx.Module):
    """The lowest modes of a batch, on the device.

    Attributes:
        eigenvalues: ascending, zero modes included, shape (batch, count). Units of 1/time^2.
        vectors: in columns, shape (batch, size, count).
        largest: largest eigenvalue to a few percent, shape (batch,). Units of 1/time^2.
        residual: largest |H v - lambda v| / largest, shape (batch,); NaN where the factorisation failed, as it does at
            a saddle.
        complete_below: no mode below it is missing, by proof, shape (batch,); NaN where the proof failed or was not
            asked for. Units of 1/time^2.
        response: H^-1 times the forces that were given, zero modes left out; NaN where the factorisation failed.
    """

    eigenvalues: Float[Array, "batch count"]
    vectors: Float[Array, "batch size count"]
    largest: Float[Array, " batch"]
    residual: Float[Array, " batch"]
    complete_below: Float[Array, " batch"]
    response: Float[Array, "batch size forces"] | None = None


def _panel_width(size: int) -> int:
    return 128 if size <= 4096 else 256


def _tile(block: Float[Array, "batch width width"]) -> tuple[Array, Array]:
    """Cholesky factor of a diagonal tile and its inverse: sizes that the vendor's batched routines are made for."""
    factor = jnp.linalg.cholesky(block)
    identity = jnp.broadcast_to(jnp.eye(block.shape[-1], dtype=block.dtype), block.shape)
    return factor, jax.lax.linalg.triangular_solve(factor, identity, left_side=True, lower=True)


def blocked_cholesky(matrices: Float[Array, "batch size size"], width: int | None = None) -> Panels:
    """Right-looking Cholesky factorisation of a batch: all but the diagonal tiles is matrix products.

    Args:
        matrices: symmetric positive definite; the lower triangle is read.
        width: columns of a panel.

    Returns:
        For every panel the inverse of its diagonal tile and the columns below it. NaN where a pivot was not positive.
    """
    rest = matrices
    width = width or _panel_width(matrices.shape[-1])
    panels: Panels = []
    while rest.shape[-1]:
        step = min(width, rest.shape[-1])
        _, inverse = _tile(rest[:, :step, :step])
        below = rest[:, step:, :step] @ inverse.mT
        panels.append((inverse, below))
        rest = rest[:, step:, step:] - below @ below.mT
    return panels


def vendor_cholesky(matrices: Float[Array, "batch size size"], width: int | None = None) -> Panels:
    """The device library's own factorisation, cut into the panels that solve with it."""
    factor = jnp.linalg.cholesky(matrices)
    size = factor.shape[-1]
    width = width or _panel_width(size)
    panels: Panels = []
    for low in range(0, size, width):
        high = min(low + width, size)
        tile = factor[:, low:high, low:high]
        identity = jnp.broadcast_to(jnp.eye(high - low, dtype=factor.dtype), tile.shape)
        inverse = jax.lax.linalg.triangular_solve(tile, identity, left_side=True, lower=True)
        panels.append((inverse, factor[:, high:, low:high]))
    return panels


def succeeded(panels: Panels) -> Bool[Array, " batch"]:
    """Whether every pivot was positive."""
    return jnp.stack([jnp.isfinite(inverse).all(axis=(1, 2)) for inverse, _ in panels]).all(axis=0)


def solve(panels: Panels, block: Float[Array, "batch size width"]) -> Float[Array, "batch size width"]:
    """L L^T x = b, in products with panels and inverted tiles alone."""
    pieces, rest = [], block
    for inverse, below in panels:
        step = inverse.shape[-1]
        piece = inverse @ rest[:, :step]
        pieces.append(piece)
        rest = rest[:, step:] - below @ piece
    answer = rest
    for (inverse, below), piece in zip(reversed(panels), reversed(pieces), strict=True):
        answer = jnp.concatenate([inverse.mT @ (piece - below.mT @ answer), answer], axis=1)
    return answer


def _orthonormal(block: Float[Array, "batch size width"]) -> Float[Array, "batch size width"]:
    """Two Cholesky factorisations of the Gram matrix, which is summed in float64."""
    for _ in range(2):
        wide = block.astype(jnp.float64)
        factor = jnp.linalg.cholesky(wide.mT @ wide)
        block = jax.lax.linalg.triangular_solve(factor, wide, left_side=False, lower=True, transpose_a=True).astype(
            block.dtype
        )
    return block


def _without(columns: Array, block: Array) -> Array:
    return block - columns @ (columns.mT @ block)


def _largest(matrices: Float[Array, "batch size size"]) -> Float[Array, " batch"]:
    """A dozen Lanczos steps, as on the host."""
    batch, size, _ = matrices.shape
    steps = min(12, size)
    start = jax.random.normal(jax.random.key(0), (size,), jnp.float64)
    vector = jnp.broadcast_to(start / jnp.linalg.norm(start), (batch, size))
    before, back = jnp.zeros((batch, size)), jnp.zeros(batch)
    diagonal, side = [], []
    for _ in range(steps):
        image = jnp.einsum("bij,bj->bi", matrices, vector) - back[:, None] * before
        diagonal.append(jnp.sum(image * vector, axis=1))
        image = image - diagonal[-1][:, None] * vector
        back = jnp.linalg.norm(image, axis=1)
        side.append(back)
        before, vector = vector, image / jnp.maximum(back, 1e-300)[:, None]
    tridiagonal = jax.vmap(lambda a, b: jnp.diag(a) + jnp.diag(b, 1) + jnp.diag(b, -1))(
        jnp.stack(diagonal, 1), jnp.stack(side[:-1], 1)
    )
    values, vectors = jnp.linalg.eigh(tridiagonal)
    return values[:, -1] + jnp.abs(side[-1] * vectors[:, -1, -1])


def _krylov(panels: Panels, away: Array, steps: int, precision: type) -> tuple[Array, Array]:
    """Basis and projected inverse of a block Krylov space, orthogonal to `away`."""
    batch, size, _ = away.shape
    away = away.astype(precision)
    start = jax.random.normal(jax.random.key(1), (batch, size, BLOCK), jnp.float64).astype(precision)
    columns = jnp.zeros((batch, size, BLOCK * (steps + 1)), precision)
    columns = columns.at[:, :, :BLOCK].set(_orthonormal(_without(away, start)))
    projected = jnp.zeros((batch, BLOCK * steps, BLOCK * steps))

    def extend(step: Array, carry: tuple[Array, Array]) -> tuple[Array, Array]:
        columns, projected = carry
        image = solve(panels, jax.lax.dynamic_slice_in_dim(columns, step * BLOCK, BLOCK, axis=2))
        share = jnp.zeros((batch, columns.shape[2], BLOCK), precision)
        # Columns that do not exist yet are zero and take no part.
        for _ in range(2):
            image = _without(away, image)
            part = columns.mT @ image
            image = image - columns @ part
            share = share + part
        projected = jax.lax.dynamic_update_slice_in_dim(
            projected, share[:, : BLOCK * steps].astype(jnp.float64), step * BLOCK, axis=2
        )
        return (
            jax.lax.dynamic_update_slice_in_dim(columns, _orthonormal(image), (step + 1) * BLOCK, axis=2),
            projected,
        )

    columns, projected = jax.lax.fori_loop(0, steps, extend, (columns, projected))
    upper = jnp.triu(projected)
    return columns[:, :, : BLOCK * steps], upper + jnp.triu(projected, 1).mT


def _rayleigh_ritz(vectors: Array, images: Array, keep: int) -> tuple[Array, Array, Array]:
    projected = vectors.mT @ images
    values, rotation = jnp.linalg.eigh(0.5 * (projected + projected.mT))
    rotation = rotation[:, :, :keep]
    return values[:, :keep], vectors @ rotation, images @ rotation


@partial(jax.jit, static_argnames=("count", "accuracy", "prove", "cholesky", "steps"))
def _run(
    matrices: Array,
    zeros: Array,
    forces: Array | None,
    *,
    count: int,
    accuracy: str,
    prove: bool,
    cholesky: str,
    steps: int,
) -> BatchedLowest:
    rule = ACCURACIES[accuracy]
    factorise = blocked_cholesky if cholesky == "blocked" else vendor_cholesky
    size, held = matrices.shape[-1], zeros.shape[-1]
    wanted = max(count - held, 1)
    keep = wanted + max(8, wanted // 4)
    diagonal = jnp.arange(size)
    largest = _largest(matrices)
    lift = jnp.mean(matrices[:, diagonal, diagonal], axis=1)
    lifted = (matrices + lift[:, None, None] * (zeros @ zeros.mT)).astype(rule.precision)
    shifted = lifted.at[:, diagonal, diagonal].add((rule.shift * largest).astype(rule.precision)[:, None])
    panels = factorise(shifted)
    stable = succeeded(panels)
    columns, projected = _krylov(panels, zeros, steps, rule.precision)
    # NaN, where a factorisation failed, would trouble the eigen-solvers: such a glass goes on as a harmless one.
    projected = jnp.where(stable[:, None, None], projected, jnp.eye(projected.shape[-1]))
    _, coefficients = jnp.linalg.eigh(projected)
    chosen = coefficients[:, :, ::-1][:, :, :keep].astype(rule.precision)
    vectors = (jnp.where(stable[:, None, None], columns, 0) @ chosen).astype(jnp.float64)
    vectors = _orthonormal(_without(zeros, vectors))
    values, vectors, images = _rayleigh_ritz(vectors, matrices @ vectors, keep)
    for _ in range(2):
        residual = images - vectors * values[:, None, :]
        norms = jnp.linalg.norm(residual, axis=1, keepdims=True)
        step = solve(panels, (residual / jnp.maximum(norms, 1e-300)).astype(rule.precision)).astype(jnp.float64)
        vectors = _orthonormal(_without(zeros, vectors - step * norms))
        values, vectors, images = _rayleigh_ritz(vectors, matrices @ vectors, keep)
    response = None
    if forces is not None:
        response = jnp.zeros_like(forces)
        # The shift, and float32's rounding, are refined away: each pass gains as much as the factor is good.
        for _ in range(3 if rule.precision is np.float64 else 8):
            left = _without(zeros, forces - matrices @ response)
            response = response + _without(zeros, solve(panels, left.astype(rule.precision)).astype(jnp.float64))
        response = jnp.where(stable[:, None, None], response, jnp.nan)
    level = jnp.full(largest.shape, jnp.nan)
    if prove:
        level = _proved(matrices, zeros, values, vectors, wanted, largest, factorise)
    zero_images = matrices @ zeros
    every = jnp.concatenate([jnp.sum(zeros * zero_images, axis=1), values], axis=1)
    order = jnp.argsort(every, axis=1)
    every = jnp.take_along_axis(every, order, axis=1)

    def pick(columns: Array) -> Array:
        return jnp.take_along_axis(columns, order[:, None, :count], axis=2)

    taken = pick(jnp.concatenate([zeros, vectors], axis=2))
    left = pick(jnp.concatenate([zero_images, images], axis=2)) - taken * every[:, None, :count]
    residual = jnp.sqrt(jnp.max(jnp.sum(left**2, axis=1), axis=1)) / largest
    return BatchedLowest(
        every[:, :count],
        taken,
        largest,
        jnp.where(stable, residual, jnp.nan),
        jnp.where(stable, jnp.minimum(level, every[:, count]), jnp.nan),
        response,
    )


def _proved(
    matrices: Array, zeros: Array, values: Array, vectors: Array, wanted: int, largest: Array, factorise
) -> Array:
    """The level below which nothing is missing, or NaN: as `none_missing_dense`, in the widest gap of the buffer."""
    size = matrices.shape[-1]
    gaps = jnp.diff(values[:, wanted - 1 :], axis=1)
    widest = jnp.argmax(gaps, axis=1)[:, None]
    gap = jnp.take_along_axis(gaps, widest, axis=1)[:, 0]
    level = jnp.take_along_axis(values, wanted - 1 + widest, axis=1)[:, 0] + 0.25 * gap
    every = jnp.concatenate([jnp.zeros((values.shape[0], zeros.shape[2])), values], axis=1)
    under = every < level[:, None]
    lifts = jnp.where(under, jnp.where(level[:, None] > 0, 2 * level[:, None], 0.0) - every, 0.0)
    lifted = jnp.concatenate([zeros, vectors], axis=2)
    deflated = matrices + (lifted * lifts[:, None, :]) @ lifted.mT
    diagonal = jnp.arange(size)
    trace = jnp.sum(jnp.abs(deflated[:, diagonal, diagonal] - level[:, None]), axis=1)
    unit = float(np.finfo(np.float64).eps)
    rounding = (size + 2) * unit * trace + unit * every.shape[1] * jnp.max(lifts, axis=1)
    deflated = deflated.at[:, diagonal, diagonal].add(-(level + rounding)[:, None])
    proved = succeeded(factorise(deflated)) & (gap > 1e-9 * largest) & (level > 0)
    return jnp.where(proved, level, jnp.nan)


def _usual_steps(count: int, zeros: int, accuracy: str) -> int:
    """Blocks of the Krylov space that are enough for most glasses."""
    wanted = max(count - zeros, 1)
    return -(-(int(2.5 * wanted) + ACCURACIES[accuracy].spare + 3 * BLOCK) // BLOCK)


def large_enough(size: int, count: int, zeros: int, accuracy: str = "accurate") -> bool:
    """Whether matrices of this size have room for the Krylov space of so many modes; else use `batched_spectra`."""
    return BLOCK * (_usual_steps(count, zeros, accuracy) + 1) + zeros <= size


def batched_lowest(
    matrices: Float[Array, "batch size size"],
    zeros: Float[Array, "batch size zeros"],
    *,
    count: int,
    forces: Float[Array, "batch size forces"] | None = None,
    accuracy: str = "accurate",
    prove: bool = True,
    cholesky: str = "blocked",
    steps: int | None = None,
) -> BatchedLowest:
    """The lowest modes of many mass-weighted Hessians at once.

    Nothing is trusted: the caller compares `residual` with the accuracy's own limit (`ACCURACIES`), and gives to the
    host what failed, is a saddle, or could not be proved complete.

    Args:
        matrices: symmetric. Units of 1/time^2.
        zeros: orthonormal columns that are known to cost no energy: the translations.
        count: number of modes, zero modes included.
        forces: mass-weighted forces whose linear response is wanted; the factorisation is there.
        accuracy: `fast` (float32 inside, judged in float64) or `accurate`.
        prove: whether to prove that none is missing.
        cholesky: `blocked` or `vendor`.
        steps: blocks of the Krylov space; enough for most glasses if not given.

    Raises:
        InputError: if an argument is not allowed, or more modes are asked for than this route is made for.
    """
    for name, value, allowed in (("accuracy", accuracy, tuple(ACCURACIES)), ("cholesky", cholesky, CHOLESKY)):
        if value not in allowed:
            raise InputError(f"argument {name} must be one of {', '.join(allowed)}, but got {value!r}")
    size = matrices.shape[-1]
    if matrices.ndim != 3 or matrices.shape[1] != size or zeros.ndim != 3 or zeros.shape[:2] != matrices.shape[:2]:
        raise InputError(
            "arguments matrices and zeros must have the shapes (batch, size, size) and (batch, size, zeros), but have "
            f"{tuple(matrices.shape)} and {tuple(zeros.shape)}"
        )
    if count < 1:
        raise InputError(f"argument count must be at least 1, but got {count}")
    if steps is None:
        steps = _usual_steps(count, zeros.shape[-1], accuracy)
    if BLOCK * (steps + 1) + zeros.shape[-1] > size:
        raise InputError(
            f"argument count = {count} is not possible: {BLOCK * (steps + 1)} Krylov columns are needed for it, and "
            f"d N is {size}; use batched_spectra"
        )
    return _run(
        jnp.asarray(matrices),
        jnp.asarray(zeros),
        forces,
        count=count,
        accuracy=accuracy,
        prove=prove,
        cholesky=cholesky,
        steps=steps,
    )
