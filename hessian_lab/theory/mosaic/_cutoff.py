"""Frequency above which phonons no longer strain a whole cell (Appendix B, Fig. 24)."""

from __future__ import annotations

import numpy as np
from jaxtyping import Float
from numpy.typing import ArrayLike
from scipy.special import spherical_jn

from ._materials import DEBYE_FACTOR
from ._ripplons import SPHERE

REACH = 6.0
"""Largest k R of a phonon that strains a cell, read off Fig. 24 by the paper."""


def form_factor(argument: ArrayLike) -> Float[np.ndarray, " ..."]:
    """[d j_1(x)/dx]^2, x = kR: 1/9 at 0, zeros at 2.0816, 5.9404, 9.2058 (Fig. 24)."""
    return spherical_jn(1, np.asarray(argument, dtype=float), derivative=True) ** 2


def reduced_wave_number(omega: ArrayLike, size_ratio: float) -> Float[np.ndarray, " ..."]:
    """kR = (omega/omega_D) (xi/a) (9 pi/2)^(1/3); omega in omega_D. The paper: omega / (0.4 (a/xi) omega_D)."""
    return np.asarray(omega, dtype=float) * size_ratio * DEBYE_FACTOR * SPHERE


def cutoff_coefficient(reach: float = REACH) -> float:
    """omega_c in (a/xi) omega_D for kR = reach: 2.48 for 6, printed 2.5."""
    return reach / (DEBYE_FACTOR * SPHERE)


def quadratic_coupling_frequency(size_ratio: float, *, boundary: bool = True) -> float:
    r"""Frequency, in omega_D, where the quadratic coupling of Appendix B equals the linear one.

    .. math:: \tfrac14 \sqrt{N^*}\, a^3 d_L k = a^2 \sqrt{N^{*2/3}}\, (a/\xi)\, d_L
              \;\Rightarrow\; \omega = \frac{4}{(6\pi^2)^{1/3}} (a/\xi)^{3/2} \omega_D

    The paper prints sqrt(a/xi) 4 / (6 pi^2)^(1/2) = "0.4": that leaves out the factor a/xi of the displacement
    at the boundary, which its own estimate of g has (Sec. III.B), and 1/2 stands for 1/3.

    Args:
        size_ratio: xi / a.
        boundary: keep the factor a/xi of Sec. III.B.
    """
    return 4 / DEBYE_FACTOR * size_ratio ** (-1.5 if boundary else -0.5)
