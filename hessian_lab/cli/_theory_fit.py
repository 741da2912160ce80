"""What `hessian-lab theory fit` prints: parameters that the table determines or leaves open, and the verdict."""

from __future__ import annotations

from typing import Any

import typer


def print_fits(choice: Any) -> None:
    """One paragraph a theory, best first; then what the weights cannot say."""
    table = choice.table
    errors = "with" if table.error is not None else "without"
    typer.echo(f"{table.observable.replace('_', ' ')}: {table.temperature.size} points {errors} errors, {table.source}")
    differences, weights = choice.differences, choice.weights
    for name, fitted in choice.fits.items():
        units = {entry.name: entry.unit for entry in fitted.theory.parameters()}
        typer.echo(f"{name}: {_goodness(fitted)}, AIC {fitted.aic:.2f}, AICc {fitted.aicc:.2f}")
        typer.echo(f"  difference of AICc {differences[name]:.2f}, weight among these theories {weights[name]:.3g}")
        for entry in fitted.parameters:
            typer.echo(f"  {parameter_line(entry, units.get(entry.name, ''), fitted.confidence)}")
    for name, reason in choice.failed.items():
        typer.echo(f"{name}: not fitted: {reason}")
    if choice.verdict:
        typer.echo(choice.verdict)


def _goodness(fitted: Any) -> str:
    if fitted.p_value is None:
        return f"rms of ln(theory/data) {(fitted.sum_of_squares / fitted.residuals.size) ** 0.5:.3g}"
    # The smallest double is 1e-308.
    chance = f"= {fitted.p_value:.2g}" if fitted.p_value > 1e-300 else "< 1e-300"
    return f"chi^2/dof {fitted.chi_squared_per_degree:.4g} (p {chance})"


def parameter_line(entry: Any, unit: str, confidence: float) -> str:
    """Value, error and interval where the data bound the parameter from both sides; else the bound that there is."""
    unit = f" {unit}" if unit else ""
    interval = f"{100 * confidence:g} % profile interval"
    if entry.determined:
        error = f" +- {entry.standard_error:.2g}" if entry.standard_error < float("inf") else ""
        return f"{entry.name} = {entry.value:.6g}{error}{unit}, {interval} {entry.low:.5g} to {entry.high:.5g}"
    if entry.bounded_below:
        return f"{entry.name} undetermined: above {entry.low:.5g}{unit} ({interval})"
    if entry.bounded_above:
        return f"{entry.name} undetermined: below {entry.high:.5g}{unit} ({interval})"
    return f"{entry.name} undetermined: the table excludes no value ({interval})"
