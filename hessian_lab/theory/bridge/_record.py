"""What was measured and what the theories make of it, as JSON can hold it."""

from __future__ import annotations

from typing import Any

import numpy as np

from ..._core.errors import InputError
from ._build import heterogeneous_elasticity
from ._inputs import Inputs
from ._stress_prediction import StressFit


def inputs_record(inputs: Inputs) -> dict[str, Any]:
    """Every measured number with its error over glasses and their count."""
    stresses, disorder = inputs.stresses, inputs.disorder
    return {
        "group": inputs.label,
        "glasses": inputs.spectra.glasses,
        "numbers": [vars(entry) for entry in inputs.numbers],
        "stresses": {
            "taper_order": inputs.order if np.isfinite(inputs.order) else "inf",
            "small_stress_exponent": stresses.exponent,
            "error": stresses.exponent_error,
            "expected": -1 + 1 / inputs.order,
            "unit": "energy/length^3",
            "sigma": stresses.density.centres.tolist(),
            "density": stresses.density.density.tolist(),
            "density_error": stresses.error.tolist(),
        },
        "local_disorder": {
            "surroundings": disorder.surroundings,
            "lengths": [
                {
                    "cells_per_edge": cells,
                    "length": float(length),
                    "mean_local_modulus": entry.mean,
                    "relative_variance": entry.relative_variance,
                    "gamma_vector": entry.vector,
                    "error": float(error),
                }
                for cells, length, entry, error in zip(
                    disorder.cells_per_edge, disorder.length, disorder.disorder, disorder.error, strict=True
                )
            ],
        },
    }


def stress_fit_record(fit: StressFit) -> dict[str, Any]:
    """Free parameters of the internal-stress theory: which were fixed, which fitted, and how well."""
    return {
        "zeta": {
            "value": fit.prediction.zeta,
            "fitted": fit.zeta_fitted,
            "relative_error": fit.zeta_factor_error if fit.zeta_fitted else None,
            "unit": "mass/length",
        },
        "gamma": {"value": fit.prediction.gamma, "fitted": False, "unit": "1"},
        "defects_per_particle": {"value": fit.defects_per_particle, "error": fit.defects_error, "fitted": True},
        "amplitude_of_g_ind": {"value": fit.amplitude, "error": fit.amplitude_error, "fitted": True},
        "chi_squared": fit.chi_squared,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "modes": fit.modes,
        "edges": fit.edges.tolist(),
        "measured": fit.measured.tolist(),
        "error": fit.error.tolist(),
        "fitted": fit.fitted.tolist(),
    }


def elasticity_record(inputs: Inputs) -> list[dict[str, Any]]:
    """For each coarse-graining length: what the self-consistent theory makes of the disorder, or why it cannot.

    `softening` is the macroscopic over the mean local modulus, measured and as the theory has it: a test without a free
    parameter.
    """
    rows = []
    measured = inputs["shear_modulus"]
    for place, (cells, length) in enumerate(zip(inputs.disorder.cells_per_edge, inputs.disorder.length, strict=True)):
        if cells == 1:
            continue
        entry = inputs.disorder.disorder[place]
        row: dict[str, Any] = {
            "length": float(length),
            "gamma_vector": entry.vector,
            "error": float(inputs.disorder.error[place]),
            "softening_measured": measured.value / entry.mean,
        }
        try:
            theory = heterogeneous_elasticity(inputs, place)
            peak = theory.boson_peak.omega
            row |= {
                "largest_stable_gamma": theory.largest_disorder,
                "softening_computed": theory.stiffness,
                "boson_peak": float(peak) if np.isfinite(peak) else None,
                "reason": None,
            }
        except InputError as error:
            row["reason"] = str(error)
        rows.append(row)
    return rows
