"""How often the detector of vortex cores is right: implanted cores and null models, criterion by criterion.

    python simulations/modes/detector.py [--out FILE] [--glasses K]

Glasses from random parents; every mode below 0.9 omega_T1 of the ensemble gets one core, or is replaced by one null
field.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from hessian_lab._core.precision import enable_x64

enable_x64()

from hessian_lab import Status  # noqa: E402
from hessian_lab._core.provenance import provenance  # noqa: E402
from hessian_lab.hessian import Hessian, hessian  # noqa: E402
from hessian_lab.modes import (  # noqa: E402
    crossed_waves,
    elastic_core,
    first_transverse_frequency,
    gaussian_modes,
    implant,
    local_fits,
    plane_waves,
    random_phase_surrogates,
    random_shell_waves,
    simple_shear_moduli,
    surrogate_test,
)
from hessian_lab.potentials import named_model  # noqa: E402
from hessian_lab.quench import Fire, quench  # noqa: E402
from hessian_lab.spectrum import spectrum  # noqa: E402
from hessian_lab.systems import Configuration, random_configuration  # noqa: E402

LOW = 0.9

SURROGATES = 39

ENSEMBLES = {"3D, N = 256": (3, 256, 1), "2D, N = 256": (2, 256, 5)}
"""Dimension, N, and how many times as many glasses: in 2D a glass has few low modes."""

IMPLANTED = [(share, 1.0) for share in (0.1, 0.2, 0.3, 0.5, 0.7)] + [(0.5, 0.7), (0.5, 1.4)]
"""Share of the norm and size in (V/N)^(1/d) of the implanted cores."""


def glasses(dimension: int, particles: int, number: int) -> list[Hessian]:
    """Quenched from random positions."""
    model = named_model("polydisperse", dimension=dimension)
    parents = [random_configuration(model, particles, np.random.default_rng(k)) for k in range(number)]
    found = [result for result in quench(model.build(), Fire(), parents) if result.status is Status.CONVERGED]
    return [hessian(model.build(), result.configuration) for result in found]


def fields(sample: Configuration, modes: np.ndarray, waves: Any, rng: np.random.Generator) -> dict[str, Callable]:
    """Everything that is judged, by name."""
    spacing = sample.density ** (-1 / sample.dimension)

    def anywhere() -> np.ndarray:
        return rng.uniform(size=sample.dimension) @ sample.cell

    def with_cores(kind: str, share: float, size: float) -> np.ndarray:
        cores = [elastic_core(sample, kind, anywhere(), size * spacing, rng) for _ in modes]
        return implant(modes, np.stack(cores), share)

    def crossed() -> np.ndarray:
        axes = [rng.permutation(sample.dimension)[:2] for _ in modes]
        return np.stack([crossed_waves(sample, anywhere(), (int(a), int(b))) for a, b in axes])

    found: dict[str, Callable] = {
        "modes as they are": lambda: modes,
        "surrogates": lambda: random_phase_surrogates(modes, waves, 1, rng)[:, 0],
        "two crossed waves": crossed,
        "waves of the first shell": lambda: random_shell_waves(waves, len(modes), rng),
        "Gaussian noise": lambda: gaussian_modes(sample, len(modes), rng),
    }
    for kind in ("rotation", "strain"):
        for share, size in IMPLANTED:
            name = f"{kind} core, share {share:g}, size {size:g}"
            found[name] = lambda k=kind, a=share, s=size: with_cores(k, a, s)
    return found


def judged(hessians: list[Hessian]) -> dict[str, Any]:
    """Rates of every criterion, with errors over glasses."""
    spectra = [spectrum(entry, method="lapack") for entry in hessians]
    modulus = np.mean([simple_shear_moduli(h.pairs, s).mean for h, s in zip(hessians, spectra, strict=True)])
    rows: dict[str, list[np.ndarray]] = {}
    for place, (entry, found) in enumerate(zip(hessians, spectra, strict=True)):
        sample = entry.pairs.configuration
        edge = LOW * first_transverse_frequency(float(modulus), sample.mass_density, sample.volume, sample.dimension)
        below = ~found.zero & (found.eigenvalues > 0) & (found.omega < edge)
        if not below.any():
            continue
        fits, waves, rng = local_fits(sample), plane_waves(sample), np.random.default_rng([place, sample.dimension])
        for name, make in fields(sample, found.modes()[below], waves, rng).items():
            test = surrogate_test(make(), entry, fits, waves, rng, surrogates=SURROGATES)
            marks = (
                test.rotating,
                test.p_strength <= 0.05,
                test.cores.fraction >= 0.6,
                test.cores.asymmetry >= 1.2,
            )
            rows.setdefault(name, []).append(np.stack(marks, axis=1))
    return {name: rates(values) for name, values in rows.items()}


def rates(values: list[np.ndarray]) -> dict[str, Any]:
    """Shares over all cases; errors from the scatter of glasses."""
    sums, numbers = np.array([entry.sum(axis=0) for entry in values]), np.array([len(entry) for entry in values])
    share = sums.sum(axis=0) / numbers.sum()
    error = np.sqrt(np.sum((sums - share * numbers[:, None]) ** 2, axis=0)) / numbers.sum()
    names = ("rotating", "strength", "fraction", "asymmetry")
    return {
        "cases": int(numbers.sum()),
        "glasses": len(values),
        **{name: [float(a), float(e)] for name, a, e in zip(names, share, error, strict=True)},
    }


def main() -> None:
    """Judge, write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "published" / "detector.json")
    parser.add_argument("--glasses", type=int, default=30, help="in 3D; five times as many in 2D")
    options = parser.parse_args()
    found: dict[str, Any] = {"provenance": provenance(), "surrogates": SURROGATES}
    for name, (dimension, particles, times) in ENSEMBLES.items():
        found[name] = judged(glasses(dimension, particles, times * options.glasses))
        for kind, row in found[name].items():
            print(f"{name}  {kind:36s} {row['rotating'][0]:.3f} +- {row['rotating'][1]:.3f}  ({row['cases']} cases)")
        options.out.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
