"""Null models of modes: fields with no vortex core in them, and cores that are one or are not, for certain."""

from __future__ import annotations

from typing import Literal

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ..systems import Configuration, is_orthogonal, minimum_image_host
from ._plane_waves import PlaneWaves
from ._shells import Polarisation

Core = Literal["rotation", "strain"]


def random_phase_surrogates(
    modes: Float[np.ndarray, "modes particles dim"],
    waves: PlaneWaves,
    number: int,
    rng: np.random.Generator,
) -> Float[np.ndarray, "modes number particles dim"]:
    r"""Fields with the plane-wave spectrum of a mode and random phases.

    .. math:: \psi' = \sum_s O_s^{1/2} \hat g_s

    where g_s is Gaussian in the space that block s of `waves` adds (transverse or longitudinal waves of one shell) and
    what no wave holds is Gaussian in the complement. Each surrogate has exactly the mode's weights, block by block.

    Args:
        modes: normalised, mass-weighted eigenvectors, shape (modes, particles, dim).
        waves: from `plane_waves` of the same configuration; all up to the Debye wave number for a whole spectrum.
        number: surrogates of each mode.
        rng: random numbers.

    Returns:
        Normalised fields, shape (modes, number, particles, dim). Dimensionless.
    """
    flat = np.asarray(modes, dtype=np.float64).reshape(len(modes), waves.raw.shape[0])
    ends = np.cumsum(waves.rank)
    alive = np.flatnonzero(waves.rank)
    coefficients = flat @ waves.independent
    weights = np.add.reduceat(coefficients**2, (ends - waves.rank)[alive], axis=1)
    rest = 1.0 - weights.sum(axis=1)
    # Below rounding there is no complement to draw from.
    open_ended = (rest > 1e-10) & (not waves.complete)
    size, dimension = flat.shape[1], waves.independent.shape[1]
    random = np.empty((len(flat), number, dimension))
    noise = np.zeros((len(flat), number, size))
    for k in range(len(flat)):
        # Mode after mode, so that a mode's surrogates do not depend on how many come with it.
        random[k] = rng.normal(size=(number, dimension))
        if open_ended[k]:
            noise[k] = rng.normal(size=(number, size))
    length = np.add.reduceat(random**2, (ends - waves.rank)[alive], axis=2)
    random *= np.repeat(np.sqrt(weights[:, None] / length), waves.rank[alive], axis=2)
    # One product for all: matrices in stacks would go to the processor one by one.
    fields = (random.reshape(-1, dimension) @ waves.independent.T).reshape(len(flat), number, size)
    if open_ended.any():
        outside = noise[open_ended].reshape(-1, size)
        for columns in (waves.translations, waves.independent):
            outside -= (outside @ columns) @ columns.T
        outside *= np.sqrt(np.repeat(rest[open_ended], number) / np.sum(outside**2, axis=1))[:, None]
        fields[open_ended] += outside.reshape(-1, number, size)
    fields /= np.linalg.norm(fields, axis=2, keepdims=True)
    return fields.reshape(len(flat), number, *np.shape(modes)[1:])


def random_shell_waves(
    waves: PlaneWaves,
    number: int,
    rng: np.random.Generator,
    *,
    shell: int = 1,
    polarisation: Polarisation = "transverse",
) -> Float[np.ndarray, "number particles dim"]:
    """Random superpositions of the waves of one shell, normalised; shape (number, particles, dim)."""
    columns = waves.raw[:, waves.block(shell, polarisation)]
    fields = rng.normal(size=(number, columns.shape[1])) @ columns.T
    dim = waves.translations.shape[1]
    return (fields / np.linalg.norm(fields, axis=1, keepdims=True)).reshape(number, -1, dim)


def crossed_waves(
    configuration: Configuration, centre: Float[np.ndarray, " dim"], axes: tuple[int, int] = (0, 1)
) -> Float[np.ndarray, "particles dim"]:
    r"""Two crossed transverse waves of the first shell that look like a vortex at their centre.

    .. math:: u = e_a\, k_b^{-1} \sin(k_b \cdot (r - c)) - e_b\, k_a^{-1} \sin(k_a \cdot (r - c))

    Its rotation fraction at the centre is exactly 1; the box holds three more zeros, two of them saddles as strong.

    Args:
        configuration: positions, masses and an orthogonal cell.
        centre: c. Units of length.
        axes: a and b, two different ones.

    Returns:
        Mass-weighted and normalised, shape (particles, dim).

    Raises:
        InputError: if the cell vectors do not lie along the axes, or the axes are one.

    Reference: the superposition that Lerner and Bouchbinder, PRE 111, L013402 (2025), Fig. 3, show.
    """
    a, b = axes
    if not is_orthogonal(configuration.cell):
        raise InputError(
            f"argument configuration must have cell vectors along the axes, or the waves are not transverse, but has "
            f"{configuration.cell.tolist()}"
        )
    if a == b:
        raise InputError(f"argument axes must name two different axes, but is {axes}")
    wavenumber = 2 * np.pi / np.diag(configuration.cell)
    waves = np.sin((configuration.positions - centre) * wavenumber) / wavenumber
    field = np.zeros_like(configuration.positions)
    field[:, a], field[:, b] = waves[:, b], -waves[:, a]
    return _weighted(configuration, field)


