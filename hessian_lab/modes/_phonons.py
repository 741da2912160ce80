"""How much of each mode is a phonon: weights on the plane waves of the box, shell by shell."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._plane_waves import PlaneWaves
from ._shells import Polarisation

MANY = 100
"""N_m of the phonon order parameter: a wave counts if its weight is that many times the mean weight."""


@dataclass(frozen=True, eq=False)
class PhononContent:
    r"""Weights of modes on the plane waves of their box.

    .. math:: O_{k,s} = \sum_{w \in s} (\hat w \cdot \psi_k)^2

    with the waves made orthonormal shell by shell, so that all shells, both polarisations, translations and the
    remainder add up to 1 for each mode.

    Attributes:
        waves: the plane waves.
        transverse: shape (modes, shells). Dimensionless.
        longitudinal: shape (modes, shells). Dimensionless.
        translation: weight on translations, shape (modes,).
        remainder: weight outside all of these waves, shape (modes,).
        raw_transverse: the same sums over the waves as they are; not orthogonal, so that all shells together give
            about 0.8 to 1.2, shape (modes, shells).
        raw_longitudinal: likewise.
        wave_weights: on the single standing waves, shape (modes, waves), in the order of `waves`.
    """

    waves: PlaneWaves
    transverse: Float[np.ndarray, "modes shells"]
    longitudinal: Float[np.ndarray, "modes shells"]
    translation: Float[np.ndarray, " modes"]
    remainder: Float[np.ndarray, " modes"]
    raw_transverse: Float[np.ndarray, "modes shells"]
    raw_longitudinal: Float[np.ndarray, "modes shells"]
    wave_weights: Float[np.ndarray, "modes waves"]

    def first_shell(self, polarisation: Polarisation = "transverse") -> Float[np.ndarray, "modes waves"]:
        """Weights on the single waves of the first shell; they add up to the shell's weight."""
        return self.wave_weights[:, self.waves.block(1, polarisation)]

    @property
    def participation_of_waves(self) -> Float[np.ndarray, " modes"]:
        """How many standing waves of the first transverse shell share a mode: (sum w)^2/sum w^2."""
        weights = self.first_shell()
        total = weights.sum(axis=1)
        return np.divide(total**2, np.sum(weights**2, axis=1), out=np.full(total.shape, np.nan), where=total > 0)

    def order_parameter(self, many: float = MANY, *, highest: float = np.inf) -> Float[np.ndarray, " modes"]:
        r"""Phonon order parameter: the weight on the waves that carry much more than their mean share.

        .. math:: O_k = \sum_{q,\sigma:\; A_{q\sigma} \ge N_m/(dN - d)} A_{q\sigma}

        A is the weight on the cosine and the sine of one wave vector and polarisation together. 1 for phonons, near 0
        for modes that are spread over many waves. In small boxes N_m = 100 times the mean is a large share: at N = 200
        in 3D only weights above 1/6 count, up to N = 34 none can.

        Args:
            many: N_m.
            highest: largest |k| that counts. Units of 1/length.

        Returns:
            One number a mode, shape (modes,). Dimensionless.

        Raises:
            InputError: if the threshold is no share below 1.

        Reference: Mizuno, Shiba and Ikeda, PNAS 114, E9767 (2017), with N_m = 100, for plane waves as they are.
        """
        size = self.waves.raw.shape[0]
        threshold = many / (size - self.waves.translations.shape[1])
        if not 0 <= threshold < 1:
            raise InputError(
                f"argument many = {many:g} asks for weights above {threshold:.3g} of a mode in {size} dimensions; it "
                f"must be below {size - self.waves.translations.shape[1]}"
            )
        shells = sum(shell.wavenumber <= highest for shell in self.waves.shells)
        weights = self.wave_weights[:, : self.waves.starts[2 * shells]]
        pairs = weights[:, ::2] + weights[:, 1::2]
        return np.sum(np.where(pairs >= threshold, pairs, 0.0), axis=1)

    def structure(self, polarisation: Polarisation) -> Float[np.ndarray, "modes shells"]:
        r"""Static structure of the modes, in units of what white noise has.

        .. math:: E_L(q) \propto \langle | \sum_j (\hat q \cdot \psi_j) e^{i q \cdot r_j} |^2 \rangle, \quad
                  E_T(q) \propto \langle | \sum_j (\hat q \times \psi_j) e^{i q \cdot r_j} |^2 \rangle

        means over the wave vectors of a shell, from the waves as they are, with sqrt(m_j) in the waves.

        Returns:
            Shape (modes, shells); 1 for a random vector. Dimensionless.
        """
        raw = self.raw_transverse if polarisation == "transverse" else self.raw_longitudinal
        number = np.array([shell.degeneracy(polarisation) for shell in self.waves.shells])
        return raw * self.waves.raw.shape[0] / number


