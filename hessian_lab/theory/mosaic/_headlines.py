"""Every number of the paper that its equations can be held to: computed beside printed.

`follows` compares the two within a tolerance that each entry's note states; statements of an order of magnitude
follow within a factor of the square root of ten, bounds if they hold.
"""

from __future__ import annotations

from .._protocol import Headline
from . import _headlines_cold as cold
from . import _headlines_glass as glass


def headlines() -> list[Headline]:
    """All groups, in the order of the paper's sections."""
    return [
        *glass.droplet(),
        *glass.two_level_systems(),
        *glass.phonons(),
        *glass.barrier_top(),
        *cold.time_dependence(),
        *cold.ripplon_spectrum(),
        *cold.scatterers(),
        *cold.quantum_mixing(),
        *cold.attraction(),
        *cold.appendices(),
    ]
