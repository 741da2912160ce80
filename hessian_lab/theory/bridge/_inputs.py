"""Everything that the theories take from a group of glasses, measured once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ..._core.errors import InputError
from ..._core.precision import require_x64
from ...hessian import Hessian, interacting_pairs
from ...modes import (
    Elasticity,
    Surroundings,
    cell_moduli,
    elasticity_of,
    ensemble_elasticity,
    pair_stresses,
    strain_response,
)
from ...records import Group
from ...statistics import Spectra, StressDistribution, stress_distribution
from ._local_moduli import LocalDisorder, local_disorder

COLUMNS = (
    "omega", "zero_modes", "shear_modulus", "pressure", "positions", "diameters", "species",
)  # fmt: skip
"""Datasets of a run that the bridge reads."""


@dataclass(frozen=True)
class Measured:
    """A number with its standard error over glasses.

    Attributes:
        name: what it is.
        value: in `unit`.
        error: standard error over glasses; 0 for what all glasses share.
        unit: in reduced quantities of the model.
        glasses: number of glasses behind it.
        about: how it was found.
    """

    name: str
    value: float
    error: float
    unit: str
    glasses: int
    about: str


@dataclass(frozen=True, eq=False)
class Inputs:
    """What one group of glasses hands to the theories.

    Attributes:
        label: of the group.
        order: m of the taper.
        spectra: frequencies above zero of the minima.
        transverse: c_T.
        longitudinal: c_L.
        numbers: every measured number.
        stresses: P(sigma).
        disorder: of the local shear modulus, for several coarse-graining lengths.
        volume: of the box. Units of length^3.
        particles: N.
    """

    label: str
    order: float
    spectra: Spectra
    numbers: tuple[Measured, ...]
    stresses: StressDistribution
    disorder: LocalDisorder
    volume: float
    particles: int

    def __getitem__(self, name: str) -> Measured:
        """The number of that name."""
        return next(entry for entry in self.numbers if entry.name == name)


def measure(
    group: Group,
    *,
    glasses: int | None = None,
    cells_per_edge: tuple[int, ...] = (1, 2, 3),
    surroundings: Surroundings = "held",
    progress: Callable[[int], None] | None = None,
) -> Inputs:
    r"""Measure what the theories need on the minima of a three-dimensional group.

    Pair stresses, moduli with relaxed particles and local moduli are computed from the stored positions; frequencies
    and the masses come from the records. Waves:

    .. math:: c_T = \sqrt{\mu/\rho_m}, \quad c_L = \sqrt{M/\rho_m}, \quad
              \omega_D = (18 \pi^2 n)^{1/3} (2/c_T^3 + 1/c_L^3)^{-1/3}

    from the moduli averaged over all minima, unstable ones included; errors by the jackknife over glasses.

    Args:
        group: of a run (published results have no positions).
        glasses: how many minima to take, the first ones; all if not given.
        cells_per_edge: k of the cells for the local moduli.
        surroundings: of the cells while they relax, as in `cell_moduli`.
        progress: called with the number of glasses done.

    Raises:
        InputError: if the group is not three-dimensional, has no positions, has fewer than 3 minima, or its mean
            modulus is not above 0.
    """
    require_x64()
    if int(group.ensemble["dimension"]) != 3:
        raise InputError(f"the theories are three-dimensional, but the group is {group.label}; choose a 3D one")
    if "positions" not in group.columns:
        raise InputError(
            f"group {group.label} has no positions, so neither P(sigma) nor local moduli can be measured: published "
            "results keep frequencies only; use the folder of the run itself"
        )
    chosen = group.select(np.flatnonzero(group.minima)[:glasses])
    if chosen.glasses < 3:
        raise InputError(f"the errors need at least 3 minima, but {group.label} has {chosen.glasses}")
    potential = group.potential()
    stresses, solids, cells = [], [], []
    for index in range(chosen.glasses):
        pairs = interacting_pairs(potential, chosen.configuration(index))
        stresses.append(pair_stresses(pairs))
        response = strain_response(Hessian(pairs))
        solids.append(elasticity_of(response))
        cells.append([cell_moduli(response, k, surroundings=surroundings) for k in cells_per_edge])
        if progress:
            progress(1)
    particles = int(group.ensemble["particles"])
    density = particles / group.volume
    wavenumber = float((6 * np.pi**2 * density) ** (1 / 3))
    numbers = _numbers(chosen, solids, density, wavenumber)
    return Inputs(
        group.label,
        potential.order,
        _spectra(chosen),
        numbers,
        stress_distribution(stresses),
        local_disorder(
            [np.array([row[k] for row in cells]) for k in range(len(cells_per_edge))],
            tuple(cells_per_edge),
            volume=group.volume,
            debye_wavenumber=wavenumber,
            surroundings=surroundings,
        ),
        group.volume,
        particles,
    )


def _spectra(group: Group) -> Spectra:
    particles = int(group.ensemble["particles"])
    return Spectra.from_lists(
        [row[row > 0] for row in group["omega"]],
        3 * particles - group["zero_modes"],
        known_up_to=None if group.complete else group["known_up_to"],
    )


def _numbers(group: Group, solids: list[Elasticity], density: float, wavenumber: float) -> tuple[Measured, ...]:
    count, medium = group.glasses, ensemble_elasticity(solids)
    moduli = medium.shear_modulus.value, medium.longitudinal_modulus.value
    if not min(moduli) > 0:
        raise InputError(f"the mean moduli of {group.label} must be above 0 to carry waves, but are {moduli}")
    shared = (
        Measured("mass_density", group.mass_density, 0.0, "mass/length^3", count, "of the ensemble"),
        Measured("number_density", density, 0.0, "1/length^3", count, "of the ensemble"),
        Measured("debye_wavenumber", wavenumber, 0.0, "1/length", count, "(6 pi^2 n)^(1/3)"),
    )
    about = (
        ("shear_modulus", "energy/length^3", "relaxed simple shears, mean of 6"),
        ("longitudinal_modulus", "energy/length^3", "relaxed uniaxial strains, mean of 3"),
        ("transverse_speed", "length/time", "sqrt(mu/rho)"),
        ("longitudinal_speed", "length/time", "sqrt(M/rho)"),
        ("debye_frequency", "1/time", "from both speeds"),
        ("first_transverse_frequency", "1/time", "2 pi c_T/L, the longest transverse wave of the box"),
    )
    return shared + tuple(
        Measured(name, getattr(medium, name).value, getattr(medium, name).error, unit, count, text)
        for name, unit, text in about
    )
