"""Which preparation leads to which parental temperature, checked before any work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from .._core.errors import InputError
from ..potentials import Model
from ..sampling import Random

REACHES = {
    "random": 'parental_temperature = "inf"',
    "md": "finite parental temperatures above 0",
    "swap": "finite parental temperatures above 0",
    "hybrid": "finite parental temperatures above 0",
    "cooling": "parental_temperature = 0: its samples end at zero temperature, out of equilibrium",
    "joint-minimisation": "parental_temperature = 0: its samples end in a minimum, out of equilibrium",
}
"""The parental temperatures that each kind of preparation leads to, in words."""


def preparation_at(preparation: Any, temperature: Any) -> Any:
    """The preparation of the parents at one temperature: infinite temperature is random whatever the file says."""
    return Random() if temperature == "inf" else preparation


def check_preparations(preparation: Any, temperatures: Sequence[Any], model: Model, particles: int) -> None:
    """Refuse a preparation that does not lead to the temperatures, or cannot work on the model.

    Args:
        preparation: of the temperatures other than 'inf'.
        temperatures: the parental temperatures.
        model: composition and potential in which parents are equilibrated.
        particles: N.

    Raises:
        InputError: naming what the preparation leads to, or what it needs.
    """
    kind = preparation.kind
    finite = [temperature for temperature in temperatures if temperature != "inf"]
    if not finite and kind != "random":
        raise InputError(
            f'preparation "{kind}" leads to {REACHES[kind]}, but parental_temperature is "inf", which is random '
            "positions; list the temperatures that are wanted, or remove the preparation"
        )
    for temperature in finite:
        if not _reaches(kind, temperature):
            others = [name for name in REACHES if _reaches(name, temperature)]
            raise InputError(
                f'preparation "{kind}" leads to {REACHES[kind]}, but parental_temperature has {temperature:g}; '
                f"preparations that lead there: {', '.join(others)}"
            )
    if not finite:
        return
    schedule = getattr(preparation, "schedule", None)
    if schedule is not None and schedule.duration > 0 and schedule.start < max(finite):
        raise InputError(
            f"preparation.schedule must start at or above the highest parental temperature {max(finite):g}, but starts "
            f"at {schedule.start:g}"
        )
    _check_model(kind, model, particles)


def _reaches(kind: str, temperature: float) -> bool:
    return kind != "random" and (temperature == 0) == (kind in ("cooling", "joint-minimisation"))


def _check_model(kind: str, model: Model, particles: int) -> None:
    """Whether the box is wide enough, the forces continuous, and particles differ where they have to."""
    taper = f"parent_taper {model.potential.taper.label} with parent_cutoff {model.potential.cutoff:g}"
    smallest = model.smallest_number()
    if particles < smallest:
        raise InputError(
            f"particles must be at least {smallest} for {taper} (the box must exceed twice the interaction distance), "
            f"but is {particles}"
        )
    model.build().require_continuous_force()
    diameters, species = model.composition.draw(particles, np.random.default_rng(0))
    if kind in ("swap", "hybrid") and np.ptp(diameters) == 0 and np.ptp(species) == 0:
        raise InputError(
            f'preparation "{kind}" exchanges particles that differ, but all particles of this model are alike; use '
            'preparation "md"'
        )
    if kind == "joint-minimisation" and np.unique(diameters).size < 3:
        raise InputError(
            f'preparation "joint-minimisation" changes the diameters of a polydisperse model, but this one has '
            f"{np.unique(diameters).size}; use model polydisperse, or another preparation"
        )
