"""Samples: configurations in periodic cells, starting states, neighbours, and files of other programs.

What acts between the particles is in `hessian_lab.potentials`; forces and Hessians in `hessian_lab.hessian`.
"""

from ._configuration import (
    Configuration,
    cell_heights,
    check_minimum_image,
    largest_pair_reach,
    random_configuration,
)
from ._files import read_configuration, write_configuration
from ._half_tables import (
    HalfTable,
    cell_lines,
    half_table_within,
    minimum_image_lines,
    pair_parameters,
    rounded_pairs,
    usual_pairs,
)
from ._pairs import candidate_pairs, neighbour_table
from ._space import is_orthogonal, minimum_image, minimum_image_host
from ._tables import (
    BEYOND,
    Box,
    PairData,
    all_pairs,
    boxes_of,
    device_table,
    listed_radius2,
    rounded_columns,
    table_within,
    usual_columns,
)

__all__ = [
    "BEYOND",
    "Box",
    "Configuration",
    "HalfTable",
    "PairData",
    "all_pairs",
    "boxes_of",
    "candidate_pairs",
    "cell_heights",
    "cell_lines",
    "check_minimum_image",
    "device_table",
    "half_table_within",
    "is_orthogonal",
    "largest_pair_reach",
    "listed_radius2",
    "minimum_image",
    "minimum_image_host",
    "minimum_image_lines",
    "neighbour_table",
    "pair_parameters",
    "random_configuration",
    "read_configuration",
    "rounded_columns",
    "rounded_pairs",
    "table_within",
    "usual_columns",
    "usual_pairs",
    "write_configuration",
]
