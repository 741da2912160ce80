"""What else than the exponent itself could make, or hide, what a run shows: each point with its number."""

from __future__ import annotations

from math import isinf

import numpy as np

from ._format import plural, significant
from ._series import Ensemble, Series


def confounders(ensemble: Ensemble) -> tuple[str, ...]:
    """The confounders that apply to one ensemble, as plain sentences."""
    points = [_size(ensemble)]
    points += _parents(ensemble)
    points += [_stress(ensemble), _density(ensemble)]
    if any(entry.group.taper.startswith("polynomial") for entry in ensemble.series) and len(ensemble.series) > 1:
        points.append(
            "Even polynomial tapers change the whole potential with m, so a difference between them is not a clean "
            "effect of the cutoff; local tapers leave the core untouched."
        )
    quenches = {entry.group.quench for entry in ensemble.series}
    if len(quenches) == 1:
        points.append(
            f"One quench algorithm ({quenches.pop()}); another one leads to other minima of the same parents."
        )
    points += _selection(ensemble)
    points.append(
        "ω_T1 is that of the ensemble, from the mean simple-shear modulus; scaling each glass by its own ω_T1 gives "
        "another s. Below 0.9 ω_T1 phonons can still mix with the soft modes."
    )
    return tuple(point for point in points if point)


def _size(ensemble: Ensemble) -> str:
    particles = ensemble.series[0].row["particles"]
    lowest = [entry.omega_t1 for entry in ensemble.series if entry.omega_t1 is not None]
    scale = f"; the lowest transverse phonon is at ω_T1 = {_span(lowest)} (ε/m)^(1/2)/ℓ" if lowest else ""
    small = " Small boxes from hot parents can show a lower exponent than large ones." if _random(ensemble) else ""
    return f"Finite size: N = {particles} only{scale}.{small} Compare ensembles of several N before trusting s."


def _random(ensemble: Ensemble) -> bool:
    return isinf(ensemble.temperature)


def _parents(ensemble: Ensemble) -> list[str]:
    """What the parents are not."""
    if _random(ensemble):
        return [
            "Random parents: the glasses are quenched from infinite temperature, not from an equilibrated liquid. "
            "Nothing here speaks about stable glasses, and the quench algorithm chooses the minima."
        ]
    if ensemble.temperature == 0:
        return [
            "The samples never were at equilibrium at any temperature, so predictions for parental temperatures do not "
            "apply to them."
        ]
    worst = max(ensemble.series, key=lambda entry: entry.row["flagged"]).row
    if not worst["flagged"]:
        return []
    reasons = "; ".join(f"{reason} ({count})" for reason, count in worst["flag_reasons"].items())
    return [
        f"Parents not shown to be at equilibrium: {worst['flagged']} of {worst['glasses']}. The glasses made from them "
        f"are in every number. What they did not pass: {reasons}."
    ]


def _stress(ensemble: Ensemble) -> str:
    """The residual shear stress of the treatments whose cell keeps its shape."""
    rigid = [entry for entry in ensemble.series if entry.group.relax_cell in ("none", "pressure")]
    if not rigid:
        return ""
    shears = [value for value in (residual_shear_stress(entry) for entry in rigid) if value is not None]
    measured = f" (root mean square {_span(shears)} ε/ℓ^{ensemble.dimension})" if shears else ""
    where = "the box is fixed" if len(rigid) == len(ensemble.series) else "where the shape of the box is fixed"
    return (
        f"Residual shear stress{measured} is not relaxed: {where}. Ensembles with shear stress relaxed or "
        "zero are reported with larger exponents (5 to 6.5)."
    )


def residual_shear_stress(entry: Series) -> float | None:
    """Root mean square of the off-diagonal stress over glasses and components. Units of energy/length^d."""
    if "stress" not in entry.group.columns:
        return None
    stress = entry.group["stress"][entry.group.minima]
    if not stress.size:
        return None
    off = ~np.eye(stress.shape[1], dtype=bool)
    value = float(np.sqrt(np.mean(stress[:, off] ** 2)))
    return value if np.isfinite(value) else None


def _density(ensemble: Ensemble) -> str:
    pressures = [entry.row["pressure"] for entry in ensemble.series if entry.row["pressure"] is not None]
    if len(pressures) < 2:
        return ""
    moduli = [entry.row["shear_modulus"] for entry in ensemble.series if entry.row["shear_modulus"] is not None]
    if any(entry.group.relax_cell in ("pressure", "both") for entry in ensemble.series):
        return ""
    return (
        f"Fixed density: over the treatments pressure is {_span(pressures)} and shear modulus {_span(moduli)} "
        f"ε/ℓ^{ensemble.dimension}, so a difference between tapers need not come from the cutoff's smoothness alone."
    )


def _selection(ensemble: Ensemble) -> list[str]:
    points = []
    left_out = sum(entry.row["glasses"] - entry.row["converged"] for entry in ensemble.series)
    total = sum(entry.row["glasses"] for entry in ensemble.series)
    if left_out:
        points.append(
            f"Selection: {left_out} of {plural(total, 'quench', 'quenches')} are no confirmed minima (saddles, "
            "marginal or failed) and are left out of every number."
        )
    unstable = sum(entry.row["shear_unstable"] for entry in ensemble.series)
    if unstable:
        points.append(
            f"{plural(unstable, 'glass has', 'glasses have')} a shear modulus that is not positive; "
            f"{'it is' if unstable == 1 else 'they are'} kept in all means."
        )
    return points


def _span(values: list[float]) -> str:
    low, high = significant(min(values)), significant(max(values))
    return low if low == high else f"{low} to {high}"
