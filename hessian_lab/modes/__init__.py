"""What a single mode looks like: how many particles take part, and where its vortices are.

Frequencies of many glasses and their statistics are in `hessian_lab.statistics`; the eigen-solvers that make the modes
are in `hessian_lab.spectrum`.
"""

from ._participation import participation_ratio
from ._vortices import Defects, winding_defects, winding_defects_on_grid

__all__ = ["Defects", "participation_ratio", "winding_defects", "winding_defects_on_grid"]
