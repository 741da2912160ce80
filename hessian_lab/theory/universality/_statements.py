"""Numbers that the text of the paper states, computed again."""

from __future__ import annotations

import numpy as np
from scipy.constants import Boltzmann, Planck, electron_volt, hbar
from scipy.integrate import quad
from scipy.special import digamma, zeta
from scipy.stats import spearmanr

from .._glasses import CUBIC_ANGSTROM, PUBLISHED_GLASSES
from .._protocol import Headline
from ._couplings import (
    EXACT_PREFACTOR,
    ROUNDED_PREFACTOR,
    STABILITY_FACTOR,
    elastic_energy,
    formula_volume,
    overlap_exponent,
    renormalising_coupling,
    tunnelling_strength,
)
from ._orientation import elastic_cumulative, elastic_density, vector_density
from ._table import check_row

SILICA = PUBLISHED_GLASSES["SiO2"]
ALPHA = 2.5
LARGEST_SPLITTING = 10.0
SILICA_MOLAR_MASS = 60.084e-3
PMMA_MOLAR_MASS = 100.117e-3
"""kg/mol, of SiO2 and of the repeat unit C5H8O2; standard atomic weights."""


def statements() -> list[Headline]:
    """The statements in the order: couplings, density of states, criteria for gamma_max, temperature, the table."""
    return [*_couplings(), *_density_of_states(), *_criteria(), *_temperature(), *_comparison()]


def conductivity_constant() -> float:
    r"""The constant c of kappa ~ T^2/(c + 2 ln(Delta_max/2kT)) to leading order in the logarithm.

    .. math:: c = 2 (1 - \langle \ln y \rangle), \qquad
        \langle \ln y \rangle = \psi(3) + \frac{\zeta'(2)}{\zeta(2)} + \frac13 = 0.686

    where y = hbar omega/kT is weighted as resonant scattering weights it in the conductivity.
    """
    step = 1e-5
    slope = (zeta(2 + step) - zeta(2 - step)) / (2 * step)
    return float(2 * (1 - (digamma(3) + slope / zeta(2) + 1 / 3)))


def _line(
    name: str, computed: float, printed: float, unit: str, tolerance: float, source: str, note: str = ""
) -> Headline:
    """A number with its verdict: it follows if computed and printed differ by no more than the printed rounding."""
    return Headline(name, computed, printed, unit, bool(abs(computed - printed) <= tolerance), source, note)


def _couplings() -> list[Headline]:
    scale = elastic_energy(2200, 4200, 45 * CUBIC_ANGSTROM)
    debye = 350.0
    renormalising = renormalising_coupling(scale, debye)
    row = (SILICA.density, SILICA.speed, SILICA.formula_volume)
    unit = np.sqrt(elastic_energy(*row) * hbar * SILICA.speed * (6 * np.pi**2 / SILICA.formula_volume) ** (1 / 3))
    scalar = 1 / np.sqrt(overlap_exponent(unit, *row, branch_sum=3.0))
    uniaxial = 1 / np.sqrt(overlap_exponent(unit, *row, branch_sum=1 / 3))
    return [
        _line(
            "gamma_o / sqrt(rho v^2 v_o hbar omega_D), scalar strain",
            float(scalar),
            np.sqrt(2) / 3,
            "1",
            1e-9,
            "Eq. 5, supplement Eq. 14",
            "needs full coupling to each of three branches, <sum (D:e)^2> = 3",
        ),
        Headline(
            "gamma_o / sqrt(rho v^2 v_o hbar omega_D), uniaxial dipole",
            float(uniaxial),
            None,
            "1",
            None,
            "supplement Eq. 14 with D = n n",
            "<sum (D:e)^2> = 1/3: gamma_o three times larger, C 81 times larger; Eq. 5 holds for a scalar strain only",
        ),
        _line(
            "sqrt(rho v^2 v_o hbar omega_D) of silica",
            float(np.sqrt(scale * Boltzmann * debye) / electron_volt),
            0.57,
            "eV",
            0.005,
            "text below Table I",
            "this is the scale only, quoted as from Eq. 10; gamma_o of Eq. 5 is "
            f"{renormalising / electron_volt:.3f} eV and gamma_eff = 2.5 gamma_o is "
            f"{ALPHA * renormalising / electron_volt:.2f} eV",
        ),
        _line(
            "ln^(1/2)(Delta_max/Delta_o) at Delta_o = 1 K",
            float(np.sqrt(np.log(LARGEST_SPLITTING))),
            1.5,
            "1",
            0.05,
            "text below Eq. 11",
        ),
        _line(
            "ln^(1/2)(Delta_max/Delta_o) at Delta_o = 5e-11 K",
            float(np.sqrt(np.log(LARGEST_SPLITTING / 5e-11))),
            5.0,
            "1",
            0.5,
            "text below Eq. 11",
            "printed as 'about 5'",
        ),
        _line(
            "Delta_o of an oscillation of 1 s",
            Planck / Boltzmann,
            5e-11,
            "K",
            0.5e-11,
            "text below Eq. 11",
            "h/(k 1 s)",
        ),
        _line(
            "v k_m / omega_D of PMMA, the largest of the table",
            LARGEST_SPLITTING / PUBLISHED_GLASSES["PMMA"].debye_temperature,
            0.1,
            "1",
            0.05,
            "supplement, text below Eq. 14",
            "printed as 'less than one tenth'",
        ),
        _line(
            "v_o of SiO2 from its molar mass",
            formula_volume(SILICA_MOLAR_MASS, SILICA.density) / CUBIC_ANGSTROM,
            45.3,
            "A^3",
            0.15,
            "text below Eq. 13; Table I",
        ),
        _line(
            "v_o of PMMA from its molar mass",
            formula_volume(PMMA_MOLAR_MASS, PUBLISHED_GLASSES["PMMA"].density) / CUBIC_ANGSTROM,
            138.4,
            "A^3",
            0.65,
            "text below Eq. 13; Table I",
            "138.5 with a density of 1200 kg/m^3 in place of the printed 1180",
        ),
    ]


