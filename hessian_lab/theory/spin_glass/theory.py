"""The solvable spin-glass-like model under the common protocol, in SI."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, ClassVar, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field
from scipy import constants

from .._protocol import Headline, Parameter, Theory
from .excitations import ExcitationSpectrum, excitation_spectrum
from .model import Couplings
from .one_step import OneStep, solve_one_step
from .replica_symmetric import ReplicaSymmetric, solve_replica_symmetric

_MEAN_ATOMIC_MASS = 20.03 * constants.atomic_mass
_SMALLEST_ENERGY = 4.0


class SpinGlass(Theory):
    r"""Localised degrees of freedom with random harmonic couplings, in their classical glassy ground state.

    .. math:: H_{\rm eff} = \frac{p^2}{2 m} - h v - \frac{C}{2} v^2 + \frac{1}{\gamma} G(v)

    Mean-field theory gives C and the distribution of h; the quantum levels of the sites give the observables. The
    ensemble is that of T = 0, so temperatures must stay far below the glass temperature. Extended phonons are not
    in the model: add a Debye term where one compares with data.

    Units. The paper's are pure numbers: energies in E_0, displacements in L_0. Here E_0 = k_B x `energy_unit`, and
    the one quantum number hbar/(L_0 sqrt(m E_0)) is `quantum`, which fixes L_0 (`length_unit`). The paper prints
    neither E_0 nor `quantum`; the defaults put the linear heat capacity below 1 K.

    - `density_of_states`: excitations from the ground state per degree of freedom, g(omega) d omega; unbounded in
      number, so not normalised to 1. In s.
    - `heat_capacity`: J/(K kg), with three degrees of freedom for each particle of mass m.

    Attributes:
        gamma: weight of the couplings against the on-site potential.
        mean_coupling: J_0; the observables need an unpolarised system.
        quadratic_spread: standard deviation of a_2 (mean 1) from site to site; Fig. 4b: sqrt(5), see the documentation.
        quantum: hbar/(L_0 sqrt(m E_0)).
        energy_unit: E_0/k_B in K.
        mass: m of a particle in kg.
        replica_breaking: steps of replica-symmetry breaking, 0 or 1.

    Reference: R. Kuehn and U. Horstmann, Adv. Solid State Phys. 38 (1998), Eqs. 1-15.
    """

    name: ClassVar[str] = "spin-glass"
    title: ClassVar[str] = "Solvable spin-glass-like model"
    heat_capacity_unit: ClassVar[str] = "J/(K kg)"
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {"heat_capacity": ("energy_unit", "mass")}
    validity: ClassVar[str] = "far below the glass temperature; localised coordinates only, no waves"
    no_materials: ClassVar[str] = "paper 003 prints neither E_0 nor hbar/sqrt(m), for no glass"
    reference: ClassVar[str] = (
        "R. Kuehn and U. Horstmann, Advances in Solid State Physics 38 (1998); Phys. Rev. Lett. 78, 4067 (1997)"
    )

    gamma: float = Field(default=4.0, gt=0)
    mean_coupling: float = Field(default=0.0, ge=0)
    quadratic_spread: float = Field(default=0.0, ge=0)
    quantum: float = Field(default=1.0, gt=0)
    energy_unit: float = Field(default=10.0, gt=0)
    mass: float = Field(default=_MEAN_ATOMIC_MASS, gt=0)
    replica_breaking: Literal[0, 1] = 0

    @property
    def couplings(self) -> Couplings:
        """The model in reduced units."""
        return Couplings(gamma=self.gamma, mean_coupling=self.mean_coupling, quadratic_spread=self.quadratic_spread)

    @property
    def frequency_unit(self) -> float:
        """E_0/hbar in rad/s."""
        return constants.k * self.energy_unit / constants.hbar

    @property
    def length_unit(self) -> float:
        """L_0 = hbar/(quantum sqrt(m E_0)) in m."""
        return constants.hbar / (self.quantum * float(np.sqrt(self.mass * constants.k * self.energy_unit)))

    def solution(self) -> ReplicaSymmetric | OneStep:
        """The classical fixed point at T = 0, in reduced units."""
        return _solution(self.couplings, self.replica_breaking)

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """Excitations per degree of freedom and unit of omega, in s; omega in rad/s, > 0.

        Raises:
            InputError: if a frequency is not positive, or the system is polarised or ergodic.
        """
        energy = np.asarray(omega, float) / self.frequency_unit
        return self._spectrum(np.max(energy)).density_of_states(energy) / self.frequency_unit

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """Heat capacity of the localised degrees of freedom in J/(K kg); T in K, > 0, far below T_g.

        Raises:
            InputError: if a temperature is not positive, or the system is polarised or ergodic.
        """
        reduced = np.asarray(temperature, float) / self.energy_unit
        per_site = self._spectrum(25 * np.max(reduced)).heat_capacity(reduced)
        return 3 * constants.k / self.mass * per_site

    def glass_temperature(self) -> float:
        """Temperature at which the ergodic phase ends, in K."""
        from .transitions import transition_temperature

        return self.energy_unit * transition_temperature(self.couplings)

    def _spectrum(self, energy: float) -> ExcitationSpectrum:
        # Powers of two, so that nearby calls share one diagonalisation.
        wanted = _SMALLEST_ENERGY * 2.0 ** np.ceil(np.log2(max(energy, _SMALLEST_ENERGY) / _SMALLEST_ENERGY))
        return _spectrum(self.couplings, self.replica_breaking, self.quantum, float(wanted))

    def parameters(self) -> list[Parameter]:
        """Every number that the model needs. Those marked 'not in the paper' are choices."""
        paper = "Kuehn and Horstmann 1998"
        return [
            Parameter("gamma", self.gamma, "1", "couplings against on-site potential", f"{paper}, Figs. 2-4a: 4"),
            Parameter("mean_coupling", self.mean_coupling, "1", "J_0", f"{paper}, Figs. 2-4: 0"),
            Parameter(
                "quadratic_spread",
                self.quadratic_spread,
                "1",
                "standard deviation of a_2, whose mean is 1",
                f"{paper}, Fig. 4b: variance sigma = 5",
            ),
            Parameter("quantum", self.quantum, "1", "hbar/(L_0 sqrt(m E_0))", "a choice; not in the paper"),
            Parameter("energy_unit", self.energy_unit, "K", "E_0/k_B", "a choice; not in the paper"),
            Parameter("mass", self.mass, "kg", "mass of a particle", "mean atomic mass of SiO2; not in the paper"),
            Parameter("replica_breaking", self.replica_breaking, "1", "steps of replica-symmetry breaking", paper),
        ]

    def headlines(self) -> list[Headline]:
        """The paper's statements, computed at the paper's parameters, whatever those of this object."""
        from ._headlines import headlines

        return headlines()

    def figures(self) -> dict[str, Callable[[], Any]]:
        """Figures 1a-4b with the `quantum` of this object, and local fields of minima; at the paper's parameters."""
        from . import figures

        return {
            "fig1a": figures.glass_temperature_figure,
            "fig1b": figures.phase_diagram_figure,
            "fig2": lambda: figures.distribution_figure(self.quantum),
            "fig3a": lambda: figures.level_figure(self.quantum),
            "fig3b": lambda: figures.density_of_states_figure(self.quantum),
            "fig4a": lambda: figures.heat_capacity_figure(self.quantum),
            "fig4b": lambda: figures.disordered_heat_capacity_figure(self.quantum),
            "local-fields": figures.local_field_figure,
        }


@lru_cache(maxsize=32)
def _solution(couplings: Couplings, breaking: int) -> ReplicaSymmetric | OneStep:
    return solve_one_step(couplings) if breaking else solve_replica_symmetric(couplings)


@lru_cache(maxsize=8)
def _spectrum(couplings: Couplings, breaking: int, quantum: float, energy: float) -> ExcitationSpectrum:
    return excitation_spectrum(_solution(couplings, breaking), quantum, energy=energy)
