"""`hessian-lab theory NAME --run DIR`: what a theory makes of simulated glasses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import typer


def show_run(
    name: str,
    run: Path,
    *,
    group: int,
    glasses: int | None,
    zeta: float | None,
    gamma: float,
    fit_zeta: bool,
    relaxation_time: float | None,
    microscopic_time: float | None,
    as_json: bool,
) -> Any:
    """Measure, print, and return the figure."""
    from .._core.errors import InputError
    from .._core.provenance import provenance
    from ..records import load_run
    from ..theory import bridge

    if name not in bridge.BRIDGED:
        bridge.from_campaign([], name)
    chosen = bridge.pick_group(load_run(run, bridge.COLUMNS), group)
    if name == "mosaic":
        time = bridge.quench_time(chosen, relaxation_time=relaxation_time)
        if microscopic_time is None:
            raise InputError("option --microscopic-time must be given: no minimum shows the tau_0 of its liquid")
    inputs = bridge.measure(chosen, glasses=glasses)
    record: dict[str, Any] = {"schema": 1, "theory": name, **bridge.inputs_record(inputs)}
    if name == "internal-stress":
        prediction = bridge.StressPrediction.of(inputs, zeta=zeta, gamma=gamma)
        fitted = bridge.fit_stress_prediction(prediction, fit_zeta=fit_zeta)
        record["prediction"] = bridge.stress_fit_record(fitted)
        figure = bridge.density_figure(fitted)
    elif name == "heterogeneous-elasticity":
        record["prediction"] = bridge.elasticity_record(inputs)
        figure = bridge.elasticity_figure(inputs)
    else:
        from ..theory.mosaic import predict_from_quench

        found = predict_from_quench(time, microscopic_time or 0.0, inputs["debye_frequency"].value)
        record["prediction"] = vars(found)
        figure = bridge.elasticity_figure(inputs)
    record["provenance"] = {"reading": provenance(), "glasses": list(chosen.provenance)}
    if as_json:
        typer.echo(json.dumps(record, allow_nan=False, indent=1))
    else:
        _print(record)
    return figure


def _print(record: dict[str, Any]) -> None:
    typer.echo(f"{record['theory']} from {record['group']}: {record['glasses']} minima, reduced units")
    for entry in record["numbers"]:
        error = f" +- {entry['error']:.2g}" if entry["error"] else ""
        typer.echo(f"  {entry['name']:28s} {entry['value']:.5g}{error} {entry['unit']}  ({entry['about']})")
    stresses = record["stresses"]
    typer.echo(
        f"  P(sigma) of small stresses ~ sigma^{stresses['small_stress_exponent']:.3f} +- {stresses['error']:.1g}, "
        f"expected {stresses['expected']:.3f} of a taper of order {stresses['taper_order']}"
    )
    disorder = record["local_disorder"]
    typer.echo(f"  local shear moduli, surroundings {disorder['surroundings']}:")
    for row in disorder["lengths"]:
        typer.echo(
            f"    w = {row['length']:.3f}: mean {row['mean_local_modulus']:.4g}, gamma = {row['gamma_vector']:.3g} "
            f"+- {row['error']:.1g}"
        )
    typer.echo("prediction")
    _print_prediction(record["prediction"])


def _print_prediction(prediction: Any) -> None:
    if isinstance(prediction, list):
        for row in prediction:
            typer.echo(f"  w = {row['length']:.3f}, gamma = {row['gamma_vector']:.3g} +- {row['error']:.1g}")
            if row["reason"]:
                typer.echo(f"    {row['reason']}")
                continue
            typer.echo(f"    largest stable gamma {row['largest_stable_gamma']:.4g}")
            typer.echo(
                f"    macroscopic over local modulus: measured {row['softening_measured']:.3f}, computed "
                f"{row['softening_computed']:.3f}"
            )
            if row["boson_peak"] is not None:
                typer.echo(f"    boson peak at {row['boson_peak']:.4g}")
        return
    for key, value in prediction.items():
        if isinstance(value, dict):
            kind = "fitted" if value["fitted"] else "fixed"
            error = value.get("error") or (value.get("relative_error") or 0) * value["value"]
            typer.echo(f"  {key} = {value['value']:.4g}" + (f" +- {error:.1g}" if error else "") + f" ({kind})")
        elif not isinstance(value, list):
            typer.echo(f"  {key} = {value:.4g}" if isinstance(value, float) else f"  {key} = {value}")
