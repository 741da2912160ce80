"""What is timed: the cases of each benchmark. Plain data, so that it travels to the processes that do the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

METHODS = ("fire", "lbfgs", "conjugate-gradient", "steepest-descent")
"""Our quench methods that are timed."""

PEER_GLASSES = 16
"""Most glasses that a peer does in one repeat; on an accelerator our own batches are larger."""

GLASS_MODES = 40
"""Lowest modes above zero of the `glass` benchmark."""

LOWEST = 32
"""Lowest modes of the `spectrum` benchmark."""

SUPERCOOLED = 0.1
"""Temperature of the `sampling` benchmark. Units of energy."""


@dataclass(frozen=True)
class Case:
    """One row to be measured.

    Attributes:
        benchmark: name of the benchmark.
        name: what is timed, by which solver, at which N and batch; unique.
        particles: N.
        batch: glasses of one repeat on our side.
        work: our side, a key of `_side.WORKS`.
        starts: which configurations both sides read: model and kind (see `_starts`).
        per: what the seconds are for: a glass, a step of a glass, an attempted move, or a decorrelation time.
        options: settings of our side.
        peer: label of the peer, with its solver.
        peer_work: the peer's side, a key of `_side.WORKS`.
        peer_options: settings of the peer.
        peer_on_device: whether the peer may use the accelerator, and does whole batches.
        floor: ("flops" or "bytes", how many a glass cannot do without), or None.
    """

    benchmark: str
    name: str
    particles: int
    batch: int
    work: str
    starts: tuple[str, str]
    per: str = "glass"
    options: dict[str, Any] = field(default_factory=dict)
    peer: str | None = None
    peer_work: str | None = None
    peer_options: dict[str, Any] = field(default_factory=dict)
    peer_on_device: bool = False
    floor: tuple[str, float] | None = None


def forces_cases(sizes: Sequence[int], batches: Sequence[int], steps: int = 1024) -> list[Case]:
    """A step of FIRE at rest in a Kob-Andersen minimum, against a step of LAMMPS' FIRE and of its plain dynamics."""
    return [
        Case(
            "forces",
            f"kob-andersen N={particles} batch={batch}: fire step, peer {label}",
            particles,
            batch,
            "force-step",
            ("kob-andersen", "quenched"),
            per="step",
            options={"steps": steps},
            peer=f"LAMMPS lj/smooth/linear, {label}",
            peer_work="lammps-step",
            peer_options={"steps": steps, "style": style},
        )
        for particles in sizes
        for batch in batches
        for label, style in (("fire step", "fire"), ("nve step", "nve"))
    ]


def quench_cases(
    kob_andersen: Sequence[tuple[int, int]], polydisperse: Sequence[tuple[int, int]], methods: Sequence[str] = METHODS
) -> list[Case]:
    """Whole quenches to the same largest force component. Arguments: pairs (N, batch), and methods by name.

    JAX-MD's FIRE does not survive overlaps: it starts from the `liquid`, and is our side where LAMMPS is the peer.
    """

    def case(name: str, start: str, size: tuple[int, int], own: str, peer: str, work: str, **options: Any) -> Case:
        particles, batch = size
        label = f"{name} N={particles} batch={batch}: {own}, peer {peer}"
        return Case(
            "quench",
            label,
            particles,
            batch,
            "quench",
            (name, start),
            options={"method": own},
            peer=peer,
            peer_work=work,
            peer_options=options,
        )

    lennard_jones = [
        case("kob-andersen", "liquid", size, method, f"lammps-{style}", "lammps-quench", style=style)
        for size in kob_andersen
        for method in (*methods, "jax-md-fire")
        # The slow ones, which nobody takes for their speed, stand beside one peer.
        for style in (("fire",) if method in ("steepest-descent", "jax-md-fire") else ("fire", "cg"))
    ]
    soft = [
        case("polydisperse", "random", size, method, "numba", "numba-quench")
        for size in polydisperse
        for method in methods
    ]
    theirs = {"method": "jax-md-fire", "model": "polydisperse"}
    mild = [
        case("polydisperse", "liquid", size, method, "jax-md-fire", "quench", **theirs)
        for size in polydisperse
        for method in methods
        if method != "steepest-descent"
    ]
    return lennard_jones + soft + mild


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


def glass_cases(sizes: Sequence[tuple[int, int]]) -> list[Case]:
    """Whole polydisperse glasses from random positions. Argument: pairs (N, batch)."""
    return [
        Case(
            "glass",
            f"polydisperse N={particles} batch={batch}: campaign, peer numba",
            particles,
            batch,
            "glass",
            ("polydisperse", "random"),
            options={"modes": GLASS_MODES},
            peer=f"numba pair-list FIRE, LAPACK subset of {GLASS_MODES} modes, modulus by Cholesky",
            peer_work="numba-glass",
            peer_options={"modes": GLASS_MODES},
        )
        for particles, batch in sizes
    ]


