"""Energy, forces, stress and Hessian of a configuration, all from one evaluation of the pair law.

`forces` is for compiled loops; `Pairs` holds the evaluated pairs of one sample; `Hessian` makes matrices of them;
`batched_hessians` makes many of them on the device at once, and `HessianProduct` multiplies with one that is never
made. Diagonalisation is in `hessian_lab.spectrum`, elastic
moduli are in `hessian_lab.modes`.
"""

from ._batched import batched_hessians
from ._compiled import compilable
from ._forces import forces, forces_and_energy, forces_and_largest
from ._hessian import Hessian, hessian
from ._pairs import Pairs, interacting_pairs
from ._product import HessianProduct

__all__ = [
    "Hessian",
    "HessianProduct",
    "Pairs",
    "batched_hessians",
    "compilable",
    "forces",
    "forces_and_energy",
    "forces_and_largest",
    "hessian",
    "interacting_pairs",
]
