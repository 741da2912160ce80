"""Classical geometry of a double well, and the distributions of asymmetry and tunnelling exponent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from .one_step import OneStep, field_density
from .replica_symmetric import ReplicaSymmetric

Barrier = Literal["metastable", "mean", "stable"]
"""From which minimum the height of the barrier is counted."""

_REFERENCE: dict[str, float] = {"metastable": 0.0, "mean": 0.5, "stable": 1.0}


@dataclass(frozen=True)
class DoubleWells:
    """Double wells at fields h >= 0. Reduced units; every array has one entry per field.

    Attributes:
        field: h.
        asymmetry: Delta, height of the metastable minimum above the stable one.
        distance: d between the minima; also d Delta/d h.
        barrier: V, from the minimum that was asked for.
        exponent: lambda = (d/2) sqrt(2 m V)/hbar, as printed.
        semiclassical: integral of sqrt(2 m (U - U_metastable))/hbar through the barrier.
        exponent_slope: d lambda/d h.
    """

    field: Float[np.ndarray, " fields"]
    asymmetry: Float[np.ndarray, " fields"]
    distance: Float[np.ndarray, " fields"]
    barrier: Float[np.ndarray, " fields"]
    exponent: Float[np.ndarray, " fields"]
    semiclassical: Float[np.ndarray, " fields"]
    exponent_slope: Float[np.ndarray, " fields"]


def limiting_field(stiffness: float, quartic: float) -> float:
    r"""Field at which the metastable minimum vanishes.

    .. math:: h_c = \frac{2 |k|}{3} \sqrt{\frac{|k|}{3 b}}, \qquad k = a_2/\gamma - C < 0, \; b = a_4/(6 \gamma)

    Raises:
        InputError: if k >= 0: there is a single well at every field.
    """
    if stiffness >= 0:
        raise InputError(
            f"double wells need a stiffness a_2/gamma - C < 0, but got {stiffness:g}; raise gamma or lower J_0 and T"
        )
    return float(-2 * stiffness / 3 * np.sqrt(-stiffness / (3 * quartic)))


def double_wells(
    field: Float[np.ndarray, " fields"],
    stiffness: float,
    quartic: float,
    quantum: float,
    *,
    barrier: Barrier = "metastable",
) -> DoubleWells:
    r"""Asymmetry, distance, barrier and tunnelling exponent of U(v) = -h v + k v^2/2 + b v^4/4.

    .. math:: \lambda = \frac{d}{2} \sqrt{\frac{2 m V}{\hbar^2}}

    This exponent is exact for two parabolas that meet; the quartic barrier has 4/3 of it at h = 0, which
    `semiclassical` gives. The paper does not say from which minimum V counts; only with the stable one does P(lambda)
    have its singularity at the upper end, as the text has it.

    Args:
        field: h, each with 0 <= h <= h_c.
        stiffness: k < 0.
        quartic: b > 0.
        quantum: hbar/sqrt(m) in reduced units.
        barrier: the minimum from which V counts.

    Raises:
        InputError: if there is no double well at some field.

    Reference: Kuehn and Horstmann 1998, after Eq. 15.
    """
    limit = limiting_field(stiffness, quartic)
    field = np.atleast_1d(np.asarray(field, float))
    if np.any(field < 0) or np.any(field > limit * (1 + 1e-12)):
        raise InputError(f"argument field must lie in [0, {limit:g}], where there are two wells, but got {field}")
    scale = 2 * np.sqrt(-stiffness / (3 * quartic))
    angle = np.arccos(np.minimum(field / limit, 1.0))
    stable, top, meta = (scale * np.cos((angle + shift) / 3) for shift in (0.0, -2 * np.pi, 2 * np.pi))

    def potential(v):
        return -field * v + v**2 * (stiffness / 2 + quartic / 4 * v**2)

    distance = stable - meta
    asymmetry = potential(meta) - potential(stable)
    share = _REFERENCE[barrier]
    height = np.maximum(potential(top) - potential(meta), 0.0)
    counted = height + share * asymmetry
    exponent = distance / 2 * np.sqrt(2 * counted) / quantum
    with np.errstate(divide="ignore", invalid="ignore"):
        reference = meta + share * (stable - meta)
        growth = (_compliance(stable, stiffness, quartic) - _compliance(meta, stiffness, quartic)) / distance
        slope = exponent * (growth + (reference - top) / (2 * counted))
    return DoubleWells(
        field, asymmetry, distance, counted, exponent, _barrier_integral(stiffness, meta, quartic, quantum), slope
    )


def _compliance(v, stiffness: float, quartic: float):
    return 1 / (stiffness + 3 * quartic * v**2)


def _barrier_integral(stiffness: float, meta, quartic: float, quantum: float):
    """Integral of sqrt(2 (U - U(meta))) from the metastable minimum to the turning point beyond the barrier.

    U - U(meta) = (b/4) (v - meta)^2 (v - near)(v - far) with near, far = -meta -+ sqrt(-2 k/b - 2 meta^2).
    """
    half_gap = np.sqrt(np.maximum(-2 * stiffness / quartic - 2 * meta**2, 0.0))
    near, far = -meta - half_gap, -meta + half_gap
    nodes, weights = np.polynomial.legendre.leggauss(80)
    angle = (nodes + 1) * np.pi / 4
    span = (near - meta)[:, None]
    v = meta[:, None] + span * np.sin(angle) ** 2
    product = np.maximum((near[:, None] - v) * (far[:, None] - v), 0.0)
    integrand = np.sqrt(quartic / 2) * (v - meta[:, None]) * np.sqrt(product)
    return (integrand * span * np.sin(2 * angle) * weights * np.pi / 4).sum(axis=1) / quantum


@dataclass(frozen=True)
class WellDistributions:
    """Densities of |Delta| and lambda over all sites, along the field. Reduced units.

    Both are functions of the one random number |h|, hence perfectly correlated: `wells` lists the pairs.

    Attributes:
        wells: the double wells along h.
        asymmetry_density: density of |Delta| at wells.asymmetry.
        exponent_density: density of lambda at wells.exponent; where lambda is not monotonic (V from the stable
            minimum, near h_c) the part of the branch.
        fraction: share of the sites that have two wells: the integral of either density.
    """

    wells: DoubleWells
    asymmetry_density: Float[np.ndarray, " fields"]
    exponent_density: Float[np.ndarray, " fields"]
    fraction: float


def well_distributions(
    solution: ReplicaSymmetric | OneStep, quantum: float, *, barrier: Barrier = "metastable", points: int = 400
) -> WellDistributions:
    r"""Distributions of asymmetry and of tunnelling exponent.

    .. math:: P(\Delta) = \frac{P_h(h) + P_h(-h)}{d(h)}, \qquad P(\lambda) = \frac{P_h(h) + P_h(-h)}{|d\lambda/dh|}

    Args:
        solution: the fixed point, which sets C and the density P_h of the effective field.
        quantum: hbar/sqrt(m) in reduced units; lambda is inversely proportional to it.
        barrier: the minimum from which V counts.
        points: number of fields, dense towards h_c.

    Raises:
        InputError: if there are no double wells (C < a_2/gamma), or a_2 varies from site to site.

    Reference: Kuehn and Horstmann 1998, Sect. 3 and Fig. 2.
    """
    model = solution.model
    if model.quadratic_spread > 0:
        raise InputError(
            f"the distributions along h need one on-site potential, but quadratic_spread is {model.quadratic_spread:g}"
            "; set it to 0"
        )
    stiffness = model.quadratic / model.gamma - solution.response
    limit = limiting_field(stiffness, model.quartic_stiffness)
    # Gauss-Legendre in an angle: the end points, where the slopes are singular, are not among the fields.
    nodes, weights = np.polynomial.legendre.leggauss(points)
    angle = (nodes + 1) * np.pi / 4
    field = limit * np.sin(angle)
    wells = double_wells(field, stiffness, model.quartic_stiffness, quantum, barrier=barrier)
    row = np.array([stiffness])
    both = field_density(solution, field, row)[0] + field_density(solution, -field, row)[0]
    fraction = float(np.sum(both * limit * np.cos(angle) * weights * np.pi / 4))
    return WellDistributions(wells, both / wells.distance, both / np.abs(wells.exponent_slope), fraction)