def phonon_content(modes: Float[np.ndarray, "modes particles dim"], waves: PlaneWaves) -> PhononContent:
    """Weights of mass-weighted modes on the plane waves of their configuration.

    Args:
        modes: normalised eigenvectors of the mass-weighted Hessian, shape (modes, particles, dim). Dimensionless.
        waves: from `plane_waves` of the same configuration.

    Raises:
        InputError: if the shapes do not fit or a mode is not normalised.
    """
    modes = np.asarray(modes, dtype=np.float64)
    flat = modes.reshape(len(modes), int(np.prod(modes.shape[1:])))
    if flat.shape[1] != waves.raw.shape[0]:
        raise InputError(f"argument modes has {flat.shape[1]} components a mode, but the waves {waves.raw.shape[0]}")
    length = np.linalg.norm(flat, axis=1)
    if not np.all(np.abs(length - 1) < 1e-6):
        raise InputError(
            f"argument modes must hold normalised, mass-weighted modes, but one has the norm "
            f"{length[np.argmax(np.abs(length - 1))]:.6g}"
        )
    weights, raw = (flat @ waves.basis) ** 2, (flat @ waves.raw) ** 2
    blocks, raw_blocks = (np.add.reduceat(entry, waves.starts[:-1], axis=1) for entry in (weights, raw))
    translation = np.sum((flat @ waves.translations) ** 2, axis=1)
    remainder = np.maximum(1.0 - translation - blocks.sum(axis=1), 0.0)
    return PhononContent(
        waves,
        blocks[:, ::2],
        blocks[:, 1::2],
        translation,
        remainder,
        raw_blocks[:, ::2],
        raw_blocks[:, 1::2],
        weights,
    )


@dataclass(frozen=True, eq=False)
class ShellSplitting:
    """The modes that carry most of one shell, and how far apart they lie.

    Attributes:
        modes: places of the modes with the largest weights, ascending, as many as the shell has standing waves.
        omega: their frequencies, ascending. Units of 1/time.
        weights: their weights on the shell.
        carried: mean over the shell's waves of their weight on these modes: 1 if the modes are the shell.
        relative_width: standard deviation of the frequencies over their mean.
        smallest_gap: smallest gap between two of them over the mean gap; 0 would be an exact degeneracy.
    """

    modes: np.ndarray
    omega: Float[np.ndarray, " waves"]
    weights: Float[np.ndarray, " waves"]
    carried: float
    relative_width: float
    smallest_gap: float


def shell_splitting(
    content: PhononContent,
    omega: Float[np.ndarray, " modes"],
    shell: int = 1,
    polarisation: Polarisation = "transverse",
) -> ShellSplitting:
    """How disorder splits the degenerate waves of a shell over modes of different frequency.

    Args:
        content: of the modes, in the order of `omega`; all modes that can carry the shell must be among them.
        omega: frequencies. Units of 1/time.
        shell: number, from 1.
        polarisation: of the waves.

    Raises:
        InputError: if there are fewer modes than the shell has waves, or no such shell.
    """
    block = content.waves.block(shell, polarisation)
    number = block.stop - block.start
    weights = (content.transverse if polarisation == "transverse" else content.longitudinal)[:, shell - 1]
    if len(weights) < number or len(omega) != len(weights):
        raise InputError(
            f"argument omega must name the frequency of each mode, at least {number}, but has {len(omega)}"
        )
    chosen = np.sort(np.argsort(-weights, kind="stable")[:number])
    frequencies = np.asarray(omega, dtype=np.float64)[chosen]
    order = np.argsort(frequencies, kind="stable")
    chosen, frequencies = chosen[order], frequencies[order]
    gaps = np.diff(frequencies)
    return ShellSplitting(
        chosen,
        frequencies,
        weights[chosen],
        float(weights[chosen].sum() / number),
        float(frequencies.std(ddof=1) / frequencies.mean()),
        float(gaps.min() / gaps.mean()) if gaps.mean() > 0 else 0.0,
    )
