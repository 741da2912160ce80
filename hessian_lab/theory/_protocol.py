"""What every theory of a glass at low temperature answers, so that they can be laid over one another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
from jaxtyping import Float

from .._core.errors import InputError
from .._core.settings import Settings

OBSERVABLES = (
    "density_of_states",
    "heat_capacity",
    "thermal_conductivity",
    "mean_free_path",
    "internal_friction",
    "sound_speed_shift",
)
"""Names of the observables, which are the names of the methods."""


@dataclass(frozen=True)
class Parameter:
    """One number that a theory needs.

    Attributes:
        name: the field's symbol, spelled out.
        value: in `unit`.
        unit: SI.
        about: what it is.
        source: where the value comes from.
    """

    name: str
    value: float
    unit: str
    about: str
    source: str = ""


@dataclass(frozen=True)
class Headline:
    """One number of a paper, computed again.

    Attributes:
        name: what the number is.
        computed: from the equations, at the paper's inputs; None if the equations do not determine it.
        printed: as the paper prints it; None if it does not.
        unit: of both.
        follows: whether the printed number follows from the printed inputs; None where that cannot be said.
        source: equation, table or figure.
        note: the discrepancy, or how the number was obtained.
    """

    name: str
    computed: float | None
    printed: float | None
    unit: str
    follows: bool | None
    source: str
    note: str = ""


class Theory(Settings):
    """Base of the theories: frozen settings, SI at the surface (omega in rad/s, T in K).

    A theory overrides what it predicts. What it does not override raises an error that says so.
    """

    name: ClassVar[str] = ""
    title: ClassVar[str] = ""
    reference: ClassVar[str] = ""
    heat_capacity_unit: ClassVar[str] = ""
    """J/(K kg) or J/(K m^3); empty where the theory predicts no heat capacity."""
    validity: ClassVar[str] = ""
    """Where its answers are meant to hold, in a line."""
    free_parameters: ClassVar[dict[str, tuple[str, ...]]] = {}
    """What a fit frees unless told otherwise, by observable: fields that the observable depends on."""
    no_materials: ClassVar[str] = ""
    """Why the theory has the constants of no material; empty where it has some."""

    def density_of_states(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """g(omega), normalised as the theory's docstring says. omega in rad/s; result in s."""
        return self._does_not_predict("density_of_states")

    def heat_capacity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """C(T) in J/(K kg) or J/(K m^3), as the theory's docstring says. T in K."""
        return self._does_not_predict("heat_capacity")

    def thermal_conductivity(self, temperature: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """kappa(T) in W/(m K). T in K."""
        return self._does_not_predict("thermal_conductivity")

    def mean_free_path(self, omega: Float[np.ndarray, " ..."]) -> Float[np.ndarray, " ..."]:
        """l(omega) of phonons in m. omega in rad/s."""
        return self._does_not_predict("mean_free_path")

    def internal_friction(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        """Q^-1(T) at omega, dimensionless. T in K, omega in rad/s."""
        return self._does_not_predict("internal_friction")

    def sound_speed_shift(self, temperature: Float[np.ndarray, " ..."], omega: float) -> Float[np.ndarray, " ..."]:
        """dv/v(T) at omega, dimensionless. T in K, omega in rad/s."""
        return self._does_not_predict("sound_speed_shift")

    @property
    def warmest(self) -> float:
        """Temperature in K above which the theory's answers are not meant; infinite where nothing is said."""
        return float("inf")

    def parameters(self) -> list[Parameter]:
        """Every number that the theory needs, with its unit and source."""
        raise NotImplementedError

    def headlines(self) -> list[Headline]:
        """The paper's numbers, computed beside printed."""
        raise NotImplementedError

    def figures(self) -> dict[str, Callable[[], Any]]:
        """The paper's figures that are remade, by name; each call returns a matplotlib Figure."""
        return {}

    def predicts(self) -> tuple[str, ...]:
        """Names of the observables that this theory predicts."""
        return tuple(name for name in OBSERVABLES if getattr(type(self), name) is not getattr(Theory, name))

    def _does_not_predict(self, observable: str) -> Any:
        able = ", ".join(self.predicts()) or "none of the common observables"
        raise InputError(f"theory {self.name} does not predict the {observable.replace('_', ' ')}; it predicts: {able}")
