"""Pair potentials: core law + taper + mixing rule -> one scalar law of r^2; and the named models.

A new core is one class in `_cores`, a new taper one file in `_tapers` and a line in `_potential.TAPERS`, a new model
one entry in `_models._PRESETS`. Forces, stresses and Hessians are made from the law in `hessian_lab.hessian`.
"""

from ._cores import Contact, InversePower, LennardJones, even_polynomial_coefficients
from ._law import PairLaw, radial_derivatives
from ._mixing import Additive, MixingRule, NonAdditive, SpeciesTable
from ._models import MODEL_NAMES, Model, PowerLawDiameters, SpeciesComposition, model_summaries, named_model
from ._potential import ALLOWED_TAPERS, TAPERS, Potential, PotentialSettings, Taper, parse_taper
from ._tapers import ForceShift, GrigeraParisiTaper, LocalTaper, NoTaper, PolynomialTaper, StoddardFord
from ._translation import ScalarLaw, law_parameters, scalar_law

__all__ = [
    "ALLOWED_TAPERS",
    "MODEL_NAMES",
    "TAPERS",
    "Additive",
    "Contact",
    "ForceShift",
    "GrigeraParisiTaper",
    "InversePower",
    "LennardJones",
    "LocalTaper",
    "MixingRule",
    "Model",
    "NoTaper",
    "NonAdditive",
    "PairLaw",
    "PolynomialTaper",
    "Potential",
    "PotentialSettings",
    "PowerLawDiameters",
    "ScalarLaw",
    "SpeciesComposition",
    "SpeciesTable",
    "StoddardFord",
    "Taper",
    "even_polynomial_coefficients",
    "law_parameters",
    "model_summaries",
    "named_model",
    "parse_taper",
    "radial_derivatives",
    "scalar_law",
]
