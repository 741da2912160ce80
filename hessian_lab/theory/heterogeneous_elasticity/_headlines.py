"""What the self-consistent Born approximation gives, beside what is said of it in print."""

from __future__ import annotations

import numpy as np

from .._protocol import Headline
from ._materials import disorder_of_boson_peak
from ._scalar import critical_disorder, gap, scalar_density_of_states, scalar_self_energy
from ._theory import HeterogeneousElasticity
from ._vector import vector_critical_disorder

_SPECIFICATION = "theory specification, section 1"


def headlines() -> list[Headline]:
    """Exact or computed limits of the theory."""
    return [*_stability(), *_slopes(), *_peak()]


def _stability() -> list[Headline]:
    vector, rest = vector_critical_disorder(1e12)
    note = f"incompressible; the macroscopic shear modulus is then {rest:.3f} of the bare one"
    return [
        Headline("critical disorder, scalar", critical_disorder(), 0.25, "", True, _SPECIFICATION),
        Headline("critical disorder, vector", vector, None, "", None, "derived here: 5/8", note),
    ]


def _slopes() -> list[Headline]:
    small, box = np.array([1e-4, 1e-3]), 0.3
    critical = critical_disorder(smallest_wavenumber=box)
    marginal = scalar_density_of_states(small, critical, smallest_wavenumber=box)
    gaps = [gap(critical - distance, smallest_wavenumber=box) for distance in (1e-6, 1e-4)]
    infinite = float(scalar_density_of_states(small[:1], 0.25)[0] / small[0] ** 2)
    damping = scalar_self_energy(np.array([1e-3, 2e-3]), 0.2).imag
    return [
        Headline(
            "slope of ln g at the critical disorder, without long waves",
            float(np.diff(np.log(marginal))[0] / np.diff(np.log(small))[0]),
            2.0,
            "",
            True,
            "004, first page; " + _SPECIFICATION,
            f"waves below {box} k_D left out",
        ),
        Headline(
            "exponent of the gap in gamma_c - gamma",
            float(np.log(gaps[1] / gaps[0]) / np.log(100)),
            0.5,
            "",
            True,
            _SPECIFICATION,
            f"waves below {box} k_D left out",
        ),
        Headline(
            "g over the Debye law at the critical disorder, omega -> 0",
            infinite / (3 * 2**1.5),
            None,
            "",
            None,
            "004, first page: a prefactor higher than Debye's",
            "1 + 2 sqrt(3)/pi in the scalar form",
        ),
        Headline(
            "exponent of the attenuation 1/l in omega",
            1 + float(np.log2(damping[1] / damping[0])),
            4.0,
            "",
            True,
            "000, text after Eq. 13 (Rayleigh)",
            "gamma = 0.2",
        ),
    ]


def _peak() -> list[Headline]:
    gamma = disorder_of_boson_peak()
    height = HeterogeneousElasticity(gamma=gamma).boson_peak.over_debye
    return [
        Headline(
            "disorder that puts the boson peak at omega_D/10",
            gamma,
            None,
            "",
            None,
            "000, page 4: boson peak at one-tenth of Theta_D",
            f"scalar form, {100 * (1 - 4 * gamma):.1f} % below the instability; g there is {height:.2f} of Debye's",
        )
    ]
