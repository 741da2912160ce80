"""The elastic tensors of a stressed solid: four definitions, the relations between them, and the moduli that follow."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from jaxtyping import Float


@dataclass(frozen=True, eq=False)
class ElasticTensors:
    r"""Elastic constants of a solid under the stress sigma, in the four definitions in use.

    With the deformation gradient F (x_a -> F_ab x_b), the Lagrangian strain E = (F^T F - 1)/2, symmetric strains
    epsilon and sigma positive in tension:

    .. math:: A_{abcd} = \frac1V \frac{d^2U}{dF_{ab}\,dF_{cd}}, \quad
              C_{abcd} = \frac1V \frac{d^2U}{dE_{ab}\,dE_{cd}}, \quad
              B_{abcd} = \frac{d\sigma_{ab}}{d\epsilon_{cd}}, \quad
              D_{abcd} = \frac1V \frac{d^2U}{d\epsilon_{ab}\,d\epsilon_{cd}}

    All differ by the stress alone and are equal where there is none:

    .. math:: A_{abcd} &= C_{abcd} + \delta_{ac} \sigma_{bd} \\
              D_{abcd} &= C_{abcd} + \tfrac14 (\delta_{ac} \sigma_{bd} + \delta_{ad} \sigma_{bc}
                          + \delta_{bc} \sigma_{ad} + \delta_{bd} \sigma_{ac}) \\
              B_{abcd} &= C_{abcd} + \tfrac12 (\delta_{ac} \sigma_{bd} + \delta_{ad} \sigma_{bc}
                          + \delta_{bc} \sigma_{ad} + \delta_{bd} \sigma_{ac}) - \sigma_{ab} \delta_{cd}

    Under a pressure P the shear constants are A_xyxy = B_xyxy = C_xyxy - P and D_xyxy = C_xyxy - P/2.

    Attributes:
        piola: A, shape (dim, dim, dim, dim). It carries waves. Symmetric under ab <-> cd only.
        stress: sigma, shape (dim, dim). Units of energy/length^d, as everything here.

    Reference: Wallace, Thermodynamics of Crystals (Wiley, 1972), chapter 2; Barron and Klein, Proc. Phys. Soc. 85,
        523 (1965).
    """

    piola: Float[np.ndarray, "dim dim dim dim"]
    stress: Float[np.ndarray, "dim dim"]

    @property
    def dimension(self) -> int:
        """d."""
        return self.stress.shape[0]

    @property
    def pressure(self) -> float:
        """P = -tr(sigma)/d."""
        return float(-np.trace(self.stress) / self.dimension)

    @cached_property
    def green_lagrange(self) -> Float[np.ndarray, "dim dim dim dim"]:
        """C: second derivatives by the Lagrangian strain. All minor and major symmetries."""
        return self.piola - np.einsum("ac,bd->abcd", np.eye(self.dimension), self.stress)

    @cached_property
    def stress_strain(self) -> Float[np.ndarray, "dim dim dim dim"]:
        """B, the Birch coefficients: the change of the stress under a symmetric strain, which an experiment measures.

        Minor symmetries always; ab <-> cd only under an isotropic stress.
        """
        isotropic = np.einsum("ab,cd->abcd", self.stress, np.eye(self.dimension))
        return self.green_lagrange + 2 * self._turned_stress - isotropic

    @cached_property
    def symmetric_strain(self) -> Float[np.ndarray, "dim dim dim dim"]:
        """D: second derivatives by F = 1 + epsilon, epsilon symmetric. All minor and major symmetries."""
        return self.green_lagrange + self._turned_stress

    @cached_property
    def _turned_stress(self) -> np.ndarray:
        """delta_ac sigma_bd averaged over the exchanges a <-> b and c <-> d."""
        eye, stress = np.eye(self.dimension), self.stress
        forms = ("ac,bd->abcd", "ad,bc->abcd", "bc,ad->abcd", "bd,ac->abcd")
        return sum(np.einsum(form, eye, stress) for form in forms) / 4  # type: ignore[return-value]

    @property
    def shear_modulus(self) -> float:
        """mu: mean of A_abab over a != b, the simple shears along the axes, which the box's longest waves are."""
        simple = np.einsum("abab->ab", self.piola)
        return float(simple[~np.eye(self.dimension, dtype=bool)].mean())

    @property
    def longitudinal_modulus(self) -> float:
        """M: mean of A_aaaa, the moduli of longitudinal waves along the axes."""
        return float(np.einsum("aaaa->a", self.piola).mean())

    @property
    def isotropic_shear_modulus(self) -> float:
        r"""Mean of A_abcd e_a n_b e_c n_d over all directions n and polarisations e across them.

        .. math:: \mu_{iso} = \frac{(d+1) A_{abab} - A_{aabb} - A_{abba}}{d (d-1) (d+2)}

        It does not depend on how the box lies in the glass.
        """
        d = self.dimension
        simple, volumetric, crossed = self._contractions
        return float(((d + 1) * simple - volumetric - crossed) / (d * (d - 1) * (d + 2)))

    @property
    def isotropic_longitudinal_modulus(self) -> float:
        r"""Mean of A_abcd n_a n_b n_c n_d over all directions: (A_abab + A_aabb + A_abba)/(d (d + 2)).

        K + 2 (d - 1)/d mu_iso, exactly, for every glass under every stress.
        """
        return float(sum(self._contractions) / (self.dimension * (self.dimension + 2)))

    @property
    def bulk_modulus(self) -> float:
        r"""K = -V dP/dV under a change of scale at a fixed shape.

        .. math:: K = \frac{B_{aabb}}{d^2} = \frac{A_{aabb} + d (d-1) P}{d^2}
        """
        d = self.dimension
        return float((self._contractions[1] + d * (d - 1) * self.pressure) / d**2)

    @property
    def poisson_ratio(self) -> float:
        r"""Small lateral over axial strain of the isotropic average, under whatever pressure it is.

        .. math:: \nu = \frac{d K - 2 \mu_{iso}}{d (d-1) K + 2 \mu_{iso}}

        NaN unless both moduli are positive: an unstable solid has none.
        """
        d, bulk, shear = self.dimension, self.bulk_modulus, self.isotropic_shear_modulus
        if not (bulk > 0 and shear > 0):
            return float("nan")
        return (d * bulk - 2 * shear) / (d * (d - 1) * bulk + 2 * shear)

    @property
    def _contractions(self) -> tuple[float, float, float]:
        """A_abab, A_aabb and A_abba, summed."""
        return tuple(float(np.einsum(form, self.piola)) for form in ("abab", "aabb", "abba"))  # type: ignore[return-value]

    def acoustic_tensor(self, vectors: Float[np.ndarray, "waves dim"]) -> Float[np.ndarray, "waves dim dim"]:
        r"""The matrices whose eigenvalues are rho omega^2 of long plane waves.

        .. math:: Q_{ac}(k) = A_{abcd}\, k_b k_d

        Args:
            vectors: k. Units of 1/length; unit vectors give rho c^2.

        Returns:
            Symmetric, shape (waves, dim, dim). Units of energy/length^d times those of k^2.
        """
        vectors = np.asarray(vectors, dtype=np.float64)
        return np.einsum("abcd,kb,kd->kac", self.piola, vectors, vectors)
