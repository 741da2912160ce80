"""Standard tunnelling model: independent two-level systems with P(epsilon, Delta_0) = P-bar / Delta_0.

The couplings that the universality theory predicts are in `hessian_lab.theory.universality`.
"""

from ._heat import phonon_heat_capacity, relaxed_systems, tunnelling_heat_capacity
from ._materials import JOULE_PER_ELECTRON_VOLT, TUNNELLING_GLASSES, TunnellingGlass
from ._model import Tunnelling
from ._rates import fastest_rate, rate_prefactor
from ._relaxation import relaxation_kernel, relaxation_response
from ._resonance import resonant_loss, resonant_shift

__all__ = [
    "JOULE_PER_ELECTRON_VOLT",
    "TUNNELLING_GLASSES",
    "Tunnelling",
    "TunnellingGlass",
    "fastest_rate",
    "phonon_heat_capacity",
    "rate_prefactor",
    "relaxation_kernel",
    "relaxation_response",
    "relaxed_systems",
    "resonant_loss",
    "resonant_shift",
    "tunnelling_heat_capacity",
]
