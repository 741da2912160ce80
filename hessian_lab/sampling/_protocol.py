"""What every way of preparing parents takes and returns."""

from __future__ import annotations

from dataclasses import dataclass
from math import nan

from ..systems import Configuration


@dataclass(frozen=True)
class Evidence:
    """What speaks for and against a parent being at equilibrium. NaN where a method has no such number.

    Attributes:
        energy: mean potential energy per particle over the last half of the run. Units of energy.
        energy_error: its standard error, with correlations taken into account.
        energy_drift: mean of the last quarter less that of the third, in standard errors of the difference.
        move_acceptance: share of the displacements that were accepted.
        swap_acceptance: share of the swaps that were accepted.
        pair_correlation: largest deviation between g(r) of the third and of the last quarter, in standard errors.
        overlap_time: time after which the overlap with an earlier state has fallen to 1/e. Units: sweeps for
            Monte Carlo, the model's time unit for molecular dynamics.
        overlap_decayed: whether it has; if not, `overlap_time` is a lower bound.
        run_time: length of the run at the parental temperature, in the same units.
        kinetic_temperature: mean kinetic temperature over the last half. Units of energy.
        equilibrated: whether all of it passes the stated thresholds.
        reason: what does not pass; empty if all does.
    """

    energy: float = nan
    energy_error: float = nan
    energy_drift: float = nan
    move_acceptance: float = nan
    swap_acceptance: float = nan
    pair_correlation: float = nan
    overlap_time: float = nan
    overlap_decayed: bool = True
    run_time: float = nan
    kinetic_temperature: float = nan
    equilibrated: bool = True
    reason: str = ""


@dataclass(frozen=True)
class Parent:
    """A sample before its quench.

    Attributes:
        configuration: the sample.
        temperature: the parental temperature; inf for random positions, 0 for a sample cooled at a finite rate or
            minimised together with its diameters. Units of energy (k_B = 1).
        evidence: of equilibrium. A preparation that is not meant to reach it (random, cooling, joint minimisation)
            says so in `reason` and is not flagged.
    """

    configuration: Configuration
    temperature: float
    evidence: Evidence
