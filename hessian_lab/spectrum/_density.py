r"""The density of states of large systems from moments, without a single eigenvalue.

Kernel polynomials (A. Weisse, G. Wellein, A. Alvermann, H. Fehske, Rev. Mod. Phys. 78 (2006) 275) or stochastic Lanczos
quadrature. Both see the Hessian only through its products with random vectors, so memory and time are linear in N. They
serve for the bulk and the boson peak. They do not serve for the low-frequency tail: below the first sound waves a glass
has a handful of modes, whose number a random vector shows with a relative error of sqrt(2/(modes x vectors)) while the
modes themselves are narrower than the resolution; use `spectrum(..., omega_max=...)` there.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from .._core.errors import InputError
from .._core.provenance import provenance
from ..hessian import Hessian, HessianProduct
from ._lanczos import project_out
from ._lowest import extreme_eigenvalues

METHODS = ("kpm", "lanczos")

PRODUCTS = ("auto", "sparse", "matrix-free")

STEP = 0.2
"""Share of a quadrature node's weight that counts as uncertain where a bin ends beside it: found by comparison with
exact spectra of 150 to 600 particles."""

BLOCK = 8
"""Random vectors that are multiplied at once."""


@dataclass(frozen=True)
class DensityOfStates:
    r"""Shares of the modes in bins of frequency, :math:`\int g(\omega) d\omega = 1` over all d N modes.

    Attributes:
        edges: of the bins, ascending, shape (bins + 1,). Units of 1/time.
        density: mean of g over each bin, shape (bins,). Units of time.
        statistical: standard error of the density over the random vectors, shape (bins,). Units of time.
        truncation: an estimate of the error that the finite resolution makes: what halving the number of moments
            changes, and what single modes near the ends of the bin leave in or out of it, shape (bins,). Units of time.
        resolution: width in frequency of a single mode (kpm: of Jackson's kernel, where widest). Units of 1/time.
        size: d N.
        vectors: random vectors.
        moments: Chebyshev moments, or Lanczos steps.
        method: `kpm` or `lanczos`.
        product: how the Hessian was multiplied.
        bounds: bounds of the spectrum that were used. Units of 1/time^2.
        seed: of the random vectors.
        provenance: versions and device.
    """

    edges: Float[np.ndarray, " edges"]
    density: Float[np.ndarray, " bins"]
    statistical: Float[np.ndarray, " bins"]
    truncation: Float[np.ndarray, " bins"]
    resolution: float
    size: int
    vectors: int
    moments: int
    method: str
    product: str
    bounds: tuple[float, float]
    seed: int
    provenance: dict[str, str]

    @property
    def error(self) -> Float[np.ndarray, " bins"]:
        """Statistical error and truncation, added in quadrature. Units of time."""
        return np.hypot(self.statistical, self.truncation)

    @property
    def centres(self) -> Float[np.ndarray, " bins"]:
        """Middle of each bin. Units of 1/time."""
        return 0.5 * (self.edges[1:] + self.edges[:-1])

    def reduced(self, dimension: int) -> tuple[Float[np.ndarray, " bins"], Float[np.ndarray, " bins"]]:
        r"""g(omega)/omega^(d-1), whose maximum is the boson peak, and its error. Units of time^d."""
        scale = np.abs(self.centres) ** (dimension - 1)
        return self.density / scale, self.error / scale


def density_of_states(
    hessian: Hessian,
    *,
    edges: np.ndarray | int = 100,
    moments: int | None = None,
    vectors: int = 32,
    seed: int = 0,
    method: str = "kpm",
    product: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> DensityOfStates:
    r"""g(omega) of one configuration in bins, with errors, in memory linear in N.

    A minimum's spectrum [0, lambda_max] is mapped as lambda = lambda_max sin^2(phi/2), so that omega = omega_max
    sin(phi/2) has nearly the same resolution everywhere: about pi omega_max / (2 moments). The number of modes up to
    phi follows from the moments mu_m by integrating the kernel's series,

    .. math:: \frac{1}{\pi}\left[\phi + 2\sum_m g_m (-1)^m \mu_m \frac{\sin m\phi}{m}\right]

    with Jackson's g_m and moments averaged over random vectors.

    Args:
        hessian: of the configuration; negative eigenvalues are allowed and stand at negative frequencies.
        edges: of the bins, ascending (units of 1/time), or how many bins between the ends of the spectrum.
        moments: kpm: Chebyshev moments, 1024 if not given (two are won per product); lanczos: steps, 128.
        vectors: random vectors; their scatter is the statistical error.
        seed: of the random vectors.
        method: `kpm`, or `lanczos` for stochastic Lanczos quadrature through matfree: sharper at the ends of the
            spectrum, at the price of all Lanczos vectors in memory.
        product: `sparse` (scipy, host), `matrix-free` (on the jax device; no matrix at all) or `auto`: matrix-free on
            an accelerator.
        progress: called with vectors done and vectors in all.

    Returns:
        The density with its errors.

    Raises:
        InputError: if an argument is not allowed.
    """
    _check(edges, moments, vectors, method, product)
    if product == "auto":
        product = "matrix-free" if method == "lanczos" or jax.default_backend() != "cpu" else "sparse"
    if method == "lanczos" and product == "sparse":
        raise InputError("argument product = sparse does not go with method lanczos, which runs on the jax device")
    apply, one = _products(hessian, product)
    lowest, high = extreme_eigenvalues(one, hessian.size, 40)
    high += 0.002 * (high - lowest)
    room = hessian.size - hessian.trivial_modes.shape[1]
    number = moments or (1024 if method == "kpm" else min(128, room))
    if method == "lanczos" and number > room:
        raise InputError(f"argument moments must be at most {room} Lanczos steps for this sample, but got {number}")
    # At a minimum the lowest eigenvalue is zero, exactly; the bound of a few Lanczos steps lies far below.
    bounds = (0.0, high)
    zeros = hessian.trivial_modes
    bin_edges = _edges(edges, bounds)
    if method == "kpm":
        own = _moments(apply, zeros, number, vectors, seed, bounds, progress)
        if not np.abs(own).max() <= 1 + 1e-6:
            # Outside the bounds Chebyshev polynomials explode: the sample is no minimum.
            bounds = (lowest - 0.002 * (high - lowest), high)
            bin_edges = _edges(edges, bounds)
            own = _moments(apply, zeros, number, vectors, seed, bounds, progress)
        # Every vector's shares sum up to 1, whatever its own norm is.
        own *= (1 - zeros.shape[1] / hessian.size) / own[:, :1]
        shares, coarse = _shares(own, bin_edges, bounds), _shares(own[:, : number // 2], bin_edges, bounds)
    else:
        nodes, weights = _quadrature(hessian, zeros, number, vectors, seed, progress)
        if nodes.min() < -1e-9 * high:
            bounds = (float(nodes.min()), high)
            bin_edges = _edges(edges, bounds)
        shares, steps = _counted(nodes, weights, bin_edges)
        coarse, _ = _counted(*_quadrature(hessian, zeros, number // 2, vectors, seed, None), bin_edges)
    resolution = float(np.pi * np.sqrt(max(high, -bounds[0])) / (2 * number))
    widths = np.diff(bin_edges)
    if method == "kpm":
        steps = _edge_noise(shares.mean(axis=0) / widths, resolution, hessian.size)
    # Modes that are known to be zero are counted, not sampled.
    known = zeros.shape[1] / hessian.size
    own_bin = np.searchsorted(bin_edges, 0.0, side="right") - 1
    if 0 <= own_bin < widths.size:
        shares[:, own_bin] += known
        coarse[:, own_bin] += known
    return DensityOfStates(
        bin_edges,
        shares.mean(axis=0) / widths,
        shares.std(axis=0, ddof=1) / np.sqrt(vectors) / widths,
        np.hypot(shares.mean(axis=0) - coarse.mean(axis=0), steps) / widths,
        resolution,
        hessian.size,
        vectors,
        number,
        method,
        product,
        bounds,
        seed,
        provenance(),
    )


def _check(edges: np.ndarray | int, moments: int | None, vectors: int, method: str, product: str) -> None:
    for name, value, allowed in (("method", method, METHODS), ("product", product, PRODUCTS)):
        if value not in allowed:
            raise InputError(f"argument {name} must be one of {', '.join(allowed)}, but got {value!r}")
    if vectors < 2:
        raise InputError(f"argument vectors must be at least 2, because their scatter is the error, but got {vectors}")
    if moments is not None and moments < 8:
        raise InputError(f"argument moments must be at least 8, but got {moments}")
    if isinstance(edges, int | np.integer):
        if edges < 1:
            raise InputError(f"argument edges must be at least 1 bin, but got {edges}")
        return
    edges = np.asarray(edges, float)
    if edges.ndim != 1 or edges.size < 2 or not (np.diff(edges) > 0).all():
        raise InputError("argument edges must be an ascending list of at least two frequencies, or a number of bins")


def _edges(edges: np.ndarray | int, bounds: tuple[float, float]) -> np.ndarray:
    if not isinstance(edges, int | np.integer):
        return np.asarray(edges, float)
    low, high = (np.sign(end) * np.sqrt(abs(end)) for end in bounds)
    return np.linspace(low, high, int(edges) + 1)


def _products(hessian: Hessian, product: str) -> tuple[Any, Callable[[np.ndarray], np.ndarray]]:
    """H times a block, in the arrays of its own library, and H times one vector on the host."""
    if product == "sparse":
        matrix = hessian.sparse()
        return (lambda block: matrix @ block), (lambda vector: matrix @ vector)
    free = HessianProduct.of(hessian)
    return free, lambda vector: np.asarray(_once(free, jnp.asarray(vector[:, None])))[:, 0]


@jax.jit
def _once(product: HessianProduct, block: Array) -> Array:
    return product(block)


def _random_block(zeros: np.ndarray, width: int, seed: int, start: int) -> np.ndarray:
    """Random signs, which scatter least of all independent entries, without their part along known zero modes."""
    columns = [
        np.random.Generator(np.random.Philox(key=[seed, number])).integers(0, 2, zeros.shape[0]) * 2.0 - 1.0
        for number in range(start, start + width)
    ]
    return project_out(zeros, np.stack(columns, axis=1))


def _moments(
    apply: Any,
    zeros: np.ndarray,
    number: int,
    vectors: int,
    seed: int,
    bounds: tuple[float, float],
    progress: Callable[[int, int], None] | None,
) -> Float[np.ndarray, "vectors moments"]:
    """Chebyshev moments <v|T_m(x)|v>/d N of every random vector."""
    low, high = bounds
    centre, half = 0.5 * (high + low), 0.5 * (high - low)
    done: list[np.ndarray] = []
    while sum(map(len, done)) < vectors:
        start = sum(map(len, done))
        block = _random_block(zeros, min(BLOCK, vectors - start), seed, start)
        run = _moments_device if isinstance(apply, HessianProduct) else _moments_host
        done.append(np.asarray(run(apply, block, number, centre, half)).T / zeros.shape[0])
        if progress is not None:
            progress(start + block.shape[1], vectors)
    return np.concatenate(done)


def _moments_host(apply: Any, block: np.ndarray, number: int, centre: float, half: float) -> np.ndarray:
    """Two moments a product: mu_2k = 2 <t_k|t_k> - mu_0, mu_2k+1 = 2 <t_k+1|t_k> - mu_1."""

    def along(a: np.ndarray, b: np.ndarray) -> np.ndarray:
        return np.einsum("ij,ij->j", a, b)

    before, now = block, (apply(block) - centre * block) / half
    mu = np.empty((2 * (number // 2) + 2, block.shape[1]))
    mu[0], mu[1] = along(block, block), along(now, block)
    for k in range(1, number // 2 + 1):
        mu[2 * k] = 2 * along(now, now) - mu[0]
        after = apply(now)
        after -= centre * now
        after *= 2 / half
        after -= before
        before, now = now, after
        mu[2 * k + 1] = 2 * along(now, before) - mu[1]
    return mu[:number]


@partial(jax.jit, static_argnames=("number",))
def _moments_device(apply: HessianProduct, block: Array, number: int, centre: float, half: float) -> Array:
    """The same in one compiled loop."""

    def along(a: Array, b: Array) -> Array:
        return jnp.sum(a * b, axis=0)

    first = (apply(block) - centre * block) / half
    mu = jnp.zeros((2 * (number // 2) + 2, block.shape[1]))
    mu = mu.at[0].set(along(block, block)).at[1].set(along(first, block))

    def step(k: Array, carry: tuple[Array, Array, Array]) -> tuple[Array, Array, Array]:
        before, now, mu = carry
        after = 2 / half * (apply(now) - centre * now) - before
        mu = mu.at[2 * k].set(2 * along(now, now) - mu[0]).at[2 * k + 1].set(2 * along(after, now) - mu[1])
        return now, after, mu

    return jax.lax.fori_loop(1, number // 2 + 1, step, (block, first, mu))[2][:number]


def jackson(number: int) -> Float[np.ndarray, " moments"]:
    """Jackson's kernel, which keeps the density positive (Weisse et al., eq. 71)."""
    m = np.arange(number)
    q = np.pi / (number + 1)
    return ((number - m + 1) * np.cos(q * m) + np.sin(q * m) / np.tan(q)) / (number + 1)


def _shares(
    moments: Float[np.ndarray, "vectors moments"], edges: Float[np.ndarray, " edges"], bounds: tuple[float, float]
) -> Float[np.ndarray, "vectors bins"]:
    """Share of the modes in every bin, for every random vector."""
    low, high = bounds
    level = np.sign(edges) * edges**2
    phi = np.arccos(np.clip(1 - 2 * (level - low) / (high - low), -1, 1))
    m = np.arange(1, moments.shape[1])
    # x = -cos(phi) runs upwards with the eigenvalue: T_m(x) = (-1)^m cos(m phi).
    series = np.sin(np.outer(m, phi)) * (2 * jackson(moments.shape[1])[1:] * (-1.0) ** m / m)[:, None]
    below = (phi * moments[:, :1] + moments[:, 1:] @ series) / np.pi
    return np.diff(below, axis=1)


def _edge_noise(density: Float[np.ndarray, " bins"], resolution: float, size: int) -> Float[np.ndarray, " bins"]:
    r"""Standard error of each bin's share because single modes beside its ends are smeared across them.

    A mode at distance x from an end leaves :math:`\Phi(-|x|/\sigma)` on the wrong side; over modes at random places the
    squares add up to :math:`2\sigma\int_0^\infty \Phi(-t)^2 dt = 0.234\,\sigma` times their density.
    """
    level = np.maximum(density, 0.0)
    beside = np.concatenate([level[:1], 0.5 * (level[1:] + level[:-1]), level[-1:]])
    return np.sqrt(0.234 * resolution * (beside[1:] + beside[:-1]) / size)


def _quadrature(
    hessian: Hessian,
    zeros: np.ndarray,
    steps: int,
    vectors: int,
    seed: int,
    progress: Callable[[int, int], None] | None,
) -> tuple[Float[np.ndarray, "vectors nodes"], Float[np.ndarray, "vectors nodes"]]:
    """Nodes (eigenvalues, units of 1/time^2) and weights of Lanczos quadrature for every random vector."""
    from matfree import decomp

    free = HessianProduct.of(hessian)
    tridiagonalise = decomp.tridiag_sym(steps, reortho="full", materialize=True, custom_vjp=False)

    @jax.jit
    def projected(product: HessianProduct, vector: Array) -> Array:
        return tridiagonalise(lambda x: product(x[:, None])[:, 0], vector).J_small

    nodes, weights = [], []
    for number in range(vectors):
        vector = jnp.asarray(_random_block(zeros, 1, seed, number)[:, 0])
        values, rotation = np.linalg.eigh(np.asarray(projected(free, vector)))
        nodes.append(values)
        weights.append(rotation[0] ** 2 * (1 - zeros.shape[1] / hessian.size))
        if progress is not None:
            progress(number + 1, vectors)
    return np.stack(nodes), np.stack(weights)


def _counted(
    nodes: np.ndarray, weights: np.ndarray, edges: np.ndarray
) -> tuple[Float[np.ndarray, "vectors bins"], Float[np.ndarray, " bins"]]:
    """Share of the modes in every bin for every vector, and what the steps at the bins' edges leave open.

    A quadrature knows the number of modes below a node to within the node's own weight: half of it is taken to lie
    below, and between nodes the number is interpolated.
    """
    shares, steps = [], []
    for own, share in zip(np.sign(nodes) * np.sqrt(np.abs(nodes)), weights, strict=True):
        ends = np.concatenate([[own[0]], own, [own[-1]]])
        below = np.concatenate([[0.0], np.cumsum(share) - 0.5 * share, [share.sum()]])
        shares.append(np.diff(np.interp(edges, ends, below)))
        steps.append(np.interp(edges, own, share, left=0.0, right=0.0))
    step = np.mean(steps, axis=0)
    return np.stack(shares), STEP * np.hypot(step[1:], step[:-1])
