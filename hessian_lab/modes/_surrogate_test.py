"""Whether chance would make the vortices of a mode: spectrum-matched surrogates through the same selection."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Bool, Float
from scipy import sparse

from .._core.errors import InputError
from .._core.mode_columns import LEAST_SURROGATES, SIGNIFICANT
from ..hessian import Hessian
from ._cores import Cores, find_cores
from ._local_fits import LocalFits
from ._local_stress import particle_stresses
from ._null_models import random_phase_surrogates
from ._participation import participation_ratio
from ._plane_waves import PlaneWaves
from ._prestress import prestress_split

SURROGATES = 39
"""Surrogates of a mode: the smallest p is 1/40."""

LEAST_FRACTION = 0.6
"""Rotation fraction of the core region from which on it rotates more than it shears."""

LEAST_ASYMMETRY = 1.2
"""Ratio of the strongest rotation to the strongest shear from which on a mode is one of rotation."""

TOGETHER = 160
"""Surrogates that are made at once."""

MEDIANS = (
    *("surrogate_strength", "surrogate_fraction", "surrogate_particle_fraction", "surrogate_asymmetry"),
    *("surrogate_correlation", "surrogate_participation", "surrogate_prestress"),
)
"""What is kept of the surrogates of a mode, in the order in which it is computed."""


@dataclass(frozen=True, eq=False)
class SurrogateTest:
    """Rotation cores of modes, and the same numbers of their random-phase surrogates.

    Every p is (1 + surrogates with at least the mode's value)/(1 + surrogates). Surrogates' numbers are medians over
    the surrogates of each mode, shape (modes,).

    Attributes:
        cores: of the modes.
        stress_correlation: rank correlation over particles of |W| and the particles' deviatoric stress, shape (modes,).
        p_strength: of the core's strength, shape (modes,).
        p_fraction: of the rotation fraction of the core region, shape (modes,).
        p_correlation: of the stress correlation, shape (modes,).
        surrogate_strength: strength of the surrogates' cores.
        surrogate_fraction: rotation fraction of their core regions.
        surrogate_particle_fraction: rotation fraction of the particle that rotates most.
        surrogate_asymmetry: of their cores.
        surrogate_correlation: stress correlation.
        surrogate_participation: participation ratio.
        surrogate_prestress: -psi'^T H_stress psi'/lambda with the lambda of the mode: a delocalised field of the same
            frequency. (Over their own Rayleigh quotients it would be small: random phases cost much stiffness.)
        surrogates: of each mode.
    """

    cores: Cores
    stress_correlation: Float[np.ndarray, " modes"]
    p_strength: Float[np.ndarray, " modes"]
    p_fraction: Float[np.ndarray, " modes"]
    p_correlation: Float[np.ndarray, " modes"]
    surrogate_strength: Float[np.ndarray, " modes"]
    surrogate_fraction: Float[np.ndarray, " modes"]
    surrogate_particle_fraction: Float[np.ndarray, " modes"]
    surrogate_asymmetry: Float[np.ndarray, " modes"]
    surrogate_correlation: Float[np.ndarray, " modes"]
    surrogate_participation: Float[np.ndarray, " modes"]
    surrogate_prestress: Float[np.ndarray, " modes"]
    surrogates: int

    @property
    def rotating(self) -> Bool[np.ndarray, " modes"]:
        """Modes with a vortex core: stronger than chance, rotation in its region, and rotation rather than shear.

        All of: p of the strength at most 0.05, fraction of the region at least 0.6, asymmetry at least 1.2. For claim
        (v) the mode must also lie below 0.9 omega_T1 and its rotation go with the local stress (`p_correlation`).
        """
        return (
            (self.p_strength <= SIGNIFICANT)
            & (self.cores.fraction >= LEAST_FRACTION)
            & (self.cores.asymmetry >= LEAST_ASYMMETRY)
        )


def surrogate_test(
    modes: Float[np.ndarray, "modes particles dim"],
    hessian: Hessian,
    fits: LocalFits,
    waves: PlaneWaves,
    rng: np.random.Generator,
    *,
    surrogates: int = SURROGATES,
) -> SurrogateTest:
    """Find the rotation cores of modes, and send spectrum-matched random-phase surrogates through the same selection.

    Args:
        modes: normalised, mass-weighted eigenvectors (or any fields to be judged), shape (modes, particles, dim).
        hessian: whose modes they are.
        fits: local fits of the configuration.
        waves: its plane waves up to the Debye wave number.
        rng: random numbers of the surrogates.
        surrogates: of each mode, at least 19, so that p can be 0.05.

    Raises:
        InputError: if there are fewer surrogates.
    """
    if surrogates < LEAST_SURROGATES:
        raise InputError(
            f"argument surrogates must be at least {LEAST_SURROGATES}, for a p of 0.05, but got {surrogates}"
        )
    modes = np.asarray(modes, dtype=np.float64)
    root = np.sqrt(hessian.pairs.configuration.masses)[:, None]
    stress = particle_stresses(hessian.pairs).deviatoric
    gradients = fits.gradients(modes / root)
    cores, correlation = find_cores(gradients, fits), gradients.correlation_with(stress)
    stress_part = hessian.sparse() - Hessian(hessian.pairs, prestress=0.0).sparse()
    eigenvalues = prestress_split(hessian, modes).eigenvalues
    own = np.stack([cores.strength, cores.fraction, correlation])
    reached = np.zeros(own.shape, dtype=int)
    medians = np.empty((len(MEDIANS), len(modes)))
    # A few modes at once: the surrogates' gradients would be the largest arrays of an analysis.
    several = max(1, TOGETHER // surrogates)
    for start in range(0, len(modes), several):
        part = slice(start, min(start + several, len(modes)))
        drawn = random_phase_surrogates(modes[part], waves, surrogates, rng)
        fields = drawn.reshape(-1, *drawn.shape[2:])
        gradients = fits.gradients(fields / root)
        found, linked = find_cores(gradients, fits), gradients.correlation_with(stress)
        prestress = _quadratic_form(stress_part, fields) / -np.repeat(eigenvalues[part], surrogates)
        numbers = np.stack(
            [
                found.strength, found.fraction, found.particle_fraction, found.asymmetry, linked,
                participation_ratio(fields), prestress,
            ]
        ).reshape(len(MEDIANS), -1, surrogates)  # fmt: skip
        # What is not a number is no evidence: it counts as reached.
        reached[:, part] = np.sum(~(numbers[[0, 1, 4]] < own[:, part, None]), axis=2)
        medians[:, part] = np.median(numbers, axis=2)
    p = (1 + reached) / (1 + surrogates)
    named = dict(zip(MEDIANS, medians, strict=True))
    return SurrogateTest(cores, correlation, p[0], p[1], p[2], surrogates=surrogates, **named)


def _quadratic_form(matrix: sparse.csr_matrix, fields: np.ndarray) -> Float[np.ndarray, " fields"]:
    flat = fields.reshape(len(fields), -1)
    return np.einsum("kn,kn->k", (matrix @ flat.T).T, flat)
