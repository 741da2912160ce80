"""How modes fall off from their cores."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float, Int

from .._core.errors import InputError
from ..systems import Configuration, cell_heights, minimum_image_host


@dataclass(frozen=True, eq=False)
class AmplitudeProfile:
    r"""Mean squared amplitude against the distance from the core.

    .. math:: A(r) = N \langle |\psi_i|^2 \rangle_{|r_i - r_c| \in \text{bin}}

    1 everywhere for an extended mode; |psi|^2 ~ r^(-2(d-1)) outside a force dipole.

    Attributes:
        edges: of the bins, shape (bins + 1,). Units of length.
        distance: mean distance of the particles of each bin, shape (bins,). Units of length.
        amplitude: A, mean over modes, shape (bins,). Dimensionless.
        error: standard error over modes (NaN for one), shape (bins,).
        modes: with particles in the bin, shape (bins,).
    """

    edges: Float[np.ndarray, " edges"]
    distance: Float[np.ndarray, " bins"]
    amplitude: Float[np.ndarray, " bins"]
    error: Float[np.ndarray, " bins"]
    modes: Int[np.ndarray, " bins"]


def amplitude_profile(
    modes: Float[np.ndarray, "modes particles dim"],
    configuration: Configuration,
    *,
    centres: Int[np.ndarray, " modes"] | None = None,
    edges: Float[np.ndarray, " edges"] | None = None,
) -> AmplitudeProfile:
    """Decay of |psi|^2 from the core of each mode. For several glasses, average the profiles of each.

    Args:
        modes: mass-weighted eigenvectors, shape (modes, particles, dim); the norm does not matter.
        configuration: positions and cell.
        centres: particle at each mode's core; the one that moves most if not given, whose own |psi|^2 is then large by
            selection.
        edges: of the bins; 12 up to half the height of the cell if not given. Units of length.

    Raises:
        InputError: if edges do not ascend.
    """
    modes = np.asarray(modes, dtype=np.float64)
    weight = np.sum(modes**2, axis=2)
    weight *= weight.shape[1] / weight.sum(axis=1, keepdims=True)
    centres = np.argmax(weight, axis=1) if centres is None else np.asarray(centres)
    if edges is None:
        edges = np.linspace(0, cell_heights(configuration.cell).min() / 2, 13)
    edges = np.asarray(edges, dtype=np.float64)
    if edges.ndim != 1 or edges.size < 2 or not np.all(np.diff(edges) > 0):
        raise InputError(f"argument edges must ascend, but is {edges}")
    bins = edges.size - 1
    mean, reach = np.full((len(modes), bins), np.nan), np.full((len(modes), bins), np.nan)
    for k, centre in enumerate(centres):
        apart = minimum_image_host(configuration.positions - configuration.positions[centre], configuration.cell)
        distance = np.linalg.norm(apart, axis=1)
        place = np.digitize(distance, edges) - 1
        inside = (place >= 0) & (place < bins)
        number = np.bincount(place[inside], minlength=bins)
        with np.errstate(invalid="ignore"):
            mean[k] = np.bincount(place[inside], weight[k][inside], bins) / number
            reach[k] = np.bincount(place[inside], distance[inside], bins) / number
    counted = np.sum(np.isfinite(mean), axis=0)
    some = np.maximum(counted, 1)
    average = np.where(counted, np.nansum(mean, axis=0) / some, np.nan)
    spread = np.sqrt(np.nansum((mean - average) ** 2, axis=0) / np.maximum(some - 1, 1) / some)
    return AmplitudeProfile(
        edges,
        np.where(counted, np.nansum(reach, axis=0) / some, np.nan),
        average,
        np.where(counted > 1, spread, np.nan),
        counted,
    )