def sampling_cases(
    rates: Sequence[tuple[int, int]],
    memories: Sequence[tuple[int, int]],
    *,
    start: str = "supercooled",
    temperature: float = SUPERCOOLED,
    sweeps: int = 100,
    settle: int = 500,
    looks: int = 1000,
    every: int = 8,
) -> list[Case]:
    """Swap Monte Carlo of polydisperse glasses: attempts, and decorrelation times.

    Args:
        rates: pairs (N, batch) whose attempts are timed.
        memories: pairs (N, batch) whose decorrelation is.
        start: kind of the starts.
        temperature: units of energy.
        sweeps: of a timed run.
        settle: sweeps before the decorrelation is looked at.
        looks: how often it is looked at.
        every: sweeps from look to look.
    """

    def case(particles: int, batch: int, what: str, work: str, per: str, **own: Any) -> Case:
        options = {"temperature": temperature, "sweeps": sweeps, **own}
        return Case(
            "sampling",
            f"polydisperse N={particles} batch={batch} T={temperature:g}: swap {what}, peer numba-swap",
            particles,
            batch,
            f"swap-{work}",
            ("polydisperse", start),
            per=per,
            options=options,
            peer="numba-swap",
            peer_work=f"numba-swap-{work}",
            peer_options=options,
        )

    looking = {"settle": settle, "looks": looks, "every": every}
    return [case(*size, "attempts", "rate", "attempt") for size in rates] + [
        case(*size, "decorrelation", "memory", "overlap decorrelation time", **looking) for size in memories
    ]


def mode_table_cases(particles: int, surrogates: Sequence[int]) -> list[Case]:
    """The table of modes against the diagonalisation that it follows, by LAPACK."""
    return [
        Case(
            "modes",
            f"table of modes N={particles} batch=1: {count} surrogates",
            particles,
            1,
            "mode-table",
            ("polydisperse", "quenched"),
            options={"model": "polydisperse", "surrogates": count},
            peer="lapack-full, the modes themselves",
            peer_work="lapack-full",
            peer_options={"model": "polydisperse", "batch": 1, "vectors": True},
        )
        for count in surrogates
    ]


def _forces(full: bool, accelerator: bool) -> list[Case]:
    return forces_cases((500, 2000) if full else (500,), (256, 1024) if accelerator else (1,))


def _quench(full: bool, accelerator: bool) -> list[Case]:
    if accelerator:
        large = [(2000, 64)] if full else []
        batches = [(500, 256), (500, 1024), *large]
        return quench_cases(batches, [(256, 1024), *batches], ("fire", "lbfgs"))
    sizes = [(500, 16), (256, 16), *([(2000, 4)] if full else [])]
    return quench_cases(sizes, sizes)


def _spectrum(full: bool, accelerator: bool) -> list[Case]:
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


def _glass(full: bool, accelerator: bool) -> list[Case]:
    if accelerator:
        return glass_cases([(256, 256), (256, 1024), (500, 256), *([(1000, 64)] if full else [])])
    return glass_cases([(256, 8), (500, 4), *([(1000, 2)] if full else [])])


def _modes(full: bool, accelerator: bool) -> list[Case]:
    sizes = (250, 500, 1000) if full else (250, 500)
    return [case for particles in sizes for case in mode_table_cases(particles, (0, 19))]


def _sampling(full: bool, accelerator: bool) -> list[Case]:
    if accelerator:
        return sampling_cases([(256, 256), (1000, 64), *([(1000, 256)] if full else [])], [(256, 64)])
    return sampling_cases([(256, 8), (1000, 4), *([(1000, 1), (2000, 4)] if full else [])], [(256, 8), (1000, 4)])


NAMES: dict[str, str] = {
    "forces": "one force evaluation inside the quench's compiled loop, Kob-Andersen, against LAMMPS",
    "quench": "whole quenches to the same force tolerance: Kob-Andersen against LAMMPS, polydisperse against numba",
    "spectrum": "lowest and all modes, sparse solvers, densities of states and assembly, against scipy and jax",
    "modes": "phonon content, pre-stress and cores of the low modes, against the diagonalisation before it",
    "glass": "a polydisperse glass from random positions to modes and shear modulus, against a compiled loop",
    "sampling": "swap Monte Carlo: attempts per second, and seconds until a glass forgets, against a compiled loop",
}
"""Every benchmark, with one line about it."""

CASES: dict[str, Callable[[bool, bool], list[Case]]] = {
    "forces": _forces,
    "quench": _quench,
    "spectrum": _spectrum,
    "modes": _modes,
    "glass": _glass,
    "sampling": _sampling,
}
"""The cases of every benchmark, from (full, accelerator)."""
