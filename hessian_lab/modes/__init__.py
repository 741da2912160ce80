"""What the modes of a glass are: moduli and sound waves, participation, vortices.

Frequencies of many glasses and their statistics are in `hessian_lab.statistics`; the eigen-solvers that make the modes
are in `hessian_lab.spectrum`.
"""

from ._batched import (
    BatchedAffine,
    batched_affine,
    batched_participation,
    batched_relaxed_moduli,
    batched_response,
)
from ._elasticity import ShearModuli, first_transverse_frequency, relaxed_shear_moduli, simple_shear_moduli
from ._participation import participation_ratio
from ._vortices import Defects, winding_defects, winding_defects_on_grid

__all__ = [
    "BatchedAffine",
    "Defects",
    "ShearModuli",
    "batched_affine",
    "batched_participation",
    "batched_relaxed_moduli",
    "batched_response",
    "first_transverse_frequency",
    "participation_ratio",
    "relaxed_shear_moduli",
    "simple_shear_moduli",
    "winding_defects",
    "winding_defects_on_grid",
]
