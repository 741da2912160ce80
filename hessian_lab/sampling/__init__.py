"""Parents: samples at a parental temperature, with the evidence that they are at equilibrium.

`prepare` is the driver; preparations are frozen settings objects. Inherent structures are the business of
`hessian_lab.quench`.
"""

from typing import Annotated

from pydantic import Field

from ._evidence import Trace, judge
from ._joint import JointlyMinimised, JointMinimisation, minimise_jointly
from ._overlap import OVERLAP_RADIUS, decorrelation_time, overlap, overlap_function
from ._pair_correlation import PairCorrelation, pair_correlation
from ._preparations import Cooling, Hybrid, MolecularDynamics, Random, Swap
from ._prepare import prepare
from ._protocol import Evidence, Parent
from ._schedule import Constant, Exponential, Linear, Schedule, Stepwise
from ._swap import SwapMonteCarlo
from ._thermostats import Langevin, NoseHoover, Thermostat
from ._time_series import Correlation, correlation, drift, mean_and_error

Preparation = Annotated[
    Random | MolecularDynamics | Swap | Hybrid | Cooling | JointMinimisation, Field(discriminator="kind")
]
"""Any preparation, as a table in a campaign file."""

__all__ = [
    "OVERLAP_RADIUS",
    "Constant",
    "Cooling",
    "Correlation",
    "Evidence",
    "Exponential",
    "Hybrid",
    "JointMinimisation",
    "JointlyMinimised",
    "Langevin",
    "Linear",
    "MolecularDynamics",
    "NoseHoover",
    "PairCorrelation",
    "Parent",
    "Preparation",
    "Random",
    "Schedule",
    "Stepwise",
    "Swap",
    "SwapMonteCarlo",
    "Thermostat",
    "Trace",
    "correlation",
    "decorrelation_time",
    "drift",
    "judge",
    "mean_and_error",
    "minimise_jointly",
    "overlap",
    "overlap_function",
    "pair_correlation",
    "prepare",
]
