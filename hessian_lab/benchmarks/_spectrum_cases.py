"""The cases of the `spectrum` benchmark."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from ._case import Case

LOWEST = 32
"""Lowest modes of the `spectrum` benchmark."""


def lowest_cases(particles: int, batch: int, routes: Sequence[str], peers: Sequence[str]) -> list[Case]:
    """The lowest modes of Kob-Andersen glasses, long-ranged forces, by dense factorisations."""
    return [
        _spectrum_case(
            f"lowest {LOWEST} N={particles} batch={batch}: {route}",
            particles,
            batch,
            "lowest-modes",
            "kob-andersen",
            peer,
            {"count": LOWEST, **ROUTES[route]},
            # One Cholesky factorisation.
            ("flops", (3 * particles) ** 3 / 3),
        )
        for route in routes
        for peer in peers
    ]


def batched_lowest_cases(particles: int, batch: int) -> list[Case]:
    """The lowest modes of a batch on the device, by both factorisations."""
    return [
        _spectrum_case(
            f"lowest {LOWEST} N={particles} batch={batch}: device {accuracy}{', proved' if prove else ''}, {cholesky}",
            particles,
            batch,
            "lowest-batched",
            "kob-andersen",
            peer,
            {"count": LOWEST, "accuracy": accuracy, "prove": prove, "cholesky": cholesky},
            ("flops", (3 * particles) ** 3 / 3),
        )
        for accuracy, prove in (("fast", False), ("fast", True), ("accurate", True))
        for cholesky in ("blocked", "vendor")
        for peer in (("jnp-eigh", "lapack-subset") if (accuracy, prove) == ("fast", True) else ("jnp-eigh",))
    ]


def sparse_cases(particles: int, methods: Sequence[str], peers: Sequence[str]) -> list[Case]:
    """The lowest modes of polydisperse glasses, short-ranged forces, by sparse solvers; all but `chebyshev` proved."""
    return [
        _spectrum_case(
            f"sparse lowest {LOWEST} N={particles} batch=1: {method}, accurate, proved",
            particles,
            1,
            "lowest-modes",
            "polydisperse",
            peer,
            {"count": LOWEST, "method": method, "accuracy": "accurate", "prove": True},
        )
        for method in methods
        for peer in peers
    ]


def assembly_cases(particles: int) -> list[Case]:
    """Hessians from positions."""
    return [
        _spectrum_case(
            f"{kind} N={particles} batch=1: {'dense ' if kind == 'full' else ''}Hessian from positions",
            particles,
            1,
            f"assembly-{kind}",
            "kob-andersen",
            f"numpy-{kind}",
            {},
            # The dense matrix has to be written once.
            ("bytes", 8 * (3 * particles) ** 2) if kind == "full" else None,
        )
        for kind in ("full", "sparse")
    ]


def full_cases(particles: int, batch: int, drivers: Sequence[str]) -> list[Case]:
    """All modes with vectors: `spectrum` against LAPACK, and every driver of the device against jax's own choice."""

    def case(label: str, work: str, peer: str, **options: Any) -> Case:
        return _spectrum_case(
            f"full N={particles} batch={batch}: {label}",
            particles,
            batch,
            work,
            "kob-andersen",
            peer,
            options,
            # Tridiagonal form 4/3 n^3, back-transformation of the vectors 2 n^3.
            ("flops", 10 / 3 * (3 * particles) ** 3),
        )

    return [case("spectrum, checked", "full-spectrum", peer) for peer in ("lapack-full", "jnp-eigh")] + [
        case(f"device driver {driver}", "full-device", "jnp-eigh", driver=driver) for driver in drivers
    ]


def density_cases(particles: int) -> list[Case]:
    """The density of states from moments, against all eigenvalues."""
    return [
        _spectrum_case(
            f"density N={particles} batch=1: {method}",
            particles,
            1,
            "density",
            "polydisperse",
            "lapack-full",
            {"method": method, "moments": moments, "vectors": 16},
        )
        for method, moments in (("kpm", 1024), ("lanczos", 128))
    ]


ROUTES: dict[str, dict[str, Any]] = {
    "fast": {"method": "lanczos", "accuracy": "fast", "prove": False},
    "fast, proved": {"method": "lanczos", "accuracy": "fast", "prove": True},
    "accurate, proved": {"method": "lanczos", "accuracy": "accurate", "prove": True},
    "auto": {},
}
"""Ways to the lowest modes that are timed: settings of `spectrum`."""


def _spectrum_case(
    name: str,
    particles: int,
    batch: int,
    work: str,
    model: str,
    peer: str,
    options: dict[str, Any],
    floor: tuple[str, float] | None = None,
) -> Case:
    return Case(
        "spectrum",
        f"{name}, peer {peer}",
        particles,
        batch,
        work,
        (model, "quenched"),
        options=options,
        peer=peer,
        peer_work=peer,
        peer_options={"model": model, "count": LOWEST, "vectors": work != "density"},
        peer_on_device=peer == "jnp-eigh",
        floor=floor,
    )


def spectrum_selection(full: bool, accelerator: bool) -> list[Case]:
    cases: list[Case] = []
    if accelerator:
        for particles, batch in (
            (250, 256),
            (500, 1),
            (500, 16),
            (500, 256),
            (1000, 16),
            *([(2000, 1)] if full else []),
        ):
            cases += batched_lowest_cases(particles, batch)
        for particles, batch in ((250, 64), (500, 16), (500, 64), *([(1000, 8), (2000, 1)] if full else [])):
            cases += full_cases(particles, batch, ("default", "qr", "jacobi", "qdwh"))
        return cases
    both = ("lapack-subset", "eigsh")
    for particles, batch in ((250, 1), (250, 16), (500, 1), (500, 16), (1000, 1)):
        cases += lowest_cases(particles, batch, ("fast", "fast, proved"), both)
    for particles in (250, 500, 1000):
        cases += lowest_cases(particles, 1, ("accurate, proved",), both)
        cases += lowest_cases(particles, 1, ("auto",), ("jnp-eigh",))
        cases += sparse_cases(particles, ("sparse", "cholmod", "auto"), ("eigsh",))
        cases += sparse_cases(particles, ("auto",), ("lapack-subset",))
    cases += sparse_cases(1000, ("chebyshev",), ("eigsh",))
    for particles in (250, 500):
        cases += full_cases(particles, 1, ())
    cases += density_cases(500) + density_cases(1000)[:1] + assembly_cases(500)
    if full:
        for particles in (2000, 4000):
            cases += lowest_cases(particles, 1, ("fast", "fast, proved"), both)
            cases += sparse_cases(particles, ("sparse", "cholmod", "chebyshev", "auto"), ("eigsh",))
        cases += lowest_cases(2000, 1, ("accurate, proved",), both)
        cases += full_cases(1000, 1, ()) + density_cases(2000) + assembly_cases(2000)
    return cases
