"""Fit the parameters of any theory to measured heat capacities or conductivities: intervals, information criteria.

Tables and their files are in `_measurements`, several theories on one table in `_model_choice`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from jaxtyping import Float
from pydantic import ValidationError
from scipy import stats
from scipy.optimize import brentq, least_squares

from .._core.errors import ComputationError, InputError
from ._measurements import Measurements, amount_of_unit
from ._protocol import Theory

_OUTSIDE = 1e6
"""Residual where a theory does not exist, so that the search turns back."""

_WALL = 1e9
"""Slope of a residual that only the edge of a theory's range can make."""

_FAR = 32.0
"""How far the profile of a parameter above 0 is followed until the data are said not to bound it: a factor of 10^14."""

DOUBTFUL = 1e-3
"""A theory whose p-value lies below this does not describe a table within its errors."""


@dataclass(frozen=True)
class FittedParameter:
    """One fitted parameter, in the theory's unit.

    Attributes:
        name: the theory's field.
        value: best value.
        standard_error: from the curvature at the minimum; infinite where there is none, or `determined` is False.
        low: lower end of the profile-likelihood interval; 0 or -inf if the data do not bound it.
        high: upper end; inf if the data do not bound it.
        bootstrap: percentile interval of the bootstrap; None if it was not asked for.
    """

    name: str
    value: float
    standard_error: float
    low: float
    high: float
    bootstrap: tuple[float, float] | None = None

    @property
    def bounded_below(self) -> bool:
        """Whether the data exclude smaller values."""
        return bool(np.isfinite(self.low) and self.low != 0)

    @property
    def bounded_above(self) -> bool:
        """Whether the data exclude larger values."""
        return bool(np.isfinite(self.high))

    @property
    def determined(self) -> bool:
        """Whether the data bound it from both sides; else `value` is only where the search stopped."""
        return self.bounded_below and self.bounded_above


@dataclass(frozen=True, eq=False)
class Fit:
    """A theory fitted to a table.

    Attributes:
        theory: with the best values.
        table: that was fitted, in the theory's unit.
        parameters: one entry a free parameter.
        residuals: (theory - measured)/error, or ln(theory/measured) without errors, shape (points,).
        sum_of_squares: of the residuals: chi squared if the table has errors.
        degrees_of_freedom: points less free parameters.
        p_value: of chi squared; None without errors.
        aic: Akaike's criterion, -2 ln L + 2 k, in the unit of the table. Compare only fits of the same table.
        aicc: the same, corrected for few points: + 2 k (k + 1)/(n - k - 1); infinite if n is at most k + 1.
        correlation: of the parameters, shape (free, free).
        confidence: of the intervals.
    """

    theory: Theory
    table: Measurements
    parameters: tuple[FittedParameter, ...]
    residuals: Float[np.ndarray, " points"]
    sum_of_squares: float
    degrees_of_freedom: int
    p_value: float | None
    aic: float
    aicc: float
    correlation: Float[np.ndarray, "free free"]
    confidence: float

    @property
    def chi_squared_per_degree(self) -> float:
        """Sum of squares over the degrees of freedom: near 1 for a true theory and honest errors."""
        return self.sum_of_squares / self.degrees_of_freedom

    @property
    def describes_table(self) -> bool | None:
        """Whether the errors explain chi squared, p >= `DOUBTFUL`; None for a table without errors."""
        return None if self.p_value is None else self.p_value >= DOUBTFUL

    def __getitem__(self, name: str) -> FittedParameter:
        """The parameter of that name."""
        return next(entry for entry in self.parameters if entry.name == name)


class _Problem:
    """Residuals as a function of the free parameters: logarithms of those that start above 0."""

    def __init__(self, theory: Theory, table: Measurements, free: Sequence[str]) -> None:
        self.theory, self.table, self.free = theory, table, tuple(free)
        settings = theory.model_dump()
        start = np.array([float(settings[name]) for name in self.free])
        if np.any(start == 0):
            raise InputError(f"parameters must start away from 0, but {self.free[int(np.argmin(abs(start)))]} is 0")
        self.logarithmic = start > 0
        self.start = np.where(self.logarithmic, np.log(np.abs(start)), start)

    def values(self, point: np.ndarray) -> np.ndarray:
        return np.where(self.logarithmic, np.exp(np.where(self.logarithmic, point, 0.0)), point)

    def at(self, point: np.ndarray) -> Theory:
        update = {name: float(value) for name, value in zip(self.free, self.values(point), strict=True)}
        return type(self.theory).model_validate({**self.theory.model_dump(), **update})

    def computed(self, point: np.ndarray) -> np.ndarray:
        """The theory's values at the table's temperatures, in the table's unit."""
        return np.asarray(getattr(self.at(point), self.table.observable)(self.table.temperature))

    def residuals(self, point: np.ndarray, measured: np.ndarray) -> np.ndarray:
        try:
            with np.errstate(all="ignore"):
                computed = self.computed(point)
                if self.table.error is None:
                    answer = np.log(computed / measured)
                else:
                    answer = (computed - measured) / self.table.error
        except (ValidationError, InputError, ComputationError):
            answer = np.full(measured.shape, np.nan)
        return np.where(np.isfinite(answer), answer, _OUTSIDE)

    def minimise(
        self, start: np.ndarray, measured: np.ndarray, fixed: int | None = None, *, tolerance: float = 1e-12
    ) -> tuple[np.ndarray, Any]:
        """Best point, with one parameter held at its start if `fixed`; chi squared converged to the tolerance."""
        moving = np.array([index != fixed for index in range(start.size)])

        def put(part: np.ndarray) -> np.ndarray:
            point = start.copy()
            point[moving] = part
            return point

        if not moving.any():
            return start, None
        answer = least_squares(
            lambda part: self.residuals(put(part), measured),
            start[moving],
            x_scale="jac",
            xtol=tolerance,
            ftol=tolerance,
        )
        return put(answer.x), answer