def _density_of_states() -> list[Headline]:
    return [
        _line(
            "n_o gamma_max^2/(rho v^2)",
            EXACT_PREFACTOR,
            0.38,
            "1",
            0.005,
            "supplement Eq. 25",
            "then rounded to 1/3, which lowers every C and P-bar by 12.5 %",
        ),
        _line(
            "P(epsilon) gamma_max^2/(rho v^2 V_o)",
            3 / (2 * np.pi) ** 1.5,
            3 / (2 * np.pi) ** (2 / 3),
            "1",
            1e-9,
            "text above Eq. 7",
            "the exponent of 2 pi is 3/2 (supplement, text above Eq. 25), printed 2/3",
        ),
        Headline(
            "probability under the linear form 4 g of the elastic dipoles",
            0.5,
            None,
            "1",
            None,
            "supplement Eq. 5 and text below",
            "the paper calls the linear form reasonable; half of the probability sits near gamma_max/2; "
            f"{float(elastic_cumulative(np.array(0.25))):.2f} of it lies below gamma_max/4",
        ),
        Headline(
            "C with elastic dipoles / C with vector dipoles, same gamma_max",
            _elastic_over_vector(),
            None,
            "1",
            None,
            "supplement Eq. 3, 5, 22",
            "twice the density of gamma^2 near 0, and <gamma^2> = 1/6 in place of 1/2",
        ),
        Headline(
            "density of states of Yu and Leggett / measured P-bar of silica",
            1 / (1e-4 * SILICA.measured_strength),
            1e2,
            "1",
            None,
            "text below Eq. 6",
            "the paper says two orders of magnitude, against specific heats; against P_exp of its table it is 1/C_exp",
        ),
    ]


def _elastic_over_vector() -> float:
    """Density of g^2 near 0 over the mean square of g, elastic dipoles over vector dipoles."""
    small = np.array(1e-6)
    mean_squares = [
        quad(lambda g, d=d: g**2 * d(g), 0, end)[0] for d, end in ((vector_density, 1), (elastic_density, 0.5))
    ]
    return float(elastic_density(small) / vector_density(small) * mean_squares[0] / mean_squares[1])


