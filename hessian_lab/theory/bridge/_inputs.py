"""Everything that the theories take from a group of glasses, measured once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from jaxtyping import Float

from ..._core.errors import InputError
from ..._core.precision import require_x64
from ...hessian import interacting_pairs
from ...modes import first_transverse_frequency
from ...potentials import Potential, PotentialSettings
from ...records import Group
from ...statistics import Spectra
from ...systems import Configuration
from ..internal_stress import pair_stress
from ..mosaic import debye_frequency_from_speeds
from ._elastic import strain_response
from ._local_moduli import LocalDisorder, Surroundings, cell_moduli, local_disorder
from ._stresses import StressDistribution, stress_distribution

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
    potential = Potential(PotentialSettings.model_validate(group.treatment["potential"]))
    stresses, moduli, cells = [], [], []
    for index in range(chosen.glasses):
        pairs = interacting_pairs(potential, _configuration(chosen, index))
        volume_of_one = pairs.configuration.volume / pairs.configuration.particles
        # r phi' = 2 s dphi/ds with s = r^2.
        stresses.append(pair_stress(pairs.distance, 2 * pairs.slope * pairs.distance, volume_of_one))
        response = strain_response(pairs)
        moduli.append((response.transverse_modulus, response.longitudinal_modulus))
        cells.append([cell_moduli(response, k, surroundings=surroundings) for k in cells_per_edge])
        if progress:
            progress(1)
    particles = int(group.ensemble["particles"])
    density = particles / group.volume
    wavenumber = float((6 * np.pi**2 * density) ** (1 / 3))
    numbers = _numbers(chosen, np.array(moduli), density, wavenumber)
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


def _configuration(group: Group, index: int) -> Configuration:
    names = ("positions", "cell", "diameters", "species", "masses")
    positions, cell, diameters, species, masses = (group[name][index] for name in names)
    return Configuration.create(positions, cell, diameters=diameters, species=species, masses=masses)


def _spectra(group: Group) -> Spectra:
    particles = int(group.ensemble["particles"])
    return Spectra.from_lists(
        [row[row > 0] for row in group["omega"]],
        3 * particles - group["zero_modes"],
        known_up_to=None if group.complete else group["known_up_to"],
    )


def _numbers(
    group: Group, moduli: Float[np.ndarray, "glasses 2"], density: float, wavenumber: float
) -> tuple[Measured, ...]:
    count, mass = group.glasses, group.mass_density

    def derived(mean: np.ndarray) -> np.ndarray:
        speeds = np.sqrt(np.maximum(mean, 0.0) / mass)
        with np.errstate(divide="ignore"):
            debye = debye_frequency_from_speeds(density, float(speeds[0]), float(speeds[1]))
        return np.array([*speeds, debye, first_transverse_frequency(float(mean[0]), mass, group.volume, 3)])

    mean = moduli.mean(axis=0)
    if not np.all(mean > 0):
        raise InputError(f"the mean moduli of {group.label} must be above 0 to carry waves, but are {mean}")
    error = moduli.std(axis=0, ddof=1) / np.sqrt(count)
    values = derived(mean)
    without = np.array([derived((moduli.sum(axis=0) - row) / (count - 1)) for row in moduli])
    spread = np.sqrt((count - 1) * np.mean((without - without.mean(axis=0)) ** 2, axis=0))
    waves = ("transverse_speed", "longitudinal_speed", "debye_frequency", "first_transverse_frequency")
    units = ("length/time", "length/time", "1/time", "1/time")
    about = ("sqrt(mu/rho)", "sqrt(M/rho)", "from both speeds", "2 pi c_T/L, the longest transverse wave of the box")
    shared = (
        Measured("mass_density", mass, 0.0, "mass/length^3", count, "of the ensemble"),
        Measured("number_density", density, 0.0, "1/length^3", count, "of the ensemble"),
        Measured("debye_wavenumber", wavenumber, 0.0, "1/length", count, "(6 pi^2 n)^(1/3)"),
    )
    shear, uniaxial = "relaxed simple shears, mean of 6", "relaxed uniaxial strains, mean of 3"
    elastic = tuple(
        Measured(name, float(value), float(err), "energy/length^3", count, text)
        for name, value, err, text in zip(
            ("shear_modulus", "longitudinal_modulus"), mean, error, (shear, uniaxial), strict=True
        )
    )
    return (
        shared
        + elastic
        + tuple(
            Measured(name, float(value), float(err), unit, count, text)
            for name, value, err, unit, text in zip(waves, values, spread, units, about, strict=True)
        )
    )