def fit_theory(
    theory: Theory,
    table: Measurements,
    free: Sequence[str],
    *,
    amount: str | None = None,
    molar_mass: float | None = None,
    density: float | None = None,
    confidence: float = 0.95,
    resamples: int = 0,
    seed: int = 0,
) -> Fit:
    r"""Least-squares fit of named parameters of a theory to a table.

    .. math:: \chi^2 = \sum_i \left[\frac{y(T_i) - y_i}{e_i}\right]^2 \quad\text{or}\quad
              \sum_i \left[\ln \frac{y(T_i)}{y_i}\right]^2

    the second if the table has no errors: the same relative error everywhere, estimated from the residuals.
    The intervals are profile likelihood: the other parameters are fitted again at every value, until chi^2 has risen by
    the quantile of chi^2_1, or of F_(1, n - k) times the estimated variance. Parameters that start above 0 stay there.

    Args:
        theory: its settings are the start; those not in `free` stay as they are.
        table: measured heat capacities or conductivities, y.
        free: names of the theory's fields.
        amount: what the theory's C is for, "kg" or "m^3"; taken from the theory if it says so.
        molar_mass: in kg/mol, if the table is per mol.
        density: in kg/m^3, if one is per mass and the other per volume.
        confidence: of the intervals.
        resamples: fits to resampled data (normal errors, or resampled residuals) for the bootstrap intervals.
        seed: of the resampling.

    Returns:
        Best theory, intervals, goodness and Akaike's criterion.

    Raises:
        InputError: if the theory does not predict what was measured, a parameter is not the theory's, repeated, or
            starts at 0, or there are too few points.
        ComputationError: if the search does not converge.
    """
    original = table
    if table.amount is not None:
        table = table.per(amount or _amount_of(theory), molar_mass=molar_mass, density=density)
    _check(theory, table, free, confidence)
    problem = _Problem(theory, table, free)
    # Fails in the theory's own words where it does not predict the observable, or not at these temperatures.
    getattr(theory, table.observable)(table.temperature)
    best, answer = problem.minimise(problem.start, table.value)
    residuals = problem.residuals(best, table.value)
    if answer is None or answer.status <= 0 or np.any(np.abs(residuals) >= _OUTSIDE):
        raise ComputationError("the fit did not converge; start closer, or free fewer parameters")
    steep = np.flatnonzero(np.abs(answer.jac).max(axis=0) > _WALL)
    if steep.size:
        edge = ", ".join(f"{problem.free[k]} = {problem.values(best)[k]:.6g}" for k in steep)
        raise ComputationError(
            f"the best fit lies at the edge of where theory {theory.name} exists ({edge}): the theory does not "
            "describe this table, or the table reaches beyond the theory's temperatures"
        )
    total, points, count = float(residuals @ residuals), residuals.size, best.size
    variance = 1.0 if table.error is not None else total / (points - count)
    covariance = np.linalg.pinv(answer.jac.T @ answer.jac) * variance
    spread = np.sqrt(np.diag(covariance))
    slopes = np.where(problem.logarithmic, problem.values(best), 1.0)
    # In the table's own unit, so that theories per mass and per volume can be compared.
    criterion = _aic(total, original, count)
    rise = _rise(confidence, points - count, table.error is not None) * variance
    samples = _resampled(problem, best, residuals, resamples, seed)
    entries = []
    for index, name in enumerate(problem.free):
        step = _first_step(problem, best, index, float(spread[index]))
        ends = [_profile_end(problem, best, index, side * step, total, rise) for side in (-1, 1)]
        low, high = (_value(problem, index, end) for end in ends)
        interval = None
        if samples is not None:
            tail = (1 - confidence) / 2
            interval = (float(np.quantile(samples[:, index], tail)), float(np.quantile(samples[:, index], 1 - tail)))
        value, error = float(problem.values(best)[index]), float(abs(slopes[index]) * spread[index])
        entry = FittedParameter(name, value, error, low, high, interval)
        # The pseudo-inverse gives a direction without curvature the variance 0.
        entries.append(entry if entry.determined and error > 0 else replace(entry, standard_error=float("inf")))
    return Fit(
        problem.at(best),
        table,
        tuple(entries),
        residuals,
        total,
        points - count,
        None if table.error is None else float(stats.chi2.sf(total, points - count)),
        criterion,
        _corrected(criterion, points, count + (table.error is None)),
        _correlation(covariance),
        confidence,
    )