def _criteria() -> list[Headline]:
    row = (SILICA.density, SILICA.speed, SILICA.formula_volume)
    elastic = elastic_energy(*row)
    renormalising = renormalising_coupling(elastic, SILICA.debye_temperature)
    thermal = np.sqrt(2 * elastic * Boltzmann * SILICA.glass_temperature)

    def strength(largest: float) -> float:
        return tunnelling_strength(renormalising, largest, ALPHA) / 1e-4

    measured = SILICA.measured_strength
    return [
        _line("gamma_max/(rho v^2 v_o)", STABILITY_FACTOR, 0.23, "1", 0.005, "Eq. 13", "0.2281"),
        _line(
            "gamma_max/(rho v^2 v_o) from the printed energy of a buckling bond",
            STABILITY_FACTOR / 2,
            STABILITY_FACTOR,
            "1",
            1e-9,
            "supplement, text above Eq. 30",
            "T u^2/2R + k u^4/4R^2 has its minimum at u^2 = |T|R/k, printed 2TR/k; k u^4/8R^2 gives the printed one. "
            "With the printed energy C is 16 times larger",
        ),
        Headline(
            "C_SiO2 for a largest strain of 1/4",
            float(strength(0.25 * np.sqrt(2 / 3) * elastic)),
            1.0,
            "1e-4",
            None,
            "supplement, estimate 1",
            "printed as an order of magnitude; the measured 2.9 needs "
            f"{float(0.25 * (strength(0.25 * np.sqrt(2 / 3) * elastic) / measured) ** 0.25):.2f}",
        ),
        _line(
            "C_SiO2 from T_g with alpha_2 = 1",
            float(strength(thermal)),
            1.0,
            "1e-4",
            2.2,
            "supplement, text below Eq. 28",
            "an order of magnitude above the printed one",
        ),
        _line(
            "alpha_2 that fits the measured C of SiO2",
            float((strength(thermal) / measured) ** 0.25),
            1.5,
            "1",
            0.05,
            "supplement, text below Eq. 28",
            "the text below the table calls this factor alpha_3",
        ),
        _line(
            "high-temperature strain fluctuation over zero-point one, per T/T_D",
            1 / (3 * 0.125),
            8 / 3,
            "1",
            1e-9,
            "supplement, estimate 3",
            "mean of hbar omega/2 over a Debye spectrum is (3/8) hbar omega_D",
        ),
        _line(
            "C with gamma_max = 5 sqrt(rho v^2 v_o hbar omega_D)",
            ALPHA**2 / 3 * (2 / 9) ** 2 / 5**4 / 1e-4,
            1.0,
            "1e-4",
            2.2,
            "supplement, text below Eq. 29",
            "printed as 'about 5' and as an order of magnitude",
        ),
    ]


def _temperature() -> list[Headline]:
    mass = 2 * 2200 * 45 * CUBIC_ANGSTROM
    exponent = float(np.sqrt(mass * Boltzmann) * 1e-10 / hbar)
    return [
        _line(
            "constant beside 2 ln(Delta_max/2kT) in 1/kappa",
            conductivity_constant(),
            1.0,
            "1",
            0.05,
            "text below Table I",
            "the logarithm and its factor follow, the constant beside it does not: 4 % of kappa at 0.1 K",
        ),
        _line(
            "C above the plateau",
            ROUNDED_PREFACTOR / 2,
            1 / 6,
            "1",
            1e-9,
            "text above Eq. 15",
            "0.19 before the rounding of Eq. 7; any distribution of couplings gives the same",
        ),
        _line(
            "l/lambda above the plateau",
            1 / (np.pi**2 * ROUNDED_PREFACTOR),
            0.3,
            "1",
            0.05,
            "Eq. 15",
            "the conclusion of the paper says 'about 1'",
        ),
        _line("sqrt(2 rho v_o V) d/hbar for 1 K, 1 A", exponent, 1.6, "1", 0.05, "text below Eq. 14"),
        _line("barrier for d = 1 A", float((np.log(35) / exponent) ** 2), 5.0, "K", 0.5, "text below Eq. 14"),
        _line("barrier for d = 0.5 A", float((2 * np.log(35) / exponent) ** 2), 20.0, "K", 5.0, "text below Eq. 14"),
    ]


def _comparison() -> list[Headline]:
    checks = [check_row(glass) for glass in PUBLISHED_GLASSES.values()]
    computed = np.array([check.entry("stability_strength").computed for check in checks])
    printed = np.array([check.glass.stability_strength for check in checks])
    measured = np.array([check.glass.measured_strength for check in checks])
    spread = float(np.std(np.log(computed)) / np.std(np.log(measured)))
    as_printed = float(np.std(np.log(printed)) / np.std(np.log(measured)))
    rank = float(spearmanr(computed, measured).statistic)
    by_name = dict(zip(PUBLISHED_GLASSES, computed, strict=True))
    return [
        _line(
            "C of SiO2 over C of LAT",
            float(by_name["SiO2"] / by_name["LAT"]),
            10.0,
            "1",
            1.0,
            "text below Eq. 13",
            "printed as '10 times lower'",
        ),
        Headline(
            "spread of ln C among the glasses, theory over measurement",
            spread,
            None,
            "1",
            False,
            "last paragraph",
            f"{as_printed:.1f} with the printed C_th; the paper says 'only slightly larger than in experiments'",
        ),
        Headline(
            "rank correlation of C_th with C_exp",
            rank,
            None,
            "1",
            None,
            "Table I",
            "Spearman; the theory gives the size of C, not which glass has more",
        ),
        Headline(
            "rows of the ten whose predictions follow from their own inputs",
            float(sum(check.follows for check in checks)),
            None,
            "1",
            None,
            "Table I and supplement Table I",
            "the others: " + ", ".join(check.glass.name for check in checks if not check.follows),
        ),
    ]
