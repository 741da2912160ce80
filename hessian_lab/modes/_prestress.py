"""How much of a mode's energy is stiffness and how much is pre-stress, and its response when the pre-stress is scaled.

First order is here; modes followed to finite changes are in `_prestress_following`, small stresses taken away in
`_stress_removal`.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ..hessian import Hessian

CHUNK_BYTES = 2**26
"""Work space of one chunk of modes. Units of byte."""

ZERO = 1e-10
"""|lambda| up to this fraction of the stiffest bond's phi''/m has no logarithm worth the name."""


@dataclass(frozen=True, eq=False)
class PrestressSplit:
    r"""Eigenvalues of modes in two parts, :math:`\lambda = \psi^T H_{stiff} \psi + \psi^T H_{stress} \psi`.

    Attributes:
        stiffness: the first part, shape (modes,). Units of 1/time^2.
        stress: the second part, with the Hessian's own factors of the pre-stress. Units of 1/time^2.
        stiffness_of_pairs: the first part bond by bond, shape (modes, pairs); None if not asked for.
        stress_of_pairs: the second part bond by bond, same shape.
        scale: phi''/m of the stiffest bond, below whose rounding an eigenvalue counts as zero. Units of 1/time^2.
    """

    stiffness: Float[np.ndarray, " modes"]
    stress: Float[np.ndarray, " modes"]
    stiffness_of_pairs: Float[np.ndarray, "modes pairs"] | None
    stress_of_pairs: Float[np.ndarray, "modes pairs"] | None
    scale: float

    @property
    def eigenvalues(self) -> Float[np.ndarray, " modes"]:
        """lambda of eigenvectors, Rayleigh quotients of other vectors (surrogates). Units of 1/time^2."""
        return self.stiffness + self.stress

    @property
    def derivative(self) -> Float[np.ndarray, " modes"]:
        r"""Change of lambda when all pre-stress is scaled down, at delta = 0. Units of 1/time^2.

        .. math:: \frac{d\lambda}{d\delta} = -\psi^T H_{stress}\, \psi, \qquad
                  H(\delta) = H_{stiff} + (1 - \delta) H_{stress}

        By Hellmann and Feynman, for eigenvectors of simple eigenvalues. In a degenerate space only the sum over the
        space has this meaning.
        """
        return -self.stress

    @property
    def log_derivative(self) -> Float[np.ndarray, " modes"]:
        r"""Relative change, :math:`d\ln\lambda/d\delta = -\psi^T H_{stress} \psi/\lambda` at delta = 0. Dimensionless.

        Signs to keep apart. Where every pair repels, phi' < 0 makes H_stress negative semi-definite: psi^T H_stress psi
        is never above 0, and this number never below 0 for a stable mode. With less pre-stress every mode stiffens,
        waves too, so that a gap that opens is no evidence by itself. GHET says -1 for a type-II mode whose own stress
        is scaled: lambda = sigma/zeta falls with sigma, as it does where the whole eigenvalue is pre-stress
        (psi^T H_stress psi = lambda > 0, in tension). The two signs are opposite: in a repulsive glass no mode can have
        GHET's value, and what is left to ask is whether soft modes differ from waves and surrogates.

        NaN for zero modes.

        Reference: 000 (Schirmacher and Ruocco, 2025), Eq. 6, for lambda = sigma/zeta.
        """
        value = self.eigenvalues
        zero = np.abs(value) <= ZERO * self.scale
        return np.where(zero, np.nan, -self.stress / np.where(zero, 1.0, value))


def prestress_split(
    hessian: Hessian, modes: Float[np.ndarray, "modes particles dim"], *, per_pair: bool = False
) -> PrestressSplit:
    r"""Split the eigenvalues of modes into stiffness and pre-stress, bond by bond, without a matrix.

    .. math:: \psi^T H_{stiff} \psi = \sum_{i<j} \phi'' (n \cdot u)^2, \quad
              \psi^T H_{stress} \psi = \sum_{i<j} \frac{\phi'}{r} |u - n (n \cdot u)|^2, \quad
              u = \frac{\psi_i}{\sqrt{m_i}} - \frac{\psi_j}{\sqrt{m_j}}

    Time and memory grow as modes times pairs (memory: in chunks, unless bonds are asked for).

    Args:
        hessian: whose modes they are; its factors of the pre-stress scale the second part.
        modes: mass-weighted, one per row (`Spectrum.modes()`), shape (modes, particles, dim); the norm does not matter.
            Any other displacements too, such as surrogates: the parts are then those of their Rayleigh quotient.
        per_pair: whether to keep the parts of every bond.

    Returns:
        The parts, see `PrestressSplit`.

    Raises:
        InputError: if the shape does not fit the Hessian, or a mode is zero or not finite.
    """
    pairs = hessian.pairs
    sample = pairs.configuration
    modes = np.asarray(modes, dtype=np.float64)
    if modes.ndim != 3 or modes.shape[1:] != (sample.particles, sample.dimension):
        raise InputError(
            f"argument modes must have the shape (modes, {sample.particles}, {sample.dimension}), but has "
            f"{modes.shape}; a single mode goes in as modes[None]"
        )
    norm = np.einsum("kia,kia->k", modes, modes)
    bad = np.flatnonzero(~(np.isfinite(norm) & (norm > 0)))
    if bad.size:
        raise InputError(f"argument modes must hold nonzero finite modes, but mode {bad[0]} is zero or not finite")
    unit = pairs.displacement / pairs.distance[:, None]
    along = 2.0 * pairs.slope + 4.0 * pairs.squared_distance * pairs.curvature
    across = hessian.prestress_factors * 2.0 * pairs.slope
    moved = modes / np.sqrt(norm[:, None, None] * sample.masses[:, None])
    rows = max(1, CHUNK_BYTES // max(1, 8 * unit.size))
    totals: list[list[np.ndarray]] = [[], []]
    bonds: list[list[np.ndarray]] = [[], []]
    for start in range(0, len(moved), rows):
        part = moved[start : start + rows]
        relative = part[:, pairs.first] - part[:, pairs.second]
        stretch = np.einsum("kpa,pa->kp", relative, unit)
        # The transverse part itself, not a difference of squares: it cannot come out with the wrong sign.
        relative -= stretch[:, :, None] * unit
        for place, energy in enumerate((along * stretch**2, across * np.einsum("kpa,kpa->kp", relative, relative))):
            totals[place].append(energy.sum(axis=1))
            if per_pair:
                bonds[place].append(energy)
    stiffness, stress = (np.concatenate([np.empty(0), *entry]) for entry in totals)
    of_pairs = [np.concatenate([np.empty((0, unit.shape[0])), *entry]) if per_pair else None for entry in bonds]
    scale = float(np.abs(along).max(initial=0.0) / sample.masses.min())
    return PrestressSplit(stiffness, stress, of_pairs[0], of_pairs[1], scale)
