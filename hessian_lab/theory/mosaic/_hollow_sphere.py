"""Modes of a hollow sphere with a gas inside (paper, Eq. 30 and Fig. 13)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.optimize import brentq
from scipy.special import spherical_jn

from ..._core.errors import ComputationError, InputError


def cot_alpha(order: int, argument: ArrayLike) -> Float[np.ndarray, " ..."]:
    r"""cot alpha_l(z) = (-l + z j_{l+1}(z)/j_l(z))^{-1} = -j_l(z) / (z j_l'(z)); -1/l at z = 0.

    Args:
        order: l >= 1.
        argument: z = omega R / c_g > 0.
    """
    argument = np.asarray(argument, dtype=float)
    with np.errstate(divide="ignore"):
        return -spherical_jn(order, argument) / (argument * spherical_jn(order, argument, derivative=True))


def shell_side(order: int, argument: ArrayLike, *, mass: float, tension: float):
    """Right side of Eq. 30: mass - (l-1)(l+2) tension / z^2, with the arguments of `shell_frequencies`."""
    return mass - (order - 1) * (order + 2) * tension / np.asarray(argument, dtype=float) ** 2


def shell_frequencies(order: int, *, mass: float, tension: float, highest: float = 30.0) -> Float[np.ndarray, " roots"]:
    r"""Roots z = omega R / c_g of Eq. 30 up to `highest`, ascending.

    .. math:: \cot\alpha_l(z) = \frac{\rho_W}{\rho_g R}
              - \frac{(l-1)(l+2)}{z^2} \frac{\sigma}{\rho_g R c_g^2}

    The lowest root is the wall's own mode, the others are standing waves of the gas. As the gas gets light
    (mass, tension -> infinity) the lowest tends to z^2 = (l-1)(l+2) tension / mass, Eq. 31. The equation is solved
    in the form z j_l'(z) [mass - ...] + j_l(z) = 0, which has no poles.

    Args:
        order: l >= 2.
        mass: rho_W / (rho_g R).
        tension: sigma / (rho_g R c_g^2).
        highest: end of the search in z.

    Raises:
        InputError: if order, mass or tension is not allowed.
        ComputationError: if there is no root below `highest`.
    """
    if order < 2 or mass <= 0 or tension <= 0:
        raise InputError(
            f"arguments must be order >= 2, mass > 0 and tension > 0, but are {order}, {mass:g}, {tension:g}"
        )

    def balance(argument):
        slope = argument * spherical_jn(order, argument, derivative=True)
        scaled = argument**2 * mass - (order - 1) * (order + 2) * tension
        return (slope * scaled + argument**2 * spherical_jn(order, argument)) / argument**order

    own = np.sqrt((order - 1) * (order + 2) * tension / (mass + 1 / order))
    grid = np.unique(
        np.concatenate([np.geomspace(min(own, highest) * 1e-2, highest, 400), np.arange(0.01, highest, 0.01)])
    )
    values = balance(grid)
    crossings = np.flatnonzero(np.sign(values[1:]) != np.sign(values[:-1]))
    if not len(crossings):
        raise ComputationError(f"no mode of order {order} below z = {highest:g}; raise `highest`")
    return np.array([brentq(balance, grid[i], grid[i + 1], xtol=1e-14, rtol=1e-14) for i in crossings])
