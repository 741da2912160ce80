"""The spectrum of one configuration that another program made."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from uuid import uuid4

import h5py
import numpy as np

from .._core.errors import InputError
from .._core.provenance import provenance
from ..hessian import Hessian, interacting_pairs
from ..modes import participation_ratio, relaxed_shear_moduli, simple_shear_moduli
from ..potentials import named_model
from ..quench import Fire, quench
from ..spectrum import spectrum
from ..systems import read_configuration


def analyse_file(
    path: Path | str,
    model: str,
    *,
    taper: str | None = None,
    cutoff: float | None = None,
    dimension: int | None = None,
    quenched: bool = False,
    count: int | None = None,
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
        count: number of lowest modes; all if not given.
        out: HDF5 file for frequencies and eigenvectors.

    Returns:
        Plain values: `energy_per_particle`, `max_force` (largest component), `omega` (ascending, zero modes exactly
        0), `participation`, `zero_modes`, `negative_modes`, `pressure`, `shear_modulus` (mean over all planes of
        simple shear, particles relaxed), the planes themselves, what was used, and `warnings`.

    Raises:
        InputError: if an argument is not allowed or the cell is too narrow.
        DataFileError: if the file cannot be read.
    """
    if count is not None and count < 1:
        raise InputError(f"argument count must be at least 1, but got {count}")
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
    size = configuration.positions.size
    if count is not None and count > size:
        raise InputError(f"argument count must be at most d N = {size}, but got {count}")
    pairs = interacting_pairs(potential, configuration)
    hessian = Hessian(pairs)
    # Everything up to a few thousand degrees of freedom: the whole spectrum gives the modulus as well.
    found = spectrum(hessian, count=count if size > 6000 else None)
    scale = pairs.force_scale
    if pairs.max_force > 1e-6 * scale:
        warnings.append(
            f"the largest force is {pairs.max_force:.3g}, {pairs.max_force / max(scale, 1e-300):.2g} of a typical pair "
            "force: this is no minimum; use --quench to minimise the energy first"
        )
    if found.complete:
        moduli = simple_shear_moduli(pairs, found)
    else:
        moduli = relaxed_shear_moduli(hessian)
    kept = slice(0, count)
    participation = participation_ratio(found.modes()[kept])
    if out is not None:
        _write(out, found.omega[kept], found.modes()[kept], participation, configuration.positions, chosen.table())
    modulus = moduli.mean
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
        "shear_modulus": modulus if np.isfinite(modulus) else None,
        "shear_modulus_planes": {
            f"{'xyz'[a]}{'xyz'[b]}": float(value) for (a, b), value in zip(moduli.planes, moduli.relaxed, strict=True)
        },
        "zero_modes": found.zero_modes,
        "negative_modes": found.negative_modes,
        "omega": found.omega[kept].tolist(),
        "participation": participation.tolist(),
        "method": found.method,
        "residual": found.residual,
        "provenance": provenance(),
        "warnings": warnings,
    }


def _write(
    out: Path, omega: np.ndarray, vectors: np.ndarray, participation: np.ndarray, positions: np.ndarray, model: Any
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
            file.attrs["model"] = str(model)
            for name, value in provenance().items():
                file.attrs[name] = value
        os.replace(temporary, out)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise InputError(f"argument out = {out} cannot be written: {error}") from error
