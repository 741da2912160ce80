"""Annealing: how the temperature falls from a start to the parental temperature before the run proper."""

from __future__ import annotations

from typing import Annotated, Literal

import numpy as np
from jaxtyping import Float
from pydantic import Field

from .._core.settings import Settings


class Constant(Settings):
    """No annealing: the run is at the parental temperature from its first step."""

    kind: Literal["constant"] = "constant"

    @property
    def duration(self) -> float:
        """Length of the annealing: none."""
        return 0.0

    @property
    def start(self) -> float:
        """Highest temperature; no schedule asks for any."""
        return 0.0

    def temperatures(self, target: float, progress: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """As `Linear.temperatures`: the target at all times."""
        return np.full(np.shape(progress), float(target))


class Annealing(Settings):
    """What all falling schedules have: where they start and how long they take."""

    start: Annotated[float, Field(gt=0, allow_inf_nan=False, description="first temperature, energy")]
    duration: Annotated[
        float,
        Field(
            gt=0, allow_inf_nan=False, description="length: model time for molecular dynamics, sweeps for Monte Carlo"
        ),
    ]


class Linear(Annealing):
    r"""Equal falls in equal times.

    .. math:: T(p) = T_0 + (T - T_0)\, p, \qquad 0 \le p \le 1
    """

    kind: Literal["linear"] = "linear"

    def temperatures(self, target: float, progress: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """Temperatures on the way.

        Args:
            target: the parental temperature. Units of energy (k_B = 1).
            progress: share of the annealing that is over, in [0, 1].

        Returns:
            Temperatures in units of energy, same shape.
        """
        return self.start + (target - self.start) * np.asarray(progress)


class Exponential(Annealing):
    r"""Equal ratios in equal times.

    .. math:: T(p) = T_0 (T/T_0)^p, \qquad 0 \le p \le 1
    """

    kind: Literal["exponential"] = "exponential"

    def temperatures(self, target: float, progress: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """As `Linear.temperatures`."""
        return self.start * (target / self.start) ** np.asarray(progress)


class Stepwise(Annealing):
    r"""`steps` plateaus of equal length, the first at the start, each lower than the one before by the same ratio.

    .. math:: T_k = T_0 (T/T_0)^{k/n}, \qquad k = \lfloor n p \rfloor, \quad 0 \le p < 1

    The step after the last plateau is the parental temperature itself.
    """

    kind: Literal["stepwise"] = "stepwise"
    steps: Annotated[int, Field(ge=1, description="number of plateaus above the parental temperature")] = 5

    def temperatures(self, target: float, progress: Float[np.ndarray, " times"]) -> Float[np.ndarray, " times"]:
        """As `Linear.temperatures`."""
        plateau = np.floor(self.steps * np.asarray(progress) * (1 + 1e-12))
        return self.start * (target / self.start) ** (np.minimum(plateau, self.steps) / self.steps)


Schedule = Annotated[Constant | Linear | Exponential | Stepwise, Field(discriminator="kind")]
"""Any annealing schedule, as a table in a campaign file."""
