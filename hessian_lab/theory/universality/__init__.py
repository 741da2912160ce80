"""Universal phonon scattering: strength and number of the tunnelling systems from the elastic constants of a glass.

The standard model that it feeds is in `hessian_lab.theory.tunnelling`.
"""

from .._glasses import CUBIC_ANGSTROM, PUBLISHED_GLASSES, PublishedGlass
from ._couplings import (
    EXACT_PREFACTOR,
    ROUNDED_PREFACTOR,
    STABILITY_FACTOR,
    debye_temperature,
    elastic_energy,
    formula_volume,
    largest_coupling_from_glass_transition,
    largest_coupling_from_stability,
    overlap_exponent,
    renormalising_coupling,
    spectral_density,
    tunnelling_strength,
)
from ._logarithm import (
    logarithmic_conductivity,
    logarithmic_heat,
    logarithmic_response,
    logarithmic_shift,
    resonant_logarithm,
)
from ._model import Universality
from ._orientation import (
    elastic_cumulative,
    elastic_density,
    sample_elastic_couplings,
    sample_vector_couplings,
    vector_cumulative,
    vector_density,
)
from ._table import Entry, RowCheck, check_row, implied_formula_volume, predictions

__all__ = [
    "CUBIC_ANGSTROM",
    "EXACT_PREFACTOR",
    "PUBLISHED_GLASSES",
    "ROUNDED_PREFACTOR",
    "STABILITY_FACTOR",
    "Entry",
    "PublishedGlass",
    "RowCheck",
    "Universality",
    "check_row",
    "debye_temperature",
    "elastic_cumulative",
    "elastic_density",
    "elastic_energy",
    "formula_volume",
    "implied_formula_volume",
    "largest_coupling_from_glass_transition",
    "largest_coupling_from_stability",
    "logarithmic_conductivity",
    "logarithmic_heat",
    "logarithmic_response",
    "logarithmic_shift",
    "overlap_exponent",
    "predictions",
    "renormalising_coupling",
    "resonant_logarithm",
    "sample_elastic_couplings",
    "sample_vector_couplings",
    "spectral_density",
    "tunnelling_strength",
    "vector_cumulative",
    "vector_density",
]
