"""From parents to rows of a shard: quench, spectrum, confirmation, observables."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from pydantic import TypeAdapter

from .._core.identity import digest, generator
from .._core.status import Status
from ..hessian import Pairs, interacting_pairs
from ..modes import participation_ratio, simple_shear_moduli
from ..potentials import Model, Potential, PotentialSettings
from ..quench import Method, Quenched, quench
from ..spectrum import Spectrum, confirm, spectra
from ..systems import Configuration, random_configuration

SADDLE_KICK = 1e-2
"""Length by which the largest component of a saddle's lowest mode is followed before it is quenched again."""

SADDLE_TRIES = 3
"""How often a saddle is left before it is recorded as one."""


def parent_identity(physics: dict[str, Any], index: int) -> str:
    """Identity of a parent: the hash of what its ensemble is, and its index."""
    return digest({"physics": physics, "index": index})


def make_parent(model: Model, physics: dict[str, Any], index: int) -> Configuration:
    """The parent of infinite temperature with a given index; its random numbers belong to its identity alone."""
    return random_configuration(model, int(physics["particles"]), generator(parent_identity(physics, index), "parent"))


def make_glasses(
    model: Model,
    physics: dict[str, Any],
    treatment: dict[str, Any],
    indices: np.ndarray,
    *,
    eigenvectors: int,
    progress: Callable[[int], None] | None = None,
) -> dict[str, np.ndarray]:
    """Quench and diagonalise the glasses of one shard.

    A saddle is left along its lowest mode and quenched again, up to three times, and counted. Failed glasses keep
    their status; their spectrum is NaN.

    Args:
        model: composition and density.
        physics: identity of the ensemble.
        treatment: potential and quench.
        indices: indices of the samples.
        eigenvectors: number of lowest modes above zero whose vectors are kept.
        progress: called with the number of glasses finished.

    Returns:
        The columns of the shard.
    """
    potential = Potential(PotentialSettings.model_validate(treatment["potential"]))
    method = TypeAdapter(Method).validate_python(treatment["method"])
    options = {"tolerance": float(treatment["tolerance"]), "max_steps": int(treatment["max_steps"])}
    parents = [make_parent(model, physics, int(index)) for index in indices]
    quenched = quench(potential, method, parents, **options)
    visits = np.zeros(len(parents), dtype=np.int64)
    steps = np.array([result.steps for result in quenched])
    rows: list[dict[str, Any] | None] = [None] * len(parents)
    pending = np.arange(len(parents))
    for attempt in range(SADDLE_TRIES + 1):
        found = _diagonalise(potential, [quenched[k] for k in pending])
        kicked = []
        for k, (status, pairs, spectrum, rattlers) in zip(pending, found, strict=True):
            saddle = status is Status.SADDLE
            visits[k] += saddle
            if saddle and attempt < SADDLE_TRIES:
                assert spectrum is not None
                kicked.append((k, _kick(quenched[k].configuration, spectrum)))
                continue
            rows[k] = _row(quenched[k], status, pairs, spectrum, rattlers, eigenvectors)
            if progress:
                progress(1)
        if not kicked:
            break
        again = quench(potential, method, [configuration for _, configuration in kicked], **options)
        for (k, _), result in zip(kicked, again, strict=True):
            quenched[k] = result
            steps[k] += result.steps
        pending = np.array([k for k, _ in kicked])
    finished = [row for row in rows if row is not None]
    columns = {name: np.stack([row[name] for row in finished]) for name in finished[0]}
    identities = [parent_identity(physics, int(index)) for index in indices]
    columns |= {
        "index": np.asarray(indices, dtype=np.int64),
        "parent_id": np.array(identities),
        "glass_id": np.array([digest({"parent": parent, "treatment": treatment}) for parent in identities]),
        "parent_positions": np.stack([parent.positions for parent in parents]),
        "steps": steps,
        "saddle_visits": visits,
    }
    return columns


def _diagonalise(
    potential: Potential, quenched: list[Quenched]
) -> list[tuple[Status, Pairs | None, Spectrum | None, int]]:
    """Pairs, spectrum and confirmed status of each glass that reached a stationary point."""
    good = [k for k, result in enumerate(quenched) if result.status is Status.CONVERGED]
    pairs = [interacting_pairs(potential, quenched[k].configuration) for k in good]
    found: list[tuple[Status, Pairs | None, Spectrum | None, int]] = [
        (result.status, None, None, 0) for result in quenched
    ]
    if good:
        for k, entry, spectrum in zip(good, pairs, spectra(potential, pairs), strict=True):
            rattlers = len(entry.rattlers()) if potential.repulsive else 0
            found[k] = (confirm(spectrum, rattlers), entry, spectrum, rattlers)
    return found


def _kick(configuration: Configuration, spectrum: Spectrum) -> Configuration:
    """A saddle moved along its lowest mode; the sign that makes the mode's largest component positive."""
    mode = spectrum.modes()[0] / np.sqrt(configuration.masses)[:, None]
    largest = mode.flat[np.abs(mode).argmax()]
    return configuration.at(configuration.positions + SADDLE_KICK * mode / largest)


def _row(
    result: Quenched,
    status: Status,
    pairs: Pairs | None,
    spectrum: Spectrum | None,
    rattlers: int,
    eigenvectors: int,
) -> dict[str, Any]:
    """The entries of one glass; NaN and -1 where there is nothing to measure."""
    sample = result.configuration
    particles, dim = sample.positions.shape
    planes = dim * (dim - 1)
    row: dict[str, Any] = {
        "positions": sample.positions,
        "diameters": sample.diameters,
        "species": sample.species,
        "masses": sample.masses,
        "cell": sample.cell,
        "status": np.int8(status),
        "energy": result.energy,
        "max_force": result.max_force,
        "force_scale": result.force_scale,
    }
    if pairs is None or spectrum is None:
        row |= {
            "stress": np.full((dim, dim), np.nan),
            "pressure": np.nan,
            "born_moduli": np.full(planes, np.nan),
            "shear_moduli": np.full(planes, np.nan),
            "shear_modulus": np.nan,
            "zero_modes": -1,
            "negative_modes": -1,
            "rattlers": -1,
            "residual": np.nan,
            "largest_eigenvalue": np.nan,
            "omega": np.full(particles * dim, np.nan),
            "participation": np.full(particles * dim, np.nan),
        }
        if eigenvectors:
            row["vectors"] = np.full((eigenvectors, particles, dim), np.nan)
        return row
    moduli = simple_shear_moduli(pairs, spectrum)
    modes = spectrum.modes()
    participation = np.where(spectrum.zero, np.nan, participation_ratio(modes))
    row |= {
        "stress": pairs.stress,
        "pressure": pairs.pressure,
        "born_moduli": moduli.born,
        "shear_moduli": moduli.relaxed,
        "shear_modulus": moduli.mean,
        "zero_modes": spectrum.zero_modes,
        "negative_modes": spectrum.negative_modes,
        "rattlers": rattlers,
        "residual": spectrum.residual,
        "largest_eigenvalue": spectrum.largest,
        "omega": spectrum.omega,
        "participation": participation,
    }
    if eigenvectors:
        positive = np.flatnonzero(~spectrum.zero & (spectrum.eigenvalues > 0))[:eigenvectors]
        kept = np.full((eigenvectors, particles, dim), np.nan)
        kept[: positive.size] = modes[positive]
        row["vectors"] = kept
    return row
