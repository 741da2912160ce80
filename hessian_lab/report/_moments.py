"""The figure of one large sample's density of states."""

from __future__ import annotations

from ..spectrum import DensityOfStates
from ._figures import png
from ._figures._moments import draw


def density_figure(found: DensityOfStates, dimension: int, name: str) -> tuple[bytes, str]:
    """g(omega) and g(omega)/omega^(d-1) with their errors, as a PNG file, and the caption.

    Args:
        found: the density.
        dimension: d.
        name: what the sample is called.
    """
    drawing = draw(found, dimension, name)
    return png(drawing.figure), drawing.caption
