"""Quenches: from a parent to its inherent structure, in batches, with a status for every glass.

`quench` is the driver; methods are frozen settings objects; `polish` takes the Newton steps that end a quench.
Confirming that a stationary point is a minimum is the business of `hessian_lab.spectrum`.
"""

from typing import Annotated

from pydantic import Field

from ._driver import Quenched
from ._landscape import RelaxCell
from ._methods import ConjugateGradient, Fire, JaxMdFire, Lbfgs, QuenchMethod, SteepestDescent
from ._newton import Polished, polish
from ._quench import quench

Method = Annotated[Fire | SteepestDescent | ConjugateGradient | Lbfgs | JaxMdFire, Field(discriminator="kind")]
"""Any quench method, as a table in a campaign file."""

__all__ = [
    "ConjugateGradient",
    "Fire",
    "JaxMdFire",
    "Lbfgs",
    "Method",
    "Polished",
    "QuenchMethod",
    "Quenched",
    "RelaxCell",
    "SteepestDescent",
    "polish",
    "quench",
]
