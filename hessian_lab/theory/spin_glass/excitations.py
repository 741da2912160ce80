"""Excitations of the whole ensemble of sites: density of states and heat capacity."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from ._disorder import stiffness_nodes
from .double_wells import double_wells
from .levels import Levels, site_levels
from .one_step import OneStep, field_density
from .replica_symmetric import ReplicaSymmetric

_NODES_PER_PANEL = 6
_ORDERED_PANELS = (24, 5, 40)
_DISORDERED_PANELS = (20, 1, 2)
_REACH = 8.0
_BOLTZMANN_CUTOFF = 25.0


@dataclass(frozen=True)
class ExcitationSpectrum:
    """Levels of sites that sample the ensemble. Reduced units; one row per stiffness, fields ascending from 0.

    Attributes:
        solution: the classical fixed point that sets the ensemble.
        quantum: hbar/sqrt(m).
        energy: excitation energy up to which the levels are converged.
        field: |h|, shape (fields,).
        density: density of |h| (both signs) times the weight of the row, shape (rows, fields).
        weight: quadrature weight of each site: the weights sum to 1.
        excitation: shape (rows, fields, levels).
        slope: derivative of the excitation energies by |h|, same shape.
        error: of the energies, from the finer basis.
    """

    solution: ReplicaSymmetric | OneStep
    quantum: float
    energy: float
    field: Float[np.ndarray, " fields"]
    density: Float[np.ndarray, "rows fields"]
    weight: Float[np.ndarray, "rows fields"]
    excitation: Float[np.ndarray, "rows fields levels"]
    slope: Float[np.ndarray, "rows fields levels"]
    error: float

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""Heat capacity per site in units of k_B.

        .. math:: C(T) = \left\langle \frac{\langle E^2 \rangle - \langle E \rangle^2}{T^2} \right\rangle_h

        Raises:
            InputError: if a temperature is not positive, or above energy/25, where levels are missing.
        """
        temperature = np.asarray(temperature, float)
        if np.any(temperature <= 0) or np.any(temperature * _BOLTZMANN_CUTOFF > self.energy * (1 + 1e-9)):
            raise InputError(
                f"argument temperature must lie in (0, {self.energy / _BOLTZMANN_CUTOFF:g}], which the levels cover, "
                f"but got {temperature}; build the spectrum with a larger energy"
            )
        result = np.empty(temperature.size)
        for i, t in enumerate(temperature.ravel()):
            weight = np.exp(-self.excitation / t)
            total = weight.sum(axis=-1)
            mean = (weight * self.excitation).sum(axis=-1) / total
            square = (weight * self.excitation**2).sum(axis=-1) / total
            result[i] = np.sum(self.weight * (square - mean**2)) / t**2
        return result.reshape(temperature.shape)

    def density_of_states(self, energy: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        r"""Number of excitations from the ground state, per site and unit energy.

        .. math:: g(E) = \sum_{n > 0} \langle \delta(E - E_n + E_0) \rangle_h

        The sum runs over the fields at which a level crosses E, each with the inverse of its slope, which is known at
        the sampled fields (Hellmann and Feynman) and joined by straight lines between them. Extrema of a level give
        integrable singularities.

        Raises:
            InputError: if an energy is not positive or above the energy of the spectrum.
        """
        energy = np.asarray(energy, float)
        if np.any(energy <= 0) or np.any(energy > self.energy):
            raise InputError(f"argument energy must lie in (0, {self.energy:g}], but got {energy}")
        levels, slopes = self.excitation[:, :, 1:], self.slope[:, :, 1:]
        rise = np.diff(levels, axis=1)
        first, second = slopes[:, :-1], slopes[:, 1:]
        chord = rise / np.diff(self.field)[None, :, None]
        smooth = (first * second > 0) & (first * chord > 0)
        first, second = np.where(smooth, first, chord), np.where(smooth, second, chord)
        left, right = self.density[:, :-1, None], self.density[:, 1:, None]
        result = np.empty(energy.size)
        for i, e in enumerate(energy.ravel()):
            above = levels > e
            inside = above[:, 1:] != above[:, :-1]
            t = np.divide(e - levels[:, :-1], rise, out=np.zeros_like(rise), where=inside)
            slope = np.abs(first + t * (second - first))
            crossing = np.divide(left + t * (right - left), slope, out=np.zeros_like(rise), where=inside & (slope > 0))
            result[i] = crossing.sum()
        return result.reshape(energy.shape)


def excitation_spectrum(
    solution: ReplicaSymmetric | OneStep, quantum: float, *, energy: float, tolerance: float = 1e-8
) -> ExcitationSpectrum:
    """Levels of the ensemble that a fixed point without polarisation defines.

    Args:
        solution: replica-symmetric or one-step, usually at T = 0.
        quantum: hbar/sqrt(m) in reduced units.
        energy: highest excitation energy needed; 25 T for a heat capacity at T.
        tolerance: of the energies, absolute.

    Raises:
        InputError: if the system is polarised (the fields are then not symmetric) or ergodic (no fields at all).

    Reference: Kuehn and Horstmann 1998, Sect. 4, Figs. 3 and 4.
    """
    model = solution.model
    if solution.mean_field != 0:
        raise InputError("excitations are computed for fields symmetric about 0; set mean_coupling below 1/C")
    variance = solution.overlap if isinstance(solution, ReplicaSymmetric) else solution.inner_overlap
    if variance == 0:
        raise InputError(f"the ergodic phase at gamma = {model.gamma:g} has no effective fields; raise gamma")
    disordered = model.quadratic_spread > 0
    stiffness, row_weight = stiffness_nodes(model, solution.response)
    reach = _REACH * (1.0 if isinstance(solution, ReplicaSymmetric) else 1.5)
    panels = _DISORDERED_PANELS if disordered else _ORDERED_PANELS
    field, step = _positive_fields(reach * np.sqrt(variance), *panels)
    density = 2 * row_weight * field_density(solution, field, stiffness[:, 0])
    rows, columns = stiffness.shape[0], field.size
    levels = site_levels(
        np.tile(field, rows),
        np.repeat(stiffness[:, 0], columns),
        model.quartic_stiffness,
        quantum,
        energy=energy,
        tolerance=tolerance,
    )
    excitation = levels.excitation.reshape(rows, columns, -1)
    weight = density * step
    slope = (levels.displacement[:, :1] - levels.displacement).reshape(excitation.shape)
    return ExcitationSpectrum(solution, quantum, energy, field, density, weight, excitation, slope, levels.error)


def level_diagram(
    solution: ReplicaSymmetric | OneStep,
    quantum: float,
    field: Float[np.ndarray, " fields"],
    *,
    energy: float,
) -> Levels:
    """Levels of the sites with the mean a_2 at the given fields (Fig. 3a). Reduced units."""
    model = solution.model
    stiffness = model.quadratic / model.gamma - solution.response
    return site_levels(field, stiffness, model.quartic_stiffness, quantum, energy=energy, tolerance=1e-8)


def tunnelling_plateau(solution: ReplicaSymmetric | OneStep) -> float:
    r"""Density of states of the two-level systems between Delta_0 and the first intra-well excitation, classically.

    .. math:: g = \frac{2 P_h(0)}{d(0)}, \qquad C(T) = \frac{\pi^2}{6} g T

    per site and unit energy, k_B = 1; zero-point motion shortens the distance d between the wells and raises it.
    """
    model = solution.model
    stiffness = model.quadratic / model.gamma - solution.response
    wells = double_wells(np.zeros(1), stiffness, model.quartic_stiffness, 1.0)
    return float(2 * field_density(solution, np.zeros(1), np.array([stiffness]))[0, 0] / wells.distance[0])


def _positive_fields(top: float, panels: int, split: int, coarse: int) -> tuple[np.ndarray, np.ndarray]:
    """Fields and weights from 0 to `top`: panels halving towards 0 below top/2^split, `coarse` equal ones above."""
    unit, weight = np.polynomial.legendre.leggauss(_NODES_PER_PANEL)
    edges = top * np.concatenate(
        [[0.0], 0.5 ** np.arange(panels - 1, split, -1), np.linspace(0.5**split, 1, coarse + 1)]
    )
    return (
        (edges[:-1, None] + np.diff(edges)[:, None] * (unit + 1) / 2).ravel(),
        (np.diff(edges)[:, None] * weight / 2).ravel(),
    )
