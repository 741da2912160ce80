"""Quench methods, one a file: frozen settings that ask for forces and are told them (see `_base`)."""

from ._base import QuenchMethod
from ._conjugate_gradient import ConjugateGradient
from ._fire import Fire
from ._jax_md_fire import JaxMdFire
from ._lbfgs import Lbfgs
from ._steepest_descent import SteepestDescent

__all__ = ["ConjugateGradient", "Fire", "JaxMdFire", "Lbfgs", "QuenchMethod", "SteepestDescent"]
