"""Gaussian averages of functions that are smooth except at one known point."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float

_NODES_PER_PANEL = 12
_PANELS = 18


def graded_gaussian(
    kink: Float[np.ndarray, " ..."] | float, *, reach: float = 9.0, panels: int = _PANELS
) -> tuple[Float[np.ndarray, "... nodes"], Float[np.ndarray, "... nodes"]]:
    """Nodes z and weights for the average of f(z) over a standard Gaussian, f having a kink or a jump at `kink`.

    Gauss-Legendre on panels that halve towards the kink from both sides, so that a jump, a cube root, or a step as
    narrow as 2^-panels is integrated to near rounding. The weights sum to 1 up to the tails beyond `reach`.

    Args:
        kink: where f is not smooth, in units of z; any shape; beyond `reach` it is of no weight.
        reach: |z| up to which the average runs.
        panels: number of panels on each side.
    """
    centre = np.clip(np.asarray(kink, float), -reach, reach)[..., None]
    unit, unit_weight = np.polynomial.legendre.leggauss(_NODES_PER_PANEL)
    edges = np.concatenate([[0.0], 0.5 ** np.arange(panels - 1, -1, -1)])
    fraction = (edges[:-1, None] + np.diff(edges)[:, None] * (unit + 1) / 2).ravel()
    share = (np.diff(edges)[:, None] * unit_weight / 2).ravel()
    left, right = centre + reach, reach - centre
    z = np.concatenate([centre - left * fraction[::-1], centre + right * fraction], axis=-1)
    weight = np.concatenate([left * share[::-1], right * share], axis=-1)
    return z, weight * np.exp(-(z**2) / 2) / np.sqrt(2 * np.pi)
