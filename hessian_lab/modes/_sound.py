"""Sound in an elastic continuum: speeds, the Debye frequency, and the plane waves that fit into a box."""

from __future__ import annotations

from dataclasses import dataclass
from math import gamma, nan, pi, sqrt

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from ._elastic_tensors import ElasticTensors
from ._shells import Polarisation, Shell


def sound_speed(modulus: float, mass_density: float) -> float:
    r"""Speed of a wave from its modulus.

    .. math:: c = \sqrt{M/\rho_m}

    Args:
        modulus: wave modulus with relaxed particles. Units of energy/length^d.
        mass_density: mass per volume.

    Returns:
        c in length/time; NaN if the modulus is not positive (an unstable medium carries no such wave).
    """
    return sqrt(modulus / mass_density) if modulus > 0 else nan


def first_wave_frequency(modulus: float, mass_density: float, volume: float, dimension: int) -> float:
    r"""Frequency of the longest wave of a cubic box.

    .. math:: \omega = \frac{2\pi}{L} \sqrt{M/\rho_m}, \quad L = V^{1/d}

    Args:
        modulus: of the wave, with relaxed particles. Units of energy/length^d.
        mass_density: mass per volume.
        volume: volume of the box. Units of length^d.
        dimension: d.

    Returns:
        omega in 1/time; NaN if the modulus is not positive.
    """
    return 2 * pi / volume ** (1 / dimension) * sound_speed(modulus, mass_density)


def first_transverse_frequency(shear_modulus: float, mass_density: float, volume: float, dimension: int) -> float:
    r"""Frequency of the longest transverse wave that fits into a cubic box.

    .. math:: \omega_{T1} = \frac{2\pi}{L} \sqrt{\mu/\rho_m}, \quad L = V^{1/d}

    Args:
        shear_modulus: simple-shear modulus with relaxed particles. Units of energy/length^d.
        mass_density: mass per volume.
        volume: volume of the box. Units of length^d.
        dimension: d.

    Returns:
        omega_T1 in 1/time; NaN if the modulus is not positive (an unstable medium carries no such wave).
    """
    return first_wave_frequency(shear_modulus, mass_density, volume, dimension)


def debye_frequency(number_density: float, transverse: float, longitudinal: float, *, dimension: int = 3) -> float:
    r"""Frequency below which a medium with these speeds has as many waves as the particles have coordinates.

    .. math:: \omega_D^d = \frac{d\,(2\pi)^d\, n}{v_d} \left[\frac{d-1}{c_T^d} + \frac{1}{c_L^d}\right]^{-1},
              \quad v_d = \frac{\pi^{d/2}}{\Gamma(d/2+1)}

    In three dimensions (18 pi^2 n)^(1/3) (2/c_T^3 + 1/c_L^3)^(-1/3), in two (8 pi n)^(1/2) (1/c_T^2 + 1/c_L^2)^(-1/2).

    Args:
        number_density: n, particles per volume, any unit.
        transverse: c_T.
        longitudinal: c_L, the same unit.
        dimension: d.

    Returns:
        omega_D; NaN if a speed is not positive.
    """
    if not (transverse > 0 and longitudinal > 0):
        return nan
    d = dimension
    ball = pi ** (d / 2) / gamma(d / 2 + 1)
    inverse = (d - 1) / transverse**d + 1 / longitudinal**d
    return float((d * (2 * pi) ** d * number_density / ball / inverse) ** (1 / d))


@dataclass(frozen=True, eq=False)
class ElasticWaves:
    r"""The plane waves of one shell in a homogeneous medium with a glass's own elastic tensor.

    .. math:: \rho_m \omega^2 e_a = A_{abcd}\, k_b k_d\, e_c

    Each is a sine and a cosine in the box.

    Attributes:
        shell: the wave vectors.
        squared: omega^2, negative where the medium is unstable; for each wave vector the transverse ones in ascending
            order, then the longitudinal one, shape (waves, dim). Units of 1/time^2.
        polarisations: unit vectors e in rows, shape (waves, dim, dim).
    """

    shell: Shell
    squared: Float[np.ndarray, "waves dim"]
    polarisations: Float[np.ndarray, "waves dim dim"]

    @property
    def frequencies(self) -> Float[np.ndarray, "waves dim"]:
        """omega in the order of `squared`; NaN where the medium is unstable. Units of 1/time."""
        return np.sqrt(np.where(self.squared > 0, self.squared, np.nan))

    @property
    def longitudinal_share(self) -> Float[np.ndarray, "waves dim"]:
        """(e . k)^2/k^2: 1 longitudinal, 0 transverse; between where the tensor is not isotropic."""
        along = self.shell.vectors / self.shell.wavenumber
        return np.einsum("kpa,ka->kp", self.polarisations, along) ** 2

    def of(self, polarisation: Polarisation) -> Float[np.ndarray, "waves modes"]:
        """omega of the d - 1 waves nearest to transverse, or of the one nearest to longitudinal. Units of 1/time."""
        return self.frequencies[:, _columns(polarisation)]

    def mean(self, polarisation: Polarisation) -> float:
        """Frequency of the mean omega^2, unstable waves included; NaN if the mean is not positive. Units of 1/time."""
        return sound_speed(float(self.squared[:, _columns(polarisation)].mean()), 1.0)

    def splitting(self, polarisation: Polarisation) -> float:
        """Largest less smallest frequency over the mean: how far anisotropy alone lifts the shell's degeneracy.

        NaN if a wave is unstable.
        """
        return float(np.ptp(self.of(polarisation))) / self.mean(polarisation)


def _columns(polarisation: Polarisation) -> slice:
    return slice(None, -1) if polarisation == "transverse" else slice(-1, None)


def elastic_waves(tensors: ElasticTensors, mass_density: float, shell: Shell) -> ElasticWaves:
    """Plane waves of a shell.

    Args:
        tensors: elastic constants with relaxed particles.
        mass_density: mass per volume.
        shell: wave vectors, of the same dimension.

    Raises:
        InputError: if the dimensions differ.
    """
    if shell.vectors.shape[1] != tensors.dimension:
        raise InputError(
            f"argument shells must be of {tensors.dimension} dimensions, but they are of {shell.vectors.shape[1]}; "
            "take those of the glass's own cell"
        )
    values, vectors = np.linalg.eigh(tensors.acoustic_tensor(shell.vectors) / mass_density)
    polarisations = np.swapaxes(vectors, 1, 2)
    # The wave that is nearest to longitudinal goes last; it is the fastest except in strange media.
    along = np.abs(np.einsum("kpa,ka->kp", polarisations, shell.vectors))
    last = np.argmax(along, axis=1)
    modes = np.arange(values.shape[1])
    order = np.argsort(np.where(modes == last[:, None], values.shape[1], modes), axis=1)
    values = np.take_along_axis(values, order, axis=1)
    polarisations = np.take_along_axis(polarisations, order[:, :, None], axis=1)
    return ElasticWaves(shell, values, polarisations)
