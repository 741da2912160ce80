"""Reads from the shards what only the figures of a mode need: one eigenvector of one glass."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from ..modes import first_transverse_frequency
from ..records import Group, read_shard
from ..systems import Configuration
from ._series import LowMode, group_key

SAMPLE = ("positions", "cell", "diameters", "species", "masses")
"""Datasets that make a configuration."""


def low_modes(groups: Sequence[Group], holders: dict[str, Path]) -> dict[str, LowMode]:
    """The lowest mode among the less extended lowest modes of each group whose vectors are stored.

    Args:
        groups: loaded glasses, without vectors.
        holders: shard of every glass, by `glass_id`.

    Returns:
        Modes by `group_key`; groups without minima or vectors have none.
    """
    found = {}
    for group in groups:
        mode = _choose(group, holders)
        if mode is not None:
            found[group_key(group)] = mode
    return found


def _choose(group: Group, holders: dict[str, Path]) -> LowMode | None:
    if "participation" not in group.columns:
        return None
    candidates = []
    for place in np.flatnonzero(group.minima).tolist():
        modes = np.flatnonzero(group["omega"][place] > 0)
        if modes.size:
            ratio = float(group["participation"][place, modes[0]])
            candidates.append((float(group["omega"][place, modes[0]]), ratio, place))
    if not candidates:
        return None
    median = float(np.median([ratio for _, ratio, _ in candidates]))
    omega, ratio, place = min(entry for entry in candidates if entry[1] <= median)
    identity = group["glass_id"][place]
    path = holders.get(identity.decode())
    if path is None:
        return None
    shard = read_shard(path, ("glass_id", *SAMPLE, "vectors"))
    if "vectors" not in shard.columns or not shard.columns["vectors"].shape[1]:
        return None
    row = int(np.flatnonzero(shard.columns["glass_id"] == identity)[0])
    vector = shard.columns["vectors"][row, 0]
    if not np.all(np.isfinite(vector)):
        return None
    sample = Configuration.create(**{name: shard.columns[name][row] for name in SAMPLE})
    listed = group["omega"][place]
    return LowMode(
        index=int(group["index"][place]),
        omega=omega,
        participation=ratio,
        median=median,
        displacement=vector / np.sqrt(sample.masses)[:, None],
        sample=sample,
        spectrum=np.sort(listed[listed > 0]),
        nonzero=sample.positions.size - int(group["zero_modes"][place]),
        omega_t1=first_transverse_frequency(
            float(group["shear_modulus"][place]), sample.mass_density, sample.volume, sample.dimension
        ),
    )
