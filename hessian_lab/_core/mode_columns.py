"""Columns of the table of modes, each with its unit and meaning: what `modes` computes and `records` stores."""

from __future__ import annotations

MODE_COLUMNS: dict[str, tuple[str, str]] = {
    "mode_omega": ("1/time", "frequency of each mode that was analysed, ascending; NaN where there is none"),
    "mode_participation": ("1", "participation ratio"),
    "prestress_response": ("1", "d ln lambda/d delta as all pre-stress is scaled by 1 - delta, at delta = 0"),
    "transverse_weight": ("1", "weight on the first shell of transverse plane waves"),
    "longitudinal_weight": ("1", "weight on the first shell of longitudinal plane waves"),
    "phonon_order": ("1", "phonon order parameter of Mizuno, Shiba and Ikeda, N_m = 100; NaN where N is too small"),
    "core_particle": ("1", "particle at the centre of the rotation core; NaN where there is no mode"),
    "core_particle_fraction": ("1", "|W|^2/(|W|^2 + |S|^2) of the particle with the largest |W|"),
    "core_fraction": ("1", "the same of the core region, from sums over a particle and its neighbours"),
    "core_strength": ("1", "mean |W|^2 of the core region over the mean |W|^2 + |S|^2 of the mode"),
    "core_asymmetry": ("1", "largest sum of |W|^2 over the largest sum of |S|^2 in any region"),
    "stress_correlation": ("1", "rank correlation over particles of |W| and the deviatoric stress"),
}
"""Columns of every table."""

SURROGATE_COLUMNS: dict[str, tuple[str, str]] = {
    "p_strength": ("1", "share of surrogates whose core is at least as strong, as (1 + n)/(1 + surrogates)"),
    "p_fraction": ("1", "the same for core_fraction"),
    "p_correlation": ("1", "the same for stress_correlation"),
    "surrogate_strength": ("1", "median core_strength of the surrogates"),
    "surrogate_fraction": ("1", "median core_fraction of the surrogates"),
    "surrogate_particle_fraction": ("1", "median core_particle_fraction of the surrogates"),
    "surrogate_asymmetry": ("1", "median core_asymmetry of the surrogates"),
    "surrogate_correlation": ("1", "median stress_correlation of the surrogates"),
    "surrogate_participation": ("1", "median participation ratio of the surrogates"),
    "surrogate_prestress": ("1", "median of -psi^T H_stress psi of the surrogates over lambda of the mode"),
    "rotating": ("1", "1 where the mode has a vortex core beyond chance: rotation, not shear; else 0"),
}
"""Columns that are there where surrogates were made."""

SIGNIFICANT = 0.05
"""Largest p of a core that chance is not expected to make."""

LEAST_SURROGATES = 19
"""Surrogates of a mode from which on p can be as small as 0.05."""
