"""The spectrum, or the density of states, of one configuration that another program made."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import h5py
import numpy as np

from .._core.errors import ComputationError, InputError
from .._core.provenance import provenance
from ..hessian import Hessian, Pairs, interacting_pairs
from ..modes import Elasticity, ModeAnalysis, elasticity, participation_ratio
from ..potentials import Model, named_model
from ..quench import Fire, quench
from ..spectrum import ZERO, DensityOfStates, Spectrum, density_of_states, spectrum
from ..systems import read_configuration


@dataclass(frozen=True)
class _Sample:
    """A configuration from a file, under a named model."""

    model: Model
    pairs: Pairs
    status: str
    warnings: list[str]


def _read(
    path: Path | str, model: str, taper: str | None, cutoff: float | None, dimension: int | None, quenched: bool
) -> _Sample:
    """Read, and minimise the energy if that is wanted; warns of what is no minimum."""
    chosen = named_model(model, dimension=dimension or 3, taper=taper, cutoff=cutoff)
    configuration = read_configuration(path, None, dimension=dimension)
    chosen = named_model(model, dimension=configuration.dimension, taper=taper, cutoff=cutoff)
    configuration = read_configuration(path, chosen, dimension=dimension)
    potential = chosen.build()
    warnings = []
    status = "as read"
    if quenched:
        potential.require_continuous_force()
        result = quench(potential, Fire(), configuration)
        configuration, status = result.configuration, result.status.label
    pairs = interacting_pairs(potential, configuration)
    scale = pairs.force_scale
    if pairs.max_force > 1e-6 * scale:
        warnings.append(
            f"the largest force is {pairs.max_force:.3g}, {pairs.max_force / max(scale, 1e-300):.2g} of a typical pair "
            "force: this is no minimum; use --quench to minimise the energy first"
        )
    return _Sample(chosen, pairs, status, warnings)


def analyse_file(
    path: Path | str,
    model: str,
    *,
    taper: str | None = None,
    cutoff: float | None = None,
    dimension: int | None = None,
    quenched: bool = False,
    count: int | None = None,
    omega_max: float | None = None,
    solver: str = "auto",
    accuracy: str = "accurate",
    prove: bool | None = None,
    analysis: ModeAnalysis | None = None,
    out: Path | None = None,
) -> dict[str, Any]:
    """Energy, forces, moduli and modes of a configuration file under a named model.

    Args:
        path: extended XYZ, LAMMPS data or LAMMPS dump.
        model: name of a preset.
        taper: the model's own if not given.
        cutoff: units of sigma_ij; the model's own if not given.
        dimension: read from the file if not given.
        quenched: minimise the energy first.
        count: number of lowest modes; all if neither this nor `omega_max` is given.
        omega_max: all modes below this frequency. Units of 1/time.
        solver: `method` of `spectrum`.
        accuracy: of the lowest modes: `accurate` or `fast`.
        prove: whether to prove that no mode is missing; where a factorisation is affordable if not given.
        analysis: an analysis of modes with its parameters, computed here, so that the caller can go on with it.
        out: HDF5 file for frequencies and eigenvectors.

    Returns:
        Plain values: `energy_per_particle`, `max_force` (largest component), `omega` (ascending, zero modes exactly
        0), `participation`, `zero_modes`, `negative_modes` (at least as many if `counts_are_lower_bounds`), `complete`
        (all modes) or `complete_below_omega` (no mode below it is missing; None if not proved), `pressure`,
        `shear_modulus` (mean over all planes of simple shear, particles relaxed), the planes themselves, `elasticity`
        (all moduli, speeds and the first waves of the box; None, with a warning, where there are none), `mode_rows`
        (the table of modes, if an analysis is given), what was used, and `warnings`.

    Raises:
        InputError: if an argument is not allowed or the cell is too narrow.
        DataFileError: if the file cannot be read.
    """
    if out is not None and not out.parent.is_dir():
        raise InputError(f"argument out = {out}: the folder {out.parent} does not exist; make it first")
    sample = _read(path, model, taper, cutoff, dimension, quenched)
    chosen, pairs, status, warnings = sample.model, sample.pairs, sample.status, sample.warnings
    configuration = pairs.configuration
    hessian = Hessian(pairs)
    found = spectrum(hessian, count=count, omega_max=omega_max, method=solver, accuracy=accuracy, prove=prove)
    elastic = None
    try:
        elastic = elasticity(hessian, spectrum=found if found.complete else None)
    except (InputError, ComputationError) as error:
        warnings.append(f"no elastic moduli: {error}")
    rows = None if analysis is None else analysis.compute(hessian, found).table().rows()
    participation = participation_ratio(found.modes())
    edge = _signed_root(found)
    if out is not None:
        facts = {
            "model": str(chosen.table()),
            "solver": found.method,
            "accuracy": found.accuracy,
            "residual": found.residual,
            "complete": found.complete,
            "complete_below_omega": np.nan if edge is None else edge,
        }
        _write(out, found.omega, found.modes(), participation, configuration.positions, facts)
    return {
        "file": str(path),
        "model": model,
        "dimension": configuration.dimension,
        "particles": configuration.particles,
        "taper": chosen.potential.taper.label,
        "cutoff": chosen.potential.cutoff,
        "status": status,
        "energy_per_particle": pairs.total_energy / configuration.particles,
        "max_force": pairs.max_force,
        "pressure": pairs.pressure,
        "stress": pairs.stress.tolist(),
        "shear_modulus": None if elastic is None else elastic.relaxed.shear_modulus,
        "shear_modulus_planes": None if elastic is None else _planes(elastic),
        "elasticity": None if elastic is None else _elastic_numbers(elastic),
        "zero_modes": found.zero_modes,
        "negative_modes": found.negative_modes,
        "omega": found.omega.tolist(),
        "participation": participation.tolist(),
        "method": found.method,
        "accuracy": found.accuracy,
        "residual": found.residual,
        "complete": found.complete,
        "complete_below_omega": edge,
        "counts_are_lower_bounds": not found.complete and bool(found.zero[-1] or found.eigenvalues[-1] < 0),
        "provenance": provenance(),
        "warnings": warnings,
    } | ({} if rows is None else {"mode_rows": [_plain(row) for row in rows]})


def _plain(row: dict[str, float]) -> dict[str, float | None]:
    """A row with None for numbers that are not there."""
    return {name: float(value) if np.isfinite(value) else None for name, value in row.items()}


def _planes(elastic: Elasticity) -> dict[str, float]:
    """Simple-shear moduli by displacement and gradient. Units of energy/length^d."""
    axes = range(elastic.dimension)
    return {f"{'xyz'[a]}{'xyz'[b]}": float(elastic.relaxed.piola[a, b, a, b]) for a in axes for b in axes if a != b}


def _elastic_numbers(elastic: Elasticity) -> dict[str, float | None]:
    """Moduli in energy/length^d, speeds in length/time, frequencies in 1/time."""
    solid = elastic.relaxed
    return _plain(
        {
            "shear_modulus": solid.shear_modulus,
            "isotropic_shear_modulus": solid.isotropic_shear_modulus,
            "born_shear_modulus": elastic.born.shear_modulus,
            "longitudinal_modulus": solid.longitudinal_modulus,
            "bulk_modulus": solid.bulk_modulus,
            "transverse_speed": elastic.transverse_speed,
            "longitudinal_speed": elastic.longitudinal_speed,
            "debye_frequency": elastic.debye_frequency,
            "omega_t1": elastic.first_transverse_frequency,
            "omega_l1": elastic.first_longitudinal_frequency,
        }
    )


def _signed_root(found: Spectrum) -> float | None:
    """The frequency below which no mode is missing, with the sign of its eigenvalue; None where there is no proof."""
    level = found.complete_below
    if level is None or not np.isfinite(level):
        return None
    return 0.0 if abs(level) <= ZERO * found.largest else float(np.sign(level) * abs(level) ** 0.5)


def _write(
    out: Path,
    omega: np.ndarray,
    vectors: np.ndarray,
    participation: np.ndarray,
    positions: np.ndarray,
    facts: dict[str, Any],
) -> None:
    temporary = out.with_name(f".{out.name}.{uuid4().hex}.part")
    try:
        with h5py.File(temporary, "w") as file:
            for name, data, unit in (
                ("omega", omega, "1/time"),
                ("vectors", vectors, "1, mass-weighted (modes, particles, dim)"),
                ("participation", participation, "1"),
                ("positions", positions, "length"),
            ):
                file.create_dataset(name, data=data).attrs["unit"] = unit
            for name, value in (facts | provenance()).items():
                file.attrs[name] = value
        os.replace(temporary, out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(f"argument out = {out} cannot be written: {error}") from error


def density_of_file(
    path: Path | str,
    model: str,
    *,
    taper: str | None = None,
    cutoff: float | None = None,
    dimension: int | None = None,
    bins: int = 100,
    moments: int | None = None,
    vectors: int = 32,
    seed: int = 0,
    method: str = "kpm",
    product: str = "auto",
    progress: Callable[[int, int], None] | None = None,
) -> tuple[DensityOfStates, dict[str, Any]]:
    """The density of states of a configuration file under a named model, from moments; memory linear in N.

    Args:
        path: extended XYZ, LAMMPS data or LAMMPS dump.
        model: name of a preset.
        taper: the model's own if not given.
        cutoff: units of sigma_ij; the model's own if not given.
        dimension: read from the file if not given.
        bins: of equal width from one end of the spectrum to the other.
        moments: as of `density_of_states`.
        vectors: random vectors.
        seed: of the random vectors.
        method: `kpm` or `lanczos`.
        product: `sparse`, `matrix-free` or `auto`.
        progress: called with vectors done and vectors in all.

    Returns:
        The density, and plain values: the file, what was used, and the density's columns.

    Raises:
        InputError: if an argument is not allowed or the cell is too narrow.
        DataFileError: if the file cannot be read.
    """
    sample = _read(path, model, taper, cutoff, dimension, quenched=False)
    configuration = sample.pairs.configuration
    found = density_of_states(
        Hessian(sample.pairs),
        edges=bins,
        moments=moments,
        vectors=vectors,
        seed=seed,
        method=method,
        product=product,
        progress=progress,
    )
    return found, {
        "file": str(path),
        "model": model,
        "dimension": configuration.dimension,
        "particles": configuration.particles,
        "taper": sample.model.potential.taper.label,
        "cutoff": sample.model.potential.cutoff,
        "energy_per_particle": sample.pairs.total_energy / configuration.particles,
        "max_force": sample.pairs.max_force,
        "pressure": sample.pairs.pressure,
        "method": found.method,
        "product": found.product,
        "moments": found.moments,
        "vectors": found.vectors,
        "seed": found.seed,
        "resolution": found.resolution,
        "omega_edges": found.edges.tolist(),
        "density": found.density.tolist(),
        "statistical_error": found.statistical.tolist(),
        "truncation_error": found.truncation.tolist(),
        "provenance": found.provenance,
        "warnings": sample.warnings,
    }
