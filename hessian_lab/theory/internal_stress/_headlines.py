"""The numbers of paper 000, computed again from its own equations and inputs."""

from __future__ import annotations

import numpy as np
from scipy import constants

from .._bose import KELVIN
from .._protocol import Headline
from ._materials import PER_PICOSECOND
from ._theory import EXTENT, InternalStress

WINDOW = (0.025, 0.3)
"""Temperatures in K over which the apparent exponents are taken: from the lowest of the silica data up to where the
waves take over."""

_MASS_NUMBER = 10
_TEXT = "000, text after Fig. 1"


def headlines() -> list[Headline]:
    """Every number that the paper prints or that follows from it."""
    silica, dry, borate = (InternalStress.of(name) for name in ("suprasil", "suprasil-w", "b2o3"))
    return [
        *_scales(silica, dry, borate),
        *_extents(silica, dry, borate),
        *_exponents(silica, dry),
        *_magnitudes(silica, dry),
        *_equations(),
    ]


def _scales(silica: InternalStress, dry: InternalStress, borate: InternalStress) -> list[Headline]:
    return [
        Headline(
            "omega_D of SiO2",
            silica.omega_debye / PER_PICOSECOND,
            44.0,
            "ps^-1",
            False,
            "Fig. 1, caption",
            "342 K is 44.77 ps^-1; 44 is not its rounding. The printed 2000 and 1440 come from 45 and 0.2",
        ),
        Headline("omega_D of B2O3", borate.omega_debye / PER_PICOSECOND, 20.0, "ps^-1", True, "Fig. 1, caption"),
        Headline(
            "T_0 of SiO2, mean of Suprasil and Suprasil W",
            500 * (silica.crossover_temperature + dry.crossover_temperature),
            40.0,
            "mK",
            True,
            _TEXT,
            f"{1e3 * silica.crossover_temperature:.1f} and {1e3 * dry.crossover_temperature:.1f}; one value is printed",
        ),
        Headline(
            "T_0 of B2O3",
            1e3 * borate.crossover_temperature,
            800.0,
            "mK",
            False,
            _TEXT,
            "800 mK needs omega_0 = 0.105 ps^-1; the caption prints 0.015",
        ),
    ]


def _extents(silica: InternalStress, dry: InternalStress, borate: InternalStress) -> list[Headline]:
    at_800_mK = borate.model_copy(update={"omega_0": 0.8 / KELVIN})
    return [
        Headline("prefactor of Eq. 24", EXTENT, 0.2, "", True, "Eq. 24", "rounded by a tenth, which the extents show"),
        Headline(
            "extent of the defects, Suprasil",
            silica.extent(),
            2000.0,
            "a",
            False,
            _TEXT,
            f"2190 with the caption's 44 ps^-1; {silica.extent(prefactor=0.2):.0f} with the rounded 0.2",
        ),
        Headline(
            "extent of the defects, Suprasil W",
            dry.extent(),
            1440.0,
            "a",
            False,
            _TEXT,
            f"1577 with the caption's 44 ps^-1; {dry.extent(prefactor=0.2):.0f} with the rounded 0.2",
        ),
        Headline(
            "extent of the defects, B2O3",
            borate.extent(),
            50.0,
            "a",
            False,
            _TEXT,
            f"the text's own 800 mK gives {at_800_mK.extent():.0f}, so 50, 800 mK and 0.015 ps^-1 are three statements",
        ),
        Headline(
            "extent of the defects if omega_0 = 0.01 omega_D",
            EXTENT / 0.01,
            500.0,
            "a",
            False,
            "text after Eq. 24",
            "500 needs omega_0 = 4.5e-4 omega_D; the fits have 1.0e-4, 1.4e-4 and 7.5e-4",
        ),
    ]


