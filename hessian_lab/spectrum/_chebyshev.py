"""The lowest modes without a factorisation: subspace iteration with a Chebyshev filter, for N beyond 10^4.

Needs products with the Hessian only, so memory is linear in N. Y. Zhou, Y. Saad, M. L. Tiago, J. R. Chelikowsky,
J. Comput. Phys. 219 (2006) 172.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from jaxtyping import Float

from .._core.errors import ComputationError
from ._lanczos import RitzPairs, orthonormal, project_out

Product = Callable[[np.ndarray], np.ndarray]

GAIN = 10.0
"""Logarithm of the factor by which a sweep favours a mode at zero over the filter's edge."""

LARGEST_DEGREE = 2000


def chebyshev_filter(
    product: Product, block: Float[np.ndarray, "size block"], degree: int, low: float, edge: float, top: float
) -> Float[np.ndarray, "size block"]:
    r"""T_m((2 H - edge - top)/(top - edge)) times a block, scaled to 1 at `low`: small on [edge, top], larger below.

    Args:
        product: H times a block.
        block: columns.
        degree: m.
        low: about the lowest eigenvalue, so that nothing overflows. Units of 1/time^2.
        edge: where the unwanted part of the spectrum begins. Units of 1/time^2.
        top: not below the largest eigenvalue. Units of 1/time^2.
    """
    centre, half = 0.5 * (top + edge), 0.5 * (top - edge)
    ratio = first = half / (low - centre)
    before, now = block, (product(block) - centre * block) * (ratio / half)
    for _ in range(degree - 1):
        following = 1 / (2 / first - ratio)
        after = 2 * following / half * (product(now) - centre * now) - ratio * following * before
        before, now, ratio = now, after, following
    return now


def lowest_by_filter(
    product: Product,
    zeros: Float[np.ndarray, "size zeros"],
    wanted: int,
    bounds: tuple[float, float],
    *,
    target: float,
    sweeps: int = 60,
) -> RitzPairs:
    """The lowest pairs above the known zero modes.

    Each sweep filters a block of 1.5 times as many columns as are wanted, with the block's own largest Rayleigh
    quotient as the filter's edge, until the residuals are small.

    Args:
        product: H times a block. Units of 1/time^2.
        zeros: orthonormal columns known to cost no energy.
        wanted: number of pairs.
        bounds: not above the lowest and not below the largest eigenvalue. Units of 1/time^2.
        target: residual |H v - lambda v| to reach. Units of 1/time^2.
        sweeps: most of them.

    Returns:
        At least the wanted pairs, and the buffer.

    Raises:
        ComputationError: if the residuals stay large.
    """
    size = zeros.shape[0]
    width = min(wanted + max(16, wanted // 2), size - zeros.shape[1])
    block = np.random.Generator(np.random.Philox(0)).normal(size=(size, width))
    low, top = bounds
    top += 1e-3 * (top - low)
    edge, residual = low + 0.1 * (top - low), np.inf
    for _ in range(sweeps):
        # The growth per degree from the edge to the lowest mode is exp(2 sqrt(share)).
        share = max((edge - low) / (top - low), 1e-12)
        degree = int(np.clip(GAIN / (2 * np.sqrt(share)), 10, LARGEST_DEGREE))
        block = orthonormal(project_out(zeros, chebyshev_filter(product, block, degree, low, edge, top)))
        images = product(block)
        projected = block.T @ images
        values, rotation = np.linalg.eigh(0.5 * (projected + projected.T))
        pairs = RitzPairs(values, block @ rotation, images @ rotation)
        residual = float(pairs.residuals()[:wanted].max())
        if residual <= target:
            return pairs
        block = pairs.vectors
        low, edge = min(float(values[0]), 0.0), float(values[-1])
        if edge >= 0.5 * top:
            edge = 0.5 * top
    raise ComputationError(
        f"the filter left a residual of {residual / top:.2g} of the largest eigenvalue after {sweeps} sweeps"
    )
