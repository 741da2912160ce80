"""Tapers: how a core law is brought to zero at its cutoff. One family a file.

Each taper has a frozen settings object (its table in a campaign file) whose `build` gives a callable module
`taper(core, y, sigma2)`: the tapered reduced potential for y = r^2/sigma^2 below `limit(sigma2)`. The order m counts
the derivatives of the potential that are continuous at the cutoff. A taper that leaves the core's forces alone at short
distances has `start(sigma2)` as well, the y at which it sets in; one that changes them everywhere has none.
"""

from ._grigera_parisi import GrigeraParisiTaper
from ._local import LocalTaper
from ._polynomial import PolynomialTaper
from ._truncation import ForceShift, NoTaper, StoddardFord

__all__ = ["ForceShift", "GrigeraParisiTaper", "LocalTaper", "NoTaper", "PolynomialTaper", "StoddardFord"]