def _amount_of(theory: Theory) -> str:
    amount = amount_of_unit(getattr(type(theory), "heat_capacity_unit", ""))
    if amount is None:
        raise InputError(f"argument amount must be given, kg or m^3: theory {theory.name} does not state its unit")
    return amount


def _check(theory: Theory, table: Measurements, free: Sequence[str], confidence: float) -> None:
    fields = type(theory).model_fields
    for name in free:
        if name not in fields or not isinstance(getattr(theory, name), (int, float)):
            able = ", ".join(key for key in fields if isinstance(getattr(theory, key), (int, float)))
            raise InputError(f"argument free must name parameters of {theory.name} ({able}), but has {name!r}")
    if not free or len(set(free)) != len(free):
        raise InputError(f"argument free must name at least one parameter, each once, but got {list(free)}")
    if table.temperature.size <= len(free):
        raise InputError(f"{len(free)} free parameters need more than {table.temperature.size} points")
    if not 0 < confidence < 1:
        raise InputError(f"argument confidence must lie strictly between 0 and 1, but got {confidence}")


def _rise(confidence: float, freedom: int, known: bool) -> float:
    return float(stats.chi2.ppf(confidence, 1) if known else stats.f.ppf(confidence, 1, freedom))


def _value(problem: _Problem, index: int, point: float) -> float:
    return float(np.exp(point)) if problem.logarithmic[index] else point


def _first_step(problem: _Problem, best: np.ndarray, index: int, spread: float) -> float:
    """The standard error, at most a factor of e; that factor, or the value's own size, where there is no curvature."""
    known = 0 < spread < np.inf
    if problem.logarithmic[index]:
        return min(spread, 1.0) if known else 1.0
    return spread if known else float(abs(best[index]))


def _profile_end(problem: _Problem, best: np.ndarray, index: int, step: float, total: float, rise: float) -> float:
    """Where the profile of chi squared has risen; infinite if it does not up to `_FAR`, or 256 first steps."""
    measured, warm = problem.table.value, best.copy()
    known = {0.0: -float(np.sqrt(rise))}

    def above(shift: float) -> float:
        nonlocal warm
        if shift in known:
            return known[shift]
        start = warm.copy()
        start[index] = best[index] + shift
        warm, _ = problem.minimise(start, measured, fixed=index, tolerance=1e-8)
        residuals = problem.residuals(warm, measured)
        # The root of the rise is nearly a straight line, on which the search takes two steps.
        known[shift] = float(np.sqrt(max(residuals @ residuals - total, 0.0)) - np.sqrt(rise))
        return known[shift]

    far = _FAR if problem.logarithmic[index] else 256 * abs(step)
    inner, outer = 0.0, step
    while abs(outer) <= far:
        if above(outer) > 0:
            warm = best.copy()
            return float(best[index] + brentq(above, inner, outer, xtol=1e-4 * abs(step)))
        inner, outer = outer, 2 * outer
    return float(np.copysign(np.inf, step))


def _resampled(
    problem: _Problem, best: np.ndarray, residuals: np.ndarray, resamples: int, seed: int
) -> Float[np.ndarray, "resamples free"] | None:
    if resamples <= 0:
        return None
    random, table = np.random.default_rng(seed), problem.table
    computed = problem.computed(best)
    # Fitted residuals are too small by this factor.
    scaled = (residuals - residuals.mean()) * np.sqrt(residuals.size / (residuals.size - best.size))

    def draw() -> np.ndarray:
        if table.error is None:
            return computed * np.exp(-random.choice(scaled, computed.size))
        return computed + table.error * random.normal(size=computed.size)

    return np.array([problem.values(problem.minimise(best, draw(), tolerance=1e-8)[0]) for _ in range(resamples)])


def _aic(total: float, table: Measurements, count: int) -> float:
    if table.error is not None:
        return total + float(np.sum(np.log(2 * np.pi * table.error**2))) + 2 * count
    points = table.temperature.size
    # The variance of the residuals is one more parameter.
    return points * (np.log(2 * np.pi * total / points) + 1) + 2 * (count + 1)


def _correlation(covariance: np.ndarray) -> np.ndarray:
    """NaN where a parameter has no curvature at the minimum."""
    spread = np.sqrt(np.diag(covariance))
    scale = np.outer(spread, spread)
    return np.divide(covariance, scale, out=np.full_like(covariance, np.nan), where=scale > 0)


def _corrected(aic: float, points: int, count: int) -> float:
    """Hurvich and Tsai, Biometrika 76, 297 (1989)."""
    return aic + 2 * count * (count + 1) / (points - count - 1) if points > count + 1 else float("inf")
