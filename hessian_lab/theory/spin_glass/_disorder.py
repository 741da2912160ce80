"""Averages over the local disorder (a_2) and the Gaussian part of the effective field."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from jaxtyping import Float

from ._quadrature import graded_gaussian
from ._site import SiteAverages, site_averages
from .model import Couplings

_DISORDER_PANELS = 6


class FieldNodes(NamedTuple):
    """Quadrature over sites: rows are values of a_2, columns of z; the weights sum to 1 over both.

    Attributes:
        stiffness: k = a_2/gamma - C, shape (rows, 1).
        row_weight: weight of the rows, shape (rows, 1).
        normal: z, shape (columns,).
        normal_weight: weight of z.
        field: h at each z.
    """

    stiffness: Float[np.ndarray, "rows 1"]
    row_weight: Float[np.ndarray, "rows 1"]
    normal: Float[np.ndarray, " columns"]
    normal_weight: Float[np.ndarray, " columns"]
    field: Float[np.ndarray, " columns"]

    def average(self, values: Float[np.ndarray, "rows columns"]) -> float:
        """Mean of the values over the sites."""
        return float(np.sum(self.row_weight * self.normal_weight * values))


def stiffness_nodes(
    model: Couplings, response: float
) -> tuple[Float[np.ndarray, "rows 1"], Float[np.ndarray, "rows 1"]]:
    """Values and weights of k = a_2/gamma - C over the local disorder; one node without disorder.

    The panels meet where double wells appear, at a_2 = gamma C.
    """
    if model.quadratic_spread == 0:
        return np.array([[model.quadratic / model.gamma - response]]), np.ones((1, 1))
    onset = (model.gamma * response - model.quadratic) / model.quadratic_spread
    normal, weight = graded_gaussian(onset, reach=8.0, panels=_DISORDER_PANELS)
    quadratic = model.quadratic + model.quadratic_spread * normal
    return (quadratic / model.gamma - response)[:, None], weight[:, None]


def field_nodes(model: Couplings, mean_field: float, variance: float, response: float) -> FieldNodes:
    """Quadrature over h = mean + sqrt(variance) z and a_2, graded towards h = 0, where the ground state jumps."""
    stiffness, row_weight = stiffness_nodes(model, response)
    if variance == 0:
        return FieldNodes(stiffness, row_weight, np.zeros(1), np.ones(1), np.array([mean_field]))
    width = np.sqrt(variance)
    normal, weight = graded_gaussian(-mean_field / width)
    return FieldNodes(stiffness, row_weight, normal, weight, mean_field + width * normal)


def averages_at(model: Couplings, nodes: FieldNodes, temperature: float) -> SiteAverages:
    """Single-site averages at every node, shape (rows, columns)."""
    return site_averages(nodes.field, nodes.stiffness, model.quartic_stiffness, temperature)
