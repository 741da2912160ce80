"""Several theories fitted to one table, and which of them it prefers. One theory's fit is in `_fit`."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from jaxtyping import Float

from .._core.errors import HessianLabError, InputError
from .._core.provenance import provenance
from ._fit import DOUBTFUL, Fit, fit_theory
from ._measurements import Measurements
from ._protocol import Theory

if TYPE_CHECKING:
    from matplotlib.figure import Figure


@dataclass(frozen=True, eq=False)
class ModelChoice:
    """Fits of several theories to one table.

    Attributes:
        table: as measured.
        fits: by the theory's name, best (lowest AICc) first.
        failed: why a theory could not be fitted, by name.
    """

    table: Measurements
    fits: Mapping[str, Fit]
    failed: Mapping[str, str]

    @property
    def differences(self) -> dict[str, float]:
        """AICc less the lowest; infinite where there are too few points for the correction."""
        lowest = min((fit.aicc for fit in self.fits.values()), default=np.inf)
        return {name: fit.aicc - lowest if np.isfinite(lowest) else np.nan for name, fit in self.fits.items()}

    @property
    def weights(self) -> dict[str, float]:
        r"""Akaike weights, :math:`e^{-\Delta/2} / \sum e^{-\Delta/2}`: relative support among these theories only."""
        relative = {name: float(np.exp(-0.5 * value)) for name, value in self.differences.items()}
        total = sum(relative.values())
        return {name: value / total for name, value in relative.items()}

    @property
    def verdict(self) -> str:
        """What the weights cannot say: a warning where no theory describes the table, or where nothing tells."""
        if not self.fits:
            return ""
        if self.table.error is None:
            return "the table has no errors, so nothing says whether a theory describes it: the weights only rank them"
        if any(fit.describes_table for fit in self.fits.values()):
            return ""
        closest = min(fit.chi_squared_per_degree for fit in self.fits.values())
        return (
            "no theory of these describes the table within its errors "
            f"(chi^2/dof {closest:.3g}{' or more' if len(self.fits) > 1 else ''}): the weights only rank them"
        )

    def figure(self) -> Figure:
        """Data and fits above, residuals below."""
        from ._fit_figure import fit_figure

        return fit_figure(self)

    def record(self) -> dict[str, Any]:
        """Data, parameters, intervals, criteria and provenance, as JSON can hold them; None: not bounded or unknown."""
        differences, weights = self.differences, self.weights
        return {
            "data": _data(self.table),
            "method": {
                "estimate": "least squares: of (theory - data)/error, or of ln(theory/data) if the table has no errors",
                "intervals": "profile likelihood",
                "standard_errors": "covariance from the curvature at the minimum; null where the data do not bound it",
                "describes_table": f"p_value of chi squared is at least {DOUBTFUL:g}",
                "criterion": "AICc; differences and weights compare these theories on this table only",
            },
            "theories": [
                {
                    **_fit_record(fit),
                    "delta_aicc": _finite(differences[name]),
                    "weight": _finite(weights[name]),
                }
                for name, fit in self.fits.items()
            ],
            "verdict": self.verdict or None,
            "not_fitted": dict(self.failed),
            "provenance": provenance(),
        }


def fit_theories(
    theories: Sequence[Theory],
    table: Measurements,
    *,
    free: Mapping[str, Sequence[str]] | None = None,
    molar_mass: float | None = None,
    density: float | None = None,
    confidence: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> ModelChoice:
    """Fit every theory to the same table and compare them by Akaike's corrected criterion.

    Args:
        theories: starts of the searches; each name once.
        table: measured values.
        free: names of the free parameters, by theory; the theory's own choice where not given.
        molar_mass: in kg/mol, if the table is per mol.
        density: in kg/m^3, if the table is per mass and a theory per volume, or the other way round; a theory that has
            a density takes its own if none is given.
        confidence: of the intervals.
        resamples: for bootstrap intervals beside the profiles; 0 for none.
        seed: of the resampling.

    Returns:
        The fits, best first, and the theories that could not be fitted, with the reason.

    Raises:
        InputError: if a theory is given twice, or `free` names one that is not there.
    """
    names = [theory.name for theory in theories]
    free = dict(free or {})
    if len(set(names)) != len(names) or not names:
        raise InputError(f"argument theories must hold at least one theory, each once, but holds {', '.join(names)}")
    if unknown := set(free) - set(names):
        raise InputError(f"argument free names theories that are not fitted: {', '.join(sorted(unknown))}")
    fits, failed = {}, {}
    for theory in theories:
        chosen = free.get(theory.name) or theory.free_parameters.get(table.observable, ())
        own = getattr(theory, "density", None)
        try:
            if table.observable not in theory.predicts():
                getattr(theory, table.observable)(table.temperature)
            fits[theory.name] = fit_theory(
                theory,
                table,
                chosen,
                molar_mass=molar_mass,
                density=own if density is None else density,
                confidence=confidence,
                resamples=resamples,
                seed=seed,
            )
        except HessianLabError as error:
            failed[theory.name] = str(error)
    ordered = dict(sorted(fits.items(), key=lambda entry: (entry[1].aicc, entry[1].aic)))
    return ModelChoice(table, ordered, failed)


def _data(table: Measurements) -> dict[str, Any]:
    path = Path(table.source)
    return {
        "source": table.source,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest() if table.source and path.is_file() else None,
        "observable": table.observable,
        "unit": table.unit,
        "temperature": table.temperature.tolist(),
        "value": table.value.tolist(),
        "error": None if table.error is None else table.error.tolist(),
    }


def _fit_record(fit: Fit) -> dict[str, Any]:
    units = {entry.name: entry for entry in fit.theory.parameters()}
    freed = {entry.name for entry in fit.parameters}
    return {
        "name": fit.theory.name,
        "parameters": [
            {
                "name": entry.name,
                "unit": units[entry.name].unit if entry.name in units else "",
                "determined": entry.determined,
                "value": entry.value,
                "standard_error": _finite(entry.standard_error),
                "low": entry.low if entry.bounded_below else None,
                "high": _finite(entry.high),
                "bootstrap": None if entry.bootstrap is None else list(entry.bootstrap),
            }
            for entry in fit.parameters
        ],
        "fixed": [vars(entry) for name, entry in units.items() if name not in freed],
        "confidence": fit.confidence,
        "correlation": [[_finite(value) for value in row] for row in fit.correlation],
        "sum_of_squares": fit.sum_of_squares,
        "degrees_of_freedom": fit.degrees_of_freedom,
        "chi_squared_per_degree": fit.chi_squared_per_degree,
        "p_value": fit.p_value,
        "describes_table": fit.describes_table,
        "aic": fit.aic,
        "aicc": _finite(fit.aicc),
        "residuals": fit.residuals.tolist(),
    }


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def predictions(fit: Fit, temperature: Float[np.ndarray, " points"]) -> Float[np.ndarray, " points"]:
    """The fitted theory between the measured points; NaN where it refuses to answer. T in K; unit of `fit.table`."""
    values = np.full(temperature.shape, np.nan)
    for index in range(temperature.size):
        try:
            values[index] = getattr(fit.theory, fit.table.observable)(temperature[index : index + 1])[0]
        except HessianLabError:
            continue
    return values
