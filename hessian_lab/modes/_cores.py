"""Cores of modes: where they rotate most, whether that is rotation or shear, and whether chance would do the same."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float, Int
from scipy import sparse

from .._core.errors import InputError
from ..systems import Configuration, minimum_image_host
from ._local_fits import FieldGradients, LocalFits
from ._null_models import random_phase_surrogates
from ._plane_waves import PlaneWaves

SURROGATES = 39
"""Surrogates of a mode: the smallest p is 1/40."""

SIGNIFICANT = 0.05
"""Largest p of a core that chance is not expected to make."""

LEAST_FRACTION = 0.6
"""Rotation fraction of the core region from which on it rotates more than it shears."""

LEAST_ASYMMETRY = 1.2
"""Ratio of the strongest rotation to the strongest shear from which on a mode is one of rotation."""


@dataclass(frozen=True, eq=False)
class Cores:
    r"""The rotation core of each field.

    A region is a particle and its neighbours in the local fits. The core is the region of the largest rotation,

    .. math:: c = \arg\max_i \sum_{j \in i} |W_j|^2

    so that the amplitude of the mode weighs, not the fraction alone.

    Attributes:
        particle: at the centre of the core, shape (fields,).
        rotation: local rotation vector (1/2) curl u there, shape (fields, 3 or 1). Units of displacement/length.
        particle_fraction: rotation fraction |W|^2/(|W|^2 + |S|^2) of the particle with the largest |W|, shape (fields,).
        fraction: the same of the whole core region, from the sums of |W|^2 and |S|^2, shape (fields,).
        strength: mean |W|^2 of the core region over the mean |W|^2 + |S|^2 of the field, shape (fields,).
        asymmetry: sum of |W|^2 in the core region over the largest sum of |S|^2 in any region, shape (fields,).
            Vortices of superposed waves come with saddles as strong (about 1); Eshelby's quadrupoles have less than 1.
    """

    particle: Int[np.ndarray, " fields"]
    rotation: Float[np.ndarray, "fields axes"]
    particle_fraction: Float[np.ndarray, " fields"]
    fraction: Float[np.ndarray, " fields"]
    strength: Float[np.ndarray, " fields"]
    asymmetry: Float[np.ndarray, " fields"]


def find_cores(gradients: FieldGradients, fits: LocalFits) -> Cores:
    """The rotation core of each field.

    Args:
        gradients: of the fields, from `fits.gradients`.
        fits: the local fits.
    """
    W, S = gradients.squared_rotation, gradients.squared_strain
    region = (fits.neighbours + sparse.identity(W.shape[1], format="csr")).tocsr()
    number = np.diff(region.indptr)
    rotation, strain = (region @ W.T).T, (region @ S.T).T
    every = np.arange(len(W))
    core = np.argmax(rotation, axis=1)
    turned, sheared = rotation[every, core], strain[every, core]
    total = (W + S).mean(axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        return Cores(
            core,
            gradients.rotation[every, core],
            gradients.rotation_fraction[every, np.argmax(W, axis=1)],
            turned / (turned + sheared),
            turned / number[core] / total,
            turned / strain.max(axis=1),
        )


@dataclass(frozen=True, eq=False)
class CoreTest:
    """The rotation cores of modes beside those of their random-phase surrogates.

    Attributes:
        cores: of the modes.
        p_strength: (1 + surrogates whose strength is at least the mode's)/(1 + surrogates), shape (modes,).
        p_fraction: the same for the fraction of the core region, shape (modes,).
        surrogate_fraction: median fraction of the surrogates' core regions, shape (modes,).
        surrogate_particle_fraction: median of their particles' rotation fraction, shape (modes,).
        surrogate_strength: median strength of the surrogates' cores, shape (modes,).
        surrogate_participation: median participation ratio of the surrogates, shape (modes,).
        surrogates: of each mode.
    """

    cores: Cores
    p_strength: Float[np.ndarray, " modes"]
    p_fraction: Float[np.ndarray, " modes"]
    surrogate_fraction: Float[np.ndarray, " modes"]
    surrogate_particle_fraction: Float[np.ndarray, " modes"]
    surrogate_strength: Float[np.ndarray, " modes"]
    surrogate_participation: Float[np.ndarray, " modes"]
    surrogates: int

    @property
    def rotating(self) -> Bool[np.ndarray, " modes"]:
        """Modes with a vortex core: stronger than chance, rotation in the region, and rotation rather than shear.

        All of: p of the strength at most 0.05, fraction of the region at least 0.6, asymmetry at least 1.2.
        """
        return (
            (self.p_strength <= SIGNIFICANT)
            & (self.cores.fraction >= LEAST_FRACTION)
            & (self.cores.asymmetry >= LEAST_ASYMMETRY)
        )


def compare_cores(
    modes: Float[np.ndarray, "modes particles dim"],
    masses: Float[np.ndarray, " particles"],
    fits: LocalFits,
    waves: PlaneWaves,
    rng: np.random.Generator,
    *,
    surrogates: int = SURROGATES,
) -> CoreTest:
    """Find the rotation cores of modes, and send spectrum-matched random-phase surrogates through the same selection.

    Args:
        modes: normalised, mass-weighted eigenvectors, shape (modes, particles, dim).
        masses: shape (particles,).
        fits: local fits of the configuration.
        waves: its plane waves up to the Debye wave number.
        rng: random numbers of the surrogates.
        surrogates: of each mode, at least 19, so that p can be 0.05.

    Raises:
        InputError: if there are fewer surrogates.
    """
    if surrogates < 19:
        raise InputError(f"argument surrogates must be at least 19, for a p of 0.05, but got {surrogates}")
    modes = np.asarray(modes, dtype=np.float64)
    root = np.sqrt(np.asarray(masses))[:, None]
    cores = find_cores(fits.gradients(modes / root), fits)
    size = (len(modes), surrogates)
    strength, fraction, particle, participation = (np.empty(size) for _ in range(4))
    for k in range(len(modes)):
        # Mode by mode: the surrogates' gradients would be the largest arrays of an analysis.
        fields = random_phase_surrogates(modes[k : k + 1], waves, surrogates, rng)[0]
        found = find_cores(fits.gradients(fields / root), fits)
        strength[k], fraction[k], particle[k] = found.strength, found.fraction, found.particle_fraction
        weight = np.sum(fields**2, axis=2)
        participation[k] = 1 / (weight.shape[1] * np.sum(weight**2, axis=1))
    return CoreTest(
        cores,
        (1 + np.sum(strength >= cores.strength[:, None], axis=1)) / (1 + surrogates),
        (1 + np.sum(fraction >= cores.fraction[:, None], axis=1)) / (1 + surrogates),
        np.median(fraction, axis=1),
        np.median(particle, axis=1),
        np.median(strength, axis=1),
        np.median(participation, axis=1),
        surrogates,
    )


@dataclass(frozen=True, eq=False)
class VortexCores:
    """All vortex cores of one field: particles where it rotates more than at every neighbour.

    Attributes:
        particles: from the strongest to the weakest, shape (cores,).
        rotation: rotation vectors, shape (cores, 3 or 1). Units of displacement/length.
        fraction: rotation fraction of each core region, shape (cores,).
        strength: mean |W|^2 of the region over the mean |W|^2 + |S|^2 of the field, shape (cores,).
    """

    particles: Int[np.ndarray, " cores"]
    rotation: Float[np.ndarray, "cores axes"]
    fraction: Float[np.ndarray, " cores"]
    strength: Float[np.ndarray, " cores"]


def vortex_cores(
    field: Float[np.ndarray, "particles dim"], fits: LocalFits, *, least_strength: float = 1.0
) -> VortexCores:
    """Local maxima of the rotation, in two or three dimensions.

    Args:
        field: displacements (for a mode: eigenvector over sqrt(mass)), shape (particles, dim).
        fits: local fits of the configuration.
        least_strength: weaker ones are left out.
    """
    gradients = fits.gradients(np.asarray(field)[None])
    W, S = gradients.squared_rotation[0], gradients.squared_strain[0]
    region = (fits.neighbours + sparse.identity(W.size, format="csr")).tocsr()
    turned, sheared = region @ W, region @ S
    highest = np.asarray(fits.neighbours.multiply(turned[None]).max(axis=1).todense()).ravel()
    with np.errstate(invalid="ignore"):
        fraction = turned / (turned + sheared)
    strength = turned / np.diff(region.indptr) / (W + S).mean()
    chosen = np.flatnonzero((turned > highest) & (strength >= least_strength))
    chosen = chosen[np.argsort(-strength[chosen], kind="stable")]
    return VortexCores(chosen, gradients.rotation[0][chosen], fraction[chosen], strength[chosen])


@dataclass(frozen=True, eq=False)
class Circulation:
    r"""Circulation of a field round an axis.

    .. math:: \Gamma(r) = \oint u \cdot dl = 2 \pi r \langle u_\theta \rangle

    2 \pi r^2 \eta for a rigid rotation of rate \eta, constant outside a core in 2D.

    Attributes:
        radius: mean distance from the axis of the particles of each ring, shape (rings,). Units of length.
        circulation: shape (rings,). Units of displacement times length.
        error: standard error from the scatter of u_theta in the ring, shape (rings,).
        particles: in each ring, shape (rings,).
    """

    radius: Float[np.ndarray, " rings"]
    circulation: Float[np.ndarray, " rings"]
    error: Float[np.ndarray, " rings"]
    particles: Int[np.ndarray, " rings"]


def circulation(
    field: Float[np.ndarray, "particles dim"],
    configuration: Configuration,
    centre: Float[np.ndarray, " dim"],
    axis: Float[np.ndarray, " 3"] | None = None,
    *,
    edges: Float[np.ndarray, " edges"],
    height: float | None = None,
) -> Circulation:
    """Circulation on rings round a core; rings with fewer than two particles are NaN.

    Args:
        field: displacements, shape (particles, dim).
        configuration: positions and cell.
        centre: of the rings. Units of length.
        axis: of the rotation in 3D; not needed in 2D. Dimensionless.
        edges: of the rings, ascending, at most half the box. Units of length.
        height: in 3D, half the height of the rings along the axis; (V/N)^(1/3) if not given. Units of length.

    Raises:
        InputError: if the axis is missing in 3D or has no length.
    """
    apart = minimum_image_host(configuration.positions - np.asarray(centre), configuration.cell)
    moved = np.asarray(field, dtype=np.float64)
    if configuration.dimension == 3:
        length = 0.0 if axis is None else float(np.linalg.norm(axis))
        if axis is None or not length > 0:
            raise InputError(f"argument axis must be a direction in three dimensions, but got {axis}")
        unit = np.asarray(axis) / length
        along = apart @ unit
        limit = configuration.density ** (-1 / 3) if height is None else height
        apart, moved = apart[np.abs(along) <= limit], moved[np.abs(along) <= limit]
        apart = apart - (apart @ unit)[:, None] * unit
        turned = np.cross(unit, apart)
    else:
        turned = np.stack([-apart[:, 1], apart[:, 0]], axis=1)
    distance = np.linalg.norm(apart, axis=1)
    around = np.divide(
        np.sum(turned * moved, axis=1), distance, out=np.zeros_like(distance), where=distance > 0
    )
    ring = np.digitize(distance, edges) - 1
    rows = []
    for k in range(len(edges) - 1):
        inside = ring == k
        number = int(inside.sum())
        if number < 2:
            rows.append((np.nan, np.nan, np.nan, number))
            continue
        radius = float(distance[inside].mean())
        spread = around[inside].std(ddof=1) / np.sqrt(number)
        rows.append((radius, 2 * np.pi * radius * around[inside].mean(), 2 * np.pi * radius * spread, number))
    columns = [np.array(column) for column in zip(*rows, strict=True)]
    return Circulation(columns[0], columns[1], columns[2], columns[3].astype(int))
