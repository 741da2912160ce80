"""Glass temperature, and the lines of the phase diagram at T = 0."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from ..._core.errors import ComputationError, InputError
from .model import Couplings
from .replica_symmetric import (
    ReplicaSymmetric,
    assemble,
    ergodic_response,
    fixed_point,
    solve_replica_symmetric,
)

_UNSTABLE = 10.0


def glass_temperature(model: Couplings) -> float:
    r"""Temperature below which the ergodic phase is unstable to a glass; 0 if it never is.

    .. math:: \langle (\langle v^2 \rangle / T)^2 \rangle_{a_2} = 1 \quad\text{at}\quad q = p = 0

    Without local disorder that is C = 1, hence T_g = <v^2> in the potential -v^2/2 + G(v)/gamma. The transition is
    into the polarised phase instead where J_0 C > 1; see `transition_temperature`. Reduced units.

    Reference: Kuehn and Horstmann 1998, Fig. 1a.
    """
    return _highest(model, lambda response, instability: instability - 1)


def transition_temperature(model: Couplings) -> float:
    """Temperature at which the ergodic phase ends, towards the glass or, where J_0 C > 1, the polarised phase."""
    return _highest(model, lambda response, instability: max(instability - 1, model.mean_coupling * response - 1))


def _highest(model: Couplings, excess: Callable[[float, float], float]) -> float:
    def at(temperature: float) -> float:
        found = ergodic_response(model, temperature)
        return _UNSTABLE if found is None else excess(*found)

    if model.quadratic_spread == 0:
        cold = at(0.0)
        if cold <= 0:
            return 0.0
    high = 10 * (1 + model.gamma) * (1 + model.mean_coupling + model.quadratic_spread) ** 2 / model.quartic
    low = high
    while at(low) <= 0:
        low /= 1.5
        if low < 1e-4:
            return 0.0
    return float(brentq(at, low, 1.5 * low if low < high else 20 * high, xtol=1e-13, rtol=1e-12))


def polarisation_line(model: Couplings, temperature: float = 0.0) -> float:
    """J_0 above which the system polarises: 1/C of the phase without polarisation, whatever J_0 of the argument."""
    flat = solve_replica_symmetric(model.model_copy(update={"mean_coupling": 0.0}), temperature)
    return 1 / flat.response


def almeida_thouless_line(model: Couplings, temperature: float = 0.0) -> float:
    r"""J_0 above which the polarised phase is stable against replica-symmetry breaking.

    .. math:: \langle (d \langle v \rangle / dh)^2 \rangle = 1

    Raises:
        InputError: if there is no glass at this gamma and temperature.

    Reference: Kuehn and Horstmann 1998, Sect. 2 and Fig. 1b.
    """
    return _in_polarised_phase(model, temperature, lambda s: min(s.stability, _UNSTABLE) - 1)


def double_well_line(model: Couplings, temperature: float = 0.0) -> float:
    """J_0 below which there are double wells, C > a_2/gamma (Eq. 13), where the phase without polarisation has them.

    Raises:
        InputError: if the phase without polarisation has no double wells.
    """
    return _in_polarised_phase(model, temperature, lambda s: s.response - model.quadratic / model.gamma)


def double_well_onset(model: Couplings) -> float:
    """gamma at which double wells appear in the glass at T = 0 without polarisation: C = a_2/gamma."""

    def excess(gamma: float) -> float:
        at = model.model_copy(update={"gamma": gamma, "mean_coupling": 0.0, "quadratic_spread": 0.0})
        return solve_replica_symmetric(at).response - model.quadratic / gamma

    onset = model.quadratic / 2
    return float(brentq(excess, 1.02 * onset, 4 * onset, xtol=1e-12, rtol=1e-11))


def _in_polarised_phase(model: Couplings, temperature: float, excess: Callable[[ReplicaSymmetric], float]) -> float:
    """J_0 at which `excess` changes sign in the polarised phase, followed from its edge."""
    start = polarisation_line(model, temperature)
    flat = solve_replica_symmetric(model.model_copy(update={"mean_coupling": 0.0}), temperature)
    if excess(flat) <= 0:
        raise InputError(
            f"there is no such line at gamma = {model.gamma:g} and T = {temperature:g}: the condition already fails "
            "in the phase without polarisation; raise gamma or lower T"
        )
    low = start * (1 + 1e-5)
    first = solve_replica_symmetric(model.model_copy(update={"mean_coupling": low}), temperature)
    if excess(first) <= 0:
        return start
    state = np.array([first.polarisation, first.overlap, first.response])

    def at(mean_coupling: float) -> float:
        nonlocal state
        moved = model.model_copy(update={"mean_coupling": mean_coupling})
        try:
            found = fixed_point(moved, temperature, state, iterations=3)
        except ComputationError:
            found = np.zeros(3)
        if found[0] < 0.1 * first.polarisation:
            # The iteration failed, or fell back on the unpolarised solution; start afresh.
            fresh = solve_replica_symmetric(moved, temperature)
            found = np.array([fresh.polarisation, fresh.overlap, fresh.response])
        state = found
        return excess(assemble(moved, temperature, state, "polarised"))

    high = low + 0.02
    while high < 1e3 * start:
        if at(high) <= 0:
            return float(brentq(at, low, high, xtol=1e-9, rtol=1e-9))
        low, high = high, low + 1.4 * (high - low)
        high = max(high, 1.05 * low)
    raise ComputationError(f"no end of the phase found up to J_0 = {high:g} at gamma = {model.gamma:g}")


def ergodic_edge(model: Couplings) -> float:
    r"""gamma at which the ergodic phase ends at T = 0.

    .. math::
        \gamma = \frac{a_2}{2} \;(J_0 \le 1), \qquad \gamma = \frac{a_2 J_0}{1 + J_0^2} \;(J_0 > 1)

    from C^2 - a_2 C/gamma + 1 = 0 with C = 1, or C = 1/J_0.
    """
    coupling = max(model.mean_coupling, 1.0)
    return float(np.divide(model.quadratic * coupling, 1 + coupling**2))
