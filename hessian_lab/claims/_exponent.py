"""Claims (i) and (iii): the exponent as a function of the window, taper by taper, with everything that qualifies it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from jaxtyping import Float

from .._core.status import Status
from ..modes import first_transverse_frequency
from ..records import Group
from ..statistics import (
    Spectra,
    exponent_of_windows,
    gap_ratio,
)
from ._predictions import lerner_exponent, schirmacher_exponent

WINDOWS = (0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9)
"""Windows W of the table, in units of the ensemble's omega_T1."""

WINDOW = 0.5
"""The window fixed in advance, before any glass was looked at, in units of omega_T1."""

TABLE_COLUMNS = (
    *("omega", "shear_modulus", "pressure", "saddle_visits", "rattlers", "zero_modes"),
    *("energy", "force_evaluations", "parent_energy"),
)
"""Datasets that the tables need; the rest of a run can stay on the disk."""

SMALLEST_MODULUS = 0.05
"""Resampled mean moduli are kept above this fraction of the mean, so that every resample has a window."""


def group_spectra(group: Group) -> Spectra | None:
    """Frequencies above zero of the confirmed minima; None if there are none."""
    minima = group.minima
    if not minima.any():
        return None
    dim, particles = int(group.ensemble["dimension"]), int(group.ensemble["particles"])
    return Spectra.from_lists(
        [row[row > 0] for row in group["omega"][minima]],
        # A rattler has d zero modes at most: a contact that it grazes holds one of them.
        dim * particles - group["zero_modes"][minima],
        known_up_to=None if group.complete else group["known_up_to"][minima],
    )


def transverse_frequency(group: Group) -> tuple[float, float]:
    """omega_T1 of the ensemble, from the mean modulus over all confirmed minima, and its standard error.

    Unstable glasses (modulus <= 0) are in the mean. Units of 1/time; NaN where undetermined.
    """
    moduli = group["shear_modulus"][group.minima]
    if not moduli.size:
        return float("nan"), float("nan")
    omega = _omega_t1(group, float(moduli.mean()))
    error = moduli.std(ddof=1) / np.sqrt(moduli.size) if moduli.size > 1 else np.nan
    return omega, float(omega * 0.5 * error / moduli.mean())


def _omega_t1(group: Group, modulus: float) -> float:
    return first_transverse_frequency(modulus, group.mass_density, group.volume, int(group.ensemble["dimension"]))


def moving_window(group: Group, fractions: Sequence[float]) -> Callable[[np.ndarray], np.ndarray]:
    """Windows of bootstrap resamples: each resample has its own mean modulus, so its own omega_T1."""
    moduli = group["shear_modulus"][group.minima]
    scale = _omega_t1(group, 1.0)

    def windows(weights: Float[np.ndarray, "chunk glasses"]) -> Float[np.ndarray, "chunk windows"]:
        mean = weights @ moduli / weights.sum(axis=1)
        omega = scale * np.sqrt(np.maximum(mean, SMALLEST_MODULUS * moduli.mean()))
        return omega[:, None] * np.asarray(fractions)

    return windows


def exponent_table(groups: Sequence[Group], *, resamples: int = 1000, seed: int = 0) -> list[dict[str, Any]]:
    """One row per combination of model, taper, parental temperature, N and quench; plain values, None if undetermined.

    Errors are standard errors over glasses, intervals 95 % by bootstrap over glasses, with the error of omega_T1
    carried into the windows. Every None has its reason under `reason`.

    Args:
        groups: loaded glasses.
        resamples: bootstrap resamples.
        seed: of the bootstrap.

    Returns:
        Rows in the order of the groups. Frequencies in 1/time, moduli in energy/length^d, windows in omega_T1.
    """
    return [_row(group, resamples, seed) for group in groups]


def _row(group: Group, resamples: int, seed: int) -> dict[str, Any]:
    status, minima = group["status"], group.minima
    moduli, pressure = group["shear_modulus"][minima], group["pressure"][minima]
    counts = {entry.label: int((status == entry).sum()) for entry in Status if entry.failed}
    failed = {label: count for label, count in counts.items() if count}
    omega_t1, omega_error = transverse_frequency(group)
    reasons: dict[str, str] = {}
    row: dict[str, Any] = {
        "model": group.ensemble["model"],
        "dimension": int(group.ensemble["dimension"]),
        "taper": group.taper,
        "m": group.m,
        "parental_temperature": str(group.ensemble["parental_temperature"]),
        "preparation": group.preparation,
        "particles": int(group.ensemble["particles"]),
        "quench": group.quench,
        "relax_cell": group.relax_cell,
        "glasses": group.glasses,
        "flagged": int(group.flagged.sum()),
        "flag_reasons": group.flag_reasons,
        "converged": int(minima.sum()),
        "saddles": int((status == Status.SADDLE).sum()),
        "saddle_visits": int((group["saddle_visits"] > 0).sum()),
        "marginal": int((status == Status.MARGINAL).sum()),
        "rattlers": int((group["rattlers"] > 0).sum()),
        "shear_unstable": int((moduli <= 0).sum()),
        "failed": sum(failed.values()),
        "failed_by_status": failed,
        "shear_modulus": _mean(moduli),
        "shear_modulus_error": _error(moduli),
        "pressure": _mean(pressure),
        "pressure_error": _error(pressure),
        "omega_t1": number(omega_t1),
        "omega_t1_error": number(omega_error),
    }
    row |= _energies(group, reasons)
    row |= _exponents(group, omega_t1, reasons, resamples, seed)
    row |= _gap_ratios(group, reasons, resamples, seed)
    schirmacher = schirmacher_exponent(
        row["model"],
        row["dimension"],
        float(group.treatment["order"]),
        bool(group.treatment["repulsive"]),
        float(row["parental_temperature"]),
    )
    lerner = lerner_exponent()
    row |= {"s_schirmacher": schirmacher.s, "s_lerner": lerner.s}
    if schirmacher.s is None:
        reasons["s_schirmacher"] = schirmacher.reason
    if not minima.any():
        none = "no glass is a confirmed minimum"
        reasons |= dict.fromkeys(
            ("shear_modulus", "pressure", "omega_t1", "inherent_energy", "force_evaluations"), none
        )
    elif row["omega_t1"] is None:
        reasons["omega_t1"] = "the mean shear modulus is not positive"
    for name, value in row.items():
        if value is None and name.endswith("_error") and name not in reasons:
            reasons[name] = "fewer than two glasses, or its number is undetermined"
    return row | {"reason": reasons}