def _exponents(silica: InternalStress, dry: InternalStress) -> list[Headline]:
    window = f"straight line through ln C on {WINDOW[0]}-{WINDOW[1]} K"
    return [
        Headline(
            "apparent exponent of C(T), Suprasil",
            silica.apparent_exponent(*WINDOW),
            1.2,
            "",
            True,
            "Fig. 1, caption (printed -1.2: misprint)",
            f"{window}; the vortices alone {silica.apparent_exponent(*WINDOW, excess=True):.2f}",
        ),
        Headline(
            "apparent exponent of C(T), Suprasil W",
            dry.apparent_exponent(*WINDOW),
            1.3,
            "",
            True,
            "Fig. 1, caption (printed -1.3: misprint)",
            f"{window}; the vortices alone {dry.apparent_exponent(*WINDOW, excess=True):.2f}: without the waves "
            "the curve does not have the slope",
        ),
        Headline(
            "exponent of C(T) of Suprasil at 50 mK",
            float(silica.local_exponent(np.array(0.05))),
            2.0,
            "",
            False,
            _TEXT,
            "a T^2 law is announced below 50 mK; the exponent there is 1.2, and 1.3 at 25 mK, where the data begin",
        ),
        Headline(
            "exponent of C(T) of Suprasil at 1 mK",
            float(silica.local_exponent(np.array(1e-3))),
            2.0,
            "",
            True,
            "000, text before the last paragraph",
            "1.9 is reached at T_0/12 = 2.9 mK",
        ),
    ]


def _magnitudes(silica: InternalStress, dry: InternalStress) -> list[Headline]:
    note = (
        "erg g^-1 K^-2 with g normalised to 1 a formula unit (Eq. 26); Stephens, PRB 8, 2896 (1973), abstract: "
        "7 to 50 in all glasses. Three times this with g normalised to 3, as Eq. 12 is"
    )
    wave = constants.h / np.sqrt(_MASS_NUMBER * constants.atomic_mass * constants.k)
    return [
        Headline("linear coefficient of C, Suprasil", _linear(silica), None, "erg g^-1 K^-2", None, "Eqs. 25-27", note),
        Headline("linear coefficient of C, Suprasil W", _linear(dry), None, "erg g^-1 K^-2", None, "Eqs. 25-27", note),
        Headline(
            "share of the vortices in the modes below omega_D, Suprasil",
            silica.n_eta * silica.omega_0 * silica.omega_debye,
            None,
            "",
            None,
            "000, note 56",
            "small, as the note says",
        ),
        Headline(
            "thermal de Broglie wavelength at 1 K, atomic mass 10",
            wave / constants.angstrom,
            0.05,
            "angstrom",
            False,
            "000, third paragraph: a few percent of an angstrom",
            "h/sqrt(m k_B T) is 14 angstrom, so the argument against tunnelling does not stand as printed",
        ),
    ]


def _linear(theory: InternalStress) -> float:
    """pi^2/3 of the constant density, in erg g^-1 K^-2 (1 J kg^-1 is 1e4 erg g^-1)."""
    per_mode = np.pi**2 / 3 * theory.n_eta * theory.omega_0 / KELVIN
    return 1e4 * theory.modes_per_kilogram * constants.k * per_mode


def _equations() -> list[Headline]:
    def flaw(name: str, source: str, note: str) -> Headline:
        return Headline(name, None, None, "", False, source, note)

    return [
        flaw("factor d sigma/df of g_dir", "Eq. 16", "missing in print; Eq. 21 and Appendix B have it"),
        flaw(
            "factor 1/pi of Appendix B",
            "Eqs. B2-B6",
            "Im G = pi delta cancels the 1/pi of Eq. 14, so B2, B5 and B6 are too small by pi; Eq. 21 is right",
        ),
        flaw("factor omega of Appendix B", "Eq. B1", "omega appears twice; B2 has it once"),
        flaw(
            "normalisation of g",
            "Eqs. 12 and 26",
            "Eq. 12 counts three modes a particle, Eq. 26 one: with Eq. 27, n_eta is 2 N_eta P_1 zeta/(3 N), not the "
            "2 N_eta P_1 zeta/N under Eq. 21",
        ),
        flaw(
            "sign of the coupling",
            "Eqs. 4, A1, 17",
            "Eq. 4 has the same sign on both sides, so it does not derive from an energy. An energy gives opposite "
            "signs and f = sigma (1 - gamma^2 sigma/mu)/zeta, hence g_dir ~ omega/sqrt(1 - (omega/omega_0)^2)",
        ),
        flaw(
            "sign of the damping",
            "Eqs. 9, 11, 13",
            "with the printed sign Im Delta M > 0, so Im G < 0 and g_ind is negative; opposite signs mend this too",
        ),
        flaw("transverse waves in Eq. 4", "Eq. 4", "div u_T vanishes, so the second line cannot couple to them"),
        flaw(
            "two branches of |sigma|",
            "Eqs. 18-20",
            "both sides of the minimum give the same |sigma|, so P_1 is twice Eq. 20; and with the modulus of Eq. 18 "
            "there are no negative stresses for Appendix B to leave out",
        ),
    ]