def gaussian_modes(
    configuration: Configuration, number: int, rng: np.random.Generator
) -> Float[np.ndarray, "number particles dim"]:
    """Independent normal components, normalised; shape (number, particles, dim)."""
    fields = rng.normal(size=(number, *configuration.positions.shape))
    return fields / np.linalg.norm(fields, axis=(1, 2), keepdims=True)


def elastic_core(
    configuration: Configuration,
    kind: Core,
    centre: Float[np.ndarray, " dim"],
    size: float,
    rng: np.random.Generator,
) -> Float[np.ndarray, "particles dim"]:
    r"""Response of an incompressible elastic medium to a force dipole that is spread over a core of radius \epsilon.

    .. math:: u_{rotation} = A x\, \frac{2 x^2 + 5\epsilon^2}{R^5} \text{ (3D)}, \quad
              A x\, \frac{x^2 + 2\epsilon^2}{R^4} \text{ (2D)}, \qquad
              u_{strain} = \frac{x (x \cdot E x) + \epsilon^2 E x}{R^{d+2}}, \qquad R^2 = x^2 + \epsilon^2

    x is the minimum image from the centre, A a random rotation's generator, E a random pure shear (eigenvalues 1, -1
    and 0). The antisymmetric dipole is a rigid rotation of its core, the symmetric one the quadrupole of Eshelby's
    shear transformation; both decay as 1/x^(d-1). The mean displacement is taken out.

    Args:
        configuration: positions, masses and cell.
        kind: `rotation` or `strain`.
        centre: of the core. Units of length.
        size: epsilon. Units of length.
        rng: for the axis or the principal axes.

    Returns:
        Mass-weighted and normalised, shape (particles, dim).

    Raises:
        InputError: if the kind is unknown or the size not positive.

    Reference: Cortez, SIAM J. Sci. Comput. 23, 1204 (2001), for the regularised point force, of which these are the
        dipoles; Eshelby, Proc. R. Soc. A 241, 376 (1957).
    """
    if kind not in ("rotation", "strain"):
        raise InputError(f"argument kind must be 'rotation' or 'strain', but got {kind!r}")
    if not size > 0:
        raise InputError(f"argument size must be above 0, but got {size}")
    dim = configuration.dimension
    apart = minimum_image_host(configuration.positions - centre, configuration.cell)
    squared = np.sum(apart**2, axis=1)[:, None]
    smooth = squared + size**2
    frame, triangle = np.linalg.qr(rng.normal(size=(dim, dim)))
    # LAPACK's Q alone has a fixed handedness in 2D: every core would turn the same way.
    frame *= np.sign(np.diag(triangle))
    first, second = frame[:, 0], frame[:, 1]
    if kind == "rotation":
        turned = apart @ (np.outer(second, first) - np.outer(first, second))
        radial = (2 * squared + 5 * size**2) / smooth**2.5 if dim == 3 else (squared + 2 * size**2) / smooth**2
        return _weighted(configuration, turned * radial)
    shear = np.outer(first, first) - np.outer(second, second)
    stretched = apart @ shear
    along = np.sum(apart * stretched, axis=1, keepdims=True)
    return _weighted(configuration, (apart * along + size**2 * stretched) / smooth ** ((dim + 2) / 2))


def implant(
    modes: Float[np.ndarray, "modes particles dim"], cores: Float[np.ndarray, "modes particles dim"], share: float
) -> Float[np.ndarray, "modes particles dim"]:
    r"""Modes with a core in them, normalised: (1 - a)^{1/2} \psi + a^{1/2} c, a being the core's share.

    Raises:
        InputError: if the share does not lie between 0 and 1.
    """
    if not 0 <= share <= 1:
        raise InputError(f"argument share must be from 0 to 1, but got {share}")
    mixed = np.sqrt(1 - share) * np.asarray(modes) + np.sqrt(share) * np.asarray(cores)
    return mixed / np.linalg.norm(mixed, axis=(1, 2), keepdims=True)


def _weighted(configuration: Configuration, field: np.ndarray) -> Float[np.ndarray, "particles dim"]:
    """Mass-weighted, without the motion of the centre of mass, normalised."""
    masses = configuration.masses[:, None]
    field = (field - np.sum(masses * field, axis=0) / masses.sum()) * np.sqrt(masses)
    return field / np.linalg.norm(field)
