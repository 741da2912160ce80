"""Ways of preparing parents: frozen settings, one class a way."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from .._core.settings import Settings
from ._schedule import Constant, Schedule
from ._swap import SwapMonteCarlo
from ._thermostats import NoseHoover, Thermostat


class Random(Settings):
    """The random start itself: an ideal gas, the parent of infinite temperature."""

    kind: Literal["random"] = "random"


class TimeStep(Settings):
    """The integrator's step, shared by all preparations with dynamics.

    Durations are in the model's time unit; only the step is in units of the potential's stiff time 1/sqrt(phi'') at
    0.95 sigma, so that one number serves all models.
    """

    dt: Annotated[float, Field(gt=0, le=0.5, description="time step, stiff times")] = 0.1


class MolecularDynamics(TimeStep):
    """Molecular dynamics at constant temperature: annealing by the schedule, then `time` at the parental temperature.

    The overlapping random start is relaxed first by a few steps of FIRE.
    """

    kind: Literal["md"] = "md"
    thermostat: Thermostat = NoseHoover()
    time: Annotated[float, Field(gt=0, description="length of the run at the parental temperature, time")] = 200.0
    schedule: Schedule = Constant()


class Cooling(TimeStep):
    r"""Cooling at a finite rate to T = 0, an alternative to quenching a parent: `hold` at the start, then

    .. math:: T(t) = T_0 - \mathrm{rate}\; t

    with Langevin dynamics (the masses of a Nose-Hoover chain vanish with the temperature). The sample lags behind by
    about rate/gamma, its temperature at the end, which may be a fifth of T_0 at most. The end goes to the quench; its
    parental temperature is recorded as 0.
    """

    kind: Literal["cooling"] = "cooling"
    start: Annotated[float, Field(gt=0, allow_inf_nan=False, description="T_0, energy")]
    rate: Annotated[float, Field(gt=0, allow_inf_nan=False, description="energy/time")]
    hold: Annotated[float, Field(ge=0, allow_inf_nan=False, description="time at T_0 before, time")] = 100.0
    friction: Annotated[float, Field(gt=0, description="gamma of the Langevin thermostat, 1/time")] = 2.0

    @model_validator(mode="after")
    def _followed(self) -> Cooling:
        if 5 * self.rate > self.friction * self.start:
            raise ValueError(
                f"rate = {self.rate:g} is too fast for friction = {self.friction:g}: the sample would end at a "
                f"temperature of about {self.rate / self.friction:g}; use a friction of at least "
                f"{5 * self.rate / self.start:g}, or a lower rate"
            )
        return self


class Swap(Settings):
    """Swap Monte Carlo: annealing by the schedule, then `sweeps` at the parental temperature.

    For models whose particles differ. Durations are in sweeps of N attempts. The overlapping random start is relaxed
    first by a few steps of FIRE.
    """

    kind: Literal["swap"] = "swap"
    moves: SwapMonteCarlo = SwapMonteCarlo()
    sweeps: Annotated[int, Field(ge=1, description="length of the run at the parental temperature, sweeps")] = 20_000
    schedule: Schedule = Constant()


class Hybrid(TimeStep):
    r"""Molecular dynamics and swap Monte Carlo in turn: `interval` of dynamics, then `swap_sweeps` sweeps of swaps.

    A swap exchanges the diameters (and species) of two particles at fixed positions and momenta and is accepted with
    Metropolis' probability of the change of potential energy. Particles that are exchanged have equal masses, so the
    kinetic energy and with it the whole weight :math:`e^{-(U + K)/T}` changes by :math:`\Delta U` alone: the swaps
    leave the canonical distribution of positions, momenta and diameters invariant, and so does the thermostatted
    dynamics at fixed diameters, hence also the two in turn. Unequal masses are refused. A Nose-Hoover chain is part of
    the extended distribution, which factorises, and is left as it is.

    Reference: Berthier, Flenner, Fullerton, Scalliet and Singh, J. Stat. Mech. 064004 (2019).
    """

    kind: Literal["hybrid"] = "hybrid"
    thermostat: Thermostat = NoseHoover()
    time: Annotated[float, Field(gt=0, description="length of the run at the parental temperature, time")] = 200.0
    schedule: Schedule = Constant()
    moves: SwapMonteCarlo = SwapMonteCarlo(swap_fraction=1.0)
    interval: Annotated[float, Field(gt=0, description="dynamics between two rounds of swaps, time")] = 0.5
    swap_sweeps: Annotated[int, Field(ge=1, description="sweeps of swaps in a round")] = 1
