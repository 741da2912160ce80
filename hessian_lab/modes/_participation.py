"""Participation ratio of modes."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError


def participation_ratio(modes: Float[np.ndarray, "modes particles dim"]) -> Float[np.ndarray, " modes"]:
    r"""Share of the particles that take part in each mode.

    .. math:: e = \frac{1}{N} \frac{(\sum_i |\psi_i|^2)^2}{\sum_i |\psi_i|^4}

    1 when all particles move equally, 2/3 for a standing wave, d/(d + 2) for Gaussian vectors, 1/N when one particle
    moves alone.

    Args:
        modes: eigenvectors, one per row, of shape (modes, particles, dim); the norm does not matter. Dimensionless.

    Returns:
        One ratio per mode, in (0, 1], of shape (modes,). Dimensionless.

    Raises:
        InputError: if a mode is identically zero or not finite, or the shape is another.

    Reference: Schirmacher et al., arXiv 2509.04988, Eq. 1.
    """
    modes = np.asarray(modes, dtype=np.float64)
    if modes.ndim != 3 or modes.shape[1] == 0:
        raise InputError(
            f"argument modes must have the shape (modes, particles, dim), but has {modes.shape}; a single mode goes in "
            "as modes[None]"
        )
    largest = np.abs(modes).max(axis=(1, 2), initial=0)
    bad = np.flatnonzero(~(np.isfinite(largest) & (largest > 0)))
    if bad.size:
        raise InputError(f"argument modes must hold nonzero finite modes, but mode {bad[0]} is zero or not finite")
    weight = np.sum((modes / largest[:, None, None]) ** 2, axis=2)
    return np.sum(weight, axis=1) ** 2 / (modes.shape[1] * np.sum(weight**2, axis=1))
