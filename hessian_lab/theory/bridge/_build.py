"""A theory, or what it predicts, from the glasses of a campaign."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from ..._core.errors import InputError
from ...records import Group, load_run
from .._registry import THEORY_NAMES
from ..heterogeneous_elasticity import HeterogeneousElasticity
from ..mosaic import QuenchPrediction, predict_from_quench, relaxation_time_at_freezing
from ._inputs import COLUMNS, Inputs, measure
from ._stress_prediction import StressPrediction

BRIDGED = {
    "internal-stress": "P(sigma), mu, rho; zeta and gamma are choices",
    "heterogeneous-elasticity": "c_T, c_L, k_D and the disorder of the local shear modulus",
    "mosaic": "omega_D; and the time of the quench, which is given or follows from a cooling rate",
}
"""Theories that take something from classical minima, and what."""

_OUT_OF_REACH = {
    "tunnelling": "couplings and numbers of two-level systems: the records hold single minima, no pairs that tunnel",
    "universality": "a formula volume and a glass temperature in SI; a model in reduced units has no hbar",
    "spin-glass": "an on-site potential and random couplings, which no atomic glass has",
    "soft-potential": "W and P_s of quartic potentials: the records hold harmonic modes only",
}


def from_campaign(
    source: Path | str | Sequence[Group] | Group,
    name: str,
    *,
    group: int = 1,
    glasses: int | None = None,
    **settings: Any,
) -> StressPrediction | HeterogeneousElasticity | QuenchPrediction:
    """Build one theory from measured glasses, in the reduced units of their model.

    Args:
        source: folder of a run, its groups, or one group.
        name: of the theory, one of `BRIDGED`.
        group: which group of a run, from 1 in the order of the campaign file.
        glasses: how many minima to measure; all if not given.
        settings: what is not measured. internal-stress: `zeta`, `gamma`. heterogeneous-elasticity: `cells_per_edge`,
            the k of the coarse-graining length w = L/k (2 if not given). mosaic: `relaxation_time` and
            `microscopic_time`; for a campaign that cooled at a rate, `glass_transition` and `fragility_index` in place
            of the former.

    Returns:
        `StressPrediction` for internal-stress; the theory itself, in its vector form, for heterogeneous-elasticity;
        `QuenchPrediction` for mosaic.

    Raises:
        InputError: if the theory takes nothing from classical minima, something it needs is neither measured nor given,
            or the measured disorder is beyond the theory's stability limit.
    """
    if name not in BRIDGED:
        if name not in THEORY_NAMES:
            raise InputError(f"argument name must be one of {', '.join(BRIDGED)}, but got {name!r}")
        raise InputError(f"theory {name} cannot be built from a campaign: it needs {_OUT_OF_REACH[name]}")
    chosen = pick_group(source, group)
    if name == "internal-stress":
        allowed = _take(settings, name, "zeta", "gamma")
        return StressPrediction.of(measure(chosen, glasses=glasses, cells_per_edge=(1,)), **allowed)
    if name == "heterogeneous-elasticity":
        cells = int(_take(settings, name, "cells_per_edge").get("cells_per_edge", 2))
        return heterogeneous_elasticity(measure(chosen, glasses=glasses, cells_per_edge=(cells,)))
    given = _take(settings, name, "relaxation_time", "microscopic_time", "glass_transition", "fragility_index")
    time = quench_time(chosen, **{key: value for key, value in given.items() if key != "microscopic_time"})
    if "microscopic_time" not in given:
        raise InputError("theory mosaic needs microscopic_time, tau_0 of the liquid; no minimum shows it: give it")
    inputs = measure(chosen, glasses=glasses, cells_per_edge=(1,))
    return predict_from_quench(time, given["microscopic_time"], inputs["debye_frequency"].value)


def pick_group(source: Path | str | Sequence[Group] | Group, place: int) -> Group:
    """One group of a run, of a list of groups, or the group itself.

    Raises:
        InputError: if there is no such group; the text lists those that there are.
    """
    if isinstance(source, Group):
        return source
    groups = load_run(source, COLUMNS) if isinstance(source, str | Path) else list(source)
    if not 1 <= place <= len(groups):
        known = "; ".join(f"{number}: {entry.label}" for number, entry in enumerate(groups, 1))
        raise InputError(f"argument group must be from 1 to {len(groups)}, but got {place}; there are {known}")
    return groups[place - 1]


def heterogeneous_elasticity(inputs: Inputs, place: int = 0) -> HeterogeneousElasticity:
    """The vector form with measured velocities and the disorder of one coarse-graining length.

    Args:
        inputs: measured.
        place: which of the lengths, from 0.

    Raises:
        InputError: if the disorder is larger than the theory's stable glasses have.
    """
    disorder, length = inputs.disorder.disorder[place], inputs.disorder.length[place]
    try:
        return HeterogeneousElasticity(
            form="vector",
            gamma=disorder.vector,
            sound_velocity=inputs["transverse_speed"].value,
            longitudinal_velocity=inputs["longitudinal_speed"].value,
            debye_wavenumber=inputs["debye_wavenumber"].value,
        )
    except ValidationError as error:
        stated = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise InputError(
            f"the disorder measured in cells of w = {length:.3g} is gamma = {disorder.vector:.3g} +- "
            f"{inputs.disorder.error[place]:.1g}: {stated}"
        ) from None


def quench_time(
    group: Group,
    *,
    relaxation_time: float | None = None,
    glass_transition: float | None = None,
    fragility_index: float | None = None,
) -> float:
    """Relaxation time at which the liquid of a campaign left equilibrium, in its unit of time.

    Given, or from the cooling rate of the records with T_g and the fragility index, which they do not hold.

    Raises:
        InputError: if neither can be had: minimising a parent takes no physical time.
    """
    if relaxation_time is not None:
        return relaxation_time
    preparation = group.ensemble.get("preparation", {})
    rate = preparation.get("rate")
    if rate is None:
        raise InputError(
            f"the records of {group.label} hold no cooling rate (preparation {preparation.get('kind', 'unknown')!r}, "
            "then a minimisation, which takes no physical time); give relaxation_time, that of the parents' liquid"
        )
    if glass_transition is None or fragility_index is None:
        raise InputError(
            f"the glasses were cooled at {rate} energy/time; give glass_transition and fragility_index to make a "
            "relaxation time of it"
        )
    return relaxation_time_at_freezing(float(rate), glass_transition, fragility_index)


def _take(settings: dict[str, Any], name: str, *allowed: str) -> dict[str, Any]:
    unknown = sorted(set(settings) - set(allowed))
    if unknown:
        raise InputError(f"theory {name} takes no setting {', '.join(unknown)}; it takes {', '.join(allowed)}")
    return {key: value for key, value in settings.items() if value is not None}
