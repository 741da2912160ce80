"""What is timed: the cases of each benchmark. Plain data, so that it travels to the processes that do the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ._case import Case
from ._spectrum_cases import spectrum_selection

METHODS = ("fire", "lbfgs", "conjugate-gradient", "steepest-descent")
"""Our quench methods that are timed."""

PEER_GLASSES = 16
"""Most glasses that a peer does in one repeat; on an accelerator our own batches are larger."""

GLASS_MODES = 40
"""Lowest modes above zero of the `glass` benchmark."""

SUPERCOOLED = 0.1
"""Temperature of the `sampling` benchmark. Units of energy."""


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
    "spectrum": spectrum_selection,
    "modes": _modes,
    "glass": _glass,
    "sampling": _sampling,
}
"""The cases of every benchmark, from (full, accelerator)."""