def _energies(group: Group, reasons: dict[str, str]) -> dict[str, Any]:
    """Energies per particle of inherent structures and parents, and what the quench cost."""
    absent = np.zeros(0)
    inherent, parents, cost = (
        group[name][group.minima] if name in group.columns else absent
        for name in ("energy", "parent_energy", "force_evaluations")
    )
    inherent, parents = inherent / int(group.ensemble["particles"]), parents[np.isfinite(parents)]
    row = {
        "inherent_energy": _mean(inherent),
        "inherent_energy_error": _error(inherent),
        "parent_energy": _mean(parents),
        "parent_energy_error": _error(parents),
        "force_evaluations": float(np.median(cost)) if cost.size else None,
    }
    for name, column in (("inherent_energy", "energy"), ("force_evaluations", "force_evaluations")):
        if row[name] is None:
            reasons[name] = "no glass is a confirmed minimum" if column in group.columns else "not in this folder"
    if row["parent_energy"] is None:
        random = group.preparation == "random"
        reasons["parent_energy"] = "random positions: nothing was measured" if random else "no equilibrium to measure"
    return row


def _exponents(group: Group, omega_t1: float, reasons: dict[str, str], resamples: int, seed: int) -> dict[str, Any]:
    spectra = group_spectra(group)
    row: dict[str, Any] = {"window": WINDOW, "s": None, "s_low": None, "s_high": None, "s_error": None, "modes": 0}
    if spectra is None or not np.isfinite(omega_t1):
        why = "no confirmed minimum" if spectra is None else "omega_T1 is undetermined"
        reasons |= dict.fromkeys(("s", "s_low", "s_high", "s_error"), why)
        return row | {"s_of_window": []}
    scan = exponent_of_windows(
        spectra,
        omega_t1 * np.array(WINDOWS),
        resamples=resamples,
        seed=seed,
        window_of_weights=moving_window(group, WINDOWS),
    )
    entries = [
        {
            "window": fraction,
            "omega": estimate.window,
            "modes": estimate.modes,
            "glasses": estimate.glasses,
            "s": number(estimate.s),
            "s_low": number(estimate.low),
            "s_high": number(estimate.high),
            "s_error": number(estimate.standard_error),
            "ks_distance": number(estimate.ks_distance),
            "ks_p_value": number(estimate.ks_p_value),
            "reason": estimate.reason,
        }
        for fraction, estimate in zip(WINDOWS, scan, strict=True)
    ]
    chosen = entries[WINDOWS.index(WINDOW)]
    row |= {name: chosen[name] for name in ("s", "s_low", "s_high", "s_error", "modes")}
    if chosen["reason"]:
        reasons |= dict.fromkeys(("s", "s_low", "s_high", "s_error"), str(chosen["reason"]))
    return row | {"s_of_window": entries}


def _gap_ratios(group: Group, reasons: dict[str, str], resamples: int, seed: int) -> dict[str, Any]:
    """Bulk (middle half of the spectrum) and the lowest three levels, both in omega."""
    names = ("gap_ratio", "gap_ratio_lowest")
    spectra = group_spectra(group)
    if spectra is None:
        reasons |= dict.fromkeys((*names, *(f"{name}_error" for name in names)), "no confirmed minimum")
        return dict.fromkeys((*names, *(f"{name}_error" for name in names)))
    row: dict[str, Any] = {}
    for name, levels, lowest in zip(names, ((0.25, 0.75), None), (None, 3), strict=True):
        if lowest is None and not group.complete:
            row |= {name: None, f"{name}_error": None}
            reasons |= dict.fromkeys(
                (name, f"{name}_error"), 'only the lowest modes are known (published results, or modes = "low")'
            )
            continue
        if lowest is not None and int(spectra.counts.min()) < lowest:
            row |= {name: None, f"{name}_error": None}
            reasons |= dict.fromkeys((name, f"{name}_error"), f"a glass has fewer than {lowest} listed modes")
            continue
        found = gap_ratio(spectra, variable="omega", levels=levels, lowest=lowest, resamples=resamples, seed=seed)
        row |= {name: number(found.mean), f"{name}_error": number(found.standard_error)}
        if found.reason:
            reasons |= {key: found.reason for key in (name, f"{name}_error") if row[key] is None}
    return row


def number(value: float) -> float | None:
    """A finite value, or None."""
    return float(value) if np.isfinite(value) else None


def _mean(values: np.ndarray) -> float | None:
    return float(values.mean()) if values.size else None


def _error(values: np.ndarray) -> float | None:
    return float(values.std(ddof=1) / np.sqrt(values.size)) if values.size > 1 else None
