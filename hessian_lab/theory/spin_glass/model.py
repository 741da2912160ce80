"""The model in reduced units: random harmonic couplings and an anharmonic on-site potential."""

from __future__ import annotations

from pydantic import Field

from ..._core.settings import Settings


class Couplings(Settings):
    r"""The classical model of Kuehn and Horstmann, in its own units (energies and displacements are pure numbers).

    .. math::
        U = -\frac{1}{2} \sum_{i \ne j} J_{ij} v_i v_j + \frac{1}{\gamma} \sum_i G_i(v_i), \qquad
        G_i(v) = \frac{a_{2,i}}{2} v^2 + \frac{a_4}{24} v^4

    The J_ij are symmetric Gaussian numbers of mean J_0/N and variance 1/N.

    Attributes:
        gamma: weight of the couplings against the on-site potential.
        mean_coupling: J_0.
        quadratic: mean of a_2.
        quadratic_spread: standard deviation of a_2 from site to site, a Gaussian; 0 is the model without local
            disorder.
        quartic: a_4.

    Reference: Kuehn and Horstmann, Adv. Solid State Phys. 38 (1998), Eqs. 1-3; Phys. Rev. Lett. 78, 4067 (1997).
    """

    gamma: float = Field(default=4.0, gt=0)
    mean_coupling: float = Field(default=0.0, ge=0)
    quadratic: float = 1.0
    quadratic_spread: float = Field(default=0.0, ge=0)
    quartic: float = Field(default=1.0, gt=0)

    @property
    def quartic_stiffness(self) -> float:
        """a_4/(6 gamma), the coefficient of v^3 in the force of the on-site potential."""
        return self.quartic / (6 * self.gamma)
