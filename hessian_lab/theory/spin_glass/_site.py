"""One site in its effective potential: the classical ground state, and thermal averages.

Every function works on U(v) = -h v + k v^2/2 + b v^4/4 with the stiffness k = a_2/gamma - C and b = a_4/(6 gamma) > 0
(Kuehn and Horstmann, Eq. 10); arrays broadcast. Reduced units.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ..._core.errors import ComputationError, InputError

_EXPONENT_CUTOFF = 40.0
_POINTS_PER_WIDTH = 1.5
_CHUNK = 2_000_000
_MAX_POINTS = 40_000


class SiteAverages(NamedTuple):
    """Averages over one site at fixed field.

    Attributes:
        free_energy: -T ln of the integral of exp(-U/T) over v; the minimum of U at T = 0.
        displacement: mean of v.
        susceptibility: derivative of the mean of v by the field, (<v^2> - <v>^2)/T; at T = 0 its regular part 1/U''.
        quartic: mean of v^4.
    """

    free_energy: Float[np.ndarray, " ..."]
    displacement: Float[np.ndarray, " ..."]
    susceptibility: Float[np.ndarray, " ..."]
    quartic: Float[np.ndarray, " ..."]


def global_minimum(
    field: Float[np.ndarray, " ..."] | float, stiffness: Float[np.ndarray, " ..."] | float, quartic: float
) -> Float[np.ndarray, " ..."]:
    """Displacement of the lowest minimum of U. At h = 0 between two wells: the one at v > 0.

    Newton's iteration on h = k v + b v^3 from above the largest root, where it falls monotonically.
    """
    field, stiffness = np.broadcast_arrays(np.asarray(field, float), np.asarray(stiffness, float))
    size = np.abs(field)
    v = np.sqrt(np.maximum(-stiffness, 0) / quartic) + np.cbrt(size / quartic)
    for _ in range(100):
        slope = stiffness + 3 * quartic * v**2
        force = v * (stiffness + quartic * v**2) - size
        step = np.where(slope > 0, force / np.where(slope > 0, slope, 1.0), 0.0)
        v = np.maximum(v - step, 0.0)
        if np.all(np.abs(step) <= 4e-16 * (1 + v)):
            break
    return np.where(field < 0, -v, v)


def site_averages(
    field: Float[np.ndarray, " ..."] | float,
    stiffness: Float[np.ndarray, " ..."] | float,
    quartic: float,
    temperature: float,
) -> SiteAverages:
    """Averages of one site over its Gibbs distribution, at any T >= 0.

    T > 0 integrates over v by the trapezoidal rule, which converges exponentially for these integrands.

    Raises:
        InputError: if T is negative, or so low that the wells are not resolved: then T = 0 is meant.
    """
    field, stiffness = np.broadcast_arrays(np.asarray(field, float), np.asarray(stiffness, float))
    lowest = global_minimum(field, stiffness, quartic)
    if temperature < 0:
        raise InputError(f"argument temperature must be >= 0, but got {temperature}")
    if temperature == 0:
        energy = -field * lowest + lowest**2 * (stiffness / 2 + quartic / 4 * lowest**2)
        curvature = stiffness + 3 * quartic * lowest**2
        with np.errstate(divide="ignore"):
            return SiteAverages(energy, lowest, 1 / curvature, lowest**4)
    return _thermal(field, stiffness, quartic, temperature, np.abs(lowest))


def _thermal(field, stiffness, quartic, temperature: float, top) -> SiteAverages:
    shape = field.shape
    field, stiffness, top = field.ravel(), stiffness.ravel(), top.ravel()
    curvature = stiffness + 3 * quartic * top**2
    reach = (4 * _EXPONENT_CUTOFF * temperature / quartic) ** 0.25
    with np.errstate(divide="ignore"):
        reach = np.minimum(reach, np.sqrt(2 * _EXPONENT_CUTOFF * temperature / np.maximum(curvature, 0)))
    edge = top + reach
    width = np.sqrt(temperature / (np.maximum(stiffness, 0) + 3 * quartic * edge**2))
    points = int(np.max(np.ceil(2 * edge * _POINTS_PER_WIDTH / width))) + 1
    if points > _MAX_POINTS:
        raise InputError(
            f"argument temperature must be 0 or resolve the wells, but got {temperature:g}, which needs {points} "
            f"points a site (at most {_MAX_POINTS}); use temperature = 0"
        )
    unit = np.linspace(-1, 1, points)
    out = np.empty((4, field.size))
    step = max(1, _CHUNK // points)
    for start in range(0, field.size, step):
        part = slice(start, start + step)
        h, k, span = field[part, None], stiffness[part, None], edge[part, None]
        v = span * unit
        energy = -h * v + v**2 * (k / 2 + quartic / 4 * v**2)
        floor = energy.min(axis=1, keepdims=True)
        weight = np.exp(-(energy - floor) / temperature)
        total = weight.sum(axis=1, keepdims=True)
        weight /= total
        mean = (weight * v).sum(axis=1)
        spread = (weight * (v - mean[:, None]) ** 2).sum(axis=1)
        integral = total[:, 0] * 2 * span[:, 0] / (points - 1)
        out[:, part] = (
            floor[:, 0] - temperature * np.log(integral),
            mean,
            spread / temperature,
            (weight * v**4).sum(axis=1),
        )
    if not np.all(np.isfinite(out)):
        raise ComputationError("the thermal averages of a site are not finite; the field or the stiffness is too large")
    return SiteAverages(*(row.reshape(shape) for row in out))
