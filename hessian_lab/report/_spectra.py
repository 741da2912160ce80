"""Figures of spectra that belong to no campaign: densities of states from moments, and what solvers cost."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ..spectrum import DensityOfStates
from ._figures import png
from ._figures._cost import draw as draw_cost
from ._figures._moments import draw, draw_comparison


def density_figure(found: DensityOfStates, dimension: int, name: str) -> tuple[bytes, str]:
    """g(omega) and g(omega)/omega^(d-1) with their errors, as a PNG file, and the caption.

    Args:
        found: the density.
        dimension: d.
        name: what the sample is called.
    """
    drawing = draw(found, dimension, name)
    return png(drawing.figure), drawing.caption


def density_comparison_figure(cases: Sequence[Mapping[str, Any]]) -> bytes:
    """Densities from moments over exact spectra, as a PNG file.

    Args:
        cases: tables with `case`, `edges`, `density`, `statistical_error`, `truncation_error` and `exact`.
    """
    return png(draw_comparison(cases).figure)


def cost_figure(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Time per glass against N and against the batch, solver by solver, as a PNG file.

    Args:
        rows: tables with `model`, `particles`, `batch`, `route` and `seconds` (per glass).
    """
    return png(draw_cost(rows).figure)
