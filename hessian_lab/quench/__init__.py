"""Quenches: from a parent to its inherent structure, in batches, with a status for every glass.

`quench` is the driver; methods are frozen settings objects. Confirming that a stationary point is a minimum is the
business of `hessian_lab.spectrum`.
"""

from typing import Annotated

from pydantic import Field

from ._methods import Fire, JaxMdFire
from ._quench import Quenched, quench

Method = Annotated[Fire | JaxMdFire, Field(discriminator="kind")]
"""Any quench method, as a table in a campaign file."""

__all__ = ["Fire", "JaxMdFire", "Method", "Quenched", "quench"]
