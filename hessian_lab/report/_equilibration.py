"""The figure of parents against temperature, for studies that are not campaigns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from .._core.errors import InputError
from ._figures import Omitted, png
from ._figures._equilibration import draw


def equilibration_figure(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Energies of parents and inherent structures and decorrelation times against temperature, as a PNG file.

    Args:
        rows: one table per route and temperature of three-dimensional samples, with the keys `route` ('swap',
            'hybrid' or 'md'), `temperature`, `particles`, `evidence` (a table of `Evidence` per sample) and
            `inherent_energies` (per particle).

    Raises:
        InputError: if there is no row.
    """
    drawing = draw(rows)
    if isinstance(drawing, Omitted):
        raise InputError(f"argument rows has nothing to draw: {drawing.reason}")
    return png(drawing.figure)
