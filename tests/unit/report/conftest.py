"""Synthetic runs whose exponents, moduli and failures are known."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from hessian_lab import Status
from hessian_lab.records import Group, write_shard

PARTICLES = 40
STAMP = {
    "code_version": "0.1.0+gtest",
    "jax": "0.10.1",
    "device": "cpu (test)",
    "created": "2026-01-02T03:04:05+00:00",
    "campaign": "synthetic",
    "campaign_hash": "feedfacefeedface",
    "seed": "7",
}


def power_law(exponent: float) -> Callable[[np.random.Generator, int], np.ndarray]:
    """Modes of g ~ omega^s below omega_T1 = 1."""
    return lambda rng, count: rng.random(count) ** (1 / (exponent + 1))


def bent(rng: np.random.Generator, count: int) -> np.ndarray:
    """g ~ omega^6 below 0.5 omega_T1, g ~ omega above: an exponent that changes with the window."""
    x = np.linspace(1e-6, 1, 4001)
    density = np.where(x < 0.5, 0.5 * (x / 0.5) ** 6, x)
    share = np.cumsum(density) / density.sum()
    return np.interp(rng.random(count), share, x)


def ensemble_table(dimension: int = 3, temperature: Any = "inf") -> dict[str, Any]:
    return {
        "model": "polydisperse",
        "dimension": dimension,
        "particles": PARTICLES,
        "density": 1,
        "parental_temperature": temperature,
    }


def treatment_table(m: Any, kind: str = "local") -> dict[str, Any]:
    return {
        "taper": f"{kind}:{m}",
        "order": m,
        "repulsive": True,
        "method": {"kind": "fire", "dt_max": 1},
        "tolerance": 1e-10,
        "max_steps": 1000,
        "potential": {"cutoff": 1.75, "taper": {"kind": kind, "m": m}},
    }


def glass_columns(
    law: Callable[[np.random.Generator, int], np.ndarray],
    glasses: int,
    seed: int,
    *,
    dimension: int = 3,
    modes: float = 10,
    vectors: bool = False,
    name: str = "g",
) -> dict[str, np.ndarray]:
    """Every dataset of a shard: modulus 1 with scatter, so that omega_T1 is 2 pi/L; `modes` a glass below it."""
    rng = np.random.default_rng(seed)
    edge = 2 * np.pi / PARTICLES ** (1 / dimension)
    size = dimension * PARTICLES
    omega = np.zeros((glasses, size))
    for row in omega:
        low = edge * law(rng, min(rng.poisson(modes), size // 2))
        row[dimension:] = np.sort(np.concatenate([low, rng.uniform(edge, 4 * edge, size - dimension - low.size)]))
    length = PARTICLES ** (1 / dimension)
    index = np.arange(glasses)
    planes = dimension * (dimension - 1)
    positions = rng.random((glasses, PARTICLES, dimension)) * length
    participation = np.where(omega > 0, rng.uniform(0.2, 0.6, omega.shape), np.nan)
    stress = 0.05 * rng.standard_normal((glasses, dimension, dimension)) - 2 * np.eye(dimension)
    modulus = 1 + 0.1 * rng.standard_normal(glasses)
    columns = {
        "index": index,
        "parent_id": np.array([f"p{k:06d}" for k in index], "S16"),
        "glass_id": np.array([f"{name}{k:06d}" for k in index], "S16"),
        "parent_positions": positions,
        "positions": positions,
        "diameters": np.ones((glasses, PARTICLES)),
        "species": np.zeros((glasses, PARTICLES), np.int32),
        "masses": np.ones((glasses, PARTICLES)),
        "cell": np.broadcast_to(np.eye(dimension) * length, (glasses, dimension, dimension)).copy(),
        "status": np.full(glasses, int(Status.CONVERGED), np.int8),
        "steps": np.full(glasses, 100),
        "force_evaluations": np.full(glasses, 101),
        "newton_steps": np.full(glasses, 3),
        "saddle_visits": np.zeros(glasses, int),
        "energy": np.ones(glasses),
        "max_force": np.full(glasses, 1e-12),
        "force_scale": np.ones(glasses),
        "stress": stress,
        "pressure": 2 + 0.05 * rng.standard_normal(glasses),
        "born_moduli": np.full((glasses, planes), 2.0),
        "shear_moduli": np.repeat(modulus[:, None], planes, axis=1),
        "shear_modulus": modulus,
        "zero_modes": np.full(glasses, dimension),
        "negative_modes": np.zeros(glasses, int),
        "rattlers": np.zeros(glasses, int),
        "residual": np.full(glasses, 1e-14),
        "largest_eigenvalue": np.full(glasses, 16.0),
        "omega": omega,
        "participation": participation,
    }
    if vectors:
        columns["vectors"] = rng.standard_normal((glasses, 2, PARTICLES, dimension))
    return columns


def fail(columns: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """The same glasses, none of which reached a stationary point."""
    dead = dict(columns)
    dead["status"] = np.full(len(columns["status"]), int(Status.MAX_STEPS), np.int8)
    for name in ("stress", "pressure", "shear_moduli", "shear_modulus", "omega", "participation", "vectors"):
        if name in dead:
            dead[name] = np.full_like(dead[name], np.nan)
    return dead


@pytest.fixture(scope="session")
def make_group() -> Callable[..., Group]:
    """A group of synthetic glasses; `exponent` may be a number or a law."""

    def make(
        exponent: Any = 4.0,
        glasses: int = 100,
        m: Any = 2,
        *,
        seed: int = 0,
        temperature: Any = "inf",
        kind: str = "local",
        failed: bool = False,
        **options: Any,
    ) -> Group:
        law = exponent if callable(exponent) else power_law(exponent)
        columns = glass_columns(law, glasses, seed, name=f"{kind}{m}-", **options)
        ensemble = ensemble_table(options.get("dimension", 3), temperature)
        return Group(ensemble, treatment_table(m, kind), (STAMP,), fail(columns) if failed else columns)

    return make


@pytest.fixture(scope="session")
def bent_law() -> Callable[[np.random.Generator, int], np.ndarray]:
    return bent


@pytest.fixture(scope="session")
def write_run() -> Callable[[Path, list[Group]], Path]:
    """Groups as a run on the disk, one shard each."""

    def write(folder: Path, groups: list[Group]) -> Path:
        for place, group in enumerate(groups):
            path = folder / "shards" / f"{place}.h5"
            write_shard(path, group.columns, group.ensemble, group.treatment, STAMP, (0, place))
        return folder

    return write
